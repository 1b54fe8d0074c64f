//! The lines of pattern and map files, each file read once for each way of comparing, whatever the number of tests that
//! name it.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::pattern::{self, Method, Pattern, need};
use super::sample::Value;
use wslint_model::literals::Literals;

/// What a line of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Lines {
    /// A pattern, up to the end of the line.
    Patterns,
    /// A key and what it stands for.
    Map,
}

/// How the lines of a file are compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Compared {
    /// The name of the file.
    pub(crate) file: String,
    /// What its lines are.
    pub(crate) lines: Lines,
    /// How a value is compared.
    pub(crate) method: Method,
    /// `-i`.
    pub(crate) ignore_case: bool,
}

type Index = Literals<(usize, usize)>;

/// The files that were asked so far.
#[derive(Debug, Default)]
pub(crate) struct PatternIndex(Mutex<HashMap<Compared, Arc<Index>>>);

impl PatternIndex {
    /// Whether any line of a file matches one of the values; `None` where none does for certain and one may.
    pub(crate) fn meets(&self, compared: Compared, content: &[u8], values: &[Value]) -> Option<bool> {
        let Compared { method, ignore_case, .. } = compared;
        let matches =
            |key: &str, value: &Value| Pattern::new(key.to_owned()).matches(method, ignore_case, value);
        if is_indexed(method) {
            let index = self.of(compared, content);
            let met = values.iter().any(|value| {
                let lines = index.candidates(&value.text()).into_iter();
                lines.into_iter().any(|(from, to)| {
                    matches(&String::from_utf8_lossy(&content[from..to]), value) == Some(true)
                })
            });
            return Some(met);
        }
        let mut undecided = false;
        let met = places(content, Lines::Patterns).any(|place| {
            let key = String::from_utf8_lossy(&content[place]);
            values.iter().any(|value| {
                let answer = matches(&key, value);
                undecided |= answer.is_none();
                answer == Some(true)
            })
        });
        if met { Some(true) } else { (!undecided).then_some(false) }
    }

    /// What a map says of a value: what stands behind the key of the highest [`pattern::rank`] that matches. The outer
    /// `None` where it cannot be told.
    pub(crate) fn mapped(&self, compared: Compared, content: &[u8], value: &Value) -> Option<Option<String>> {
        let Compared { method, ignore_case, .. } = compared;
        let mut places: Vec<(usize, usize)> = match is_indexed(method) {
            true => self.of(compared, content).candidates(&value.text()),
            false => places(content, Lines::Map).map(|place| (place.start, place.end)).collect(),
        };
        places.sort_unstable();
        let mut best = None;
        for (from, to) in places {
            let pattern = Pattern::new(String::from_utf8_lossy(&content[from..to]).into_owned());
            if pattern.matches(method, ignore_case, value)? {
                let rank = pattern::rank(method, &pattern.text, value);
                if best.is_none_or(|(highest, _)| rank > highest) {
                    best = Some((rank, to));
                }
            }
        }
        Some(best.map(|(_, to)| {
            let rest = content[to..].split(|&byte| byte == b'\n').next().unwrap_or_default();
            String::from_utf8_lossy(rest).trim().to_owned()
        }))
    }

    fn of(&self, compared: Compared, content: &[u8]) -> Arc<Index> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let index = known.entry(compared).or_insert_with_key(|compared| {
            let mut index = Index::default();
            for place in places(content, compared.lines) {
                let key = String::from_utf8_lossy(&content[place.clone()]);
                if let Some(Some((need, text))) = need(compared.method, compared.ignore_case, &key) {
                    index.add(need, compared.ignore_case, &text, (place.start, place.end));
                }
            }
            index.finish();
            Arc::new(index)
        });
        Arc::clone(index)
    }
}

/// Whether all patterns of a method can be looked up.
fn is_indexed(method: Method) -> bool {
    matches!(method, Method::Str | Method::Beg | Method::End | Method::Dir | Method::Dom)
}

/// Where the keys of the lines stand.
fn places(content: &[u8], lines: Lines) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    let all = content.split(|&byte| byte == b'\n').map(move |line| {
        let start = next;
        next += line.len() + 1;
        (start, line)
    });
    all.filter_map(move |(start, line)| {
        let blank = line.len() - line.trim_ascii_start().len();
        let text = &line[blank..];
        let end = match lines {
            Lines::Map => text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len()),
            Lines::Patterns => text.len() - text.iter().rev().take_while(|&&byte| byte == b'\r').count(),
        };
        let starts = start + blank;
        (end > 0 && text[0] != b'#').then(|| starts..starts + end)
    })
}
