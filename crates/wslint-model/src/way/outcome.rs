//! From the runs of a request to what is known about it: what all runs agree on.

use super::follow::Run;
use super::hop::{Connect, Damage, End, Protocol};
use super::idle;
use super::judge::{Handshake, Reason, judge};
use super::message::{Http, Message};
use super::oracle::Runs;
use crate::known::Known;
use crate::site::Site;
use crate::traffic::Framework;

/// Who answers the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnsweredBy {
    /// The upstream.
    Upstream,
    /// The proxy itself.
    Proxy,
    /// Nobody: the connection is closed or hangs.
    Nobody,
    /// It cannot be told.
    Unknown,
}

/// What becomes of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the handshake succeeds; for a plain request whether it gets an answer from the upstream.
    pub handshake: Handshake,
    /// Why it fails, or what it depends on, as far as the request that is sent tells.
    pub reason: Option<Reason>,
    /// What is wrong with the 101 that the client gets.
    pub damage: Option<Damage>,
    /// Who answers.
    pub answered_by: AnsweredBy,
    /// The status that the client gets, where the proxy decides it or the handshake succeeds; `None` without an answer.
    pub status: Known<Option<u16>>,
    /// Where a redirect leads, where the answer is one and its target is known.
    pub location: Option<String>,
    /// The address of the upstream, or that it has none.
    pub upstream: Known<Option<String>>,
    /// The name of the upstream block or HAProxy backend.
    pub backend: Known<Option<String>>,
    /// The request target that the upstream gets.
    pub uri: Known<Option<String>>,
    /// The `Host` that the upstream gets. This and the next two hold one line for each header line that is sent, apart
    /// by LF, which no header value can hold.
    pub host: Known<Option<String>>,
    /// The `Upgrade` that the upstream gets; `None` for not sent.
    pub upgrade: Known<Option<String>>,
    /// The `Connection` that the upstream gets; `None` for not sent.
    pub connection: Known<Option<String>>,
    /// After how many milliseconds a silent connection is cut; [`crate::NEVER`] for never.
    pub idle_timeout: Known<u64>,
    /// The longest that it can be, in milliseconds, where it is not known and something certain limits it.
    pub idle_at_most: Option<u64>,
    /// The directive that sets it: `proxy_read_timeout`, `timeout tunnel`.
    pub idle_timeout_by: Option<String>,
    /// The line that sets it; `None` for a default.
    pub idle_timeout_site: Option<Site>,
}

impl Outcome {
    /// An outcome of which nothing is known.
    pub fn unknown() -> Self {
        Self {
            handshake: Handshake::Unknown,
            reason: None,
            damage: None,
            answered_by: AnsweredBy::Unknown,
            status: Known::Unknown,
            location: None,
            upstream: Known::Unknown,
            backend: Known::Unknown,
            uri: Known::Unknown,
            host: Known::Unknown,
            upgrade: Known::Unknown,
            connection: Known::Unknown,
            idle_timeout: Known::Unknown,
            idle_at_most: None,
            idle_timeout_by: None,
            idle_timeout_site: None,
        }
    }

    /// The outcome of every request where a proxy on the way does not start.
    pub fn refused() -> Self {
        let mut refused = Self {
            handshake: Handshake::Fails,
            answered_by: AnsweredBy::Nobody,
            status: Known::Known(None),
            backend: Known::Known(None),
            ..Self::unknown()
        };
        nothing_sent(&mut refused);
        refused
    }
}

/// What all runs of a request agree on. `framework` is what serves it, where that is known beside the path.
pub fn outcome(runs: &Runs<Run>, framework: Option<Framework>) -> Outcome {
    let mut outcomes = runs.results.iter().map(|run| of_run(run, framework));
    let Some(mut outcome) = outcomes.next() else { return Outcome::unknown() };
    for other in outcomes {
        merge(&mut outcome, other);
    }
    if !runs.complete {
        merge(&mut outcome, Outcome::unknown());
    }
    outcome
}

