//! What is predicted and what was seen of a route, each in a few words.

use wslint_model::way::Handshake;
use wslint_model::{Known, NEVER, duration::in_words};

use super::compare::Silence;
use super::proof::{Proof, Proven};
use crate::output::count;

/// What is predicted.
pub(super) fn predicted(route: &Proven) -> String {
    let outcome = &route.predicted;
    if route.refused.is_some() {
        return "does not start".to_owned();
    }
    let mut words = match (outcome.handshake, outcome.damage) {
        (Handshake::Unknown, _) => "unknown".to_owned(),
        (Handshake::Succeeds, Some(damage)) if damage.for_all => "101, clients close".to_owned(),
        (Handshake::Succeeds, _) => "101".to_owned(),
        (Handshake::Fails, _) => match outcome.status {
            Known::Known(Some(status)) => status.to_string(),
            Known::Known(None) => "no answer".to_owned(),
            Known::Unknown => "fails".to_owned(),
        },
    };
    if outcome.handshake == Handshake::Succeeds {
        match outcome.idle_timeout {
            Known::Known(NEVER) => words.push_str(", never cut"),
            Known::Known(limit) => words.push_str(&format!(", cut after {}", in_words(limit))),
            Known::Unknown => {}
        }
    }
    match &route.predicted_polls {
        Some(Known::Known(true)) => words.push_str(", polls"),
        Some(Known::Known(false)) => words.push_str(", polls fail"),
        Some(Known::Unknown) | None => {}
    }
    words
}

/// What was seen.
pub(super) fn observed(route: &Proven) -> String {
    let seen = &route.observed;
    let mut words = match (seen.status, seen.keeps) {
        (Some(101), false) => "101, clients close".to_owned(),
        (Some(status), _) => status.to_string(),
        (None, _) if route.refused.is_some() && route.agrees() => "does not start".to_owned(),
        (None, _) if route.refused.is_some() => "starts".to_owned(),
        (None, _) => "no answer".to_owned(),
    };
    if seen.keeps {
        match seen.silence {
            Silence::Cut(after) => words.push_str(&format!(", cut after {}", in_words(after))),
            Silence::Kept => words.push_str(", not cut"),
            Silence::NotSeen => {}
        }
    }
    match seen.polls {
        Some(true) => words.push_str(", polls"),
        Some(false) => words.push_str(", polls fail"),
        None => {}
    }
    words
}

/// What holds of a route in one word.
pub(super) fn verdict(route: &Proven) -> &'static str {
    match (route.agrees(), route.observed.works()) {
        (false, _) => "differs",
        (true, false) => "fails",
        (true, true) if route.is_open() => "works, unpredicted",
        (true, true) => "works",
    }
}

/// How many routes there are of each kind.
pub(super) fn summary(proof: &Proof) -> String {
    let number = |is: &dyn Fn(&Proven) -> bool| proof.routes.iter().filter(|route| is(route)).count();
    let differ = number(&|route| !route.agrees());
    let open = number(&|route| route.agrees() && route.is_open());
    let agree = proof.routes.len() - differ - open;
    let fail = number(&|route| !route.observed.works());
    let mut words = match proof.routes.len() {
        0 => "No route with WebSocket traffic was tried.".to_owned(),
        routes => format!(
            "{} tried: {agree} as predicted, {differ} otherwise, {open} not predicted. {}",
            count(routes, "route"),
            match fail {
                0 => "All work.".to_owned(),
                1 => "1 does not work.".to_owned(),
                fail => format!("{fail} do not work."),
            }
        ),
    };
    let routes = proof.left_out.iter().filter(|one| one.is_route).count();
    if routes > 0 {
        words.push_str(&format!(" {} could not run.", count(routes, "part")));
    }
    words
}

/// Where a disagreement is to be reported, and what with.
pub(super) const REPORT: &str = "What happens otherwise than predicted is a fault of wslint. Please report it at \
     https://github.com/wslint/wslint/issues with these lines, which decide about the route. Names and addresses in them \
     are replaced; look through them before.";
