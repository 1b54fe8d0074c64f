//! Caches: whether an answer that is kept could be given to a handshake.

use super::exit::Pass;
use crate::config::inherit::Scalar;
use crate::config::names::Directive;
use crate::config::{ContextId, Line};
use crate::model::Model;
use crate::variables::evaluate::evaluate;
use crate::variables::template;
use wslint_model::Known;

/// How a cache comes to answer handshakes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Replay {
    /// The `proxy_cache_valid` that keeps answers which the upstream does not forbid to keep.
    pub(crate) line: Line,
    /// Whether it keeps what a server of WebSockets mostly answers to a plain request: an error.
    pub(crate) errors: bool,
}

/// What makes a cache answer handshakes: it keeps answers, and nothing makes a handshake pass it by.
pub(crate) fn replays(model: &Model<'_>, pass: &Pass) -> Option<Replay> {
    let config = model.config();
    let level = config.proper_level(pass.state.level);
    let Scalar::Set(cache, _) = config.scalar(level, Directive::ProxyCache) else { return None };
    if config.known_arg(cache, 0).is_none_or(|zone| zone == "off") {
        return None;
    }
    let valid = config.list(level, Directive::ProxyCacheValid).lines;
    let keeps_errors = |&&line: &&Line| {
        config
            .args(line)
            .iter()
            .any(|word| matches!(word, Known::Known(word) if word == "any" || word.starts_with('4')))
    };
    let errors = valid.iter().find(keeps_errors);
    let replay = Replay { line: *errors.or(valid.first())?, errors: errors.is_some() };
    if key_tells_handshakes(model, level) {
        return None;
    }
    let bypass = config.list(level, Directive::ProxyCacheBypass);
    let bypassed = bypass.lines.iter().flat_map(|&line| config.args(line)).any(|condition| match condition {
        Known::Known(text) => match evaluate(model, &text, &pass.state) {
            Known::Known(value) => !value.is_empty() && value != "0",
            Known::Unknown => true,
        },
        Known::Unknown => true,
    });
    (!bypassed).then_some(replay)
}

/// Whether the key of the cache could keep answers to handshakes apart: it looks at a header of theirs.
fn key_tells_handshakes(model: &Model<'_>, level: ContextId) -> bool {
    let Scalar::Set(line, _) = model.config().scalar(level, Directive::ProxyCacheKey) else {
        return false;
    };
    model.config().known_arg(line, 0).is_none_or(|key| {
        template::variables(&key).iter().any(|name| {
            let table = model.tables().of(name);
            let source = table.and_then(|table| model.config().known_arg(table.line, 0));
            [name.as_str(), source.as_deref().unwrap_or_default().trim_start_matches('$')]
                .iter()
                .any(|name| matches!(*name, "http_upgrade" | "http_connection" | "http_sec_websocket_key"))
        })
    })
}
