//! Shapes of HAProxy configurations.

use super::shape::{Shape, lines, padded};

const DEFAULTS: &str = "defaults\n    mode http\n    timeout connect 5s\n    timeout client 50s\n    \
                        timeout server 50s\n    timeout tunnel 1h\n";

const FRONTEND: &str = "frontend f\n    bind :80\n";

/// The end of a frontend.
const RULES: &str = "    use_backend app if { hdr(Upgrade) -i websocket }\n    default_backend web\n";

const BACKENDS: &str =
    "backend app\n    server s1 127.0.0.1:3000\nbackend web\n    server s1 127.0.0.1:3001\n";

/// Lines of one frontend.
const OF_FRONTEND: &[(&str, &str)] = &[
    (
        "HAProxy acl and use_backend",
        "    acl a# path_beg /ws#\n    use_backend app if a# { hdr(Upgrade) -i websocket }",
    ),
    ("HAProxy use_backend", "    use_backend app if { path_beg /ws# }"),
    ("HAProxy use_backend by host", "    use_backend app if { hdr(host) -i h#.test }"),
    ("HAProxy use_backend by expressions", "    use_backend app if { path_reg ^/a#/[a-z]+ }"),
    ("HAProxy or", "    use_backend app if { path /a# } or { path /b# }"),
    ("HAProxy lines of one acl", "    acl ws path_beg /ws#"),
    ("HAProxy large expressions", "    acl a path_reg ^/x#/(\\w{20}){4}/ws$"),
    ("HAProxy http-request deny", "    http-request deny if { path_beg /x# }"),
    ("HAProxy http-request set-header", "    http-request set-header X-# a#"),
    ("HAProxy http-request set-var", "    http-request set-var(txn.v#) path"),
    ("HAProxy http-request replace-path", "    http-request replace-path ^/x#/(.*) /\\1"),
    ("HAProxy http-response set-header", "    http-response set-header X-# a#"),
    ("HAProxy redirect", "    redirect location /y# if { path /x# }"),
    ("HAProxy bind", "    bind :2#"),
    ("HAProxy errorfile", "    errorfile 503 /e#"),
];

/// Sections.
const SECTIONS: &[(&str, &str)] = &[
    ("HAProxy frontends", "frontend f#\n    bind 127.0.0.1:1#\n"),
    (
        "HAProxy frontends and backends",
        "backend b#\n    server s 127.0.0.1:3000\nfrontend f#\n    bind 127.0.0.1:1#\n    \
         acl ws hdr(Upgrade) -i websocket\n    use_backend b# if ws\n",
    ),
    (
        "HAProxy listen",
        "listen l#\n    bind 127.0.0.1:1#\n    server s 127.0.0.1:3000\n    acl ws hdr(Upgrade) -i websocket\n",
    ),
];

/// Ways to look at frontends.
const LOOKS: &[(&str, &[&str])] = &[
    ("HAProxy --diff of frontends", &["--diff", "haproxy.cfg"]),
    ("HAProxy facts of frontends", &["facts", "haproxy.cfg"]),
];

/// All of them.
pub(crate) fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for &(name, line) in OF_FRONTEND {
        shapes.push(lint(name, move |size| {
            let rules = "    acl ws path_beg /ws\n    use_backend app if ws\n";
            format!("{DEFAULTS}{FRONTEND}{}{rules}{RULES}{BACKENDS}", lines(line, size))
        }));
    }
    for &(name, section) in SECTIONS {
        shapes.push(lint(name, move |size| with_backends(&padded(&format!("{section}{RULES}"), size))));
    }
    for &(name, args) in LOOKS {
        // Without a `timeout tunnel` each of them is a finding.
        let frontends = |size| lines(&format!("frontend f#\n    bind 127.0.0.1:1#\n{RULES}"), size);
        let text = move |size| with_backends(&frontends(size)).replace("    timeout tunnel 1h\n", "");
        shapes.push(Shape { args, ..lint(name, text) });
    }
    shapes.extend(of_backends());
    shapes.extend(of_chains());
    shapes.extend(of_files());
    shapes
}

fn with_backends(sections: &str) -> String {
    format!("{DEFAULTS}{sections}{BACKENDS}")
}

