//! From a connection to the server that answers it.

use super::exit::{Answer, AnswerKind, Entry, Exit, PLAIN_TO_TLS, Passage, TLS_TO_PLAIN, Tunnel};
use super::follower::Follower;
use super::{client, pick, reading};
use crate::config::inherit::Scalar;
use crate::config::listen;
use crate::config::listeners::{Choice, Connection};
use crate::config::names::Directive;
use crate::config::{ContextId, Line};
use crate::model::Model;
use crate::variables::evaluate::evaluate;
use crate::variables::of_request::host_without_port;
use crate::variables::state::State;
use wslint_model::length::shortened;
use wslint_model::way::{Address, Arrival, Hop, Http, Listens, Oracle, PROXY_HEADER};
use wslint_model::{Known, Version};

/// The version from which one plain socket speaks HTTP/1.1 beside HTTP/2.
pub(crate) const PLAIN_HTTP2_BESIDE_HTTP1: Version = Version(1, 25, 1);

/// The statuses by which `error_page` knows a plain request at a socket that speaks TLS, and a client that shows no
/// certificate; clients get 400 for both.
const PLAIN_TO_TLS_STATUS: u16 = 497;
const NO_CERTIFICATE_STATUS: u16 = 496;

/// How certainly a configuration listens at an address.
pub(crate) fn listens(model: &Model<'_>, address: &Address) -> Listens {
    let address = listen::Address::of(address);
    model.stream_listeners().listens(&address).max(model.http_listeners().listens(&address))
}

/// Follows what arrives to where it leaves.
pub(crate) fn follow(model: &Model<'_>, arrival: &Arrival, oracle: &mut Oracle) -> Hop {
    let passage = Follower::new(model, oracle).enter(arrival);
    passage.hop(model, arrival, oracle)
}

