//! Regular expressions of both proxies. They use PCRE; `fancy-regex` knows the same constructs as far as
//! configurations use them. An expression that it does not understand, or that would take too much memory or too many
//! steps, gives an answer that is not known.
//!
//! A compiled expression takes from ten kilobytes to a megabyte, hundreds of times what its text does. So those that are
//! needed again stay compiled only as far as they fit into a fixed size. Which ones are kept changes no answer.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use fancy_regex::{Captures, Regex, RegexBuilder};

use crate::length::Growing;

/// Steps that one match may take. PCRE's own limit is 10,000,000; a config is not worth that much time here.
const BACKTRACK_LIMIT: usize = 20_000;

/// How large the automaton of an expression may be, in bytes, each size with what such an expression takes in all
/// (measured): most are of the first size, `\w{20}` is of the last one.
const SIZES: [(usize, usize); 3] = [(16 << 10, 64 << 10), (128 << 10, 256 << 10), (1 << 20, 2 << 20)];

/// What one expression may take beside that while it is matched, in bytes.
const SCRATCH: usize = 64 << 10;

/// What all expressions that are kept take, in bytes.
const MOST_KEPT: usize = 6 << 20;

static KEPT: LazyLock<Mutex<Compiled>> = LazyLock::new(Mutex::default);

/// The compiled expression; `None` where it cannot be followed.
pub fn compiled(expression: &str, ignore_case: bool) -> Option<Arc<Regex>> {
    let source = if ignore_case { format!("(?i){expression}") } else { expression.to_owned() };
    // A poisoned lock holds a map that is still whole: entries are only ever added and removed.
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(entry) = kept().entries.get(&source) {
        return entry.regex.clone();
    }
    let entry = Entry::of(&source);
    let regex = entry.regex.clone();
    kept().add(source, entry);
    regex
}

/// What a text must begin with to match an expression, where the expression says so: `/ws/` of `^/ws/(.*)$`. None where
/// it says nothing of the kind, or cannot be followed.
pub fn head(expression: &str, ignore_case: bool) -> Option<String> {
    let head = written_head(expression)?;
    is_followed(expression, ignore_case).then_some(head)
}

/// Whether a text does not match an expression for certain, which is seen without compiling it: there may be thousands.
pub fn misses(expression: &str, ignore_case: bool, text: &str) -> bool {
    let begins = |head: String| match (text.as_bytes().get(..head.len()), ignore_case) {
        (None, _) => false,
        (Some(start), true) => start.eq_ignore_ascii_case(head.as_bytes()),
        (Some(start), false) => start == head.as_bytes(),
    };
    written_head(expression).is_some_and(|head| !begins(head)) && is_followed(expression, ignore_case)
}

/// Whether an expression can be followed, which is known of all that were asked, those that are not kept too.
fn is_followed(expression: &str, ignore_case: bool) -> bool {
    static FOLLOWED: LazyLock<(RandomState, Mutex<HashMap<u64, bool>>)> = LazyLock::new(Default::default);
    let (state, known) = &*FOLLOWED;
    let known = || known.lock().unwrap_or_else(PoisonError::into_inner);
    let key = state.hash_one((expression, ignore_case));
    if let Some(&followed) = known().get(&key) {
        return followed;
    }
    let followed = compiled(expression, ignore_case).is_some();
    known().insert(key, followed);
    followed
}

/// The letters behind `^` that stand for themselves, where there is no alternative to them.
fn written_head(expression: &str) -> Option<String> {
    let rest = expression.strip_prefix('^')?;
    let mut head = String::new();
    let mut letters = rest.chars();
    let mut end = None;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.clone().next() {
                Some(escaped) if escaped.is_ascii_punctuation() => {
                    head.push(escaped);
                    letters.next();
                }
                _ => {
                    end = Some(letter);
                    break;
                }
            },
            letter if letter.is_ascii_alphanumeric() || "/_-%=&,:~@!;".contains(letter) => head.push(letter),
            letter => {
                end = Some(letter);
                break;
            }
        }
    }
    // What is repeated may be there no time.
    if matches!(end, Some('*' | '?' | '+' | '{')) {
        head.pop();
    }
    (!head.is_empty() && !has_alternatives(rest)).then_some(head)
}

/// Whether there may be a `|` outside of all groups.
fn has_alternatives(expression: &str) -> bool {
    let plain_groups = ["(?:", "(?<", "(?P<", "(?=", "(?!"];
    let mut depth = 0_usize;
    let mut rest = expression;
    while let Some(letter) = rest.chars().next() {
        match letter {
            '|' if depth == 0 => return true,
            // Quoted text, comments and switches make of a parenthesis what they like.
            '\\' if rest.starts_with("\\Q") => return true,
            '(' if rest.starts_with("(?") && !plain_groups.iter().any(|group| rest.starts_with(group)) => {
                return true;
            }
            '\\' => rest = rest.get(1..).unwrap_or_default(),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '[' => {
                // A bracket that comes first is a letter.
                let inner = rest[1..].strip_prefix('^').unwrap_or(&rest[1..]);
                let inner = inner.strip_prefix(']').unwrap_or(inner);
                let mut escaped = false;
                let close = inner.find(|letter| {
                    let ends = letter == ']' && !escaped;
                    escaped = letter == '\\' && !escaped;
                    ends
                });
                // A class in a class is read no further.
                let Some(close) = close.filter(|&close| !inner[..close].contains('[')) else { return true };
                rest = &inner[close..];
            }
            _ => {}
        }
        let mut letters = rest.chars();
        letters.next();
        rest = letters.as_str();
    }
    false
}

