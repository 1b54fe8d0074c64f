//! nginx configuration.

use super::choices::{Choices, ODD, Slots};

/// An nginx configuration, whole or a fragment.
pub fn nginx(choices: &mut Choices<'_>) -> String {
    let level = choices.pick(&[MAIN, MAIN, HTTP, SERVER, LOCATION]);
    let mut out = String::new();
    block(choices, level, &mut out, 0);
    out
}

/// Blocks within blocks, up to this depth.
const DEEPEST: usize = 12;

fn block(choices: &mut Choices<'_>, lines: &[&'static str], out: &mut String, depth: usize) {
    while let Some(choice) = choices.byte() {
        match choice {
            0..24 if depth > 0 => return,
            24..28 => out.push_str(choices.pick(ODD)),
            _ => {
                out.extend(std::iter::repeat_n("    ", depth));
                let line = choices.write(lines, SLOTS, out);
                out.push('\n');
                if line.ends_with('{') && depth < DEEPEST {
                    block(choices, inner(line, lines), out, depth + 1);
                    out.extend(std::iter::repeat_n("    ", depth));
                    out.push_str("}\n");
                }
            }
        }
    }
}

/// What may stand in the block that a line opens.
fn inner(line: &str, outer: &[&str]) -> &'static [&'static str] {
    let stream = outer == STREAM;
    match line.split([' ', '{']).next().unwrap_or_default() {
        "events" => &["worker_connections <number>;", "multi_accept on;"],
        "http" => HTTP,
        "stream" => STREAM,
        "server" if stream => STREAM_SERVER,
        "server" => SERVER,
        "location" => LOCATION,
        "upstream" => UPSTREAM,
        "map" | "split_clients" | "geo" => ROWS,
        "limit_except" => &["deny all;", "allow <address>;", "proxy_pass <url>;"],
        _ => REWRITE,
    }
}

#[rustfmt::skip]
const MAIN: &[&str] = &[
    "http {", "events {", "http {", "http {", "stream {", "worker_processes <number>;", "user <word>;", "include <file>;",
    "worker_shutdown_timeout <time>;", "env <word>;", "load_module <file>;", "# <word>", "pid <file>;",
];

#[rustfmt::skip]
const HTTP: &[&str] = &[
    "server {", "server {", "server {", "map <variable> $<name> {", "map $http_upgrade $connection_upgrade {", "upstream <name> {",
    "upstream <name> {", "geo $<name> {", "geo $remote_addr $<name> {", "split_clients \"<value>\" $<name> {", "include <file>;",
    "limit_req_zone <variable> zone=<name>:10m rate=<number>r/s;", "limit_conn_zone <variable> zone=<name>:10m;",
    "log_format <name> '<value>';", "proxy_cache_path /tmp/<name> keys_zone=<name>:10m;", "<header>", "<timing>", "<proxying>",
    "merge_slashes <flag>;", "http2 <flag>;", "large_client_header_buffers <number> <size>;", "types_hash_max_size <number>;",
];

#[rustfmt::skip]
const SERVER: &[&str] = &[
    "listen <listen>;", "listen <listen>;", "server_name <names>;", "location <location> {", "location <location> {",
    "location <location> {", "location @<name> {", "if (<test>) {", "set $<name> <value>;", "rewrite <regex> <target> <mark>;",
    "return <status>;", "return <status> <value>;", "error_page <status> <target>;", "error_page <status> =<status> @<name>;",
    "include <file>;", "<header>", "<timing>", "<proxying>", "<access>", "root /srv/<name>;", "try_files $uri $uri/ <target>;",
    "ssl_certificate /etc/<name>.pem;", "http2 <flag>;", "merge_slashes <flag>;", "client_header_buffer_size <size>;",
    "large_client_header_buffers <number> <size>;", "resolver <address> valid=<time>;", "break;", "# wslint: ignore[<name>] <word>",
];

#[rustfmt::skip]
const LOCATION: &[&str] = &[
    "proxy_pass <url>;", "proxy_pass <url>;", "proxy_pass <url>;", "proxy_http_version <version>;", "<header>", "<header>",
    "<header>", "<timing>", "<timing>", "<proxying>", "<proxying>", "<access>", "if (<test>) {", "limit_except <methods> {",
    "location <location> {", "rewrite <regex> <target> <mark>;", "set $<name> <value>;", "return <status>;", "return <status> <value>;",
    "break;", "internal;", "try_files <target> @<name>;", "try_files $uri <target> =<status>;", "alias /srv/<name>/;",
    "error_page <status> = @<name>;", "auth_request <path>;", "auth_request_set $<name> $upstream_http_<name>;", "mirror <path>;",
    "grpc_pass <address>;", "fastcgi_pass <address>;", "uwsgi_pass <address>;", "scgi_pass <address>;", "memcached_pass <address>;",
    "include <file>;", "limit_rate <size>;", "client_max_body_size <size>;", "resolver <address>;", "satisfy any;", "satisfy all;",
    "valid_referers none blocked <names>;", "content_by_lua_block { return <value> }", "<word> <value> <value>;",
];

