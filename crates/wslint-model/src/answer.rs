//! What routes of both proxies answer alike: what is expected of them, and what the runs of their handshake say.

use crate::choices::{self, Http10, Polls};
use crate::duration::{as_setting, in_words};
use crate::fact::{Cause, Facts, Mark, Origin, Role};
use crate::known::Known;
use crate::question::{Answer, Milliseconds, Question};
use crate::questions;
use crate::service::{self, Service};
use crate::settings::{Endpoint, Keeping, Settings};
use crate::site::Site;
use crate::traffic::{self, Confidence, Framework, Heartbeat, idle_verdict};
use crate::way::{self, Handshake, Hop, Idle, Judgement, Run, Runs, idle};

/// Headers of requests that have questions of their own.
const ASKED_FOR: [&str; 9] = [
    "Host",
    "Upgrade",
    "Connection",
    "Origin",
    "X-Forwarded-Proto",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions",
];

/// Whether a header of requests has a question of its own, and is none of [`OWN_HEADERS`](questions::OWN_HEADERS).
pub fn is_asked_for(header: &str) -> bool {
    ASKED_FOR.iter().any(|asked| asked.eq_ignore_ascii_case(header))
}

/// Why a handshake is expected on a route, and what is known of whoever serves it.
#[derive(Clone, Debug)]
pub struct Expected {
    /// How sure it is that the route carries WebSocket traffic.
    pub confidence: Confidence,
    /// Whether the endpoint is certain: the user declares it, or the deployment shows it.
    pub declared: bool,
    /// The path of the handshake.
    pub path: String,
    /// What serves it, if that is known.
    pub framework: Option<Framework>,
    /// At which paths a Socket.IO server there answers, where its code tells.
    pub paths: Vec<String>,
    /// What plain requests its clients send beside the handshake, if that is known.
    pub polls: Option<Polls>,
    /// What whoever takes the handshake does with HTTP/1.0, if that is known.
    pub http10: Option<Http10>,
    /// The longest silence that its heartbeat allows, if it has one; unknown where it is set to what nobody knows.
    pub heartbeat: Known<Option<Heartbeat>>,
    /// The shortest idle limit that is accepted without a finding, in milliseconds.
    pub minimum_idle: u64,
    /// The lines that say so.
    pub cause: Cause,
    /// The lines that show that it is an endpoint, where the deployment does.
    pub shown: Vec<Mark>,
    /// The lines that say what serves it, where the deployment does.
    pub served: Option<Cause>,
    /// The line of code that says by which transports clients come, where it does.
    pub asked: Option<Cause>,
    /// The lines that say what sends the heartbeat, or that nothing does, where the deployment does.
    pub kept: Option<Cause>,
}

/// What a configuration says by itself of a route.
#[derive(Clone, Debug)]
pub struct Told {
    /// How sure it is that the route carries WebSocket traffic.
    pub confidence: Confidence,
    /// The path of the handshake.
    pub path: String,
    /// What serves it, as far as the path, the user and the deployment tell.
    pub framework: Option<Framework>,
    /// The lines that say so.
    pub cause: Cause,
}

impl Expected {
    /// What is expected of a route: what its configuration tells, what is said of its endpoint, and what serves it.
    pub fn new(
        told: Told,
        endpoint: Option<&Endpoint>,
        service: Option<&Service>,
        settings: &Settings,
    ) -> Self {
        let Told { confidence, path, framework, cause } = told;
        let service = service.filter(|_| !endpoint.is_some_and(Endpoint::says_what_serves_it));
        let heartbeat = Kept::of(framework, endpoint, service, settings);
        let minimum_idle = endpoint.and_then(|endpoint| endpoint.minimum_idle);
        Self {
            confidence,
            declared: endpoint.is_some(),
            path,
            framework,
            paths: service.into_iter().flat_map(Service::socketio_paths).map(str::to_owned).collect(),
            polls: service::polls(endpoint, framework),
            http10: service.and_then(Service::http10).or(framework.and_then(Framework::http10)),
            shown: endpoint.into_iter().flat_map(|endpoint| endpoint.marks.iter().cloned()).collect(),
            asked: endpoint.and_then(|endpoint| endpoint.asked.clone()).map(|asked| {
                let served = endpoint.into_iter().flat_map(|endpoint| endpoint.marks.clone());
                Cause { origin: Origin::Derived, marks: std::iter::once(asked).chain(served).collect() }
            }),
            served: service.filter(|service| service.framework.is_some()).map(Service::cause),
            kept: match (&heartbeat, service) {
                (Kept::ByService(beat), Some(service)) => {
                    let who: &str = match service.framework {
                        Some(framework) => framework.title(),
                        None => &service.name,
                    };
                    let does = match service.framework.is_some_and(Framework::pings) {
                        true => "pings every",
                        false => "is heard from at least every",
                    };
                    let words = format!("{who} {does} {}", in_words(beat.silence));
                    Some(service.cause_for(words))
                }
                (Kept::ByApplication(_) | Kept::Nothing, _)
                    if endpoint.is_some_and(|endpoint| endpoint.beat.is_some()) =>
                {
                    let beat = endpoint.and_then(|endpoint| endpoint.beat.clone());
                    beat.map(|beat| Cause { origin: Origin::Derived, marks: vec![beat] })
                }
                (Kept::Nothing, Some(service)) => service.quiet(),
                _ => None,
            },
            heartbeat: heartbeat.known(),
            minimum_idle: minimum_idle.unwrap_or(settings.minimum_idle).min(traffic::LONGEST_IDLE),
            cause,
        }
    }

