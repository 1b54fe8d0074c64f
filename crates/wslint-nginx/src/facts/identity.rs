//! Whom the upstream takes the client for: `Host`, `Origin`, `X-Forwarded-For`.

use super::RouteFacts;
use crate::config::Line;
use crate::questions;
use crate::request::exit::Pass;
use crate::request::header::Sent;
use crate::request::state::State;
use crate::variables::template;
use wslint_model::{Cause, Known, Origin, Value};

impl RouteFacts<'_, '_> {
    pub(super) fn tell_host(&mut self, pass: &Pass) {
        let state = &pass.state;
        let sent = self.model.sent_header(state, "Host");
        let cause = if sent.lines.is_empty() {
            self.default()
        } else {
            let mut cause = self.of_lines(&sent.lines);
            cause.marks.reverse();
            cause
        };
        let value = match &sent.values {
            Known::Unknown => Value::Unknown,
            Known::Known(values) => Value::Choice(match values.as_slice() {
                [] => "missing",
                [value] => self.host_word(state, &sent, value),
                _ => "repeated",
            }),
        };
        if value == Value::Choice("repeated") && self.facts.get(questions::REPEATED_HEADER.name).is_none() {
            self.tell(&questions::REPEATED_HEADER, Value::Choice("Host"), cause.clone());
        }
        self.tell(&questions::HOST, value, cause);
        let odd = self.candidate().odd_ports;
        self.tell(&questions::ODD_PORT, Value::Flag(odd), Cause::nowhere(Origin::Derived));
    }

    fn host_word(&self, state: &State, sent: &Sent, value: &str) -> &'static str {
        let Some(&line) = sent.lines.last() else { return "upstream" };
        let written = self.model.config().known_arg(line, 1).unwrap_or_default();
        let Known::Known(client) = state.header("Host") else { return "fixed" };
        let names = template::variables(&written);
        if names.iter().any(|name| name == "proxy_host") {
            "upstream"
        } else if names.iter().any(|name| name == "http_host" || name == "server_port") {
            "client"
        } else if names.iter().any(|name| name == "host") {
            "without-port"
        } else if value == client {
            "client"
        } else {
            "fixed"
        }
    }

    pub(super) fn tell_forwarded_for(&mut self, pass: &Pass) {
        let (lines, open) =
            self.model.lines_for(&self.model.header_list(pass.state.level), "X-Forwarded-For");
        let Some(&line) = lines.last() else {
            if !open {
                self.tell_default(&questions::FORWARDED_FOR, "passed");
            }
            return;
        };
        let written = self.model.config().known_arg(line, 1).unwrap_or_default();
        let names = template::variables(&written);
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        let word = if has("proxy_add_x_forwarded_for") {
            "appended"
        } else if has("http_x_forwarded_for") {
            "passed"
        } else {
            "set"
        };
        self.tell_line(&questions::FORWARDED_FOR, word, line);
    }

    pub(super) fn tell_origin(&mut self, pass: &Pass) {
        let sent = self.model.sent_header(&pass.state, "Origin");
        let Some(&line) = sent.lines.first() else { return self.tell_default(&questions::ORIGIN, "kept") };
        let written = self.model.config().known_arg(line, 1).unwrap_or_default();
        let word = match sent.joined() {
            _ if written == "$http_origin" => "kept",
            Known::Known(None) => "removed",
            Known::Known(Some(_)) if self.names_client_host(line) => "own-host",
            Known::Known(Some(_)) => "rewritten",
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
