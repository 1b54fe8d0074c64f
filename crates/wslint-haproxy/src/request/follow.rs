//! The way of one request through one hop: listener, frontend rules, backend, server, and back.
//!
//! The order is HAProxy's own (measured): `tcp-request` connection and session rules, content rules,
//! `monitor-uri`, all `http-request` rules, statistics, `redirect` rules, `use_backend` in the order of the text,
//! `default_backend`, then the same lists of the backend, then the choice of a server, then `http-response` rules
//! of the backend and of the frontend, and `http-after-response` rules of both over whatever goes back.

use super::rules::Verdict;
use super::stop::Stop;
use super::walk::Walk;
use super::{listeners, tunnel};
use crate::acl::sample::Sample;
use crate::acl::view::Seen;
use crate::config::Config;
use crate::config::action::Stage;
use crate::config::proxy::ProxyId;
use wslint_model::way::{self, Arrival, Connect, End, Hop, Http, Oracle, Protocol};
use wslint_model::{HaproxyRoot, Known, Proxy, Version};

/// The sections that a request passes in a hop, which only HAProxy's own questions need.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    /// The section that took the connection.
    frontend: ProxyId,
    /// The index of its `bind` line; `None` where it has none that could be read.
    bind: Option<usize>,
    /// The index of the `use_backend` rule that was taken; `None` for `default_backend` or own servers.
    pub(crate) switch: Option<usize>,
    /// The way that the request takes, or would take if it did not end before; `None` where that is not decided.
    pub(crate) way: Option<Option<usize>>,
    /// The section whose servers were asked.
    pub(crate) backend: Option<ProxyId>,
    /// Whether the request was handled as HTTP.
    http: bool,
    /// Whether it came to the choice of a server.
    asks_server: bool,
}

/// Follows a request from the listener that takes it.
pub(crate) fn follow(config: &Config<'_>, root: &HaproxyRoot, arrival: &Arrival, oracle: &mut Oracle) -> Hop {
    let mut walk = begin(config, root, oracle, arrival);
    match listeners::find(&mut walk) {
        Ok((frontend, bind)) => hop(walk, arrival, frontend, Some(bind)).0,
        Err(stop) => Hop {
            proxy: Proxy::Haproxy,
            config: 0,
            arrival: arrival.clone(),
            steps: walk.steps.into_vec(),
            listener: None,
            routes: Vec::new(),
            http: false,
            backend: Known::Known(None),
            sent: None,
            idle: None,
            reply: walk.reply,
            end: stop.into(),
        },
    }
}

/// Follows a request that has come to a section, at one of its `bind` lines.
pub(crate) fn follow_at(
    config: &Config<'_>,
    root: &HaproxyRoot,
    arrival: &Arrival,
    (frontend, bind): (ProxyId, Option<usize>),
    oracle: &mut Oracle,
) -> (Hop, Taken) {
    hop(begin(config, root, oracle, arrival), arrival, frontend, bind)
}

/// The start of a hop.
fn begin<'w, 'p>(
    config: &'w Config<'p>,
    root: &'w HaproxyRoot,
    oracle: &'w mut Oracle,
    arrival: &Arrival,
) -> Walk<'w, 'p> {
    let mut walk = Walk::new(config, root, oracle, arrival);
    walk.set_process_variables();
    for name in &config.converter_variables {
        walk.message.variables.insert(name, Sample::Unknown);
    }
    walk
}

fn hop(mut walk: Walk<'_, '_>, arrival: &Arrival, frontend: ProxyId, bind: Option<usize>) -> (Hop, Taken) {
    let config = walk.config;
    let section = config.proxy(frontend);
    let mut taken =
        Taken { frontend, bind, switch: None, way: None, backend: None, http: false, asks_server: false };
    walk.message.method.clone_from(&walk.message.sent_method);
    let sent = walk.through(&mut taken);
    let end = walk.back(&mut taken, sent);
    taken.way = match taken.backend {
        Some(_) => Some(taken.switch),
        // What ends before it comes to a backend is told of the way that it would take.
        None => walk.would_take(frontend),
    };
    let backend = match (&end, taken.backend) {
        (End::Unknown, _) => Known::Unknown,
        _ if walk.one_of_many => Known::Unknown,
        (_, backend) => Known::Known(backend.map(|backend| config.proxy(backend).name.clone())),
    };
    let connect = match &end {
        End::Sent(connect) => Some(connect),
        End::Answered { asked, .. } => asked.as_ref(),
        End::Dropped { .. } | End::Unknown => None,
    };
    let sent = connect.map(|connect| walk.sent(connect));
    // Where no server takes the request now, one may be put in at run time.
    let idle =
        taken.backend.filter(|_| taken.asks_server).map(|backend| tunnel::idle(&walk, frontend, backend));
    let listener = bind.and_then(|bind| section.binds.get(bind));
    let hop = Hop {
        proxy: Proxy::Haproxy,
        config: 0,
        arrival: arrival.clone(),
        listener: listener.map(|line| section.statements[line.statement].site()),
        routes: taken.way.map(|switch| config.way(frontend, switch).1).into_iter().collect(),
        http: taken.http,
        backend,
        sent,
        idle,
        steps: walk.steps.into_vec(),
        reply: walk.reply,
        end,
    };
    (hop, taken)
}

