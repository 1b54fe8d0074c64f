//! `map`, `geo` and `split_clients`: variables that a table gives their value.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::levels::{Config, ContextKind, Line};
use super::names::Directive;

/// A table and the variable that it feeds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    /// `map`, `geo` or `split_clients`.
    pub(crate) line: Line,
    /// How many tables feed the same variable; the last one wins.
    pub(crate) rivals: usize,
}

/// The tables of a config by the name of their variable.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    by_variable: HashMap<String, Table, RandomState>,
    /// All tables that lose to a later one of the same variable, with the winner's variable.
    pub(crate) losers: Vec<(Line, String)>,
}

impl Tables {
    /// Finds the tables that stand in `http {}`, in file order. Fragments mix levels.
    pub(crate) fn new(config: &Config<'_>) -> Self {
        Self::at(config, &[ContextKind::Http, ContextKind::Main, ContextKind::Server])
    }

    /// Finds those of `stream {}`, which has variables of its own.
    pub(crate) fn of_stream(config: &Config<'_>) -> Self {
        Self::at(config, &[ContextKind::Stream])
    }

    fn at(config: &Config<'_>, kinds: &[ContextKind]) -> Self {
        let mut tables = Self::default();
        for (level, context) in config.contexts() {
            if !kinds.contains(&context.kind) {
                continue;
            }
            let mut lines: Vec<Line> = [Directive::Map, Directive::Geo, Directive::SplitClients]
                .into_iter()
                .flat_map(|name| config.own(level, name))
                .collect();
            lines.sort_by_key(|line| line.block);
            for line in lines {
                let Some(name) = variable_of(config, line) else { continue };
                match tables.by_variable.get_mut(&name) {
                    Some(table) => {
                        tables.losers.push((table.line, name));
                        *table = Table { line, rivals: table.rivals + 1 };
                    }
                    None => {
                        tables.by_variable.insert(name, Table { line, rivals: 0 });
                    }
                }
            }
        }
        tables
    }

    /// The table that feeds a variable.
    pub(crate) fn of(&self, variable: &str) -> Option<Table> {
        self.by_variable.get(variable).copied()
    }

    /// All variables that a table feeds.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.by_variable.keys().map(String::as_str)
    }
}

/// The variable that a table feeds: its last argument.
fn variable_of(config: &Config<'_>, line: Line) -> Option<String> {
    let last = config.arg_count(line).checked_sub(1)?;
    Some(config.known_arg(line, last)?.strip_prefix('$')?.to_ascii_lowercase())
}
