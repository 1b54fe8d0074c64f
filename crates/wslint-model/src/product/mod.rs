//! What is known of frameworks, servers and products: one file of `products/` each, read when the crate is built.
//!
//! What a file does not say, what it is built on may. What is not verified may silence a finding and never makes one. What
//! versions do differently is known as far as a deployment pins the version, and otherwise not.

mod record;
mod sign;
mod versions;
mod words;

pub use record::{Beat, Command, Fact, Record};
pub use versions::Versions;
pub use words::{Basis, Kind, Side, Transport};

use crate::choice::{Choice, Word};
use crate::choices::{Confidence, Http10, OriginCheck, Polls, WithoutWebsocket};
use crate::version::Version;
use sign::PathSign;

include!(concat!(env!("OUT_DIR"), "/products.rs"));

/// How often something is sent on a quiet connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// The longest silence, in milliseconds.
    pub silence: u64,
    /// Whether it is known well enough to say that a limit cuts what it should keep alive.
    pub certain: bool,
}

impl Heartbeat {
    /// A heartbeat that the user declares; its silence is in milliseconds.
    pub fn declared(silence: u64) -> Self {
        Self { silence, certain: true }
    }
}

/// What a path, a host or a name says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign {
    /// How sure it is.
    pub confidence: Confidence,
    /// What serves it, if it tells.
    pub framework: Option<Framework>,
}

/// A framework, server or product of which a file of `products/` tells, in the versions that it may have.
#[derive(Clone, Copy, Debug)]
pub struct Framework {
    record: &'static Record,
    versions: Versions,
}

/// Each file makes one record, whatever the version.
impl PartialEq for Framework {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.record, other.record)
    }
}

impl Eq for Framework {}

impl Framework {
    /// Finds one by the name that wslint.yaml, `wslint facts` and its file have.
    pub fn named(name: &str) -> Option<Self> {
        PRODUCTS.binary_search_by_key(&name, |record| record.name).ok().map(|at| Self::of(&PRODUCTS[at]))
    }

    /// All of them, by their names.
    pub fn all() -> impl Iterator<Item = Self> {
        PRODUCTS.iter().map(Self::of)
    }

    fn of(record: &'static Record) -> Self {
        Self { record, versions: Versions::ALL }
    }

    /// The same in versions that are known: what others do differently is left out.
    #[must_use]
    pub fn in_versions(self, versions: Versions) -> Self {
        Self { versions, ..self }
    }

    /// The versions that it may have.
    pub fn versions(self) -> Versions {
        self.versions
    }