fn of_run(run: &Run, framework: Option<Framework>) -> Outcome {
    let judgement = judge(run, framework);
    let last = run.last();
    let mut outcome = Outcome {
        handshake: judgement.handshake,
        reason: judgement.reason,
        damage: judgement.damage,
        backend: last.backend.clone(),
        ..Outcome::unknown()
    };
    if run.circle {
        return outcome;
    }
    match &last.end {
        End::Unknown => outcome.backend = Known::Unknown,
        End::Answered { status, location, redirects, asked, .. } => {
            outcome.answered_by = AnsweredBy::Proxy;
            outcome.status = status.as_ref().map(|status| Some(*status)).into();
            outcome.location.clone_from(location);
            match asked {
                Some(connect) => sent(&mut outcome, last.sent.as_ref(), connect),
                // What arrives then depends on whether the client follows; browsers do not follow in a handshake.
                None if *redirects => {}
                None => nothing_sent(&mut outcome),
            }
        }
        End::Dropped { .. } => {
            nothing_sent(&mut outcome);
            match run.closed_on() {
                Some(_) => {
                    outcome.answered_by = AnsweredBy::Proxy;
                    outcome.status = Known::Known(Some(502));
                }
                None => {
                    outcome.answered_by = AnsweredBy::Nobody;
                    outcome.status = Known::Known(None);
                }
            }
        }
        End::Sent(connect) => {
            outcome.answered_by = AnsweredBy::Upstream;
            sent(&mut outcome, last.sent.as_ref(), connect);
            let over_h2 = run.hops[0].arrival.message.http.value == Known::Known(Http::V2);
            let forced = run.hops.iter().find_map(|hop| hop.reply.status);
            if last.arrival.websocket && judgement.handshake == Handshake::Succeeds {
                // An extended CONNECT of HTTP/2 is answered with 200 (RFC 8441, section 5).
                outcome.status = Known::Known(Some(if over_h2 { 200 } else { 101 }));
            } else if forced.is_some() {
                outcome.status = Known::Known(forced);
            }
            outcome.idle_timeout = idle::limit(run);
            let hidden = outcome.idle_timeout == Known::Unknown;
            outcome.idle_at_most = idle::at_most(run).filter(|_| hidden).map(|(.., limit)| limit);
            if let Some((_, idle)) = idle::shortest(run) {
                outcome.idle_timeout_by.clone_from(&idle.by);
                outcome.idle_timeout_site = idle.site;
            }
        }
    }
    outcome
}

fn nothing_sent(outcome: &mut Outcome) {
    outcome.upstream = Known::Known(None);
    outcome.uri = Known::Known(None);
    outcome.host = Known::Known(None);
    outcome.upgrade = Known::Known(None);
    outcome.connection = Known::Known(None);
}

fn sent(outcome: &mut Outcome, message: Option<&Message>, connect: &Connect) {
    outcome.upstream.clone_from(&connect.address);
    let Some(message) = message else { return };
    match connect.protocol {
        // In HTTP/2 pseudo-header fields stand for the request line and for `Host`, and `:protocol` for the upgrade.
        Protocol::Http2 => {
            outcome.upgrade = Known::Known(None);
            outcome.connection = Known::Known(None);
        }
        Protocol::Either => {}
        Protocol::Http1 | Protocol::Raw | Protocol::Gateway | Protocol::NoUpgrade => {
            outcome.uri = message.target.value.as_ref().map(|target| Some(target.clone())).into();
            outcome.host = message.value("Host");
            outcome.upgrade = message.value("Upgrade");
            outcome.connection = message.value("Connection");
        }
    }
}

