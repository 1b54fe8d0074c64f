//! `proxy_set_header`: the header lines that the upstream gets.

use std::collections::HashSet;

use super::state::{Http, State};
use crate::length::{LONGEST, MOST_KEPT};
use crate::nginx::config::inherit::{List, Scalar};
use crate::nginx::config::names::Directive;
use crate::nginx::config::{ContextId, Line};
use crate::nginx::model::Model;
use crate::trace::Known;
use crate::version::Version;

/// Headers that nginx sets or drops unless a line says otherwise (`ngx_http_proxy_headers`).
const NOT_PASSED: [&str; 8] =
    ["Host", "Connection", "Content-Length", "Transfer-Encoding", "TE", "Keep-Alive", "Expect", "Upgrade"];

/// The version from which HTTP/1.1 and no `Connection` are the defaults (nginx commit 6bb27a631).
pub(in crate::nginx) const MODERN_DEFAULTS: Version = Version(1, 29, 7);
/// The version from which exactly one `Host` is always sent.
const ONE_HOST: Version = Version(1, 31, 4);

/// More lines than these are no request that any server reads: nginx itself takes 8 KiB of them for one header, and
/// HAProxy 101 lines in all.
const MOST_HEADERS: usize = 1000;

/// One header as the upstream gets it.
#[derive(Clone, Debug)]
pub(in crate::nginx) struct Sent {
    /// The value of each line that is sent; none for a header that is not sent.
    pub(in crate::nginx) values: Known<Vec<String>>,
    /// The `proxy_set_header` lines that set it, in order.
    pub(in crate::nginx) lines: Vec<Line>,
}

impl Sent {
    /// All values in one text, as a server that joins lines sees it; `None` for a header that is not sent.
    pub(in crate::nginx) fn joined(&self) -> Known<Option<String>> {
        match &self.values {
            Known::Unknown => Known::Unknown,
            Known::Known(values) if values.is_empty() => Known::Known(None),
            Known::Known(values) => Known::Known(Some(values.join(", "))),
        }
    }

    /// The same for the JSON contract, where several lines of one header stand apart.
    pub(in crate::nginx) fn separate(&self) -> Known<Option<String>> {
        match &self.values {
            Known::Unknown => Known::Unknown,
            Known::Known(values) if values.is_empty() => Known::Known(None),
            Known::Known(values) => Known::Known(Some(values.join("\n"))),
        }
    }

    /// Whether the joined value is a list that holds `token`, in any case; `None` if it cannot be told.
    pub(in crate::nginx) fn holds(&self, token: &str) -> Option<bool> {
        match &self.values {
            Known::Unknown => None,
            Known::Known(values) => Some(values.iter().any(|value| holds_token(value, token))),
        }
    }
}

/// Whether a header is one of the two that ask for another protocol.
pub(in crate::nginx) fn asks_for_upgrade(name: &str) -> bool {
    name.eq_ignore_ascii_case("upgrade") || name.eq_ignore_ascii_case("connection")
}

/// Whether a header value is a list that holds `token`, in any case.
pub(in crate::nginx) fn holds_token(value: &str, token: &str) -> bool {
    value.split(',').any(|item| item.trim().eq_ignore_ascii_case(token))
}

