//! Connections that were held: when they are cut, and by whom.

use std::time::Duration;

use super::who::{came, goodbye, said, seconds};
use crate::report::Step;
use crate::seen::{Cut, Held, How, Waited};

/// The limits that people meet, in seconds, and whose they are.
const USUAL: [(u64, &str); 8] = [
    (60, "60 s are nginx's default and that of AWS's application balancer (idle timeout)"),
    (50, "50 s are in many HAProxy configurations that began with the manual's example"),
    (30, "30 s are what many HAProxy configurations set for `timeout client` and `timeout server`"),
    (100, "100 s are Cloudflare's"),
    (240, "4 min are Azure's balancer's"),
    (300, "5 min are common on firewalls and NAT"),
    (350, "350 s are AWS's network balancer's"),
    (600, "10 min are Google's"),
];

/// The quiet connection. `nginx` is whether nginx is one of the hops, `pings_help` whether the one with pings lived on.
pub(super) fn quiet(held: &Held, engine: bool, nginx: bool, pings_help: bool) -> Step {
    let what = if engine { "silence but for the heartbeat" } else { "silence" };
    let Some(cut) = &held.cut else { return Step::ok(what, lived(held)) };
    match cut.how {
        How::CloseFrame { .. } => return closed(what, cut),
        How::Dead => return dead(what, cut),
        How::Closed | How::Broken(_) => {}
    }
    let heals = if pings_help { "; with pings it lives" } else { "" };
    let detail = format!("cut after {} of silence, {}{heals}", seconds(cut.after), by(cut));
    let usual = usual(cut.after);
    let cause = if nginx {
        format!(
            "nginx `proxy_read_timeout` of the location (60 s by default), or a proxy in front of or behind it{usual}. Set it above the \
             heartbeat, or have the server ping more often"
        )
    } else {
        format!(
            "HAProxy `timeout tunnel` (and where that is not set, the shorter of `timeout client` and `timeout server`), nginx \
             `proxy_read_timeout`, or a balancer in front{usual}. Set it above the heartbeat, or have the server ping more often"
        )
    };
    Step::warning(what, detail, cause)
}

/// The connection with pings, beside the quiet one.
pub(super) fn pinged(held: &Held, quiet: Option<&Held>) -> Step {
    let pings = held.pings.unwrap_or_default();
    let what = format!("a ping every {}", seconds(pings));
    let Some(cut) = &held.cut else { return Step::ok(what, lived(held)) };
    match cut.how {
        How::CloseFrame { .. } => return closed(&what, cut),
        How::Dead => return dead(&what, cut),
        How::Closed | How::Broken(_) => {}
    }
    let shorter = cut.after < pings && quiet.is_some_and(|quiet| quiet.cut.is_some());
    let detail = format!("cut {} after the last word, {}", seconds(cut.after), by(cut));
    let cause = if shorter {
        "the limit on silence is shorter than the pings' interval: see the silence above"
    } else {
        "no limit on silence: a reload (nginx `worker_shutdown_timeout`, HAProxy `hard-stop-after`), a limit on the age of \
         connections, or the server restarts"
    };
    Step::warning(what, detail, cause)
}

/// The poll that waited for news.
pub(super) fn poll(waited: &Waited) -> Step {
    let what = "a poll that waits";
    let time = seconds(waited.waited);
    match &waited.reply {
        None => Step::ok(what, format!("it waited for {time} and was not cut")),
        Some(Ok(answer)) if answer.status == 200 => {
            Step::ok(what, format!("the server answered it after {time}, with its heartbeat or with news"))
        }
        Some(reply) => Step::failed(
            what,
            format!(
                "{} after {time}: a poll waits for the server's heartbeat, which comes every {}; clients on polling lose the session",
                came(reply),
                seconds(waited.ping_interval)
            ),
            "HAProxy `timeout server` or nginx `proxy_read_timeout` is below the heartbeat (Socket.IO's `pingInterval`, 25 s by \
             default): set it to a minute",
        ),
    }
}

fn lived(held: &Held) -> String {
    let heard = match held.heard {
        0 => String::new(),
        1 => ", in which the server said something once".to_owned(),
        times => format!(", in which the server said something {times} times"),
    };
    format!("not cut in {}{heard}", seconds(held.hold))
}

/// The server's own goodbye.
fn closed(what: &str, cut: &Cut) -> Step {
    let How::CloseFrame { code, reason } = &cut.how else { return Step::ok(what, by(cut)) };
    let goodbye = goodbye(*code, reason);
    Step::warning(
        what,
        format!(
            "the server itself said goodbye after {} of silence ({goodbye}): proxies send no close frame",
            seconds(cut.after)
        ),
        "the server ends quiet sessions or those that do not log in: its ping timeout, its limit for a first message",
    )
}

/// A connection that nobody closed.
fn dead(what: &str, cut: &Cut) -> Step {
    Step::warning(
        what,
        format!(
            "dead after {}: no pong came any more, and nobody had closed it, so that neither side knows",
            seconds(cut.after)
        ),
        "a firewall, NAT or balancer between the hops forgot the connection without a word: a heartbeat more often than its limit \
         keeps it, of the server (Socket.IO's `pingInterval`) or of the client",
    )
}

fn by(cut: &Cut) -> String {
    match &cut.how {
        How::Closed => "without a close frame, as proxies do".to_owned(),
        How::Broken(reason) => said(reason),
        How::CloseFrame { .. } => "with a close frame".to_owned(),
        How::Dead => "without a word".to_owned(),
    }
}

/// Whose limit such a time usually is.
fn usual(after: Duration) -> String {
    let near =
        |limit: u64| after.abs_diff(Duration::from_secs(limit)) <= Duration::from_secs(1).max(after / 50);
    USUAL.iter().find(|(limit, _)| near(*limit)).map_or_else(String::new, |(_, words)| format!("; {words}"))
}
