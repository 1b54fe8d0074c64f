//! What `map`, `geo` and `split_clients` say about one request. The ways of the latter two are in files of their own.

use super::Resolving;
use super::tables::Table;
use crate::config::Line;
use crate::config::names::Directive;
use crate::config::pattern::{self, Match};
use crate::model::Model;
use crate::request::state::State;
use wslint_model::Known;

/// What a table says about one request.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    /// The value.
    pub(crate) value: Known<String>,
    /// The entry that gives it; none where the table has no entry that matches and no default.
    pub(crate) entry: Option<Line>,
}

impl Model<'_> {
    /// Looks a table up for a request.
    pub(crate) fn decide(&self, table: Table, state: &State) -> Decision {
        self.decide_deep(table, state, &mut Resolving::default())
    }

    /// The same while other variables are being resolved.
    pub(crate) fn decide_deep(&self, table: Table, state: &State, resolving: &mut Resolving) -> Decision {
        let decision = match table.line.name {
            Some(Directive::Map) => return self.decide_map(table.line, state, resolving),
            Some(Directive::Geo) => self.decide_geo(table.line, state, resolving),
            _ => self.decide_split(table.line, state, resolving),
        };
        decision.unwrap_or_else(|| self.only_value(table.line, state, resolving))
    }

    fn decide_map(&self, map: Line, state: &State, resolving: &mut Resolving) -> Decision {
        let config = self.config();
        let source = match config.arg(map, 0) {
            Some(Known::Known(text)) if !state.varies_by_host(&text) => {
                self.evaluate_deep(&text, state, resolving)
            }
            _ => Known::Unknown,
        };
        let Known::Known(source) = source else { return self.only_value(map, state, resolving) };
        let Some(block) = map.block else { return Decision { value: Known::Unknown, entry: None } };
        let lines = &config.context(block).lines;
        let hostnames = lines.iter().any(|&line| config.name(line) == "hostnames");
        let wanted = source.to_lowercase();
        let mut default = None;
        let mut exact = None;
        let mut wildcard: Option<(usize, Line)> = None;
        for &line in lines {
            let key = config.name(line);
            match key.as_ref() {
                "default" => default = Some(line),
                "hostnames" | "volatile" => {}
                key if key.starts_with('~') => {}
                key => {
                    let key = key.strip_prefix('\\').unwrap_or(key).to_lowercase();
                    if key == wanted && exact.is_none() {
                        exact = Some(line);
                    } else if hostnames
                        && host_matches(&key, &wanted)
                        && wildcard.is_none_or(|(length, _)| key.len() > length)
                    {
                        wildcard = Some((key.len(), line));
                    }
                }
            }
        }
        if let Some(line) = exact.or(wildcard.map(|(_, line)| line)) {
            return self.entry_value(line, state, resolving);
        }
        // An empty text is never held against the expressions, not even against those that would match it.
        for &line in lines.iter().filter(|_| !source.is_empty()) {
            let key = config.name(line);
            let Some(expression) = key.strip_prefix('~') else { continue };
            let (expression, ignore_case) = match expression.strip_prefix('*') {
                Some(expression) => (expression, true),
                None => (expression, false),
            };
            match pattern::matches(expression, ignore_case, &source) {
                Match::No => {}
                Match::Unknown => return Decision { value: Known::Unknown, entry: Some(line) },
                Match::Yes(captures) => {
                    let mut captured = state.clone();
                    captured.take(captures);
                    return self.entry_value(line, &captured, resolving);
                }
            }
        }
        match default {
            Some(line) => self.entry_value(line, state, resolving),
            // An unseen file could add the entry that matches.
            None if config.context(block).open => Decision { value: Known::Unknown, entry: None },
            None => Decision { value: Known::Known(String::new()), entry: None },
        }
    }

    fn entry_value(&self, entry: Line, state: &State, resolving: &mut Resolving) -> Decision {
        let value = match self.config().arg(entry, 0) {
            Some(Known::Known(text)) => self.evaluate_deep(&text, state, resolving),
            _ => Known::Unknown,
        };
        Decision { value, entry: Some(entry) }
    }

    /// The value of a table whose source is not known: known only where every entry gives the same.
    fn only_value(&self, table: Line, state: &State, resolving: &mut Resolving) -> Decision {
        let config = self.config();
        let unknown = Decision { value: Known::Unknown, entry: None };
        let Some(block) = table.block else { return unknown };
        if config.context(block).open {
            return unknown;
        }
        let settings = ["hostnames", "volatile", "ranges", "proxy", "proxy_recursive", "delete"];
        let entries: Vec<Line> = config
            .context(block)
            .lines
            .iter()
            .copied()
            .filter(|&line| !settings.contains(&config.name(line).as_ref()))
            .collect();
        let mut values = entries.iter().map(|&line| self.entry_value(line, state, resolving).value);
        let has_default =
            table.name != Some(Directive::Map) || entries.iter().any(|&line| config.name(line) == "default");
        let Some(first) = values.next() else {
            return Decision { value: Known::Known(String::new()), entry: None };
        };
        let same = has_default && first != Known::Unknown && values.all(|value| value == first);
        if same { Decision { value: first, entry: entries.first().copied() } } else { unknown }
    }
}

/// Whether a host name matches a name with a wildcard, as in `map` with `hostnames`.
fn host_matches(pattern: &str, host: &str) -> bool {
    if let Some(suffix) = pattern.strip_prefix("*.") {
        return host.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'));
    }
    if let Some(suffix) = pattern.strip_prefix('.') {
        return host == suffix || host.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'));
    }
    pattern
        .strip_suffix(".*")
        .is_some_and(|prefix| host.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.')))
}
