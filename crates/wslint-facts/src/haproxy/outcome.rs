//! From the runs of a request to what is known about it: what all runs agree on.

use super::acl::message::Message;
use super::config::Config;
use super::request::journey::{End, Journey};
use super::request::oracle::Runs;
use crate::fact::NEVER;
use crate::length::shortened;
use crate::request::Request;
use crate::trace::{AnsweredBy, Damage, Flaw, Handshake, Known, Outcome, Step, Trace};
use crate::version::Version;

/// The trace of a request from all its runs.
pub(crate) fn trace(config: &Config<'_>, request: &Request, runs: &Runs<Journey>) -> Trace {
    let mut outcomes = runs.results.iter().map(|journey| of_journey(config, request, journey));
    let Some(mut outcome) = outcomes.next() else {
        return Trace { steps: Vec::new(), outcome: Outcome::unknown() };
    };
    for other in outcomes {
        merge(&mut outcome, other);
    }
    if !runs.complete {
        merge(&mut outcome, Outcome::unknown());
    }
    Trace { steps: steps(runs), outcome }
}

/// The steps of all runs in one line: those that only some runs make say so, and what decides stands before them.
fn steps(runs: &Runs<Journey>) -> Vec<Step> {
    const MOST: usize = 64;
    let Some((first, others)) = runs.results.split_first() else { return Vec::new() };
    if others.is_empty() {
        return first.steps.as_slice().to_vec();
    }
    let mut all: Vec<Step> = first.steps.as_slice().to_vec();
    for other in others {
        let mut at = 0;
        for step in other.steps.as_slice() {
            match all.iter().skip(at).position(|known| known == step) {
                Some(found) => at += found + 1,
                None if all.len() < MOST => {
                    all.insert(at, step.clone());
                    at += 1;
                }
                None => {}
            }
        }
    }
    let shared = |step: &Step| runs.results.iter().all(|journey| journey.steps.as_slice().contains(step));
    let tests: Vec<String> = runs.asked.iter().map(|test| format!("`{}`", shortened(test))).collect();
    let mut merged = Vec::with_capacity(all.len() + 1);
    let mut told = false;
    for step in all {
        if shared(&step) {
            merged.push(step);
            continue;
        }
        if !told {
            let note = format!(
                "what is marked `perhaps` depends on {}, which the configuration does not decide",
                tests.join(", ")
            );
            merged.push(Step { what: "unknown", site: None, note });
            told = true;
        }
        merged.push(Step { note: format!("perhaps: {}", step.note), ..step });
    }
    merged
}

fn of_journey(config: &Config<'_>, request: &Request, journey: &Journey) -> Outcome {
    let mut outcome = Outcome::unknown();
    let backend = journey.last().and_then(|hop| hop.backend);
    outcome.backend = Known::Known(backend.map(|backend| config.proxy(backend).name.clone()));
    match &journey.end {
        End::Foreign => {
            outcome.backend = Known::Unknown;
            return outcome;
        }
        End::Answered { status, sent_to, .. } => {
            outcome.handshake = Handshake::Fails;
            outcome.answered_by = AnsweredBy::Proxy;
            outcome.status = status.map_or(Known::Unknown, |status| Known::Known(Some(status)));
            outcome.upstream = Known::Known(None);
            nothing_sent(&mut outcome);
            if let Some(upstream) = sent_to {
                sent(&mut outcome, journey);
                outcome.upstream =
                    upstream.clone().map_or(Known::Unknown, |upstream| Known::Known(Some(upstream)));
            }
        }
        End::Dropped { .. } => {
            outcome.handshake = Handshake::Fails;
            outcome.answered_by = AnsweredBy::Nobody;
            outcome.status = Known::Known(None);
            outcome.upstream = Known::Known(None);
            nothing_sent(&mut outcome);
        }
        End::Sent { upstream, over_h2, unsure } => {
            outcome.answered_by = if *unsure { AnsweredBy::Unknown } else { AnsweredBy::Upstream };
            outcome.upstream =
                upstream.clone().map_or(Known::Unknown, |upstream| Known::Known(Some(upstream)));
            sent(&mut outcome, journey);
            let h2 = *over_h2;
            if h2 != Some(false) {
                // In HTTP/2 pseudo-header fields stand for the request line and for `Host`; whether it is spoken
                // is the server's choice.
                outcome.uri = Known::Unknown;
                outcome.host = Known::Unknown;
            }
            if h2 != Some(false) && request.scheme.is_websocket() {
                // RFC 8441: `:protocol` stands for both fields.
                let sent = if h2 == Some(true) { Known::Known(None) } else { Known::Unknown };
                outcome.upgrade = sent.clone();
                outcome.connection = sent;
            }
            if !*unsure && (h2 == Some(false) || !request.scheme.is_websocket()) {
                (outcome.handshake, outcome.status) = handshake(config, request, journey);
                if outcome.handshake == Handshake::Succeeds && request.scheme.is_websocket() {
                    outcome.damage = damage(request, journey);
                }
            }
        }
    }
    if let End::Sent { .. } = journey.end
        && let Some(limit) = journey.shortest()
    {
        outcome.idle_timeout = limit.milliseconds.map_or(Known::Unknown, Known::Known);
        outcome.idle_timeout_by.clone_from(&limit.by);
        outcome.idle_timeout_site = limit.site;
        if limit.milliseconds == Some(NEVER) {
            outcome.idle_timeout_by = None;
        }
    }
    outcome
}

