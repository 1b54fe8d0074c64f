//! `proxy_set_header`: the header lines that the upstream gets.

use std::borrow::Cow;
use std::collections::HashMap;

use super::exit::Pass;
use crate::config::inherit::{List, Scalar};
use crate::config::names::Directive;
use crate::config::{ContextId, Line, shipped_headers};
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

/// Whether a header is one of the two that ask for another protocol.
pub(crate) fn asks_for_upgrade(name: &str) -> bool {
    name.eq_ignore_ascii_case("upgrade") || name.eq_ignore_ascii_case("connection")
}

/// The `proxy_set_header` lines in force at a level.
pub(crate) fn list(model: &Model<'_>, level: ContextId) -> List {
    model.config().list(model.config().proper_level(level), Directive::ProxySetHeader)
}

/// What a line of a list sets.
enum Sets<'p> {
    /// A header of this name.
    Header(Cow<'p, str>),
    /// The headers of a file that packages ship.
    Shipped(&'static [&'static str]),
    /// A header whose name is not known.
    Unknown,
    /// Nothing: its name is missing.
    Nothing,
}

impl<'p> Sets<'p> {
    fn of(model: &Model<'p>, line: Line) -> Self {
        match model.config().arg(line, 0) {
            Some(Known::Known(path)) if model.config().stands_for_file(line) => {
                Self::Shipped(shipped_headers(path.as_bytes()))
            }
            Some(Known::Known(name)) => Self::Header(name),
            Some(Known::Unknown) => Self::Unknown,
            None => Self::Nothing,
        }
    }
}

/// The lines of a list with what each sets, read once for many headers.
pub(super) struct Headers<'p> {
    /// The lines that are asked one by one.
    lines: Vec<(Line, Sets<'p>)>,
    /// The others, where there are many, by the header in lower case that each sets.
    by_name: HashMap<String, Vec<Line>>,
    open: bool,
}

/// More lines of one list than these are looked up by the header that they set.
pub(super) const FEW_LINES: usize = 32;

impl<'p> Headers<'p> {
    /// Reads the lines of a list.
    pub(super) fn of(model: &Model<'p>, list: &List) -> Self {
        let many = list.lines.len() > FEW_LINES;
        let mut lines = Vec::new();
        let mut by_name: HashMap<String, Vec<Line>> = HashMap::new();
        for &line in &list.lines {
            match Sets::of(model, line) {
                Sets::Header(name) if many => {
                    by_name.entry(name.to_ascii_lowercase()).or_default().push(line);
                }
                sets => lines.push((line, sets)),
            }
        }
        Self { lines, by_name, open: list.open }
    }

    /// The lines that set one header, and whether a line whose name is not known could.
    fn lines_for(&self, header: &str) -> (Vec<Line>, bool) {
        let mut unsure = false;
        let mut lines = Vec::new();
        for (line, sets) in &self.lines {
            match sets {
                Sets::Shipped(names) => unsure |= names.iter().any(|name| name.eq_ignore_ascii_case(header)),
                Sets::Header(name) if name.eq_ignore_ascii_case(header) => lines.push(*line),
                Sets::Header(_) | Sets::Nothing => {}
                Sets::Unknown => unsure = true,
            }
        }
        if !self.by_name.is_empty() {
            lines.extend(self.by_name.get(&header.to_ascii_lowercase()).into_iter().flatten());
        }
        (lines, unsure)
    }
}

/// The lines of a list that set one header, and whether a line whose name is not known could.
pub(crate) fn lines_for(model: &Model<'_>, list: &List, header: &str) -> (Vec<Line>, bool) {
    Headers::of(model, list).lines_for(header)
}

/// The same without lines that a template has for other cases: what is rendered has one of them.
fn rendered(model: &Model<'_>, lines: Vec<Line>) -> Vec<Line> {
    let (optional, certain): (Vec<Line>, Vec<Line>) =
        lines.into_iter().partition(|&line| model.config().is_optional(line));
    if certain.is_empty() { optional.into_iter().take(1).collect() } else { certain }
}

/// One header as the upstream gets it.
pub(crate) fn sent(model: &Model<'_>, state: &State, header: &str) -> Sent {
    sent_of(model, &Headers::of(model, &list(model, state.level)), state, header)
}

/// The same where the list in force is at hand.
pub(super) fn sent_of(model: &Model<'_>, list: &Headers<'_>, state: &State, header: &str) -> Sent {
    let (lines, unsure) = list.lines_for(header);
    let lines = rendered(model, lines);
    if lines.is_empty() {
        let values = if unsure || list.open { Known::Unknown } else { default_header(model, state, header) };
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
    let sure = known && !unsure && !list.open;
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

/// Whether both halves of the client's upgrade reach the program that a request is handed to; `None` if it cannot be
/// told.
pub(crate) fn upgrade_reaches(model: &Model<'_>, pass: &Pass) -> Option<bool> {
    if pass.directive != Directive::ProxyPass {
        return Some(false);
    }
    let sends = |header: &str, token: &str| sent(model, &pass.state, header).holds(token);
    match (sends("Upgrade", "websocket"), sends("Connection", "upgrade")) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}
