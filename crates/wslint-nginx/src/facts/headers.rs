//! The handshake's headers: what the upstream gets, and because of which line it gets anything else.

use std::rc::Rc;

use super::route::RouteFacts;
use crate::choices;
use crate::config::names::Directive;
use crate::questions;
use crate::request::cause;
use crate::request::exit::Pass;
use crate::request::header::Sent;
use wslint_model::way::holds_token;
use wslint_model::{Answer, Browser, Choice, Known, Question, Role};

impl RouteFacts<'_, '_> {
    pub(super) fn tell_headers(&mut self, pass: &Pass) {
        self.tell_misplaced(pass);
        if pass.directive != Directive::ProxyPass {
            return;
        }
        // Who wrote a second location for the handshake may mean the first one to fail.
        if !self.run().hops[0].reply.fallback {
            self.tell_upgrade(pass);
            self.tell_connection(pass);
        }
        self.tell_plain_connection(pass);
        self.tell_plain_upgrade(pass);
        self.tell_version(pass);
        self.tell_overrides(pass);
        self.tell_own_headers(pass);
        self.tell_host(pass);
        self.tell_origin(pass);
        self.tell_forwarded_for(pass);
        self.tell_rivals(pass);
    }

    fn tell_upgrade(&mut self, pass: &Pass) {
        let sent = pass.sent(self.model, "Upgrade");
        if let Known::Known(text) = sent.joined() {
            let text = text.unwrap_or_else(|| absent(&sent));
            let cause = self.of_lines(&sent.lines);
            self.tell(&questions::UPGRADE_SENT, text, cause);
        }
        let word = match &sent.values {
            Known::Unknown => None,
            Known::Known(values) => match values.as_slice() {
                [] if sent.lines.is_empty() => {
                    let (lost, dropped) = (choices::Upgrade::Lost, choices::Upgrade::Dropped);
                    let header = choices::LostHeader::Upgrade;
                    return self.tell_absent(&questions::UPGRADE, (lost, dropped), header, pass);
                }
                [] => Some(choices::Upgrade::Wrong),
                [value] if holds_token(value, "websocket") => Some(choices::Upgrade::Passed),
                [_] => Some(choices::Upgrade::Wrong),
                _ => Some(choices::Upgrade::Repeated),
            },
        };
        let mut cause = self.of_lines(&sent.lines);
        if word == Some(choices::Upgrade::Repeated) {
            cause.marks.reverse();
            self.tell(&questions::REPEATED_HEADER, choices::RepeatedHeader::Upgrade, cause.clone());
        }
        self.tell(&questions::UPGRADE, word, cause);
    }

    fn tell_connection(&mut self, pass: &Pass) {
        let sent = pass.sent(self.model, "Connection");
        if let Known::Known(text) = sent.joined() {
            let text = text.unwrap_or_else(|| absent(&sent));
            let cause = self.of_lines(&sent.lines);
            self.tell(&questions::CONNECTION_SENT, text, cause);
        }
        if sent.lines.is_empty() && sent.values != Known::Unknown {
            let (lost, dropped) = (choices::Connection::Lost, choices::Connection::Dropped);
            let header = choices::LostHeader::Connection;
            return self.tell_absent(&questions::CONNECTION, (lost, dropped), header, pass);
        }
        let cause = self.of_lines(&sent.lines);
        let (word, cause) = match sent.holds("upgrade") {
            None => (None, cause),
            Some(true) if !self.looks_at_connection(&sent) => (Some(choices::Connection::Passed), cause),
            Some(true) => match self.for_firefox().and_then(|firefox| firefox.holds("upgrade")) {
                Some(false) => match self.table_cause(&sent, pass, Some(Browser::Firefox)) {
                    Some(by_map) => (Some(choices::Connection::ChromeOnly), by_map),
                    None => (Some(choices::Connection::ChromeOnly), cause),
                },
                _ => (Some(choices::Connection::Passed), cause),
            },
            Some(false) => match self.table_cause(&sent, pass, None) {
                Some(by_map) => (Some(choices::Connection::WrongByMap), by_map),
                None => (Some(choices::Connection::Wrong), cause),
            },
        };
        self.tell(&questions::CONNECTION, word, cause);
    }