fn merge(outcome: &mut Outcome, other: Outcome) {
    fn agree<T: PartialEq>(one: &mut Known<T>, other: Known<T>) {
        if *one != other {
            *one = Known::Unknown;
        }
    }
    let at_most = |outcome: &Outcome| outcome.idle_timeout.as_ref().copied().or(outcome.idle_at_most);
    let longest = at_most(outcome).zip(at_most(&other)).map(|(one, other)| one.max(other));
    if (outcome.handshake, outcome.damage) != (other.handshake, other.damage) {
        outcome.handshake = Handshake::Unknown;
        outcome.damage = None;
    }
    if outcome.reason != other.reason {
        outcome.reason =
            outcome.reason.take().or(other.reason).filter(|_| outcome.handshake != Handshake::Unknown);
    }
    if outcome.answered_by != other.answered_by {
        outcome.answered_by = AnsweredBy::Unknown;
    }
    if outcome.location != other.location {
        outcome.location = None;
    }
    agree(&mut outcome.status, other.status);
    agree(&mut outcome.upstream, other.upstream);
    agree(&mut outcome.backend, other.backend);
    agree(&mut outcome.uri, other.uri);
    agree(&mut outcome.host, other.host);
    agree(&mut outcome.upgrade, other.upgrade);
    agree(&mut outcome.connection, other.connection);
    agree(&mut outcome.idle_timeout, other.idle_timeout);
    outcome.idle_at_most = longest.filter(|_| outcome.idle_timeout == Known::Unknown);
    if outcome.idle_timeout_by != other.idle_timeout_by {
        outcome.idle_timeout_by = None;
    }
    if outcome.idle_timeout_site != other.idle_timeout_site {
        outcome.idle_timeout_site = None;
    }
}

#[cfg(test)]
mod tests {
    use super::super::hop::{Flaw, Hop};
    use super::super::message::Part;
    use super::super::passing::{connect, handshake, hop, idle, run, sent as message, set};
    use super::*;
    use crate::fact::{Cause, Origin};
    use crate::site::FileId;
    use wslint_syntax::Span;

    fn of(runs: impl IntoIterator<Item = Run>) -> Outcome {
        let runs = Runs {
            results: runs.into_iter().collect(),
            complete: true,
            asked: Vec::new(),
            assumed: Vec::new(),
        };
        outcome(&runs, None)
    }

    fn one(change: impl FnOnce(&mut Hop)) -> Outcome {
        of([run("/ws", change)])
    }

    fn text(text: &str) -> Known<Option<String>> {
        Known::Known(Some(text.to_owned()))
    }

    fn answered(redirects: bool, asked: Option<Connect>) -> End {
        let location = redirects.then(|| "https://a.example/ws".to_owned());
        End::Answered { by: "return", status: Known::Known(301), site: None, location, redirects, asked }
    }

    #[test]
    fn what_is_sent_is_told() {
        let site = Site { file: FileId(0), span: Span::new(3, 5) };
        let told = one(|hop| {
            hop.backend = text("app");
            hop.idle = Some(crate::way::Idle { site: Some(site), ..idle(50_000, "timeout tunnel") });
        });
        let expected = Outcome {
            handshake: Handshake::Succeeds,
            reason: None,
            damage: None,
            answered_by: AnsweredBy::Upstream,
            status: Known::Known(Some(101)),
            location: None,
            upstream: text("10.0.0.1:80"),
            backend: text("app"),
            uri: text("/ws"),
            host: text("a.example"),
            upgrade: text("websocket"),
            connection: text("keep-alive, Upgrade"),
            idle_timeout: Known::Known(50_000),
            idle_at_most: None,
            idle_timeout_by: Some("timeout tunnel".to_owned()),
            idle_timeout_site: Some(site),
        };
        assert_eq!(told, expected);
        // The names of the fields are HTTP/1's.
        for protocol in [Protocol::Http2, Protocol::Either] {
            let told = one(|hop| connect(hop).protocol = protocol);
            assert_eq!((told.uri, told.host), (Known::Unknown, Known::Unknown));
            let none = if protocol == Protocol::Http2 { Known::Known(None) } else { Known::Unknown };
            assert_eq!((told.upgrade, told.connection), (none.clone(), none));
        }
    }

