//! nginx's spellings of addresses.

use std::ops::Range;

use crate::rewrite::address::split_port;
use crate::rewrite::copied::{Listen, Upstream};

/// The part of a pass directive's value that says where to connect: behind the scheme, before the URI. For a socket
/// in the file system it ends at the second colon (`http://unix:/run/app.sock:/uri`).
pub(super) fn authority(value: &str) -> Range<usize> {
    let scheme = value.find("://").filter(|_| !value.starts_with("unix:"));
    let start = scheme.map_or(0, |at| at + 3);
    let rest = &value[start..];
    let length = match rest.strip_prefix("unix:") {
        Some(path) => path.find(':').map_or(rest.len(), |at| "unix:".len() + at + 1),
        None => [rest.find(['/', '?']), variable_uri(rest)].into_iter().flatten().min().unwrap_or(rest.len()),
    };
    start..start + length
}

/// Where a variable that holds a URI, and so begins with a slash, stands behind a literal host and port.
fn variable_uri(rest: &str) -> Option<usize> {
    let at = rest.find('$')?;
    let name = rest[at + 1..].trim_start_matches('{');
    let holds = |uri: &str| {
        name.strip_prefix(uri)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    };
    (at > 0 && ["request_uri", "uri", "document_uri"].iter().any(|uri| holds(uri))).then_some(at)
}

/// The port of a pass directive's value that has none.
pub(super) fn default_port(value: &str) -> u16 {
    if value.starts_with("https://") || value.starts_with("grpcs://") { 443 } else { 80 }
}

/// The host of an authority.
pub(super) fn host(authority: &str) -> &str {
    split_port(authority).map_or(authority, |(host, _)| host)
}

/// One spelling for an address to connect to.
pub(in super::super) fn upstream_address(written: &str, port: u16) -> String {
    if let Some(path) = written.strip_prefix("unix:") {
        return format!("unix:{}", path.trim_end_matches(':'));
    }
    match split_port(written) {
        Some((host, port)) => format!("{}:{port}", host.to_ascii_lowercase()),
        None => format!("{}:{port}", written.to_ascii_lowercase()),
    }
}

/// The upstream that an authority names.
pub(super) fn upstream(authority: &str, port: u16) -> Upstream {
    let written = authority.strip_suffix(':').filter(|_| authority.starts_with("unix:")).unwrap_or(authority);
    Upstream { address: upstream_address(written, port), written: written.into(), composed: None }
}

/// What a `listen` directive's words say, and whether it is for TCP.
pub(super) fn listen(arguments: &[String]) -> Option<(Listen, bool)> {
    let value = arguments.first()?;
    let has = |flag: &str| arguments[1..].iter().any(|argument| argument == flag);
    let (address, port) = if value.starts_with("unix:") {
        (value.clone(), None)
    } else if value.bytes().all(|byte| byte.is_ascii_digit()) {
        (format!("*:{value}"), value.parse().ok())
    } else if let Some((host, port)) = split_port(value).filter(|(host, _)| !host.ends_with(':')) {
        let host = if host == "0.0.0.0" { "*" } else { host };
        (format!("{host}:{port}"), Some(port))
    } else {
        (format!("{value}:80"), Some(80))
    };
    Some((Listen { address, port, tls: has("ssl") || has("quic") }, !has("udp") && !has("quic")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_lies_between_scheme_and_uri() {
        let cases = [
            ("http://app:3000/ws/", "app:3000"),
            ("http://app", "app"),
            ("http://unix:/run/app.sock:/ws", "unix:/run/app.sock:"),
            ("http://unix:/run/app.sock", "unix:/run/app.sock"),
            ("unix:/run/php.sock", "unix:/run/php.sock"),
            ("unix:///run/php.sock", "unix:///run/php.sock"),
            ("127.0.0.1:9000", "127.0.0.1:9000"),
            ("http://[::1]:3000/", "[::1]:3000"),
            ("https://$backend$request_uri", "$backend$request_uri"),
            ("http://127.0.0.1:3000$request_uri", "127.0.0.1:3000"),
            ("http://127.0.0.1:3000${uri}", "127.0.0.1:3000"),
            ("http://10.0.0.1$uri_of_mine", "10.0.0.1$uri_of_mine"),
        ];
        for (value, expected) in cases {
            assert_eq!(&value[authority(value)], expected, "{value}");
        }
    }

    #[test]
    fn listening_addresses_have_one_spelling() {
        let cases = [
            ("80", "*:80", Some(80)),
            ("*:80", "*:80", Some(80)),
            ("0.0.0.0:80", "*:80", Some(80)),
            ("[::]:80", "[::]:80", Some(80)),
            ("127.0.0.1:8080", "127.0.0.1:8080", Some(8080)),
            ("10.0.0.1", "10.0.0.1:80", Some(80)),
            ("[::1]", "[::1]:80", Some(80)),
            ("unix:/run/nginx.sock", "unix:/run/nginx.sock", None),
        ];
        for (value, address, port) in cases {
            let (listen, _) = listen(&[value.to_owned()]).unwrap();
            assert_eq!((listen.address.as_str(), listen.port), (address, port), "{value}");
        }
    }
}
