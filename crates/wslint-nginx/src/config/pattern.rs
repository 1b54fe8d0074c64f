//! What regular expressions of the config match, and what they capture.

use wslint_model::length::MOST_KEPT;
use wslint_model::regular;

/// The whole match and `$1` to `$9`, which are all the numbered groups that a configuration can name.
const MOST_GROUPS: usize = 10;

/// What a match captured: by number, and by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Captures {
    /// The whole match and the groups that have a variable; a group that took no part is empty.
    pub(crate) groups: Vec<String>,
    /// Named groups, which nginx makes variables.
    pub(crate) named: Vec<(String, String)>,
}

impl Captures {
    /// Whether nothing was captured.
    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.named.is_empty()
    }
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

/// Matches `text` against an expression, with or without regard to case.
pub(crate) fn matches(expression: &str, ignore_case: bool, text: &str) -> Match {
    if regular::misses(expression, ignore_case, text) {
        return Match::No;
    }
    let Some(regex) = regular::compiled(expression, ignore_case) else { return Match::Unknown };
    // Most do not match, which is told without looking for groups.
    if let Ok(false) = regex.is_match(text) {
        return Match::No;
    }
    match regex.captures(text) {
        Err(_) => Match::Unknown,
        Ok(None) => Match::No,
        Ok(Some(found)) => {
            let named = || regex.capture_names().flatten().map(|name| (name, text_of(found.name(name))));
            if named().map(|(_, value)| value.len()).sum::<usize>() > MOST_KEPT {
                return Match::Unknown;
            }
            let numbers = 0..found.len().min(MOST_GROUPS);
            Match::Yes(Captures {
                groups: numbers.map(|number| text_of(found.get(number)).to_owned()).collect(),
                named: named().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect(),
            })
        }
    }
}

/// Why PCRE does not compile an expression, in its own words, where that is certain.
pub(crate) fn flaw(expression: &str) -> Option<&'static str> {
    // Quoted text, comments and verbs are beyond this.
    if ["\\Q", "(?#", "(*", "(?x"].iter().any(|other| expression.contains(other)) {
        return None;
    }
    let mut depth = 0_usize;
    // Whether nothing stands before that could be repeated.
    let mut begins = true;
    let mut rest = expression.chars().peekable();
    while let Some(sign) = rest.next() {
        match sign {
            '*' | '+' | '?' if begins => return Some("quantifier does not follow a repeatable item"),
            '\\' => {
                rest.next();
            }
            '[' => {
                rest.next_if_eq(&'^');
                rest.next_if_eq(&']');
                loop {
                    match rest.next() {
                        None => return Some("missing terminating ] for character class"),
                        Some(']') => break,
                        Some('\\') => {
                            rest.next();
                        }
                        // The name of a class: `[:alpha:]`.
                        Some('[') if rest.next_if_eq(&':').is_some() => {
                            while rest.next_if(|sign| *sign != ']').is_some() {}
                            rest.next();
                        }
                        Some(_) => {}
                    }
                }
            }
            '(' => depth += 1,
            ')' if depth == 0 => return Some("unmatched closing parenthesis"),
            ')' => depth -= 1,
            _ => {}
        }
        begins = match sign {
            '(' => rest.next_if_eq(&'?').is_none(),
            '|' => true,
            _ => false,
        };
    }
    (depth > 0).then_some("missing closing parenthesis")
}

fn text_of(group: Option<fancy_regex::Match<'_>>) -> &str {
    group.map_or("", |group| group.as_str())
}

/// The names of the groups in an expression, which nginx makes variables: `(?<name>`, `(?P<name>`, `(?'name'`.
pub(crate) fn group_names(expression: &str) -> Vec<String> {
    let mut names = Vec::new();
    for piece in expression.split("(?").skip(1) {
        let piece = piece.strip_prefix('P').unwrap_or(piece);
        let Some(rest) = piece.strip_prefix(['<', '\'']) else { continue };
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if length > 0 && rest[length..].starts_with(['>', '\'']) {
            names.push(rest[..length].to_ascii_lowercase());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{Captures, Match, flaw, group_names, matches};

    #[test]
    fn groups_are_captured_by_number_and_name() {
        let found = matches("^/(?<room>[a-z]+)/(.*)$", false, "/chat/x");
        let expected = Captures {
            groups: vec!["/chat/x".into(), "chat".into(), "x".into()],
            named: vec![("room".into(), "chat".into())],
        };
        assert_eq!(found, Match::Yes(expected));
        assert_eq!(matches("^/WS", false, "/ws"), Match::No);
        assert!(matches!(matches("^/WS", true, "/ws"), Match::Yes(_)));
        assert_eq!(matches("(", false, "/ws"), Match::Unknown);
    }

    #[test]
    fn what_pcre_does_not_compile_is_told() {
        let repeats = Some("quantifier does not follow a repeatable item");
        for bad in ["*\\.example", "+", "a|*b", "(+a)", "^(a|?b)"] {
            assert_eq!(flaw(bad), repeats, "{bad}");
        }
        assert_eq!(flaw("^/(a"), Some("missing closing parenthesis"));
        assert_eq!(flaw("^/a)"), Some("unmatched closing parenthesis"));
        for open in ["[a", "[[:alpha:]", "[]"] {
            assert_eq!(flaw(open), Some("missing terminating ] for character class"), "{open}");
        }
        for good in ["^*a", "[]*)]+", "(?i)a", "(?<n>a)+", "\\(", "a{2}", "[[:alpha:]]*", "(?:a|b)?", ".*"] {
            assert_eq!(flaw(good), None, "{good}");
        }
    }

    #[test]
    fn names_of_groups_are_found() {
        assert_eq!(group_names("^(?<a>x)(?P<b>y)(?:z)(?=w)(?<=v)$"), ["a", "b"]);
    }
}