#[rustfmt::skip]
const REWRITE: &[&str] = &[
    "set $<name> <value>;", "rewrite <regex> <target> <mark>;", "return <status>;", "return <status> <value>;", "break;",
    "proxy_pass <url>;", "add_header <field> <value>;", "limit_rate <size>;", "root /srv/<name>;",
];

#[rustfmt::skip]
const UPSTREAM: &[&str] = &[
    "server <address>;", "server <address>;", "server <address> <weight>;", "ip_hash;", "least_conn;", "hash <value>;",
    "hash <variable> consistent;", "random two least_conn;", "keepalive <number>;", "keepalive_timeout <time>;", "zone <name> 64k;",
    "sticky cookie <name>;", "resolver <address>;",
];

#[rustfmt::skip]
const ROWS: &[&str] = &[
    "default <value>;", "<value> <value>;", "'' close;", "default upgrade;", "~<regex> <value>;", "~*<regex> $1;", "hostnames;",
    "volatile;", "<number>% <value>;", "* <value>;", "<cidr> <value>;", "*.example.com <value>;", "ranges;", "include <file>;",
];

#[rustfmt::skip]
const STREAM: &[&str] = &[
    "server {", "server {", "upstream <name> {", "map <variable> $<name> {", "limit_conn_zone <variable> zone=<name>:10m;",
    "proxy_timeout <time>;", "ssl_preread <flag>;",
];

#[rustfmt::skip]
const STREAM_SERVER: &[&str] = &[
    "listen <listen>;", "proxy_pass <address>;", "proxy_pass $<name>;", "proxy_timeout <time>;", "ssl_preread <flag>;",
    "proxy_protocol <flag>;", "server_name <names>;", "return <value>;", "set $<name> <value>;",
];

