//! What nginx refuses of names that stand once in a configuration, and of names that nothing has: upstreams, zones,
//! formats of logs, options of one socket.

use std::collections::{HashMap, HashSet};

use super::reason::{Refusal, RefusalKind};
use super::unusable::socket_of;
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind, Line};
use crate::model::Model;
use crate::request::pass::Parts;
use wslint_model::NginxContext;

/// What `listen` sets for the socket, which only one of the lines that share it may do.
const OPTIONS: [&str; 12] = [
    "accept_filter=",
    "backlog=",
    "bind",
    "deferred",
    "fastopen=",
    "ipv6only=",
    "multipath",
    "rcvbuf=",
    "reuseport",
    "setfib=",
    "sndbuf=",
    "so_keepalive=",
];

/// The format of logs that nginx brings.
const COMBINED: &str = "combined";

/// A second upstream or format of this name in one file. Files beside each other may be meant as alternatives.
pub(super) fn second_name(model: &Model<'_>, level: ContextId) -> Option<Refusal> {
    let config = model.config();
    let context = config.context(level);
    if !matches!(context.kind, ContextKind::Http | ContextKind::Stream) {
        return None;
    }
    let mut seen = HashSet::new();
    context.lines.iter().find_map(|&line| {
        let directive = config.name(line);
        let name = config.known_arg(line, 0)?;
        let reason = match directive.as_ref() {
            "upstream" => format!("duplicate upstream \"{name}\""),
            "log_format" => format!("duplicate \"log_format\" name \"{name}\""),
            _ => return None,
        };
        let new = seen.insert((line.file, directive, name.to_lowercase()));
        if new { None } else { refuse(line, reason) }
    })
}

/// A second line of one file that sets options of the same socket.
pub(super) fn second_options(model: &Model<'_>) -> Option<Refusal> {
    let config = model.config();
    let mut seen = HashMap::new();
    let servers = config.contexts().filter(|(_, context)| context.kind == ContextKind::Server);
    let mut listens =
        servers.flat_map(|(server, _)| config.own(server, Directive::Listen).map(move |line| (server, line)));
    listens.find_map(|(server, line)| {
        let words = config.args(line);
        let sets = words.iter().skip(1).any(|word| {
            let word = word.as_ref();
            word.is_some_and(|word| {
                OPTIONS.iter().any(|option| {
                    option.ends_with('=') && word.starts_with(option) || *option == word.as_ref()
                })
            })
        });
        let socket = sets.then(|| socket_of(model, line))??;
        let reason = format!("duplicate listen options for {}", socket.0);
        let first = *seen.entry((line.file, socket)).or_insert(server);
        if first == server { None } else { refuse(line, reason) }
    })
}

/// A port behind the name of an upstream, whose servers have their own.
pub(super) fn port_of_upstream(model: &Model<'_>, line: Line, name: &str) -> Option<Refusal> {
    let config = model.config();
    if !matches!(name, "proxy_pass" | "grpc_pass" | "uwsgi_pass" | "fastcgi_pass" | "scgi_pass") {
        return None;
    }
    let value = config.known_arg(line, 0).filter(|value| !value.contains('$'))?;
    let bare = value.split_once("://").map_or(value.as_ref(), |(_, rest)| rest);
    let authority = &bare[..bare.find(['/', '?']).unwrap_or(bare.len())];
    let (host, port) = authority.split_once(':')?;
    model.pool(host)?;
    refuse(line, format!("upstream \"{host}\" may not have port {port}"))
}

/// A zone or a format of logs that nothing names, where the whole configuration is at hand.
pub(super) fn unknown_name(model: &Model<'_>, level: ContextId, line: Line, name: &str) -> Option<Refusal> {
    let config = model.config();
    let wanted = match name {
        "limit_req" => {
            let words = config.args(line);
            let zone = words.iter().find_map(|word| word.as_ref()?.strip_prefix("zone="))?;
            zone.to_owned()
        }
        "limit_conn" | "proxy_cache" | "fastcgi_cache" | "uwsgi_cache" | "scgi_cache" => {
            config.known_arg(line, 0).filter(|zone| zone != "off")?.into_owned()
        }
        "access_log" => config.known_arg(line, 1).filter(|format| !format.contains('='))?.into_owned(),
        _ => return None,
    };
    let whole = config.assumed == NginxContext::Main && !config.has_gaps;
    if !whole || wanted.contains('$') || config.enclosing(level, ContextKind::Stream).is_some() {
        return None;
    }
    let maker = match name {
        "limit_req" => "limit_req_zone".to_owned(),
        "limit_conn" => "limit_conn_zone".to_owned(),
        "access_log" => "log_format".to_owned(),
        cache => format!("{cache}_path"),
    };
    if wanted == COMBINED && name == "access_log" || model.makers().may_make(&maker, &wanted) {
        return None;
    }
    refuse(
        line,
        match name {
            "limit_req" | "limit_conn" => format!("zero size shared memory zone \"{wanted}\""),
            "access_log" => format!("unknown log format \"{wanted}\""),
            cache => format!("\"{cache}\" zone \"{wanted}\" is unknown"),
        },
    )
}

/// An address of a `proxy_pass` whose port is none.
pub(super) fn bad_pass_port(destination: &Parts<'_>) -> Option<String> {
    if destination.socket.is_some() {
        return None;
    }
    super::endpoint::bad_port(&destination.address(), "upstream")
}

fn refuse(line: Line, reason: String) -> Option<Refusal> {
    Some(Refusal { kind: RefusalKind::Other, line, reason })
}
