//! Inputs that become much more than they are: values that double, and values that are kept or sent again and again.

use std::fmt::Write as _;

use crate::support::{SMALL, Scratch};

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
pub(super) fn haproxy(lines: &str) -> String {
    format!(
        "defaults\n    mode http\n    timeout connect 5s\n    timeout client 50s\n    timeout server 50s\nfrontend f\n    \
         bind :80\n{lines}    use_backend app if {{ hdr(Upgrade) -i websocket }}\n    default_backend app\nbackend app\n    \
         server s1 127.0.0.1:3000\n"
    )
}

/// A line `times` times, with its number for each `#`.
pub(super) fn lines(line: &str, times: usize) -> String {
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
        (
            "the environment",
            "global\n    \
             setenv A abcdefgh\n"
                .to_owned()
                + &lines("    setenv A \"${A}${A}\"", 40)
                + &lines("    setenv V# \"${A}\"", 300)
                + "frontend g\n    bind :81\n    http-request set-path \"/${A}\"\n",
        ),
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
