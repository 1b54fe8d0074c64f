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

/// Servers of files that meet in each way that a line of one may tell of the routes of another.
const MEETING: &[(&str, &str)] = &[
    (
        "nginx.conf",
        "events {}\nhttp {\n    include conf.d/*.conf;\n    map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n}\n",
    ),
    // Its upstream stands in another file.
    (
        "conf.d/pool.conf",
        "server {\n    listen 80;\n    server_name pool.test;\n    location /ws {\n        proxy_pass http://app;\n    }\n}\n",
    ),
    ("conf.d/upstreams.conf", "upstream app {\n    server 10.0.0.1:80;\n    server 10.0.0.2:80;\n}\n"),
    // It hands requests to the next one, which hands them on.
    (
        "conf.d/front.conf",
        "server {\n    listen 80;\n    server_name front.test;\n    include snippets/kept.conf;\n    location /ws {\n        \
         proxy_pass http://127.0.0.1:8081;\n    }\n}\n",
    ),
    (
        "conf.d/middle.conf",
        "server {\n    listen 127.0.0.1:8081;\n    include snippets/kept.conf;\n    location / {\n        proxy_pass \
         http://unix:/run/last.sock;\n    }\n}\n",
    ),
    (
        "conf.d/last.conf",
        "server {\n    listen unix:/run/last.sock;\n    location / {\n        proxy_pass http://10.0.0.3;\n    }\n}\n",
    ),
    // The same name over TLS and without.
    (
        "conf.d/plain.conf",
        "server {\n    listen 80;\n    server_name twice.test;\n    location / {\n        proxy_pass http://10.0.0.4;\n    }\n}\n",
    ),
    (
        "conf.d/secure.conf",
        "server {\n    listen 443 ssl;\n    server_name twice.test;\n    ssl_certificate a.pem;\n    ssl_certificate_key a.key;\n    \
         include snippets/kept.conf;\n    location /ws {\n        proxy_pass http://10.0.0.4;\n    }\n}\n",
    ),
    // The other family of addresses ends at another server.
    (
        "conf.d/six.conf",
        "server {\n    listen [::]:80 default_server;\n    location / {\n        proxy_pass http://10.0.0.5;\n    }\n}\n",
    ),
    (
        "conf.d/alone.conf",
        "server {\n    listen 80;\n    server_name alone.test;\n    location /ws {\n        proxy_pass http://10.0.0.6;\n        \
         include snippets/kept.conf;\n        proxy_read_timeout 1h;\n    }\n}\n",
    ),
    (
        "snippets/kept.conf",
        "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $connection_upgrade;\n",
    ),
];

#[test]
fn of_a_changed_file_all_is_told_that_the_whole_configuration_tells_of_it() {
    check_meeting(MEETING, MEETING.len());
}

/// Of a line outside of all servers the first route tells.
#[test]
fn of_a_changed_file_what_is_told_once_for_all_routes_is_told_where_it_concerns_the_file() {
    let mut files = MEETING.to_vec();
    let main = files[0].1.replace("events {}", "events { worker_connections 64; }");
    files[0].1 = &main;
    check_meeting(&files, MEETING.len() / 2);
}

/// Holds the findings of each changed file against those of all files, which are more than `least`.
fn check_meeting(files: &[(&str, &str)], least: usize) {
    let scratch = Scratch::new(files);
    let findings = |args: &[&str]| {
        let args: Vec<&str> =
            ["--format", "json", "--severity", "info", "--exit-zero"].iter().chain(args).copied().collect();
        scratch.run(&args).expect(0).json()["findings"].as_array().expect("findings").clone()
    };
    let whole = findings(&["."]);
    assert!(whole.len() > least, "{}", whole.len());
    for (file, _) in files {
        let of_file = |place: &serde_json::Value| place["file"] == *file;
        let concerns = |finding: &&serde_json::Value| {
            of_file(finding) || finding["related"].as_array().is_some_and(|places| places.iter().any(of_file))
        };
        let concerned: Vec<_> = whole.iter().filter(concerns).cloned().collect();
        assert_eq!(findings(&["--changed", file]), concerned, "{file}");
    }
}
