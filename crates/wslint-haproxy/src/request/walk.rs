//! What one hop of a request carries along: the request as it stands, its connection, and the decisions so far.

use std::fmt::Display;

use std::net::IpAddr;

use crate::acl::message::Message;
use crate::acl::view::{Seen, View};
use crate::config::Config;
use crate::config::server::Destination;
use wslint_model::way::{Address, Arrival, Oracle, Reply, Step, Steps};
use wslint_model::{HaproxyRoot, Site};

/// One hop of one run.
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
    /// What `set-timeout` rules have set, by name.
    pub(crate) set_timeouts: Vec<(String, Option<u64>, Site)>,
    /// What becomes of the answer.
    pub(crate) reply: Reply,
    /// Whether the backend stands for others that differ from it in names and addresses.
    pub(crate) one_of_many: bool,
    /// The status that rules give to the 101, if it is known, and the rule.
    pub(crate) replaced_status: Option<(Option<u16>, Site)>,
}

/// The connection that a request comes on.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    /// What was connected to.
    pub(crate) address: Address,
    /// The IP address of that, as text.
    ip: Option<String>,
    /// The address that rules take for the client's, where it is known.
    pub(crate) client: Option<IpAddr>,
    /// Whether the peer speaks TLS.
    pub(crate) tls: bool,
    /// The server name that the peer indicates.
    pub(crate) sni: Option<String>,
    /// Whether the peer sends a PROXY header.
    pub(crate) proxy_header: bool,
    /// Whether the listener ended TLS, so that the request can be read.
    pub(crate) readable: Seen,
    /// Whether the listener ended TLS.
    pub(crate) tls_ended: bool,
    /// Whether a rule has set another destination.
    pub(crate) readdressed: bool,
}

impl Connection {
    fn of(arrival: &Arrival) -> Self {
        Self {
            address: arrival.address.clone(),
            ip: arrival.address.ip().map(|ip| ip.to_string()),
            client: arrival.client,
            tls: arrival.tls,
            sni: arrival.sni.clone(),
            proxy_header: arrival.proxy_header,
            readable: Seen::Yes,
            tls_ended: false,
            readdressed: false,
        }
    }

    /// Where the client connected to, for servers whose line leaves it open.
    pub(crate) fn destination(&self) -> Destination<'_> {
        if self.readdressed {
            return Destination::default();
        }
        Destination { host: self.ip.as_deref(), port: self.port() }
    }

    fn port(&self) -> Option<u16> {
        match self.address {
            Address::Port { port, .. } => Some(port),
            Address::Unix(_) => None,
        }
    }
}

impl<'w, 'p> Walk<'w, 'p> {
    /// The start of a hop.
    pub(crate) fn new(
        config: &'w Config<'p>,
        root: &'w HaproxyRoot,
        oracle: &'w mut Oracle,
        arrival: &Arrival,
    ) -> Self {
        Self {
            config,
            root,
            oracle,
            steps: Steps::default(),
            message: Message::raw(&arrival.message),
            connection: Connection::of(arrival),
            websocket: arrival.websocket,
            foreign_variables: false,
            set_timeouts: Vec::new(),
            reply: Reply::default(),
            one_of_many: false,
            replaced_status: None,
        }
    }

    /// Records a decision.
    pub(crate) fn step(&mut self, what: &'static str, site: Option<Site>, note: impl Display) {
        if self.oracle.tells_steps() {
            self.steps.push(Step { what, site, note: note.to_string() });
        }
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
            port: self.connection.port(),
            address: self.connection.destination().host,
            client: self.connection.client,
            status,
            layer7: self.connection.readable,
            counted: self.config.counts_clients,
            foreign_variables: self.foreign_variables,
            files,
            pattern_index: &self.config.pattern_index,
            servers,
            is_backend,
        }
    }
}
