//! `map`: a variable whose value the entry for a text gives.

use super::decision::{Decision, ValueOf, entry_value, only_value};
use super::state::State;
use crate::config::pattern::{self, Match};
use crate::config::{Config, Line};
use wslint_model::Known;

/// Looks a `map` up.
pub(super) fn decide(config: &Config<'_>, map: Line, state: &State, value_of: &mut ValueOf<'_>) -> Decision {
    let source = match config.arg(map, 0) {
        Some(Known::Known(text)) if !state.varies_by_host(&text) => value_of(&text, state),
        _ => Known::Unknown,
    };
    let Known::Known(source) = source else { return only_value(config, map, state, value_of) };
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
        return entry_value(config, line, state, value_of);
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
                return entry_value(config, line, &captured, value_of);
            }
        }
    }
    match default {
        Some(line) => entry_value(config, line, state, value_of),
        // An unseen file could add the entry that matches.
        None if config.context(block).open => Decision { value: Known::Unknown, entry: None },
        None => Decision { value: Known::Known(String::new()), entry: None },
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
