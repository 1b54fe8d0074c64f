//! What nginx would not load by its table of directives, for a version that is named and for one that is assumed.

mod support;

use support::load;
use wslint_model::way::Follow;
use wslint_model::{NginxContext, Settings};
use wslint_nginx::Nginx;

/// The reason why a version refuses a configuration; empty where it takes it. Without a version the default is assumed.
fn reason(version: Option<&str>, config: &str, context: NginxContext) -> String {
    let (project, root) = load(&[("nginx.conf".to_owned(), config.to_owned())], context);
    let mut settings = Settings::default();
    if let Some(version) = version {
        settings.nginx_version = version.parse().expect("a version");
        settings.nginx_version_given = true;
    }
    Nginx::new(&project, &root, &settings).refusal().map(|refusal| refusal.words).unwrap_or_default()
}

/// Checks a line on a level of `http {}`.
#[track_caller]
fn check(version: Option<&str>, level: &str, line: &str, expected: &str) {
    let inside = match level {
        "main" => format!("{line} http {{ server {{ }} }}"),
        "http" => format!("http {{ {line} server {{ }} }}"),
        "server" => format!("http {{ server {{ {line} }} }}"),
        "location" => format!("http {{ server {{ location / {{ {line} }} }} }}"),
        "upstream" => format!("http {{ upstream u {{ server a; {line} }} }}"),
        _ => panic!("{level}"),
    };
    let found = reason(version, &format!("events {{ }} {inside}"), NginxContext::Main);
    assert_eq!(found, expected, "{version:?}: {line}");
}

#[test]
fn what_a_named_version_does_not_have_is_refused() {
    let gone = "\"ssl\" is gone since nginx 1.25.1; write `listen … ssl`";
    check(Some("1.25.0"), "server", "ssl on;", "");
    check(Some("1.25.1"), "server", "ssl on;", gone);
    check(None, "server", "ssl on;", "");
    check(Some("1.25.0"), "server", "http2 on;", "\"http2\" exists since nginx 1.25.1");
    check(None, "server", "http2 on;", "");
    check(Some("1.9.5"), "http", "spdy_chunk_size 8k;", "");
    check(
        Some("1.22.1"),
        "http",
        "spdy_chunk_size 8k;",
        "\"spdy_chunk_size\" is gone since nginx 1.19.7; write `http2_chunk_size`",
    );
    check(None, "http", "spdy_chunk_size 8k;", "");
    // Obsolete is not gone.
    check(Some("1.31.3"), "http", "http2_max_field_size 4k;", "");
    check(Some("1.31.3"), "location", "http2_push /a.css;", "");
    check(Some("1.22.1"), "upstream", "sticky cookie a;", "\"sticky\" exists since nginx 1.29.6");
    check(
        Some("1.22.1"),
        "location",
        "add_header_inherit on;",
        "\"add_header_inherit\" exists since nginx 1.29.3",
    );
}

#[test]
fn every_directive_of_nginx_has_its_levels() {
    let misplaced = |name: &str| format!("\"{name}\" directive is not allowed here");
    for (level, line, name) in [
        ("http", "worker_processes 2;", "worker_processes"),
        ("location", "server_tokens off; client_header_timeout 5s;", "client_header_timeout"),
        ("server", "log_format f x;", "log_format"),
        ("http", "internal;", "internal"),
        ("upstream", "gzip on;", "gzip"),
        ("main", "gzip on;", "gzip"),
    ] {
        check(None, level, line, &misplaced(name));
    }
    check(None, "http", "gzip on; log_format f x; server_tokens off;", "");
}

