//! Expressions that need nothing but values: ways of names, literals, named templates without conditions, and the functions
//! that change how a value is written.

use std::cell::Cell;
use std::rc::Rc;

use wslint_model::{Mapped, Site};
use wslint_syntax::Span;

use super::Chart;
use super::found::{Form, Found, as_lines, as_text, as_yaml, written};
use super::token::{Token, tokens};
use super::values::Value;
use super::words::{arguments, literal, squeezed, stages, within};
use crate::yaml::Node;

/// What the dot stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Dot {
    /// The chart as a whole, which has `.Values`.
    Chart,
    /// A value.
    Value(Value),
    /// Nobody can tell.
    Unknown,
}

/// What names mean at a place of a template.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    /// What the dot stands for.
    pub(super) dot: &'s Dot,
    /// Variables, the last one of a name last.
    pub(super) variables: &'s [(String, Found)],
    /// The values, and the templates that have names.
    pub(super) chart: &'s Chart,
    /// How many templates may yet be written into this one: they may ask for each other.
    pub(super) room: &'s Cell<u32>,
}

/// How many templates are written into one. Large charts have some hundred.
pub(super) const MOST_INCLUDED: u32 = 2_000;

/// How deep expressions and templates stand in each other.
const MOST_DEEP: usize = 12;

/// How far a text is indented, at most.
const MOST_INDENTED: usize = 64;

/// Reads an expression; none if it needs more than values.
pub(super) fn read(words: &str, scope: Scope<'_>) -> Option<(Found, Form)> {
    read_within(words, scope, 0)
}

fn read_within(words: &str, scope: Scope<'_>, deep: usize) -> Option<(Found, Form)> {
    if deep > MOST_DEEP {
        return None;
    }
    let mut stages = stages(words)?.into_iter();
    let first = arguments(stages.next()?)?;
    let mut form = Form::default();
    let mut found = match first.as_slice() {
        [one] => operand(one, scope, deep)?,
        [function, arguments @ ..] => call(function, arguments, None, scope, &mut form, deep)?,
        [] => return None,
    };
    for stage in stages {
        let words = arguments(stage)?;
        let [function, arguments @ ..] = words.as_slice() else { return None };
        found = call(function, arguments, Some(found), scope, &mut form, deep)?;
    }
    form.indent.is_none_or(|indent| indent <= MOST_INDENTED).then_some((found, form))
}

/// A function with its arguments, of which the pipeline gives the last one.
fn call(
    function: &str,
    words: &[&str],
    piped: Option<Found>,
    scope: Scope<'_>,
    form: &mut Form,
    deep: usize,
) -> Option<Found> {
    let values = &scope.chart.values;
    let operand = |word: &str| operand(word, scope, deep + 1);
    let (words, last) = match (piped, words) {
        (Some(piped), words) => (words, piped),
        // What is included is asked for by a name, which is no operand.
        (None, _) if matches!(function, "include" | "template") => (words, Found::Nothing),
        (None, [words @ .., last]) if function != "printf" && function != "tpl" => (words, operand(last)?),
        (None, words) => (words, Found::Nothing),
    };
    // What is quoted or indented already is no plain text any more.
    let plain = *form == Form::default();
    let text = |found: &Found| as_text(found, values).filter(|_| plain);
    match (function, words) {
        ("default", [other]) => Some(match &last {
            Found::Value(value) if values.is_true(value) => last,
            Found::Text(text, _) if !text.is_empty() => last,
            Found::Lines(_) | Found::Other(_) => last,
            _ => operand(other)?,
        }),
        ("required", [_]) => Some(last),
        ("quote", []) => {
            form.quote = Some('"');
            Some(last)
        }
        ("squote", []) => {
            form.quote = Some('\'');
            Some(last)
        }
        ("toYaml", []) if plain => as_yaml(last, values),
        ("toString" | "int" | "int64" | "trim", []) => Some(last),
        ("indent", [count]) => {
            form.indent = Some(count.parse().ok()?);
            Some(last)
        }
        ("nindent", [count]) => {
            (form.indent, form.feed) = (Some(count.parse().ok()?), true);
            Some(last)
        }
        ("lower" | "upper" | "trunc" | "trimSuffix" | "trimPrefix", words) => {
            let (text, from) = text(&last)?;
            let argument = || literal(words.first()?);
            let made = match (function, words) {
                ("lower", []) => text.to_lowercase(),
                ("upper", []) => text.to_uppercase(),
                ("trunc", [count]) => text.chars().take(count.parse().ok()?).collect(),
                ("trimSuffix", [_]) => text.strip_suffix(argument()?.as_str()).unwrap_or(&text).to_owned(),
                ("trimPrefix", [_]) => text.strip_prefix(argument()?.as_str()).unwrap_or(&text).to_owned(),
                _ => return None,
            };
            Some(Found::Text(made, from))
        }
        ("printf", [format, words @ ..]) => {
            let mut found = words.iter().map(|word| operand(word)).collect::<Option<Vec<_>>>()?;
            found.extend((!matches!(last, Found::Nothing)).then_some(last));
            let texts = found.iter().map(text).collect::<Option<Vec<_>>>()?;
            printed(&literal(format)?, &texts)
        }
        ("include" | "template", [name, dot]) => include(&literal(name)?, dot, scope, deep),
        ("tpl", [text, dot]) => {
            let lines = as_lines(&operand(text)?, values)?;
            let dot = self::dot(dot, scope, deep)?;
            Some(Found::Lines(Rc::new(fill(&lines, Scope { dot: &dot, variables: &[], ..scope }, deep)?)))
        }
        _ => None,
    }
}

