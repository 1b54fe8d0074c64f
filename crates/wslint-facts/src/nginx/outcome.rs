//! From the way of a request to the answer that people and machines read.

use super::config::Line;
use super::config::names::Directive;
use super::model::Model;
use super::request::connect::PLAIN_HTTP2_BESIDE_HTTP1;
use super::request::end::{Answer, AnswerKind, End, Passed};
use super::request::follow::Follower;
use super::request::timeout::Idle;
use crate::length::cut;
use crate::request::Request;
use crate::trace::{AnsweredBy, Handshake, Known, Outcome, Trace};

/// How many characters of the reason for a refusal are told.
const LONGEST_REASON: usize = 300;

impl Model<'_> {
    /// Follows one request through the config.
    pub fn trace(&self, request: &Request) -> Trace {
        let mut follower = Follower::new(self);
        let end = follower.connect(request);
        let mut outcome = self.outcome(request, &end, &follower);
        if let Some(refusal) = self.refusal() {
            let reason = cut(&refusal.reason, LONGEST_REASON).into_owned();
            outcome.rejected = Some((reason, Some(refusal.site(self.config()))));
            outcome.handshake = Handshake::Fails;
        }
        Trace { steps: follower.steps.into_vec(), outcome }
    }

    fn outcome(&self, request: &Request, end: &End, follower: &Follower<'_, '_>) -> Outcome {
        let wants_upgrade = request.header("Upgrade").is_some();
        let mut outcome = match end {
            End::Answered(answer) => answered(answer),
            End::Passed(passed) => self.passed(passed, follower, wants_upgrade),
            End::Tunnelled { server, upstream, pool, .. } => {
                let header = |name: &str| Known::Known(request.header(name).map(str::to_owned));
                let mut outcome = Outcome {
                    handshake: Handshake::Succeeds,
                    answered_by: AnsweredBy::Upstream,
                    status: if wants_upgrade { Known::Known(Some(101)) } else { Known::Unknown },
                    upstream: upstream.clone(),
                    backend: Known::Known(pool.clone()),
                    uri: Known::Known(Some(request.target.clone())),
                    host: header("Host"),
                    upgrade: header("Upgrade"),
                    connection: header("Connection"),
                    ..Outcome::unknown()
                };
                self.note_idle(&mut outcome, &self.idle_of_stream(*server));
                outcome
            }
            End::Closed(_) => {
                Outcome { answered_by: AnsweredBy::Nobody, status: Known::Known(None), ..not_passed() }
            }
            End::Unknown => Outcome::unknown(),
        };
        self.apply_doubts(&mut outcome, follower, wants_upgrade);
        outcome
    }

    fn passed(&self, passed: &Passed, follower: &Follower<'_, '_>, wants_upgrade: bool) -> Outcome {
        let state = &passed.state;
        let handshake = if wants_upgrade { self.judge(passed, &follower.hops) } else { Handshake::Succeeds };
        let proxied = passed.directive == Directive::ProxyPass;
        let header = |name: &str| {
            if proxied {
                return self.sent_header(state, name).separate();
            }
            // gRPC is HTTP/2, which has neither header.
            if passed.directive == Directive::GrpcPass && name != "Host" {
                return Known::Known(None);
            }
            match state.header(name) {
                Known::Known(value) => Known::Known(Some(value).filter(|value| !value.is_empty())),
                Known::Unknown => Known::Unknown,
            }
        };
        let mut outcome = Outcome {
            handshake,
            answered_by: AnsweredBy::Upstream,
            status: match handshake {
                Handshake::Succeeds if wants_upgrade => Known::Known(Some(101)),
                _ => state.forced_status.map_or(Known::Unknown, |status| Known::Known(Some(status))),
            },
            upstream: passed.upstream.clone(),
            backend: Known::Known(passed.pool.clone()),
            uri: match &passed.target {
                Known::Known(target) => Known::Known(Some(target.clone())),
                Known::Unknown => Known::Unknown,
            },
            host: header("Host"),
            upgrade: header("Upgrade"),
            connection: header("Connection"),
            ..Outcome::unknown()
        };
        let hops = || follower.hops.iter().chain([passed]);
        if wants_upgrade {
            let hidden = hops().flat_map(|hop| self.hidden_from_client(hop)).map(|(_, damage)| damage);
            outcome.damage = hidden.max_by_key(|damage| damage.for_all);
        }
        if handshake == Handshake::Fails && self.has_fallback(passed) {
            outcome.handshake = Handshake::Unknown;
            forget(&mut outcome);
        }
        // Of several servers on the way the most impatient one cuts the connection.
        let idles: Vec<Idle> = hops().map(|hop| self.idle_of(hop)).collect();
        let shortest = idles.iter().min_by_key(|idle| idle.limit.as_ref().copied().unwrap_or(0));
        if let Some(idle) = shortest {
            self.note_idle(&mut outcome, idle);
        }
        outcome
    }

    /// Whether a location that takes over when the upstream does not answer gets the handshake through.
    pub(super) fn has_fallback(&self, passed: &Passed) -> bool {
        let config = self.config();
        let works = |line: Line| {
            let words: Vec<_> = config.args(line).into_iter().filter_map(Known::known).collect();
            let (target, codes) = words.split_last()?;
            let gateway = codes.iter().any(|code| matches!(code.as_ref(), "502" | "503" | "504"));
            let named = self.locations(passed.state.server).named(target).filter(|_| gateway)?;
            match Follower::new(self).run_in(&mut passed.state.clone(), named) {
                End::Passed(fallback) => Some(self.judge(&fallback, &[]) != Handshake::Fails),
                _ => None,
            }
        };
        let list = config.list(passed.state.level, Directive::ErrorPage);
        list.lines.into_iter().any(|line| works(line) == Some(true))
    }

    fn note_idle(&self, outcome: &mut Outcome, idle: &Idle) {
        outcome.idle_timeout = idle.limit.clone();
        outcome.idle_timeout_by = Some(idle.directive.to_owned());
        outcome.idle_timeout_site = idle.set.map(|(line, _)| self.config().site(line));
    }

    /// Takes back what is not sure after all.
    fn apply_doubts(&self, outcome: &mut Outcome, follower: &Follower<'_, '_>, wants_upgrade: bool) {
        if let Some(auth) = follower.auth {
            outcome.handshake = match outcome.handshake {
                Handshake::Fails => Handshake::Fails,
                _ => Handshake::Unknown,
            };
            outcome.answered_by = AnsweredBy::Unknown;
            outcome.status = Known::Unknown;
            let taken_over = |status: &str| self.error_page_takes(follower, status);
            if auth.leaks || taken_over("401") || taken_over("403") {
                forget(outcome);
            }
        }
        let Some(doubt) = follower.doubts.first() else { return };
        let only_answers = doubt.only_answers && follower.doubts.iter().all(|doubt| doubt.only_answers);
        if outcome.handshake == Handshake::Succeeds || !only_answers {
            outcome.handshake = Handshake::Unknown;
        }
        outcome.answered_by = AnsweredBy::Unknown;
        if wants_upgrade || !only_answers {
            outcome.status = Known::Unknown;
        }
        if !only_answers {
            forget(outcome);
        }
    }

    /// Whether an `error_page` at the level of the `auth_request` takes over a status.
    fn error_page_takes(&self, follower: &Follower<'_, '_>, status: &str) -> bool {
        let config = self.config();
        let Some(line) = follower.auth.map(|auth| auth.line) else { return false };
        let level = config.contexts().find(|(_, context)| context.lines.contains(&line));
        level.is_some_and(|(level, _)| {
            config.list(level, Directive::ErrorPage).lines.iter().any(|&line| {
                config.args(line).iter().any(|word| matches!(word, Known::Known(word) if word == status))
            })
        })
    }

    /// Whether the target version speaks HTTP/1.1 on a socket with `http2` and without `ssl`.
    pub(super) fn speaks_both_on_plain_sockets(&self) -> bool {
        self.version() >= PLAIN_HTTP2_BESIDE_HTTP1
    }
}

/// Nothing reaches an upstream.
fn not_passed() -> Outcome {
    Outcome {
        handshake: Handshake::Fails,
        answered_by: AnsweredBy::Proxy,
        upstream: Known::Known(None),
        backend: Known::Known(None),
        uri: Known::Known(None),
        host: Known::Known(None),
        upgrade: Known::Known(None),
        connection: Known::Known(None),
        ..Outcome::unknown()
    }
}

fn answered(answer: &Answer) -> Outcome {
    let status = match answer.status {
        Known::Known(status) => Known::Known(Some(status)),
        Known::Unknown => Known::Unknown,
    };
    let mut outcome = Outcome { status, ..not_passed() };
    if matches!(answer.kind, AnswerKind::Redirect | AnswerKind::SlashRedirect) {
        // What arrives then depends on whether the client follows; browsers do not follow in a handshake.
        forget(&mut outcome);
    }
    outcome
}

fn forget(outcome: &mut Outcome) {
    outcome.upstream = Known::Unknown;
    outcome.backend = Known::Unknown;
    outcome.uri = Known::Unknown;
    outcome.host = Known::Unknown;
    outcome.upgrade = Known::Unknown;
    outcome.connection = Known::Unknown;
}
