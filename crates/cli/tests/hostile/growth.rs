//! Inputs that become much more than they are: values that double, values that are kept or sent again and again,
//! and files of nothing but the smallest statements.

use std::fmt::Write as _;

use crate::support::{Budget, SMALL, Scratch};

/// Beside what they quote, reports of one route take less than this.
const SMALL_REPORT: usize = 200_000;

/// Lints, lists and traces a configuration within the small budget. Nothing that is said for people is long; the way
/// that the request takes is given back.
#[track_caller]
fn check(name: &str, file: &str, text: &str) -> serde_json::Value {
    let scratch = Scratch::new(&[(file, text)]);
    for args in [
        &["--exit-zero", file][..],
        &["--exit-zero", "--format", "json", file],
        &["--exit-zero", "--format", "sarif", file],
        &["facts", "--format", "json", file],
    ] {
        let ran = scratch.bounded(SMALL, args).expect(0);
        assert!(ran.stdout.len() < SMALL_REPORT, "{name}: {args:?} says {} bytes", ran.stdout.len());
    }
    let ran = scratch.bounded(SMALL, &["trace", "--format", "json", "ws://localhost/ws", file]);
    assert!(matches!(ran.status, Some(0..=2)), "{name}: {ran:?}");
    let document = ran.json();
    for step in document["steps"].as_array().expect("steps") {
        let note = step["note"].as_str().expect("a note");
        assert!(note.chars().count() <= 1001, "{name}: {note}");
    }
    document["outcome"].clone()
}

/// A location that upgrades, with lines of its own and lines above the server.
fn nginx(above: &str, lines: &str) -> String {
    format!(
        "events {{}}\nhttp {{\n{above}\nserver {{\nlisten 80;\nlocation /ws {{\n{lines}\nproxy_set_header Upgrade \
         $http_upgrade;\nproxy_set_header Connection \"upgrade\";\nproxy_http_version 1.1;\n\
         proxy_pass http://127.0.0.1:3000;\n}}\nlocation = /auth {{ return 204; }}\n}}\n}}\n"
    )
}

/// A frontend with lines of its own.
fn haproxy(lines: &str) -> String {
    format!(
        "defaults\n    mode http\n    timeout connect 5s\n    timeout client 50s\n    timeout server 50s\nfrontend f\n    \
         bind :80\n{lines}    use_backend app if {{ hdr(Upgrade) -i websocket }}\n    default_backend app\nbackend app\n    \
         server s1 127.0.0.1:3000\n"
    )
}

/// A line `times` times, with its number for each `#`.
fn lines(line: &str, times: usize) -> String {
    (0..times).fold(String::new(), |mut lines, number| {
        let _ = writeln!(lines, "{}", line.replace('#', &number.to_string()));
        lines
    })
}

