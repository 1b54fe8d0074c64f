//! Files of nothing but the smallest statements, or of findings: they take memory in proportion to their size.

use super::growth::lines;
use crate::support::{Budget, Scratch};

/// A file of a megabyte may take 30 MB and 25 times its size in memory. The budget is of addresses, of which the program
/// itself and what the allocator reserves take some hundred megabytes more.
const MEGABYTE: Budget = Budget { memory_mib: 30 + 25 + 105, cpu_seconds: 60 };
/// A flood has half of that.
const FLOOD: Budget = Budget { memory_mib: 30 + 25 / 2 + 105, cpu_seconds: 60 };

/// Half a megabyte of one unit, behind and in front of others.
fn flood(before: &str, unit: &str, after: &str) -> String {
    format!("{before}{}{after}", unit.repeat((1 << 19) / unit.len()))
}

#[test]
fn files_of_the_smallest_statements_of_nginx_take_memory_in_proportion() {
    let server = "events {}\nhttp {\nserver {\nlisten 80;\nlocation /ws { proxy_pass http://127.0.0.1:1; }\n";
    for (unit, before, after) in [
        ("a{}", "", ""),
        ("a{}", "events {}\nhttp {\n", "}\n"),
        (";", "", ""),
        ("a;", "", ""),
        ("{", "", ""),
        ("}", "", ""),
        ("a{", "", ""),
        ("a b c ", "", ""),
        ("\n", server, "}\n}\n"),
        ("#\n", server, "}\n}\n"),
        ("\"", "", ""),
        ("\"\";", server, "}\n}\n"),
        ("server{}", "events {}\nhttp {\n", "}\n"),
        ("location /a{}", server, "}\n}\n"),
        ("if ($a){}", server, "}\n}\n"),
        ("map $a $b{a b;}", "events {}\nhttp {\n", "}\n"),
        ("upstream a{}", "events {}\nhttp {\n", "}\n"),
        ("# wslint: ignore[a]\n", server, "}\n}\n"),
        ("#wslint:ignore\n", server, "}\n}\n"),
        ("include a;", server, "}\n}\n"),
        // Each is a route and a finding.
        ("location /ws{proxy_pass http://a;}", server, "}\n}\n"),
    ] {
        let scratch = Scratch::new(&[("nginx.conf", &flood(before, unit, after))]);
        let ran = scratch.bounded(FLOOD, &["--format", "full", "nginx.conf"]);
        assert!(matches!(ran.status, Some(0..=2)), "{unit}: {:?} {:?}", ran.status, ran.signal);
        let cut = ran.stderr.contains("statement-limit");
        assert!(!cut || ran.status == Some(2), "{unit}: nothing is left out in silence");
    }
}

#[test]
fn files_of_the_smallest_lines_of_haproxy_take_memory_in_proportion() {
    let sections =
        "defaults\n mode http\nbackend b\n server s 127.0.0.1:1\nfrontend f\n bind :80\n default_backend b\n";
    for (unit, before) in [
        ("a\n", ""),
        ("a\n", sections),
        ("a b c\n", sections),
        ("a b c d e f g h i j k l m n o p q r s t u v w x y z\n", sections),
        ("backend a\n", ""),
        ("defaults\n", sections),
        ("listen a\n", sections),
        ("global\n", sections),
        ("\n", sections),
        ("\r", sections),
        ("#\n", sections),
        ("\"\n", sections),
        ("'", sections),
        ("\\\n", sections),
        ("[a]\n", sections),
        ("[\n", sections),
        (".notice a b\n", sections),
        ("no\n", sections),
        ("acl a path /\n", sections),
        ("# wslint: ignore[a]\n", sections),
    ] {
        let scratch = Scratch::new(&[("haproxy.cfg", &flood(before, unit, ""))]);
        let ran = scratch.bounded(FLOOD, &["haproxy.cfg"]);
        assert!(matches!(ran.status, Some(0..=2)), "{unit}: {:?} {:?}", ran.status, ran.signal);
        let cut = ran.stderr.contains("statement-limit");
        assert!(!cut || ran.status == Some(2), "{unit}: nothing is left out in silence");
    }
}

#[test]
fn files_that_are_dense_and_real_are_read_to_the_end() {
    let hosts = lines(
        "server { listen 80; server_name h#.example; location / { proxy_pass http://127.0.0.1:1#; } }",
        4_000,
    );
    let map = format!("map $uri $to {{\n{}}}\n", lines("/p# /q#;", 40_000));
    let scratch = Scratch::new(&[("nginx.conf", &format!("events {{}}\nhttp {{\n{map}{hosts}}}\n"))]);
    scratch.bounded(MEGABYTE, &["nginx.conf"]).expect(0);
    let backends = lines("backend b#\n    server s 10.0.0.1:80 check", 6_000);
    let rules = lines("    use_backend b# if { hdr(host) h#.example }", 300);
    let text = format!(
        "defaults\n    mode http\n    timeout client 1m\n    timeout server 1m\n    timeout connect 1m\n{backends}frontend f\n    bind :80\n{rules}    default_backend b0\n"
    );
    let scratch = Scratch::new(&[("haproxy.cfg", &text)]);
    scratch.bounded(MEGABYTE, &["haproxy.cfg", "--exit-zero"]).expect(0);
}

#[test]
fn snippets_that_are_included_again_and_again_are_counted() {
    let snippet = lines("set $a# b;", 2_000);
    let includes = lines("location /# { include snippet.conf; }", 2_000);
    let text = format!("events {{}}\nhttp {{ server {{ listen 80;\n{includes}}} }}\n");
    let scratch = Scratch::new(&[("nginx.conf", &text), ("snippet.conf", &snippet)]);
    let ran = scratch.bounded(MEGABYTE, &["nginx.conf"]).expect(2);
    assert!(ran.stderr.contains("include-limit"), "{ran:?}");
}

/// What is fixed grows in each round, and is read again.
#[test]
fn findings_take_memory_in_proportion_however_they_are_told() {
    const PART: usize = 16;
    let budget = Budget { memory_mib: 30 + 25 / PART as u64 + 105, cpu_seconds: 120 };
    let numbered = "server { listen 80;\n";
    for (before, unit, after) in [
        ("", "server{listen 80;server_name h#.test;location /ws{proxy_pass http://a;}}", ""),
        (
            "",
            "server{listen 80;server_name h#.test;location /socket.io/{proxy_pass http://a;proxy_set_header Upgrade $http_upgrade;}}",
            "",
        ),
        (numbered, "location /#{proxy_pass http://a;proxy_set_header Upgrade $http_upgrade;}", "}\n"),
    ] {
        let units = lines(unit, (1 << 20) / PART / unit.len());
        let text = format!("events {{}}\nhttp {{\n{before}{units}{after}}}\n");
        for args in [
            &["--format", "json"][..],
            &["--format", "sarif"],
            &["facts"],
            &["facts", "--format", "json"],
            &["--diff"],
            &["--fix"],
            &["--add-ignore=because"],
        ] {
            let scratch = Scratch::new(&[("nginx.conf", &text)]);
            let ran = scratch.bounded(budget, &[args, &["nginx.conf"]].concat());
            assert!(matches!(ran.status, Some(0..=2)), "{args:?}: {:?} {:?}", ran.status, ran.signal);
        }
    }
}
