//! Servers of `stream {}` that hand connections to servers of `http {}` of the same configuration.

use super::levels::{Config, ContextKind, Line};
use super::listen::Address;
use super::listeners::Listeners;
use super::names::Directive;
use super::upstream::Pool;
use wslint_model::way::{self, Listens};

/// One of them.
#[derive(Debug)]
pub(crate) struct Front {
    /// Its `proxy_pass`.
    pub(crate) sends: Line,
    /// Where that leads.
    pub(crate) address: Address,
    /// Whether it puts a PROXY header in front.
    pub(crate) sends_header: bool,
}

/// Finds them, one for each address that they hand connections to, with and without a PROXY header.
pub(crate) fn fronts<'m>(
    config: &Config<'_>,
    http: &Listeners,
    pool: impl Fn(&str) -> Option<&'m Pool>,
) -> Vec<Front> {
    let mut fronts: Vec<Front> = Vec::new();
    for (level, _) in config.contexts().filter(|(_, context)| context.kind == ContextKind::StreamServer) {
        let Some(sends) = config.own_last(level, Directive::ProxyPass) else { continue };
        let Some(written) = config.known_arg(sends, 0) else { continue };
        let told = match pool(&written) {
            Some(pool) => pool.active.first().and_then(|address| address.as_ref().cloned()),
            None => Some(written.into_owned()),
        };
        let Some(address) = told.and_then(|told| way::Address::read(&told)) else { continue };
        let address = Address::of(&address);
        let local = matches!(http.listens(&address), Listens::Exactly | Listens::AtEvery);
        let header = config.flag(level, Directive::ProxyProtocol, false).known();
        let Some(sends_header) = header.filter(|_| local) else { continue };
        let same = |front: &Front| front.address == address && front.sends_header == sends_header;
        if !fronts.iter().any(same) {
            fronts.push(Front { sends, address, sends_header });
        }
    }
    fronts
}