#[test]
fn values_of_nginx_do_not_double_for_ever() {
    let seed = "set $a abcdefgh;\nset $b ijklmnop;\n";
    for (name, above, body) in [
        ("set", "", format!("{seed}{}proxy_set_header Connection $a;", lines("set $a $a$a;", 40))),
        ("set in braces", "", format!("{seed}{}", lines("set $a \"${a}/${a}\";", 40))),
        ("two variables", "", format!("{seed}{}", lines("set $a $a$b;\nset $b $b$a;", 40))),
        ("a path", "", lines("rewrite ^/(.*)$ /$1$1;", 16)),
        ("a named group", "", lines("rewrite ^/(?<x>.*)$ /$x/$x$x;", 16)),
        ("the path itself", "", lines("rewrite ^ $uri$uri;", 30)),
        ("a query", "", lines("rewrite ^(.*)$ $1?x=$args$args;", 40)),
        ("a query that stays", "", lines(&format!("rewrite ^(.*)$ $1?{}=$args;", "x".repeat(900)), 60)),
        (
            "captures",
            "",
            format!(
                "{seed}{}",
                lines("if ($a ~ \"(.*)\") {{ set $a $1$1; }}", 40).replace("{{", "{").replace("}}", "}")
            ),
        ),
        ("many variables", "", format!("{seed}{}{}", lines("set $a $a$a;", 12), lines("set $v# $a;", 5_000))),
        (
            "many headers",
            "",
            format!("{seed}{}{}", lines("set $a $a$a;", 12), lines("proxy_set_header X-# $a;", 5_000)),
        ),
        (
            "an address",
            "",
            format!("{seed}{}proxy_pass http://h$a/$a;", lines("set $a $a$a;", 40))
                .replace("proxy_pass", "set $c"),
        ),
        ("an answer", "", format!("{seed}{}return 302 https://a/$a$a;", lines("set $a $a$a;", 40))),
        ("a file", "", format!("{seed}{}try_files $uri /$a$a;", lines("set $a $a$a;", 12))),
        ("an error page", "", format!("{seed}{}error_page 403 /$a$a;\ndeny all;", lines("set $a $a$a;", 40))),
        (
            "a subrequest",
            "",
            format!("{seed}{}auth_request /auth;\nproxy_set_header X $a;", lines("set $a $a$a;", 40)),
        ),
        (
            "many groups",
            "",
            format!("rewrite \"^{}(.*){}$\" /$1$2$3$4$5$6$7$8$9;", "(".repeat(60), ")".repeat(60)),
        ),
        (
            "tables",
            &*format!(
                "map $uri $t0 {{ default abcdefgh; }}\n{}",
                (0..40).fold(String::new(), |mut maps, map| {
                    let _ = writeln!(maps, "map $t{map}$t{map} $t{} {{ default $t{map}$t{map}; }}", map + 1);
                    maps
                })
            ),
            "proxy_set_header X-T $t40;\nset $a $t12;\nif ($t40 = a) { return 404; }".to_owned(),
        ),
        (
            "splits",
            &*format!(
                "map $uri $t0 {{ default abcdefgh; }}\n{}",
                (0..40).fold(String::new(), |mut maps, map| {
                    let _ = writeln!(maps, "split_clients $t{map}$t{map} $s{map} {{ * $t{map}$t{map}; }}");
                    let _ = writeln!(
                        maps,
                        "map $s{map}$t{map}$t{map} $t{} {{ default $t{map}$t{map}; }}",
                        map + 1
                    );
                    maps
                })
            ),
            "proxy_set_header X-T $t40$s39;".to_owned(),
        ),
    ] {
        check(name, "nginx.conf", &nginx(above, &body));
    }
}

#[test]
fn expressions_take_no_more_memory_than_they_are_worth() {
    let nested = "location ~ \"^/((((a{64}){64}){64}){64}){64}/ws$\" { proxy_pass http://127.0.0.1:1; }\n";
    let large = lines("location ~ \"^/x#/(\\w{20}){4}/ws$\" { proxy_pass http://127.0.0.1:1; }", 60);
    let text = format!("events {{}}\nhttp {{ server {{ listen 80;\n{nested}{large}}} }}\n");
    check("locations", "nginx.conf", &text);
    check("acls", "haproxy.cfg", &haproxy(&lines("    acl a path_reg ^/x#/(\\w{20}){4}/ws$", 60)));
    check(
        "replaced",
        "haproxy.cfg",
        &haproxy(&lines("    http-request replace-path ((a{99}){99}){99}# /", 20)),
    );
}

#[test]
fn values_of_haproxy_do_not_double_for_ever() {
    let seed = "    http-request set-var(txn.a) str(abcdefgh)\n";
    let twice = "    http-request set-var-fmt(txn.a) %[var(txn.a)]%[var(txn.a)]";
    for (name, body) in [
        ("set-path", lines("    http-request set-path %[path]%[path]", 40)),
        ("set-pathq", lines("    http-request set-pathq %[path]%[path]?%[query]%[query]", 40)),
        ("set-uri", lines("    http-request set-uri %[pathq]%[pathq]", 40)),
        ("set-query", lines("    http-request set-query x=%[query]%[query]", 40)),
        ("set-var-fmt", seed.to_owned() + &lines(twice, 40)),
        (
            "concat",
            seed.to_owned() + &lines("    http-request set-var(txn.a) var(txn.a),concat(,txn.a,)", 40),
        ),
        ("a header", lines("    http-request set-header X a%[req.hdr(X)]%[req.hdr(X)]", 40)),
        ("many headers", lines("    http-request add-header X-# %[path]", 5_000)),
        ("equal headers", lines("    http-request add-header X %[req.hdrs]", 40)),
        ("replace-path", lines("    http-request replace-path (.*) \\1\\1", 40)),
        (
            "replace-header",
            "    http-request set-header X abc\n".to_owned()
                + &lines("    http-request replace-header X (.*) \\1\\1", 40),
        ),
        (
            "replace-value",
            "    http-request set-header X a,b\n".to_owned()
                + &lines("    http-request replace-value X (.*) \\1,\\1", 40),
        ),
        (
            "regsub",
            seed.to_owned() + &lines("    http-request set-var(txn.a) var(txn.a),regsub(.,abcdefghij,g)", 40),
        ),
        (
            "a value for each part",
            seed.to_owned()
                + &lines(twice, 12)
                + &format!("    http-request set-header X \"{}\"\n", ",".repeat(5_000))
                + &lines("    http-request set-var(txn.b) req.hdr(X),concat(,txn.a,)", 3),
        ),
        (
            "many variables",
            seed.to_owned()
                + &lines(twice, 12)
                + &lines("    http-request set-var(txn.v#) var(txn.a)", 5_000),
        ),
        (
            "a redirect",
            seed.to_owned()
                + &lines(twice, 40)
                + "    http-request redirect location /%[var(txn.a)]%[var(txn.a)] ignore-empty\n",
        ),
        ("many doubts", lines("    http-request set-header X-# %[src] if { src 10.0.0.# }", 200)),
    ] {
        check(name, "haproxy.cfg", &haproxy(&body));
    }
}

