//! The page and the handshakes.

use wslint_wire::Browser;

use super::known::Known;
use super::status::{of_answer, of_refusal};
use super::unanswered::of_silence;
use super::who::{came, goodbye, hops, seconds, silent};
use crate::plan::Plan;
use crate::report::{Grade, Step};
use crate::seen::{Handshake, How, Reply, Seen, Silence, Talk};

/// A plain request for the path.
pub(super) fn page(reply: &Reply) -> Step {
    let detail = match reply {
        Ok(answer) => {
            let hops = hops(answer);
            let told = if hops.is_empty() { String::new() } else { format!(" ({hops})") };
            format!("a plain request for the path: {} in {}{told}", came(reply), seconds(answer.took))
        }
        Err(_) => format!("a plain request for the path: {}", came(reply)),
    };
    Step::ok("page", detail)
}

/// The handshakes of the browsers, and what was tried on top of them.
pub(super) fn steps(plan: &Plan, seen: &Seen) -> Vec<Step> {
    let known = Known {
        plan,
        plain: seen.plain.as_ref(),
        without_origin: seen.without_origin.as_ref().is_some_and(Handshake::succeeded),
        polls: seen
            .engine
            .as_ref()
            .is_some_and(|engine| engine.polling.iter().any(|opened| opened.open.is_some())),
    };
    let chrome = seen.handshakes.iter().find(|handshake| handshake.browser == Browser::Chrome);
    let mut steps = Vec::new();
    for handshake in &seen.handshakes {
        let mut step = of_browser(handshake, &known);
        let other = chrome.filter(|_| handshake.browser == Browser::Firefox);
        if let Some(chrome) = other {
            compare(&mut step, chrome, handshake);
        }
        steps.push(step);
    }
    if let Some(talk) = &seen.talk {
        steps.push(ping(talk));
    }
    steps
}

/// A handshake by itself.
pub(super) fn of_browser(handshake: &Handshake, known: &Known<'_>) -> Step {
    let what = match handshake.browser {
        Browser::Chrome => "handshake as Chrome",
        Browser::Firefox => "handshake as Firefox",
    };
    one(what, handshake, known)
}

/// A handshake under a name.
pub(super) fn one(what: &str, handshake: &Handshake, known: &Known<'_>) -> Step {
    match (&handshake.reply, &handshake.refusal) {
        (Ok(answer), None) if answer.status == 101 => {
            let hops = hops(answer);
            let told = if hops.is_empty() { String::new() } else { format!(" ({hops})") };
            Step::ok(what, format!("101 in {}{told}", seconds(answer.took)))
        }
        (Ok(_), Some(refusal)) => {
            Step::failed(what, format!("{refusal}: browsers close the connection"), of_refusal(refusal))
        }
        (Ok(answer), _) => {
            let (meaning, cause) = of_answer(answer, known);
            Step::failed(what, format!("{}: {meaning}", came(&handshake.reply)), cause)
        }
        (Err(silence), _) => {
            let (meaning, cause) = of_silence(silence, known);
            Step::failed(what, format!("{}: {meaning}", silent(silence)), cause)
        }
    }
}

/// What Firefox gets beside what Chrome gets.
fn compare(step: &mut Step, chrome: &Handshake, firefox: &Handshake) {
    if chrome.succeeded() == firefox.succeeded() {
        // The same fault needs its explanation once.
        if step.result == Grade::Failed && came(&chrome.reply) == came(&firefox.reply) {
            *step = Step {
                cause: None,
                detail: format!("{}, as for Chrome", came(&firefox.reply)),
                ..step.clone()
            };
        }
        return;
    }
    let limited = firefox.reply.as_ref().is_ok_and(|answer| matches!(answer.status, 429 | 503));
    let unconnected = matches!(firefox.reply, Err(Silence::Unconnected(_)));
    if step.result != Grade::Failed || limited || unconnected {
        return;
    }
    step.detail = format!("{}, while Chrome gets 101", came(&firefox.reply));
    step.cause = Some(
        "a test of the whole `Connection` header: Firefox sends `keep-alive, Upgrade` and Chrome `Upgrade`. HAProxy \
         `req.fhdr(Connection) -i upgrade` (`hdr(Connection)` looks at each word), nginx `map $http_connection` or `if \
         ($http_connection = \"Upgrade\")`: test `Upgrade` in their place"
            .to_owned(),
    );
}

fn ping(talk: &Talk) -> Step {
    let what = "ping";
    let cause = "a proxy holds back or slows down what goes through: HAProxy `filter bwlim`, `http-buffer-request`, nginx \
                 `limit_rate`; or the server ends each session that does not log in at once";
    match talk {
        Talk::Pong(time) => {
            Step::ok(what, format!("a ping through the open WebSocket: its pong came in {}", seconds(*time)))
        }
        // A server may have its own reasons to close, such as a token that it misses.
        Talk::Cut(cut) => match &cut.how {
            How::CloseFrame { code, reason } => Step::ok(
                what,
                format!("the server closes the WebSocket by itself ({})", goodbye(*code, reason)),
            ),
            How::Closed | How::Broken(_) | How::Dead => {
                let detail =
                    format!("the WebSocket was cut {} after the 101, before a pong came", seconds(cut.after));
                Step::failed(
                    what,
                    detail,
                    "nothing carries the connection once it stands: a limit of the proxy on silence below a \
                                            second, a server that crashes on it, or a proxy that answers 101 by itself",
                )
            }
        },
        Talk::Nothing(time) => Step::failed(
            what,
            format!("no pong within {}: the WebSocket stands and carries nothing", seconds(*time)),
            cause,
        ),
    }
}
