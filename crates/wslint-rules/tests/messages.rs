//! What rules say to people, on each of their examples: in the words of the trade, with nothing left to fill in, and short
//! enough to be read. docs/style.md says how messages are written.

mod support;

use support::{report, rules, wanted};
use wslint_rules::Scope;
use wslint_rules::trial::said;

/// Words that people of the trade do not use for these things, and what they say instead.
const HOUSE_WORDS: [(&str, &str); 14] = [
    ("hands on", "passes on"),
    ("handed on", "passed on"),
    ("hand it on", "pass it on"),
    ("hand the", "pass the"),
    ("is told", "is reported"),
    ("are told", "are reported"),
    ("without a word", "silently"),
    ("mend", "fix"),
    ("handshake-without-accept", "no `Sec-WebSocket-Accept`"),
    ("by the way", ""),
    ("in clear", "without TLS"),
    ("goes up in", ""),
    ("the way of", "the path of"),
    ("takes handshakes", "matches handshakes"),
];

/// The columns of a headline on a terminal of 80, less the mark in front of it.
const COLUMNS: usize = 76;

/// How many lines a headline may have there. The names of annotations fill a line of their own.
fn lines(scope: Scope) -> usize {
    if scope == Scope::Kubernetes { 3 } else { 2 }
}

#[test]
fn messages_are_written_for_people() {
    let rules = rules();
    let mut failures = Vec::new();
    for rule in rules.iter().filter(|rule| wanted(&rule.id)) {
        for (number, example) in (1..).zip(rule.examples()) {
            let Some(said) = said(&rules, rule, example) else { continue };
            let at = format!("rules/{}.yaml, example {number}", rule.id);
            for (name, text) in [("message", &said.message), ("help", &said.help)] {
                failures.extend(
                    house_words(text)
                        .map(|(word, better)| format!("{at}: {name} says `{word}`: {better}\n{text}")),
                );
                failures.extend(
                    unfilled(text).map(|word| format!("{at}: {name} leaves `{{{word}}}` unfilled\n{text}")),
                );
            }
            let lines = textwrap::wrap(&said.message, COLUMNS).len();
            if lines > self::lines(rule.scope) {
                failures.push(format!("{at}: the message takes {lines} lines\n{}", said.message));
            }
            if said.message.contains('\n') || said.message.ends_with('.') {
                failures.push(format!("{at}: a message is one clause without a period\n{}", said.message));
            }
        }
    }
    report(&failures);
}

fn house_words(text: &str) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
    HOUSE_WORDS.into_iter().filter(|(word, _)| {
        text.match_indices(word).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            before.is_none_or(|letter| !letter.is_alphabetic())
        })
    })
}

/// The names in braces that no answer has taken the place of. Configurations write braces beside blanks, and patterns
/// such as `{2,}`.
fn unfilled(text: &str) -> impl Iterator<Item = &str> + '_ {
    text.split('{').skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('}')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        is_name.then_some(name)
    })
}