fn of_backends() -> Vec<Shape> {
    let to_each = |switch: &'static str| {
        move |size: usize| {
            let backends = lines("backend b#\n    server s 127.0.0.1:3000", size);
            format!("{DEFAULTS}{FRONTEND}{}{RULES}{BACKENDS}{backends}", lines(switch, size))
        }
    };
    vec![
        lint("HAProxy backends", to_each("    use_backend b# if { path_beg /ws# }")),
        lint("HAProxy servers", |size| {
            format!("{DEFAULTS}{FRONTEND}{RULES}{BACKENDS}{}", lines("    server t# &:80 check", size))
        }),
        lint("HAProxy servers with cookies", |size| {
            let switch = "    use_backend io if { path_beg /socket.io }\n";
            let servers = lines("    server t# &:80 cookie c#", size);
            let backend = "backend io\n    cookie SRV insert\n    server first 10.255.0.1:80 cookie c\n";
            format!("{DEFAULTS}{FRONTEND}{switch}{RULES}{BACKENDS}{backend}{servers}")
        }),
        lint("HAProxy use-server", |size| {
            let servers = lines("    server t# &:80\n    use-server t# if { path /x# }", size);
            format!("{DEFAULTS}{FRONTEND}{RULES}{BACKENDS}{servers}")
        }),
        lint("HAProxy stick tables", |size| {
            let rules = lines("    tcp-request connection track-sc0 src table t#", size);
            let tables = lines("backend t#\n    stick-table type ip size 1m store conn_cur", size);
            format!("{DEFAULTS}{FRONTEND}{rules}{RULES}{BACKENDS}{tables}")
        }),
        Shape {
            args: &["trace", "ws://a/ws", "haproxy.cfg"],
            ..lint("HAProxy trace, use_backend by addresses", to_each("    use_backend b# if { src & }"))
        },
    ]
}

/// Sections of `defaults` of which each is like the one before it, and what stands below each.
fn of_chains() -> Vec<Shape> {
    let chain = |setting: &'static str, section: &'static str| {
        move |size: usize| {
            let first = DEFAULTS.replacen("defaults", "defaults d0", 1);
            let link = format!("defaults d» from d#\n{setting}{section}");
            format!("{first}{}{DEFAULTS}{FRONTEND}{RULES}{BACKENDS}", lines(&link, size))
        }
    };
    let frontend = "frontend f# from d»\n    bind 127.0.0.1:1#\n    \
                    use_backend app if { hdr(Upgrade) -i websocket }\n    default_backend web\n";
    vec![
        lint("HAProxy chain of defaults", chain("", "")),
        lint("HAProxy chain, a frontend each", chain("", frontend)),
        lint("HAProxy chain, a setting and a frontend each", chain("    timeout client 5#s\n", frontend)),
        lint("HAProxy chain, a backend each", chain("", "backend b# from d»\n    server s 127.0.0.1:3000\n")),
    ]
}

/// What stands in files beside the configuration.
fn of_files() -> Vec<Shape> {
    let beside = |rules: String, paths: String| {
        vec![("haproxy.cfg", format!("{DEFAULTS}{FRONTEND}{rules}{RULES}{BACKENDS}")), ("paths", paths)]
    };
    let with_file = |name, make: Box<dyn Fn(usize) -> Vec<(&'static str, String)>>| Shape {
        name,
        args: &["haproxy.cfg"],
        make,
    };
    let test = "    use_backend app if { path_beg -f paths } { hdr(Upgrade) -i websocket }";
    vec![
        with_file(
            "HAProxy tests of one pattern file",
            Box::new(move |size| beside(lines(test, size), lines("/ws#", 20_000))),
        ),
        with_file(
            "HAProxy lines of a pattern file",
            Box::new(move |size| beside(lines(test, 1), lines("/ws#", size))),
        ),
        with_file(
            "HAProxy lines of a map",
            Box::new(move |size| {
                let switch = "    use_backend %[path,map_beg(paths)]\n".to_owned();
                let mut files = beside(switch, lines("/ws# b#", size));
                files[0].1 += &lines("backend b#\n    server s 127.0.0.1:3000", size);
                files
            }),
        ),
    ]
}

fn lint(name: &'static str, text: impl Fn(usize) -> String + 'static) -> Shape {
    Shape { name, args: &["haproxy.cfg"], make: Box::new(move |size| vec![("haproxy.cfg", text(size))]) }
}
