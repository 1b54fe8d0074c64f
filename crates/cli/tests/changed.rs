//! `--changed`: what a pre-commit hook asks for, which knows the files of a commit and nothing of their roots.

use crate::support::{KEPT, LOST, Ran, Scratch, TUNNEL_MISSING};

/// A server whose location drops the headers that it includes.
const SITE: &str = "server {\n    listen 127.0.0.1:8080;\n    include snippets/websocket.conf;\n    location /socket.io/ {\n        \
                    proxy_set_header Host $host;\n        proxy_pass http://127.0.0.1:3000;\n    }\n}\n";

fn tree() -> Scratch {
    Scratch::new(&[
        ("etc/nginx.conf", "events {}\nhttp {\n    include sites/*.conf;\n}\n"),
        ("etc/sites/chat.conf", SITE),
        (
            "etc/snippets/websocket.conf",
            "proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection \"upgrade\";\n",
        ),
        ("etc/sites/other.conf", "server {\n    listen 127.0.0.1:8081;\n    return 204;\n}\n"),
        ("lost/nginx.conf", LOST),
        ("kept/nginx.conf", KEPT),
        ("README.md", "# configs\n"),
        ("other.conf", "[Unit]\nA=b\n"),
    ])
}

/// The rules that speak, with the files that they point at.
fn told(scratch: &Scratch, files: &[&str], status: i32) -> Vec<String> {
    let args: Vec<&str> = ["--format", "json", "--changed"].iter().chain(files).copied().collect();
    let json = scratch.run(&args).expect(status).json();
    let findings = json["findings"].as_array().expect("findings");
    let loud = findings.iter().filter(|finding| finding["severity"] != "info");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    loud.map(|finding| format!("{} {}", text(&finding["file"]), text(&finding["rule"]))).collect()
}

#[test]
fn a_changed_file_is_read_in_the_configuration_that_includes_it() {
    let scratch = tree();
    let lost = ["etc/sites/chat.conf nginx/headers-lost-by-inheritance"];
    assert_eq!(told(&scratch, &["etc/sites/chat.conf"], 1), lost);
    // The line that does not arrive stands in the snippet.
    assert_eq!(told(&scratch, &["etc/snippets/websocket.conf"], 1), lost);
}

#[test]
fn files_that_nobody_changed_are_not_reported() {
    let scratch = tree();
    for files in [&["etc/sites/other.conf"][..], &["kept/nginx.conf"], &["README.md", "other.conf"]] {
        assert_eq!(told(&scratch, files, 0), [""; 0], "{files:?}");
    }
    scratch.write("kept/nginx.conf", b"events {");
    assert_eq!(told(&scratch, &["etc/sites/other.conf"], 0), [""; 0]);
    scratch.run(&["--changed", "kept/nginx.conf"]).expect(2);
    scratch.run(&["--changed", "absent.conf"]).expect(2);
}

#[test]
fn a_changed_map_is_read_with_the_configuration_that_reads_it() {
    let config =
        TUNNEL_MISSING.replace("use_backend app if ws", "use_backend %[path,map(maps/paths.map,app)] if ws");
    let scratch = Scratch::new(&[
        ("haproxy.cfg", &config),
        ("maps/paths.map", "/ws app\n"),
        ("maps/other.map", "/ app\n"),
    ]);
    let all = told(&scratch, &["haproxy.cfg"], 1);
    assert_eq!(told(&scratch, &["maps/paths.map"], 1), all);
    assert_eq!(told(&scratch, &["maps/other.map"], 0), [""; 0]);
}

#[test]
fn a_changed_file_outside_of_what_is_read_is_no_success() {
    let scratch = tree();
    let elsewhere = scratch.path().join("lost/nginx.conf");
    let elsewhere = elsewhere.to_str().expect("a plain path");
    assert_eq!(told(&scratch, &[elsewhere], 1).len(), 1);
    let mut command = scratch.wslint(&["--changed", elsewhere]);
    let ran = Ran::from(command.current_dir(scratch.path().join("etc")).output().expect("the command runs"));
    assert!(ran.expect(2).stderr.contains("outside of the working directory"));
}

#[test]
fn only_what_concerns_the_changed_files_is_fixed() {
    let scratch = tree();
    scratch.run(&["--changed", "--fix", "kept/nginx.conf", "lost/nginx.conf"]);
    let read = |name: &str| std::fs::read_to_string(scratch.path().join(name)).expect("a file");
    assert!(read("lost/nginx.conf").contains("Upgrade $http_upgrade"));
    assert_eq!(read("etc/sites/chat.conf"), SITE);
}

#[test]
fn an_unused_suppression_is_told_where_it_was_changed() {
    let scratch = tree();
    let unused = format!("# wslint: ignore[nginx/http10] no more\n{SITE}");
    scratch.write("etc/sites/chat.conf", unused.as_bytes());
    let words = "nothing to suppress here";
    assert!(scratch.run(&["--changed", "etc/sites/chat.conf"]).stdout.contains(words));
    assert!(!scratch.run(&["--changed", "etc/sites/other.conf"]).stdout.contains(words));
}
