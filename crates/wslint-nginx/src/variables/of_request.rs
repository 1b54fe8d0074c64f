//! The variables that nginx itself makes of a request, its headers, its query and its server.

use super::state::State;
use crate::config::names::Directive;
use crate::model::Model;
use wslint_model::length::concat;
use wslint_model::way::Http;
use wslint_model::{Known, Version};

/// From this version on `$http_…` holds every line of a header.
const JOINED_HEADERS: Version = Version(1, 23, 0);

/// Whether the value of a variable follows from the path of the request, beside the query.
pub(crate) fn tells_path(name: &str) -> bool {
    matches!(name, "uri" | "document_uri" | "request_uri" | "request" | "request_filename")
}

/// The value of such a variable; none for a name that stands for nothing of the request.
pub(super) fn of_request(model: &Model<'_>, name: &str, state: &State) -> Option<Known<String>> {
    if let Some(value) = built_in(model, name, state) {
        return Some(value);
    }
    if let Some(header) = name.strip_prefix("http_") {
        return Some(header_variable(model, header, state));
    }
    if let Some(argument) = name.strip_prefix("arg_") {
        let Known::Known(args) = &state.args else { return Some(Known::Unknown) };
        return Some(match argument_of(args, argument) {
            Some(value) => Known::Known(value.to_owned()),
            None if state.is_representative() => Known::Unknown,
            None => Known::Known(String::new()),
        });
    }
    let cookie = name.strip_prefix("cookie_")?;
    Some(match state.header("Cookie") {
        Known::Known(_) if state.is_representative() => Known::Unknown,
        Known::Known(cookies) => Known::Known(cookie_of(&cookies, cookie)),
        Known::Unknown => Known::Unknown,
    })
}

/// A header's variable: the name in lower case with `_` for `-`. Several lines are joined since 1.23.0; before, only
/// those of two headers were.
fn header_variable(model: &Model<'_>, name: &str, state: &State) -> Known<String> {
    let is_named = |given: &str| {
        given.len() == name.len()
            && given.bytes().zip(name.bytes()).all(|(given, wanted)| match given {
                b'-' => wanted == b'_',
                given => given.eq_ignore_ascii_case(&wanted),
            })
    };
    let joined = model.version() >= JOINED_HEADERS || matches!(name, "cookie" | "x_forwarded_for");
    match state.message.fields.iter().find(|field| is_named(&field.name)) {
        Some(field) if joined => state.header(&field.name),
        Some(field) => field.value.clone(),
        None if state.is_representative() && !is_part_of_handshake(name) => Known::Unknown,
        None => Known::Known(String::new()),
    }
}

fn built_in(model: &Model<'_>, name: &str, state: &State) -> Option<Known<String>> {
    let known = |text: &str| Some(Known::Known(text.to_owned()).bounded());
    match name {
        "args" | "query_string" => Some(state.args.clone()),
        "is_args" => {
            let mark = |args: &String| if args.is_empty() { "" } else { "?" }.to_owned();
            Some(state.args.as_ref().map(mark).into())
        }
        "uri" | "document_uri" => Some(state.uri.clone()),
        "request_uri" => Some(state.target().clone()),
        "host" => Some(host_variable(model, state)),
        "scheme" => known(if state.tls { "https" } else { "http" }),
        "https" => known(if state.tls { "on" } else { "" }),
        "server_port" => known(&state.port.to_string()),
        "remote_addr" => Some(match state.client {
            Some(client) => Known::Known(client.to_string()),
            None => Known::Unknown,
        }),
        "server_name" => known(&server_name(model, state)),
        "server_protocol" => known(state.http().name()),
        "request_method" => Some(state.method.clone()),
        "request" => Some(match (&state.method, state.target()) {
            (Known::Known(method), Known::Known(target)) => {
                concat([method, " ", target, " ", state.http().name()]).into()
            }
            _ => Known::Unknown,
        }),
        "content_type" => Some(state.header("Content-Type")),
        "content_length" => Some(state.header("Content-Length")),
        "proxy_host" => state.proxy_host.clone(),
        "proxy_port" => state.proxy_port.clone(),
        "http2" => known(if state.http() != Http::V2 {
            ""
        } else if state.tls {
            "h2"
        } else {
            "h2c"
        }),
        "http3" => known(""),
        "nginx_version" => known(&model.version().to_string()),
        "invalid_referer" => Some(invalid_referer(model, state)),
        _ => None,
    }
}

/// `$host`: the name in `Host` without its port, in lower case; the server's name where there is none.
fn host_variable(model: &Model<'_>, state: &State) -> Known<String> {
    match state.header("Host") {
        Known::Known(host) if host.is_empty() => Known::Known(server_name(model, state)),
        Known::Known(host) => {
            let host = host_without_port(&host).to_lowercase();
            Known::Known(host.strip_suffix('.').unwrap_or(&host).to_owned())
        }
        Known::Unknown => Known::Unknown,
    }
}

/// `$server_name`: the first name of the server without a leading dot, empty without one.
fn server_name(model: &Model<'_>, state: &State) -> String {
    let config = model.config();
    let line = config.own(state.server, Directive::ServerName).next();
    let name = line.and_then(|line| config.known_arg(line, 0)).unwrap_or_default();
    name.strip_prefix('.').unwrap_or(&name).to_owned()
}

/// `$invalid_referer`: `1` where `valid_referers` does not name what the request carries.
fn invalid_referer(model: &Model<'_>, state: &State) -> Known<String> {
    let config = model.config();
    let level = config.proper_level(state.level);
    let list = config.list(level, Directive::ValidReferers);
    if list.lines.is_empty() {
        return if list.open { Known::Unknown } else { Known::Known(String::new()) };
    }
    let names: Vec<_> = list.lines.iter().flat_map(|&line| config.args(line)).collect();
    let lists =
        |wanted: &str| names.iter().any(|name| matches!(name, Known::Known(name) if name.as_ref() == wanted));
    let verdict = |valid: bool| Known::Known(if valid { "" } else { "1" }.to_owned());
    match state.header("Referer") {
        Known::Unknown => Known::Unknown,
        Known::Known(referer) if referer.is_empty() => verdict(lists("none")),
        Known::Known(referer) if !referer.starts_with("http://") && !referer.starts_with("https://") => {
            verdict(lists("blocked"))
        }
        Known::Known(_) => Known::Unknown,
    }
}

/// Whether a browser's handshake determines a header: it carries those of RFC 6455, and no script can add the others.
fn is_part_of_handshake(name: &str) -> bool {
    // A subprotocol and extensions are the client's choice.
    let chosen = matches!(name, "sec_websocket_protocol" | "sec_websocket_extensions");
    (name.starts_with("sec_websocket_") && !chosen)
        || matches!(
            name,
            "upgrade" | "connection" | "host" | "origin" | "referer" | "authorization" | "content_type"
        )
}

fn argument_of<'a>(args: &'a str, name: &str) -> Option<&'a str> {
    args.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

fn cookie_of(cookies: &str, name: &str) -> String {
    let found = cookies.split([';', ',']).find_map(|pair| {
        let (key, value) = pair.trim_start().split_once('=')?;
        key.eq_ignore_ascii_case(name).then_some(value)
    });
    found.unwrap_or_default().to_owned()
}

/// A `Host` without its port; an IPv6 address keeps its brackets.
pub(crate) fn host_without_port(host: &str) -> &str {
    let bracket = host.rfind(']').unwrap_or(0);
    match host[bracket..].find(':') {
        Some(colon) => &host[..bracket + colon],
        None => host,
    }
}
