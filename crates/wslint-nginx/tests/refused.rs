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
