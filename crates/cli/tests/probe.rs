//! `wslint probe` on real proxies: what it prints, what it holds against a configuration, and how it ends.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use wslint_lab::{Lab, Peer, Setup};

use super::support::{Ran, Scratch};
use super::validators::validate;

static LAB: LazyLock<Lab> = LazyLock::new(|| Lab::new().expect("the lab can be set up"));

/// A server with a location for WebSockets and these lines in it.
fn nginx(lines: &str) -> String {
    format!(
        "events {{}}\nhttp {{\n    server {{\n        listen 80;\n        location /ws {{\n            \
         proxy_pass http://127.0.0.1:3000;\n            {lines}\n        }}\n    }}\n}}\n"
    )
}

const KEPT: &str = "proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header Upgrade $http_upgrade; \
                    proxy_set_header Connection upgrade;";

/// Probes a real proxy in real time, with these files beside it.
fn probed(running: Setup, files: &[(&str, &str)], flags: &[&str]) -> Ran {
    let scratch = Scratch::new(files);
    let stood = LAB.stand(&running.scale(1.0), |entrances| {
        let address = entrances[0].address.to_string();
        let mut all = vec!["probe", "--connect", address.as_str()];
        all.extend(flags);
        scratch.run(&all)
    });
    stood.expect("the lab").expect("the proxy takes the configuration")
}

/// The result and the detail of the step that is called so.
fn step<'d>(document: &'d Value, what: &str) -> (&'d str, &'d str) {
    let steps = document["steps"].as_array().expect("steps");
    let step =
        steps.iter().find(|step| step["what"] == what).unwrap_or_else(|| panic!("no {what}: {document:#}"));
    (step["result"].as_str().expect("a result"), step["detail"].as_str().expect("a detail"))
}

#[test]
fn what_works_is_status_0() {
    let text = nginx(KEPT);
    let ran = probed(
        Setup::nginx(text.as_str()),
        &[("nginx.conf", &text)],
        &["--format", "json", "ws://app.example.com/ws", "nginx.conf"],
    );
    let document = ran.expect(0).json();
    assert_eq!((&document["version"], &document["verdict"]), (&Value::from(1), &Value::from("works")));
    let (result, detail) = step(&document, "configuration (handshake)");
    assert_eq!(result, "ok", "{detail}");
    assert!(detail.starts_with("as it says"), "{detail}");
}

#[test]
fn the_line_that_cuts_is_named() {
    let text = nginx(&format!("{KEPT}\n            proxy_read_timeout 2s;"));
    let ran = probed(
        Setup::nginx(text.as_str()),
        &[("nginx.conf", &text)],
        &["--format", "json", "--hold", "5s", "ws://app.example.com/ws", "nginx.conf"],
    );
    let document = ran.expect(1).json();
    assert_eq!(step(&document, "silence").0, "warning");
    let (result, detail) = step(&document, "configuration (silence)");
    assert_eq!(result, "ok", "{detail}");
    assert!(detail.ends_with("nginx `proxy_read_timeout`, nginx.conf:8"), "{detail}");
}

#[test]
fn a_configuration_that_does_not_run_is_told() {
    let running = nginx(&format!("{KEPT}\n            proxy_read_timeout 2s;"));
    let written = nginx(&format!("{KEPT}\n            proxy_read_timeout 1h;"));
    let ran = probed(
        Setup::nginx(running),
        &[("nginx.conf", &written)],
        &["--format", "json", "--hold", "5s", "ws://app.example.com/ws", "."],
    );
    let document = ran.expect(1).json();
    let (result, detail) = step(&document, "configuration (silence)");
    assert_eq!(result, "failed", "{detail}");
    assert!(
        detail.contains("the configuration says 1 h (nginx `proxy_read_timeout`, nginx.conf:8)"),
        "{detail}"
    );

    // The other way round: the file loses the header, and the wire has it.
    let ran = probed(
        Setup::nginx(nginx(KEPT)),
        &[("nginx.conf", &nginx(""))],
        &["--format", "json", "ws://app.example.com/ws", "nginx.conf"],
    );
    let document = ran.expect(1).json();
    assert_eq!(document["verdict"], "works");
    assert_eq!(step(&document, "configuration (handshake)").0, "warning");
}

#[test]
fn haproxy_is_held_against_its_file_too() {
    let text = "defaults\n    mode http\n    timeout connect 5s\n    timeout client 2s\n    timeout server 2s\nfrontend web\n    \
                bind :80\n    default_backend app\nbackend app\n    server a 127.0.0.1:3000\n";
    let ran = probed(
        Setup::haproxy(text),
        &[("haproxy.cfg", text)],
        &["--format", "json", "--hold", "5s", "ws://app.example.com/ws", "haproxy.cfg"],
    );
    let document = ran.expect(1).json();
    let (result, detail) = step(&document, "configuration (silence)");
    assert_eq!(result, "ok", "{detail}");
    assert!(detail.contains("HAProxy `timeout") && detail.contains("haproxy.cfg:"), "{detail}");
}

