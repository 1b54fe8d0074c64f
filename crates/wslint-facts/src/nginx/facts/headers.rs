//! The handshake's headers: what the upstream gets, and because of which line it gets anything else.

use super::Teller;
use crate::fact::{Cause, Origin, Role, Value};
use crate::nginx::config::Line;
use crate::nginx::config::inherit::Scalar;
use crate::nginx::config::names::Directive;
use crate::nginx::questions;
use crate::nginx::request::end::{End, Passed};
use crate::nginx::request::header::{Sent, holds_token};
use crate::nginx::request::state::{Http, State};
use crate::nginx::variables::tables::Decision;
use crate::nginx::variables::template;
use crate::request::Browser;
use crate::trace::{Handshake, Known};

impl Teller<'_, '_> {
    pub(super) fn tell_headers(&mut self, passed: &Passed) {
        self.tell_misplaced(passed);
        if passed.directive != Directive::ProxyPass {
            return;
        }
        // Who wrote a second location for the handshake may mean the first one to fail.
        if !self.model.has_fallback(passed) {
            self.tell_upgrade(passed);
            self.tell_connection(passed);
            self.tell_handshake();
        }
        self.tell_plain_connection(passed);
        self.tell_plain_upgrade(passed);
        self.tell_version(passed);
        self.tell_overrides(passed);
        self.tell_host(passed);
        self.tell_origin(passed);
        self.tell_forwarded_for(passed);
        self.tell_rivals(passed);
    }

    /// A handshake of which some part is not known may succeed, and then what comes after it matters.
    fn tell_handshake(&mut self) {
        let End::Passed(last) = &self.chrome.end else { return };
        if self.model.judge(last, &self.chrome.hops) == Handshake::Fails {
            let cause = self.says(last.pass, "the request is handed on here");
            self.tell(&questions::HANDSHAKE, Value::Choice("fails"), cause);
        }
    }

    fn tell_upgrade(&mut self, passed: &Passed) {
        let sent = self.model.sent_header(&passed.state, "Upgrade");
        if let Known::Known(text) = sent.joined() {
            let text = text.unwrap_or_else(|| "nothing".to_owned());
            let cause = self.of_lines(&sent.lines);
            self.tell(&questions::UPGRADE_SENT, Value::Text(text), cause);
        }
        let word = match &sent.values {
            Known::Unknown => None,
            Known::Known(values) => match values.as_slice() {
                [] if sent.lines.is_empty() => {
                    return self.tell_absent(&questions::UPGRADE, "Upgrade", passed);
                }
                [] => Some("wrong"),
                [value] if holds_token(value, "websocket") => Some("passed"),
                [_] => Some("wrong"),
                _ => Some("repeated"),
            },
        };
        let mut cause = self.of_lines(&sent.lines);
        if word == Some("repeated") {
            cause.marks.reverse();
            self.tell(&questions::REPEATED_HEADER, Value::Choice("Upgrade"), cause.clone());
        }
        self.tell(&questions::UPGRADE, word.map_or(Value::Unknown, Value::Choice), cause);
    }

    fn tell_connection(&mut self, passed: &Passed) {
        let sent = self.model.sent_header(&passed.state, "Connection");
        if let Known::Known(text) = sent.joined() {
            let text = text.unwrap_or_else(|| "nothing".to_owned());
            let cause = self.of_lines(&sent.lines);
            self.tell(&questions::CONNECTION_SENT, Value::Text(text), cause);
        }
        if sent.lines.is_empty() && sent.values != Known::Unknown {
            return self.tell_absent(&questions::CONNECTION, "Connection", passed);
        }
        let cause = self.of_lines(&sent.lines);
        let (word, cause) = match sent.holds("upgrade") {
            None => (None, cause),
            Some(true) if !self.looks_at_connection(&sent) => (Some("passed"), cause),
            Some(true) => match self.for_firefox().and_then(|firefox| firefox.holds("upgrade")) {
                Some(false) => match self.table_cause(&sent, passed, Some(Browser::Firefox)) {
                    Some(by_map) => (Some("chrome-only"), by_map),
                    None => (Some("chrome-only"), cause),
                },
                _ => (Some("passed"), cause),
            },
            Some(false) => match self.table_cause(&sent, passed, None) {
                Some(by_map) => (Some("wrong-by-map"), by_map),
                None => (Some("wrong"), cause),
            },
        };
        self.tell(&questions::CONNECTION, word.map_or(Value::Unknown, Value::Choice), cause);
    }

