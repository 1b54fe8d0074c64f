//! What nginx refuses of TLS: a listener without a certificate, a certificate without its key.

use std::collections::HashMap;

use super::reason::{Refusal, RefusalKind};
use super::unusable::{has_word, socket_of};
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind, Line};
use crate::model::Model;
use wslint_model::NginxContext;

/// The first server that is the default one of a TLS listener and has no certificate, or that has no key for one.
pub(super) fn lacking_certificate(model: &Model<'_>) -> Option<Refusal> {
    let config = model.config();
    if config.assumed != NginxContext::Main || config.has_gaps {
        return None;
    }
    let servers = || config.contexts().filter(|(_, context)| context.kind == ContextKind::Server);
    let ends_tls = |line: Line| has_word(model, line, "ssl") || has_word(model, line, "quic");
    let concerns = |server: ContextId| {
        config.has(server, Directive::SslCertificate) || config.own(server, Directive::Listen).any(ends_tls)
    };
    if !servers().any(|(server, _)| concerns(server)) {
        return None;
    }
    let mut defaults: HashMap<_, (ContextId, Line, bool)> = HashMap::new();
    let mut order = Vec::new();
    for (server, context) in servers() {
        if context.open {
            return None;
        }
        for line in config.own(server, Directive::Listen) {
            // Another line may be for the same socket.
            let socket = socket_of(model, line)?;
            let named = has_word(model, line, "default_server") || has_word(model, line, "default");
            match defaults.get_mut(&socket) {
                Some(default) if named => (default.0, default.2) = (server, true),
                Some(_) => {}
                None => {
                    order.push(socket.clone());
                    defaults.insert(socket.clone(), (server, line, named));
                }
            }
            if ends_tls(line) {
                let default = defaults.get_mut(&socket)?;
                if !has_word(model, default.1, "ssl") {
                    default.1 = line;
                }
            }
        }
    }
    let without = order.iter().find_map(|socket| {
        let &(server, line, _) = defaults.get(socket)?;
        let fine = !ends_tls(line)
            || has(model, server, "ssl_certificate")
            || has(model, server, "ssl_reject_handshake");
        let reason = "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive";
        (!fine).then(|| Refusal { kind: RefusalKind::Other, line, reason: reason.to_owned() })
    });
    without.or_else(|| {
        servers().find_map(|(server, _)| {
            let line = config.own_last(server, Directive::SslCertificate)?;
            let file = config.known_arg(line, 0)?;
            let reason = format!("no \"ssl_certificate_key\" is defined for certificate \"{file}\"");
            let keyed = has(model, server, "ssl_certificate_key");
            (!keyed).then_some(Refusal { kind: RefusalKind::Other, line, reason })
        })
    })
}

/// Whether a server or a level around it has a line.
fn has(model: &Model<'_>, server: ContextId, name: &str) -> bool {
    let config = model.config();
    config.outwards(server).any(|(_, level)| level.lines.iter().any(|&line| config.name(line) == name))
}