#[test]
fn the_whole_story_is_told() {
    let text = nginx("proxy_set_header Host $http_host; proxy_http_version 1.1;");
    let mut told = String::new();
    for format in ["full", "markdown"] {
        let ran = probed(
            Setup::nginx(text.as_str()).default_peer(Peer::websocket()),
            &[("nginx.conf", &text)],
            &["--format", format, "ws://app.example.com/ws?token=abcdefgh", "nginx.conf"],
        );
        told += &ran.expect(1).stdout;
        told.push('\n');
    }
    for (expression, word) in [
        (r"127(\.\d{1,3}){3}:\d{1,5}", "127.0.0.1:PORT"),
        (r"127(\.\d{1,3}){3}", "127.0.0.1"),
        (r"\b\d+ ms", "TIME"),
        (r"nginx/1\.\d+\.\d+", "nginx/VERSION"),
    ] {
        told = Regex::new(expression).expect("an expression").replace_all(&told, word).into_owned();
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_server_that_refuses_is_no_other_configuration() {
    let text = nginx(KEPT);
    let refusing = Setup::nginx(text.as_str()).default_peer(Peer::Http { status: 404, headers: Vec::new() });
    let flags = ["--format", "json", "ws://app.example.com/ws", "nginx.conf"];
    let document = probed(refusing, &[("nginx.conf", &text)], &flags).expect(1).json();
    assert_eq!(document["verdict"], "fails");
    let (result, detail) = step(&document, "configuration (handshake)");
    assert_eq!(result, "ok", "{detail}");
    assert!(detail.contains("the answer is that server's own"), "{detail}");
}

/// A server that answers every request with what it got.
fn parrot() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = [0; 4096];
            let length = std::io::Read::read(&mut stream, &mut head).unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..length]);
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let secret = head.lines().find_map(|line| line.strip_prefix("X-Api-Key: ")).unwrap_or_default();
            let evil = "\u{202e}evil | <script> `x`";
            let answer = format!(
                "HTTP/1.1 302 Found\r\nServer: {secret} {evil}\r\nLocation: /{secret}{path}\r\nContent-Length: 0\r\n\r\n"
            );
            // Whoever has heard enough is gone.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn secrets_and_what_terminals_obey_are_not_printed() {
    let address = parrot().to_string();
    for format in ["full", "json", "markdown"] {
        let ran = Scratch::new(&[]).run(&[
            "probe",
            "--format",
            format,
            "--connect",
            &address,
            "--header",
            "X-Api-Key: s3cr3t-key",
            "--header",
            "Cookie: sid=s3cr3t-cookie",
            "ws://app.example.com/ws?access_token=s3cr3t-token&room=1",
        ]);
        let ran = if format == "json" { ran.ended(1) } else { ran.expect(1) };
        for text in [&ran.stdout, &ran.stderr] {
            assert!(!text.contains("s3cr3t"), "{format}: {text}");
            assert!(!text.contains('\u{202e}'), "{format}: {text}");
        }
        assert!(ran.stdout.contains("[hidden]"), "{}", ran.stdout);
    }
}

#[test]
fn what_was_measured_is_told_whatever_the_configuration_is() {
    let address = parrot().to_string();
    let url = "ws://app.example.com/ws";
    for (files, flags) in [
        (&[("README.md", "nothing")][..], &["."][..]),
        (&[("nginx.conf", "events {}\nhttp {\n"), ("wslint.yaml", "")], &["nginx.conf"]),
        (&[("nginx.conf", "events {}\n"), ("wslint.yaml", "nothing: here\n")], &["nginx.conf"]),
    ] {
        let ran =
            Scratch::new(files).run(&[&["probe", "--connect", &address, url], flags].concat()).expect(2);
        assert!(ran.stdout.starts_with("FAILS: ") && ran.stdout.contains("handshake as Chrome"), "{ran:?}");
        assert!(!ran.stderr.is_empty(), "{ran:?}");
    }
}

#[test]
fn a_configuration_comes_from_standard_input() {
    let address = parrot().to_string();
    let scratch = Scratch::new(&[]);
    let flags = ["probe", "--format", "json", "--connect", &address, "ws://app.example.com/ws", "-"];
    let mut command = scratch.wslint(&flags);
    let ran = Ran::from(command.write_stdin(nginx("return 302 /other;")).output().expect("the command runs"));
    let document = ran.ended(1).json();
    let (result, detail) = step(&document, "configuration (handshake)");
    assert!(result == "ok" && detail.contains("nginx itself answers with 302"), "{detail}");
}

#[test]
fn the_document_is_as_its_schema_says() {
    let address = parrot().to_string();
    let ran = Scratch::new(&[]).run(&[
        "probe",
        "--format",
        "json",
        "--connect",
        &address,
        "ws://app.example.com/socket.io/",
    ]);
    let scratch = Scratch::new(&[("probe.json", &ran.ended(1).stdout)]);
    validate("probe", &[scratch.path().join("probe.json")]);
}

#[test]
fn what_cannot_be_reached_is_status_2() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let url = format!("ws://{address}/ws");
    let ran = Scratch::new(&[]).run(&["probe", &url]).expect(2);
    assert!(
        ran.stdout.starts_with("UNKNOWN: ") && ran.stdout.contains("connection refused"),
        "{}",
        ran.stdout
    );
}

#[test]
fn mistakes_are_told_before_anything_is_asked() {
    for (flags, words) in [
        (&["ftp://a/"][..], "is not a URL"),
        (&["ws://user:s3cr3t@a/"], "a name or password"),
        (&["--header", "a b: c", "ws://a/"], "is not the name of a header"),
        (&["--header", "X: a\nY: s3cr3t", "ws://a/"], "a line break"),
        (&["--ca", "none.pem", "wss://a/"], "none.pem"),
        (&["--hold", "0s", "ws://a/"], "--hold"),
        (&["--origin", "a.example", "ws://a/"], "--origin"),
        (&["--connect", "a", "ws://a/"], "--connect"),
        (&["ws://a/", "nowhere.conf"], "nowhere.conf: no such file"),
    ] {
        let ran = Scratch::new(&[]).run(&[&["probe"], flags].concat()).expect(2);
        assert!(ran.stderr.contains(words) && !ran.stderr.contains("s3cr3t"), "{flags:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{flags:?}");
    }
}
