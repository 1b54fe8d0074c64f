//! How the upstream is called: over TLS or not, by which name, and whether that leads back.

use super::route::RouteFacts;
use crate::choices::TlsPort;
use crate::config::inherit::Scalar;
use crate::config::listen;
use crate::config::names::Directive;
use crate::questions;
use crate::request::exit::Pass;
use crate::request::header;
use crate::request::pass::Destination;
use wslint_model::choices::ForwardedProto;
use wslint_model::way::Address;
use wslint_model::{Known, Role};

/// Ports that programs mostly speak TLS at: those of HTTPS beside 443, and of products' own (UniFi, the Kubernetes API).
const USUAL_TLS_PORTS: [&str; 5] = ["8443", "7443", "9443", "10443", "6443"];

/// Headers by which an application may know that the client speaks TLS.
const TELL_TLS: [&str; 6] = [
    "X-Forwarded-Proto",
    "X-Forwarded-Ssl",
    "X-Forwarded-Scheme",
    "X-Scheme",
    "Forwarded",
    "Front-End-Https",
];

impl RouteFacts<'_, '_> {
    pub(super) fn tell_upstream(&mut self, pass: &Pass) {
        let Some(destination) = &pass.destination else { return };
        self.tell_forwarded_proto(pass, destination);
        self.tell_tls_port(pass, destination);
        self.tell_sni(pass, destination);
        self.tell_tries(pass, destination);
        self.tell_own_name(pass, destination);
    }

    fn tell_forwarded_proto(&mut self, pass: &Pass, destination: &Destination) {
        if !pass.state.tls || destination.tls {
            return;
        }
        let set = header::lines(self.model, pass.state.level);
        let mut found = None;
        for name in TELL_TLS {
            let (lines, open) = set.of(name);
            if open || set.list.open {
                return;
            }
            found = found.or(lines.last().map(|&line| (name, line)));
        }
        let Some((name, line)) = found else {
            let cause = self.says(pass.line, "the request is passed on here, over plain HTTP");
            return self.tell(&questions::FORWARDED_PROTO, ForwardedProto::Missing, cause);
        };
        let sent = pass.sent(self.model, name).joined();
        let wrong = name == "X-Forwarded-Proto" && sent == Known::Known(Some("http".to_owned()));
        let word = if wrong { ForwardedProto::Wrong } else { ForwardedProto::Sent };
        self.tell_line(&questions::FORWARDED_PROTO, word, line);
    }

    /// Plain HTTP to a port for TLS, of a server that this configuration does not know.
    fn tell_tls_port(&mut self, pass: &Pass, destination: &Destination) {
        let pool = self.model.pool(&destination.host);
        let addresses: Option<Vec<&String>> = match pool {
            Some(pool) => pool.active.iter().map(Known::as_ref).collect(),
            None => Some(vec![&destination.address]),
        };
        let Some(addresses) = addresses.filter(|addresses| !addresses.is_empty() && !destination.tls) else {
            return;
        };
        let port = |address: &&String| address.rsplit_once(':').map_or("", |(_, port)| port).to_owned();
        let own = |address: &&String| {
            let address = Address::read(address).map(|address| listen::Address::of(&address));
            address.is_some_and(|address| {
                self.model.http_listeners().listens(&address) != wslint_model::way::Listens::No
            })
        };
        if addresses.iter().any(own) {
            return;
        }
        let word = if addresses.iter().all(|address| port(address) == "443") {
            TlsPort::Https
        } else if addresses.iter().all(|address| USUAL_TLS_PORTS.contains(&port(address).as_str())) {
            TlsPort::Usual
        } else {
            return;
        };
        let cause = self.says(pass.line, "this speaks plain HTTP");
        let cause = match pool {
            Some(pool) => {
                cause.and(self.model.config().site(pool.line), Role::Says("to these servers".to_owned()))
            }
            None => cause,
        };
        self.tell(&questions::SPEAKS_TLS, word, cause);
    }

    fn tell_sni(&mut self, pass: &Pass, destination: &Destination) {
        let config = self.model.config();
        let host = &destination.host;
        let is_name =
            host.contains('.') && !host.starts_with('[') && host.parse::<std::net::IpAddr>().is_err();
        let public = is_name
            && !["local", "internal", "lan", "localdomain", "cluster", "home", "svc"]
                .iter()
                .any(|end| host.rsplit('.').next() == Some(end));
        let known = self.model.pool(host).is_none() && !destination.address.starts_with("unix:");
        let off = config.flag(pass.state.level, Directive::ProxySslServerName, false) == Known::Known(false);
        if destination.tls && public && known && off {
            let cause = self.says(pass.line, "this name is looked up, and not told in TLS");
            self.tell(&questions::WITHOUT_SNI, true, cause);
        }
    }

    /// `localhost` is 127.0.0.1 and ::1; a program mostly listens at one of them.
    fn tell_tries(&mut self, pass: &Pass, destination: &Destination) {
        let config = self.model.config();
        let value = |name| match config.scalar(pass.state.level, name) {
            Scalar::Set(line, _) => Some((line, config.known_arg(line, 0)?)),
            Scalar::Default | Scalar::Unknown => None,
        };
        let list = config.list(pass.state.level, Directive::ProxyNextUpstream);
        let off = list
            .lines
            .iter()
            .copied()
            .find(|&line| config.known_arg(line, 0).is_some_and(|word| word == "off"));
        let one =
            value(Directive::ProxyNextUpstreamTries).filter(|(_, tries)| tries == "1").map(|(line, _)| line);
        if let Some(line) = off.or(one).filter(|_| destination.host == "localhost") {
            let cause = self.says(line, "of several addresses one is tried");
            let two = Role::Says("this name stands for 127.0.0.1 and ::1".to_owned());
            self.tell(&questions::ONE_TRY, true, cause.and(config.site(pass.line), two));
        }
    }

    /// A name of the server itself, at a port where it listens: unless another DNS knows better, the way leads back.
    fn tell_own_name(&mut self, pass: &Pass, destination: &Destination) {
        let config = self.model.config();
        let server = pass.state.server;
        let listens = self.model.listens(server);
        let socket = listens.iter().find(|listen| {
            let tls = listen.tls || self.model.http_listeners().speaks_tls(&listen.address);
            tls == destination.tls
                && listen.address.port().is_some_and(|port| port.to_string() == destination.proxy_port)
        });
        let known = || self.model.pool(&destination.host).is_none();
        // A server may have thousands of names, which are asked last.
        let own = || {
            let names = config.own(server, Directive::ServerName).flat_map(|line| config.args(line));
            let mut names = names.filter_map(Known::known);
            names.any(|name| name.contains('.') && name.eq_ignore_ascii_case(&destination.host))
        };
        let Some(socket) = socket.filter(|_| known() && own()) else { return };
        let cause = self.says(pass.line, "this is a name of the server itself");
        let cause = match socket.line {
            Some(line) => cause.and(config.site(line), Role::Says("at this socket".to_owned())),
            None => cause,
        };
        self.tell(&questions::OWN_NAME, true, cause);
    }
}
