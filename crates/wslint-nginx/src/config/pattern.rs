//! Regular expressions of the config. nginx uses PCRE; `fancy-regex` knows the same constructs as far as configs use
//! them. An expression that it does not understand, or that takes too many steps, has an unknown result.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use fancy_regex::{Regex, RegexBuilder};

/// Steps that one match may take. PCRE's own limit is 10,000,000; a config is not worth that much time here.
const BACKTRACK_LIMIT: usize = 20_000;

/// What a match captured: by number, and by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Captures {
    /// The whole match and its groups; a group that took no part is empty.
    pub(crate) groups: Vec<String>,
    /// Named groups, which nginx makes variables.
    pub(crate) named: Vec<(String, String)>,
}

/// The result of a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// It matches.
    Yes(Captures),
    /// It does not.
    No,
    /// It cannot be told.
    Unknown,
}

/// The compiled expressions of a config, each compiled when first needed.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    compiled: Mutex<HashMap<Key, Compiled>>,
}

/// An expression, and whether it ignores case.
type Key = (String, bool);

/// `None` for an expression that cannot be compiled.
type Compiled = Option<Arc<Regex>>;

impl Patterns {
    /// Matches `text` against an expression, with or without regard to case.
    pub(crate) fn matches(&self, expression: &str, ignore_case: bool, text: &str) -> Match {
        let Some(regex) = self.compile(expression, ignore_case) else { return Match::Unknown };
        match regex.captures(text) {
            Err(_) => Match::Unknown,
            Ok(None) => Match::No,
            Ok(Some(found)) => {
                let group = |number: usize| found.get(number).map_or("", |group| group.as_str()).to_owned();
                let named = regex
                    .capture_names()
                    .flatten()
                    .map(|name| {
                        let value = found.name(name).map_or("", |group| group.as_str());
                        (name.to_owned(), value.to_owned())
                    })
                    .collect();
                Match::Yes(Captures { groups: (0..found.len()).map(group).collect(), named })
            }
        }
    }

    fn compile(&self, expression: &str, ignore_case: bool) -> Option<Arc<Regex>> {
        // A poisoned lock holds a map that is still whole: entries are only ever added.
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (expression.to_owned(), ignore_case);
        compiled
            .entry(key)
            .or_insert_with(|| {
                let source = if ignore_case { format!("(?i){expression}") } else { expression.to_owned() };
                RegexBuilder::new(&source).backtrack_limit(BACKTRACK_LIMIT).build().ok().map(Arc::new)
            })
            .clone()
    }
}

/// The names of the groups in an expression, which nginx makes variables: `(?<name>`, `(?P<name>`, `(?'name'`.
pub(crate) fn group_names(expression: &str) -> Vec<String> {
    let mut names = Vec::new();
    for piece in expression.split("(?").skip(1) {
        let piece = piece.strip_prefix('P').unwrap_or(piece);
        let Some(rest) = piece.strip_prefix(['<', '\'']) else { continue };
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if length > 0 && rest[length..].starts_with(['>', '\'']) {
            names.push(rest[..length].to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{Captures, Match, Patterns, group_names};

    #[test]
    fn groups_are_captured_by_number_and_name() {
        let patterns = Patterns::default();
        let found = patterns.matches("^/(?<room>[a-z]+)/(.*)$", false, "/chat/x");
        let expected = Captures {
            groups: vec!["/chat/x".into(), "chat".into(), "x".into()],
            named: vec![("room".into(), "chat".into())],
        };
        assert_eq!(found, Match::Yes(expected));
        assert_eq!(patterns.matches("^/WS", false, "/ws"), Match::No);
        assert!(matches!(patterns.matches("^/WS", true, "/ws"), Match::Yes(_)));
        assert_eq!(patterns.matches("(", false, "/ws"), Match::Unknown);
    }

    #[test]
    fn names_of_groups_are_found() {
        assert_eq!(group_names("^(?<a>x)(?P<b>y)(?:z)(?=w)(?<=v)$"), ["a", "b"]);
    }
}
