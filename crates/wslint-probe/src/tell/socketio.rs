//! Socket.IO: sessions, affinity, the upgrade.

use super::handshake::one;
use super::known::Known;
use super::status::{AFFINITY, LIMITS, of_answer};
use super::unanswered::of_silence;
use super::who::{Who, came, said, seconds, silent};
use crate::plan::Plan;
use crate::report::{Grade, Step};
use crate::seen::{Answer, Cookie, Engine, Handshake, Opened, Reply, Seen, Upgrade};

/// The steps of Engine.IO.
pub(super) fn steps(plan: &Plan, seen: &Seen, engine: &Engine) -> Vec<Step> {
    let polls = engine.polling.iter().any(|opened| opened.open.is_some());
    let known = Known { plan, plain: seen.plain.as_ref(), without_origin: false, polls };
    let mut steps = openings(engine, &known);
    if !engine.polls.is_empty() {
        steps.push(polling(&engine.polls, &known));
    }
    if let Some(upgrade) = &engine.upgrade {
        steps.push(upgraded(upgrade, engine, &known));
    } else if polls {
        let detail =
            "the server offers no upgrade to WebSocket (`transports` of the server): clients stay on polling";
        steps.push(Step::ok("upgrade", detail));
    }
    if let Some(opened) = &engine.websocket {
        steps.push(websocket(opened, &known));
    }
    let spread = engine.polls.iter().any(|reply| reply.as_ref().is_ok_and(is_stranger));
    steps.extend(engine.cookies.iter().map(|set| cookie(set, spread)));
    steps
}

/// A cookie. `spread` is whether polls met another server, so that some cookie was to keep them together.
fn cookie(set: &Cookie, spread: bool) -> Step {
    let attributes = if set.attributes.is_empty() { "no attributes" } else { &set.attributes };
    let detail = format!("{} is set with {}", said(&set.name), said(attributes));
    match &set.kept_back {
        None => Step::ok("cookie", detail),
        Some(why) => {
            let detail = format!("{detail}: a browser does not send it with the next poll, since {why}");
            if !spread {
                return Step::ok("cookie", detail);
            }
            Step::warning(
                "cookie",
                detail,
                "what keeps a client on its server by this cookie keeps no browser there: HAProxy `cookie … insert indirect nocache \
                 secure attr \"SameSite=None\"`, nginx `sticky cookie … path=/` or `proxy_cookie_flags`, `proxy_cookie_path`",
            )
        }
    }
}

/// Both generations of clients.
fn openings(engine: &Engine, known: &Known<'_>) -> Vec<Step> {
    let served = |opened: &Opened| opened.open.is_some() && opened.speaks == Some(opened.protocol);
    let any = engine.polling.iter().any(|opened| opened.open.is_some());
    let step = |opened: &Opened| {
        let clients = if opened.protocol == 4 { "Socket.IO 3 and 4" } else { "Socket.IO 1 and 2" };
        let what = format!("Engine.IO {} by polling", opened.protocol);
        match (&opened.open, &opened.reply) {
            (Some(open), _) if served(opened) => Step::ok(
                what,
                format!(
                    "a session for clients of {clients}; the server's heartbeat is every {}",
                    seconds(open.ping_interval)
                ),
            ),
            // A server of Socket.IO 2 answers every client in its own protocol.
            (Some(_), _) => Step::ok(
                what,
                format!("the server speaks another protocol: clients of {clients} do not connect"),
            ),
            (None, Ok(answer)) if any && is_unsupported(answer) => {
                let allow =
                    if opened.protocol == 3 { ", as long as it has no `allowEIO3: true`" } else { "" };
                Step::ok(what, format!("the server does not serve clients of {clients}{allow}"))
            }
            (None, Ok(answer)) if any && answer.status == 400 => {
                Step::ok(what, format!("the server does not serve clients of {clients} (400)"))
            }
            (None, reply) => unopened(what, reply, known),
        }
    };
    let mut steps: Vec<Step> = engine.polling.iter().map(step).collect();
    // The same fault needs its explanation once.
    if let [first, second] = &mut steps[..]
        && first.result == Grade::Failed
        && first.detail == second.detail
    {
        second.detail = format!("{}, as for clients of the other protocol", came(&engine.polling[1].reply));
        second.cause = None;
    }
    steps
}

fn is_unsupported(answer: &Answer) -> bool {
    answer.status == 400 && answer.body.contains("nsupported protocol version")
        || answer.body.contains("unsupported version of the Socket.IO or Engine.IO")
}

