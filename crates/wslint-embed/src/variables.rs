//! The names of nginx's variables, by which a dollar sign in a script shows whom it was meant for.

/// Variables that nginx sets by itself, and the one that everybody defines by a `map`.
#[rustfmt::skip]
static NAMES: &[&str] = &[
    "args", "binary_remote_addr", "body_bytes_sent", "bytes_sent", "connection_requests", "connection_upgrade",
    "content_length", "content_type", "document_root", "document_uri", "host", "hostname", "http2", "https", "is_args",
    "limit_rate", "msec", "proxy_add_x_forwarded_for", "proxy_host", "proxy_port", "proxy_protocol_addr", "query_string",
    "realpath_root", "remote_addr", "remote_port", "remote_user", "request", "request_body", "request_filename",
    "request_id", "request_length", "request_method", "request_time", "request_uri", "scheme", "server_addr",
    "server_name", "server_port", "server_protocol", "ssl_client_verify", "ssl_protocol", "ssl_server_name", "status",
    "time_iso8601", "time_local", "upstream_addr", "uri",
];

/// How the names of variables begin that are made of parts of the request.
const STARTS: [&str; 5] = ["http_", "sent_http_", "upstream_http_", "cookie_", "arg_"];

/// Whether nginx has a variable of this name.
pub(crate) fn is_nginx(name: &str) -> bool {
    NAMES.binary_search(&name).is_ok()
        || STARTS.iter().any(|start| name.len() > start.len() && name.starts_with(start))
}

/// The name that a text begins with, as shells and nginx read names.
pub(crate) fn name(text: &[u8]) -> &str {
    let first = text.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    let length = match first {
        true => text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count(),
        false => 0,
    };
    std::str::from_utf8(&text[..length]).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{NAMES, is_nginx, name};

    #[test]
    fn names_are_in_order_and_known() {
        assert!(NAMES.is_sorted());
        assert!(is_nginx("http_upgrade") && is_nginx("host") && !is_nginx("PORT") && !is_nginx("http_"));
        assert_eq!((name(b"a_1-b"), name(b"1a"), name(b"")), ("a_1", "", ""));
    }
}
