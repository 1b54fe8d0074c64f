//! What a text with variables in it is for one request. Tables are made of texts and texts of tables, so that both are
//! looked up here; how a table chooses is said by `map`, `geo` and `split`.

use std::collections::HashSet;

use super::decision::{Decision, only_value};
use super::of_request::of_request;
use super::state::State;
use super::template::{self, Part};
use super::{geo, map, split};
use crate::config::names::Directive;
use crate::config::tables::{Table, Tables};
use crate::model::Model;
use wslint_model::Known;
use wslint_model::length::{Growing, Kept};

/// Variables that feed on each other are followed this far; nginx itself refuses a cycle at run time.
const MAX_DEPTH: usize = 16;

/// The variables of tables on the way to one value. Each is looked up once, as nginx keeps them for a request: tables
/// that feed on each other twice would otherwise double the work with each of them.
#[derive(Debug, Default)]
struct Resolving {
    depth: usize,
    values: Kept<Known<String>>,
}

/// The value of a text with variables in it; not known where it is too long.
pub(crate) fn evaluate(model: &Model<'_>, text: &str, state: &State) -> Known<String> {
    match text.contains('$') {
        true => evaluate_deep(model, text, state, &mut Resolving::default()),
        false => Known::Known(text.to_owned()).bounded(),
    }
}

/// The same while other variables are being resolved.
fn evaluate_deep(model: &Model<'_>, text: &str, state: &State, resolving: &mut Resolving) -> Known<String> {
    if !text.contains('$') {
        return Known::Known(text.to_owned()).bounded();
    }
    let Some(parts) = template::parts(text) else { return Known::Unknown };
    let mut value = Growing::default();
    for part in parts {
        let grown = match part {
            Part::Text(text) => value.push(text),
            Part::Capture(number) => state
                .captures
                .as_ref()
                .and_then(|captures| value.push(captures.groups.get(number).map_or("", String::as_str))),
            Part::Variable(name) => {
                variable(model, &name, state, resolving).known().and_then(|text| value.push(&text))
            }
        };
        if grown.is_none() {
            return Known::Unknown;
        }
    }
    Known::Known(value.finish())
}

/// Looks a table up for a request.
pub(crate) fn decide(model: &Model<'_>, table: Table, state: &State) -> Decision {
    decide_deep(model, table, state, &mut Resolving::default())
}

/// The tables that a request looks variables up in: those of `http {}`, or of `stream {}` for a connection there.
pub(crate) fn tables_for<'m>(model: &'m Model<'_>, state: &State) -> &'m Tables {
    if state.is_stream { model.stream_tables() } else { model.tables() }
}

fn variable(model: &Model<'_>, name: &str, state: &State, resolving: &mut Resolving) -> Known<String> {
    if let Some(value) = state.variables.get(name) {
        return value.clone();
    }
    if state.variables.is_incomplete() && model.assigned().contains(name) {
        return Known::Unknown;
    }
    if let Some(table) = tables_for(model, state).of(name) {
        return table_variable(model, name, table, state, resolving);
    }
    if let Some(value) = of_request(model, name, state) {
        return value;
    }
    // A variable that some `set` or group of the config assigns is empty until it does.
    if model.assigned().contains(name) { Known::Known(String::new()) } else { Known::Unknown }
}

fn table_variable(
    model: &Model<'_>,
    name: &str,
    table: Table,
    state: &State,
    resolving: &mut Resolving,
) -> Known<String> {
    if let Some(value) = resolving.values.get(name) {
        return value.clone();
    }
    if resolving.depth == MAX_DEPTH || resolving.values.is_incomplete() {
        return Known::Unknown;
    }
    resolving.depth += 1;
    let value = decide_deep(model, table, state, resolving).value;
    resolving.depth -= 1;
    resolving.values.insert(name, value.clone());
    value
}

fn decide_deep(model: &Model<'_>, table: Table, state: &State, resolving: &mut Resolving) -> Decision {
    let config = model.config();
    let mut value_of = |text: &str, state: &State| evaluate_deep(model, text, state, resolving);
    let decision = match table.line.name {
        Some(Directive::Map) => return map::decide(config, table.line, state, &mut value_of),
        Some(Directive::Geo) => geo::decide(config, table.line, state, &mut value_of),
        _ => split::decide(config, table.line, state, &mut value_of),
    };
    decision.unwrap_or_else(|| only_value(config, table.line, state, &mut value_of))
}

/// The variables that decide about a text, also through tables, each once.
pub(crate) fn sources(model: &Model<'_>, text: &str) -> Vec<String> {
    let mut open = template::variables(text);
    // Of tables that feed each other each is looked at once.
    let mut seen: HashSet<String> = HashSet::new();
    let mut sources = Vec::new();
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        match model.tables().of(&name) {
            None => sources.push(name),
            Some(table) => {
                let geo = table.line.name == Some(Directive::Geo);
                let source = model.config().known_arg(table.line, 0).filter(|_| !geo);
                open.extend(template::variables(source.as_deref().unwrap_or("$remote_addr")));
            }
        }
    }
    sources
}