#[rustfmt::skip]
const SLOTS: &Slots = &[
    ("header", &[
        "proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Connection \"upgrade\";",
        "proxy_set_header Connection $connection_upgrade;", "proxy_set_header Host <value>;", "proxy_set_header <field> <value>;",
        "proxy_set_header <field> <value>;", "add_header <field> <value>;", "add_header <field> <value> always;",
        "proxy_hide_header <field>;", "proxy_pass_header <field>;", "proxy_ignore_headers <field>;",
    ]),
    ("timing", &[
        "proxy_read_timeout <time>;", "proxy_send_timeout <time>;", "proxy_connect_timeout <time>;", "send_timeout <time>;",
        "keepalive_timeout <time>;", "grpc_read_timeout <time>;", "fastcgi_read_timeout <time>;",
    ]),
    ("proxying", &[
        "proxy_http_version <version>;", "proxy_buffering <flag>;", "proxy_cache <name>;", "proxy_cache_bypass <variable>;",
        "proxy_no_cache <variable>;", "proxy_cache_valid <status> <time>;", "proxy_cache_key <value>;", "proxy_method <methods>;",
        "proxy_intercept_errors <flag>;", "proxy_pass_request_headers <flag>;", "client_max_body_size <size>;",
        "proxy_redirect <value> <value>;", "gzip <flag>;",
    ]),
    ("access", &[
        "allow <cidr>;", "deny <cidr>;", "deny all;", "auth_basic \"<word>\";", "auth_basic off;", "auth_basic_user_file <file>;",
        "limit_req zone=<name> burst=<number> nodelay;", "limit_conn <name> <number>;", "set_real_ip_from <cidr>;", "satisfy any;",
        "modsecurity <flag>;",
    ]),
    ("listen", &[
        "80", "8080 default_server", "127.0.0.1:8080", "[::]:80", "443 ssl", "443 ssl http2", "*:80 proxy_protocol", "unix:/run/a.sock",
        "<address>", "8000-8010", "<number>", "443 quic",
    ]),
    ("names", &[
        "app.example.com", "_", "\"\"", "*.example.com", "app.*", ".example.com", "~^(?<who>.+)\\.example\\.com$", "~<regex>", "<value>",
        "a.example.com b.example.com", "$hostname",
    ]),
    ("location", &[
        "/", "/ws", "/ws/", "= /ws", "^~ /ws", "~ <regex>", "~* <regex>", "/socket.io/", "/socket.io", "<path>", "~ \\.php$",
        "~ ^/(?<part>[^/]+)/ws$", "/api/", "\"/a b\"", "/events",
    ]),
    ("path", &["/", "/ws", "/ws/", "/socket.io/", "/a%20b", "/hub", "/sockjs", "/cable", "//a//b", "/../x", "/<name>/<name>", ""]),
    ("url", &[
        "http://127.0.0.1:3000", "http://<name>", "http://<name>/", "http://<address><path>", "https://<name>", "http://$<name>",
        "http://$<name>$request_uri", "$scheme://<name><path>", "http://unix:/run/a.sock:<path>", "http://[::1]:3000", "ws://<name>",
        "<value>", "http://127.0.0.1:3000$1", "http://<name>$is_args$args",
    ]),
    ("address", &[
        "127.0.0.1:3000", "<name>", "10.0.0.<number>:80", "app.internal:8080", "[::1]:80", "unix:/run/a.sock", "127.0.0.1", "<value>",
    ]),
    ("cidr", &["10.0.0.0/8", "127.0.0.1", "::/0", "192.168.0.0/16", "0.0.0.0/0", "unix:", "<word>"]),
    ("weight", &["weight=<number>", "down", "backup", "max_fails=0", "resolve", "max_conns=<number>", "<word>"]),
    ("regex", &[
        "^/ws", "^/(.*)$", "^/(?<rest>.*)$", "(.*)", "\\.io", "^(?!/ws).*$", "(a|b)+", "^/ws/?$", "[", "(", "upgrade", "^/(.*)/(.*)$",
        "\"^/a{1,2}$\"", "(?i)ws", "",
    ]),
    ("target", &["/", "/ws", "/$1", "/$1$1", "/<name>$uri", "https://$host$request_uri", "@<name>", "/new/$rest?a=b", "$<name>", "/$1?", "<value>"]),
    ("mark", &["", "last", "break", "redirect", "permanent", "<word>"]),
    ("test", &[
        "$http_upgrade", "$http_upgrade = websocket", "$http_upgrade != \"\"", "$request_method = POST", "$<name> ~* <regex>",
        "$host !~ <regex>", "-f $request_filename", "!-e $request_filename", "<variable>", "$invalid_referer", "<value>",
        "$http_origin ~ ^https://(.*)$",
    ]),
    ("variable", &[
        "$http_upgrade", "$remote_addr", "$binary_remote_addr", "$host", "$http_host", "$uri", "$request_uri", "$args", "$arg_<name>",
        "$cookie_io", "$http_<name>", "$<name>", "$connection_upgrade", "$scheme", "$proxy_host", "$1", "$server_port", "$ssl_preread_server_name",
        "$http_x_forwarded_for", "$is_args", "$request_method", "$proxy_add_x_forwarded_for",
    ]),
    ("value", &[
        "<variable>", "\"<variable>\"", "<word>", "\"<word>\"", "'<word>'", "\"<variable>-<variable>\"", "${<name>}", "upgrade", "close",
        "websocket", "\"\"", "$<name>$<name>", "<number>", "https://app.example.com", "*", "\"a \\\" b\"", "$", "off", "on",
    ]),
    ("field", &[
        "Upgrade", "Connection", "Host", "Origin", "X-Forwarded-For", "X-Real-IP", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol",
        "Access-Control-Allow-Origin", "X-Accel-Buffering", "Content-Type", "Referer", "Cookie", "<word>", "upgrade", "Upgrade:",
    ]),
    ("time", &["60s", "1h", "5", "3600", "1d", "0", "20s", "500ms", "1h30m", "<word>", "-1", "99999999999d", "<variable>"]),
    ("size", &["1m", "8k", "0", "1", "64k", "10g", "<word>"]),
    ("number", &["1", "2", "0", "16", "80", "512", "1000", "65536", "4294967296", "-1", "<word>", "18446744073709551616"]),
    ("status", &["101", "200", "204", "301", "302", "403", "404", "426", "444", "500", "502", "503", "<number>"]),
    ("version", &["1.1", "1.0", "2", "1.2", "<word>"]),
    ("flag", &["on", "off", "<word>"]),
    ("methods", &["GET", "GET POST", "POST", "<word>"]),
    ("name", &["app", "chat", "a", "b", "connection_upgrade", "ws", "backend_1", "who", "rest"]),
    ("file", &["/etc/nginx/mime.types", "conf.d/*.conf", "snippets/ws.conf", "nginx.conf", "/absent", "*.conf"]),
    ("word", &["x", "upgrade", "Upgrade", "ws", "a;b", "é", "a\\ b", "\\x", "{{ x }}", "<% y %>", "__Z__", "${W}", "$", "0x1", "nginx/http10"]),
];
