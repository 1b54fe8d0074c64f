//! What routes of both proxies answer alike: what is expected of them, and what the runs of their handshake say.

use crate::fact::{Cause, Facts, Mark, Origin, Role, Value};
use crate::known::Known;
use crate::length::shortened;
use crate::question::Question;
use crate::traffic::{self, Framework, idle_verdict};
use crate::way::{self, Handshake, Hop, Idle, Judgement, Run, Runs, idle};

/// Why a handshake is expected on a route, and what is known of whoever serves it.
#[derive(Clone, Debug)]
pub struct Expected {
    /// `certain`, `strong` or `weak`.
    pub confidence: &'static str,
    /// Whether the user declared the endpoint.
    pub declared: bool,
    /// The path of the handshake.
    pub path: String,
    /// What serves it, if that is known.
    pub framework: Option<Framework>,
    /// The longest silence that its heartbeat allows, in milliseconds, if known.
    pub heartbeat: Option<u64>,
    /// The shortest idle limit that is accepted without a word, in milliseconds.
    pub minimum_idle: u64,
    /// The lines that say so.
    pub cause: Cause,
}

/// Answers the questions about what is expected.
pub fn expected(facts: &mut Facts, expected: &Expected) {
    let cause = || expected.cause.clone();
    facts.answer(&traffic::WEBSOCKET, Value::Choice(expected.confidence), cause());
    facts.answer(&traffic::DECLARED, Value::Flag(expected.declared), cause());
    facts.answer(&traffic::PATH, Value::Text(expected.path.clone()), cause());
    if let Some(framework) = expected.framework {
        facts.answer(&traffic::FRAMEWORK, Value::Choice(framework.name()), cause());
    }
    if let Some(heartbeat) = expected.heartbeat {
        facts.answer(&traffic::HEARTBEAT, Value::Duration(heartbeat), cause());
    }
}

/// Answers the questions about the runs of the handshake: whether it succeeds in all of them, and after which silence
/// the connection is cut.
pub fn runs(facts: &mut Facts, runs: &Runs<Run>, expected: &Expected) {
    handshake(facts, runs, expected.framework);
    if runs.complete {
        silence(facts, runs.results.iter(), expected);
    }
}

/// Answers the questions about what becomes of a connection on which neither side speaks, and over how many hops it
/// goes, where these runs agree: all of a request, or those that take the route that is asked.
pub fn silence<'r>(facts: &mut Facts, runs: impl Iterator<Item = &'r Run> + Clone, expected: &Expected) {
    let mut answer = |question, value: &dyn Fn(&Hop, &Idle, u64) -> Option<Value>| {
        let of_run = |run: &'r Run| {
            let all: Option<Vec<&Idle>> = run.hops.iter().map(|hop| hop.idle.as_ref()).collect();
            let all = all?;
            if let Some(hidden) = all.into_iter().find(|idle| idle.limit == Known::Unknown) {
                return Some((Value::Unknown, hidden.cause.clone()));
            }
            let (hop, idle) = idle::shortest(run)?;
            Some((value(hop, idle, *idle.limit.as_ref()?)?, idle_cause(hop, idle)))
        };
        facts.answer_agreed(question, runs.clone().map(of_run));
    };
    answer(&traffic::IDLE_TIMEOUT, &|_, _, limit| Some(Value::Duration(limit)));
    answer(&traffic::IDLE_TIMEOUT_BY, &|_, idle, _| idle.by.clone().map(Value::Text));
    answer(&traffic::IDLE_IS_DEFAULT, &|_, idle, _| Some(Value::Flag(idle.site.is_none())));
    answer(&traffic::IDLE_PROXY, &|hop, _, _| Some(Value::Choice(hop.proxy.name())));
    answer(&traffic::IDLE_VERDICT, &|_, _, limit| {
        let word = idle_verdict(limit, expected.heartbeat, expected.minimum_idle);
        // A limit of 0 ends the request before the upstream can answer: there is no connection to keep.
        (limit > 0).then_some(Value::Choice(word))
    });
    let hops = runs.map(|run| Some((Value::Number(run.hops.len() as u64), Cause::nowhere(Origin::Derived))));
    facts.answer_agreed(&traffic::HOPS, hops);
}

/// Why the limit of a hop is what it is. A default stands at no line: the route is where one could be set.
fn idle_cause(hop: &Hop, idle: &Idle) -> Cause {
    let mut cause = idle.cause.clone();
    if let (true, Origin::Default(version), Some(&site)) =
        (cause.marks.is_empty(), &cause.origin, hop.routes.first())
    {
        let title = hop.proxy.title();
        let words = format!("nothing sets it here, so the default of {title} {version} applies");
        cause.marks.push(Mark { site, role: Role::Says(words) });
    }
    cause
}

