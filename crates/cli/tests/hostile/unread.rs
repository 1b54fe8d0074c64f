//! Never green without the work: what a proxy reads for certain is read, or the exit status is 2; what nobody named and
//! nothing includes for certain never makes it 2; and a site is left alone only where the tree shows that it is off.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use crate::support::{Budget, KEPT, LOST, SMALL, Scratch, TUNNEL_MISSING, formats};

/// A server of which the handshake fails.
const SITE: &str = "server {\n    listen 80;\n    location /socket.io/ {\n        proxy_pass http://127.0.0.1:3000;\n    }\n}\n";

/// Something else to lint, in which nothing is wrong.
const OTHER: (&str, &str) = ("other/app.conf", "server {\n    listen 81;\n    return 204;\n}\n");

/// Files, what is run on them, and the exit status.
type Case<'a> = (&'a [(&'a str, &'a [u8])], &'a [&'a str], i32);

/// Runs the command on each of the trees, each with something beside it that is fine.
fn check(cases: &[Case<'_>]) {
    for &(files, args, status) in cases {
        let scratch = Scratch::new(&[OTHER]);
        for (name, bytes) in files {
            scratch.write(name, bytes);
        }
        let ran = scratch.bounded(SMALL, args);
        let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
        let heads = files.iter().map(|(_, bytes)| String::from_utf8_lossy(&bytes[..bytes.len().min(120)]));
        let heads: Vec<_> = heads.collect();
        assert_eq!(ran.status, Some(status), "{args:?} in {names:?}, {heads:?}: {ran:?}");
    }
}

/// The configuration with something put in front of its `listen`.
fn with(text: &str, config: &str) -> String {
    assert_eq!(config.matches("listen ").count(), 1, "{config}");
    config.replace("listen ", &format!("{text}\n    listen "))
}

/// Texts that nginx accepts, and in which a search by lines finds nothing: the same fault has to be found in each.
fn long_or_odd(config: &str) -> Vec<String> {
    let rows = |row: &str| format!("{row}\n").repeat(90);
    vec![
        with("# \0", config),
        with(&format!("# {}", "\0".repeat(500)), config),
        format!("{}{config}", rows(&format!("# {}", "licence ".repeat(250)))),
        with(&format!("server_name\n{};", rows("  a.example.com")), config),
        with(&format!("valid_referers\n{};", rows("  *.example.com")), config),
        with(
            &format!("error_page\n{} /error;", (400..490).map(|at| format!("  {at}\n")).collect::<String>()),
            config,
        ),
        with(&format!("add_header Content-Security-Policy \"\n{}\";", rows("  default-src 'self';")), config),
        with(&format!("location = /x {{ return 200 '\n{}'; }}", rows("  <p>{x} and;")), config),
        with(&format!("access_by_lua_block {{\n[section]\n{}}}", rows("  x = { 1 }")), config),
        with(&format!("access_by_lua '\n[section]\n{}';", rows("  x = {1}")), config),
        with(&format!("types {{\n{}}}", rows("  text/html html htm;")), config),
        config.replace('\n', " "),
        config.replace('\n', "\r\n"),
        config.replace('\n', "\r"),
        with("# caf\u{e9} \u{202e}", config),
        format!("#!/usr/sbin/nginx -c\n{config}"),
        format!("#!/bin/bash\n# set -e\n{config}"),
    ]
}

#[test]
fn no_length_and_no_odd_byte_hides_a_configuration() {
    for (name, config) in [("nginx.conf", LOST), ("sites/app.conf", SITE)] {
        for text in long_or_odd(config) {
            check(&[(&[(name, text.as_bytes())], &["."], 1), (&[(name, text.as_bytes())], &[name], 1)]);
        }
    }
    let log_format = LOST.replace(
        "http {",
        &format!("http {{\nlog_format a\n'[time]\n{}';\n", "  \"$status\": {\n".repeat(60)),
    );
    let map = format!("map $a $b {{\n{}}}\n{SITE}", "  '~^[a-z]{2}$' 'x y'; '{' z;\n".repeat(90));
    let module = format!("{}{SITE}", "vhost_module_setting on;\n".repeat(8_000));
    check(&[
        (&[("sites/app.conf", module.as_bytes())], &["."], 1),
        (&[("nginx.conf", log_format.as_bytes())], &["."], 1),
        (&[("sites/app.conf", map.as_bytes())], &["."], 1),
        // Nothing but its name speaks for it.
        (&[("nginx.conf", format!("#!/bin/sh\n{LOST}").as_bytes())], &["."], 1),
        (&[("nginx.conf.j2", format!("#!/bin/sh\n{LOST}").as_bytes())], &["."], 1),
    ]);
}

#[test]
fn no_length_hides_a_haproxy_configuration() {
    let rows = |row: &str| format!("{row}\n").repeat(90);
    for name in ["haproxy.cfg", "lb/edge.cfg"] {
        for text in [
            format!("{}{TUNNEL_MISSING}", rows(&format!("# {}", "licence ".repeat(250)))),
            TUNNEL_MISSING.replace(
                "    bind :80\n",
                &format!("    bind :80\n    acl a path \\\n{}    /z\n", rows("  /a \\")),
            ),
            format!("global\n{}{TUNNEL_MISSING}", rows("    tune.bufsize 16384")),
            format!("global\n{}{TUNNEL_MISSING}", rows("    setenv A b")),
            format!("#!/bin/sh\n{TUNNEL_MISSING}"),
            TUNNEL_MISSING
                .replace("    mode http\n", &format!("    mode http\n{}", rows("    no option httpclose"))),
        ] {
            check(&[(&[(name, text.as_bytes())], &["."], 1)]);
        }
    }
    let cut = TUNNEL_MISSING.replace("    acl ws", "    description {{ name }}\n\0    acl ws");
    for name in ["haproxy.cfg", "edge.cfg"] {
        check(&[(&[(name, cut.as_bytes())], &[name], 2)]);
    }
    check(&[(&[("haproxy.cfg", cut.as_bytes())], &["."], 2)]);
}

#[test]
fn a_main_file_that_cannot_be_read_is_never_passed_over() {
    let encode = |unit: fn(u16) -> Vec<u8>| LOST.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let little = encode(|unit| unit.to_le_bytes().to_vec());
    let big = encode(|unit| unit.to_be_bytes().to_vec());
    let four: Vec<u8> = LOST.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    let marked = [b"\xff\xfe", &little[..]].concat();
    let cr_only = format!("# one line to nginx\r{}", LOST.replace('\n', "\r"));
    for (bytes, template) in [
        (&little[..], true),
        (&big, true),
        (&four, true),
        (&marked, true),
        (b"\0GITCRYPT\0\x8f\x02{;}\xff", true),
        (b"\x1f\x8b\x08\0\0\0\x02\xff", true),
        (cr_only.as_bytes(), false),
        (b"", false),
        (b"# nothing\n", false),
        (b"Dear diary,\n", false),
    ] {
        check(&[
            (&[("nginx.conf", bytes)], &["."], 2),
            (&[("deploy/nginx.conf", bytes)], &["deploy", "other"], 2),
        ]);
        check(&[(&[("haproxy.cfg", bytes)], &["."], 2)]);
        if template {
            check(&[(&[("nginx.conf.tmpl", bytes)], &["."], 2)]);
            let includes = b"events {}\nhttp { include app.conf; }\n".as_slice();
            check(&[(&[("nginx.conf", includes), ("app.conf", bytes)], &["."], 2)]);
        }
    }
    let outside = Scratch::new(&[("nginx.conf", LOST)]);
    let scratch = Scratch::new(&[OTHER]);
    symlink(outside.path().join("nginx.conf"), scratch.path().join("nginx.conf")).expect("a link");
    let ran = scratch.bounded(SMALL, &["."]).expect(2);
    assert!(ran.stderr.contains("link-outside"), "{ran:?}");
}

#[test]
fn what_is_too_large_is_an_error_where_a_proxy_reads_it() {
    // Spaces at its end make a file large, but no work.
    let large = Budget { memory_mib: 1024, cpu_seconds: 60 };
    let scratch = Scratch::new(&[("nginx.conf", "events {}\nhttp { include app.conf; }\n")]);
    let write = |name: &str| {
        scratch.write(name, SITE.as_bytes());
        let file = fs::OpenOptions::new().append(true).open(scratch.path().join(name)).expect("a file");
        file.set_len(65 << 20).expect("a sparse file");
    };
    write("app.conf");
    write("elsewhere/app.conf");
    let ran = scratch.bounded(large, &["."]).expect(2);
    assert!(ran.stderr.contains("app.conf: it is larger than 64 MiB"), "{ran:?}");
    let ran = scratch.bounded(large, &["--changed", "app.conf"]).expect(2);
    assert!(ran.stderr.contains("app.conf: it is larger than 64 MiB"), "{ran:?}");
    scratch.bounded(large, &["--changed", "nginx.conf"]).expect(2);
    scratch.bounded(large, &["--changed", "elsewhere/app.conf"]).expect(0);
    scratch.write("app.conf", b"server { listen 80; return 204; }\n");
    scratch.bounded(large, &["."]).expect(0);
    write("nginx.conf");
    scratch.bounded(large, &["."]).expect(2);
}

#[test]
fn files_of_other_programs_that_are_called_like_a_main_file_are_told() {
    for (name, text) in [
        ("nginx.conf", "[program:nginx]\ncommand=nginx -g 'daemon off;'\n"),
        ("nginx.conf", "; supervisor\n[program:a]\n"),
        ("nginx.service.d/nginx.conf", "[Unit]\nA=b\n"),
        ("tmpfiles.d/nginx.conf", "d /run/nginx 0755 root root -\n"),
        ("etc/init/nginx.conf", "description \"nginx\"\nstart on runlevel [2345]\nexec nginx\n"),
    ] {
        let scratch = Scratch::new(&[OTHER, (name, text)]);
        let ran = scratch.bounded(SMALL, &["."]).expect(0);
        assert!(ran.stdout.contains(&format!("{name}: it is called like a main file")), "{ran:?}");
        scratch.bounded(SMALL, &[name]).expect(2);
    }
    check(&[(&[("etc/init/nginx.conf", LOST.as_bytes())], &["."], 1)]);
}

const SITES_ENABLED: &str =
    "events {}\nhttp {\n    include /etc/nginx/mime.types;\n    include /etc/nginx/sites-enabled/*;\n}\n";

/// The exit status and what is said of a tree, with links: `(target, name)`.
fn told(files: &[(&str, &str)], links: &[(&str, &str)], args: &[&str]) -> (Option<i32>, String) {
    let scratch = Scratch::new(files);
    for (target, name) in links {
        let path = scratch.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        symlink(target, path).expect("a link");
    }
    let ran = scratch.bounded(SMALL, args);
    (ran.status, ran.stdout + &ran.stderr)
}

#[test]
fn what_a_package_installs_beside_a_main_file_switches_no_site_off() {
    for (name, text) in [
        ("mime.types", "types { text/html html; }\n"),
        ("fastcgi_params", "fastcgi_param A b;\n"),
        ("koi-utf", "charset_map koi8-r utf-8 { 80 E282AC; }\n"),
        ("modules-enabled/50-mod.conf", "load_module modules/a.so;\n"),
        ("sites-enabled/.gitkeep", ""),
        ("sites-enabled/README", "the links are made on the server\n"),
        ("conf.d/.gitkeep", ""),
    ] {
        for site in
            ["sites/app.conf", "sites-available/app.conf", "sites-available/team/app", "app.conf.template"]
        {
            for folder in ["", "deploy/nginx/"] {
                let [main, name, site] = ["nginx.conf", name, site].map(|name| format!("{folder}{name}"));
                let files = [(&*main, SITES_ENABLED), (&name, text), (&site, SITE)];
                let (status, said) = told(&files, &[], &["."]);
                assert_eq!(status, Some(1), "{name}, {site}: {said}");
            }
        }
    }
}

#[test]
fn a_site_is_left_out_where_others_are_enabled_and_counted() {
    let files = [
        ("nginx.conf", SITES_ENABLED),
        ("mime.types", "types { text/html html; }\n"),
        ("sites-available/default", "server { listen 80; return 204; }\n"),
        ("sites-available/off", SITE),
        ("sites-available/off.conf", SITE),
        ("sites-available/upstreams", "upstream a { server 127.0.0.1:1; }\n"),
    ];
    for target in ["../sites-available/default", "/etc/nginx/sites-available/default"] {
        let enabled = [(target, "sites-enabled/10-default")];
        let (status, said) = told(&files, &enabled, &["."]);
        assert_eq!(status, Some(0), "{said}");
        assert!(said.contains("2 files with routes left out: not\nenabled."), "{said}");
        let (_, said) = told(&files, &enabled, &["--verbose", "."]);
        assert!(said.contains("sites-available/off: left alone: not enabled"), "{said}");
        for named in [&["sites-available"][..], &["sites-available/off"], &[".", "sites-available"]] {
            let (status, said) = told(&files, &enabled, named);
            assert_eq!(status, Some(1), "{named:?}: {said}");
            assert!(!said.contains("left out"), "{said}");
        }
    }
    // A link to nothing at hand says nothing of the sites that are.
    let (status, said) = told(&files, &[("/srv/gone/site", "sites-enabled/site")], &["."]);
    assert_eq!(status, Some(1), "{said}");
    for target in ["../sites-available/off", "/etc/nginx/sites-available/off"] {
        let (status, said) = told(&files, &[(target, "sites-enabled/site")], &["."]);
        assert_eq!(status, Some(1), "{target}: {said}");
    }
}

#[test]
fn a_tree_that_lies_where_nginx_reads_it_is_what_its_main_file_reaches() {
    let scratch =
        Scratch::new(&[("sites/app.conf", "server { listen 80; return 204; }\n"), ("old/app.conf", SITE)]);
    let folder = scratch.path().display().to_string();
    let main = format!("events {{}}\nhttp {{ include {folder}/sites/*.conf; }}\n");
    scratch.write("nginx.conf", main.as_bytes());
    let ran = scratch.bounded(SMALL, &["."]).expect(0);
    let said = ran.stdout.replace('\n', " ");
    assert!(said.contains("1 file with routes left out: not enabled"), "{said}");
    for named in [&["old"][..], &["old/app.conf"], &[".", "old"]] {
        scratch.bounded(SMALL, named).expect(1);
    }
    // Nothing matches any more, so that nothing shows what is enabled.
    fs::remove_file(scratch.path().join("sites/app.conf")).expect("removable");
    scratch.bounded(SMALL, &["."]).expect(1);
}

/// Files that hold a configuration, and what becomes of it.
const HOLDING: [(&str, &str, i32); 10] = [
    (
        "nginx/compose.yml",
        "configs:\n  site:\n    content: |\n      server {\n        listen 80;\n        location /ws {\n          proxy_pass http://a;\n        }\n      }\n",
        1,
    ),
    (
        "configmap.yaml",
        "apiVersion: v1\ndata:\n  nginx.conf: |\n    events {}\n    http { server { listen 80; } }\n",
        0,
    ),
    (
        "nginx-user-data",
        "#cloud-config\nwrite_files:\n- path: /etc/nginx/nginx.conf\n  content: |\n    events {}\n    http {}\n",
        0,
    ),
    ("nginx/setup.sh", "cat > /etc/nginx/nginx.conf <<EOF\nserver {\n listen 80;\n}\nEOF\n", 0),
    (
        "nginx-setup",
        "#!/usr/bin/env bash\ncat > a <<EOF\nserver {\n listen 80;\n location /ws { proxy_pass http://a; }\n}\nEOF\n",
        1,
    ),
    (
        "Dockerfile",
        "FROM nginx\nCOPY <<EOF /etc/nginx/conf.d/default.conf\nserver {\n  listen 80;\n  location /ws {\n    proxy_pass http://a;\n  }\n}\nEOF\nRUN true\n",
        1,
    ),
    (
        "images/web.Containerfile",
        "ARG TAG\nFROM nginx:$TAG\nRUN cat <<EOF > /etc/nginx/nginx.conf\nevents {}\nhttp { server { listen 80; } }\nEOF\n",
        0,
    ),
    ("main.tf", "resource \"a\" \"b\" {\n  content = <<EOF\nserver {\n listen 80;\n}\nEOF\n}\n", 0),
    (
        "nginx.nomad",
        "job \"a\" {\n  template {\n    data = <<EOF\nserver {\n listen 80;\n}\nEOF\n  }\n}\n",
        0,
    ),
    (
        "nginx.json",
        "{\"data\": {\"a.conf\": \"server { listen 80; location /ws { proxy_pass http://a; } }\"}}\n",
        1,
    ),
];

/// Files that may hold a configuration, and hold none.
const FORMATS: [(&str, &str); 7] = [
    ("charts/values.yaml.gotmpl", "nginx:\n  port: {{ .Port }}\n"),
    (
        "Vagrantfile",
        "config.vm.provision \"shell\", inline: <<EOF\nserver {\n listen 80;\n proxy_pass http://a;\n}\nEOF\n",
    ),
    ("Caddyfile", "{\n  servers {\n  }\n}\nexample.com {\n  reverse_proxy app:3000\n}\n"),
    ("apache.conf", "<VirtualHost *:80>\n  ProxyPass /ws ws://a/\n</VirtualHost>\n"),
    ("traefik.toml", "[http.routers]\n"),
    ("nginx.json", "{\n  \"server\": { \"listen\": 80 }\n}\n"),
    ("nginx.md", "# How to\n\n```nginx\nserver {\n  listen 80;\n}\n```\n"),
];

#[test]
fn a_configuration_in_another_format_is_read_where_it_stands() {
    for (name, text, status) in HOLDING {
        let files = [(name, text.as_bytes())];
        check(&[
            (&files, &["."], status),
            (&files, &[name], status),
            (&files, &["other", name], status),
            (&files, &["--changed", name], status),
        ]);
    }
}

#[test]
fn the_format_around_a_configuration_is_never_green_unread_and_never_red_unasked() {
    for (name, text) in FORMATS {
        let text = text.as_bytes();
        check(&[
            (&[(name, text)], &["."], 0),
            (&[(name, text)], &[name], 2),
            (&[(name, text)], &["other", name], 2),
        ]);
        check(&[
            (&[(name, text)], &["--changed", name], 0),
            (&[(name, text)], &["--changed", name, OTHER.0], 0),
        ]);
        let scratch = Scratch::new(&[OTHER, (name, std::str::from_utf8(text).expect("UTF-8"))]);
        let ran = scratch.bounded(SMALL, &[name]).expect(2);
        let words = [" is not read: neither proxy does", "no nginx or HAProxy configuration stands in it"];
        assert!(words.iter().any(|words| ran.stderr.contains(words)), "{ran:?}");
    }
    // What has the form of no known format is still none of the proxies' files.
    let dhcp = b"subnet 10.0.0.0 netmask 255.0.0.0 {\n  option routers 10.0.0.1;\n}\n".as_slice();
    check(&[(&[("dhcpd.conf", dhcp)], &["dhcpd.conf"], 2), (&[("dhcpd.conf", dhcp)], &["."], 0)]);
    // An ending alone does not make one: sites are called like their hosts.
    check(&[(&[("sites-available/chat.example.sh", SITE.as_bytes())], &["."], 1)]);
}

#[test]
fn what_nothing_includes_for_certain_never_makes_the_status_2() {
    let broken = b"server {\n    listen 80\n}\n".as_slice();
    let lost =
        SITE.replace("    listen 80;", "    listen 80\n    ;").replace("3000;\n    }", "3000;\n    }\n }");
    let main = |include: &str| format!("events {{}}\nhttp {{\n    include {include};\n}}\n").into_bytes();
    let (guess, types) = (main("/srv/conf/app.conf"), main("/srv/conf/mime.types"));
    let cycle =
        (b"server { listen 80; include b.conf; }\n".as_slice(), b"include a.conf;\nreturn 204;\n".as_slice());
    check(&[
        (&[("app.conf", broken)], &["."], 0),
        (&[("app.conf", lost.as_bytes())], &["."], 1),
        (&[("prod.conf", b"events {}\nhttp {\n")], &["."], 0),
        (&[("nginx.conf.j2", broken)], &["."], 0),
        (&[("lb/edge.cfg", b"global\n    daemon\n    log 'a\n")], &["."], 0),
        (&[("nginx/nginx.conf", &guess), ("conf/app.conf", broken)], &["."], 0),
        (&[("nginx/nginx.conf", &types), ("apache/mime.types", b"text/html html\n")], &["."], 0),
        (&[("a.conf", cycle.0), ("b.conf", cycle.1)], &["."], 0),
        (&[("app.conf", format!("\u{feff}{SITE}").as_bytes())], &["."], 0),
        // The same, named or included for certain.
        (&[("app.conf", broken)], &["app.conf"], 2),
        (&[("nginx.conf", broken)], &["."], 2),
        (&[("haproxy.cfg", b"global\n    daemon\n    log 'a\n")], &["."], 2),
        (&[("nginx.conf", &main("conf/*.conf")), ("conf/app.conf", broken)], &["."], 2),
        (&[("nginx.conf", &main("a.conf")), ("a.conf", b"include b.conf;\n"), ("b.conf", broken)], &["."], 2),
        (&[("a.conf", cycle.0), ("b.conf", cycle.1)], &["a.conf"], 2),
    ]);
    let scratch = Scratch::new(&[OTHER, ("app.conf", "server {\n    listen 80\n}\n")]);
    let ran = scratch.bounded(SMALL, &["."]).expect(0);
    assert!(ran.stdout.contains("app.conf:3:1: not read to its end: unexpected \"}\""), "{ran:?}");
}

/// Of very many problems of a kind only some are told.
#[test]
fn what_fails_where_nobody_looks_hides_no_error() {
    let scratch = Scratch::new(&[
        ("z/Nginx.conf", "events {}\nhttp { include sites/*; }\n"),
        ("z/sites/loop", "server { listen 80; include sites/loop; }\n"),
    ]);
    for at in 0..1_001 {
        scratch.write(
            format!("a/prod{at}.conf"),
            format!("events {{}}\nhttp {{ include prod{at}.conf; }}\n").as_bytes(),
        );
    }
    for args in [&["."][..], &["a", "z"], &["a", "z/Nginx.conf"]] {
        let ran = scratch.bounded(SMALL, args).expect(2);
        assert!(ran.stderr.contains("z/sites/loop ->"), "{}", ran.stderr);
    }
    scratch.bounded(SMALL, &["a"]).expect(0);
}

#[test]
fn a_placeholder_that_is_a_line_is_no_error_and_swallows_nothing() {
    for (name, placeholder) in [
        ("site.conf.template", "${extra_lines}"),
        ("site.conf.tftpl", "${ listen_on_ipv6 }"),
        ("site.conf", "${extra_lines}"),
        ("site.conf.m4", "M4_EXTRA_LINES"),
        ("site.conf.in", "@EXTRA_LINES@"),
    ] {
        let before = SITE.replace("    location", &format!("    {placeholder}\n    location"));
        let last = SITE.replace("3000;\n", &format!("3000;\n        {placeholder}\n"));
        for text in [&before, &last] {
            check(&[(&[(name, text.as_bytes())], &["."], 1), (&[(name, text.as_bytes())], &[name], 1)]);
        }
    }
}

#[test]
fn what_only_looks_like_a_template_hides_no_error() {
    let broken = "    add_header A \"b\"c;\n";
    for data in [
        "# rendered for {{ host }} once upon a time",
        "# {% if tls %} {% else %} {% endif %} <%= a %> ${PORT} __NAME__ @NAME@ %name%",
        "add_header B \"{{ name }}\";",
        "add_header B '{\"a\": {{}}}${PORT}';",
        "access_by_lua_block { local t = {{1}, {2}} t.__index__ = '<%= a %>' }",
    ] {
        let text = KEPT.replace("        listen", &format!("{data}\n{broken}        listen"));
        check(&[
            (&[("nginx.conf", text.as_bytes())], &["."], 2),
            (&[("app.conf", text.as_bytes())], &["app.conf"], 2),
        ]);
    }
    for data in ["    # {{ x }}", "    log \"{{ x }}\" local0", "    log '${PORT}' local0"] {
        let text = format!("global\n{data}\n    log 'a\n");
        check(&[(&[("haproxy.cfg", text.as_bytes())], &["."], 2)]);
    }
}

#[test]
fn haproxy_refuses_each_file_without_a_final_line_feed() {
    let part = b"frontend web\n    bind :80\n    mode http\n    default_backend app".as_slice();
    let rest = b"backend app\n    mode http\n    server a 127.0.0.1:1\n".as_slice();
    check(&[
        (&[("front.cfg", part)], &["front.cfg"], 2),
        (&[("a.cfg", part), ("b.cfg", rest)], &["a.cfg", "b.cfg"], 2),
        (&[("a.cfg", rest), ("b.cfg", b"# the end")], &["a.cfg", "b.cfg"], 2),
        (&[("haproxy.cfg", part)], &["."], 2),
        (&[("front.cfg", part)], &["."], 0),
        (&[("haproxy.cfg.j2", b"frontend web\n    bind :{{ port }}")], &["haproxy.cfg.j2"], 0),
    ]);
    let scratch = Scratch::new(&[OTHER]);
    scratch.write("front.cfg", part);
    let ran = scratch.bounded(SMALL, &["."]).expect(0);
    assert!(ran.stdout.contains("[missing-line-feed]"), "{ran:?}");
}

#[test]
fn a_file_that_includes_itself_is_told_in_every_spelling() {
    for (folder, include, flags) in [
        ("", "nginx.conf", &[][..]),
        ("", "\"nginx.conf\"", &[]),
        ("", "./nginx.conf", &[]),
        ("", "*.conf", &[]),
        ("", "nginx.con[f]", &[]),
        ("", "link", &[]),
        ("etc/", "../etc/nginx.conf", &[]),
        ("etc/", "/etc/nginx/nginx.conf", &["--root", "/etc/nginx=etc"]),
    ] {
        for text in
            [format!("include {include};\n"), format!("events {{}}\nhttp {{\n    include {include};\n}}\n")]
        {
            let scratch = Scratch::new(&[]);
            let name = format!("{folder}nginx.conf");
            scratch.write(&name, text.as_bytes());
            symlink("nginx.conf", scratch.path().join(folder).join("link")).expect("a link");
            for path in [".", &name] {
                let ran = scratch.bounded(SMALL, &[flags, &[path]].concat()).expect(2);
                assert!(ran.stderr.contains("include-cycle"), "{text}{path}: {ran:?}");
            }
        }
    }
    let absolute = Scratch::new(&[]);
    let main = absolute.path().join("nginx.conf");
    absolute.write("nginx.conf", format!("include {};\n", main.display()).as_bytes());
    assert!(absolute.bounded(SMALL, &["."]).expect(2).stderr.contains("include-cycle"));
    // Where it will lie is not known.
    let unmapped = b"events {}\nhttp { include /srv/nginx/nginx.conf; }\n".as_slice();
    let scratch = Scratch::new(&[]);
    scratch.write("nginx.conf", unmapped);
    let ran = scratch.bounded(SMALL, &["."]).expect(0);
    assert!(ran.stdout.replace("\n    ", " ").contains("if it is this very file, nginx crashes"), "{ran:?}");
}

#[test]
fn a_file_that_does_nothing_but_include_others_is_followed() {
    for name in ["nginx.conf", "all.conf"] {
        let files = [(name, b"include sites/*;\n".as_slice()), ("sites/app", SITE.as_bytes())];
        check(&[(&files, &[name], 1), (&files, &["."], 1)]);
        let files = [(name, b"include main/*;\n".as_slice()), ("main/a", LOST.as_bytes())];
        check(&[(&files, &[name], 1)]);
    }
}

/// `nginx -T` prints such a line before each file; in a file of its own it is a comment.
#[test]
fn one_copied_header_hides_no_include() {
    let main =
        b"# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp { include sites/*; }\n".as_slice();
    for name in ["nginx.conf", "proxy.conf"] {
        let files = [(name, main), ("sites/app", SITE.as_bytes())];
        check(&[(&files, &[name], 1), (&files, &["."], 1)]);
    }
}

/// The exit status of a command whose reader is gone before it writes.
fn unread(scratch: &Scratch, args: &[&str]) -> (Option<i32>, String) {
    let mut child = scratch
        .limited(SMALL, &[], args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn the_exit_status_does_not_depend_on_who_reads() {
    // More than a pipe holds, so that writing fails whenever the reader goes away.
    let routes: String = (0..300)
        .map(|at| format!("location /ws{at} {{ proxy_set_header Upgrade $http_upgrade; proxy_pass http://127.0.0.1:3000; }}\n"))
        .collect();
    let lost = format!("events {{}}\nhttp {{ server {{ listen 80;\n{routes}}} }}\n");
    let scratch = Scratch::new(&[
        ("lost/nginx.conf", &lost),
        ("broken/nginx.conf", &lost[..lost.len() - 2]),
        ("kept/nginx.conf", KEPT),
    ]);
    for format in &formats() {
        assert_eq!(unread(&scratch, &["lost", "--format", format]), (Some(1), String::new()), "{format}");
        assert_eq!(unread(&scratch, &["broken", "--format", format]).0, Some(2), "{format}");
        assert_eq!(unread(&scratch, &["kept", "--format", format]), (Some(0), String::new()), "{format}");
    }
    for (args, status) in [
        (&["lost", "--diff"][..], 1),
        (&["lost", "--exit-zero"], 0),
        (&["lost", "--statistics"], 1),
        (&["trace", "ws://a/ws1", "lost"], 1),
        (&["trace", "ws://a/ws1", "lost", "--format", "json"], 1),
        (&["facts", "lost"], 0),
        (&["facts", "broken"], 2),
        (&["rules"], 0),
    ] {
        assert_eq!(unread(&scratch, args).0, Some(status), "{args:?}");
    }
}
