//! The first line of a trace: what becomes of the request, and why, in words that stand alone.

use wslint_model::duration::in_words;
use wslint_model::{AnsweredBy, Damage, Flaw, Handshake, Known, Outcome};

use super::Followed;
use crate::chain::{self, Leg};
use crate::escape::escape;
use crate::project::{Place, Problem};

/// One capital word and a clause.
pub(super) fn verdict(followed: &Followed<'_>) -> (&'static str, String) {
    if let Some(problem) = followed.refused {
        return ("REJECTED", format!("{}: {}", refuses(followed, problem), escape(&problem.message)));
    }
    for leg in &followed.legs {
        if let Some((reason, _)) = &leg.trace.outcome.rejected {
            let proxy = proxy_name(followed, leg.root);
            return ("REJECTED", format!("{proxy} refuses this configuration: {}", escape(reason)));
        }
    }
    let decides = chain::failing(&followed.legs).unwrap_or(followed.last());
    let outcome = &decides.trace.outcome;
    let proxy = proxy_name(followed, decides.root);
    let websocket = followed.request.scheme.is_websocket();
    match (followed.handshake(), followed.damage()) {
        (Handshake::Succeeds, Some(damage)) => damaged(damage),
        (Handshake::Succeeds, None) => ("WORKS", success(followed, outcome, websocket)),
        (Handshake::Fails, _) => ("FAILS", failure(decides, outcome, proxy)),
        (Handshake::Unknown, _) => ("UNKNOWN", unknown(outcome, proxy)),
    }
}

/// Which proxy refuses which line.
fn refuses(followed: &Followed<'_>, problem: &Problem) -> String {
    match &problem.place {
        Place::Path(path) => format!("the proxy refuses {}", escape(path)),
        Place::Site(site) => {
            let file = followed.project.file(site.file);
            let line = file.lines().line(site.span.start);
            format!("{} refuses {}:{line}", file.proxy().title(), escape(&file.path))
        }
    }
}

/// A 101 that arrives damaged.
fn damaged(damage: Damage) -> (&'static str, String) {
    let header = damage.header;
    let arrives = match damage.flaw {
        Flaw::Lost => format!("the 101 reaches the client without `{header}`"),
        Flaw::Foreign => format!("the 101 reaches the client with a `{header}` that does not fit its key"),
    };
    if damage.for_all {
        ("FAILS", format!("{arrives}: clients close the connection"))
    } else {
        ("UNKNOWN", format!("{arrives}: clients close the connection if the server sent one"))
    }
}

fn success(followed: &Followed<'_>, outcome: &Outcome, websocket: bool) -> String {
    let by = match outcome.upstream.as_ref() {
        Some(Some(address)) => format!("the upstream {}", escape(address)),
        _ => "the upstream".to_owned(),
    };
    if !websocket {
        return format!("{by} answers");
    }
    let cut = match shortest_idle(followed) {
        Some((milliseconds, _)) if milliseconds == wslint_model::NEVER => {
            "; silence never cuts it".to_owned()
        }
        Some((milliseconds, leg)) => {
            let place = match followed.legs.len() {
                1 => String::new(),
                _ => format!(" at {}", hop_name(followed, leg)),
            };
            format!("; silence cuts it after {}{place}", in_words(milliseconds))
        }
        None => String::new(),
    };
    format!("{by} accepts the handshake{cut}")
}

fn failure(leg: &Leg, outcome: &Outcome, proxy: &str) -> String {
    let request = &leg.request;
    let arrives = leg.trace.steps.iter().any(|step| step.site.is_some());
    let websocket = request.scheme.is_websocket();
    if leg.trace.steps.last().is_some_and(|step| step.what == chain::CIRCLE) {
        return "the request goes round in a circle until connections run out".to_owned();
    }
    match outcome.answered_by {
        AnsweredBy::Proxy => match outcome.status.as_ref() {
            Some(Some(status)) => format!("{proxy} itself answers with {status}"),
            _ => format!("{proxy} itself answers"),
        },
        AnsweredBy::Nobody if arrives => {
            format!("{proxy} gives no answer: the connection is closed, or hangs")
        }
        AnsweredBy::Nobody => match &request.listen {
            Some(_) => "nobody answers: the connection is refused, closed, or hangs".to_owned(),
            None => format!(
                "nobody answers on port {}: the connection is refused, closed, or hangs \
                 (--listen says where the request arrives, if that is not the URL's port)",
                request.port
            ),
        },
        AnsweredBy::Upstream | AnsweredBy::Unknown if websocket => match lost_header(outcome) {
            Some(words) => words,
            None => "the upstream does not accept this handshake".to_owned(),
        },
        AnsweredBy::Upstream | AnsweredBy::Unknown => "the upstream does not answer as it should".to_owned(),
    }
}

fn lost_header(outcome: &Outcome) -> Option<String> {
    let upgrade = outcome.upgrade.as_ref()?.as_deref();
    match upgrade {
        None => return Some("the upstream gets no `Upgrade` header".to_owned()),
        Some(value) if !value.eq_ignore_ascii_case("websocket") => {
            return Some(format!("the upstream gets `Upgrade: {}`", escape(value)));
        }
        Some(_) => {}
    }
    match outcome.connection.as_ref()?.as_deref() {
        None => Some("the upstream gets no `Connection` header".to_owned()),
        Some(value) if !value.to_ascii_lowercase().contains("upgrade") => {
            Some(format!("the upstream gets `Connection: {}`", escape(value)))
        }
        Some(_) => None,
    }
}

fn unknown(outcome: &Outcome, proxy: &str) -> String {
    match outcome.answered_by {
        AnsweredBy::Upstream => {
            "it reaches the upstream; whether that accepts it is not in the configuration".to_owned()
        }
        AnsweredBy::Proxy => format!("{proxy} itself answers, with what the configuration does not tell"),
        AnsweredBy::Unknown if outcome.uri != Known::Unknown => {
            "it depends on the lines below that are marked unknown or assumed".to_owned()
        }
        _ => "the configuration does not tell".to_owned(),
    }
}

/// The name of the proxy of a leg.
pub(super) fn proxy_name(followed: &Followed<'_>, root: usize) -> &'static str {
    followed.project.roots[root].proxy().title()
}

/// The proxy of a leg, with its file where another leg's proxy is of the same kind.
fn hop_name(followed: &Followed<'_>, leg: usize) -> String {
    let name = |leg: usize| proxy_name(followed, followed.legs[leg].root);
    let twin = (0..followed.legs.len()).any(|other| other != leg && name(other) == name(leg));
    match followed.legs[leg].trace.outcome.idle_timeout_site.filter(|_| twin) {
        Some(site) => format!("{} in {}", name(leg), escape(&followed.project.file(site.file).path)),
        None => name(leg).to_owned(),
    }
}

/// The shortest limit on silence on the whole way, if all are known, and which leg sets it.
pub(super) fn shortest_idle(followed: &Followed<'_>) -> Option<(u64, usize)> {
    let mut shortest = None;
    for (index, leg) in followed.legs.iter().enumerate() {
        let Known::Known(limit) = leg.trace.outcome.idle_timeout else { return None };
        if shortest.is_none_or(|(least, _)| limit < least) {
            shortest = Some((limit, index));
        }
    }
    shortest
}
