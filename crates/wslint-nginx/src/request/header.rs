//! `proxy_set_header`: the header lines that the upstream gets.

use std::sync::Arc;

use crate::config::header_lines::HeaderLines;
use crate::config::inherit::Scalar;
use crate::config::names::Directive;
use crate::config::{ContextId, Line};
use crate::model::Model;
use crate::variables::evaluate::evaluate;
use crate::variables::state::State;
use wslint_model::length::LONGEST;
use wslint_model::way::{Http, holds_token};
use wslint_model::{Known, Version};

/// Headers that nginx sets or drops unless a line says otherwise (`ngx_http_proxy_headers`).
pub(super) const NOT_PASSED: [&str; 8] =
    ["Host", "Connection", "Content-Length", "Transfer-Encoding", "TE", "Keep-Alive", "Expect", "Upgrade"];

/// The version from which HTTP/1.1 and no `Connection` are the defaults (nginx commit 6bb27a631).
pub(crate) const MODERN_DEFAULTS: Version = Version(1, 29, 7);
/// The version from which exactly one `Host` is always sent.
const ONE_HOST: Version = Version(1, 31, 4);

/// One header as the upstream gets it.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// The value of each line that is sent; none for a header that is not sent.
    pub(crate) values: Known<Vec<String>>,
    /// The `proxy_set_header` lines that set it, in order.
    pub(crate) lines: Vec<Line>,
}

impl Sent {
    /// All values in one text, as a server that joins lines sees it; `None` for a header that is not sent.
    pub(crate) fn joined(&self) -> Known<Option<String>> {
        match &self.values {
            Known::Unknown => Known::Unknown,
            Known::Known(values) if values.is_empty() => Known::Known(None),
            Known::Known(values) => Known::Known(Some(values.join(", "))),
        }
    }

    /// Whether the joined value is a list that holds `token`, in any case; `None` if it cannot be told.
    pub(crate) fn holds(&self, token: &str) -> Option<bool> {
        match &self.values {
            Known::Unknown => None,
            Known::Known(values) => Some(values.iter().any(|value| holds_token(value, token))),
        }
    }
}

/// The `proxy_set_header` lines in force at a level.
pub(crate) fn lines<'p>(model: &Model<'p>, level: ContextId) -> Arc<HeaderLines<'p>> {
    model.header_lines(model.config().proper_level(level))
}

/// The same without lines that a template has for other cases: what is rendered has one of them.
fn rendered(model: &Model<'_>, lines: Vec<Line>) -> Vec<Line> {
    let (optional, certain): (Vec<Line>, Vec<Line>) =
        lines.into_iter().partition(|&line| model.config().is_optional(line));
    if certain.is_empty() { optional.into_iter().take(1).collect() } else { certain }
}

/// One header as the upstream gets it.
pub(crate) fn sent(model: &Model<'_>, state: &State, header: &str) -> Sent {
    sent_of(model, &lines(model, state.level), state, header)
}

/// The same where the list in force is at hand.
pub(super) fn sent_of(model: &Model<'_>, list: &HeaderLines<'_>, state: &State, header: &str) -> Sent {
    let (lines, unsure) = list.of(header);
    let lines = rendered(model, lines);
    if lines.is_empty() {
        let values =
            if unsure || list.list.open { Known::Unknown } else { default_header(model, state, header) };
        return Sent { values, lines };
    }
    let mut values: Vec<String> = Vec::new();
    let mut known = true;
    let mut length = 0;
    for &line in &lines {
        let value = match model.config().arg(line, 1) {
            Some(Known::Known(text)) => evaluate(model, &text, state),
            _ => Known::Unknown,
        };
        match value {
            Known::Known(value) if value.is_empty() => {}
            Known::Known(value) if length + value.len() <= LONGEST => {
                length += value.len();
                values.push(value);
            }
            _ => known = false,
        }
    }
    if header.eq_ignore_ascii_case("Host") && model.version() >= ONE_HOST && known {
        return match values.pop() {
            Some(last) => Sent { values: Known::Known(vec![last]), lines },
            None => Sent { values: default_header(model, state, header), lines },
        };
    }
    let sure = known && !unsure && !list.list.open;
    // A line that an unseen file adds comes on top of those that are here.
    let sure = sure || (known && !values.is_empty());
    Sent { values: if sure { Known::Known(values) } else { Known::Unknown }, lines }
}

/// A header that no line sets.
fn default_header(model: &Model<'_>, state: &State, header: &str) -> Known<Vec<String>> {
    let one = |value: Known<String>| match value {
        Known::Known(value) if value.is_empty() => Known::Known(Vec::new()),
        Known::Known(value) => Known::Known(vec![value]),
        Known::Unknown => Known::Unknown,
    };
    if header.eq_ignore_ascii_case("Host") {
        return one(state.proxy_host.clone().unwrap_or(Known::Unknown));
    }
    if header.eq_ignore_ascii_case("Connection") {
        let close = if model.version() < MODERN_DEFAULTS { "close" } else { "" };
        return one(Known::Known(close.to_owned()));
    }
    if NOT_PASSED.iter().any(|dropped| dropped.eq_ignore_ascii_case(header)) {
        return Known::Known(Vec::new());
    }
    match passes_request_headers(model, state.level) {
        Known::Known(true) => {
            state.message.values(header).map(|values| values.into_iter().map(str::to_owned).collect())
        }
        Known::Known(false) => Known::Known(Vec::new()),
        Known::Unknown => Known::Unknown,
    }
}

/// The version of HTTP that the upstream is spoken to in, and the line that says so.
pub(crate) fn upstream_http(model: &Model<'_>, level: ContextId) -> (Known<Http>, Option<Line>) {
    let config = model.config();
    match config.scalar(config.proper_level(level), Directive::ProxyHttpVersion) {
        Scalar::Unknown => (Known::Unknown, None),
        Scalar::Default if model.version() < MODERN_DEFAULTS => (Known::Known(Http::V10), None),
        Scalar::Default => (Known::Known(Http::V11), None),
        Scalar::Set(line, _) => {
            let version = match config.known_arg(line, 0).as_deref() {
                Some("1.0") => Known::Known(Http::V10),
                Some("1.1") => Known::Known(Http::V11),
                Some("2") => Known::Known(Http::V2),
                _ => Known::Unknown,
            };
            (version, Some(line))
        }
    }
}

/// `proxy_pass_request_headers`, on by default. Hardly any config sets it, so that what is not at hand is taken not to.
pub(super) fn passes_request_headers(model: &Model<'_>, level: ContextId) -> Known<bool> {
    match model.config().scalar(level, Directive::ProxyPassRequestHeaders) {
        Scalar::Unknown => Known::Known(true),
        _ => model.config().flag(level, Directive::ProxyPassRequestHeaders, true),
    }
}

/// The method that the upstream gets, and the line that says so.
pub(crate) fn sent_method(model: &Model<'_>, state: &State) -> (Known<String>, Option<Line>) {
    match model.config().scalar(state.level, Directive::ProxyMethod) {
        // Hardly any config sets it, so that what is not at hand is taken not to.
        Scalar::Default | Scalar::Unknown => (state.method.clone(), None),
        Scalar::Set(line, _) => match model.config().arg(line, 0) {
            Some(Known::Known(text)) => (evaluate(model, &text, state), Some(line)),
            _ => (Known::Unknown, Some(line)),
        },
    }
}
