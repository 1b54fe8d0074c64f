//! Shapes of nginx configurations.

use super::shape::{Shape, lines, padded};

/// What stands above the parts of a shape.
const HEAD: &str = "events { worker_connections 10000; }\nhttp {\n\
                    map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n";

/// A location that passes handshakes on, and keeps its connections.
const KEPT: &str = "location /a#/ws { proxy_pass http://127.0.0.1:1; proxy_http_version 1.1; \
                    proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; \
                    proxy_set_header Host $host; proxy_read_timeout 1h; }";

/// What a server says for such locations that say nothing themselves.
const KEEPS: &str = "proxy_http_version 1.1; proxy_read_timeout 1h; proxy_set_header Host $host; \
                     proxy_set_header Upgrade $http_upgrade; \
                     proxy_set_header Connection $connection_upgrade;\n";

/// A location that loses the headers of handshakes: a finding.
const LOST: &str = "location /a#/ws { proxy_pass http://127.0.0.1:1; }";

/// Lines above locations that pass handshakes on, as many as those.
const ABOVE_KEPT: &[(&str, &str)] = &[
    ("nginx rewrite × locations", "rewrite ^/x#/(.*)$ /y#/$1;"),
    ("nginx set × locations", "set $v# a#;"),
    ("nginx if … set × locations", "if ($arg_a = b#) { set $v# 1; }"),
    ("nginx if … return × locations", "if ($arg_a = b#) { return 403; }"),
    ("nginx if on the path × locations", "if ($uri ~ ^/x#/) { return 403; }"),
    ("nginx proxy_set_header × locations", "proxy_set_header X-# a#;"),
    ("nginx add_header × locations", "add_header X-# a#;"),
    ("nginx proxy_hide_header × locations", "proxy_hide_header X-#;"),
    ("nginx error_page × locations", "error_page 404 /e#;"),
    ("nginx limit_req × locations", "limit_req zone=a#;"),
    ("nginx deny × locations", "deny &;"),
    ("nginx regex locations × locations", "location ~ ^/r#/[a-z]+$ { proxy_pass http://127.0.0.1:1; }"),
];

/// Lines above locations that lose the headers, as many as those.
const ABOVE_LOST: &[(&str, &str)] = &[
    ("nginx findings in one file", ""),
    ("nginx set × findings", "set $v# a#;"),
    ("nginx if … return × findings", "if ($arg_a = b#) { return 403; }"),
    ("nginx rewrite × findings", "rewrite ^/x#/(.*)$ /y#/$1;"),
    ("nginx regex locations × findings", "location ~ ^/r#/[a-z]+$ { return 204; }"),
];

/// Ways to look at locations that lose the headers.
const LOOKS: &[(&str, &[&str])] = &[
    ("nginx --diff of findings", &["--diff", "nginx.conf"]),
    ("nginx --fix of findings", &["--fix", "nginx.conf"]),
    ("nginx facts of findings", &["facts", "nginx.conf"]),
    ("nginx findings as JSON", &["--format", "json", "nginx.conf"]),
    ("nginx findings as SARIF", &["--format", "sarif", "nginx.conf"]),
];

/// Servers; `LOCATION` is one that passes handshakes on.
const SERVERS: &[(&str, &str)] = &[
    ("nginx servers", "server { listen 80; server_name h#.test; LOCATION }"),
    ("nginx server names by expressions", "server { listen 80; server_name ~^h#\\.test$; LOCATION }"),
    ("nginx ports", "server { listen &:80; LOCATION }"),
];

/// All of them.
pub(crate) fn shapes() -> Vec<Shape> {
    let mut shapes = vec![lint("nginx locations", "", |size| lines(KEPT, size))];
    for &(name, line) in ABOVE_KEPT {
        shapes.push(lint(name, "", move |size| lines(line, size) + &lines(KEPT, size)));
    }
    for &(name, line) in ABOVE_LOST {
        shapes.push(lint(name, "", move |size| lines(line, size) + &padded(LOST, size)));
    }
    for &(name, args) in LOOKS {
        shapes.push(Shape { args, ..lint(name, "", |size| padded(LOST, size)) });
    }
    let kept = KEPT.replace('#', "");
    for &(name, server) in SERVERS {
        shapes.push(lint(name, &server.replace("LOCATION", &kept), |_| String::new()));
    }
    let named = "server { listen 80; server_name h#.test; LOCATION }";
    shapes.push(Shape {
        args: &["trace", "ws://h7.test/a/ws", "nginx.conf"],
        ..lint("nginx trace through servers", &named.replace("LOCATION", &kept), |_| String::new())
    });
    let chained = format!("server {{ listen unix:/s#; LOCATION }}{}", " ".repeat(400));
    let next = kept.replace("127.0.0.1:1", "unix:/s»");
    shapes.push(lint("nginx servers one behind the other", &chained.replace("LOCATION", &next), |_| {
        String::new()
    }));
    shapes.extend(of_locations());
    shapes.extend(of_tables());
    shapes
}