/// Answers whether the handshake succeeds in all runs, fails in all, or succeeds in some of them only, and why.
pub fn handshake(facts: &mut Facts, runs: &Runs<Run>, framework: Option<Framework>) {
    let judged: Vec<Judgement> = runs.results.iter().map(|run| way::judge(run, framework)).collect();
    let any = |handshake| judged.iter().position(|judgement| judgement.handshake == handshake);
    let word = match (any(Handshake::Succeeds), any(Handshake::Fails), any(Handshake::Unknown)) {
        (Some(_), None, None) if runs.complete => "succeeds",
        (None, Some(_), None) if runs.complete => "fails",
        (Some(_), Some(_), _) => "sometimes",
        // Not unknown: what may succeed is worth asking how long it then lasts.
        _ => "uncertain",
    };
    // Of a handshake that is not certain to fail no reason is told.
    let failing = any(Handshake::Fails).filter(|_| word != "uncertain");
    let cause =
        failing.map_or_else(|| Cause::nowhere(Origin::Derived), |at| why(&runs.results[at], &judged[at]));
    facts.answer(&traffic::HANDSHAKE, Value::Choice(word), cause.clone());
    if let Some(reason) = failing.and_then(|at| words(&runs.results[at], &judged[at])) {
        facts.answer(&traffic::HANDSHAKE_REASON, Value::Text(reason), cause.clone());
    }
    if word == "sometimes" {
        let tests: Vec<String> = runs.asked.iter().map(|test| format!("`{}`", shortened(test))).collect();
        facts.answer(&traffic::DEPENDS_ON, Value::Text(tests.join(", ")), cause);
    }
}

/// The line that decides that a run fails.
fn why(run: &Run, judgement: &Judgement) -> Cause {
    if let Some(cause) = judgement.reason.as_ref().and_then(|reason| reason.cause.clone()) {
        return cause;
    }
    let last = run.last();
    let site = match &last.end {
        way::End::Answered { site, .. } | way::End::Dropped { site, .. } => *site,
        way::End::Sent(_) | way::End::Unknown => None,
    };
    let site = site.or_else(|| last.routes.first().copied()).or(last.listener);
    let marks = site.map(|site| Mark { site, role: Role::Says("this decides".to_owned()) });
    Cause { origin: Origin::Derived, marks: marks.into_iter().collect() }
}

/// Why a run fails, in one clause.
fn words(run: &Run, judgement: &Judgement) -> Option<String> {
    if let Some(reason) = &judgement.reason {
        return Some(reason.words.clone());
    }
    let last = run.last();
    let proxy = last.proxy.title();
    match &last.end {
        way::End::Answered { status: Known::Known(status), location: Some(location), .. } => {
            Some(format!("{proxy} answers {status} and redirects to `{location}`"))
        }
        way::End::Answered { status: Known::Known(status), .. } => Some(format!("{proxy} answers {status}")),
        way::End::Answered { by, .. } => Some(format!("{proxy} answers it by `{by}`")),
        way::End::Dropped { .. } => Some(format!("{proxy} closes the connection")),
        way::End::Sent(_) | way::End::Unknown => None,
    }
}

impl Facts {
    /// Answers a question with what is not known.
    pub fn answer_unknown(&mut self, question: &'static Question) {
        self.answer(question, Value::Unknown, Cause::nowhere(Origin::Unknown));
    }

    /// Answers a question where all runs agree, and with what is not known where they differ. `None` stands for a run in
    /// which the question does not apply, or its answer is not known.
    pub fn answer_agreed(
        &mut self,
        question: &'static Question,
        answers: impl IntoIterator<Item = Option<(Value, Cause)>>,
    ) {
        let mut answers = answers.into_iter();
        let Some(first) = answers.next() else { return };
        let value = |answer: &Option<(Value, Cause)>| answer.as_ref().map(|(value, _)| value.clone());
        if answers.any(|other| value(&other) != value(&first)) {
            return self.answer_unknown(question);
        }
        if let Some((value, cause)) = first {
            self.answer(question, value, cause);
        }
    }

    /// What the facts of all runs agree on: a question that one of them answers differently, or not at all, is not known.
    pub fn agreed(mut runs: Vec<Facts>) -> Facts {
        if runs.len() < 2 {
            return runs.pop().unwrap_or_default();
        }
        let mut agreed = Facts::default();
        for (question, _) in runs.iter().flat_map(Facts::iter) {
            if agreed.get(question.name).is_some() {
                continue;
            }
            let answers = runs
                .iter()
                .map(|facts| facts.get(question.name).map(|fact| (fact.value.clone(), fact.cause.clone())));
            agreed.answer_agreed(question, answers);
        }
        agreed
    }
}