/// Expressions by their source, and what they take together.
#[derive(Default)]
struct Compiled {
    entries: HashMap<String, Entry>,
    size: usize,
}

/// A compiled expression, or none where it cannot be followed, and what it takes in bytes.
struct Entry {
    regex: Option<Arc<Regex>>,
    size: usize,
}

impl Entry {
    fn of(source: &str) -> Self {
        let build = |limit: usize| {
            let mut builder = RegexBuilder::new(source);
            builder.backtrack_limit(BACKTRACK_LIMIT);
            builder.delegate_size_limit(limit).delegate_dfa_size_limit(SCRATCH);
            builder.build().ok()
        };
        let found = SIZES.into_iter().find_map(|(limit, size)| Some((build(limit)?, size)));
        let (regex, size) = found.map_or((None, 0), |(regex, size)| (Some(Arc::new(regex)), size));
        Self { regex, size: size + 2 * source.len() }
    }
}

impl Compiled {
    /// Adds an expression and lets go of others, whichever, until all fit.
    fn add(&mut self, source: String, entry: Entry) {
        self.size += entry.size;
        if let Some(before) = self.entries.insert(source, entry) {
            self.size -= before.size;
        }
        while self.size > MOST_KEPT
            && let Some(source) = self.entries.keys().next().cloned()
            && let Some(gone) = self.entries.remove(&source)
        {
            self.size -= gone.size;
        }
    }
}

/// A text with its references `\0` to `\9` replaced by what was captured, as HAProxy's `exp_replace()` does it; `None`
/// where that is too long to be followed.
pub fn expanded(text: &str, captures: &Captures<'_, str>) -> Option<String> {
    let mut value = Growing::default();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        value.push(&rest[..at])?;
        rest = &rest[at + 1..];
        match rest.bytes().next() {
            Some(digit) if digit.is_ascii_digit() => {
                let group = captures.get(usize::from(digit - b'0'));
                value.push(group.map_or("", |group| group.as_str()))?;
                rest = &rest[1..];
            }
            Some(b'\\') => {
                value.push("\\")?;
                rest = &rest[1..];
            }
            _ => value.push("\\")?,
        }
    }
    value.push(rest)?;
    Some(value.finish())
}

#[cfg(test)]
mod tests {
    use super::{Compiled, Entry, MOST_KEPT, compiled, expanded, head, misses};

    #[test]
    fn what_a_text_must_begin_with_is_read_off() {
        let check = |expression, expected: Option<&str>| {
            assert_eq!(head(expression, false).as_deref(), expected, "{expression}");
        };
        check("^/ws/(.*)$", Some("/ws/"));
        check(r"^/socket\.io/", Some("/socket.io/"));
        check("^/wss?/", Some("/ws"));
        check("^/ws*", Some("/w"));
        check("^/(a|b)", Some("/"));
        check("^/ws[|(]|^/a", None);
        check("^/ws[]|]", Some("/ws"));
        check("^/ws|^/a", None);
        check("^/ws[[:alpha:](]|a", None);
        check(r"^/ws\|", Some("/ws|"));
        check("^/w(?i)s|a", None);
        check("/ws", None);
        check("^$", None);
        check("^/ws(", None);
        check(r"^\d+", None);
    }

    #[test]
    fn what_begins_otherwise_is_missed() {
        assert!(misses("^/ws/", false, "/wx/a"));
        assert!(misses("^/ws/", false, "/WS/"));
        assert!(!misses("^/ws/", true, "/WS/"));
        assert!(misses("^/ws/", true, "/w"));
        assert!(!misses("^/ws(", false, "/a"), "what cannot be followed is not known");
        assert!(!misses("ws", false, "/a"));
    }

    #[test]
    fn what_would_take_too_much_memory_is_not_followed() {
        for expression in ["^/ws", r"^/\w+/(\d+)$", r"^(?!/api)/.{50}", r"\w{20}"] {
            assert!(compiled(expression, false).is_some(), "{expression}");
        }
        for expression in ["(", r"((\w{100}){100}){100}", "((((a{99}){99}){99}){99}){99}"] {
            assert!(compiled(expression, false).is_none(), "{expression}");
        }
    }

    #[test]
    fn what_is_kept_fits() {
        let mut kept = Compiled::default();
        for number in 0..200 {
            let source = format!("^/ws{number}");
            let entry = Entry::of(&source);
            kept.add(source, entry);
            assert!(kept.size <= MOST_KEPT && !kept.entries.is_empty());
        }
    }

    #[test]
    fn references_are_replaced_within_bounds() {
        let regex = compiled("^/(.)(.*)$", false).unwrap();
        let long = format!("/ab{}", "x".repeat(1000));
        let captures = regex.captures(long.as_str()).unwrap().unwrap();
        assert_eq!(expanded(r"\1-\\1\x\9$1", &captures).as_deref(), Some(r"a-\1\x$1"));
        assert!(expanded(&r"\2".repeat(60), &captures).is_some());
        assert_eq!(expanded(&r"\2".repeat(70), &captures), None);
    }
}