#[test]
fn numbers_of_arguments_and_blocks_are_counted() {
    let count = |name: &str| format!("invalid number of arguments in \"{name}\" directive");
    check(None, "http", "gzip on off;", &count("gzip"));
    check(None, "http", "gzip;", &count("gzip"));
    check(None, "http", "sendfile_max_chunk 1m 2m;", &count("sendfile_max_chunk"));
    // The second number came with 1.29.7, which an assumed version may be.
    check(None, "upstream", "keepalive 32 local;", "");
    check(Some("1.29.6"), "upstream", "keepalive 32 local;", &count("keepalive"));
    check(Some("1.29.7"), "upstream", "keepalive 32 local;", "");
    check(None, "http", "types;", "directive \"types\" has no opening \"{\"");
    check(None, "http", "gzip on { }", "directive \"gzip\" is not terminated by \";\"");
}

#[test]
fn a_slip_in_a_name_is_told() {
    let slip = |name: &str, meant: &str| format!("unknown directive \"{name}\"; did you mean \"{meant}\"?");
    check(None, "location", "proxy_passs http://a;", &slip("proxy_passs", "proxy_pass"));
    check(None, "http", "sever { listen 80; }", &slip("sever", "server"));
    check(None, "server", "server_nmae a;", &slip("server_nmae", "server_name"));
    // A module may bring the first one, and nobody knows the second.
    check(None, "location", "proxy_pass_header_if a;", "");
    check(None, "location", "my_own_module on;", "");
}

#[test]
fn a_placeholder_in_braces_is_no_block() {
    check(None, "server", "server_name {NAME};", "");
}

#[test]
fn values_have_their_kind() {
    let bad = |name: &str, value: &str| format!("\"{name}\" directive has invalid value \"{value}\"");
    for (name, value) in [
        ("gzip", "yes"),
        ("client_body_timeout", "5sec"),
        ("client_body_buffer_size", "8x"),
        ("client_body_buffer_size", "1g"),
        ("client_max_body_size", "1x"),
        ("keepalive_requests", "many"),
        ("resolver_timeout", ""),
    ] {
        check(None, "http", &format!("{name} \"{value}\";"), &bad(name, value));
    }
    check(
        None,
        "http",
        "gzip ON; client_body_timeout 1h30m; client_max_body_size 1G; keepalive_requests 10;",
        "",
    );
}

#[test]
fn a_second_line_is_told() {
    check(None, "http", "gzip on; gzip off;", "\"gzip\" directive is duplicate");
    check(None, "http", "gzip_types a; gzip_types b; add_header A b; add_header A b;", "");
}

#[test]
fn what_modules_and_nginx_plus_have_is_left_alone() {
    check(Some("1.22.1"), "http", "more_set_headers a b c;", "");
    check(Some("1.22.1"), "location", "js_import too many words here;", "");
    check(Some("1.22.1"), "location", "nothing_that_anybody_has;", "");
    check(Some("1.22.1"), "upstream", "queue 10;", "");
    check(Some("1.22.1"), "http", "upstream u { zone u 64k; }", "");
}

#[test]
fn what_stands_around_a_fragment_is_not_known() {
    assert_eq!(reason(None, "gzip on; location / { }", NginxContext::Server), "");
    assert_eq!(
        reason(None, "gzip on off;", NginxContext::Location),
        "invalid number of arguments in \"gzip\" directive"
    );
}

#[test]
fn words_of_closed_lists_are_known() {
    let bad = |value: &str| format!("invalid value \"{value}\"");
    check(None, "http", "ssl_protocols TLSv1.2 TLSv1.4;", &bad("TLSv1.4"));
    check(None, "location", "proxy_next_upstream error timeouts;", &bad("timeouts"));
    check(None, "location", "satisfy both;", "\"satisfy\" directive has invalid value \"both\"");
    check(None, "location", "satisfy ANY; proxy_next_upstream error timeout http_503;", "");
    check(Some("1.22.1"), "upstream", "keepalive 0;", "\"keepalive\" directive has invalid value \"0\"");
    check(None, "location", "proxy_buffers 0 8k;", "\"proxy_buffers\" directive invalid value");
}

