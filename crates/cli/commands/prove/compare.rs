//! Holds what happened against what is predicted. What is not predicted agrees with anything.

use std::time::Duration;

use wslint_lab::{Arrived, Observation};
use wslint_model::way::{Handshake, Outcome};
use wslint_model::{Known, NEVER};

use super::plan::Planned;

/// What happened, in the words of the prediction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Whether the client got the 101.
    pub(super) handshake: bool,
    /// Whether the browser kept the connection that it opened, and its message came back.
    pub(super) keeps: bool,
    pub(super) status: Option<u16>,
    /// What the upstream got; none if nothing arrived there.
    pub(super) arrived: Option<Arrived>,
    pub(super) silence: Silence,
    /// Whether the polls of one client came through, where its clients poll.
    pub(super) polls: Option<bool>,
    /// Whether all of them went on by WebSocket, where all came through.
    pub(super) upgrades: Option<bool>,
    /// What was wrong, in words.
    pub(super) error: Option<String>,
}

/// What became of a silent connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Silence {
    /// There was none, or its cut could not be told.
    #[default]
    NotSeen,
    /// It was cut after so many milliseconds.
    Cut(u64),
    /// It outlived all times that the configurations name.
    Kept,
}

/// One thing that was predicted and happened otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) what: &'static str,
    pub(super) predicted: String,
    pub(super) observed: String,
}

impl Seen {
    /// What a handshake and the polls showed. `tells` is whether a cut after a time can be told from others.
    pub(super) fn of(
        planned: &Planned,
        handshake: &Observation,
        polls: Option<&Observation>,
        tells: impl Fn(Duration) -> bool,
    ) -> Self {
        let polls_error = polls.filter(|polls| !polls.ok).and_then(|polls| polls.error.as_ref());
        Self {
            handshake: handshake.status == Some(101),
            keeps: handshake.connected,
            status: handshake.status,
            arrived: arrived(planned, handshake),
            silence: silence(&planned.outcome, handshake, tells),
            polls: polls.map(|polls| polls.ok),
            upgrades: polls.filter(|polls| polls.ok).map(|polls| polls.upgraded == polls.attempts),
            error: match handshake.connected {
                true => polls_error.map(|error| format!("polls: {error}")).or_else(|| {
                    let kept = polls?.kept_from_upgrade.as_ref()?;
                    Some(format!("upgrade of polling: {kept}"))
                }),
                false => handshake.error.clone(),
            },
        }
    }

    /// What is seen of a proxy that does not start.
    pub(super) fn refused(words: String) -> Self {
        Self { error: Some(words), ..Self::default() }
    }

    /// Whether clients get what they come for.
    pub(super) fn works(&self) -> bool {
        self.keeps && self.polls != Some(false)
    }
}

/// The request that stands for the handshake among those that arrived: others may be asked on the way.
fn arrived(planned: &Planned, handshake: &Observation) -> Option<Arrived> {
    let at = planned.application.at.as_deref();
    let all = || handshake.arrived.iter().rev();
    let switched = all().find(|arrived| arrived.answered == Some(101));
    let meant = |arrived: &&Arrived| {
        arrived.header("Sec-WebSocket-Key").is_some() && at.is_none_or(|at| arrived.peer == at)
    };
    switched.or_else(|| all().find(meant)).or_else(|| all().next()).cloned()
}

fn silence(outcome: &Outcome, handshake: &Observation, tells: impl Fn(Duration) -> bool) -> Silence {
    let predicted = match outcome.idle_timeout {
        Known::Known(NEVER) | Known::Unknown => None,
        Known::Known(limit) => Some(Duration::from_millis(limit)),
    };
    match (handshake.cut_after, handshake.alive) {
        (Some(after), _) => Silence::Cut(u64::try_from(after.as_millis()).unwrap_or(NEVER)),
        // A default that no line names runs at its own pace.
        (None, Some(true)) if predicted.is_none_or(tells) => Silence::Kept,
        _ => Silence::NotSeen,
    }
}