fn unopened(what: String, reply: &Reply, known: &Known<'_>) -> Step {
    let plain = Known { plain: None, polls: false, without_origin: false, ..*known };
    let (meaning, cause) = match reply {
        Ok(answer) if answer.status == 200 => (
            "the answer opens no session: another program answers at this path".to_owned(),
            "the path leads elsewhere: a location or ACL for `/socket.io/` is missing or comes too late, or the `path` of client and \
             server differ"
                .to_owned(),
        ),
        Ok(answer) if matches!(answer.status, 429 | 503) && Who::gave(answer) == Who::Nginx => {
            ("nginx itself refuses it".to_owned(), LIMITS.to_owned())
        }
        Ok(answer) if answer.status == 400 && Who::gave(answer) == Who::Unknown => (
            "the server takes the poll for something else".to_owned(),
            "every request is sent on as a handshake: nginx `proxy_set_header Connection \"upgrade\";` for polls as well; a `map \
             $http_upgrade $connection_upgrade { default upgrade; '' close; }` tells them apart. HAProxy `http-request set-header \
             Connection upgrade` without a condition"
                .to_owned(),
        ),
        Ok(answer) => of_answer(answer, &plain),
        Err(silence) => of_silence(silence, &plain),
    };
    Step::failed(what, format!("{}: {meaning}", came(reply)), cause)
}

/// Requests of sessions on fresh connections.
fn polling(polls: &[Reply], known: &Known<'_>) -> Step {
    let what = "polls on fresh connections";
    let all = polls.len();
    let status = |reply: &Reply| reply.as_ref().ok().map(|answer| answer.status);
    let strangers = polls.iter().filter(|reply| reply.as_ref().is_ok_and(is_stranger)).count();
    let failed: Vec<&Reply> = polls.iter().filter(|reply| status(reply) != Some(200)).collect();
    let Some(first) = failed.iter().find(|reply| !reply.as_ref().is_ok_and(is_stranger)).or(failed.first())
    else {
        return Step::ok(what, format!("{all} of {all} polls met the server that opened the session"));
    };
    if strangers > 0 && strangers == failed.len() {
        let detail = format!(
            "{strangers} of {all} polls met another server, which does not know the session: clients connect again and again, \
             or not at all"
        );
        return Step::failed(what, detail, AFFINITY);
    }
    let detail = format!("{} of {all} polls failed: {}", failed.len(), came(first));
    let cause = match first {
        Ok(answer) if matches!(answer.status, 429 | 503) => LIMITS.to_owned(),
        Ok(answer) if matches!(answer.status, 403 | 405 | 501) => {
            "clients poll by GET and send by POST, and POST is refused: nginx `limit_except GET`, `if ($request_method …)`; HAProxy \
             `http-request deny if !METH_GET`, or a rule that reads the body (a WAF)"
                .to_owned()
        }
        Ok(answer) if answer.status == 413 => {
            "nginx `client_max_body_size` is below what clients send by polling (Socket.IO: up to 1 MB)".to_owned()
        }
        Ok(answer) => of_answer(answer, known).1,
        Err(silence) => of_silence(silence, known).1,
    };
    Step::failed(what, detail, cause)
}

/// Whether the server says that it does not know the session.
fn is_stranger(answer: &Answer) -> bool {
    answer.status == 400
        && (answer.body.contains("Session ID unknown") || answer.body.contains("Invalid session"))
}

fn upgraded(upgrade: &Upgrade, engine: &Engine, known: &Known<'_>) -> Step {
    let what = "upgrade from polling to WebSocket";
    let lost = "clients stay on polling, which is slow";
    if upgrade.handshake.succeeded() {
        return match upgrade.probed {
            true => Step::ok(what, "the server answered the client's probe on the WebSocket"),
            false => Step::failed(
                what,
                format!("101, and no answer to the client's probe: {lost}"),
                "another server took the WebSocket than the one that has the session, or a proxy holds frames back",
            ),
        };
    }
    let spread = engine.polls.iter().any(|reply| reply.as_ref().is_ok_and(is_stranger));
    if upgrade.handshake.reply.as_ref().is_ok_and(is_stranger) {
        let detail = format!("it met another server, which does not know the session: {lost}");
        let step = Step::failed(what, detail, AFFINITY);
        // The polls have said so.
        return if spread { Step { cause: None, ..step } } else { step };
    }
    let mut step = one(what, &upgrade.handshake, known);
    let opens = engine.websocket.as_ref().is_some_and(|opened| opened.open.is_some());
    if opens && spread {
        step.cause = Some(AFFINITY.to_owned());
    }
    step.detail = format!("{}; {lost}", step.detail);
    step
}

fn websocket(opened: &Opened, known: &Known<'_>) -> Step {
    let what = "Engine.IO by WebSocket";
    match (&opened.open, &opened.reply) {
        (Some(open), _) => Step::ok(
            what,
            format!("a session; the server's heartbeat is every {}", seconds(open.ping_interval)),
        ),
        (None, Ok(answer)) if answer.status == 101 => Step::failed(
            what,
            "101, and then no session: what answers is no Engine.IO server, or its first message does not come through",
            "the path leads to another server than Socket.IO's, or a proxy holds frames back",
        ),
        (None, Err(silence)) => {
            let (meaning, cause) = of_silence(silence, known);
            Step::failed(what, format!("{}: {meaning}", silent(silence)), cause)
        }
        (None, reply) => {
            let handshake =
                Handshake { browser: wslint_wire::Browser::Chrome, reply: reply.clone(), refusal: None };
            one(what, &handshake, known)
        }
    }
}
