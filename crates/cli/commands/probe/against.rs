//! What was seen, held against what the configuration says. It is read once everything has been measured.

use std::time::Duration;

use wslint_model::duration::in_words;
use wslint_model::way::Handshake as Predicted;
use wslint_model::{Known, NEVER, Proxy, Request, Site};
use wslint_probe::{Held, How, Seen, Step, is_of_proxy};
use wslint_rules::{Finding, Severity};

use crate::commands::trace::{Traced, clause};
use crate::escape::escape;
use crate::output::Locator;

const ELSEWHERE: &str = "this file is not what runs, or something stands in front of it or behind it";
/// How exactly a limit is met: proxies look at their clocks once in a while, and the network takes its time.
const SLACK: Duration = Duration::from_secs(1);

/// What the configuration says of the handshake and of silence.
pub(super) fn steps(traced: &Traced<'_>, seen: &Seen) -> Vec<Step> {
    let mut steps = vec![handshake(traced, seen)];
    // The quiet connection is the one that silence cuts; one that the server talks on lives by that.
    steps.extend(seen.quiet.as_ref().and_then(|held| silence(traced, held)));
    steps
}

fn handshake(traced: &Traced<'_>, seen: &Seen) -> Step {
    let what = "configuration (handshake)";
    let works = seen.handshakes.iter().any(wslint_probe::Handshake::succeeded);
    let outcome = &traced.outcome;
    let predicted = match (outcome.handshake, outcome.damage) {
        (Predicted::Succeeds, Some(damage)) if damage.for_all => Predicted::Fails,
        (handshake, _) => handshake,
    };
    let told = clause(traced);
    match (predicted, works) {
        (Predicted::Succeeds, true) => Step::ok(what, format!("as it says: {told}")),
        (Predicted::Fails, false) => Step::ok(what, format!("it says why: {told}{}", reason(traced))),
        (Predicted::Unknown, _) => Step::ok(what, format!("it does not tell: {told}")),
        (Predicted::Succeeds, false) if is_servers_own(seen) => Step::ok(
            what,
            format!(
                "it passes the handshake on ({told}): the answer is that server's own, or this file is not what runs"
            ),
        ),
        (Predicted::Succeeds, false) => Step::failed(
            what,
            format!("the configuration says that it works ({told}), and the wire says that it does not"),
            ELSEWHERE,
        ),
        (Predicted::Fails, true) => Step::warning(
            what,
            format!("the configuration says that it fails ({told}), and the wire says that it works"),
            ELSEWHERE,
        ),
    }
}

/// Whether the server behind answered a whole handshake as it sees fit; a complaint about a part that it misses is none.
fn is_servers_own(seen: &Seen) -> bool {
    let answer = seen.handshakes.first().and_then(|handshake| handshake.reply.as_ref().ok());
    answer.is_some_and(|answer| {
        !is_of_proxy(answer) && matches!(answer.status, 300..=399 | 401 | 403 | 404 | 407 | 429 | 500 | 503)
    })
}

/// Where the reason stands.
fn reason(traced: &Traced<'_>) -> String {
    let cause = traced.outcome.reason.as_ref().and_then(|reason| reason.cause.as_ref());
    let site = cause.and_then(|cause| cause.marks.first()).map(|mark| traced.project.written(mark.site));
    site.map_or_else(String::new, |site| format!(", {}", place(traced, site)))
}

fn silence(traced: &Traced<'_>, held: &Held) -> Option<Step> {
    let what = "configuration (silence)";
    let Known::Known(limit) = traced.outcome.idle_timeout else {
        return Some(Step::ok(what, "it does not tell how long silence may last"));
    };
    let limit_words = in_words(limit);
    let predicted = (limit != NEVER).then(|| Duration::from_millis(limit));
    let by = setting(traced);
    let cut = match &held.cut {
        Some(cut) if matches!(cut.how, How::CloseFrame { .. } | How::Dead) => return None,
        cut => cut.as_ref().map(|cut| cut.after),
    };
    Some(match (cut, predicted) {
        (Some(after), Some(limit)) if near(after, limit) => {
            Step::ok(what, format!("cut after {}: {by}", seconds(after)))
        }
        (Some(after), _) => Step::failed(
            what,
            format!("the configuration says {limit_words} ({by}), the wire says {}", seconds(after)),
            ELSEWHERE,
        ),
        (None, Some(limit)) if limit + SLACK < held.hold && held.heard == 0 => Step::warning(
            what,
            format!(
                "the configuration says {limit_words} ({by}), and the wire was silent for {} and not cut",
                seconds(held.hold)
            ),
            ELSEWHERE,
        ),
        (None, Some(limit)) if held.heard > 0 && limit < held.hold => {
            Step::ok(what, format!("the server spoke before {limit_words} were over ({by})"))
        }
        (None, Some(_)) => Step::ok(
            what,
            format!("the configuration says {limit_words} ({by}), which is longer than it was held"),
        ),
        (None, None) => Step::ok(what, "the configuration cuts no silence, and none was cut"),
    })
}

fn near(seen: Duration, limit: Duration) -> bool {
    seen.abs_diff(limit) <= SLACK.max(limit / 20)
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// The setting that cuts: "nginx `proxy_read_timeout`, conf.d/chat.conf:12".
fn setting(traced: &Traced<'_>) -> String {
    let by = traced.outcome.idle_timeout_by.as_deref().unwrap_or("the limit on silence");
    match traced.outcome.idle_timeout_site {
        Some(site) => {
            let proxy = traced.project.file(site.file).proxy().map_or("the proxy", Proxy::title);
            format!("{proxy} `{}`, {}", escape(by), place(traced, site))
        }
        None => {
            let proxy = traced.last_proxy().map_or("the proxy", Proxy::title);
            format!("{proxy} `{}`, its default, which no line changes", escape(by))
        }
    }
}

fn place(traced: &Traced<'_>, site: Site) -> String {
    let line = Locator::new(traced.project).start(site).line;
    format!("{}:{line}", escape(&traced.project.file(site.file).path))
}

/// What the rules say on the way of the handshake and of the polls, each once.
pub(super) fn findings<'t>(all: impl IntoIterator<Item = &'t Traced<'t>>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for traced in all {
        let loud = |finding: &&Finding<'_>| finding.severity >= Severity::Warning;
        for finding in traced.findings.iter().filter(loud) {
            let place = place(traced, finding.primary.site);
            let detail = format!("{place}: {} ({})", escape(&finding.message), finding.rule.id);
            if steps.iter().all(|step| step.detail != detail) {
                steps.push(Step::ok("configuration (rule)", detail));
            }
        }
    }
    steps
}

/// Whether anything was measured that a configuration can be held against.
pub(super) fn is_measured(seen: &Seen) -> bool {
    !seen.handshakes.is_empty()
}

/// The request of the poll that goes with a handshake.
pub(super) fn poll(handshake: &Request) -> Request {
    let scheme =
        if handshake.scheme.is_tls() { wslint_model::Scheme::Https } else { wslint_model::Scheme::Http };
    let target = handshake.target.replace("transport=websocket", "transport=polling");
    let mut poll = Request::plain(scheme, &handshake.host, handshake.port, &target);
    poll.listen.clone_from(&handshake.listen);
    poll.source = handshake.source;
    poll
}
