//! Recipes for the headers that the upstream gets.

use super::editor;
use super::fixer::Fixer;
use crate::choices;
use crate::config::Line;
use crate::config::header_lines::HeaderLines;
use crate::config::inherit::{List, Scalar};
use crate::config::names::Directive;
use crate::questions;
use crate::request::header;
use crate::variables::evaluate::evaluate;
use crate::variables::state::State;
use crate::variables::template;
use wslint_model::way::{Http, Message};
use wslint_model::{Browser, Edit, Known, Request, Scheme};

/// The line that passes the client's `Upgrade` on.
const UPGRADE: &str = "proxy_set_header Upgrade $http_upgrade";

/// More inherited lines are not repeated in a location: whoever has so many should include them.
const MOST_REPEATED: usize = 32;

impl Fixer<'_, '_> {
    pub(super) fn forward_upgrade(&self) -> Option<Vec<Edit>> {
        let set = header::lines(self.model, self.level);
        let lost = self.lost_lines(&set);
        let config = self.model.config();
        let mut statements: Vec<String> = lost.iter().map(|&line| config.quoted(line)).collect();
        let lost = HeaderLines::new(config, List { lines: lost, ..List::default() });
        let has = |header: &str| [&*set, &lost].iter().any(|lines| !lines.of(header).0.is_empty());
        if !has("Upgrade") {
            statements.push(UPGRADE.to_owned());
        }
        if !has("Connection") {
            statements.push(format!("proxy_set_header Connection {}", self.connection_value()));
        }
        let mut edits = self.add_headers(statements)?;
        // A `Connection` that is there but asks for nothing must ask for the upgrade now.
        if self.facts.value(&questions::CONNECTION) == Some(choices::Connection::Wrong) {
            edits.extend(self.set_connection()?);
        }
        if matches!(header::upstream_http(self.model, self.level).0, Known::Known(Http::V10)) {
            let version = self.use_http11()?;
            edits = merge(edits, version);
        }
        Some(edits)
    }

    /// The header lines above that the level's own list drops, without those that it sets otherwise.
    fn lost_lines(&self, set: &HeaderLines<'_>) -> Vec<Line> {
        let config = self.model.config();
        let own = set.list.level.filter(|&level| level == self.level);
        let above = own.and_then(|level| config.context(level).parent);
        let above = above.map(|level| self.model.header_lines(level));
        let lines = above.iter().flat_map(|above| &above.list.lines).copied();
        let is_set = |line: &Line| {
            let name = config.known_arg(*line, 0);
            name.is_none_or(|name| !set.of(&name).0.is_empty())
        };
        lines.filter(|line| !is_set(line) && !config.stands_for_file(*line)).take(MOST_REPEATED).collect()
    }

    pub(super) fn set_upgrade(&self) -> Option<Vec<Edit>> {
        let line = self.cause_line(&questions::UPGRADE).filter(|&line| self.is_own(line))?;
        Some(vec![editor::replace_arg(self.model.config(), line, 1, "$http_upgrade")?])
    }

    pub(super) fn set_connection(&self) -> Option<Vec<Edit>> {
        let &[line] = self.header_lines(&questions::CONNECTION_SENT).as_slice() else { return None };
        if !self.is_own(line) {
            return None;
        }
        Some(vec![editor::replace_arg(self.model.config(), line, 1, &self.connection_value())?])
    }

    pub(super) fn set_host(&self) -> Option<Vec<Edit>> {
        match self.header_lines(&questions::HOST).as_slice() {
            [] => self.add_headers(vec!["proxy_set_header Host $http_host".to_owned()]),
            &[line] if self.is_own(line) => {
                Some(vec![editor::replace_arg(self.model.config(), line, 1, "$http_host")?])
            }
            _ => None,
        }
    }

    /// Adds header lines to the list in force. Where the level has none of its own, the inherited ones are repeated:
    /// one line would drop them all.
    fn add_headers(&self, statements: Vec<String>) -> Option<Vec<Edit>> {
        if statements.is_empty() {
            return Some(Vec::new());
        }
        let config = self.model.config();
        let set = header::lines(self.model, self.level);
        let list = &set.list;
        if list.open || list.lines.len() > MOST_REPEATED {
            return None;
        }
        let mut all = Vec::new();
        let mut anchor = self.pass.filter(|&line| self.is_own(line));
        match list.level {
            Some(level) if level == self.level => {
                anchor = list.lines.iter().copied().rfind(|&line| self.is_own(line)).or(anchor);
            }
            Some(_) => all.extend(list.lines.iter().map(|&line| config.quoted(line))),
            None => {}
        }
        all.extend(statements);
        match anchor {
            Some(line) => Some(vec![editor::insert_after(config, line, &all)?]),
            None => Some(vec![editor::insert_first(config, self.level, &all)?]),
        }
    }

    /// A value for `Connection`: the config's own variable for it if it has a good one, else the literal.
    fn connection_value(&self) -> String {
        let request = Request::handshake(Scheme::Ws, "localhost", 80, "/", Browser::Firefox);
        let plain = Request::plain(Scheme::Ws, "localhost", 80, "/");
        let server = self.level;
        let value = |request: &Request, name: &str| {
            let state = State::new(&Message::of(request).into(), server, 80, true)?;
            evaluate(self.model, &format!("${name}"), &state).known()
        };
        let names = self.model.tables().variables().filter(|name| name.contains("connection"));
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        let good = names.into_iter().find(|name| {
            let upgrades = value(&request, name).is_some_and(|value| value.eq_ignore_ascii_case("upgrade"));
            let rests = value(&plain, name).is_some_and(|value| !value.eq_ignore_ascii_case("upgrade"));
            upgrades && rests
        });
        good.map_or_else(|| "\"upgrade\"".to_owned(), |name| format!("${name}"))
    }

    pub(super) fn use_http11(&self) -> Option<Vec<Edit>> {
        self.set_scalar(Directive::ProxyHttpVersion, "1.1")
    }

    /// Sets a scalar for the level: its own line gets the value, or a new line overrides what it inherits.
    pub(super) fn set_scalar(&self, directive: Directive, value: &str) -> Option<Vec<Edit>> {
        let config = self.model.config();
        let own = match config.scalar(self.level, directive) {
            Scalar::Set(line, level) if level == self.level => Some(line),
            Scalar::Unknown => return None,
            _ => None,
        };
        if let Some(line) = own {
            // What stands there already is no fix.
            if !self.is_own(line) || config.known_arg(line, 0).is_some_and(|written| written == value) {
                return None;
            }
            return Some(vec![editor::replace_arg(config, line, 0, value)?]);
        }
        let statement = format!("{} {value}", directive.spec().name);
        let anchor = self.pass.filter(|&line| self.is_own(line));
        Some(vec![match anchor {
            Some(line) => editor::insert_after(config, line, &[statement])?,
            None => editor::insert_first(config, self.level, &[statement])?,
        }])
    }

    /// The variable of the line that sets a handshake header, if a map should feed it.
    pub(super) fn map_variable(&self, line: Line) -> Option<String> {
        template::sole_variable(&self.model.config().known_arg(line, 1)?)
    }
}

/// Joins edits that insert at the same place into one, so that they do not collide.
fn merge(mut edits: Vec<Edit>, more: Vec<Edit>) -> Vec<Edit> {
    for edit in more {
        let same = |other: &&mut Edit| other.site == edit.site && edit.site.span.is_empty();
        match edits.iter_mut().find(same) {
            Some(other) => other.text.extend_from_slice(&edit.text),
            None => edits.push(edit),
        }
    }
    edits
}
