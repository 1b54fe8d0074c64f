//! `--show-files`, `--show-config`, `--list-inputs`: what a run would lint, go by and read.

use crate::support::{LOST, Scratch, TUNNEL_MISSING};

#[test]
fn the_files_that_would_be_linted_are_listed() {
    let scratch = Scratch::new(&[
        ("nginx.conf", "events {}\nhttp {\n    include sites/*.conf;\n}\n"),
        ("sites/a.conf", "server {\n    listen 80;\n}\n"),
        ("left/haproxy.cfg", TUNNEL_MISSING),
        ("README.md", "# nothing\n"),
        ("wslint.yaml", "exclude: [left/]\n"),
    ]);
    assert_eq!(scratch.run(&["--show-files"]).expect(0).stdout, "nginx.conf\nsites/a.conf\n");
    assert_eq!(scratch.run(&["--show-files", "--no-config"]).expect(0).stdout.lines().count(), 3);
    // A finding is none of its business.
    scratch.write("nginx.conf", LOST.as_bytes());
    scratch.run(&["--show-files"]).expect(0);
    scratch.write("nginx.conf", b"events {\n");
    let ran = scratch.run(&["--show-files"]).expect(2);
    assert!(!ran.stderr.is_empty(), "{ran:?}");
    scratch.run(&["--show-files", "--show-config"]).expect(2);
    scratch.run(&["--show-files", "--fix"]).expect(2);
}

#[test]
fn the_settings_that_hold_are_settings() {
    let scratch = Scratch::new(&[
        ("haproxy.cfg", TUNNEL_MISSING),
        ("shared.yaml", "heartbeat: 30s\nrules: {nginx: info}\n"),
        (
            "wslint.yaml",
            "extends: [shared.yaml]\nwebsockets: [{path: /ws, host: a.example, server: socket.io, transports: [websocket]}]\n\
             rules: {nginx/http10: off}\npaths: {legacy/: {haproxy: info}}\nnginx_version: 1.30\nmin_idle: never\n\
             exclude: [a/, \"*.b\"]\nenv: {TOKEN: hunter2}\naddresses: {a:1: b:2}\ncode: false\n\
             controllers: [{name: ingress-nginx}]\n",
        ),
    ]);
    let shown = scratch.run(&["--show-config", "--haproxy-version", "2.8.1"]).expect(0).stdout;
    assert!(!shown.contains("hunter2"), "{shown}");
    insta::assert_snapshot!(shown);
    // What is shown holds as it is, and says the same.
    scratch.write("wslint.yaml", shown.as_bytes());
    let again = scratch.run(&["--show-config"]).expect(0).stdout;
    let keys = |text: &str| {
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(keys(&again), keys(&shown));
    assert_eq!(
        scratch.run(&["--show-config", "--no-config"]).expect(0).stdout.lines().next(),
        Some("# no wslint.yaml holds")
    );
    scratch.write("wslint.yaml", b"nonsense: 1\n");
    scratch.run(&["--show-config"]).expect(2);
}

#[test]
fn every_file_that_is_read_is_listed() {
    let scratch = Scratch::new(&[
        ("nginx.conf", LOST),
        (
            "haproxy.cfg",
            &TUNNEL_MISSING.replace("use_backend", "acl known path -f paths.map\n    use_backend"),
        ),
        ("paths.map", "/a b\n"),
        ("compose.yaml", "services: {}\n"),
        ("wslint.yaml", "rules_dir: lint\nextends: [shared.yaml]\n"),
        ("shared.yaml", "heartbeat: 30s\n"),
        ("lint/chat-idle.yaml", include_str!("../../../fixtures/own-rules/rules/chat-idle.yaml")),
        (".gitignore", "nothing\n"),
    ]);
    let ran = scratch.run(&["--list-inputs"]).expect(0);
    let listed: Vec<&str> = ran.stdout.lines().collect();
    for name in
        ["haproxy.cfg", "lint/chat-idle.yaml", "nginx.conf", "paths.map", "shared.yaml", "wslint.yaml"]
    {
        assert!(listed.contains(&name), "{name}: {ran:?}");
    }
    assert!(listed.is_sorted());
}
