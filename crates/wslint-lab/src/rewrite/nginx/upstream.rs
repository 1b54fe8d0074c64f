//! Where nginx connects to: the addresses that become peers.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::ops::Range;

use wslint_syntax::nginx::Word;

use super::address;
use super::scope::{Scope, Source};
use crate::rewrite::address::{is_own, split_port};
use crate::rewrite::copied::Upstream;
use crate::rewrite::edit::{Edits, Piece};

/// Collects the addresses and replaces them where they stand.
pub(super) struct Upstreams<'a> {
    scope: &'a Scope,
    pub(super) peers: BTreeSet<Upstream>,
}

impl<'a> Upstreams<'a> {
    /// Those that nginx composes itself come first, so that a literal spelling of the same address finds the peer
    /// where nginx will look for it.
    pub(super) fn new(scope: &'a Scope) -> Self {
        let mut upstreams = Self { scope, peers: BTreeSet::new() };
        for source in &scope.sources {
            for id in source.directives().filter(|&id| source.name(id) == "proxy_pass") {
                if let Some(value) = source.arguments(id).first().filter(|value| value.contains('$')) {
                    upstreams.compose(value);
                }
            }
        }
        upstreams
    }

    /// An address that nginx puts together per request. The peer gets a loopback address of its own and the port
    /// that nginx will use; a name leads there by the lab's name server, a number where a variable is set to it.
    fn compose(&mut self, value: &str) {
        if is_numeric(&value[address::authority(value)]) {
            return;
        }
        for value in self.scope.values(value).into_iter().flatten() {
            let authority = &value[address::authority(&value)];
            let host = address::host(authority);
            if host.is_empty() || self.scope.upstreams.contains(authority) || authority.starts_with("unix:") {
                continue;
            }
            let mut upstream = address::upstream(authority, address::default_port(&value));
            if let Some((host, port)) = split_port(&upstream.address) {
                upstream.composed = Some((host.to_owned(), port));
                self.add(upstream);
            }
        }
    }

    /// A word that says where to connect: `server` of an upstream and the pass directives.
    pub(super) fn connect(
        &mut self,
        source: &Source,
        word: Option<&Word>,
        value: Option<&String>,
        edits: &mut Edits,
    ) {
        let (Some(word), Some(value)) = (word, value) else { return };
        let authority = address::authority(value);
        let composed = value.contains('$') && !is_numeric(&value[authority.clone()]);
        if composed || self.scope.upstreams.contains(&value[authority.clone()]) {
            return;
        }
        let upstream = address::upstream(&value[authority.clone()], address::default_port(value));
        self.replace_address(source, word, &value[authority], upstream, edits);
    }

    /// A variable's value that has a numeric address needs no name server: it is replaced where it is set.
    pub(super) fn variable(
        &mut self,
        source: &Source,
        word: Option<&Word>,
        value: Option<&String>,
        edits: &mut Edits,
    ) {
        let (Some(word), Some(value)) = (word, value) else { return };
        let host = address::host(&value[address::authority(value)]);
        let composed =
            |upstream: &Upstream| upstream.composed.as_ref().is_some_and(|(known, _)| known == host);
        if host.parse::<IpAddr>().is_ok()
            && self.peers.iter().any(composed)
            && let Some(range) = inside(source.tree.source(), word.span.range(), host)
        {
            edits.replace(range, vec![Piece::Host(host.to_owned())]);
        }
    }

    fn replace_address(
        &mut self,
        source: &Source,
        word: &Word,
        written: &str,
        upstream: Upstream,
        edits: &mut Edits,
    ) {
        let Some(range) = inside(source.tree.source(), word.span.range(), written) else { return };
        let piece = match is_own(&upstream.address, &self.scope.listens) {
            Some(listen) => Piece::Listen(listen),
            None => {
                let address = upstream.address.clone();
                self.add(upstream);
                Piece::Peer(address)
            }
        };
        edits.replace(range, vec![piece]);
    }

    fn add(&mut self, upstream: Upstream) {
        if self.peers.iter().all(|known| known.address != upstream.address) {
            self.peers.insert(upstream);
        }
    }
}

/// Whether an authority is a number and a port, which no name server is asked for, whatever follows it.
fn is_numeric(authority: &str) -> bool {
    !authority.contains('$') && address::host(authority).parse::<IpAddr>().is_ok()
}

/// Where `text` stands in a word, quotes and all else around it left alone.
fn inside(source: &[u8], word: Range<usize>, text: &str) -> Option<Range<usize>> {
    let raw = &source[word.clone()];
    let at = raw.windows(text.len().max(1)).position(|window| window == text.as_bytes())?;
    Some(word.start + at..word.start + at + text.len())
}