/// What is predicted and happened otherwise.
pub(super) fn differences(planned: &Planned, seen: &Seen) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut differs = |what, predicted: String, observed: String| {
        if predicted != observed {
            differences.push(Difference { what, predicted, observed });
        }
    };
    let outcome = &planned.outcome;
    let fate = |succeeds: bool| if succeeds { "succeeds" } else { "fails" }.to_owned();
    match outcome.handshake {
        Handshake::Unknown => {}
        predicted => differs("handshake", fate(predicted == Handshake::Succeeds), fate(seen.handshake)),
    }
    let number = |status: &Option<u16>| status.map_or_else(|| "none".to_owned(), |status| status.to_string());
    if let Known::Known(status) = &outcome.status {
        differs("status", number(status), number(&seen.status));
    }
    if outcome.handshake == Handshake::Succeeds && seen.handshake {
        let kept =
            |kept: bool| if kept { "keeps the connection" } else { "closes the connection" }.to_owned();
        match outcome.damage {
            Some(damage) if !damage.for_all => {}
            damage => differs("client", kept(damage.is_none()), kept(seen.keeps)),
        }
    }
    // Of a handshake whose fate depends on what is not known, only that is compared which came about, and so it is of one
    // that fails in several ways; what leaves in another protocol does not arrive at the lab's peers.
    // A handshake that is kept from the upstream is one difference, not five.
    let kept_back = outcome.handshake == Handshake::Succeeds && !seen.handshake;
    // A proxy that waits for no answer may have gone before the upstream has read the request.
    let waits = outcome.idle_timeout != Known::Known(0);
    let undecided = outcome.handshake == Handshake::Unknown || outcome.status == Known::Unknown;
    let unsaid = undecided || !planned.is_spoken || kept_back || !waits;
    let open = unsaid && seen.arrived.is_none();
    let header = |name: &str| seen.arrived.as_ref().and_then(|arrived| arrived.header(name));
    let text =
        |text: Option<String>| text.map_or_else(|| "nothing".to_owned(), |text| text.replace('\n', ", "));
    let uri = seen.arrived.as_ref().map(|arrived| arrived.uri.clone());
    let fields = [
        ("path at the upstream", &outcome.uri, uri),
        ("Host at the upstream", &outcome.host, header("Host")),
        ("Upgrade at the upstream", &outcome.upgrade, header("Upgrade")),
        ("Connection at the upstream", &outcome.connection, header("Connection")),
    ];
    for (what, predicted, observed) in fields {
        if let Known::Known(predicted) = predicted
            && !open
        {
            differs(what, text(predicted.clone()), text(observed));
        }
    }
    if let (Some(Known::Known(predicted)), Some(observed)) = (&planned.polls, seen.polls) {
        let fate = |come: bool| if come { "come through" } else { "fail" }.to_owned();
        differs("polls", fate(*predicted), fate(observed));
    }
    if let (Known::Known(predicted), Some(observed)) = (&planned.upgrades, seen.upgrades) {
        let fate = |come: bool| if come { "succeeds" } else { "fails" }.to_owned();
        differs("upgrade of polling", fate(*predicted), fate(observed));
    }
    if let Known::Known(limit) = outcome.idle_timeout
        && seen.keeps
        && outcome.damage.is_none()
    {
        match seen.silence {
            Silence::NotSeen => {}
            observed => differs("silence", words(limit), words(observed.limit())),
        }
    }
    differences
}

impl Silence {
    /// The limit that was seen, in milliseconds.
    pub(super) fn limit(self) -> u64 {
        match self {
            Self::Cut(after) => after,
            Self::Kept | Self::NotSeen => NEVER,
        }
    }
}

fn words(limit: u64) -> String {
    match limit {
        NEVER => "is not cut".to_owned(),
        limit => format!("is cut after {}", wslint_model::duration::in_words(limit)),
    }
}
