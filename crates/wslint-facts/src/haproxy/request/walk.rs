//! What one run of a request carries along: the request as it stands, its connection, and the decisions so far.

use super::oracle::Oracle;
use crate::haproxy::acl::expression::Expression;
use crate::haproxy::acl::format::Format;
use crate::haproxy::acl::message::Message;
use crate::haproxy::acl::sample::Sample;
use crate::haproxy::acl::view::{Seen, View};
use crate::haproxy::config::Config;
use crate::haproxy::config::server::Destination;
use crate::project::{HaproxyRoot, Site};
use crate::request::Request;
use crate::trace::{Step, Steps};

/// One run.
pub(crate) struct Walk<'w, 'p> {
    /// The configuration.
    pub(crate) config: &'w Config<'p>,
    /// The root, for its pattern files.
    pub(crate) root: &'w HaproxyRoot,
    /// Answers what cannot be decided.
    pub(crate) oracle: &'w mut Oracle,
    /// The decisions so far.
    pub(crate) steps: Steps,
    /// The request as it stands.
    pub(crate) message: Message,
    /// The connection that the request came on.
    pub(crate) connection: Connection,
    /// Whether the client asked for a WebSocket.
    pub(crate) websocket: bool,
    /// Whether something outside the configuration may have set variables.
    pub(crate) foreign_variables: bool,
    /// What `set-timeout` rules have set on this hop, by name.
    pub(crate) set_timeouts: Vec<(String, Option<u64>, Site)>,
}

/// The connection that a request comes on.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    /// The host that was connected to, where it is an address.
    pub(crate) host: Option<String>,
    /// The port that was connected to.
    pub(crate) port: u16,
    /// Whether the peer speaks TLS.
    pub(crate) tls: bool,
    /// The server name that the peer indicates.
    pub(crate) sni: Option<String>,
    /// Whether the peer sends a PROXY header; only another hop does.
    pub(crate) proxy_header: bool,
    /// Whether the chosen server is sent a PROXY header.
    pub(crate) sends_proxy_header: bool,
    /// Whether the listener ended TLS, so that the request can be read.
    pub(crate) readable: Seen,
    /// Whether the listener ended TLS.
    pub(crate) tls_ended: bool,
    /// Whether a rule has set another destination.
    pub(crate) readdressed: bool,
}

impl Connection {
    /// Where the client connected to, for servers whose line leaves it open.
    pub(crate) fn destination(&self) -> Destination<'_> {
        if self.readdressed {
            return Destination::default();
        }
        let host = self.host.as_deref().map(|host| if host == "localhost" { "127.0.0.1" } else { host });
        Destination { host, port: Some(self.port) }
    }

    /// The client's connection.
    pub(crate) fn of(request: &Request) -> Self {
        let (host, port) = match &request.listen {
            Some(listen) => {
                let (host, port) = crate::haproxy::config::server::split_address(listen);
                (host, port.and_then(|port| port.parse().ok()).unwrap_or(request.port))
            }
            None => (request.host.clone(), request.port),
        };
        let is_address =
            host == "localhost" || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
        Self {
            host: is_address.then_some(host),
            port,
            tls: request.scheme.is_tls(),
            sni: (request.scheme.is_tls()).then(|| request.host.clone()),
            proxy_header: false,
            sends_proxy_header: false,
            readable: Seen::Yes,
            tls_ended: false,
            readdressed: false,
        }
    }
}

impl Walk<'_, '_> {
    /// `set-var` and `set-var-fmt` of `global` set variables of the whole process.
    pub(crate) fn set_process_variables(&mut self) {
        for line in &self.config.global {
            let sample = match line.word(0) {
                "set-var" => line.known(2).and_then(Expression::parse).map(|value| self.sample(&value, None)),
                "set-var-fmt" => {
                    line.known(2).and_then(|text| self.write(&Format::parse(text), None)).map(Sample::text)
                }
                _ => continue,
            };
            self.message.variables.insert(line.word(1), sample.unwrap_or(Sample::Unknown));
        }
    }

    /// Records a decision.
    pub(crate) fn step(&mut self, what: &'static str, site: Option<Site>, note: String) {
        self.steps.push(Step { what, site, note });
    }

    /// Answers a test that cannot be decided.
    pub(crate) fn guess(&mut self, test: &str) -> bool {
        self.oracle.guess(test)
    }

    /// What expressions see.
    pub(crate) fn view<'v>(
        &'v self,
        status: Option<u16>,
        files: &'v dyn Fn(&str) -> Option<&'v [u8]>,
        servers: &'v dyn Fn(&str) -> Option<usize>,
        is_backend: &'v dyn Fn(&str) -> bool,
    ) -> View<'v> {
        View {
            message: &self.message,
            tls: self.connection.tls_ended,
            client_tls: self.connection.tls,
            sni: self.connection.sni.as_deref(),
            port: Some(self.connection.port),
            address: self.connection.destination().host,
            status,
            layer7: self.connection.readable,
            counted: self.config.counts_clients,
            foreign_variables: self.foreign_variables,
            files,
            servers,
            is_backend,
        }
    }
}