    /// Whether clients send plain requests that must reach the server of the handshake.
    pub fn polls(&self) -> bool {
        matches!(self.polls, Some(Polls::First | Polls::Negotiates))
    }
}

/// What keeps silent connections alive.
enum Kept {
    /// Nothing that is known.
    Nothing,
    /// The heartbeat of the endpoint or of its framework.
    ByApplication(Heartbeat),
    /// The heartbeat of the program that runs it.
    ByService(Heartbeat),
    /// It is set, and nobody knows to what.
    Unknown,
}

impl Kept {
    /// The word of the user counts alone; else whoever speaks more often.
    fn of(
        framework: Option<Framework>,
        endpoint: Option<&Endpoint>,
        service: Option<&Service>,
        settings: &Settings,
    ) -> Self {
        let user = endpoint.filter(|endpoint| endpoint.marks.is_empty());
        if let Some(silence) = user.and_then(|endpoint| endpoint.heartbeat).or(settings.heartbeat) {
            return Self::ByApplication(Heartbeat::declared(silence));
        }
        let of_service = service.and_then(|service| service.heartbeat);
        let runs = service.is_some_and(|service| service.framework == framework);
        let keeping = endpoint.map_or(Keeping::Usual, |endpoint| endpoint.keeping);
        let of_application = match (endpoint.and_then(|endpoint| endpoint.heartbeat), keeping) {
            (Some(silence), _) => Some(Heartbeat::declared(silence)),
            // What the program itself says counts for more than what it does by default.
            (None, Keeping::Usual) => framework.filter(|_| !runs).and_then(Framework::heartbeat),
            (None, Keeping::Off | Keeping::Unknown) => None,
        };
        let set = endpoint.is_some_and(|endpoint| endpoint.heartbeat.is_some()) || keeping != Keeping::Usual;
        // What is only likely says nothing against what the code sets.
        let of_service = of_service.filter(|_| !set || service.is_some_and(|one| one.framework.is_some()));
        match (of_application, of_service) {
            (Some(own), Some(other)) if other.silence < own.silence => Self::ByService(other),
            (Some(own), _) => Self::ByApplication(own),
            (None, Some(other)) => Self::ByService(other),
            (None, None) if keeping == Keeping::Unknown => Self::Unknown,
            (None, None) => Self::Nothing,
        }
    }

    fn known(self) -> Known<Option<Heartbeat>> {
        match self {
            Self::Nothing => Known::Known(None),
            Self::ByApplication(beat) | Self::ByService(beat) => Known::Known(Some(beat)),
            Self::Unknown => Known::Unknown,
        }
    }
}

