//! What nginx refuses of an address with a port, wherever one is written. Whether a name resolves is not its affair.

use super::value::number;
use crate::config::{Config, ContextId, ContextKind};
use wslint_model::way::is_broken_ipv4;

/// Whether the `server` lines of a level are members of an upstream.
pub(super) fn is_member(config: &Config<'_>, level: ContextId) -> bool {
    matches!(config.context(level).kind, ContextKind::Upstream | ContextKind::StreamUpstream)
}

/// Why the address of a `listen` would be refused.
pub(super) fn bad_listen(text: &str) -> Option<String> {
    let of_listen = |what: &str| format!("{what} in \"{text}\" of the \"listen\" directive");
    if text.starts_with("unix:") || is_placeholder(text) {
        return None;
    }
    if text.contains('/') {
        return Some(of_listen("invalid host"));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return (!is_port_range(text)).then(|| of_listen("invalid port"));
    }
    let (host, port) = split(text);
    if port.is_some_and(|port| !is_port_range(port)) {
        return Some(of_listen("invalid port"));
    }
    let no_name = host.contains([',', ';']) || is_broken_ipv4(host);
    no_name.then(|| of_listen("host not found"))
}

/// Why the address of a server in an upstream would be refused.
pub(super) fn bad_member(text: &str) -> Option<String> {
    if text.contains('$') {
        return Some(format!("host not found in upstream \"{text}\""));
    }
    match text.strip_prefix("unix:") {
        Some("") => Some(format!("no path in the unix domain socket in upstream \"{text}\"")),
        Some(_) => None,
        None if text.contains('/') => Some(format!("invalid host in upstream \"{text}\"")),
        None => bad_port(text, "upstream"),
    }
}

/// Why the port or the brackets of an address would be refused.
pub(super) fn bad_port(text: &str, of: &str) -> Option<String> {
    if is_placeholder(text) {
        return None;
    }
    if text.starts_with('[') && !text.contains(']') {
        return Some(format!("invalid host in {of} \"{text}\""));
    }
    let (host, port) = split(text);
    if port.is_some_and(|port| !is_port(port)) {
        return Some(format!("invalid port in {of} \"{text}\""));
    }
    is_broken_ipv4(host).then(|| format!("host not found in {of} \"{text}\""))
}

/// Host and port, where a colon parts them.
fn split(text: &str) -> (&str, Option<&str>) {
    let bracket = text.rfind(']').map_or(0, |at| at + 1);
    match text[bracket..].find(':') {
        Some(colon) => (&text[..bracket + colon], Some(&text[bracket + colon + 1..])),
        None => (text, None),
    }
}

fn is_port(text: &str) -> bool {
    number(text).is_some_and(|port| (1..=65535).contains(&port))
}

fn is_port_range(text: &str) -> bool {
    match text.split_once('-') {
        Some((first, last)) => is_port(first) && is_port(last),
        None => is_port(text),
    }
}

/// Whether a word may stand for another one that is put in later: `PORT`, `@port@`, `<port>`, `%port%`, `__port__`.
fn is_placeholder(text: &str) -> bool {
    let mut before = 0;
    text.bytes().any(|byte| {
        let second = byte == b'_' && before == b'_';
        before = byte;
        second || matches!(byte, b'@' | b'<' | b'%' | b'$' | b'{' | b'A'..=b'Z')
    })
}