    /// Whether the value depends on the client's own `Connection`, in which browsers differ.
    fn looks_at_connection(&self, sent: &Sent) -> bool {
        let config = self.model.config();
        sent.lines.iter().any(|&line| {
            let text = config.known_arg(line, 1).unwrap_or_default();
            template::variables(&text).iter().any(|name| {
                let table = self.model.tables().of(name);
                let source = table.and_then(|table| config.known_arg(table.line, 0));
                name == "http_connection" || source.is_some_and(|source| source != "$http_upgrade")
            })
        })
    }

    /// What Firefox's handshake makes of `Connection`.
    fn for_firefox(&self) -> Option<Sent> {
        let followed = self.model.follow(self.seed, Some(Browser::Firefox));
        followed.passed().map(|passed| self.model.sent_header(&passed.state, "Connection"))
    }

    /// The cause of a value that comes from a map: the entry that gives it, the map, and the line that uses it.
    fn table_cause(&self, sent: &Sent, passed: &Passed, browser: Option<Browser>) -> Option<Cause> {
        let &[line] = sent.lines.as_slice() else { return None };
        let config = self.model.config();
        let variable = template::sole_variable(&config.known_arg(line, 1)?)?;
        let table = self.model.tables().of(&variable)?;
        let other = browser.map(|browser| self.model.follow(self.seed, Some(browser)));
        let state = other.as_ref().and_then(|followed| followed.passed()).map_or(&passed.state, |p| &p.state);
        let Decision { entry, value } = self.model.decide(table, state);
        let Known::Known(value) = value else { return None };
        let said = match browser {
            Some(_) => format!("gives `{value}` for Firefox's handshake"),
            None => format!("gives `{value}` for a handshake"),
        };
        let site = config.site(entry.unwrap_or(table.line));
        let cause = Cause::at(Origin::Derived, site, Role::Says(said));
        Some(cause.and(config.site(line), Role::Says("used here".to_owned())))
    }

    /// A header that no line in force sets: because no line does at all, or because this level drops those above.
    fn tell_absent(
        &mut self,
        question: &'static crate::question::Question,
        header: &'static str,
        passed: &Passed,
    ) {
        let model = self.model;
        let config = model.config();
        let list = model.header_list(passed.state.level);
        let level = self.level();
        let Some(own) = list.level else {
            let words = format!("nothing here passes `{header}` on");
            let cause =
                Cause::at(Origin::Default(model.version()), config.opener_site(level), Role::Says(words))
                    .and(config.site(passed.pass), Role::Says("the request is handed on here".to_owned()));
            return self.tell(question, Value::Choice("dropped"), cause);
        };
        let mut above = config.list_above(own, Directive::ProxySetHeader);
        let lost = loop {
            let (lines, _) = model.lines_for(&above, header);
            let useful =
                lines.into_iter().find(|&line| config.known_arg(line, 1).is_none_or(|text| !text.is_empty()));
            match (useful, above.level) {
                (Some(line), _) => break Some(line),
                (None, Some(level)) => above = config.list_above(level, Directive::ProxySetHeader),
                (None, None) => break None,
            }
        };
        let opener = config.opener_site(own);
        let first = list.lines.first().copied();
        let cause = match (lost, first) {
            (Some(lost), Some(first)) => {
                let drops = config.site(first);
                // A shared snippet is no place to point at: the level that includes it is.
                let cause = if drops.file == opener.file {
                    Cause::at(Origin::Dropped, drops, Role::Drops)
                } else {
                    let words = "its own proxy_set_header lines drop those set above it".to_owned();
                    Cause::at(Origin::Dropped, opener, Role::Says(words)).and(drops, Role::Drops)
                };
                let cause = cause.and(config.site(lost), Role::Lost);
                // A list that drops one of the two mostly drops both; the first one tells.
                if self.facts.get(questions::LOST_HEADER.name).is_none() {
                    self.tell(&questions::LOST_HEADER, Value::Choice(header), cause.clone());
                }
                return self.tell(question, Value::Choice("lost"), cause);
            }
            _ => {
                let words = format!("nothing here passes `{header}` on");
                Cause::at(Origin::Default(model.version()), config.opener_site(level), Role::Says(words))
                    .and(config.site(passed.pass), Role::Says("the request is handed on here".to_owned()))
            }
        };
        self.tell(question, Value::Choice("dropped"), cause);
    }

