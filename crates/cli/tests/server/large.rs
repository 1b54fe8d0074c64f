//! A folder that takes long to look at: what people have open comes first.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Client;
use crate::equal::{agree, said, told};

/// How many virtual hosts make a folder a large one.
const HOSTS: usize = 220;

/// A large folder.
pub(crate) struct Large {
    pub(crate) folder: TempDir,
    /// The files of the virtual hosts.
    pub(crate) hosts: Vec<PathBuf>,
    snippet: PathBuf,
}

/// A virtual host whose location for WebSockets includes a snippet; the padding makes it as long as real ones.
fn host(number: usize) -> String {
    let padding: String = (0..14)
        .map(|line| format!("    location /static/{line}/ {{ root /srv/host{number}/public/{line}; expires 1h; access_log off; }}\n"))
        .collect();
    format!(
        "upstream app_{number} {{\n    ip_hash;\n    server 10.0.{}.{}:8080;\n    server 10.1.{}.{}:8080;\n}}\nserver {{\n    listen 8080;\n    \
         server_name host{number}.example.test;\n{padding}    location /ws {{\n        proxy_pass http://app_{number};\n        \
         include snippets/ws.conf;\n    }}\n}}\n",
        number / 250,
        number % 250,
        number / 250,
        number % 250
    )
}

const LOST: &str = "proxy_http_version 1.1;\nproxy_read_timeout 1d;\n";
const KEPT: &str = "proxy_http_version 1.1;\nproxy_read_timeout 1d;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\n";

pub(crate) fn large() -> Large {
    let folder = tempfile::tempdir().expect("a folder");
    let below = |name: &str| folder.path().join(name);
    for name in ["vhosts", "snippets"] {
        fs::create_dir(below(name)).expect("a folder");
    }
    fs::write(below("nginx.conf"), "events {}\nhttp {\n    include vhosts/*.conf;\n}\n").expect("a file");
    let snippet = below("snippets/ws.conf");
    fs::write(&snippet, LOST).expect("a file");
    let hosts: Vec<PathBuf> = (0..HOSTS).map(|number| below(&format!("vhosts/{number:04}.conf"))).collect();
    for (number, path) in hosts.iter().enumerate() {
        fs::write(path, host(number)).expect("a file");
    }
    Large { folder, hosts, snippet }
}

fn whole(text: &str) -> Value {
    json!({ "text": text })
}

const LOSES: &str = "nginx/upgrade-missing";

#[test]
fn what_is_open_is_told_first_and_the_same_as_later() {
    let tree = large();
    let mut client = Client::new(tree.folder.path());
    let (open, other) = (&tree.hosts[100], &tree.hosts[200]);
    client.open(open, &host(100));
    client.everything();
    assert!(
        client.codes(open).contains(&LOSES.to_owned()) && client.codes(other).contains(&LOSES.to_owned())
    );
    let passes = host(100).replace("        include snippets", "        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection upgrade;\n        include snippets");
    let before = client.pushes.len();
    client.change(open, &[whole(&passes)]);
    let first = client.codes(open);
    assert!(!first.contains(&LOSES.to_owned()), "{first:?}");
    assert!(client.pushes[before..].iter().all(|(path, _)| path == open), "nothing else was looked at");
    client.everything();
    assert_eq!(client.codes(open), first);
    fs::write(open, passes).expect("a file");
    let (said, told) = (said(tree.folder.path()), told(&client));
    assert!(agree(&said, &told), "{said:#?}\n{told:#?}");
}

