//! Whether nginx takes what it reads for a request: lines that fit into its buffers, and headers as it wants them.

use super::exit::{Answer, AnswerKind, Exit};
use crate::config::inherit::Scalar;
use crate::config::listeners::Choice;
use crate::config::names::Directive;
use crate::config::time;
use crate::config::{ContextId, Line};
use crate::model::Model;
use crate::variables::state::State;
use wslint_model::way::{Field, Http};
use wslint_model::{Known, Version};

/// The version from which a request in HTTP/2 may carry neither `Connection` nor `Upgrade`.
const NO_UPGRADE_IN_HTTP2: Version = Version(1, 31, 0);
/// The version from which, at the latest, `Host` may only hold what RFC 3986 allows in a name.
const STRICT_HOST: Version = Version(1, 31, 0);
/// What `large_client_header_buffers` is by default, and `client_header_buffer_size`.
const LARGE_BUFFER: u64 = 8 * 1024;
const FIRST_BUFFER: u64 = 1024;

/// `merge_slashes`, on by default.
pub(crate) fn merges_slashes(model: &Model<'_>, server: ContextId) -> bool {
    match model.config().scalar(server, Directive::MergeSlashes) {
        Scalar::Set(line, _) => model.config().known_arg(line, 0).is_none_or(|value| value != "off"),
        Scalar::Default | Scalar::Unknown => true,
    }
}

/// How a request ends that nginx does not take; `None` for one that it does.
pub(crate) fn refuse_unreadable(model: &Model<'_>, state: &State, choice: &Choice) -> Option<Exit> {
    let answer = |status: u16, line: Option<Line>| {
        let status = Known::Known(status);
        Some(Exit::Answered(Answer { status, kind: AnswerKind::Error, line, target: None }))
    };
    // The first line is read before the host is known, and so into a buffer of the default server.
    let (longest, line) = longest_line(model, choice.default);
    let http = state.http();
    if http != Http::V2 && first_line_length(state) > longest {
        return answer(414, line.or(choice.listen));
    }
    let (longest, line) = longest_line(model, choice.server);
    if http != Http::V2 && state.message.fields.iter().any(|field| field_length(field) > longest) {
        return answer(400, line.or(choice.listen));
    }
    let has = |name: &str| state.message.lines(name).next().is_some();
    let upgrades_http2 = http == Http::V2 && (has("Upgrade") || has("Connection"));
    let refused = (upgrades_http2 && model.version() >= NO_UPGRADE_IN_HTTP2) || !takes_hosts(model, state);
    if refused { answer(400, choice.listen) } else { None }
}

/// Whether the host is named as nginx wants it: not twice, and once at least in HTTP/1.1. HTTP/2 has a field of its
/// own for it.
fn takes_hosts(model: &Model<'_>, state: &State) -> bool {
    let mut hosts = state.message.lines("Host").map(|field| &field.value);
    match (hosts.next(), hosts.next()) {
        (None, _) => state.http() != Http::V11,
        (Some(Known::Known(host)), None) => model.version() < STRICT_HOST || is_host(host),
        (Some(_), None) => true,
        (Some(_), Some(_)) => false,
    }
}

/// How long a line of a request may be at a server, and the directive that says so.
fn longest_line(model: &Model<'_>, server: ContextId) -> (u64, Option<Line>) {
    let size = |name: Directive, word: usize, default: u64| match model.config().scalar(server, name) {
        Scalar::Default => (default, None),
        // A size that cannot be told is taken to suffice.
        Scalar::Unknown => (u64::MAX, None),
        Scalar::Set(line, _) => {
            let size = model.config().known_arg(line, word).and_then(|size| time::bytes(&size));
            (size.unwrap_or(u64::MAX), Some(line))
        }
    };
    let large = size(Directive::LargeClientHeaderBuffers, 1, LARGE_BUFFER);
    let first = size(Directive::ClientHeaderBufferSize, 0, FIRST_BUFFER);
    if first.0 > large.0 { first } else { large }
}

/// The bytes of `GET /path HTTP/1.1` and its end, as far as they are known.
fn first_line_length(state: &State) -> u64 {
    let length = |part: &Known<String>| part.as_ref().map_or(0, String::len);
    (length(&state.method) + " ".len() + length(state.target()) + " HTTP/1.1\r\n".len()) as u64
}

/// The bytes of a header line and its end, as far as the value is known.
fn field_length(field: &Field) -> u64 {
    let value = field.value.as_ref().map_or(0, String::len);
    (field.name.len() + ": ".len() + value + "\r\n".len()) as u64
}

/// Whether a `Host` is a name or an address in brackets, and maybe a port.
fn is_host(host: &str) -> bool {
    let named = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$%&'()*+,;=".contains(&byte);
    let port = |text: &str| {
        text.is_empty()
            || text.strip_prefix(':').is_some_and(|port| port.is_empty() || port.parse::<u16>().is_ok())
    };
    match host.strip_prefix('[') {
        Some(literal) => literal.split_once(']').is_some_and(|(_, rest)| port(rest)),
        None => {
            let name = host.bytes().take_while(|byte| named(*byte)).count();
            port(&host[name..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn hosts_are_names_or_addresses() {
        for good in ["a.example", "a_b:8080", "a:", "[::1]", "[::1]:80", "a%zz", "~a"] {
            assert!(is_host(good), "{good}");
        }
        for bad in ["~^www$", "a:80x", "a:99999", "::1", "[::1", "a:80:80", "a{b}", "é"] {
            assert!(!is_host(bad), "{bad}");
        }
    }
}
