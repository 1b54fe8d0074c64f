//! The variables that nginx and its own modules define.

/// Variables that begin with these belong to nginx.
const PREFIXES: [&str; 14] = [
    "http_",
    "arg_",
    "cookie_",
    "sent_http_",
    "sent_trailer_",
    "upstream_",
    "ssl_",
    "geoip_",
    "geoip2_",
    "proxy_internal_",
    "proxy_protocol_",
    "realip_",
    "jwt_",
    "tcpinfo_",
];

/// The other variables of nginx's own modules, in order.
const BUILT_IN: [&str; 77] = [
    "ancient_browser",
    "args",
    "binary_remote_addr",
    "body_bytes_sent",
    "bytes_received",
    "bytes_sent",
    "connection",
    "connection_requests",
    "connection_time",
    "connections_active",
    "connections_reading",
    "connections_waiting",
    "connections_writing",
    "content_length",
    "content_type",
    "cookie",
    "date_gmt",
    "date_local",
    "document_root",
    "document_uri",
    "fastcgi_path_info",
    "fastcgi_script_name",
    "gzip_ratio",
    "host",
    "hostname",
    "http2",
    "http3",
    "https",
    "invalid_referer",
    "is_args",
    "limit_conn_status",
    "limit_rate",
    "limit_req_status",
    "memcached_key",
    "modern_browser",
    "msec",
    "msie",
    "nginx_version",
    "pid",
    "pipe",
    "protocol",
    "proxy_add_x_forwarded_for",
    "proxy_host",
    "proxy_port",
    "query_string",
    "quic",
    "realpath_root",
    "remote_addr",
    "remote_port",
    "remote_user",
    "request",
    "request_body",
    "request_body_file",
    "request_completion",
    "request_filename",
    "request_id",
    "request_length",
    "request_method",
    "request_port",
    "request_time",
    "request_uri",
    "scheme",
    "secure_link",
    "secure_link_expires",
    "server_addr",
    "server_name",
    "server_port",
    "server_protocol",
    "session_log_id",
    "session_time",
    "slice_range",
    "status",
    "time_iso8601",
    "time_local",
    "uid_got",
    "uid_reset",
    "uid_set",
];

/// Whether nginx defines a variable by itself.
pub(crate) fn is_built_in(variable: &str) -> bool {
    PREFIXES.iter().any(|prefix| variable.starts_with(prefix))
        || BUILT_IN.binary_search(&variable).is_ok()
        || ["date", "memory", "ngx_", "is_request_port", "otel_", "uri", "acme_"]
            .iter()
            .any(|start| variable.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::BUILT_IN;

    #[test]
    fn the_names_are_in_order() {
        assert!(BUILT_IN.is_sorted());
    }
}
