//! Where thousands of lines meet thousands of others: the cost follows the size of the input.

use std::fmt::Write as _;

use super::growth::{haproxy, lines};
use crate::support::{SMALL, Scratch};

/// Where a thousand lines meet a thousand others, asking each for each took minutes.
#[test]
fn a_thousand_rules_cost_no_more_than_a_thousand_times_one() {
    let upgrades = |line: &str| format!("{line} {{ hdr(Upgrade) -i websocket }}");
    let keys = lines("/ws# app", 1_000);
    for (name, rules) in [
        ("paths", format!("    acl a# path_beg /ws#\n{}", upgrades("    use_backend app if a#"))),
        ("one file", format!("    acl a# path_beg -f keys\n{}", upgrades("    use_backend app if a#"))),
        (
            "expressions",
            format!("    acl a# path_reg ^/a#/[a-z]+\n{}", upgrades("    use_backend app if a#")),
        ),
        ("hosts", upgrades("    use_backend app if { hdr(host) h#.example }")),
        ("ends of hosts", upgrades("    use_backend app if { hdr_end(host) .h#.example }")),
        ("one map", "    use_backend %[path,map_beg(keys)] if { hdr(host) h# }".to_owned()),
        ("the same", upgrades("    use_backend app if")),
    ] {
        let text = haproxy(&lines(&rules, 1_000));
        let scratch = Scratch::new(&[("haproxy.cfg", &text), ("keys", &keys)]);
        let ran = scratch.bounded(SMALL, &["haproxy.cfg"]);
        assert!(matches!(ran.status, Some(0..=2)), "{name}: {ran:?}");
    }
    let location = "location /w# { proxy_pass http://127.0.0.1:1; proxy_set_header Upgrade $http_upgrade; }";
    for (name, line) in [
        ("rewrites", "rewrite ^/x#/(.*)$ /y#/$1;"),
        ("addresses", "allow 10.0.0.1;"),
        ("limits", "limit_req zone=a#;"),
        ("variables", "set $v# a#;"),
        ("branches", "if ($arg_a = b#) { set $v# 1; }"),
        ("refusals", "if ($arg_a = b#) { return 403; }"),
        ("paths", "if ($uri ~ ^/x#/) { return 403; }"),
        ("headers of responses", "add_header X-# a#;"),
        ("hidden headers", "proxy_hide_header X-#;"),
        ("pages", "error_page 502 = @a#;"),
    ] {
        let all = lines(line, 500) + &lines(location, 500);
        let text = format!("events {{}}\nhttp {{ server {{ listen 80;\n{all}}} }}\n");
        let scratch = Scratch::new(&[("nginx.conf", &text)]);
        let ran = scratch.bounded(SMALL, &["nginx.conf"]);
        assert!(matches!(ran.status, Some(0..=2)), "{name}: {ran:?}");
    }
}

/// Each section of a chain asked the whole chain above it for each of its settings.
#[test]
fn a_long_chain_of_defaults_is_asked_once() {
    let sections = (1..2_000).fold(String::new(), |mut sections, number| {
        let before = number - 1;
        let _ = writeln!(
            sections,
            "defaults d{number} from d{before}\n    retries {number}\nfrontend f{number} from d{number}\n    \
             bind 127.0.0.1:1{number}\n    use_backend app if {{ hdr(Upgrade) -i websocket }}\n    \
             default_backend app"
        );
        sections
    });
    let times = "    timeout connect 5s\n    timeout client 50s\n    timeout server 50s\n";
    let text = format!(
        "defaults d0\n    mode http\n{times}{sections}backend app from d0\n    server s 127.0.0.1:3000\n"
    );
    let scratch = Scratch::new(&[("haproxy.cfg", &text)]);
    scratch.bounded(SMALL, &["haproxy.cfg"]).expect(1);
}