    fn tell_plain_connection(&mut self, passed: &Passed) {
        let mut sent = self.model.sent_header(&passed.state, "Connection");
        let config = self.model.config();
        let varies =
            sent.lines.iter().any(|&line| config.known_arg(line, 1).is_none_or(|text| text.contains('$')));
        let plain = varies.then(|| self.model.follow(self.seed, None));
        let passed = match &plain {
            None => passed,
            Some(plain) => {
                let Some(passed) = plain.passed() else { return };
                sent = self.model.sent_header(&passed.state, "Connection");
                passed
            }
        };
        let word = match sent.joined() {
            Known::Unknown => return,
            Known::Known(None) => "none",
            Known::Known(Some(value)) if holds_token(&value, "upgrade") => "upgrade",
            Known::Known(Some(value)) if holds_token(&value, "close") => "close",
            Known::Known(Some(value)) if holds_token(&value, "keep-alive") => "keep-alive",
            Known::Known(Some(_)) => "other",
        };
        let cause = self.table_cause(&sent, passed, None).map(|mut cause| {
            if let Some(first) = cause.marks.first_mut() {
                first.role = Role::Says("what requests without an upgrade get".to_owned());
            }
            cause
        });
        let cause = cause.unwrap_or_else(|| self.of_lines(&sent.lines));
        self.tell(&questions::PLAIN_CONNECTION, Value::Choice(word), cause);
    }

    /// An `Upgrade` that is written out goes with every request.
    fn tell_plain_upgrade(&mut self, passed: &Passed) {
        let config = self.model.config();
        let sent = self.model.sent_header(&passed.state, "Upgrade");
        let &[line] = sent.lines.as_slice() else { return };
        if !config.known_arg(line, 1).is_some_and(|value| holds_token(&value, "websocket")) {
            return;
        }
        let evidence = &self.seed.evidence;
        let polls = evidence.framework.is_some_and(crate::traffic::Framework::polls);
        if polls || evidence.general {
            self.tell_line(&questions::PLAIN_UPGRADE, if polls { "polls" } else { "pages" }, line);
        }
    }

    fn tell_version(&mut self, passed: &Passed) {
        let (version, line) = self.model.upstream_http(passed.state.level);
        let value = match version {
            Known::Known(Http::V10) => Value::Choice("1.0"),
            Known::Known(Http::V11) => Value::Choice("1.1"),
            Known::Known(Http::V2) => Value::Choice("2"),
            Known::Unknown => Value::Unknown,
        };
        let cause = line.map_or_else(|| self.default(), |line| self.set_by(line));
        self.tell(&questions::HTTP_VERSION, value, cause);
    }

