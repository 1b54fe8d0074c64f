//! How a proof is shown, and how it ends.

use crate::support::Scratch;

/// One route that works, one whose handshake fails, one that is refused for a module.
fn scratch() -> Scratch {
    Scratch::new(&[
        (
            "nginx.conf",
            "events {}\nhttp {\n  server {\n    listen 80;\n    server_name app.example.com;\n    \
             location /ws {\n      proxy_pass http://10.0.0.1:3000;\n      proxy_http_version 1.1;\n      \
             proxy_set_header Upgrade $http_upgrade;\n      proxy_set_header Connection upgrade;\n    }\n    \
             location /socket.io/ {\n      proxy_pass http://10.0.0.1:3000;\n    }\n  }\n}\n",
        ),
        (
            "other/nginx.conf",
            "events {}\nhttp {\n  server {\n    listen 81;\n    vhost_traffic_status on;\n    \
             location /ws {\n      proxy_pass http://10.0.0.1:3000;\n      proxy_http_version 1.1;\n      \
             proxy_set_header Upgrade $http_upgrade;\n      proxy_set_header Connection upgrade;\n    }\n  }\n}\n",
        ),
    ])
}

fn printed(scratch: &Scratch, arguments: &[&str], status: i32) -> String {
    let output = scratch.wslint(&["prove"]).args(arguments).output().expect("it runs");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{stdout}{stderr}");
    stdout.into_owned()
}

#[test]
fn people_read_a_table() {
    let scratch = scratch();
    insta::assert_snapshot!("table", printed(&scratch, &["."], 2));
    insta::assert_snapshot!("markdown", printed(&scratch, &["--format", "markdown", "nginx.conf"], 1));
}

#[test]
fn machines_read_a_document() {
    let scratch = scratch();
    let text = printed(&scratch, &["--format", "json", "nginx.conf"], 1);
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    insta::assert_snapshot!("document", format!("{document:#}"));
}

#[test]
fn fixes_are_proven_and_not_written() {
    let scratch = scratch();
    let before = scratch.files();
    insta::assert_snapshot!("fixed", printed(&scratch, &["--fix", "nginx.conf"], 0));
    assert_eq!(scratch.files(), before, "nothing is written");
}

#[test]
fn what_is_run_is_said_before() {
    let scratch = scratch();
    let output = scratch.wslint(&["prove", "nginx.conf"]).output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.starts_with("running nginx ") && told.contains("on loopback"), "{told}");
}

#[test]
fn a_program_that_is_none_is_refused() {
    let scratch = scratch();
    for (flag, program) in [("--nginx", "/nowhere/nginx"), ("--haproxy", "/bin/false")] {
        let output = scratch.wslint(&["prove", flag, program]).output().expect("it runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(program) && told.contains("help:"), "{told}");
    }
}
