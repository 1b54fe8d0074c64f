//! What nginx refuses of sockets, upstreams and `valid_referers`: lines that are good one by one, and not together.

use std::collections::HashSet;

use super::reason::{Refusal, RefusalKind};
use crate::config::listen::{Address, Family};
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind, Line};
use crate::model::Model;
use wslint_model::Known;

/// A socket as nginx tells them apart: its address, and whether it is one for datagrams.
pub(super) type Socket = (String, bool);

/// The lines of a level that cannot be used together.
pub(crate) fn unusable_at(model: &Model<'_>, level: ContextId) -> Option<Refusal> {
    match model.config().context(level).kind {
        ContextKind::Upstream | ContextKind::StreamUpstream => unusable_servers(model, level),
        ContextKind::Server | ContextKind::StreamServer => {
            repeated_listen(model, level).or_else(|| unnamed_referer(model, level))
        }
        ContextKind::Location => unnamed_referer(model, level),
        _ => None,
    }
}

/// An upstream needs a server that is no backup, and some methods know no backups. A method that comes behind the
/// server does not mind. NGINX Plus takes an upstream with a `zone` and no servers: they are added while it runs.
fn unusable_servers(model: &Model<'_>, level: ContextId) -> Option<Refusal> {
    let context = model.config().context(level);
    let upstream = context.opener?;
    let (mut servers, mut backups) = (0, 0);
    let mut knows_backups = true;
    for &line in &context.lines {
        match line.name {
            Some(Directive::Hash | Directive::IpHash | Directive::Random) => knows_backups = false,
            Some(Directive::LeastConn) => knows_backups = true,
            Some(Directive::Server) if has_word(model, line, "backup") => {
                if !knows_backups {
                    return refuse(line, "balancing method does not support parameter \"backup\"".to_owned());
                }
                (servers, backups) = (servers + 1, backups + 1);
            }
            Some(Directive::Server) => servers += 1,
            _ => {}
        }
    }
    let name = model.config().known_arg(upstream, 0)?;
    match servers {
        _ if context.open => None,
        0 if context
            .lines
            .iter()
            .any(|line| model.config().tree(*line).name(line.id).as_ref() == b"zone") =>
        {
            None
        }
        0 => refuse(upstream, "no servers are inside upstream".to_owned()),
        _ if servers == backups => refuse(upstream, format!("no servers in upstream \"{name}\"")),
        _ => None,
    }
}

/// The same address twice in one server.
fn repeated_listen(model: &Model<'_>, level: ContextId) -> Option<Refusal> {
    let lines = || model.config().own(level, Directive::Listen);
    lines().nth(1)?;
    let mut seen = HashSet::new();
    lines().find_map(|line| {
        let socket = socket_of(model, line)?;
        match seen.contains(&socket) {
            true => refuse(line, format!("a duplicate listen {}", socket.0)),
            false => {
                seen.insert(socket);
                None
            }
        }
    })
}

/// Two servers of one file that are the default one for the same address. Files beside each other may be meant as
/// alternatives.
pub(crate) fn second_default_server(model: &Model<'_>) -> Option<Refusal> {
    let config = model.config();
    let mut seen = HashSet::new();
    let servers = config.contexts().filter(|(_, context)| context.kind == ContextKind::Server);
    let mut listens = servers.flat_map(|(server, _)| config.own(server, Directive::Listen));
    listens.find_map(|line| {
        let default = has_word(model, line, "default_server") || has_word(model, line, "default");
        let socket = default.then(|| socket_of(model, line))??;
        let reason = format!("a duplicate default server for {}", socket.0);
        if seen.insert((line.file, socket)) { None } else { refuse(line, reason) }
    })
}

/// The socket of a `listen`; none where a name or a placeholder stands for the address.
pub(super) fn socket_of(model: &Model<'_>, line: Line) -> Option<Socket> {
    let text = model.config().known_arg(line, 0)?;
    let address = match Address::read(&text) {
        Address::Any(Family::V6, port) => format!("[::]:{port}"),
        Address::Any(Family::V4, port) => format!("0.0.0.0:{port}"),
        Address::One(host, port) if text.parse::<std::net::SocketAddr>().is_ok() => {
            format!("{host}:{port}")
        }
        Address::Unix(path) => format!("unix:{path}"),
        Address::One(..) | Address::Unknown => return None,
    };
    Some((address, has_word(model, line, "quic") || has_word(model, line, "udp")))
}

/// `none` and `blocked` want a name beside them, and an expression is none.
fn unnamed_referer(model: &Model<'_>, level: ContextId) -> Option<Refusal> {
    let config = model.config();
    let first = config.own(level, Directive::ValidReferers).next()?;
    let words = config.own(level, Directive::ValidReferers).flat_map(|line| config.args(line));
    let mut absent = false;
    for word in words {
        match word {
            Known::Known(word) if word == "none" || word == "blocked" => absent = true,
            Known::Known(word) if word.starts_with('~') => {}
            _ => return None,
        }
    }
    let reason = "the \"none\" or \"blocked\" referers are specified in the \"valid_referers\" directive \
                  without any valid referer";
    if absent { refuse(first, reason.to_owned()) } else { None }
}

pub(super) fn has_word(model: &Model<'_>, line: Line, wanted: &str) -> bool {
    let config = model.config();
    (1..config.arg_count(line)).any(|index| config.known_arg(line, index).is_some_and(|word| word == wanted))
}

fn refuse(line: Line, reason: String) -> Option<Refusal> {
    Some(Refusal { kind: RefusalKind::Other, line, reason })
}