/// A text with others in it; its place is that of the only value.
fn printed(format: &str, texts: &[(String, Option<Site>)]) -> Option<Found> {
    let mut made = String::new();
    let mut rest = format;
    let mut left = texts.iter();
    while let Some(at) = rest.find('%') {
        made.push_str(&rest[..at]);
        match rest[at + 1..].chars().next()? {
            '%' => made.push('%'),
            's' | 'd' | 'v' => made.push_str(&left.next()?.0),
            _ => return None,
        }
        rest = &rest[at + 2..];
    }
    made.push_str(rest);
    let mut places = texts.iter().filter_map(|(_, from)| *from);
    let place = places.next().filter(|_| places.next().is_none());
    left.next().is_none().then_some(Found::Text(made, place))
}

/// A template of this name, if it holds nothing but text and values.
fn include(name: &str, word: &str, scope: Scope<'_>, deep: usize) -> Option<Found> {
    let template = scope.chart.named.get(name)?;
    let dot = dot(word, scope, deep)?;
    scope.room.set(scope.room.get().checked_sub(1)?);
    let mut span = template.body;
    let bytes = template.source.get(span.range())?;
    let (before, behind) = template.trims;
    let goes = |all: bool| move |byte: &&u8| if all { byte.is_ascii_whitespace() } else { **byte == b'\n' };
    span.start += bytes.iter().take_while(goes(before)).count() as u32;
    let bytes = template.source.get(span.range())?;
    span.end -= bytes.iter().rev().take_while(goes(behind)).count() as u32;
    let mut body = Mapped::default();
    body.copy(template.source.get(span.range())?, Site { file: template.file, span });
    Some(Found::Lines(Rc::new(fill(&body, Scope { dot: &dot, variables: &[], ..scope }, deep)?)))
}

/// What a template is given as its dot.
fn dot(word: &str, scope: Scope<'_>, deep: usize) -> Option<Dot> {
    match word {
        "." => Some(scope.dot.clone()),
        "$" => Some(Dot::Chart),
        word => match operand(word, scope, deep + 1)? {
            Found::Value(value) => Some(Dot::Value(value)),
            _ => None,
        },
    }
}

