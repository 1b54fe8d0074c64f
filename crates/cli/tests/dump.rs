//! `nginx -T | wslint -`: the findings lie in the files that the dump names, as if these had been linted.

use std::path::PathBuf;
use std::process::Command;

use crate::support::{LOST, Ran, Scratch};

const MAIN: &str = "events {}\nerror_log stderr;\npid nginx.pid;\nhttp {\n    access_log off;\n    include conf.d/*.conf;\n}\n";
const SITE: &str = "server {\n    listen 127.0.0.1:8080;\n    include snippets/timeout.conf;\n    location /ws {\n        \
                    proxy_pass http://127.0.0.1:3000;\n    }\n}";
const TIMEOUT: &str = "proxy_read_timeout 1h;\n";

fn piped(scratch: &Scratch, text: &str, args: &[&str]) -> Ran {
    Ran::from(scratch.wslint(args).write_stdin(text).output().expect("the command runs"))
}

/// What matters of each finding: rule, file, line.
fn findings(ran: &Ran) -> Vec<(String, String, u64)> {
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    let document = ran.json();
    let findings = document["findings"].as_array().expect("findings").iter();
    findings.map(|at| (text(&at["rule"]), text(&at["file"]), at["line"].as_u64().expect("a line"))).collect()
}

#[test]
fn a_dump_of_the_real_nginx_gives_the_findings_of_its_files() {
    let scratch =
        Scratch::new(&[("nginx.conf", MAIN), ("conf.d/app.conf", SITE), ("snippets/timeout.conf", TIMEOUT)]);
    let folder = scratch.path().canonicalize().expect("the folder");
    let program =
        std::env::var_os("WSLINT_NGINX").map_or_else(|| PathBuf::from("/usr/sbin/nginx"), PathBuf::from);
    let dumped = Command::new(program)
        .args(["-T", "-e", "stderr", "-p"])
        .arg(&folder)
        .arg("-c")
        .arg(folder.join("nginx.conf"))
        .output()
        .expect("nginx runs");
    assert!(dumped.status.success(), "{dumped:?}");
    let both = [dumped.stderr, dumped.stdout].concat();
    let dump = String::from_utf8(both).expect("text");

    let direct =
        scratch.run(&[folder.to_str().expect("text"), "--websocket", "/ws", "--format", "json"]).expect(1);
    let ran = piped(&scratch, &dump, &["-", "--websocket", "/ws", "--format", "json"]).expect(1);
    assert_eq!(findings(&ran), findings(&direct));
    let places: Vec<_> =
        findings(&ran).into_iter().filter(|(_, file, _)| file.ends_with("/conf.d/app.conf")).collect();
    assert!(places.iter().any(|(rule, _, line)| rule == "nginx/upgrade-missing" && *line == 4), "{ran:?}");
    assert_eq!(ran.json()["summary"]["files"], 3);

    scratch.write("saved", dump.as_bytes());
    assert_eq!(
        findings(&scratch.run(&["saved", "--websocket", "/ws", "--format", "json"]).expect(1)),
        findings(&direct)
    );
}

#[test]
fn nothing_outside_of_a_dump_is_opened_or_written() {
    let scratch = Scratch::new(&[("app.conf", SITE)]);
    let folder = scratch.path().canonicalize().expect("the folder");
    let dump = format!(
        "# configuration file {0}/nginx.conf:\nevents {{}}\nhttp {{\n    include {0}/app.conf;\n}}\n\
         # configuration file {0}/more.conf:\nserver {{ listen 80; location /ws {{ proxy_pass http://a; }} }}\n",
        folder.display()
    );
    let ran = piped(&scratch, &dump, &["-", "--websocket", "/ws", "--format", "json"]).expect(1);
    assert_eq!(
        (&ran.json()["summary"]["files"], &ran.json()["notes"][0]["kind"]),
        (&2.into(), &"include-missing".into())
    );
    scratch.write("saved", dump.as_bytes());
    let ran = scratch.run(&["saved", "--websocket", "/ws", "--fix"]).expect(2);
    assert!(ran.stderr.contains("dump of `nginx -T` cannot be fixed"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(scratch.path().join("app.conf")).expect("the file"), SITE);
}

#[test]
fn a_part_of_a_dump_is_read_as_far_as_it_goes() {
    let scratch = Scratch::new(&[]);
    let part = format!(
        "# configuration file /etc/nginx/conf.d/app.conf:\n{SITE}\n\
         # configuration file /etc/nginx/conf.d/snippets/timeout.conf:\n{TIMEOUT}\n"
    );
    let ran = piped(&scratch, &part, &["-", "--websocket", "/ws", "--format", "json"]).expect(1);
    assert_eq!(findings(&ran)[0].1, "/etc/nginx/conf.d/app.conf", "{ran:?}");
    let ran = piped(&scratch, "", &["-"]).expect(2);
    assert!(ran.stderr.contains("standard input is empty"), "{ran:?}");
    let refusal = "2024/05/17 09:30:00 [emerg] 7#7: host not found in upstream \"a\"\nnginx: test failed\n";
    let ran = piped(&scratch, refusal, &["-"]).expect(2);
    assert!(ran.stderr.contains("no configuration"), "{ran:?}");
}

#[test]
fn standard_input_lies_where_its_name_says() {
    let scratch = Scratch::new(&[
        ("deploy/snippets/server.conf", "location /ws {\n    proxy_pass http://a;\n}\n"),
        ("deploy/nginx.conf", LOST),
    ]);
    let text = "events {}\nhttp { server { listen 80; include snippets/server.conf; } }\n";
    let ran = piped(
        &scratch,
        text,
        &["-", "--stdin-filename", "deploy/nginx.conf", "--websocket", "/ws", "--format", "json"],
    )
    .expect(1);
    assert_eq!(findings(&ran)[0].1, "deploy/snippets/server.conf", "{ran:?}");
}

#[test]
fn verbose_says_what_each_file_was_taken_for() {
    let scratch = Scratch::new(&[
        ("nginx/nginx.conf", "events {}\nhttp {\n    include conf.d/*.conf;\n}\n"),
        ("nginx/conf.d/app.conf", "server {\n    listen 80;\n}\n"),
        ("parts/chat.conf.j2", "location /chat {\n    proxy_pass {{ app }};\n}\n"),
        ("parts/types.conf", "types {\n    text/html html;\n}\n"),
        (
            "haproxy.cfg",
            "frontend web\n    bind :80\n    default_backend app\nbackend app\n    server a 127.0.0.1:1\n",
        ),
        ("pool.cfg", "[Unit]\nDescription=a\n"),
        ("notes.md", "nothing\n"),
        ("old/nginx.conf", LOST),
        ("wslint.yaml", "exclude: [old]\n"),
    ]);
    let ran = scratch.run(&["--verbose", "."]).ended(0);
    insta::assert_snapshot!(ran.stderr);
}