#[test]
fn addresses_have_ports_that_are_some() {
    check(None, "server", "listen 80800;", "invalid port in \"80800\" of the \"listen\" directive");
    check(None, "server", "listen 8080, 8081;", "host not found in \"8080,\" of the \"listen\" directive");
    check(None, "server", "listen 8000-8005; listen [::]:81; listen unix:/run/a; listen PORT;", "");
    check(
        None,
        "location",
        "proxy_pass http://127.0.0.1:99999;",
        "invalid port in upstream \"127.0.0.1:99999\"",
    );
    check(None, "upstream", "server 127.0.0.1:0;", "invalid port in upstream \"127.0.0.1:0\"");
    check(None, "upstream", "server http://a;", "invalid host in upstream \"http://a\"");
    check(None, "location", "deny al;", "invalid parameter \"al\"");
    check(None, "location", "allow 10.0.0.0/33;", "invalid parameter \"10.0.0.0/33\"");
    check(None, "location", "allow 10.0.0.0/8; allow ::1; allow unix:; deny all;", "");
}

#[test]
fn parameters_are_known() {
    let bad = |word: &str| format!("invalid parameter \"{word}\"");
    check(None, "server", "listen 80 ssll;", &bad("ssll"));
    check(None, "server", "listen 80 default-server;", &bad("default-server"));
    check(None, "server", "listen 80 default_server reuseport backlog=512 so_keepalive=30m::10;", "");
    check(Some("1.22.1"), "server", "listen 443 quic;", &bad("quic"));
    check(None, "server", "listen 443 quic; ssl_reject_handshake on;", "");
    check(None, "upstream", "server b weight=0;", &bad("weight=0"));
    check(None, "upstream", "server b fail_timeout=10sec;", &bad("fail_timeout=10sec"));
    check(None, "upstream", "server b weight=2 max_fails=0 fail_timeout=10s slow_start=30s;", "");
    check(None, "location", "rewrite ^/a /b permanently;", &bad("permanently"));
    check(None, "location", "add_header A b alway;", &bad("alway"));
    check(None, "location", "error_page 404 =200 /a; error_page 502 503 @b;", "");
    check(None, "location", "error_page 700 /a;", "value \"700\" must be between 300 and 599");
    check(None, "location", "try_files $uri =abc;", "invalid code \"=abc\"");
    check(None, "location", "set host b;", "invalid variable name \"host\"");
    check(None, "location", "set $host b;", "the duplicate \"host\" variable");
    check(None, "http", "limit_req_zone $uri zone=a rate=1r/s;", "invalid zone size \"zone=a\"");
    check(None, "http", "limit_req_zone $uri zone=a:1m rate=1r/h;", "invalid rate \"rate=1r/h\"");
    check(None, "server", "location =~ ^/x { }", "invalid location modifier \"=~\"");
    check(None, "server", "server_name *;", "server name \"*\" is invalid");
    check(None, "server", "server_name *.a .a a.* ~^a _ \"\";", "");
}

#[test]
fn conditions_are_a_variable_and_a_comparison() {
    let invalid = |word: &str| format!("invalid condition \"{word}\"");
    check(None, "location", "if ($uri == a) { }", "unexpected \"==\" in condition");
    check(None, "location", "if ($uri = a && $host = b) { }", &invalid("$uri"));
    check(None, "location", "if (http_upgrade) { }", &invalid("http_upgrade"));
    check(None, "location", "if $uri { }", &invalid("$uri"));
    check(None, "location", "if (!$uri) { }", &invalid("!$uri"));
    check(None, "location", "if ($uri != ) { }", &invalid("$uri"));
    check(
        None,
        "location",
        "if ($uri = \"\") { } if ( $uri ) { } if (!-f $uri) { } if ($uri ~* \"a\" ) { }",
        "",
    );
    check(
        None,
        "location",
        "if ($uri) { } else { }",
        "unknown directive \"else\": an `if` of nginx has no other branch",
    );
}

