//! The words that tell the proxies apart from each other and from everything else.

/// Keywords that stand in sections of HAProxy.
#[rustfmt::skip]
const HAPROXY: &[&str] = &[
    "acl", "balance", "bind", "capture", "compression", "cookie", "daemon", "default-server",
    "default_backend", "errorfile", "filter", "group", "hash-type", "http-check", "http-request",
    "http-response", "load-server-state-from-file", "log", "log-format", "maxconn", "mode", "monitor-uri",
    "nameserver", "nbproc", "nbthread", "option", "peer", "pidfile", "redirect", "reqadd", "reqrep",
    "retries", "rspadd", "server", "server-template", "stats", "stick", "stick-table", "tcp-check",
    "tcp-request", "timeout", "tune.ssl.default-dh-param", "unique-id-format", "use-server", "use_backend",
    "user", "http-after-response", "http-error", "http-reuse", "http-send-name-header", "tcp-response", "errorloc",
    "errorloc302", "errorloc303", "errorfiles", "fullconn", "chroot", "ca-base", "crt-base", "lua-load", "setenv",
    "presetenv", "use-fcgi-app", "email-alert", "mailer", "hold", "resolve_retries", "declare",
    "cpu-map", "h1-case-adjust", "table", "default-bind", "retry-on", "log-tag", "hard-stop-after", "ssl-server-verify",
    "spread-checks", "ulimit-n", "rate-limit", "force-persist", "ignore-persist", "persist", "dispatch", "source",
    "description", "node",
    "external-check",
];

/// What the names of many more keywords of HAProxy begin with.
const HAPROXY_FAMILIES: &[&str] = &["tune.", "ssl-default-", "51degrees-", "deviceatlas-", "wurfl-"];

/// Directives whose names no other brace-and-semicolon format uses.
#[rustfmt::skip]
const STRONG: &[&str] = &[
    "proxy_pass", "proxy_set_header", "proxy_http_version", "proxy_read_timeout", "proxy_send_timeout",
    "proxy_connect_timeout", "proxy_buffering", "proxy_redirect", "proxy_buffers", "proxy_buffer_size",
    "proxy_hide_header", "proxy_pass_header", "proxy_cache_bypass", "proxy_cache_path", "proxy_ssl_verify",
    "server_name", "fastcgi_pass", "fastcgi_param", "uwsgi_pass", "uwsgi_param", "scgi_pass", "grpc_pass",
    "add_header", "try_files", "ssl_certificate", "ssl_certificate_key", "ssl_protocols", "ssl_ciphers",
    "access_log", "error_log", "error_page", "client_max_body_size", "worker_processes",
    "worker_connections", "log_format", "limit_req_zone", "limit_req", "limit_conn_zone", "auth_basic",
    "auth_request", "gzip_types", "sub_filter", "real_ip_header", "set_real_ip_from", "default_type",
    "resolver", "keepalive_timeout", "server_tokens", "sendfile", "expires", "upstream", "proxy_protocol",
];

/// Directives that count as known, but also stand in other formats.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "listen", "root", "index", "include", "return", "rewrite", "set", "server", "allow", "deny", "alias",
    "break", "gzip", "user", "pid", "default", "internal", "location", "if", "http2", "keepalive",
    "ip_hash", "least_conn", "hash", "zone", "charset", "etag", "daemon", "env", "load_module", "autoindex",
    "satisfy", "tcp_nodelay", "tcp_nopush", "ssl", "map", "geo", "map_hash_bucket_size", "types",
];

/// What the names of most other directives begin with.
#[rustfmt::skip]
const FAMILIES: &[&str] = &[
    "proxy_", "fastcgi_", "uwsgi_", "grpc_", "ssl_", "client_", "gzip_", "worker_", "auth_", "limit_",
    "large_client_", "types_hash_", "server_names_", "sub_filter", "open_file_", "real_ip_", "brotli",
    "keepalive_", "lua_", "js_",
];

/// Whether a line that begins with this word stands in a section of HAProxy.
pub(super) fn is_haproxy_keyword(word: &str) -> bool {
    HAPROXY.contains(&word) || HAPROXY_FAMILIES.iter().any(|start| word.starts_with(start))
}

/// Whether a directive of this name makes a file one of nginx.
pub(super) fn is_strong(name: &str) -> bool {
    STRONG.contains(&name)
}

/// Whether nginx knows a directive of this name.
pub(super) fn is_common(name: &str) -> bool {
    is_strong(name)
        || COMMON.contains(&name)
        || FAMILIES.iter().any(|start| name.starts_with(start))
        || name.contains("_by_lua")
}