    /// The name that rules, wslint.yaml and `wslint facts` use.
    pub fn name(self) -> &'static str {
        self.record.name
    }

    /// The name as its makers write it.
    pub fn title(self) -> &'static str {
        self.record.title
    }

    /// All that its own file says.
    pub fn record(self) -> &'static Record {
        self.record
    }

    /// What it is built on, the nearest first.
    pub fn built_on(self) -> impl Iterator<Item = Self> {
        self.record.built_on.iter().map(|&at| Self::of(&PRODUCTS[at]))
    }

    /// Whether it is the one of that name, or built on it, over however many steps.
    pub fn is(self, name: &str) -> bool {
        self.lineage().iter().any(|one| one.name() == name)
    }

    /// The framework or protocol at the bottom of what it is built on, whose clients ask for it: Socket.IO for a chat that
    /// is written with it, itself where it is built on nothing.
    pub fn speaks(self) -> Self {
        let bottom = |one: &Self| one.record.built_on.is_empty();
        self.lineage().into_iter().find(bottom).unwrap_or(self)
    }

    /// How often something is sent on a quiet connection, by default.
    pub fn heartbeat(self) -> Option<Heartbeat> {
        let facts = self.facts(|record| record.heartbeat);
        let silences: Option<Vec<u64>> = facts.iter().map(|fact| fact.answer.every).collect();
        let silences = silences?;
        let longest = *silences.iter().max()?;
        let agreed = silences.iter().all(|&silence| silence == longest);
        Some(Heartbeat { silence: longest, certain: agreed && facts.iter().all(|fact| fact.is_verified()) })
    }

    /// Whether it is known to send nothing on a quiet connection.
    pub fn is_quiet(self) -> bool {
        let facts = self.facts(|record| record.heartbeat);
        !facts.is_empty() && facts.iter().all(|fact| fact.answer.every.is_none())
    }

    /// Whether it is the server that sends something on a quiet connection.
    pub fn pings(self) -> bool {
        let facts = self.facts(|record| record.heartbeat);
        !facts.is_empty() && facts.iter().all(|fact| fact.answer.by == Some(Side::Server))
    }

    /// What plain requests its clients send beside the handshake, where that is known.
    pub fn polling(self) -> Option<Polls> {
        answer(&self.facts(|record| record.polls), |polls| matches!(polls, Polls::First | Polls::Negotiates))
    }

    /// Whether its clients send plain requests that must reach the server of the handshake.
    pub fn polls(self) -> bool {
        matches!(self.polling(), Some(Polls::First | Polls::Negotiates))
    }

    /// What it does with a handshake over HTTP/1.0, where that was read or run: whether a handshake succeeds rests on it.
    pub fn http10(self) -> Option<Http10> {
        answer(&self.facts(|record| record.http10), |_| true)
    }

    /// What it compares `Origin` with unless it is configured otherwise, where that is known.
    pub fn origin_check(self) -> Option<OriginCheck> {
        answer(&self.facts(|record| record.origin_check), compares_host)
    }

    /// Whether it may refuse a handshake whose `Origin` names another host than `Host`: a version of it is said to do so.
    pub fn compares_origin(self) -> bool {
        self.facts(|record| record.origin_check).iter().any(|fact| compares_host(fact.answer))
    }

    /// Whether it is content with the client's host in a forwarded header.
    pub fn takes_forwarded_host(self) -> bool {
        self.origin_check() == Some(OriginCheck::ForwardedHost)
    }

    /// What is left of it where no handshake succeeds, where that is known.
    pub fn without_websocket(self) -> Option<WithoutWebsocket> {
        answer(&self.facts(|record| record.without_websocket), |left| left == WithoutWebsocket::Dies)
    }

    /// The product itself, and all that it is built on, the nearest first.
    fn lineage(self) -> Vec<Self> {
        let mut lineage = vec![self];
        let mut at = 0;
        while let Some(one) = lineage.get(at).copied() {
            lineage.extend(one.built_on());
            at += 1;
        }
        lineage
    }

    /// What is said of one thing, and by whose file: by its own, else by that of the nearest that it is built on.
    pub fn said<T>(
        self,
        of: impl Fn(&'static Record) -> &'static [Fact<T>],
    ) -> Option<(Self, &'static [Fact<T>])> {
        self.lineage().into_iter().map(|one| (one, of(one.record))).find(|(_, facts)| !facts.is_empty())
    }

    /// The same, less what versions do that it has not. Of what it is built on, the versions are not known.
    fn facts<T>(self, of: impl Fn(&'static Record) -> &'static [Fact<T>]) -> Vec<&'static Fact<T>> {
        let Some((owner, facts)) = self.said(of) else { return Vec::new() };
        facts.iter().filter(|fact| owner.versions.meets(fact.since, fact.until)).collect()
    }
}

impl Choice for Framework {
    const WORDS: &'static [Word] = WORDS;

    fn word(self) -> &'static str {
        self.name()
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::named(word)
    }
}

impl<T> Fact<T> {
    /// Whether it was read or run.
    pub fn is_verified(&self) -> bool {
        self.basis != Basis::Unverified
    }
}

/// What all versions do. An answer that findings may rest on has to be verified.
fn answer<T: Copy + PartialEq>(facts: &[&Fact<T>], accuses: impl Fn(T) -> bool) -> Option<T> {
    let first = facts.first()?.answer;
    let agreed = facts.iter().all(|fact| fact.answer == first);
    (agreed && (!accuses(first) || facts.iter().all(|fact| fact.is_verified()))).then_some(first)
}

/// What a path, in small letters and without its query, says of the product that serves it.
pub(crate) fn sign_of_path(path: &str) -> Option<Sign> {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let slash = path.ends_with('/');
    let is = |sign: &PathSign| (slash || !sign.slash) && sign::matches(sign.segments, &segments);
    // The first of all signs that have no name, or the name of a segment.
    let named = |name: &str| {
        let from = NAMED_SIGNS.partition_point(|(other, _)| *other < name);
        let here = NAMED_SIGNS[from..].iter().take_while(move |(other, _)| *other == name);
        here.map(|&(_, at)| at).find(|&at| is(&SIGNS[at]))
    };
    let sign = &SIGNS[segments.iter().copied().chain([""]).filter_map(named).min()?];
    Some(Sign { confidence: sign.confidence, framework: Some(Framework::of(&PRODUCTS[sign.product])) })
}
/// Whether a check refuses an `Origin` that names another host than `Host`, where no other field names the client's.
fn compares_host(check: OriginCheck) -> bool {
    matches!(check, OriginCheck::Host | OriginCheck::Origin | OriginCheck::ForwardedHost)
}