/// A text with the values of its expressions; none if it has any that need more, or conditions.
fn fill(text: &Mapped, scope: Scope<'_>, deep: usize) -> Option<Mapped> {
    let tokens = tokens(&text.text)?;
    let mut filled = Mapped::default();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Text(span) => {
                let beside = |at: Option<usize>| match at.and_then(|at| tokens.get(at)) {
                    Some(Token::Action(action)) => (action.trims_before, action.trims_behind),
                    _ => (false, false),
                };
                let mut span = *span;
                let blank = |byte: &&u8| byte.is_ascii_whitespace();
                if beside(at.checked_sub(1)).1 {
                    span.start += text.text[span.range()].iter().take_while(blank).count() as u32;
                }
                if beside(Some(at + 1)).0 {
                    span.end -= text.text[span.range()].iter().rev().take_while(blank).count() as u32;
                }
                filled.append(text, span);
            }
            Token::Action(action) if action.words.starts_with("/*") => {}
            Token::Action(action) if action.control().is_none() && !action.words.contains(":=") => {
                let (found, form) = read_within(action.words, scope, deep + 1)?;
                if matches!(found, Found::Other(_)) {
                    return None;
                }
                let made = written(&found, form, text.map.site(action.span)?, &scope.chart.values)?;
                filled.append(&made, Span::new(0, made.text.len()));
            }
            Token::Action(_) => return None,
        }
    }
    Some(filled)
}

fn operand(word: &str, scope: Scope<'_>, deep: usize) -> Option<Found> {
    if let Some(text) = literal(word) {
        return Some(Found::Text(text, None));
    }
    if let Some(inner) = within(word) {
        let (found, form) = read_within(inner, scope, deep + 1)?;
        return (form == Form::default()).then_some(found);
    }
    let values = &scope.chart.values;
    let (start, way) = match word.strip_prefix('$') {
        Some(rest) => match rest.strip_prefix('.') {
            Some(way) => (Dot::Chart, way),
            None => {
                let (name, way) = rest.split_once('.').unwrap_or((rest, ""));
                let known = scope.variables.iter().rev().find(|(known, _)| known == name);
                match &known?.1 {
                    Found::Value(value) => (Dot::Value(value.clone()), way),
                    other => return way.is_empty().then(|| other.clone()),
                }
            }
        },
        None => (scope.dot.clone(), word.strip_prefix('.')?),
    };
    let mut names = way.split('.').filter(|name| !name.is_empty()).peekable();
    let mut value = match start {
        Dot::Unknown => return None,
        Dot::Value(value) => value,
        Dot::Chart => match names.next() {
            Some("Values") => match names.next_if_eq(&"global") {
                Some(_) => match values.global() {
                    Some(global) => global,
                    None => return Some(Found::Nothing),
                },
                None => values.root().clone(),
            },
            Some("Chart") => {
                let (text, from) = scope.chart.about.field(names.next()?)?;
                return names.next().is_none().then_some(Found::Text(text, Some(from)));
            }
            _ => return None,
        },
    };
    for name in names {
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
            return None;
        }
        match values.get(&value, name) {
            Some(inner) => value = inner,
            None => return Some(Found::Nothing),
        }
    }
    (!values.is_open(&value)).then_some(Found::Value(value))
}

/// Whether a condition is a way of names that leads to what is empty.
pub(super) fn is_off(condition: &str, scope: Scope<'_>) -> bool {
    match read(condition, scope) {
        Some((Found::Value(value), _)) => !scope.chart.values.is_true(&value),
        Some((Found::Nothing, _)) => true,
        Some((Found::Text(..) | Found::Lines(_) | Found::Other(_), _)) | None => false,
    }
}

/// Whether an expression is a value that a condition holds of.
pub(super) fn what_is_true(expression: &str, scope: Scope<'_>) -> Option<Value> {
    match read(expression, scope) {
        Some((Found::Value(value), _)) if scope.chart.values.is_true(&value) => Some(value),
        _ => None,
    }
}

/// What the variables of a `range` stand for, one after the other: the number or the key of each item, and the item.
pub(super) fn ranged(expression: &str, scope: Scope<'_>) -> Vec<(Found, Value)> {
    let values = &scope.chart.values;
    let Some((Found::Value(value), _)) = read(expression, scope) else { return Vec::new() };
    match values.node(&value) {
        Some(Node::Mapping(_)) => {
            let entry = |(key, place, value)| (Found::Text(key, Some(place)), value);
            values.entries(&value).into_iter().map(entry).collect()
        }
        _ => {
            let number = |(number, value): (usize, Value)| (Found::Text(number.to_string(), None), value);
            values.items(&value).into_iter().enumerate().map(number).collect()
        }
    }
}

/// What stands for an expression that values do not decide: its words.
pub(super) fn other(words: &str) -> Found {
    Found::Other(squeezed(words))
}
