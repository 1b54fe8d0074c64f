//! Whether a handshake that reaches an upstream can succeed there: what RFC 6455 wants of a request, against what
//! nginx sends.

use super::end::Passed;
use super::header::holds_token;
use super::path_fate::{PathFate, is_socketio, path_fate};
use super::state::{Http, State};
use crate::config::Line;
use crate::config::inherit::Scalar;
use crate::config::names::Directive;
use crate::config::time;
use crate::model::Model;
use wslint_model::{Damage, Flaw, Handshake, Known, traffic};

/// Response headers without which a browser fails the connection after the 101.
const NEEDED_IN_RESPONSE: [&str; 2] = ["Upgrade", "Sec-WebSocket-Accept"];
/// Response headers without which it fails where client and server agreed on an extension or a subprotocol.
const NEEDED_IF_AGREED: [&str; 2] = ["Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"];
/// Below this many bytes a second the 101 itself, about 150 bytes, takes longer than clients wait.
pub(crate) const TINY_RATE: u64 = 20;

/// What is known of one condition for the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    Yes,
    No,
    Unknown,
}

impl From<Option<bool>> for Met {
    fn from(met: Option<bool>) -> Self {
        match met {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown,
        }
    }
}

impl Model<'_> {
    /// Whether the upstream can answer with 101, as far as nginx decides it.
    pub(crate) fn judge(&self, passed: &Passed, hops: &[Passed]) -> Handshake {
        let state = &passed.state;
        let mut conditions = vec![
            self.module_upgrades(passed),
            Met::from(Some(state.forced_status.is_none() && state.http != Http::V2)),
            self.answers_in_time(passed),
        ];
        if passed.directive == Directive::ProxyPass {
            conditions.extend([
                self.upgrade_arrives(state),
                Met::from(self.sent_header(state, "Connection").holds("upgrade")),
                Met::from(self.sent_method(state).known().map(|method| method == "GET")),
                self.version_suits(passed),
                self.key_arrives(state),
                self.host_arrives(state),
                self.origin_matches(state),
                self.path_arrives(passed),
            ]);
        }
        for hop in hops.iter().chain([passed]) {
            conditions.extend([self.is_not_replayed(hop), self.rate_suffices(hop)]);
        }
        if conditions.contains(&Met::No) {
            Handshake::Fails
        } else if conditions.contains(&Met::Unknown) {
            Handshake::Unknown
        } else {
            Handshake::Succeeds
        }
    }

    /// `fastcgi_pass`, `grpc_pass` and `memcached_pass` have no code for an upgrade. `uwsgi_pass` and `scgi_pass` have
    /// had it since 1.3.14; whether the program behind them takes a WebSocket that way is its own affair.
    fn module_upgrades(&self, passed: &Passed) -> Met {
        match passed.directive {
            Directive::ProxyPass => Met::Yes,
            Directive::UwsgiPass | Directive::ScgiPass => Met::Unknown,
            _ => Met::No,
        }
    }

    /// A read timeout of 0 ends the request before the upstream can answer.
    fn answers_in_time(&self, passed: &Passed) -> Met {
        match self.idle_of(passed).limit {
            Known::Known(0) => Met::No,
            _ => Met::Yes,
        }
    }

    fn upgrade_arrives(&self, state: &State) -> Met {
        match self.sent_header(state, "Upgrade").values {
            Known::Unknown => Met::Unknown,
            Known::Known(values) => match values.as_slice() {
                [] => Met::No,
                [value] => Met::from(Some(holds_token(value, "websocket"))),
                // `websocket, websocket` is refused by Node and Python servers and taken by Go ones.
                _ => Met::Unknown,
            },
        }
    }

    fn version_suits(&self, passed: &Passed) -> Met {
        let framework = traffic::sign_of_path(&passed.state.target).and_then(|sign| sign.framework);
        match self.upstream_http(passed.state.level).0 {
            Known::Known(Http::V11) => Met::Yes,
            Known::Known(Http::V2) => Met::No,
            // 12 of 19 servers take an upgrade over HTTP/1.0.
            Known::Known(Http::V10) if framework.is_some_and(traffic::Framework::refuses_http10) => Met::No,
            Known::Known(Http::V10) | Known::Unknown => Met::Unknown,
        }
    }

    /// The key and the version must arrive as the client sent them; a subprotocol that is lost fails in browsers.
    fn key_arrives(&self, state: &State) -> Met {
        let mut met = Met::Yes;
        for header in ["Sec-WebSocket-Key", "Sec-WebSocket-Version"] {
            let Known::Known(given) = state.header(header) else { return Met::Unknown };
            if given.is_empty() {
                continue;
            }
            match self.sent_header(state, header).joined() {
                Known::Known(Some(sent)) if sent == given => {}
                Known::Known(_) => return Met::No,
                Known::Unknown => met = Met::Unknown,
            }
        }
        let requested = state.header("Sec-WebSocket-Protocol");
        if requested != Known::Known(String::new())
            && self.sent_header(state, "Sec-WebSocket-Protocol").joined().known().flatten()
                != requested.known()
        {
            met = Met::Unknown;
        }
        met
    }

    /// No `Host`, or two, is refused by some servers and taken by others.
    fn host_arrives(&self, state: &State) -> Met {
        match self.sent_header(state, "Host").values {
            Known::Known(values) if values.len() == 1 => Met::Yes,
            // An address that cannot be told is still a host.
            Known::Unknown => Met::Yes,
            Known::Known(_) => Met::Unknown,
        }
    }

    /// A page that opens a WebSocket to its own host is refused by servers that compare `Origin` with `Host` once
    /// nginx has changed one of them.
    fn origin_matches(&self, state: &State) -> Met {
        let (Known::Known(origin), Known::Known(host)) = (state.header("Origin"), state.header("Host"))
        else {
            return Met::Yes;
        };
        let authority = |origin: &str| origin.split_once("://").map(|(_, authority)| authority.to_owned());
        if authority(&origin).as_deref() != Some(host.as_str()) {
            return Met::Yes;
        }
        let sent_origin = self.sent_header(state, "Origin").joined();
        let sent_host = self.sent_header(state, "Host").joined();
        match (sent_origin, sent_host) {
            (Known::Known(None), _) => Met::Yes,
            (Known::Known(Some(origin)), Known::Known(Some(host)))
                if authority(&origin).as_deref() == Some(host.as_str()) =>
            {
                Met::Yes
            }
            _ => Met::Unknown,
        }
    }

    fn path_arrives(&self, passed: &Passed) -> Met {
        let asked = &passed.state.target;
        let Known::Known(sent) = &passed.target else { return Met::Unknown };
        if !is_socketio(asked) {
            return Met::Yes;
        }
        match path_fate(asked, sent, true) {
            PathFate::Kept | PathFate::Moved => Met::Yes,
            PathFate::Mangled | PathFate::QueryLost => Met::No,
        }
    }

    /// The response headers whose loss clients notice, with the lines that hide them: those that every client needs
    /// come first.
    pub(crate) fn hidden_from_client(&self, hop: &Passed) -> Vec<(Line, Damage)> {
        let config = self.config();
        let level = config.proper_level(hop.state.level);
        let hides = config.list(level, Directive::ProxyHideHeader).lines;
        let passes = config.list(level, Directive::ProxyPassHeader).lines;
        let names = |line: &Line, header: &str| {
            config.known_arg(*line, 0).is_some_and(|name| name.eq_ignore_ascii_case(header))
        };
        let needed = NEEDED_IN_RESPONSE.map(|header| (header, true));
        let agreed = NEEDED_IF_AGREED.map(|header| (header, false));
        let hidden = needed.into_iter().chain(agreed).filter_map(|(header, for_all)| {
            let line = hides.iter().find(|line| names(line, header))?;
            let shown = passes.iter().any(|line| names(line, header));
            (!shown).then_some((*line, Damage { header, flaw: Flaw::Lost, for_all }))
        });
        hidden.collect()
    }

    /// A cache that keeps plain answers may give one of them to a handshake.
    fn is_not_replayed(&self, hop: &Passed) -> Met {
        if self.replays(hop).is_some() { Met::Unknown } else { Met::Yes }
    }

    fn rate_suffices(&self, hop: &Passed) -> Met {
        match self.limit_rate(hop) {
            Some((rate, _)) if rate < TINY_RATE => Met::No,
            _ => Met::Yes,
        }
    }

    /// The rate in bytes a second that the client is sent responses at, where one is set.
    pub(crate) fn limit_rate(&self, hop: &Passed) -> Option<(u64, Line)> {
        let Scalar::Set(line, _) = self.config().scalar(hop.state.level, Directive::LimitRate) else {
            return None;
        };
        let rate = time::bytes(&self.config().known_arg(line, 0)?)?;
        (rate > 0).then_some((rate, line))
    }
}
