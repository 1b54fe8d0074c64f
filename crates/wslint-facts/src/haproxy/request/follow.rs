//! The way of one request: listener, frontend rules, backend, server, and back. One run, with an oracle for what
//! cannot be decided.
//!
//! The order is HAProxy's own (measured): `tcp-request` connection and session rules, content rules,
//! `monitor-uri`, all `http-request` rules, statistics, `redirect` rules, `use_backend` in the order of the text,
//! `default_backend`, then the same lists of the backend, then the choice of a server, then `http-response` rules
//! of the backend and of the frontend, and `http-after-response` rules of both over whatever goes back.

use super::journey::{Answer, End, Hop, Journey, answered};
use super::oracle::Oracle;
use super::rules::Verdict;
use super::walk::{Connection, Walk};
use super::{listeners, tunnel};
use crate::haproxy::acl::message::Message;
use crate::haproxy::acl::view::Seen;
use crate::haproxy::config::Config;
use crate::haproxy::config::action::Stage;
use crate::haproxy::config::proxy::ProxyId;
use crate::length::Kept;
use crate::project::HaproxyRoot;
use crate::request::Request;
use crate::trace::Steps;
use crate::version::Version;

/// How many frontends of one configuration a request may pass: more is a loop.
const MOST_HOPS: usize = 8;

/// Where a request starts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    /// At the listener that the URL or the socket names.
    Listener,
    /// At this section and `bind` line, with whatever header fields browsers may send beside those given.
    Section(ProxyId, Option<usize>),
    /// At this section and `bind` line, with no header fields but those given.
    Bare(ProxyId, Option<usize>),
}