impl Walk<'_, '_> {
    /// Follows the request through the frontend and its backend to a server.
    fn through(&mut self, taken: &mut Taken) -> Result<Connect, Stop> {
        let frontend = taken.frontend;
        listeners::accept(self, frontend, taken.bind)?;
        self.foreign_variables |= self.config.sets_foreign_variables(frontend);
        taken.http = self.config.is_http(frontend);
        for stage in [Stage::TcpConnection, Stage::TcpSession] {
            if self.asks(frontend, stage)
                && let Some(stop) = self.stage(frontend, stage)
            {
                return Err(stop);
            }
        }
        if taken.http {
            passes(self.read_http(frontend))?;
        } else {
            self.connection.readable = self.readable_in_tcp(frontend);
        }
        match self.rules(frontend, Stage::TcpContent) {
            Verdict::Pass => {}
            Verdict::SwitchedToHttp => {
                taken.http = true;
                self.connection.readable = Seen::Yes;
                passes(self.read_http(frontend))?;
            }
            Verdict::End(stop) => return Err(stop),
        }
        if taken.http {
            passes(self.http_lists(frontend))?;
        }
        let (switch, backend) = self.switch(frontend)?;
        if !taken.http && backend != frontend && self.config.is_http(backend) {
            // Where a tcp frontend leads to an http backend the connection becomes HTTP, and the frontend's rules of HTTP
            // are asked after all; the backend stays the one that was chosen (measured on 2.6).
            taken.http = true;
            self.connection.readable = Seen::Yes;
            passes(self.read_http(frontend))?;
            passes(self.http_lists(frontend))?;
        }
        taken.switch = switch;
        taken.backend = Some(backend);
        self.foreign_variables |= self.config.sets_foreign_variables(backend);
        if backend != frontend {
            passes(self.stage(backend, Stage::TcpContent))?;
            if taken.http {
                passes(self.http_lists(backend))?;
            }
        }
        taken.asks_server = true;
        let connect = self.choose_server(backend, taken.http)?;
        if !taken.http {
            return Ok(connect);
        }
        self.send_http(frontend, backend);
        let replaced = match self.forced_upgrade() {
            None if self.websocket => self.response(frontend, backend),
            forced => forced,
        };
        match replaced {
            Some(mut answer) => {
                answer.asked = Some(connect);
                Err(answer.into())
            }
            None => Ok(connect),
        }
    }

    /// What goes back to the client.
    fn back(&mut self, taken: &mut Taken, sent: Result<Connect, Stop>) -> End {
        let (frontend, backend) = (taken.frontend, taken.backend);
        match sent {
            Ok(connect) => {
                if self.websocket && taken.http {
                    self.after_response(frontend, backend, None);
                    self.reply_with_status();
                }
                End::Sent(connect)
            }
            Err(Stop::Answered(answer)) => match self.error_page(frontend, backend, answer) {
                Stop::Answered(mut answer) => {
                    self.after_response(frontend, backend, Some(&mut answer));
                    Stop::Answered(answer).into()
                }
                stop => stop.into(),
            },
            Err(stop) => stop.into(),
        }
    }

    /// Whether the rules of a list that comes before the request are run at all: until 3.0.4 those of `defaults` were
    /// only where the section itself has one of the kind (measured; haproxy#2637).
    fn asks(&self, frontend: ProxyId, stage: Stage) -> bool {
        let fixed = self.config.version >= Version(3, 0, 4);
        fixed || self.config.proxy(frontend).rules.iter().any(|rule| rule.stage == stage)
    }

    /// The request as it leaves. In HTTP/2 an extended CONNECT stands for what is written here as a handshake of
    /// HTTP/1.1 (RFC 8441).
    fn sent(&self, connect: &Connect) -> way::Message {
        let mut sent = self.message.sent();
        match connect.protocol {
            Protocol::Http2 => sent.http.value = Known::Known(Http::V2),
            Protocol::Either => sent.http.value = Known::Unknown,
            Protocol::Http1 | Protocol::Raw | Protocol::Gateway | Protocol::NoUpgrade => {}
        }
        sent
    }
}

/// Goes on where a list did not end the request.
fn passes(ended: Option<Stop>) -> Result<(), Stop> {
    ended.map_or(Ok(()), Err)
}
