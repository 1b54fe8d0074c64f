//! Whom the upstream takes the client for: `Host`, `Origin`, `X-Forwarded-For`.

use super::route::RouteFacts;
use crate::choices::{self, Host};
use crate::config::Line;
use crate::questions;
use crate::request::exit::Pass;
use crate::request::header::{self, Sent};
use crate::variables::state::State;
use crate::variables::template;
use wslint_model::traffic::Framework;
use wslint_model::{Cause, Known, Origin};

impl RouteFacts<'_, '_> {
    pub(super) fn tell_host(&mut self, pass: &Pass) {
        let state = &pass.state;
        let sent = pass.sent(self.model, "Host");
        let cause = if sent.lines.is_empty() {
            self.unset("proxy_set_header Host", "the name in `proxy_pass`")
        } else {
            let mut cause = self.of_lines(&sent.lines);
            cause.marks.reverse();
            cause
        };
        let value = match &sent.values {
            Known::Unknown => None,
            Known::Known(values) => Some(match values.as_slice() {
                [] => Host::Missing,
                [value] => self.host(state, &sent, value),
                _ => Host::Repeated,
            }),
        };
        if value == Some(Host::Repeated) && self.facts.fact(&questions::REPEATED_HEADER).is_none() {
            self.tell(&questions::REPEATED_HEADER, choices::RepeatedHeader::Host, cause.clone());
        }
        self.tell(&questions::HOST, value, cause);
        let odd = self.candidate().odd_ports;
        self.tell(&questions::ODD_PORT, odd, Cause::nowhere(Origin::Derived));
        if self.candidate().evidence.framework.is_some_and(Framework::takes_forwarded_host) {
            self.tell_forwarded_host(pass);
        }
    }

    fn tell_forwarded_host(&mut self, pass: &Pass) {
        let sent = pass.sent(self.model, "X-Forwarded-Host");
        let other = pass.sent(self.model, "Forwarded");
        // What a proxy in front says, a line names that passes it on.
        let named = match (sent.lines.last(), sent.joined(), pass.state.header("Host")) {
            (Some(&line), ..) if self.names_client_host(line) => Known::Known(true),
            (None, ..) if other.lines.is_empty() => Known::Known(false),
            (Some(_), Known::Known(value), Known::Known(client)) if other.lines.is_empty() => {
                Known::Known(value.is_some_and(|value| value == client))
            }
            _ => Known::Unknown,
        };
        let cause = self.of_lines(&sent.lines);
        self.tell(&questions::HOST_FORWARDED, named, cause);
    }

    fn host(&self, state: &State, sent: &Sent, value: &str) -> Host {
        let Some(&line) = sent.lines.last() else { return Host::Upstream };
        let written = self.model.config().known_arg(line, 1).unwrap_or_default();
        let Known::Known(client) = state.header("Host") else { return Host::Fixed };
        let names = template::variables(&written);
        if names.iter().any(|name| name == "proxy_host") {
            Host::Upstream
        } else if names.iter().any(|name| name == "http_host" || name == "server_port") {
            Host::Client
        } else if names.iter().any(|name| name == "host") {
            Host::WithoutPort
        } else if value == client {
            Host::Client
        } else {
            Host::Fixed
        }
    }

    pub(super) fn tell_forwarded_for(&mut self, pass: &Pass) {
        let (lines, open) = header::lines(self.model, pass.state.level).of("X-Forwarded-For");
        let Some(&line) = lines.last() else {
            if !open {
                self.tell_default(&questions::FORWARDED_FOR, choices::ForwardedFor::Passed);
            }
            return;
        };
        let written = self.model.config().known_arg(line, 1).unwrap_or_default();
        let names = template::variables(&written);
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        let word = if has("proxy_add_x_forwarded_for") {
            choices::ForwardedFor::Appended
        } else if has("http_x_forwarded_for") {
            choices::ForwardedFor::Passed
        } else {
            choices::ForwardedFor::Set
        };
        self.tell_line(&questions::FORWARDED_FOR, word, line);
    }

    pub(super) fn tell_origin(&mut self, pass: &Pass) {
        let sent = pass.sent(self.model, "Origin");
        let Some(&line) = sent.lines.first() else {
            return self.tell_default(&questions::ORIGIN, choices::Origin::Kept);
        };
        let written = self.model.config().known_arg(line, 1).unwrap_or_default();
        let word = match sent.joined() {
            _ if written == "$http_origin" => choices::Origin::Kept,
            Known::Known(None) => choices::Origin::Removed,
            Known::Known(Some(_)) if self.names_client_host(line) => choices::Origin::OwnHost,
            Known::Known(Some(_)) => choices::Origin::Rewritten,
            Known::Unknown => return,
        };
        self.tell_line(&questions::ORIGIN, word, line);
    }

    /// Whether the value of a header is made from the host that the client calls.
    fn names_client_host(&self, line: Line) -> bool {
        let written = self.model.config().known_arg(line, 1).unwrap_or_default();
        template::variables(&written).iter().any(|name| matches!(name.as_str(), "http_host" | "host"))
    }
}
