//! Files that hold texts may be larger than anything that is read: they are told, and end nothing for the others.

use std::fs::OpenOptions;

use crate::support::{SMALL, Scratch};

/// One text more than is read of all files together.
const TOO_MANY: usize = 10_001;

/// One byte more than is read of a file.
const TOO_LARGE: u64 = (64 << 20) + 1;

const VALUES: &str = "serverBlock: |\n  server {\n    listen 80;\n    location /ws {\n      proxy_pass http://127.0.0.1:3000;\n      \
                      proxy_http_version 1.1;\n      proxy_set_header Upgrade $http_upgrade;\n      \
                      proxy_set_header Connection \"close\";\n    }\n  }\n";

/// A folder with small values that hold a fault, and a large file that begins like one with texts.
fn scratch(name: &str, beginning: &str) -> Scratch {
    let scratch = Scratch::new(&[("values.yaml", VALUES), (name, beginning)]);
    let file = OpenOptions::new().write(true).open(scratch.path().join(name)).expect("the file");
    file.set_len(TOO_LARGE).expect("a sparse file");
    scratch
}

#[test]
fn a_host_that_is_too_large_is_told_and_the_others_are_read() {
    for (name, beginning) in [
        ("big.yaml", "data:\n  a.conf: |\n    server {\n"),
        ("big.json", "{\"a.conf\": \"server {"),
        ("big.sh", "#!/bin/sh\ncat > a.conf <<EOF\nserver {\n"),
        ("big.tf", "locals {\n  a = <<EOT\nserver {\n"),
        ("Dockerfile", "FROM nginx\nCOPY <<EOF /etc/nginx/conf.d/a.conf\nserver {\n"),
    ] {
        let scratch = scratch(name, beginning);
        let ran = scratch.bounded(SMALL, &["--format", "json", "."]);
        let report = ran.json();
        let findings = report["findings"].as_array().expect("findings");
        assert_eq!(findings.len(), 1, "{name}: {ran:?}");
        assert_eq!(findings[0]["file"], "values.yaml");
        let notes = report["notes"].to_string();
        assert!(notes.contains(name) && notes.contains("larger than 64 MiB"), "{name}: {ran:?}");
        let named = scratch.bounded(SMALL, &[name]);
        assert_eq!(named.status, Some(2), "{name}: {named:?}");
    }
}

/// Nobody named the file of which there are too many, but what is left out may be what a proxy reads.
#[test]
fn more_texts_than_are_read_leave_no_other_out_in_silence() {
    let texts: String =
        (0..TOO_MANY).map(|at| format!("  a{at}.conf: |\n    server {{ listen 80; }}\n")).collect();
    let many = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: many}}\ndata:\n{texts}");
    let scratch = Scratch::new(&[("a.yaml", &many), ("values.yaml", VALUES)]);
    for args in [&["."][..], &["values.yaml", "a.yaml"], &["a.yaml"]] {
        let ran = scratch.bounded(SMALL, args).expect(2);
        assert!(ran.stderr.contains("embedded-limit"), "{ran:?}");
    }
    scratch.bounded(SMALL, &["values.yaml"]).expect(1);
}