impl Model<'_> {
    /// The `proxy_set_header` lines in force at a level.
    pub(in crate::nginx) fn header_list(&self, level: ContextId) -> List {
        self.config().list(self.config().proper_level(level), Directive::ProxySetHeader)
    }

    /// The lines of a list that set one header, and whether a line whose name is not known could.
    pub(in crate::nginx) fn lines_for(&self, list: &List, header: &str) -> (Vec<Line>, bool) {
        let mut unsure = false;
        let mut lines = Vec::new();
        for &line in &list.lines {
            match self.config().arg(line, 0) {
                Some(Known::Known(name)) if name.eq_ignore_ascii_case(header) => lines.push(line),
                Some(Known::Known(_)) | None => {}
                Some(Known::Unknown) => unsure = true,
            }
        }
        (lines, unsure)
    }

    /// One header as the upstream gets it.
    pub(in crate::nginx) fn sent_header(&self, state: &State, header: &str) -> Sent {
        let list = self.header_list(state.level);
        let (lines, unsure) = self.lines_for(&list, header);
        if lines.is_empty() {
            let values =
                if unsure || list.open { Known::Unknown } else { self.default_header(state, header) };
            return Sent { values, lines };
        }
        let mut values: Vec<String> = Vec::new();
        let mut known = true;
        let mut length = 0;
        for &line in &lines {
            let value = match self.config().arg(line, 1) {
                Some(Known::Known(text)) => self.evaluate(&text, state),
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
        if header.eq_ignore_ascii_case("Host") && self.version() >= ONE_HOST && known {
            return match values.pop() {
                Some(last) => Sent { values: Known::Known(vec![last]), lines },
                None => Sent { values: self.default_header(state, header), lines },
            };
        }
        let sure = known && !unsure && !list.open;
        // A line that an unseen file adds comes on top of those that are here.
        let sure = sure || (known && !values.is_empty());
        Sent { values: if sure { Known::Known(values) } else { Known::Unknown }, lines }
    }

    /// A header that no line sets.
    fn default_header(&self, state: &State, header: &str) -> Known<Vec<String>> {
        let one = |value: Known<String>| match value {
            Known::Known(value) if value.is_empty() => Known::Known(Vec::new()),
            Known::Known(value) => Known::Known(vec![value]),
            Known::Unknown => Known::Unknown,
        };
        if header.eq_ignore_ascii_case("Host") {
            return one(state.proxy_host.clone().unwrap_or(Known::Unknown));
        }
        if header.eq_ignore_ascii_case("Connection") {
            let close = if self.version() < MODERN_DEFAULTS { "close" } else { "" };
            return one(Known::Known(close.to_owned()));
        }
        if NOT_PASSED.iter().any(|dropped| dropped.eq_ignore_ascii_case(header)) {
            return Known::Known(Vec::new());
        }
        match self.flag(state.level, Directive::ProxyPassRequestHeaders, true) {
            Known::Known(true) => {
                let mut values = Vec::new();
                for (name, value) in &state.headers {
                    if name.eq_ignore_ascii_case(header) {
                        match value {
                            Known::Known(value) => values.push(value.clone()),
                            Known::Unknown => return Known::Unknown,
                        }
                    }
                }
                Known::Known(values)
            }
            Known::Known(false) => Known::Known(Vec::new()),
            Known::Unknown => Known::Unknown,
        }
    }

    /// All headers that the upstream gets, as far as a request can have them, for following the request into another server of the same config.
    pub(in crate::nginx) fn sent_headers(&self, state: &State) -> Vec<(String, Known<String>)> {
        let mut names: Vec<String> = NOT_PASSED.iter().map(|name| (*name).to_owned()).collect();
        let list = self.header_list(state.level);
        let set = list.lines.iter().filter_map(|&line| self.config().known_arg(line, 0));
        let arrived = state.headers.iter().map(|(name, _)| name.clone());
        let mut seen: HashSet<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        for name in set.map(|name| name.into_owned()).chain(arrived).take(MOST_HEADERS) {
            if seen.insert(name.to_ascii_lowercase()) {
                names.push(name);
            }
        }
        let mut headers = Vec::new();
        let mut length = 0;
        for name in names {
            match self.sent_header(state, &name).values {
                Known::Known(values) if length <= MOST_KEPT => {
                    length += values.iter().map(String::len).sum::<usize>();
                    headers.extend(values.into_iter().map(|value| (name.clone(), Known::Known(value))));
                }
                _ => headers.push((name, Known::Unknown)),
            }
        }
        headers
    }

    /// The version of HTTP that the upstream is spoken to in, and the line that says so.
    pub(in crate::nginx) fn upstream_http(&self, level: ContextId) -> (Known<Http>, Option<Line>) {
        let config = self.config();
        match config.scalar(config.proper_level(level), Directive::ProxyHttpVersion) {
            Scalar::Unknown => (Known::Unknown, None),
            Scalar::Default if self.version() < MODERN_DEFAULTS => (Known::Known(Http::V10), None),
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

    /// A directive that is `on` or `off`.
    pub(in crate::nginx) fn flag(&self, level: ContextId, name: Directive, default: bool) -> Known<bool> {
        match self.config().scalar(level, name) {
            Scalar::Default => Known::Known(default),
            Scalar::Unknown => Known::Unknown,
            Scalar::Set(line, _) => match self.config().known_arg(line, 0) {
                Some(value) => Known::Known(value.eq_ignore_ascii_case("on")),
                None => Known::Unknown,
            },
        }
    }
}
