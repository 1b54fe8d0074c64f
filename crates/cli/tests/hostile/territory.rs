//! What lies outside of a linted tree, and the data of version control in it, is neither read nor written to, whatever
//! the tree says and wherever its links lead.

mod named;
mod settings;
mod version_control;
mod writing;

use std::fs;
use std::os::unix::fs::symlink;

use super::fifo;
use crate::support::{Ran, SMALL, Scratch, formats};

/// Stands in every file that must not be read.
const CANARY: &str = "CANARY";

/// A configuration that would print what the file says for the key `machine`.
fn haproxy(file: &str) -> String {
    format!(
        "defaults\n    mode http\n    timeout connect 5s\n    timeout client 50s\n    timeout server 50s\nfrontend f\n    \
         bind :80\n    http-request set-path %[str(machine),map_str({file})]\n    \
         acl known path -f {file}\n    http-request deny if !known\n    \
         use_backend %[path,map({file})] if {{ hdr(Upgrade) -i websocket }}\n    \
         use_backend app if {{ path_beg /socket.io/ }}\n    default_backend app\nbackend app\n    \
         errorfile 503 {file}\n    server s1 127.0.0.1:3000\n    server s2 127.0.0.1:3002\n"
    )
}

/// What such a file holds: a line of `.netrc`, a setting of git, and a configuration of nginx.
const SECRETS: &str = "machine CANARY login CANARY\n/socket.io/ CANARY\n[http]\n\textraheader = CANARY\n\
                       server { listen 80; server_name CANARY; location /ws { proxy_pass http://CANARY; } }\n";

const SETTINGS: &str = "websockets:\n  - path: /socket.io/\n    framework: socket.io\n  - path: /ws\n";

/// Runs all outputs on `args`, none of which may hold the canary; what `--format json` gave.
fn check(scratch: &Scratch, folder: &str, args: &[&str]) -> Ran {
    for format in &formats() {
        run(scratch, folder, &["--format", format], args);
    }
    for flags in [
        &["--verbose"][..],
        &["--diff", "--unsafe-fixes"],
        &["--statistics"],
        &["facts", "--format", "json"],
        &["trace", "ws://a/ws"],
    ] {
        run(scratch, folder, flags, args);
    }
    check_briefly(scratch, folder, args)
}

/// The same with few outputs, for what is refused before anything is read.
fn check_briefly(scratch: &Scratch, folder: &str, args: &[&str]) -> Ran {
    for flags in [&["facts"][..], &["trace", "ws://a/socket.io/", "--format", "json"]] {
        run(scratch, folder, flags, args);
    }
    run(scratch, folder, &["--format", "json"], args)
}

fn run(scratch: &Scratch, folder: &str, flags: &[&str], args: &[&str]) -> Ran {
    let ran = scratch.bounded_in(folder, SMALL, &[flags, args].concat());
    assert!(!format!("{ran:?}").contains(CANARY), "{flags:?} {args:?}: {ran:?}");
    assert!(matches!(ran.status, Some(0..=2)), "{flags:?} {args:?}: {ran:?}");
    ran
}

/// The kinds of the notes about a file.
fn notes(ran: &Ran, file: &str) -> Vec<String> {
    let document = ran.json();
    let notes = document["notes"].as_array().expect("notes").iter();
    let of_file = notes.filter(|note| note["file"] == file);
    of_file.map(|note| note["kind"].as_str().expect("a kind").to_owned()).collect()
}