    #[test]
    fn the_status_is_told_where_it_is_certain() {
        let status = |change: &dyn Fn(&mut Hop)| one(change).status;
        assert_eq!(status(&|hop| hop.arrival.message.http = Part::plain(Http::V2)), Known::Known(Some(200)));
        assert_eq!(status(&|hop| hop.reply.status = Some(404)), Known::Known(Some(404)));
        assert_eq!(status(&|hop| set(message(hop), "Upgrade", &[])), Known::Unknown);
        // What the upstream answers to a plain request is its own affair.
        assert_eq!(status(&|hop| hop.arrival.websocket = false), Known::Unknown);
    }

    #[test]
    fn of_an_answer_on_the_way_nothing_is_sent() {
        let told = one(|hop| hop.end = answered(false, None));
        assert_eq!((told.answered_by, told.status), (AnsweredBy::Proxy, Known::Known(Some(301))));
        let none = Known::Known(None);
        assert_eq!(
            [told.upstream, told.uri, told.host, told.upgrade, told.connection],
            [(); 5].map(|()| none.clone())
        );

        // Whoever follows a redirect sends more, which is not known.
        let told = one(|hop| hop.end = answered(true, None));
        assert_eq!(told.location.as_deref(), Some("https://a.example/ws"));
        assert_eq!((told.upstream, told.uri), (Known::Unknown, Known::Unknown));

        // An error page in the place of what the upstream answered.
        let asked = connect(&mut hop(&handshake("/ws"))).clone();
        let told = one(|hop| hop.end = answered(false, Some(asked)));
        assert_eq!((told.upstream, told.uri), (text("10.0.0.1:80"), text("/ws")));
    }

    #[test]
    fn a_closed_connection_is_a_502_of_the_proxy_before() {
        let dropped = |before: bool| {
            let mut last = hop(&handshake("/ws"));
            last.end = End::Dropped { by: "reject", site: None, hangs: false };
            let hops = before.then(|| hop(&handshake("/ws"))).into_iter().chain([last]).collect();
            of([Run { hops, circle: false }])
        };
        let told = dropped(true);
        assert_eq!((told.answered_by, told.status), (AnsweredBy::Proxy, Known::Known(Some(502))));
        let told = dropped(false);
        assert_eq!((told.answered_by, told.status), (AnsweredBy::Nobody, Known::Known(None)));
        assert_eq!((told.handshake, told.upstream), (Handshake::Fails, Known::Known(None)));
    }

    #[test]
    fn of_what_is_not_followed_to_its_end_nothing_is_told() {
        let told = one(|hop| {
            hop.backend = text("app");
            hop.end = End::Unknown;
        });
        assert_eq!(told, Outcome::unknown());
        let circle = of([Run { circle: true, ..run("/ws", |hop| hop.backend = text("app")) }]);
        assert_eq!(
            (circle.handshake, circle.backend, circle.uri),
            (Handshake::Fails, text("app"), Known::Unknown)
        );
        assert_eq!(of([]), Outcome::unknown());
    }

    #[test]
    fn a_proxy_that_does_not_start_answers_nobody() {
        let refused = Outcome::refused();
        assert_eq!((refused.handshake, refused.answered_by), (Handshake::Fails, AnsweredBy::Nobody));
        let none = Known::Known(None);
        assert_eq!([refused.upstream, refused.backend, refused.uri], [(); 3].map(|()| none.clone()));
        assert_eq!(refused.status, Known::Known(None));
    }