/// Whether what is sent makes a server answer 101, with the status that the client gets.
fn handshake(config: &Config<'_>, request: &Request, journey: &Journey) -> (Handshake, Known<Option<u16>>) {
    const UNKNOWN: (Handshake, Known<Option<u16>>) = (Handshake::Unknown, Known::Unknown);
    const REFUSED: (Handshake, Known<Option<u16>>) = (Handshake::Fails, Known::Unknown);
    if !request.scheme.is_websocket() {
        return (Handshake::Succeeds, Known::Unknown);
    }
    let message = &journey.message;
    // An extended CONNECT of HTTP/2 is answered with 200 (RFC 8441, section 5).
    let h2 = request.http == "2";
    let switched = Known::Known(Some(if h2 && message.came_over_h2 { 200 } else { 101 }));
    match message.asks_for_websocket() {
        None => return UNKNOWN,
        Some(true) => {}
        // What speaks TLS behind a tcp listener is not known.
        Some(false) if request.scheme.is_tls() && journey.hops.iter().all(|hop| !hop.http) => return UNKNOWN,
        Some(false) => return REFUSED,
    }
    if message.header("upgrade").count() > 1 {
        // Whether a server finds `websocket` among several values is its own affair.
        return UNKNOWN;
    }
    match message.sent_method.as_deref() {
        None => return UNKNOWN,
        // RFC 6455, section 4.1: the method of a handshake is GET.
        Some(method) if method != request.method => return REFUSED,
        Some(_) => {}
    }
    let inserts_key = config.version >= Version(2, 4, 0) && journey.last().is_some_and(|hop| hop.http);
    if loses_key(request, message) && !inserts_key {
        return REFUSED;
    }
    if journey.answer.unsure || message.first_header("sec-websocket-version").is_none() && !h2 {
        return UNKNOWN;
    }
    (Handshake::Succeeds, switched)
}

/// Whether the handshake is sent without the client's key.
fn loses_key(request: &Request, message: &Message) -> bool {
    message.http != "2" && request.http != "2" && message.first_header("sec-websocket-key").is_none()
}

/// What is wrong with the 101 that comes back. Since 2.4 HAProxy puts a key of its own in the place of a lost one: the
/// server's answer does not fit the client's.
fn damage(request: &Request, journey: &Journey) -> Option<Damage> {
    if loses_key(request, &journey.message) {
        return Some(Damage { header: "Sec-WebSocket-Accept", flaw: Flaw::Foreign, for_all: true });
    }
    let (header, _) = journey.answer.altered?;
    Some(Damage { header, flaw: Flaw::Lost, for_all: true })
}

fn nothing_sent(outcome: &mut Outcome) {
    outcome.uri = Known::Known(None);
    outcome.host = Known::Known(None);
    outcome.upgrade = Known::Known(None);
    outcome.connection = Known::Known(None);
}

fn sent(outcome: &mut Outcome, journey: &Journey) {
    let message = &journey.message;
    let field = |name: &str| {
        let lines: Option<Vec<&str>> = message.header(name).collect();
        match lines {
            Some(lines) => Known::Known((!lines.is_empty()).then(|| lines.join("\n"))),
            None => Known::Unknown,
        }
    };
    outcome.uri = message.sent_target().map_or(Known::Unknown, |target| Known::Known(Some(target)));
    outcome.host = field("host");
    outcome.upgrade = field("upgrade");
    outcome.connection = field("connection");
}

fn merge(outcome: &mut Outcome, other: Outcome) {
    fn agree<T: PartialEq>(one: &mut Known<T>, other: Known<T>) {
        if *one != other {
            *one = Known::Unknown;
        }
    }
    if (outcome.handshake, outcome.damage) != (other.handshake, other.damage) {
        outcome.handshake = Handshake::Unknown;
        outcome.damage = None;
    }
    if outcome.answered_by != other.answered_by {
        outcome.answered_by = AnsweredBy::Unknown;
    }
    agree(&mut outcome.status, other.status);
    agree(&mut outcome.upstream, other.upstream);
    agree(&mut outcome.backend, other.backend);
    agree(&mut outcome.uri, other.uri);
    agree(&mut outcome.host, other.host);
    agree(&mut outcome.upgrade, other.upgrade);
    agree(&mut outcome.connection, other.connection);
    agree(&mut outcome.idle_timeout, other.idle_timeout);
    if outcome.idle_timeout_by != other.idle_timeout_by {
        outcome.idle_timeout_by = None;
    }
    if outcome.idle_timeout_site != other.idle_timeout_site {
        outcome.idle_timeout_site = None;
    }
}