#[test]
fn a_change_of_a_snippet_is_told_at_once_where_it_is_open_and_later_elsewhere() {
    let tree = large();
    let mut client = Client::new(tree.folder.path());
    let (open, closed) = (&tree.hosts[100], &tree.hosts[200]);
    client.open(open, &host(100));
    client.open(&tree.snippet, LOST);
    client.everything();
    client.change(&tree.snippet, &[whole(KEPT)]);
    assert!(!client.codes(open).contains(&LOSES.to_owned()));
    assert!(client.codes(closed).contains(&LOSES.to_owned()), "it is not open");
    client.everything();
    assert!(!client.codes(closed).contains(&LOSES.to_owned()));
    // A broken text says nothing of the other files.
    client.change(&tree.snippet, &[whole("proxy_http_version {")]);
    assert!(client.codes(&tree.snippet).contains(&"syntax".to_owned()));
    assert!(!client.codes(open).contains(&LOSES.to_owned()));
    client.everything();
    assert!(client.codes(&tree.snippet).contains(&"syntax".to_owned()));
    assert!(!client.codes(open).contains(&LOSES.to_owned()));
    client.change(&tree.snippet, &[whole(LOST)]);
    client.everything();
    assert!(
        client.codes(open).contains(&LOSES.to_owned()) && client.codes(closed).contains(&LOSES.to_owned())
    );
}

#[test]
fn everything_is_looked_at_when_nobody_says_anything() {
    let tree = large();
    let mut client = Client::new(tree.folder.path());
    client.open(&tree.snippet, LOST);
    client.everything();
    client.change(&tree.snippet, &[whole(KEPT)]);
    // Nothing is asked for.
    while client.pushed.get(&tree.hosts[200]).is_some_and(|told| told.to_string().contains(LOSES)) {
        client.read();
    }
}

#[test]
fn a_client_that_takes_parts_is_sent_the_same_in_parts() {
    let tree = large();
    let mut client = Client::new(tree.folder.path());
    let whole = client.everything();
    let in_parts = json!({ "previousResultIds": [], "partialResultToken": "everything" });
    assert_eq!(client.ask("workspace/diagnostic", in_parts), json!({ "items": [] }));
    assert!(client.parts.len() > 1 && client.parts.iter().all(|part| part["token"] == "everything"));
    let items = client.parts.iter().map(|part| part["value"]["items"].as_array().expect("a list"));
    assert_eq!(Value::Array(items.flatten().cloned().collect()), whole["items"]);
}

#[test]
fn a_change_in_one_large_file_is_told_at_once_where_it_stands() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("nginx.conf");
    let lost = LOST.replace('\n', "\n        ");
    let hosts: String =
        (0..HOSTS).map(|number| host(number).replace("include snippets/ws.conf;", &lost)).collect();
    let text = format!("events {{}}\nhttp {{\n{hosts}}}\n");
    fs::write(&file, &text).expect("a file");
    let mut client = Client::new(folder.path());
    client.open(&file, &text);
    client.everything();
    let losing = |client: &mut Client| {
        let lost = client.codes(&file).iter().filter(|code| *code == LOSES).count();
        (lost, client.pushes.len())
    };
    let (before, _) = losing(&mut client);
    assert_eq!(before, HOSTS);
    let (at, _) = text.match_indices("proxy_read_timeout 1d;").nth(100).expect("it is there");
    let keeps =
        "proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection upgrade;\n        ";
    let mut changed = text.clone();
    changed.insert_str(at, keeps);
    client.change(&file, &[whole(&changed)]);
    assert_eq!(losing(&mut client).0, HOSTS - 1);
    // A line of all of them is about all of them.
    let all = changed.replacen("http {\n", "http {\n    proxy_read_timeout 1d;\n", 1);
    client.change(&file, &[whole(&all)]);
    assert_eq!(losing(&mut client).0, HOSTS - 1);
    client.change(&file, &[whole(&text)]);
    assert_eq!(losing(&mut client).0, HOSTS);
    client.change(&file, &[whole(&changed)]);
    client.everything();
    assert_eq!(losing(&mut client).0, HOSTS - 1);
    fs::write(&file, changed).expect("a file");
    let (said, told) = (said(folder.path()), told(&client));
    assert!(agree(&said, &told), "{said:#?}\n{told:#?}");
}