/// A repository, and beside it a folder that must not be read.
fn repository() -> Scratch {
    let scratch = Scratch::new(&[
        ("repo/.git/HEAD", "ref: refs/heads/main\n"),
        ("repo/.git/config", SECRETS),
        ("repo/.hg/hgrc", SECRETS),
        ("repo/.svn/wc.db", SECRETS),
        ("repo/.GIT/config", SECRETS),
        ("repo/sub/.git", "gitdir: ../.git/modules/sub\nmachine CANARY\n"),
        ("repo/.git/modules/sub/config", SECRETS),
        ("repo/wslint.yaml", SETTINGS),
        ("outside/netrc", SECRETS),
        ("outside/deep/x.conf", SECRETS),
    ]);
    for (target, link) in [
        ("../outside/netrc", "nrc"),
        ("chain2", "chain1"),
        ("sub/../chain3", "chain2"),
        ("../outside/netrc", "chain3"),
        ("../outside", "folder"),
        ("folder/netrc", "through"),
        ("/proc/self/environ", "env"),
        ("/proc/self/cwd/../outside/netrc", "cwd"),
        ("/proc/self/root", "root"),
        (".git", "gitlink"),
        (".git/config", "token"),
        (".git/../../outside/netrc", "around"),
        ("../outside/netrc", "hosts.map"),
        ("../outside", "folder.map"),
    ] {
        symlink(target, scratch.path().join("repo").join(link)).expect("a link");
    }
    scratch
}

/// Names of files that must not be read, seen from a folder of the repository, and whether a note says so. One that
/// is a pattern names nothing in HAProxy.
fn forbidden(scratch: &Scratch) -> Vec<(String, bool)> {
    let outside = scratch.path().join("outside/netrc").canonicalize().expect("it is there");
    let outside = outside.to_str().expect("a plain path");
    let names = [
        ("../nrc", true),
        ("../../outside/netrc", true),
        ("../chain1", true),
        ("../folder/netrc", true),
        ("../through", true),
        ("../env", true),
        ("../cwd", true),
        ("../gitlink/config", true),
        ("../token", true),
        ("../around", true),
        ("../hosts.map", true),
        ("../folder.map", true),
        ("../.git/config", true),
        ("../.git/../.git//config", true),
        ("../.GIT/config", true),
        ("../.hg/hgrc", true),
        ("../.svn/wc.db", true),
        ("../sub/.git", true),
        ("file@../nrc", true),
        ("../n*c", false),
        ("../[n]rc", false),
        ("../n?c", false),
        ("../*/netrc", false),
    ];
    let mut names: Vec<(String, bool)> = names.map(|(name, told)| (name.to_owned(), told)).into();
    names.extend([(outside.to_owned(), true), (format!("../root{outside}"), true)]);
    names
}

#[test]
fn no_file_that_haproxy_names_leads_out() {
    let scratch = repository();
    let names = forbidden(&scratch);
    for (number, (name, _)) in names.iter().enumerate() {
        scratch.write(format!("repo/case{number}/haproxy.cfg"), haproxy(name).as_bytes());
    }
    let ran = check(&scratch, "repo", &["."]);
    for (number, (name, told)) in names.iter().enumerate() {
        let kinds = notes(&ran, &format!("case{number}/haproxy.cfg"));
        assert_eq!(kinds.contains(&"file-outside".to_owned()), *told, "{name}: {kinds:?}");
    }
    // The environment of the command itself, in which cargo leaves traces.
    assert!(!ran.stdout.contains("CARGO_PKG_"), "{ran:?}");
}

#[test]
fn no_include_leads_out() {
    let scratch = repository();
    let mut includes: Vec<String> = forbidden(&scratch).into_iter().map(|(name, _)| name).collect();
    let patterns =
        ["../folder/deep/*.conf", "../*/deep/*.conf", "../.g*/config", "../../*/netrc", "../[.]git/*"];
    includes.extend(patterns.map(str::to_owned));
    for (number, name) in includes.iter().enumerate() {
        let main = format!("events {{}}\nhttp {{\n    include {name};\n}}\n");
        scratch.write(format!("repo/case{number}/nginx.conf"), main.as_bytes());
    }
    let ran = check(&scratch, "repo", &["."]);
    for (number, name) in includes.iter().enumerate() {
        let kinds = notes(&ran, &format!("case{number}/nginx.conf"));
        let nothing = ["file@../nrc", "../[.]git/*"].contains(&name.as_str());
        assert_eq!(kinds.contains(&"include-outside".to_owned()), !nothing, "{name}: {kinds:?}");
    }
    // A pattern is told as it is written, not by what it would have matched.
    assert!(!ran.stdout.contains("/x.conf"), "{ran:?}");
}