    /// What Firefox's handshake makes of `Connection`.
    fn for_firefox(&self) -> Option<Rc<Sent>> {
        let passage = self.beside(self.candidate().handshake(Browser::Firefox))?;
        passage.pass().map(|pass| pass.sent(self.model, "Connection"))
    }

    /// A header that no line in force sets: because this level drops those above, or because no line does at all.
    fn tell_absent<T: Answer>(
        &mut self,
        question: &'static Question<T>,
        (lost, dropped): (T, T),
        header: choices::LostHeader,
        pass: &Pass,
    ) {
        if let Some(cause) = cause::lost_above(self.model, header.word(), pass.state.level) {
            // A list that drops one of the two mostly drops both; the first one tells.
            if self.facts.fact(&questions::LOST_HEADER).is_none() {
                self.tell(&questions::LOST_HEADER, header, cause.clone());
            }
            return self.tell(question, lost, cause);
        }
        let mut cause = cause::not_passed(self.model, header.word(), pass);
        let of_answers = self.model.lines_about(pass.state.level, Directive::AddHeader, header.word());
        if let Some(&(_, line)) = of_answers.first() {
            let words = format!("this sets `{}` in the answer to the client", header.word());
            cause = cause.and(self.model.config().site(line), Role::Says(words));
        }
        self.tell(question, dropped, cause);
    }

    fn tell_plain_connection(&mut self, pass: &Pass) {
        let mut sent = pass.sent(self.model, "Connection");
        let config = self.model.config();
        let varies =
            sent.lines.iter().any(|&line| config.known_arg(line, 1).is_none_or(|text| text.contains('$')));
        let plain = match varies {
            false => None,
            true => {
                let target = self.candidate().evidence.target().replace("=websocket", "=polling");
                let Some(passage) = self.beside(self.candidate().plain(&target)) else { return };
                Some(passage)
            }
        };
        let pass = match &plain {
            None => pass,
            Some(plain) => {
                let Some(pass) = plain.pass() else { return };
                sent = pass.sent(self.model, "Connection");
                pass
            }
        };
        let word = match sent.joined() {
            Known::Unknown => return,
            Known::Known(None) => choices::PlainConnection::None,
            Known::Known(Some(value)) if holds_token(&value, "upgrade") => choices::PlainConnection::Upgrade,
            Known::Known(Some(value)) if holds_token(&value, "close") => choices::PlainConnection::Close,
            Known::Known(Some(value)) if holds_token(&value, "keep-alive") => {
                choices::PlainConnection::KeepAlive
            }
            Known::Known(Some(_)) => choices::PlainConnection::Other,
        };
        let cause = self.table_cause(&sent, pass, None).map(|mut cause| {
            if let Some(first) = cause.marks.first_mut() {
                first.role = Role::Says("what requests without an upgrade get".to_owned());
            }
            cause
        });
        let cause = cause.unwrap_or_else(|| self.of_lines(&sent.lines));
        self.tell(&questions::PLAIN_CONNECTION, word, cause);
    }

    /// An `Upgrade` that is written out goes with every request.
    fn tell_plain_upgrade(&mut self, pass: &Pass) {
        let config = self.model.config();
        let sent = pass.sent(self.model, "Upgrade");
        let &[line] = sent.lines.as_slice() else { return };
        if !config.known_arg(line, 1).is_some_and(|value| holds_token(&value, "websocket")) {
            return;
        }
        let evidence = &self.candidate().evidence;
        let polls = self.candidate().polls();
        if polls || evidence.general {
            self.tell_line(
                &questions::PLAIN_UPGRADE,
                if polls { choices::PlainUpgrade::Polls } else { choices::PlainUpgrade::Pages },
                line,
            );
        }
    }
}

/// What is sent of a header that is not: nothing, or the value that takes it out.
fn absent(sent: &Sent) -> String {
    if sent.lines.is_empty() { "nothing" } else { "\"\"" }.to_owned()
}