/// A HAProxy configuration whose frontend knows many hosts.
fn haproxy() -> String {
    let mut frontend = "defaults\n    mode http\n    timeout client 50s\n    timeout server 50s\nfrontend web\n    bind :80\n".to_owned();
    let mut backends = String::new();
    let padding = format!("    # {}\n", "-".repeat(600));
    for number in 0..350 {
        frontend.push_str(&format!("    use_backend app_{number} if {{ hdr(host) -i host{number}.example.test }} {{ path_beg /socket.io }}\n"));
        backends.push_str(&format!("backend app_{number}\n{padding}    timeout connect 5s\n    option http-server-close\n    server one 10.0.{}.{}:8080 check\n    server two 10.1.{}.{}:8080 check\n", number / 250, number % 250, number / 250, number % 250));
    }
    frontend + &backends
}

#[test]
fn a_change_in_a_large_haproxy_file_is_told_at_once_where_it_stands() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, text) = (folder.path().join("haproxy.cfg"), haproxy());
    fs::write(&file, &text).expect("a file");
    let mut client = Client::new(folder.path());
    // What is not wanted any more is given up, also within one configuration.
    let everything = client.send_request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    client.notify("$/cancelRequest", json!({ "id": 2 }));
    assert_eq!(client.answer(&everything).error(), Some(-32800));
    client.open_document(&crate::client::uri(&file), "haproxy", &text);
    client.everything();
    let of_backend = |client: &mut Client, line: u64| {
        let told = client.diagnostics(&file);
        told.iter().filter(|told| told["range"]["start"]["line"] == line && told["severity"] != 4).count()
    };
    let line = text.lines().position(|line| line == "backend app_200").expect("it is there") as u64;
    let changed = text.replacen("backend app_200\n", "backend app_200\n    timeout tunnel 30s\n", 1);
    let before = of_backend(&mut client, line + 1);
    client.change(&file, &[whole(&changed)]);
    let first = of_backend(&mut client, line + 1);
    client.everything();
    assert_eq!((before, first), (0, of_backend(&mut client, line + 1)));
    fs::write(&file, changed).expect("a file");
    let (said, told) = (said(folder.path()), told(&client));
    assert!(agree(&said, &told));
}

/// What is typed into a virtual host.
fn typed() -> impl Strategy<Value = Vec<(usize, usize, &'static str)>> {
    let text = prop::sample::select(vec![
        "",
        "}",
        "{",
        ";",
        "#",
        "proxy_set_header Upgrade $http_upgrade;",
        "location /socket.io/ { proxy_pass http://app_7; }",
        "include snippets/ws.conf;",
        "server_name host7.example.test;",
        "listen 8080 default_server;",
        "upstream app_7 { server a; }",
    ]);
    prop::collection::vec((0..1000usize, 0..40usize, text), 1..8)
}

#[test]
fn random_edits_in_a_large_folder_leave_what_a_fresh_run_says() {
    let tree = large();
    let (open, original) = (&tree.hosts[100], host(100));
    let mut client =
        Client::with(tree.folder.path(), json!({ "general": { "positionEncodings": ["utf-8"] } }));
    client.open(open, &original);
    let mut runner = TestRunner::new(Config { cases: 4, max_shrink_iters: 0, ..Config::default() });
    let client = std::cell::RefCell::new(client);
    let result = runner.run(&typed(), |edits| {
        let mut client = client.borrow_mut();
        let mut text = original.clone();
        client.change(open, &[whole(&text)]);
        for (at, length, new) in edits {
            let start = text.len() * at / 1000;
            text.replace_range(start..(start + length).min(text.len()), new);
            client.change(open, &[whole(&text)]);
            // A part is looked at.
            client.diagnostics(open);
        }
        client.everything();
        write(open, &text);
        let (said, told) = (said(tree.folder.path()), told(&client));
        prop_assert!(!client.broken().is_empty() || agree(&said, &told), "{text}\n{said:#?}\n{told:#?}");
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("a file");
}