    #[test]
    fn only_what_all_runs_agree_on_is_told() {
        let two = |change: fn(&mut Hop)| {
            let first = || {
                run("/ws", |hop| {
                    hop.backend = text("app");
                    hop.idle = Some(idle(50_000, "timeout tunnel"));
                })
            };
            let mut other = first();
            change(&mut other.hops[0]);
            let told = of([first(), other]);
            assert_eq!(of([first(), first()]), of([first()]));
            (told, of([first()]))
        };
        let (told, first) = two(|hop| hop.backend = text("web"));
        assert_eq!(told, Outcome { backend: Known::Unknown, ..first });
        let (told, first) = two(|hop| connect(hop).address = text("10.0.0.2:80"));
        assert_eq!(told, Outcome { upstream: Known::Unknown, ..first });
        let (told, first) = two(|hop| message(hop).target = Part::plain("/live".to_owned()));
        assert_eq!(told, Outcome { uri: Known::Unknown, ..first });
        let (told, first) = two(|hop| set(message(hop), "Host", &["b.example"]));
        assert_eq!(told, Outcome { host: Known::Unknown, ..first });
        let (told, first) = two(|hop| set(message(hop), "Connection", &["Upgrade"]));
        assert_eq!(told, Outcome { connection: Known::Unknown, ..first });
        let (told, first) = two(|hop| hop.idle = Some(idle(50_000, "timeout client")));
        assert_eq!(told, Outcome { idle_timeout_by: None, ..first });
        let (told, first) = two(|hop| hop.idle = Some(idle(60_000, "timeout tunnel")));
        assert_eq!(told, Outcome { idle_timeout: Known::Unknown, idle_at_most: Some(60_000), ..first });
        let (told, first) = two(|hop| {
            let site = Some(Site { file: FileId(0), span: Span::new(3, 5) });
            hop.idle = Some(crate::way::Idle { site, ..idle(50_000, "timeout tunnel") });
        });
        assert_eq!(told, first, "the line of one run alone is not named");
        let redirected = |to: &str| {
            let mut run = run("/ws", |hop| hop.end = answered(true, None));
            let End::Answered { location, .. } = &mut run.hops[0].end else { unreachable!("it is answered") };
            *location = Some(to.to_owned());
            run
        };
        assert_eq!(of([redirected("/a"), redirected("/a")]).location.as_deref(), Some("/a"));
        assert_eq!(of([redirected("/a"), redirected("/b")]).location, None);
        let cut_at = |start| {
            let site = Site { file: FileId(0), span: Span::new(start, 9) };
            run("/ws", |hop| {
                hop.idle = Some(crate::way::Idle { site: Some(site), ..idle(50_000, "timeout tunnel") })
            })
        };
        assert!(of([cut_at(3), cut_at(3)]).idle_timeout_site.is_some());
        assert_eq!(of([cut_at(3), cut_at(4)]).idle_timeout_site, None);
        let (told, _) = two(|hop| hop.end = answered(true, None));
        assert_eq!((told.handshake, told.answered_by), (Handshake::Unknown, AnsweredBy::Unknown));
        assert_eq!((told.status, told.location), (Known::Unknown, None));
        let (told, _) = two(|hop| {
            let damage = Damage { header: "Upgrade", flaw: Flaw::Lost, for_all: true };
            hop.reply.damage.push((damage, Cause::nowhere(Origin::Derived)));
        });
        assert_eq!((told.handshake, told.damage), (Handshake::Unknown, None));
    }

    #[test]
    fn a_reason_that_one_run_has_alone_is_told_where_all_fail() {
        let fails = |value: &'static str| run("/ws", move |hop| set(message(hop), "Upgrade", &[value]));
        let reason = |runs: [Run; 2]| of(runs).reason.map(|reason| reason.words);
        let first = "the upstream gets `Upgrade: h2c`";
        assert_eq!(reason([fails("h2c"), fails("h2c")]).as_deref(), Some(first));
        assert_eq!(reason([fails("h2c"), fails("h3")]).as_deref(), Some(first));
        assert_eq!(reason([fails("h2c"), run("/ws", |_| {})]), None);
    }

    #[test]
    fn runs_that_were_not_all_made_leave_it_open() {
        let runs = Runs {
            results: vec![run("/ws", |_| {})],
            complete: false,
            asked: Vec::new(),
            assumed: Vec::new(),
        };
        let told = outcome(&runs, None);
        assert_eq!(told, Outcome::unknown());
    }
}
