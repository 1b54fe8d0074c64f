//! The handshake's headers: what the upstream gets, and because of which line it gets anything else.

use super::Teller;
use crate::config::names::Directive;
use crate::config::{ContextId, Line};
use crate::questions;
use crate::request::end::{End, Passed};
use crate::request::header::{Sent, holds_token};
use wslint_model::{Browser, Cause, Handshake, Known, Origin, Role, Value};

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

    /// What Firefox's handshake makes of `Connection`.
    fn for_firefox(&self) -> Option<Sent> {
        let followed = self.model.follow(self.seed, Some(Browser::Firefox));
        followed.passed().map(|passed| self.model.sent_header(&passed.state, "Connection"))
    }

    /// A header that no line in force sets: because no line does at all, or because this level drops those above.
    fn tell_absent(
        &mut self,
        question: &'static wslint_model::Question,
        header: &'static str,
        passed: &Passed,
    ) {
        if let Some(cause) = self.lost_above(header, passed) {
            // A list that drops one of the two mostly drops both; the first one tells.
            if self.facts.get(questions::LOST_HEADER.name).is_none() {
                self.tell(&questions::LOST_HEADER, Value::Choice(header), cause.clone());
            }
            return self.tell(question, Value::Choice("lost"), cause);
        }
        let default = Origin::Default(self.model.version());
        let words = Role::Says(format!("nothing here passes `{header}` on"));
        let config = self.model.config();
        let cause = Cause::at(default, config.opener_site(self.level()), words)
            .and(config.site(passed.pass), Role::Says("the request is handed on here".to_owned()));
        self.tell(question, Value::Choice("dropped"), cause);
    }

    /// The cause of a header that is set above, by a list that the one in force replaces.
    fn lost_above(&self, header: &str, passed: &Passed) -> Option<Cause> {
        let config = self.model.config();
        let list = self.model.header_list(passed.state.level);
        let own = list.level?;
        let above = |level: ContextId| config.list_above(level, Directive::ProxySetHeader);
        let mut lists = std::iter::successors(Some(above(own)), |list| list.level.map(above));
        let lost = lists.find_map(|list| {
            let (lines, _) = self.model.lines_for(&list, header);
            lines.into_iter().find(|&line| config.known_arg(line, 1).is_none_or(|text| !text.is_empty()))
        })?;
        let drops = config.site(*list.lines.first()?);
        let opener = config.opener_site(own);
        // A shared snippet is no place to point at: the level that includes it is.
        let cause = if drops.file == opener.file {
            Cause::at(Origin::Dropped, drops, Role::Drops)
        } else {
            let words = "its own proxy_set_header lines drop those set above it".to_owned();
            Cause::at(Origin::Dropped, opener, Role::Says(words)).and(drops, Role::Drops)
        };
        Some(cause.and(config.site(lost), Role::Lost))
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
        let polls = evidence.framework.is_some_and(wslint_model::traffic::Framework::polls);
        if polls || evidence.general {
            self.tell_line(&questions::PLAIN_UPGRADE, if polls { "polls" } else { "pages" }, line);
        }
    }

    /// The cause of a value that several lines of one list set.
    pub(super) fn of_lines(&self, lines: &[Line]) -> Cause {
        let Some((&first, rest)) = lines.split_first() else { return self.default() };
        let mut cause = self.set_by(first);
        for &line in rest {
            cause = cause.and(self.model.config().site(line), Role::SetHere);
        }
        cause
    }
}