/// Answers the questions about what is expected.
pub fn expected(facts: &mut Facts, expected: &Expected) {
    let cause = || expected.cause.clone();
    facts.answer(&questions::WEBSOCKET, expected.confidence, cause());
    let mut shown = cause();
    shown.marks.extend(expected.shown.iter().filter(|mark| !expected.cause.marks.contains(mark)).cloned());
    facts.answer(&questions::DECLARED, expected.declared, shown);
    facts.answer(&questions::PATH, expected.path.clone(), cause());
    if let Known::Known(Some(heartbeat)) = expected.heartbeat {
        let cause = expected.kept.clone().unwrap_or_else(cause);
        facts.answer(&questions::HEARTBEAT, Milliseconds(heartbeat.silence), cause);
    }
    let cause = || expected.served.clone().unwrap_or_else(cause);
    if let Some(polls) = expected.polls {
        let cause = expected.asked.clone().unwrap_or_else(cause);
        facts.answer(&questions::POLLS, polls, cause);
    }
    if let Some(http10) = expected.http10 {
        facts.answer(&questions::HTTP10, http10, cause());
    }
    let Some(framework) = expected.framework else { return };
    facts.answer(&questions::FRAMEWORK, framework, cause());
    facts.answer(&questions::SPEAKS, framework.speaks(), cause());
    if let Some(check) = framework.origin_check() {
        facts.answer(&questions::ORIGIN_CHECK, check, cause());
    }
    if let Some(left) = framework.without_websocket() {
        facts.answer(&questions::WITHOUT_WEBSOCKET, left, cause());
    }
}

/// Answers the questions about the runs of the handshake: whether it succeeds in all of them, and after which silence
/// the connection is cut.
pub fn runs(facts: &mut Facts, runs: &Runs<Run>, expected: &Expected) {
    handshake(facts, runs, expected);
    if runs.complete {
        silence(facts, runs.results.iter(), expected);
    }
}

/// Answers the questions about what becomes of a connection on which neither side speaks, and over how many hops it
/// goes, where these runs agree: all of a request, or those that take the route that is asked.
pub fn silence<'r>(facts: &mut Facts, runs: impl Iterator<Item = &'r Run> + Clone, expected: &Expected) {
    agree(facts, &questions::IDLE_TIMEOUT, runs.clone(), expected, |hop, idle, limit| {
        Some((Milliseconds(limit), idle_cause(hop, idle)))
    });
    agree(facts, &questions::IDLE_TIMEOUT_BY, runs.clone(), expected, |hop, idle, _| {
        Some((idle.by.clone()?, idle_cause(hop, idle)))
    });
    agree(facts, &questions::IDLE_IS_DEFAULT, runs.clone(), expected, |hop, idle, _| {
        Some((idle.site.is_none(), idle_cause(hop, idle)))
    });
    agree(facts, &questions::IDLE_PROXY, runs.clone(), expected, |hop, idle, _| {
        Some((hop.proxy, idle_cause(hop, idle)))
    });
    agree(facts, &questions::IDLE_VERDICT, runs.clone(), expected, |hop, idle, limit| {
        let heartbeat = *expected.heartbeat.as_ref()?;
        let mut cause = idle_cause(hop, idle);
        // Whose silence the limit is compared with.
        let speaker = expected.kept.as_ref().and_then(|kept| kept.marks.first());
        cause.marks.splice(0..0, speaker.cloned());
        // A limit of 0 ends the request before the upstream can answer: there is no connection to keep.
        (limit > 0).then(|| (idle_verdict(limit, heartbeat, expected.minimum_idle), cause))
    });
    agree(facts, &questions::IDLE_REMEDY, runs.clone(), expected, |hop, idle, limit| {
        let remedy =
            traffic::long_enough(expected.heartbeat.as_ref().copied().flatten(), expected.minimum_idle);
        (limit < remedy).then(|| (as_setting(remedy), idle_cause(hop, idle)))
    });
    let hops = runs.map(|run| Some((run.hops.len() as u64, Cause::nowhere(Origin::Derived))));
    facts.answer_agreed(&questions::HOPS, hops);
}

/// Answers whether the first hop of a run is the one that cuts a silent connection, where all runs agree. The question is
/// a proxy's own.
pub fn cuts_first<'r>(
    facts: &mut Facts,
    question: &'static Question<bool>,
    runs: impl Iterator<Item = &'r Run>,
) {
    let cuts = runs.map(|run| {
        let (hop, idle, _) = idle::at_most(run)?;
        Some((std::ptr::eq(hop, run.hops.first()?), idle.cause.clone()))
    });
    facts.answer_agreed(question, cuts);
}