/// What concerns the locations of one server.
fn of_locations() -> Vec<Shape> {
    let shape = |name, line: &'static str| lint(name, "", move |size| lines(line, size));
    vec![
        lint("nginx proxy_set_header that locations inherit", "", |size| {
            lines("proxy_set_header X-# a#;", size) + KEEPS + &lines(LOST, size)
        }),
        lint("nginx proxy_set_header that locations drop", "", |size| {
            let drops = "location /a#/ws { proxy_pass http://127.0.0.1:1; proxy_set_header X a; }";
            lines("proxy_set_header X-# a#;", size) + &padded(drops, size)
        }),
        lint("nginx names of one server", "", |size| {
            format!("server_name {};\n{}", lines("h#.test", size), lines(KEPT, size))
        }),
        lint("nginx comments that accept", "", |size| {
            let accepted = |number: usize| {
                let location = LOST.replace('#', &number.to_string());
                format!("# wslint: ignore[nginx/upgrade-missing] known\n{location:460}\n")
            };
            (0..size).map(accepted).collect()
        }),
        lint("nginx deny lines", "", |size| lines("deny &;", size) + &KEPT.replace('#', "")),
        shape(
            "nginx large expressions",
            "location ~ \"^/x#/(\\w{20}){4}/ws$\" { proxy_pass http://127.0.0.1:1; }",
        ),
        lint("nginx nested locations", "", |size| {
            lines(&format!("location /n#/ {{ {} }}", KEPT.replace("/a#", "/n#/a")), size)
        }),
        lint("nginx try_files × named locations", "", |size| {
            let named = KEPT.replace("/a#/ws", "@a#");
            lines(&format!("location /a#/ws {{ try_files $uri @a#; }} {named}"), size)
        }),
    ]
}

/// What stands in `http {}` that locations use.
fn of_tables() -> Vec<Shape> {
    let using = |header: &str| KEPT.replace('}', &format!("proxy_set_header X {header}; }}"));
    let to = |upstream: &str| KEPT.replace("127.0.0.1:1", upstream);
    let (of_one, of_each) = (using("$to"), using("$to#"));
    let (to_one, to_each) = (to("u"), to("u#"));
    vec![
        both("nginx servers of an upstream × locations", ("upstream u {", "server &:9000;", "}"), to_one),
        both("nginx upstreams × locations", ("", "upstream u# { server &:9000; }", ""), to_each),
        both("nginx entries of a map × locations", ("map $uri $to {", "/p# /q#;", "}"), of_one.clone()),
        both("nginx expressions of a map × locations", ("map $uri $to {", "~^/p#/ /q#;", "}"), of_one),
        both("nginx maps × locations", ("", "map $uri $to# { /p# /q#; }", ""), of_each),
    ]
}

/// Lines in `http {}`, with what stands around them, and as many locations of one server.
fn both(
    name: &'static str,
    (open, line, close): (&'static str, &'static str, &'static str),
    location: String,
) -> Shape {
    make(name, move |size| (format!("{open}\n{}{close}\n", lines(line, size)), lines(&location, size)))
}

/// Lines in `http {}`, and what one server holds.
fn lint(name: &'static str, line: &str, within: impl Fn(usize) -> String + 'static) -> Shape {
    let line = line.to_owned();
    make(name, move |size| (if line.is_empty() { String::new() } else { lines(&line, size) }, within(size)))
}

fn make(name: &'static str, parts: impl Fn(usize) -> (String, String) + 'static) -> Shape {
    let make = move |size| {
        let (above, within) = parts(size);
        vec![("nginx.conf", format!("{HEAD}{above}server {{\nlisten 80;\n{within}\n}}\n}}\n"))]
    };
    Shape { name, args: &["nginx.conf"], make: Box::new(make) }
}
