//! What a table says about one request: what `map`, `geo` and `split_clients` have in common.

use super::state::State;
use crate::config::names::Directive;
use crate::config::{Config, Line};
use wslint_model::Known;

/// What a text with variables in it is for a request.
pub(super) type ValueOf<'a> = dyn FnMut(&str, &State) -> Known<String> + 'a;

/// What a table says about one request.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    /// The value.
    pub(crate) value: Known<String>,
    /// The entry that gives it; none where the table has no entry that matches and no default.
    pub(crate) entry: Option<Line>,
}

/// The decision that an entry gives.
pub(super) fn entry_value(
    config: &Config<'_>,
    entry: Line,
    state: &State,
    value_of: &mut ValueOf<'_>,
) -> Decision {
    let value = match config.arg(entry, 0) {
        Some(Known::Known(text)) => value_of(&text, state),
        _ => Known::Unknown,
    };
    Decision { value, entry: Some(entry) }
}

/// The value of a table whose source is not known: known only where every entry gives the same.
pub(super) fn only_value(
    config: &Config<'_>,
    table: Line,
    state: &State,
    value_of: &mut ValueOf<'_>,
) -> Decision {
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
    let mut values = entries.iter().map(|&line| entry_value(config, line, state, value_of).value);
    let has_default =
        table.name != Some(Directive::Map) || entries.iter().any(|&line| config.name(line) == "default");
    let Some(first) = values.next() else {
        return Decision { value: Known::Known(String::new()), entry: None };
    };
    let same = has_default && first != Known::Unknown && values.all(|value| value == first);
    if same { Decision { value: first, entry: entries.first().copied() } } else { unknown }
}