/// Answers a question about the hop with the shortest limit, its silence and that limit in milliseconds, where all runs
/// agree. A limit that is hidden may be shorter still, so that only one that is too short already counts beside it.
fn agree<'r, T: Answer>(
    facts: &mut Facts,
    question: &'static Question<T>,
    runs: impl Iterator<Item = &'r Run>,
    expected: &Expected,
    answer: impl Fn(&Hop, &Idle, u64) -> Option<(T, Cause)>,
) {
    let too_short = |limit| {
        expected.heartbeat.as_ref().is_some_and(|&heartbeat| {
            let verdict = idle_verdict(limit, heartbeat, expected.minimum_idle);
            limit > 0 && matches!(verdict, choices::IdleVerdict::BelowHeartbeat | choices::IdleVerdict::Short)
        })
    };
    let of_run = |run: &'r Run| {
        let all: Option<Vec<&Idle>> = run.hops.iter().map(|hop| hop.idle.as_ref()).collect();
        let hidden = all?.into_iter().find(|idle| idle.limit == Known::Unknown);
        match (idle::at_most(run), hidden) {
            (Some((.., limit)), Some(hidden)) if !too_short(limit) => {
                Some((Known::Unknown, hidden.cause.clone()))
            }
            (None, Some(hidden)) => Some((Known::Unknown, hidden.cause.clone())),
            (certain, _) => {
                let (hop, idle, limit) = certain?;
                let (answer, cause) = answer(hop, idle, limit)?;
                Some((Known::Known(answer), cause))
            }
        }
    };
    facts.answer_agreed(question, runs.map(of_run));
}

/// Why the limit of a hop is what it is. A default stands at no line: the route is where one could be set.
fn idle_cause(hop: &Hop, idle: &Idle) -> Cause {
    let mut cause = idle.cause.clone();
    if let (true, Origin::Default(version), Some(&site)) =
        (cause.marks.is_empty(), &cause.origin, hop.routes.first())
    {
        let title = hop.proxy.title();
        let words = match &idle.by {
            Some(setting) => {
                format!("no `{setting}` is in force here, so the default of {title} {version} applies")
            }
            None => format!("no line is in force here, so the default of {title} {version} applies"),
        };
        cause.marks.push(Mark { site, role: Role::Says(words) });
    }
    cause
}

/// How many listeners of a route are named.
const MOST_LISTENERS: usize = 16;

/// Answers where the server or section of a route listens: for each listener the address, whether it ends TLS there, and its
/// line. They are told in an order of their own: that of the lines says nothing of a client.
pub fn listens(facts: &mut Facts, listeners: impl IntoIterator<Item = (String, bool, Option<Site>)>) {
    let named = |(address, tls, site): (String, bool, Option<Site>)| {
        let every =
            ["*:", "0.0.0.0:", "ipv4@:", "ipv4@*:"].iter().find_map(|every| address.strip_prefix(every));
        let address = every.map_or_else(|| address.clone(), |port| format!(":{port}"));
        (if tls { format!("{address} ssl") } else { address }, site)
    };
    let mut listeners: Vec<(String, Option<Site>)> = listeners.into_iter().map(named).collect();
    listeners.sort();
    listeners.dedup_by(|(one, _), (other, _)| one == other);
    listeners.truncate(MOST_LISTENERS);
    if listeners.is_empty() {
        return;
    }
    let marks = listeners.iter().filter_map(|(_, site)| Some(Mark { site: (*site)?, role: Role::SetHere }));
    let cause = Cause { origin: Origin::Set, marks: marks.collect() };
    let addresses: Vec<String> = listeners.into_iter().map(|(address, _)| address).collect();
    facts.answer(&questions::LISTENS, addresses.join(", "), cause);
}

/// Answers what the runs take for granted.
fn assumed(facts: &mut Facts, runs: &Runs<Run>) {
    if runs.assumed.is_empty() {
        return;
    }
    let words: Vec<&str> = runs.assumed.iter().map(|assumed| assumed.words.as_str()).collect();
    let says = |assumed: &way::Assumption| {
        Some(Mark { site: assumed.site?, role: Role::Says("this refuses some clients".to_owned()) })
    };
    let cause = Cause { origin: Origin::Derived, marks: runs.assumed.iter().filter_map(says).collect() };
    facts.answer(&questions::ASSUMED, words.join(", "), cause);
}

