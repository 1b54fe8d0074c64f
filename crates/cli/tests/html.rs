//! `--format html`: one file that holds all of it, in which nothing of a configuration runs and which asks for nothing.

use std::path::Path;

use crate::support::{Ran, Scratch};

/// Names that would be marks, scripts or requests if they were not written out.
const HOSTILE: &str = "</title><script>alert(1)</script><img src=//x.example/a onerror=alert(2)>";

fn configuration() -> String {
    format!(
        "events {{}}\nhttp {{\n    upstream \"{HOSTILE}\" {{\n        server 127.0.0.1:3000;\n        server 127.0.0.1:3001;\n    }}\n    \
         server {{\n        listen 80;\n        server_name \"{HOSTILE}\";\n        location \"/socket.io/{HOSTILE}\" {{\n            \
         proxy_pass \"http://{HOSTILE}\";\n            proxy_set_header Authorization \"Basic c2VjcmV0OnNlY3JldA==\";\n        }}\n        \
         location /socket.io/ {{\n            proxy_pass http://127.0.0.1:3000;\n        }}\n    }}\n}}\n"
    )
}

/// The marks of a page that could run or ask for something.
fn harmless(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("default-src 'none'"), "{page}");
    for mark in ["<script", "<img", "<link", "<iframe", "<object", "<embed", "@import", "url(", "javascript:"]
    {
        assert!(!page.to_lowercase().contains(mark), "{mark} in {page}");
    }
    assert!(!page.contains("c2VjcmV0"), "a secret in {page}");
    // All that leads anywhere are the pages of rules and places in the page itself.
    for link in page.split("href=\"").skip(1) {
        let ours = env!("CARGO_PKG_HOMEPAGE");
        assert!(link.starts_with('#') || link.starts_with(ours), "{link}");
    }
    assert_eq!(page.matches("<article").count(), page.matches("</article>").count());
}

fn expect(ran: Ran) -> String {
    let page = ran.stdout;
    harmless(&page);
    page
}

#[test]
fn nothing_of_a_configuration_runs() {
    let scratch = Scratch::new(&[("nginx.conf", &configuration())]);
    scratch.write(Path::new("old/nginx.conf"), configuration().replace("3001", "3002").as_bytes());
    scratch.write(Path::new("new/nginx.conf"), configuration().as_bytes());
    let page = expect(scratch.run(&["--format", "html", "--severity", "info", "nginx.conf"]));
    assert!(page.contains("&lt;script&gt;"), "{page}");
    expect(scratch.run(&["trace", "--format", "html", "ws://a.example/socket.io/", "nginx.conf"]));
    let path = format!("ws://a.example/socket.io/{}", HOSTILE.replace(' ', "+"));
    expect(scratch.run(&["trace", "--format", "html", &path, "nginx.conf"]));
    expect(scratch.run(&[
        "compare",
        "--format",
        "html",
        "--websocket",
        &format!("/socket.io/{HOSTILE}"),
        "old",
        "new",
    ]));
}

#[test]
fn nothing_of_a_configuration_is_obeyed_in_a_comparison() {
    let hostile = "\u{1b}[31m\u{202e}|`*_<b>@a ::error::x ##[group]y";
    let site = |host: &str, timeout: &str| {
        format!(
            "events {{}}\nhttp {{\n    server {{\n        listen 80;\n        server_name \"::error::z|`<b>@a\";\n        \
             location \"/ws|`*_<b>@a\" {{\n            proxy_pass http://127.0.0.1:3000;\n            \
             proxy_http_version 1.1;\n            proxy_set_header Host \"{host}\";\n            \
             proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection \"upgrade\";\n            \
             proxy_read_timeout {timeout};\n        }}\n    }}\n}}\n"
        )
    };
    let old = site("a.example", "2h");
    let scratch = Scratch::new(&[("old/nginx.conf", &old), ("new/nginx.conf", &site(hostile, "20s"))]);
    for format in ["full", "json", "markdown", "github", "html"] {
        let mut command = scratch.wslint(&["compare", "--format", format, "old", "new"]);
        let ran =
            Ran::from(command.env("GITHUB_ACTIONS", "true").output().expect("the command runs")).expect(1);
        let commands = ran.stdout.lines().filter(|line| line.trim_start().starts_with("::")).count();
        assert_eq!(commands, usize::from(format == "github"), "{format}: {ran:?}");
        assert!(!ran.stdout.contains("##["), "{format}: {ran:?}");
    }
}

#[test]
fn endpoints_routes_and_sources_are_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = Scratch::new(&[]);
    let run = |args: &[&str]| {
        let mut command = scratch.wslint(args);
        expect(Ran::from(command.current_dir(root).output().expect("the command runs")))
    };
    let page = run(&["--format", "html", "fixtures/projects/midnight"]);
    for part in [
        "chat.example.com/socket.io/",
        "10.20.0.11:3000, 10.20.0.12:3000",
        "its own proxy_set_header lines drop those set above it",
        "the upstream gets no <code>Upgrade</code> header",
        "60 s",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // The way that fails is marked where it does.
    assert_eq!(page.matches("class=\"broken fails\"").count(), 1, "{page}");
    // HAProxy's routes are drawn to where nginx sends them, and what HAProxy cuts does not come to nginx.
    let (_, route) = page.split_once("<h3>/</h3>").expect("the route of HAProxy");
    let (route, _) = route.split_once("</article>").expect("its end");
    let stations: Vec<&str> = route
        .split("<span class=\"name\">")
        .skip(1)
        .map(|rest| rest.split_once('<').expect("its end").0)
        .collect();
    let proxies = ["/", "127.0.0.1:80", "bind :80", "use_backend realtime if is_websocket"];
    assert_eq!(stations[..4], proxies, "{stations:?}");
    assert_eq!(
        stations[5..],
        ["127.0.0.1:8080", "listen 127.0.0.1:8080", "server", "location /", "static: 200"]
    );
    let (before, broken) = route.split_once("class=\"broken doubtful\"").expect("a broken link");
    assert!(before.contains("cuts after 50 s of silence: timeout client"), "{before}");
    assert!(broken.contains("nginx, arriving at"), "{broken}");
    // nginx's routes begin where the client does: at HAProxy.
    let (_, route) = page.split_once("<h3>chat.example.com/socket.io/</h3>").expect("a route of nginx");
    let (route, _) = route.split_once("</article>").expect("its end");
    let (haproxy, nginx) = (route.find("HAProxy, arriving at"), route.find("nginx, arriving at"));
    assert!(haproxy.is_some() && haproxy < nginx, "{route}");
    assert!(route.contains("10.20.0.11:3000"), "{route}");
    let page =
        run(&["trace", "--format", "html", "ws://chat.example.com/socket.io/", "fixtures/projects/midnight"]);
    assert!(page.contains("HAProxy, arriving at") && page.contains("nginx, arriving at"), "{page}");
    let pair = "fixtures/compare/nginx-headers-lost";
    let page = run(&["compare", "--format", "html", &format!("{pair}/old"), &format!("{pair}/new")]);
    assert!(page.contains("<h3>Before</h3>") && page.contains("<h3>After</h3>"), "{page}");
}