    fn tell_overrides(&mut self, passed: &Passed) {
        let state = &passed.state;
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
            Scalar::Set(line, _) => match self.model.sent_method(state) {
                Known::Known(method) if method != state.method => {
                    self.tell_line(&questions::METHOD, "overridden", line);
                }
                _ => {}
            },
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
        match self.model.hidden_from_client(passed).first() {
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
    fn tell_misplaced(&mut self, passed: &Passed) {
        let level = passed.state.level;
        for (directive, word) in
            [(Directive::AddHeader, "add_header"), (Directive::ProxyPassHeader, "proxy_pass_header")]
        {
            let found = self.model.config().list(level, directive).lines.into_iter().find(|&line| {
                self.model.config().known_arg(line, 0).is_some_and(|name| {
                    name.eq_ignore_ascii_case("upgrade") || name.eq_ignore_ascii_case("connection")
                })
            });
            if let Some(line) = found {
                return self.tell_line(&questions::MISPLACED, word, line);
            }
        }
    }

    fn tell_host(&mut self, passed: &Passed) {
        let state = &passed.state;
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
        let odd = self.seed.odd_ports;
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

    fn tell_forwarded_for(&mut self, passed: &Passed) {
        let (lines, open) =
            self.model.lines_for(&self.model.header_list(passed.state.level), "X-Forwarded-For");
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

    fn tell_origin(&mut self, passed: &Passed) {
        let sent = self.model.sent_header(&passed.state, "Origin");
        let Some(&line) = sent.lines.first() else { return self.tell_default(&questions::ORIGIN, "kept") };
        let word = match sent.joined() {
            Known::Known(None) => "removed",
            Known::Known(Some(value)) if Known::Known(value.clone()) == passed.state.header("Origin") => {
                "kept"
            }
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

    /// Several maps that feed the variable of a handshake header: the last one wins.
    fn tell_rivals(&mut self, passed: &Passed) {
        let config = self.model.config();
        let list = self.model.header_list(passed.state.level);
        let variables: Vec<String> = list
            .lines
            .iter()
            .filter(|&&line| {
                config.known_arg(line, 0).is_some_and(|name| {
                    name.eq_ignore_ascii_case("upgrade") || name.eq_ignore_ascii_case("connection")
                })
            })
            .filter_map(|&line| template::sole_variable(&config.known_arg(line, 1)?))
            .collect();
        let rivals = self.model.tables().losers.iter().find(|(loser, variable)| {
            let winner = self.model.tables().of(variable).map(|table| table.line);
            variables.contains(variable) && winner.is_some_and(|winner| !self.same_entries(*loser, winner))
        });
        let Some((loser, variable)) = rivals else { return };
        let Some(winner) = self.model.tables().of(variable) else { return };
        let cause =
            Cause::at(Origin::Derived, config.site(winner.line), Role::Says("this one wins".to_owned()))
                .and(config.site(*loser), Role::Says("this one has no effect".to_owned()));
        self.tell(&questions::MAP_RIVALS, Value::Flag(true), cause);
    }

    fn same_entries(&self, one: Line, other: Line) -> bool {
        let config = self.model.config();
        let entries = |table: Line| -> Vec<String> {
            let block = table.block.map(|block| &config.context(block).lines);
            block.into_iter().flatten().map(|&line| config.quoted(line)).collect()
        };
        entries(one) == entries(other) && config.quoted(one) == config.quoted(other)
    }

    /// The cause of a value that several lines of one list set.
    fn of_lines(&self, lines: &[Line]) -> Cause {
        let Some((&first, rest)) = lines.split_first() else { return self.default() };
        let mut cause = self.set_by(first);
        for &line in rest {
            cause = cause.and(self.model.config().site(line), Role::SetHere);
        }
        cause
    }

    /// Whether the handshake is answered by an upstream in the end.
    pub(super) fn is_passed(&self) -> bool {
        matches!(self.chrome.end, End::Passed(_))
    }
}

/// Whether a name is that of a handshake header, but for a colon at its end.
fn is_with_colon(name: &str) -> bool {
    name.strip_suffix(':')
        .is_some_and(|name| name.eq_ignore_ascii_case("upgrade") || name.eq_ignore_ascii_case("connection"))
}