/// Answers whether the handshake succeeds in all runs, fails in all, or succeeds in some of them only, and why.
pub fn handshake(facts: &mut Facts, runs: &Runs<Run>, expected: &Expected) {
    let judge = |run| way::judge_served(run, expected.framework, &expected.paths);
    let judged: Vec<Judgement> = runs.results.iter().map(judge).collect();
    let any = |handshake| judged.iter().position(|judgement| judgement.handshake == handshake);
    let fate = match (any(Handshake::Succeeds), any(Handshake::Fails), any(Handshake::Unknown)) {
        (Some(_), None, None) if runs.complete => choices::Handshake::Succeeds,
        (None, Some(_), None) if runs.complete => choices::Handshake::Fails,
        (Some(_), Some(_), _) => choices::Handshake::Sometimes,
        // Not unknown: what may succeed is worth asking how long it then lasts.
        _ => choices::Handshake::Uncertain,
    };
    // Of a handshake that is not certain to fail no reason is told.
    let failing = any(Handshake::Fails).filter(|_| fate != choices::Handshake::Uncertain);
    let cause =
        failing.map_or_else(|| Cause::nowhere(Origin::Derived), |at| why(&runs.results[at], &judged[at]));
    facts.answer(&questions::HANDSHAKE, fate, cause.clone());
    assumed(facts, runs);
    if let Some(at) = failing {
        facts.answer(&questions::FAILURE, failure(&runs.results[at], &judged[at]), cause.clone());
    }
    if let Some(reason) = failing.and_then(|at| words(&runs.results[at], &judged[at])) {
        facts.answer(&questions::HANDSHAKE_REASON, reason, cause.clone());
    }
    if fate == choices::Handshake::Sometimes {
        let tests: Vec<String> = runs.asked.iter().map(|test| way::in_words(test)).collect();
        facts.answer(&questions::DEPENDS_ON, tests.join(", "), cause);
    }
}

/// Whether the handshake of a route succeeds in all runs, as [`handshake`] found it.
pub fn succeeds(facts: &Facts) -> bool {
    facts.value(&questions::HANDSHAKE) == Some(choices::Handshake::Succeeds)
}

/// How many routes of endpoints are compared with each other.
const MOST_COMPARED: usize = 64;

/// Answers for routes of certain endpoints on which the handshake may fail whether it succeeds on another route of the same
/// endpoint. `endpoints` are those of all routes, in order; `facts_of` answers for the route of a number. Gives the facts
/// of the routes that were compared. Of more than a few nothing is said.
pub fn elsewhere(endpoints: &[Option<&Endpoint>], facts_of: impl Fn(usize) -> Facts) -> Vec<Option<Facts>> {
    let of_endpoint: Vec<(usize, &Endpoint)> =
        endpoints.iter().enumerate().filter_map(|(at, endpoint)| Some((at, (*endpoint)?))).collect();
    if !(2..=MOST_COMPARED).contains(&of_endpoint.len()) {
        return Vec::new();
    }
    let mut facts: Vec<Option<Facts>> = endpoints.iter().map(|_| None).collect();
    for &(at, endpoint) in &of_endpoint {
        let has_other = of_endpoint.iter().any(|&(other, its)| other != at && its == endpoint);
        facts[at] = has_other.then(|| facts_of(at));
    }
    let works = |facts: &Facts| {
        succeeds(facts) && facts.value(&questions::RESPONSE_HEADERS) != Some(choices::ResponseHeaders::Hidden)
    };
    // Behind another listener at hand is no other place for clients to call.
    let calls = |facts: &Facts| facts.value(&questions::HOPS).is_none_or(|hops| hops <= 1);
    let working: Vec<&Endpoint> = of_endpoint
        .iter()
        .filter(|(at, _)| facts[*at].as_ref().is_some_and(works))
        .map(|&(_, endpoint)| endpoint)
        .collect();
    for (at, endpoint) in of_endpoint {
        if let Some(facts) =
            facts[at].as_mut().filter(|facts| !works(facts) && calls(facts) && working.contains(&endpoint))
        {
            facts.answer(&questions::WORKS_ELSEWHERE, true, Cause::nowhere(Origin::Derived));
        }
    }
    facts
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

/// How a run fails.
fn failure(run: &Run, judgement: &Judgement) -> choices::Failure {
    match &run.last().end {
        _ if judgement.reason.is_some() => choices::Failure::NotTaken,
        way::End::Answered { status: Known::Known(300..400), .. }
        | way::End::Answered { location: Some(_), .. } => choices::Failure::Redirected,
        way::End::Answered { .. } => choices::Failure::Answered,
        way::End::Dropped { .. } => choices::Failure::Closed,
        way::End::Sent(_) | way::End::Unknown => choices::Failure::NotTaken,
    }
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
