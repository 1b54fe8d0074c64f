//! What is to be said of a traced request in one word.

use wslint_model::way::{AnsweredBy, Handshake, Outcome};

use crate::rule::Severity;

/// Whether a request does what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The handshake succeeds, and nothing below ends or spoils the connection; a plain request is answered.
    Works,
    /// The handshake may succeed, but every client closes the connection, or an error on the way ends or spoils it.
    Breaks,
    /// The handshake fails, or the proxy would not load the configuration; a plain request is refused.
    Fails,
    /// It depends on what the configuration does not say.
    Unknown,
}

impl Verdict {
    /// The word of JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Breaks => "breaks",
            Self::Fails => "fails",
            Self::Unknown => "unknown",
        }
    }

    /// The verdict on a handshake, or with `websocket` unset on a plain request. `severities` are those of the findings
    /// on its way, `refused` is whether a proxy on it would not load its configuration.
    pub fn of(
        outcome: &Outcome,
        websocket: bool,
        refused: bool,
        severities: impl IntoIterator<Item = Severity>,
    ) -> Self {
        if refused {
            return Self::Fails;
        }
        let alone = if websocket { of_handshake(outcome) } else { of_plain(outcome) };
        let spoiled = severities.into_iter().any(|severity| severity == Severity::Error);
        match alone {
            // Whatever becomes of the handshake, the connection does not work.
            Self::Works | Self::Unknown if spoiled => Self::Breaks,
            alone => alone,
        }
    }
}

fn of_handshake(outcome: &Outcome) -> Verdict {
    match (outcome.handshake, outcome.damage) {
        (Handshake::Fails, _) => Verdict::Fails,
        (Handshake::Unknown, _) => Verdict::Unknown,
        (Handshake::Succeeds, Some(damage)) if damage.for_all => Verdict::Breaks,
        (Handshake::Succeeds, Some(_)) => Verdict::Unknown,
        (Handshake::Succeeds, None) => Verdict::Works,
    }
}

/// A page that is served and a redirect work; what the upstream answers is its own affair.
fn of_plain(outcome: &Outcome) -> Verdict {
    match outcome.answered_by {
        AnsweredBy::Upstream => Verdict::Works,
        AnsweredBy::Nobody => Verdict::Fails,
        AnsweredBy::Unknown => Verdict::Unknown,
        AnsweredBy::Proxy => match outcome.status.as_ref() {
            Some(Some(status)) if *status < 400 => Verdict::Works,
            Some(_) => Verdict::Fails,
            None if outcome.location.is_some() => Verdict::Works,
            None => Verdict::Unknown,
        },
    }
}
