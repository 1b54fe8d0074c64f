//! The first line of a trace: what becomes of the request, and why, in words that stand alone.

use wslint_model::duration::in_words;
use wslint_model::way::{AnsweredBy, Damage, Flaw, Handshake, Outcome};
use wslint_model::{Known, NEVER, Proxy, Site};
use wslint_rules::{Severity, Verdict};

use super::leg::Leg;
use super::traced::Traced;
use crate::escape::escape;
use crate::project::{Place, Problem};

/// One capital word and a clause.
pub(super) fn headline(traced: &Traced<'_>) -> (String, String) {
    (traced.verdict.name().to_ascii_uppercase(), clause(traced))
}

/// The clause alone.
pub(in crate::commands) fn clause(traced: &Traced<'_>) -> String {
    if let Some(problem) = traced.unreadable {
        return format!("{}: {}", refuses(traced, problem), escape(&problem.message));
    }
    if let Some((leg, refusal)) = &traced.refusal {
        let refuses = match refusal.site {
            Some(site) => at_line(traced, site),
            None => format!("{} refuses this configuration", traced.legs[*leg].proxy.title()),
        };
        return format!("{refuses}: {}", escape(&refusal.words));
    }
    let websocket = traced.request.scheme.is_websocket();
    let outcome = &traced.outcome;
    if traced.circle {
        return "the request goes round in a circle until connections run out".to_owned();
    }
    if !websocket {
        return plain(traced, outcome);
    }
    match (outcome.handshake, outcome.damage) {
        (Handshake::Fails, _) => failure(traced, outcome),
        (Handshake::Succeeds, Some(damage)) => damaged(damage),
        (Handshake::Succeeds, None) if traced.verdict == Verdict::Breaks => {
            format!("{}, but {}", success(traced, outcome), spoiled(traced))
        }
        (Handshake::Succeeds, None) => success(traced, outcome),
        (Handshake::Unknown, _) if traced.verdict == Verdict::Breaks => {
            format!("whether the handshake succeeds or not, {}", spoiled(traced))
        }
        (Handshake::Unknown, _) => unknown(traced, outcome),
    }
}

/// Which proxy refuses which line.
fn refuses(traced: &Traced<'_>, problem: &Problem) -> String {
    match &problem.place {
        Place::Path(path) => format!("the proxy refuses {}", escape(path)),
        Place::Site(site) => at_line(traced, *site),
    }
}

fn at_line(traced: &Traced<'_>, site: Site) -> String {
    let file = traced.project.file(site.file);
    let line = file.lines().line(site.span.start);
    let proxy = file.proxy().map_or("the proxy", Proxy::title);
    format!("{proxy} refuses {}:{line}", escape(&file.path))
}

/// A 101 that arrives damaged.
fn damaged(damage: Damage) -> String {
    let header = damage.header;
    let arrives = match damage.flaw {
        Flaw::Lost => format!("the 101 reaches the client without `{header}`"),
        Flaw::Foreign => format!("the 101 reaches the client with a `{header}` that does not fit its key"),
    };
    if damage.for_all {
        format!("{arrives}: clients close the connection")
    } else {
        format!("{arrives}: clients close the connection if the server sent one")
    }
}

fn upstream(outcome: &Outcome) -> String {
    match (outcome.upstream.as_ref(), outcome.backend.as_ref()) {
        (Some(Some(address)), _) => format!("the upstream {}", escape(address)),
        (None, Some(Some(name))) => format!("one of the servers of {}", escape(name)),
        _ => "the upstream".to_owned(),
    }
}

fn success(traced: &Traced<'_>, outcome: &Outcome) -> String {
    let cut = match outcome.idle_timeout {
        Known::Known(NEVER) => "; silence never cuts it".to_owned(),
        Known::Known(milliseconds) => {
            let place = cutting(traced).map_or_else(String::new, |place| format!(" at {place}"));
            format!("; silence cuts it after {}{place}", in_words(milliseconds))
        }
        Known::Unknown => String::new(),
    };
    format!("the handshake reaches {}{cut}", upstream(outcome))
}

