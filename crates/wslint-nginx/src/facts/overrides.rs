//! What of a handshake nginx sends otherwise than it came: the version of HTTP, the key, the method, the response's headers.

use super::RouteFacts;
use crate::config::inherit::Scalar;
use crate::config::names::Directive;
use crate::questions;
use crate::request::exit::Pass;
use crate::request::header::asks_for_upgrade;
use wslint_model::way::Http;
use wslint_model::{Known, Value};

impl RouteFacts<'_, '_> {
    pub(super) fn tell_version(&mut self, pass: &Pass) {
        let (version, line) = self.model.upstream_http(pass.state.level);
        let value = match version {
            Known::Known(Http::V10) => Value::Choice("1.0"),
            Known::Known(Http::V11) => Value::Choice("1.1"),
            Known::Known(Http::V2) => Value::Choice("2"),
            Known::Unknown => Value::Unknown,
        };
        let cause = line.map_or_else(|| self.default(), |line| self.set_by(line));
        self.tell(&questions::HTTP_VERSION, value, cause);
    }

    pub(super) fn tell_overrides(&mut self, pass: &Pass) {
        let state = &pass.state;
        let mut overridden = None;
        for header in ["Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol"] {
            let sent = self.model.sent_header(state, header);
            let Some(&line) = sent.lines.first() else { continue };
            let written = self.model.config().known_arg(line, 1).unwrap_or_default();
            let own = format!("$http_{}", header.to_ascii_lowercase().replace('-', "_"));
            if !written.eq_ignore_ascii_case(&own) && sent.values != Known::Unknown {
                overridden = overridden.or(Some(line));
            }
        }
        match overridden {
            Some(line) => self.tell_line(&questions::KEY_HEADERS, "overridden", line),
            None => self.tell_default(&questions::KEY_HEADERS, "kept"),
        }
        match self.model.config().scalar(state.level, Directive::ProxyMethod) {
            Scalar::Set(line, _) => {
                let (sent, _) = self.model.sent_method(state);
                if sent != Known::Unknown && sent != state.method {
                    self.tell_line(&questions::METHOD, "overridden", line);
                }
            }
            _ => self.tell_default(&questions::METHOD, "kept"),
        }
        if let Scalar::Set(line, _) =
            self.model.config().scalar(state.level, Directive::ProxyPassRequestHeaders)
        {
            let dropped =
                self.model.flag(state.level, Directive::ProxyPassRequestHeaders, true) == Known::Known(false);
            let word = if dropped { "dropped" } else { "passed" };
            self.tell_line(&questions::REQUEST_HEADERS, word, line);
        }
        match self.model.hidden_from_client(pass).first() {
            Some(&(line, _)) => self.tell_line(&questions::RESPONSE_HEADERS, "hidden", line),
            None => self.tell_default(&questions::RESPONSE_HEADERS, "passed"),
        }
        let colon =
            self.model.header_list(state.level).lines.into_iter().find(|&line| {
                self.model.config().known_arg(line, 0).is_some_and(|name| is_with_colon(&name))
            });
        match colon {
            Some(line) => self.tell_line(&questions::HEADER_NAME, "colon", line),
            None => self.tell_default(&questions::HEADER_NAME, "good"),
        }
    }

    /// Directives for response headers that are mistaken for `proxy_set_header`.
    pub(super) fn tell_misplaced(&mut self, pass: &Pass) {
        let level = pass.state.level;
        for (directive, word) in
            [(Directive::AddHeader, "add_header"), (Directive::ProxyPassHeader, "proxy_pass_header")]
        {
            let found = self.model.config().list(level, directive).lines.into_iter().find(|&line| {
                self.model.config().known_arg(line, 0).is_some_and(|name| asks_for_upgrade(&name))
            });
            if let Some(line) = found {
                return self.tell_line(&questions::MISPLACED, word, line);
            }
        }
    }
}

/// Whether a name is that of a handshake header, but for a colon at its end.
fn is_with_colon(name: &str) -> bool {
    name.strip_suffix(':').is_some_and(asks_for_upgrade)
}