impl Walk<'_, '_> {
    /// Follows a request from the client to its end.
    pub(crate) fn run<'p>(
        config: &Config<'p>,
        root: &HaproxyRoot,
        oracle: &mut Oracle,
        request: &Request,
        start: Start,
    ) -> Journey {
        let mut walk = Walk {
            config,
            root,
            oracle,
            steps: Steps::default(),
            message: Message::raw(request),
            connection: Connection::of(request),
            websocket: request.scheme.is_websocket(),
            foreign_variables: false,
            set_timeouts: Vec::new(),
        };
        walk.message.open = matches!(start, Start::Section(..));
        walk.set_process_variables();
        if let Start::Section(frontend, bind) | Start::Bare(frontend, bind) = start {
            // Whatever stands before a listener that wants a PROXY header sends one.
            let line = bind.and_then(|bind| config.proxy(frontend).binds.get(bind));
            walk.connection.proxy_header = line.is_some_and(|line| line.accept_proxy);
        }
        let mut hops: Vec<Hop> = Vec::new();
        let mut been = Vec::new();
        let mut answer = Answer::default();
        let end = loop {
            let (frontend, bind) = match start {
                Start::Section(frontend, bind) | Start::Bare(frontend, bind) if hops.is_empty() => {
                    (frontend, bind)
                }
                _ => match listeners::find(&mut walk) {
                    Ok((frontend, bind)) => (frontend, Some(bind)),
                    Err(end) => break end,
                },
            };
            hops.push(Hop { frontend, bind, switch: None, backend: None, http: false, limit: None });
            walk.set_timeouts.clear();
            walk.message.method.clone_from(&walk.message.sent_method);
            let Some(hop) = hops.last_mut() else { unreachable!("a hop was just pushed") };
            let end = walk.hop(hop, &mut answer);
            let end = walk.error_page(hop, end);
            match walk.after_response(hop, end, &mut answer) {
                End::Sent { upstream: Some(upstream), over_h2: Some(false), unsure }
                    if listeners::leads_back(&mut walk, &upstream, &hops) =>
                {
                    let note = format!("{upstream} is a listener of this configuration");
                    walk.step("server", None, note);
                    if unsure {
                        break End::Sent { upstream: None, over_h2: Some(false), unsure };
                    }
                    let passed = (frontend, walk.message.sent_target(), walk.message.headers.clone());
                    if hops.len() == MOST_HOPS || been.contains(&passed) {
                        // The connections that HAProxy makes to itself use up what it may have (measured).
                        walk.step("server", None, "the request goes round in a circle".to_owned());
                        break End::Dropped { keyword: "circle", site: None };
                    }
                    been.push(passed);
                }
                // Whether the server at the end expects a PROXY header is not in this configuration.
                End::Sent { upstream, over_h2, unsure } => {
                    break End::Sent {
                        upstream,
                        over_h2,
                        unsure: unsure || walk.connection.sends_proxy_header,
                    };
                }
                End::Dropped { keyword, site }
                    if keyword != "silent-drop"
                        && hops.iter().rev().nth(1).is_some_and(|before| before.http) =>
                {
                    // The hop before sees its server close the connection.
                    walk.step("server", site, "the hop before answers 502".to_owned());
                    break answered("closed by the next hop", Some(502), site);
                }
                end => break end,
            }
        };
        // Nobody asks for the variables behind the last rule, and there may be many runs.
        walk.message.variables = Kept::default();
        Journey { steps: walk.steps, hops, end, message: walk.message, answer }
    }

    /// Follows the request through one frontend and its backend.
    fn hop(&mut self, hop: &mut Hop, answer: &mut Answer) -> End {
        if let Err(end) = listeners::accept(self, hop) {
            return end;
        }
        let frontend = hop.frontend;
        self.foreign_variables |= self.config.sets_foreign_variables(frontend);
        hop.http = self.config.is_http(frontend);
        for stage in [Stage::TcpConnection, Stage::TcpSession] {
            if self.asks(frontend, stage)
                && let Some(end) = self.stage(frontend, stage)
            {
                return end;
            }
        }
        if hop.http {
            if let Some(end) = self.read_http(frontend) {
                return end;
            }
        } else {
            self.connection.readable = self.readable_in_tcp(frontend);
        }
        match self.rules(frontend, Stage::TcpContent) {
            Verdict::Pass => {}
            Verdict::SwitchedToHttp => {
                hop.http = true;
                self.connection.readable = Seen::Yes;
                if let Some(end) = self.read_http(frontend) {
                    return end;
                }
            }
            Verdict::End(end) => return end,
        }
        if hop.http
            && let Some(end) = self.http_lists(frontend)
        {
            return end;
        }
        let backend = match self.switch(frontend, hop) {
            Ok(backend) => backend,
            Err(end) => return end,
        };
        hop.backend = Some(backend);
        self.foreign_variables |= self.config.sets_foreign_variables(backend);
        let backend_http = self.config.is_http(backend);
        if backend != frontend {
            if !hop.http && backend_http {
                // A tcp frontend may lead to an http backend: the stream becomes HTTP there (measured).
                hop.http = true;
                self.connection.readable = Seen::Yes;
                if let Some(end) = self.read_http(backend) {
                    return end;
                }
            }
            if let Some(end) = self.stage(backend, Stage::TcpContent) {
                return end;
            }
            if hop.http
                && let Some(end) = self.http_lists(backend)
            {
                return end;
            }
        }
        let end = self.choose_server(backend);
        hop.limit = Some(tunnel::limit(self, frontend, backend));
        if matches!(end, End::Sent { .. }) && hop.http {
            self.send_http(frontend, backend);
            let replaced = match self.forced_upgrade() {
                None if self.websocket => self.response(frontend, backend, answer),
                forced => forced,
            };
            if let Some(mut replaced) = replaced {
                if let (End::Answered { sent_to, .. }, End::Sent { upstream, .. }) = (&mut replaced, &end) {
                    *sent_to = Some(upstream.clone());
                }
                return replaced;
            }
        }
        end
    }

    /// Whether the rules of a list that comes before the request are run at all: until 3.0.4 those of `defaults` were
    /// only where the section itself has one of the kind (measured; haproxy#2637).
    fn asks(&self, frontend: ProxyId, stage: Stage) -> bool {
        let fixed = self.config.version >= Version(3, 0, 4);
        fixed || self.config.proxy(frontend).rules.iter().any(|rule| rule.stage == stage)
    }
}