impl Follower<'_, '_, '_> {
    /// Follows a request from its connection on. What `stream {}` listens for, it passes on without looking at it.
    fn enter(&mut self, arrival: &Arrival) -> Passage {
        let model = self.model();
        let address = listen::Address::of(&arrival.address);
        if let Connection::Server(choice) = model.stream_listeners().connect(&address, "") {
            return self.enter_stream(arrival, &choice);
        }
        match self.choose(&address, arrival) {
            Ok(choice) => self.serve(arrival, choice),
            Err(exit) => {
                let entry = Entry { listen: None, server: None, tls: false, proxy_protocol: false };
                self.passage(entry, model.config().outermost(), exit)
            }
        }
    }

    fn enter_stream(&mut self, arrival: &Arrival, choice: &Choice) -> Passage {
        self.step("listen", choice.listen, "a stream server accepts the connection");
        let entry = entry(choice);
        match self.mismatch(arrival, choice) {
            Some(exit) => self.passage(entry, choice.server, exit),
            None => self.tunnel(arrival, entry, choice.server),
        }
    }

    /// What a server of `stream {}` does with a connection.
    pub(crate) fn tunnel(&mut self, arrival: &Arrival, entry: Entry, server: ContextId) -> Passage {
        let model = self.model();
        let line = model.config().own_last(server, Directive::ProxyPass);
        let written = line.and_then(|line| model.config().known_arg(line, 0));
        let (Some(line), Some(state)) = (line, State::of_connection(arrival, server)) else {
            return self.passage(entry, server, Exit::Unknown);
        };
        let (pool, upstream) = match written.and_then(|written| self.address_in_stream(state, &written)) {
            Some(address) => match model.stream_pool(&address) {
                Some(pool) => (Known::Known(Some(pool.name.clone())), pick::pick(model, pool, None)),
                None => (Known::Known(None), Known::Known(Some(address))),
            },
            None => (Known::Unknown, Known::Unknown),
        };
        self.step("upstream", Some(line), "the connection is passed on as it is");
        let exit = match upstream {
            Known::Known(None) => Exit::Closed { by: "no server", line: Some(line) },
            upstream => Exit::Tunnelled(Tunnel { server, line, pool, upstream }),
        };
        self.passage(entry, server, exit)
    }

    /// The address that a `proxy_pass` of `stream {}` names, or the tables behind its variables.
    fn address_in_stream(&mut self, mut state: State, written: &str) -> Option<String> {
        self.settle_address(&mut state, written);
        evaluate(self.model(), written, &state).known().filter(|address| !address.is_empty())
    }

    /// The server that a connection and the host of its request lead to.
    fn choose(&mut self, address: &listen::Address, arrival: &Arrival) -> Result<Choice, Exit> {
        let model = self.model();
        let host = match arrival.message.lines("Host").next().map(|field| &field.value) {
            Some(Known::Known(host)) => Some(host_without_port(host).to_owned()),
            Some(Known::Unknown) => None,
            None => Some(String::new()),
        };
        let connection = match &host {
            Some(host) => model.http_listeners().connect(address, host),
            None => self.choose_blindly(address),
        };
        match connection {
            Connection::Refused => {
                self.step("listen", None, "nothing listens at this address");
                Err(Exit::Closed { by: "no listener", line: None })
            }
            Connection::Unknown => {
                self.step("listen", None, "it cannot be told which server answers");
                Err(Exit::Unknown)
            }
            Connection::Server(choice) => {
                self.step("listen", choice.listen, "accepts the connection");
                let opener = model.config().context(choice.server).opener;
                let name = model.config().own(choice.server, Directive::ServerName).next();
                let told = host.as_deref().unwrap_or("a host that cannot be told");
                let (line, note) = if choice.by_name {
                    (name.or(opener), format!("`{}` is one of its names", shortened(told)))
                } else {
                    (opener, format!("no server has the name `{}`: this is the default", shortened(told)))
                };
                self.step("server", line, note);
                Ok(choice)
            }
        }
    }

    /// The server of a request whose host is not known: each that has a name may be meant.
    fn choose_blindly(&mut self, address: &listen::Address) -> Connection {
        let model = self.model();
        let Some(candidates) = model.http_listeners().candidates(address) else { return Connection::Unknown };
        let named = candidates.into_iter().find(|(choice, name)| match (choice.by_name, name) {
            (true, name) => self.oracle.guess(&format!("$host = \"{name}\"")),
            (false, _) => true,
        });
        named.map_or(Connection::Unknown, |(choice, _)| Connection::Server(choice))
    }

    /// Follows a request that comes to a server.
    fn serve(&mut self, arrival: &Arrival, choice: Choice) -> Passage {
        let entry = entry(&choice);
        let mismatch = self.mismatch(arrival, &choice);
        let plain_to_tls = match mismatch {
            Some(Exit::Answered(answer)) if answer.kind == AnswerKind::PlainToTls => Some(answer),
            Some(exit) => return self.passage(entry, choice.server, exit),
            None => None,
        };
        // The path is read before the host is known, and so by the default server's `merge_slashes`.
        let merge_slashes = reading::merges_slashes(self.model(), choice.default);
        let Some(mut state) = State::new(&arrival.message, choice.server, choice.port, merge_slashes) else {
            return self.passage(entry, choice.server, bad_request(choice.listen));
        };
        state.tls = arrival.tls;
        state.websocket = arrival.websocket;
        state.client = client::client_of(self.model(), arrival.client, choice.server);
        if let Some(answer) = plain_to_tls {
            let exit = self.refuse_early(&mut state, PLAIN_TO_TLS_STATUS, answer);
            return self.finish(entry, &state, exit);
        }
        if let Some(exit) = self.demand_certificate(&mut state, &choice) {
            return self.finish(entry, &state, exit);
        }
        let exit = match reading::refuse_unreadable(self.model(), &state, &choice) {
            Some(exit) => exit,
            None => {
                if let Some(captures) = choice.captures {
                    state.take(captures);
                }
                self.find_and_run(&mut state)
            }
        };
        self.finish(entry, &state, exit)
    }

    /// The end of a request's way through a server: an upstream without a server in use answers 502, unless `error_page`
    /// knows better.
    pub(crate) fn finish(&mut self, entry: Entry, state: &State, exit: Exit) -> Passage {
        let Exit::Passed(pass) = exit else { return self.passage(entry, state.level, exit) };
        if pass.upstream != Known::Known(None) {
            return self.passage(entry, state.level, Exit::Passed(pass));
        }
        let level = pass.state.level;
        match self.without_server((*pass).clone()) {
            // The facts speak of the pass all the same.
            Exit::Answered(answer) if answer.status == Known::Known(502) => {
                Passage { instead: Some(answer), ..self.passage(entry, level, Exit::Passed(pass)) }
            }
            exit => self.passage(entry, level, exit),
        }
    }

    /// The way of a request that has left. `level` is what was in force at the end.
    pub(crate) fn passage(&mut self, entry: Entry, level: ContextId, exit: Exit) -> Passage {
        Passage {
            entry,
            level: match &exit {
                Exit::Passed(pass) => pass.state.level,
                _ => level,
            },
            copied: self.worst_copy(&exit),
            exit,
            instead: None,
            chosen: std::mem::take(&mut self.chosen),
            auth: self.auth,
            rewritten: self.rewritten.take().map(|line| self.model().config().site(line)),
            redirected: self.redirected.take().map(|line| self.model().config().site(line)),
            steps: std::mem::take(&mut self.steps).into_vec(),
        }
    }

    /// A server with `ssl_verify_client on` answers 400 to clients that show no certificate. Whether they do, the
    /// configuration does not say.
    fn demand_certificate(&mut self, state: &mut State, choice: &Choice) -> Option<Exit> {
        let config = self.model().config();
        let Scalar::Set(line, _) = config.scalar(choice.server, Directive::SslVerifyClient) else {
            return None;
        };
        let demands = config.known_arg(line, 0).is_some_and(|value| value == "on");
        if !demands || !choice.tls || self.oracle.guess("$ssl_client_verify = \"SUCCESS\"") {
            return None;
        }
        self.step("ssl_verify_client", Some(line), "refuses clients without a certificate");
        let answer = Answer::error(400, line);
        Some(self.refuse_early(state, NO_CERTIFICATE_STATUS, answer))
    }

    /// The line by which the server of a TLS name ends the handshake of TLS with an alert.
    fn rejects_tls(&self, arrival: &Arrival, choice: &Choice) -> Option<Line> {
        let model = self.model();
        let name = arrival.sni.as_deref().unwrap_or_default();
        let address = listen::Address::of(&arrival.address);
        let server = match model.http_listeners().connect(&address, name) {
            Connection::Server(choice) => choice.server,
            _ => choice.default,
        };
        match model.config().scalar(server, Directive::SslRejectHandshake) {
            Scalar::Set(line, _) => {
                model.config().known_arg(line, 0).filter(|value| value == "on").map(|_| line)
            }
            _ => None,
        }
    }

    /// What becomes of a connection that does not speak what the socket does.
    fn mismatch(&mut self, arrival: &Arrival, choice: &Choice) -> Option<Exit> {
        let closed = |by| Some(Exit::Closed { by, line: choice.listen });
        let answered = |kind| {
            let status = Known::Known(400);
            Some(Exit::Answered(Answer { status, kind, line: choice.listen, target: None }))
        };
        let stream = choice.is_stream;
        match (arrival.proxy_header, choice.proxy_protocol) {
            (false, true) => {
                self.step("listen", choice.listen, "waits for a PROXY header, which does not come");
                return closed(PROXY_HEADER);
            }
            (true, false) if !stream => {
                self.step("listen", choice.listen, "gets a PROXY header, which it does not read");
                return if choice.tls { closed(PROXY_HEADER) } else { answered(AnswerKind::ProxyHeader) };
            }
            _ => {}
        }
        if arrival.tls && !choice.tls && !stream {
            self.step("listen", choice.listen, "speaks no TLS");
            return closed(TLS_TO_PLAIN);
        }
        if let Some(line) = self.rejects_tls(arrival, choice).filter(|_| arrival.tls && choice.tls && !stream)
        {
            self.step("ssl_reject_handshake", Some(line), "ends the handshake of TLS with an alert");
            return Some(Exit::Closed { by: "ssl_reject_handshake", line: Some(line) });
        }
        if !arrival.tls && choice.tls {
            return if stream { closed(PLAIN_TO_TLS) } else { answered(AnswerKind::PlainToTls) };
        }
        let only_http2 = choice.plain_http2 && self.model().version() < PLAIN_HTTP2_BESIDE_HTTP1;
        if only_http2 && arrival.message.http.value != Known::Known(Http::V2) {
            self.step("listen", choice.listen, "speaks HTTP/2 and nothing else");
            return closed("http2");
        }
        None
    }
}

fn entry(choice: &Choice) -> Entry {
    Entry {
        listen: choice.listen,
        server: Some(choice.server),
        tls: choice.tls,
        proxy_protocol: choice.proxy_protocol,
    }
}

fn bad_request(line: Option<Line>) -> Exit {
    Exit::Answered(Answer { status: Known::Known(400), kind: AnswerKind::Error, line, target: None })
}