#[test]
fn a_value_is_known_up_to_the_bound_and_not_beyond() {
    let uri = |times: usize| {
        // The last one keeps the path from choosing the location anew, which runs all of them again.
        let doubled = lines("rewrite ^/(.*)$ /$1$1;", times - 1) + "rewrite ^/(.*)$ /$1$1 break;";
        let text = nginx("", &doubled);
        check("a path", "nginx.conf", &text)["uri"].as_str().expect("a URI").to_owned()
    };
    assert_eq!(uri(10), format!("/{}", "ws".repeat(1 << 10)));
    assert_eq!(uri(16), "unknown");
    let path = |times: usize| {
        let text = haproxy(&lines("    http-request set-path %[path]%[path]", times));
        check("a path", "haproxy.cfg", &text)["uri"].as_str().expect("a URI").to_owned()
    };
    assert_eq!(path(10), "/ws".repeat(1 << 10));
    assert_eq!(path(28), "unknown");
}

#[test]
fn a_way_of_many_steps_is_told_in_part() {
    let text = nginx("", &lines("rewrite ^/ws(.*)$ /ws$1?a=#;", 3_000));
    let scratch = Scratch::new(&[("nginx.conf", &text)]);
    let ran = scratch.bounded(SMALL, &["trace", "--format", "json", "ws://localhost/ws", "nginx.conf"]);
    let document = ran.json();
    let steps = document["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), 500);
    assert!(steps[499]["note"].as_str().expect("a note").contains("more than 500 steps"), "{:?}", steps[499]);
}

/// A file may take 30 MB and 25 times its size in memory. The budget is of addresses, of which the program itself and
/// what the allocator reserves take some hundred megabytes more.
const FLOOD: Budget = Budget { memory_mib: 30 + 25 + 105, cpu_seconds: 60 };

/// A megabyte of one unit, behind and in front of others.
fn flood(before: &str, unit: &str, after: &str) -> String {
    format!("{before}{}{after}", unit.repeat((1 << 20) / unit.len()))
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
    scratch.bounded(FLOOD, &["nginx.conf"]).expect(0);
    let backends = lines("backend b#\n    server s 10.0.0.1:80 check", 6_000);
    let rules = lines("    use_backend b# if { hdr(host) h#.example }", 300);
    let text = format!(
        "defaults\n    mode http\n    timeout client 1m\n    timeout server 1m\n    timeout connect 1m\n{backends}frontend f\n    bind :80\n{rules}    default_backend b0\n"
    );
    let scratch = Scratch::new(&[("haproxy.cfg", &text)]);
    scratch.bounded(FLOOD, &["haproxy.cfg", "--exit-zero"]).expect(0);
}

#[test]
fn snippets_that_are_included_again_and_again_are_counted() {
    let snippet = lines("set $a# b;", 2_000);
    let includes = lines("location /# { include snippet.conf; }", 2_000);
    let text = format!("events {{}}\nhttp {{ server {{ listen 80;\n{includes}}} }}\n");
    let scratch = Scratch::new(&[("nginx.conf", &text), ("snippet.conf", &snippet)]);
    let ran = scratch.bounded(FLOOD, &["nginx.conf"]).expect(2);
    assert!(ran.stderr.contains("include-limit"), "{ran:?}");
}

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
    ] {
        let all = lines(line, 500) + &lines(location, 500);
        let text = format!("events {{}}\nhttp {{ server {{ listen 80;\n{all}}} }}\n");
        let scratch = Scratch::new(&[("nginx.conf", &text)]);
        let ran = scratch.bounded(SMALL, &["nginx.conf"]);
        assert!(matches!(ran.status, Some(0..=2)), "{name}: {ran:?}");
    }
}