/// The hop that cuts first, where there are several.
fn cutting(traced: &Traced<'_>) -> Option<String> {
    if traced.legs.len() < 2 {
        return None;
    }
    let site = traced.outcome.idle_timeout_site;
    let cuts = |leg: &&Leg| {
        leg.outcome.idle_timeout == traced.outcome.idle_timeout && leg.outcome.idle_timeout_site == site
    };
    let leg = traced.legs.iter().find(cuts)?;
    let twin = traced.legs.iter().filter(|other| other.proxy == leg.proxy).count() > 1;
    Some(match site.filter(|_| twin) {
        Some(site) => format!("{} in {}", leg.proxy.title(), escape(&traced.project.file(site.file).path)),
        None => leg.proxy.title().to_owned(),
    })
}

/// What ends or spoils a connection whose handshake may succeed.
fn spoiled(traced: &Traced<'_>) -> String {
    let error = traced.findings.iter().find(|finding| finding.severity == Severity::Error);
    error.map_or_else(|| "it does not last".to_owned(), |finding| escape(&finding.message).into_owned())
}

fn failure(traced: &Traced<'_>, outcome: &Outcome) -> String {
    let Some(last) = traced.legs.last() else { return "nobody answers".to_owned() };
    let proxy = last.proxy.title();
    let arrives = last.steps.iter().any(|step| step.site.is_some());
    match outcome.answered_by {
        AnsweredBy::Proxy => match outcome.status.as_ref() {
            Some(Some(status)) => format!("{proxy} itself answers with {status}"),
            _ => format!("{proxy} itself answers"),
        },
        AnsweredBy::Nobody if arrives => {
            format!("{proxy} gives no answer: the connection is closed, or hangs")
        }
        AnsweredBy::Nobody => match &traced.request.listen {
            Some(_) => "nobody answers: the connection is refused, closed, or hangs".to_owned(),
            None => format!(
                "nobody answers on port {}: the connection is refused, closed, or hangs \
                 (--listen says where the request arrives, if that is not the URL's port)",
                traced.request.port
            ),
        },
        AnsweredBy::Upstream | AnsweredBy::Unknown => outcome.reason.as_ref().map_or_else(
            || "no handshake gets through".to_owned(),
            |reason| escape(&reason.words).into_owned(),
        ),
    }
}

fn plain(traced: &Traced<'_>, outcome: &Outcome) -> String {
    let proxy = traced.legs.last().map_or("the proxy", |leg| leg.proxy.title());
    match (outcome.answered_by, outcome.status.as_ref(), &outcome.location) {
        (AnsweredBy::Upstream, ..) => format!("{} answers", upstream(outcome)),
        (AnsweredBy::Proxy, Some(Some(status)), Some(location)) => {
            format!("{proxy} itself redirects with {status} to {}", escape(location))
        }
        (AnsweredBy::Unknown, ..) => unknown(traced, outcome),
        (AnsweredBy::Proxy, None, None) => unknown(traced, outcome),
        _ => failure(traced, outcome),
    }
}

fn unknown(traced: &Traced<'_>, outcome: &Outcome) -> String {
    if let Some(damage) = outcome.damage {
        return damaged(damage);
    }
    if let Some(reason) = &outcome.reason {
        return escape(&reason.words).into_owned();
    }
    match outcome.answered_by {
        AnsweredBy::Upstream => {
            "it reaches the upstream; whether that accepts it is not in the configuration".to_owned()
        }
        AnsweredBy::Proxy => {
            let proxy = traced.legs.last().map_or("the proxy", |leg| leg.proxy.title());
            format!("{proxy} itself answers, with what the configuration does not tell")
        }
        AnsweredBy::Unknown if outcome.uri != Known::Unknown => {
            "it depends on the lines below that are marked unknown or assumed".to_owned()
        }
        _ => "the configuration does not tell".to_owned(),
    }
}