#[test]
fn files_of_the_tree_are_brought_under_their_very_names() {
    let map = "/ws app\n";
    let names = ["hosts.map", "a*b.map", "[x].map", "linked.map", "sub/../hosts.map", "hard.map"];
    let scratch = Scratch::new(&[("hosts.map", map), ("a*b.map", map), ("[x].map", map), ("sub/x", "")]);
    // What the second one would match as a pattern.
    scratch.write("axb.map", b"/ws other\n");
    symlink("hosts.map", scratch.path().join("linked.map")).expect("a link");
    fs::hard_link(scratch.path().join("hosts.map"), scratch.path().join("hard.map")).expect("a hard link");
    for name in names {
        let config = format!(
            "frontend f\n    mode http\n    bind :80\n    use_backend %[path,map({name})]\nbackend app\n    mode http\n    \
             server a 127.0.0.1:3000\nbackend other\n    mode http\n    server b 127.0.0.1:3001\n"
        );
        scratch.write("haproxy.cfg", config.as_bytes());
        let ran = scratch.bounded(SMALL, &["trace", "ws://a/ws", "haproxy.cfg", "--format", "json"]);
        assert_eq!(ran.json()["outcome"]["backend"], "app", "{name}: {ran:?}");
    }
}

#[test]
fn a_map_that_is_no_regular_file_is_told() {
    let scratch = Scratch::new(&[("haproxy.cfg", &haproxy("strange")), ("wslint.yaml", SETTINGS)]);
    fifo(&scratch, "strange");
    assert_eq!(notes(&check(&scratch, ".", &["."]), "haproxy.cfg")[0], "unreadable");
    fs::remove_file(scratch.path().join("strange")).expect("it can go");
    fs::create_dir(scratch.path().join("strange")).expect("a folder");
    assert_eq!(notes(&check(&scratch, ".", &["."]), "haproxy.cfg")[0], "unreadable");
}

#[test]
fn a_detour_does_not_tell_what_lies_outside() {
    let part = "server { listen 80; location /ws { proxy_pass http://a; } }\n";
    let scratch = Scratch::new(&[("repo/part.conf", part), ("outside/there/x", "")]);
    fs::create_dir(scratch.path().join("repo/.git")).expect("a folder");
    let top = scratch.path().canonicalize().expect("it is there");
    let absolute = format!("{}/outside/NAME/../../repo/part.conf", top.display());
    let lint = |name: &str, include: &str, named: &str| {
        let link = scratch.path().join("repo/link.conf");
        let _ = fs::remove_file(&link);
        symlink(format!("../outside/{name}/../../repo/part.conf"), link).expect("a link");
        let main = format!("events {{}}\nhttp {{ include {}; }}\n", include.replace("NAME", name));
        scratch.write("repo/nginx.conf", main.as_bytes());
        let ran = run(&scratch, "repo", &["--format", "json"], &[&named.replace("NAME", name)]);
        (ran.status, ran.stdout.replace(name, "NAME"), ran.stderr.replace(name, "NAME"))
    };
    for include in [
        absolute.as_str(),
        "../outside/NAME/../../repo/part.conf",
        "../outside/NAME/../../repo/p*.conf",
        "../out*/NAME/../../repo/part.conf",
        "link.conf",
    ] {
        let there = lint("there", include, "nginx.conf");
        assert_eq!(there, lint("gone!", include, "nginx.conf"), "{include}");
    }
    // Whoever types a path knows what is on it.
    for named in [absolute.as_str(), "../outside/NAME/../../repo/part.conf"] {
        assert_eq!(lint("there", "x", named).0, Some(1), "{named}");
    }
}
