//! From what was seen to what it means.

mod cors;
mod handshake;
mod http2;
mod known;
mod reach;
mod redirect;
mod silence;
mod socketio;
mod status;
mod unanswered;
mod who;

use crate::plan::Plan;
use crate::report::{Grade, Report, Step, Verdict};
use crate::seen::{Answer, Handshake, Held, Reply, Seen};

/// Whether a proxy gave an answer by itself, as its own page tells; what hides who it is counts as the server behind.
pub fn is_of_proxy(answer: &Answer) -> bool {
    who::Who::gave(answer).is_proxy()
}

/// Says what each part of it means, which setting of which proxy usually causes it, and what it comes to.
pub fn tell(plan: &Plan, seen: &Seen) -> Report {
    let mut steps = reach::steps(plan, &seen.reach);
    steps.extend(seen.plain.as_ref().map(handshake::page));
    steps.extend(handshake::steps(plan, seen));
    if let Some(engine) = &seen.engine {
        let engine = socketio::steps(plan, seen, engine);
        share(&mut steps, &engine);
        steps.extend(engine);
    }
    if let Some(cors) = &seen.cors {
        steps.extend(cors::steps(plan, cors));
    }
    let over_http1 = seen.handshakes.iter().any(Handshake::succeeded);
    steps.extend(seen.http2.as_ref().map(|seen| http2::step(seen, over_http1)));
    steps.extend(held(seen));
    let verdict = verdict(plan, seen, &steps);
    Report { steps, verdict }
}

/// Where not even a poll gets through, it is the poll that tells why: a handshake is refused for the same reason, in fewer
/// words.
fn share(handshakes: &mut [Step], engine: &[Step]) {
    let Some(first) = engine.first().filter(|step| step.result == Grade::Failed) else { return };
    for step in handshakes.iter_mut().filter(|step| step.result == Grade::Failed && step.cause.is_some()) {
        step.cause.clone_from(&first.cause);
    }
}

fn held(seen: &Seen) -> Vec<Step> {
    let answers = seen.handshakes.iter().filter_map(|handshake| handshake.reply.as_ref().ok());
    let nginx = answers.into_iter().any(who::has_nginx);
    let lives = |held: &Option<Held>| held.as_ref().is_some_and(|held| held.cut.is_none());
    let mut steps = Vec::new();
    let engine = seen.engine.is_some();
    steps.extend(seen.quiet.as_ref().map(|held| silence::quiet(held, engine, nginx, lives(&seen.pinged))));
    steps.extend(seen.pinged.as_ref().map(|held| silence::pinged(held, seen.quiet.as_ref())));
    steps.extend(seen.poll.as_ref().map(silence::poll));
    steps
}

/// Whether a path wants credentials that nobody gave.
fn wants_credentials(plan: &Plan, reply: &Reply) -> bool {
    reply.as_ref().is_ok_and(|answer| matches!(answer.status, 401 | 407)) && !plan.has_credentials()
}

fn verdict(plan: &Plan, seen: &Seen, steps: &[Step]) -> Verdict {
    if seen.reach.untrusted {
        return Verdict::Fails;
    }
    if seen.handshakes.is_empty() {
        return Verdict::Unknown;
    }
    if seen.handshakes.iter().all(|handshake| wants_credentials(plan, &handshake.reply)) {
        return Verdict::Unknown;
    }
    let polls =
        seen.engine.as_ref().is_some_and(|engine| engine.polling.iter().any(|opened| opened.open.is_some()));
    let connects = polls || seen.handshakes.iter().any(Handshake::succeeded);
    let worst = steps.iter().map(|step| step.result).max().unwrap_or(Grade::Ok);
    match worst {
        Grade::Ok => Verdict::Works,
        _ if !connects => Verdict::Fails,
        Grade::Warning | Grade::Failed => Verdict::Breaks,
    }
}
