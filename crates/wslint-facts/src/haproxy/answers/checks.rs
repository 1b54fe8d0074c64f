//! Health checks: a server that takes nothing but handshakes answers a plain check with an error, and then it is
//! down for everybody.

use super::super::config::Config;
use super::super::dispatch::usable;
use super::super::proxy::ProxyId;
use super::super::questions as ask;
use super::super::server::Server;
use super::super::statement::Statement;
use super::{Context, says, set_at};
use crate::fact::{Cause, Facts, Origin, Value};
use crate::version::Version;

/// Answers the questions about checks.
pub(super) fn answer(context: &Context<'_, '_>, facts: &mut Facts) {
    let Some(backend) = context.backend() else { return };
    let config = context.config;
    let section = config.proxy(backend);
    let servers = usable(&section.servers);
    if servers.iter().any(|server| server.settings.unknown) {
        return;
    }
    let (word, cause) = kind(context, backend, &servers);
    facts.answer(&ask::CHECK, Value::Choice(word), cause);
    if let Some(server) = servers.iter().find(|server| server.settings.check && server.settings.shutdown_when_down)
    {
        let site = section.statements[server.statement].site();
        let words = "a failed check closes all connections to this server";
        facts.answer(&ask::SHUTDOWN_WHEN_DOWN, Value::Flag(true), says(Origin::Set, site, words));
    }
}

fn kind(context: &Context<'_, '_>, backend: ProxyId, servers: &[&Server]) -> (&'static str, Cause) {
    let config = context.config;
    let checked = servers.iter().any(|server| server.settings.check);
    let header = config.proxy(backend).header.site();
    let Some(option) = config.option(backend, "httpchk") else {
        return match checked {
            true => ("tcp", Cause::nowhere(Origin::Derived)),
            false => ("none", says(Origin::Set, header, "none of its servers is checked")),
        };
    };
    let line = option.statement;
    if !checked {
        return ("unused", says(Origin::Set, line.site(), "no server has `check`, so nothing is asked"));
    }
    if is_legacy(line) {
        let refused = config.version >= Version(2, 8, 0);
        let words = "header fields inside the version";
        return (if refused { "legacy-refused" } else { "legacy" }, says(Origin::Set, line.site(), words));
    }
    let (asked, sender) = target(config, backend, line);
    let expects = config.setting(backend, "http-check expect").is_some();
    if asked.contains("/socket.io") {
        if asked.contains("transport=polling") {
            let words = "each check opens a session of Engine.IO";
            return ("opens-sessions", says(Origin::Set, sender.site(), words));
        }
        if !expects {
            let words = "without `EIO=4&transport=polling` Socket.IO answers 400";
            return ("fails-on-socketio", says(Origin::Set, sender.site(), words));
        }
    }
    let asks_for_upgrade = config.setting(backend, "http-check send").is_some_and(|found| {
        found.statement.words.iter().any(|word| word.text.eq_ignore_ascii_case("upgrade"))
    });
    if !expects && !asks_for_upgrade && !context.plain_traffic() {
        let words = "a server that takes nothing but handshakes answers this with 400, 404 or 426";
        return ("plain-on-websocket", says(Origin::Set, sender.site(), words));
    }
    ("http", set_at(line.site()))
}

/// `option httpchk GET / HTTP/1.1\r\nHost:\ x`: refused from 2.8 on (measured).
fn is_legacy(line: &Statement<'_>) -> bool {
    line.words.iter().any(|word| word.text.contains("\\r\\n") || word.text.contains("\r\n"))
}

/// What a check asks for, and the line that says so.
fn target<'c>(
    config: &'c Config<'_>,
    backend: ProxyId,
    option: &'c Statement<'_>,
) -> (String, &'c Statement<'c>) {
    let send = config.setting(backend, "http-check send").map(|found| found.statement);
    let of_send = send.and_then(|line| {
        let at = (2..line.words.len()).find(|&at| matches!(line.word(at), "uri" | "uri-lf"))?;
        Some((line.word(at + 1).to_owned(), line))
    });
    let of_option = || {
        let uri = option.words.iter().skip(2).find(|word| word.text.starts_with('/'));
        (uri.map(|word| word.text.to_string()).unwrap_or_default(), option)
    };
    of_send.unwrap_or_else(of_option)
}
