//! The way of one request through a model: the steps that decide, and the outcome.

use crate::length::{self, Keep};
use crate::project::Site;

/// A value that may not be knowable from the config alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// It is this.
    Known(T),
    /// It cannot be told.
    Unknown,
}

impl<T> Known<T> {
    /// The value, if it is known.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }

    /// The value by reference, if it is known.
    pub fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }
}

impl Known<String> {
    /// The value, unless it is too long to be followed.
    pub(crate) fn bounded(self) -> Self {
        self.known().and_then(length::bounded).into()
    }
}

impl<T> From<Option<T>> for Known<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unknown, Self::Known)
    }
}

impl Keep for Known<String> {
    fn size(&self) -> usize {
        self.as_ref().map_or(0, String::len)
    }
}

/// One decision on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What decides: `listen`, `server`, `location`, `rewrite`, `map`, `upstream`, `frontend`, `acl`, `backend` …
    pub what: &'static str,
    /// The directive that decides, where a line does.
    pub site: Option<Site>,
    /// What it decides, in one clause. It may hold text from the config: escape it before it is shown.
    pub note: String,
}

/// The decisions on one way. Of very many the first ones stand for all: no real configuration takes so many.
#[derive(Clone, Debug, Default)]
pub(crate) struct Steps {
    steps: Vec<Step>,
}

/// How many decisions on one way are told.
const MOST_STEPS: usize = 500;

/// How many characters the clause of a step has at most, which may quote several values.
const LONGEST_NOTE: usize = 1000;

impl Steps {
    /// Adds a decision; the last one that has room says that more follow.
    pub(crate) fn push(&mut self, step: Step) {
        match MOST_STEPS - self.steps.len() {
            0 => {}
            1 => {
                let note = format!("the way has more than {MOST_STEPS} steps: the rest is not told");
                self.steps.push(Step { what: "more", site: None, note });
            }
            _ => {
                let note = length::cut(&step.note, LONGEST_NOTE).into_owned();
                self.steps.push(Step { note, ..step });
            }
        }
    }

    /// The decisions in order.
    pub(crate) fn as_slice(&self) -> &[Step] {
        &self.steps
    }

    /// The decisions in order.
    pub(crate) fn into_vec(self) -> Vec<Step> {
        self.steps
    }
}

/// Whether the handshake succeeds, which is whether the client gets the upstream's 101. What the client makes of that
/// is in [`Outcome::damage`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Handshake {
    /// The client gets a 101, or over HTTP/2 the 200 that stands for it (RFC 8441, section 5).
    Succeeds,
    /// It does not.
    Fails,
    /// It depends on what the config does not say.
    Unknown,
}

/// What a proxy does to the 101 on its way back, so that clients close the connection (RFC 6455, section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The header that is concerned, as RFC 6455 writes it.
    pub header: &'static str,
    /// What is wrong with it.
    pub flaw: Flaw,
    /// Whether every client closes the connection; otherwise those do that agreed with the server on an extension or a
    /// subprotocol.
    pub for_all: bool,
}

/// What is wrong with a header of the 101.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is not there, or has lost the token that makes it what it is.
    Lost,
    /// It is the answer to another key than the client's.
    Foreign,
}

/// Who answers the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnsweredBy {
    /// The upstream.
    Upstream,
    /// The proxy itself.
    Proxy,
    /// Nobody: the connection is closed or hangs.
    Nobody,
    /// It cannot be told.
    Unknown,
}

/// What becomes of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Why the proxy would refuse to load the config, with the place; `None` where it loads it.
    pub rejected: Option<(String, Option<Site>)>,
    /// Whether the handshake succeeds; for a plain request whether it gets an answer from the upstream.
    pub handshake: Handshake,
    /// What is wrong with the 101 that the client gets.
    pub damage: Option<Damage>,
    /// Who answers.
    pub answered_by: AnsweredBy,
    /// The status that the client gets, where the proxy decides it or the handshake succeeds; `None` without an answer.
    pub status: Known<Option<u16>>,
    /// The address of the upstream, or that it has none.
    pub upstream: Known<Option<String>>,
    /// The name of the upstream block or HAProxy backend.
    pub backend: Known<Option<String>>,
    /// The request target that the upstream gets.
    pub uri: Known<Option<String>>,
    /// The `Host` that the upstream gets. This and the next two hold one line for each header line that is sent, apart
    /// by LF, which no header value can hold.
    pub host: Known<Option<String>>,
    /// The `Upgrade` that the upstream gets; `None` for not sent.
    pub upgrade: Known<Option<String>>,
    /// The `Connection` that the upstream gets; `None` for not sent.
    pub connection: Known<Option<String>>,
    /// After how many milliseconds a silent connection is cut; [`crate::NEVER`] for never.
    pub idle_timeout: Known<u64>,
    /// The directive that sets it: `proxy_read_timeout`, `timeout tunnel`.
    pub idle_timeout_by: Option<String>,
    /// The line that sets it; `None` for a default.
    pub idle_timeout_site: Option<Site>,
}

impl Outcome {
    /// An outcome of which nothing is known yet.
    pub fn unknown() -> Self {
        Self {
            rejected: None,
            handshake: Handshake::Unknown,
            damage: None,
            answered_by: AnsweredBy::Unknown,
            status: Known::Unknown,
            upstream: Known::Unknown,
            backend: Known::Unknown,
            uri: Known::Unknown,
            host: Known::Unknown,
            upgrade: Known::Unknown,
            connection: Known::Unknown,
            idle_timeout: Known::Unknown,
            idle_timeout_by: None,
            idle_timeout_site: None,
        }
    }
}

/// A request's whole way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The decisions, in order.
    pub steps: Vec<Step>,
    /// What becomes of it.
    pub outcome: Outcome,
}