#[test]
fn entries_of_tables_are_pairs() {
    let table = |entries: &str| format!("map $uri $a {{ {entries} }}");
    check(None, "http", &table("a b c;"), "invalid number of the map parameters");
    check(None, "http", &table("a b; A c;"), "conflicting parameter \"a\"");
    check(None, "http", &table("default b; default c;"), "duplicate default map parameter");
    check(None, "http", &table("\"~(a\" b;"), "pcre_compile() failed: missing closing parenthesis in \"(a\"");
    check(None, "http", &table("hostnames; volatile; default b; *.c d; \"\" e;"), "");
    check(None, "http", "geo $a { 10.0.0.0/40 x; }", "invalid network \"10.0.0.0/40\"");
    check(None, "http", "geo $a { default 1; proxy 10.0.0.0/8; 10.0.0.0/8 x; }", "");
    check(None, "http", "split_clients $uri $a { 60% b; 60% c; }", "percent total is greater than 100%");
}

#[test]
fn variables_are_defined() {
    let unknown = |name: &str| format!("unknown \"{name}\" variable");
    check(
        None,
        "location",
        "proxy_set_header X $proxy_add_forwarded_for;",
        &unknown("proxy_add_forwarded_for"),
    );
    check(None, "http", "log_format f \"$remote_adr\";", &unknown("remote_adr"));
    check(None, "location", "proxy_cookie_path / $nowhere;", &unknown("nowhere"));
    check(None, "location", "proxy_set_header X $;", "invalid variable name");
    check(None, "location", "set $Mine 1; proxy_set_header X $Host$mine; if ($uri ~ a$) { }", "");
    check(None, "location", "js_set $mine a.b; proxy_set_header X $mine;", "");
}

#[test]
fn names_stand_once_and_are_known() {
    check(None, "http", "upstream a { server b; } upstream A { server c; }", "duplicate upstream \"A\"");
    check(
        None,
        "http",
        "upstream a { server b; } server { location / { proxy_pass http://a:80; } }",
        "upstream \"a\" may not have port 80",
    );
    check(None, "location", "limit_req zone=z;", "zero size shared memory zone \"z\"");
    check(None, "http", "limit_conn_zone $uri zone=z:1m; limit_conn z 1; access_log /a combined;", "");
    check(
        None,
        "http",
        "server { listen [::]:81 ipv6only=on; } server { listen [::]:81 ipv6only=on; }",
        "duplicate listen options for [::]:81",
    );
    check(None, "http", "server { listen 81 reuseport; } server { listen 81; }", "");
}

#[test]
fn a_tls_listener_needs_a_certificate() {
    let lacks = "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive";
    check(None, "server", "listen 443 ssl;", lacks);
    check(None, "server", "listen 443 ssl; ssl_reject_handshake on;", "");
    check(None, "server", "listen 443 ssl; ssl_certificate a; ssl_certificate_key b;", "");
    check(
        None,
        "server",
        "listen 443 ssl; ssl_certificate a;",
        "no \"ssl_certificate_key\" is defined for certificate \"a\"",
    );
    // The first server of a listener is its default one, whose certificate nginx wants.
    let second =
        "server { listen 443 ssl; ssl_certificate a; ssl_certificate_key b; } server { listen 443 ssl; }";
    check(None, "http", second, "");
}

#[test]
fn buffers_fit_to_each_other() {
    let most =
        "\"proxy_busy_buffers_size\" must be less than the size of all \"proxy_buffers\" minus one buffer";
    check(None, "location", "proxy_buffer_size 128k;", most);
    check(
        None,
        "location",
        "proxy_buffer_size 128k; proxy_buffers 4 256k; proxy_busy_buffers_size 256k;",
        "",
    );
    check(None, "location", "proxy_buffers 1 8k;", "there must be at least 2 \"proxy_buffers\"");
}
