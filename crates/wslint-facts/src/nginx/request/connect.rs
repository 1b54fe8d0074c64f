//! From a connection to the server that answers it, and on through servers of the same config that proxy to each
//! other.

use super::end::{Answer, AnswerKind, End, Passed};
use super::follow::Follower;
use super::state::{Http, State};
use crate::length::shortened;
use crate::nginx::config::inherit::Scalar;
use crate::nginx::config::listen::{Address, Choice, Connection};
use crate::nginx::config::names::Directive;
use crate::nginx::config::{ContextId, Line};
use crate::nginx::model::Model;
use crate::nginx::variables::host_without_port;
use crate::request::{Request, Scheme};
use crate::trace::Known;
use crate::version::Version;

/// The version from which one plain socket speaks HTTP/1.1 beside HTTP/2.
pub(in crate::nginx) const PLAIN_HTTP2_BESIDE_HTTP1: Version = Version(1, 25, 1);
/// Servers of one config that proxy to each other are followed this far.
const MAX_HOPS: usize = 8;

impl Follower<'_, '_> {
    /// Follows a request from its connection on.
    pub(in crate::nginx) fn connect(&mut self, request: &Request) -> End {
        let address = match &request.listen {
            Some(address) => Address::read(address),
            None => Address::read(&format!("{}:{}", bracketed(&request.host), request.port)),
        };
        let host = request.header("Host").map_or("", host_without_port).to_owned();
        if let Some(end) = self.connect_stream(&address) {
            return end;
        }
        match self.choose(&address, &host) {
            Ok(choice) => match self.arrive(&choice, request.scheme.is_tls(), &request.http) {
                Some(end) => end,
                None => match self.model().arrival(request, &choice) {
                    Some(state) => {
                        let end = self.serve(state, choice, &address);
                        match self.through(end) {
                            End::Passed(passed) if passed.upstream == Known::Known(None) => {
                                self.without_server(*passed)
                            }
                            end => end,
                        }
                    }
                    None => bad_request(choice.listen),
                },
            },
            Err(end) => end,
        }
    }

    /// `stream {}` hands a connection on without looking at the request.
    fn connect_stream(&mut self, address: &Address) -> Option<End> {
        let model = self.model();
        let Connection::Server(choice) = model.stream_listeners().connect(address, "") else {
            return None;
        };
        self.step("listen", choice.listen, "a stream server accepts the connection");
        Some(match self.tunnel(choice.server) {
            End::Tunnelled { pass, upstream: Known::Known(None), .. } => End::Closed(Some(pass)),
            end => end,
        })
    }

    /// What a server of `stream {}` does with a connection.
    pub(in crate::nginx) fn tunnel(&mut self, server: ContextId) -> End {
        let model = self.model();
        let config = model.config();
        let Some(pass) = config.own_last(server, Directive::ProxyPass) else {
            return End::Unknown;
        };
        let (pool, upstream) = match config.known_arg(pass, 0) {
            Some(value) if value.contains('$') => (None, Known::Unknown),
            Some(value) => match model.stream_pool(&value) {
                Some(pool) => (Some(pool.name.clone()), model.pick(pool, None)),
                None => (None, Known::Known(Some(value.into_owned()))),
            },
            None => (None, Known::Unknown),
        };
        self.step("upstream", Some(pass), "the connection is handed on as it is");
        End::Tunnelled { server, pass, pool, upstream }
    }

    fn choose(&mut self, address: &Address, host: &str) -> Result<Choice, End> {
        let model = self.model();
        match model.http_listeners().connect(address, host) {
            Connection::Refused => {
                self.step("listen", None, "nothing listens at this address");
                Err(End::Closed(None))
            }
            Connection::Unknown => {
                self.step("listen", None, "it cannot be told which server answers");
                Err(End::Unknown)
            }
            Connection::Server(choice) => {
                self.step("listen", choice.listen, "accepts the connection");
                let opener = model.config().context(choice.server).opener;
                let name = model.config().own(choice.server, Directive::ServerName).next();
                let (line, note) = if choice.by_name {
                    (name.or(opener), format!("`{}` is one of its names", shortened(host)))
                } else {
                    (opener, format!("no server has the name `{}`: this is the default", shortened(host)))
                };
                self.step("server", line, &note);
                Ok(choice)
            }
        }
    }

    /// What the socket makes of the protocol. `Some` is how the connection ends.
    fn arrive(&mut self, choice: &Choice, tls: bool, http: &str) -> Option<End> {
        if tls && !choice.tls {
            self.step("listen", choice.listen, "speaks no TLS");
            return Some(End::Closed(choice.listen));
        }
        if !tls && choice.tls {
            return Some(End::Answered(Answer {
                status: Known::Known(400),
                kind: AnswerKind::PlainToTls,
                line: choice.listen,
                target: None,
            }));
        }
        let only_http2 = choice.plain_http2 && self.model().version() < PLAIN_HTTP2_BESIDE_HTTP1;
        if only_http2 && http != "2" {
            self.step("listen", choice.listen, "speaks HTTP/2 and nothing else");
            return Some(End::Closed(choice.listen));
        }
        None
    }

