//! What of a handshake nginx sends otherwise than it came: the version of HTTP, the key, the method, the response's headers.

use super::route::RouteFacts;
use crate::choices;
use crate::config::inherit::Scalar;
use crate::config::names::Directive;
use crate::questions;
use crate::request::cause;
use crate::request::exit::Pass;
use crate::request::header;
use crate::request::reply;
use wslint_model::Known;
use wslint_model::way::Http;

impl RouteFacts<'_, '_> {
    pub(super) fn tell_version(&mut self, pass: &Pass) {
        let (version, line) = header::upstream_http(self.model, pass.state.level);
        let value = match version {
            Known::Known(Http::V10) => Some(choices::HttpVersion::V10),
            Known::Known(Http::V11) => Some(choices::HttpVersion::V11),
            Known::Known(Http::V2) => Some(choices::HttpVersion::V2),
            Known::Unknown => None,
        };
        let unset = || cause::unset(self.model, self.level(), "proxy_http_version");
        let cause = line.map_or_else(unset, |line| self.set_by(line));
        self.tell(&questions::HTTP_VERSION, value, cause);
    }

    pub(super) fn tell_overrides(&mut self, pass: &Pass) {
        let state = &pass.state;
        let mut overridden = None;
        for header in ["Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol"] {
            let sent = pass.sent(self.model, header);
            let Some(&line) = sent.lines.first() else { continue };
            let written = self.model.config().known_arg(line, 1).unwrap_or_default();
            let own = format!("$http_{}", header.to_ascii_lowercase().replace('-', "_"));
            if !written.eq_ignore_ascii_case(&own) && sent.values != Known::Unknown {
                overridden = overridden.or(Some(line));
            }
        }
        match overridden {
            Some(line) => self.tell_line(&questions::KEY_HEADERS, choices::KeyHeaders::Overridden, line),
            None => self.tell_default(&questions::KEY_HEADERS, choices::KeyHeaders::Kept),
        }
        match self.model.config().scalar(state.level, Directive::ProxyMethod) {
            Scalar::Set(line, _) => {
                let (sent, _) = header::sent_method(self.model, state);
                if sent != Known::Unknown && sent != state.method {
                    self.tell_line(&questions::METHOD, choices::Method::Overridden, line);
                }
            }
            _ => self.tell_default(&questions::METHOD, choices::Method::Kept),
        }
        if let Scalar::Set(line, _) =
            self.model.config().scalar(state.level, Directive::ProxyPassRequestHeaders)
        {
            let dropped = self.model.config().flag(state.level, Directive::ProxyPassRequestHeaders, true)
                == Known::Known(false);
            let fate =
                if dropped { choices::RequestHeaders::Dropped } else { choices::RequestHeaders::Passed };
            self.tell_line(&questions::REQUEST_HEADERS, fate, line);
        }
        match reply::hidden_from_client(self.model, pass).first() {
            Some(&(line, damage)) => {
                let word = match damage.header {
                    "Sec-WebSocket-Protocol" => choices::ResponseHeaders::HiddenSubprotocol,
                    _ => choices::ResponseHeaders::Hidden,
                };
                self.tell_line(&questions::RESPONSE_HEADERS, word, line)
            }
            None => self.tell_default(&questions::RESPONSE_HEADERS, choices::ResponseHeaders::Passed),
        }
        match header::lines(self.model, state.level).with_colon {
            Some(line) => self.tell_line(&questions::HEADER_NAME, choices::HeaderName::Colon, line),
            None => self.tell_default(&questions::HEADER_NAME, choices::HeaderName::Good),
        }
    }

    /// Directives for response headers that are mistaken for `proxy_set_header`.
    pub(super) fn tell_misplaced(&mut self, pass: &Pass) {
        let level = pass.state.level;
        for (directive, word) in [
            (Directive::AddHeader, choices::Misplaced::AddHeader),
            (Directive::ProxyPassHeader, choices::Misplaced::ProxyPassHeader),
        ] {
            let about = |header| self.model.lines_about(level, directive, header).first();
            let found =
                ["Upgrade", "Connection"].into_iter().filter_map(about).min_by_key(|(place, _)| *place);
            if let Some(&(_, line)) = found {
                return self.tell_line(&questions::MISPLACED, word, line);
            }
        }
    }
}