    /// Follows a request that has arrived at a server.
    fn serve(&mut self, mut state: State, choice: Choice, address: &Address) -> End {
        if let Some(end) = self.model().refuse_unreadable(&state, &choice) {
            return end;
        }
        state.client = self.model().client_of(address, choice.server);
        if let Some(captures) = choice.captures {
            state.take(captures);
        }
        self.find_and_run(&mut state)
    }

    /// Follows a request that is handed to another server of the same config, and notes the servers on the way.
    pub(in crate::nginx) fn through(&mut self, end: End) -> End {
        let mut end = end;
        while let End::Passed(passed) = end {
            match self.next_hop(&passed) {
                Some(next) if self.hops.len() < MAX_HOPS => {
                    self.hops.push(*passed);
                    end = next;
                }
                _ => return End::Passed(passed),
            }
        }
        end
    }

    /// The same, with the servers that were passed through.
    pub(in crate::nginx) fn through_noting_hops(&mut self, end: End) -> (End, Vec<Passed>) {
        let end = self.through(end);
        (end, std::mem::take(&mut self.hops))
    }

    /// The end of the way of a request that this config itself listens for, or `None` for one that leaves it.
    fn next_hop(&mut self, passed: &Passed) -> Option<End> {
        let destination = passed.destination.as_ref()?;
        let Known::Known(Some(upstream)) = &passed.upstream else { return None };
        let address = Address::read(upstream);
        let local = match &address {
            Address::One(host, _) => {
                let ip = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
                ip.is_ok_and(|ip| ip.is_loopback())
            }
            Address::Unix(_) => true,
            Address::Any(_) | Address::Unknown => false,
        };
        if !local {
            return None;
        }
        let model = self.model();
        let host = match model.sent_header(&passed.state, "Host").joined() {
            Known::Known(host) => host.unwrap_or_default(),
            Known::Unknown => String::new(),
        };
        let host = host_without_port(&host).to_owned();
        if !matches!(model.http_listeners().connect(&address, &host), Connection::Server(_)) {
            return None;
        }
        let choice = match self.choose(&address, &host) {
            Ok(choice) => choice,
            Err(end) => return Some(end),
        };
        if let Some(end) = self.arrive(&choice, destination.tls, "1.1") {
            // A TLS handshake with a plain socket fails, and the first server answers 502 for it.
            return Some(match end {
                End::Closed(Some(line)) => End::Answered(Answer::error(502, line)),
                end => end,
            });
        }
        let Known::Known(target) = &passed.target else { return Some(End::Unknown) };
        let scheme = if destination.tls { Scheme::Https } else { Scheme::Http };
        let mut request = Request::plain(scheme, &host, choice.port, target);
        request.method = model.sent_method(&passed.state).known().unwrap_or_default();
        request.http = match model.upstream_http(passed.state.level).0 {
            Known::Known(Http::V10) => "1.0".to_owned(),
            _ => "1.1".to_owned(),
        };
        let Some(mut state) = model.arrival(&request, &choice) else {
            return Some(bad_request(choice.listen));
        };
        state.headers = model.sent_headers(&passed.state);
        state.representative = passed.state.representative;
        state.any_host = passed.state.any_host;
        Some(self.serve(state, choice, &address))
    }
}

impl Model<'_> {
    /// A request as it arrives at the server that was chosen for it. `None` for a target that nginx answers with 400.
    fn arrival(&self, request: &Request, choice: &Choice) -> Option<State> {
        // The path is read before the host is known, and so by the default server's `merge_slashes`.
        let merge_slashes = self.merges_slashes(choice.default);
        State::new(request, choice.server, choice.port, merge_slashes)
    }

    /// `merge_slashes`, on by default.
    pub(in crate::nginx) fn merges_slashes(&self, server: ContextId) -> bool {
        match self.config().scalar(server, Directive::MergeSlashes) {
            Scalar::Set(line, _) => self.config().known_arg(line, 0).is_none_or(|value| value != "off"),
            Scalar::Default | Scalar::Unknown => true,
        }
    }

    /// The method that the upstream gets.
    pub(in crate::nginx) fn sent_method(&self, state: &State) -> Known<String> {
        match self.config().scalar(state.level, Directive::ProxyMethod) {
            Scalar::Default => Known::Known(state.method.clone()),
            Scalar::Unknown => Known::Unknown,
            Scalar::Set(line, _) => match self.config().arg(line, 0) {
                Some(Known::Known(text)) => self.evaluate(&text, state),
                _ => Known::Unknown,
            },
        }
    }

    /// Whether both halves of the client's upgrade reach the program that this level hands requests to.
    pub(in crate::nginx) fn upgrade_reaches(&self, state: &State, pass: Line) -> bool {
        if pass.name != Some(Directive::ProxyPass) {
            return false;
        }
        let sends = |header: &str, token: &str| self.sent_header(state, header).holds(token) == Some(true);
        sends("Upgrade", "websocket") && sends("Connection", "upgrade")
    }
}

fn bad_request(line: Option<Line>) -> End {
    End::Answered(Answer { status: Known::Known(400), kind: AnswerKind::Error, line, target: None })
}

fn bracketed(host: &str) -> String {
    if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() }
}
