//! What an expression is, and how it is written into a template.

use std::rc::Rc;

use wslint_model::{Mapped, Site};
use wslint_syntax::Span;

use super::values::{Value, Values};
use crate::yaml::Node;

/// What an expression is.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// A value.
    Value(Value),
    /// A text that stands in the template, or that is made of a value at a place.
    Text(String, Option<Site>),
    /// A text in several lines, each with its place.
    Lines(Rc<Mapped>),
    /// A way of names that leads to nothing.
    Nothing,
    /// The expression that a variable stands for, which needs more than values.
    Other(String),
}

/// How a value is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// The quote around it.
    pub(super) quote: Option<char>,
    /// How far its lines are indented.
    pub(super) indent: Option<usize>,
    /// Whether it begins on a line of its own.
    pub(super) feed: bool,
}

/// What is written in the place of an expression at `own`; none if it cannot be written.
pub(super) fn written(found: &Found, form: Form, own: Site, values: &Values) -> Option<Mapped> {
    let mut mapped = Mapped::default();
    let mut line = |text: &str, from: Site| mapped.put(quoted(text, form).as_bytes(), from);
    match found {
        Found::Lines(_) if form.quote.is_some() => {
            let (text, from) = as_text(found, values)?;
            line(&text, from.unwrap_or(own));
        }
        Found::Text(text, from) if !text.contains('\n') => line(text, from.unwrap_or(own)),
        Found::Other(words) => line(&format!("{{{{ {words} }}}}"), own),
        Found::Text(text, from) => {
            let mut lines = Mapped::default();
            lines.put(text.as_bytes(), from.unwrap_or(own));
            mapped = indented(&lines, form.indent?, form.feed);
        }
        Found::Lines(lines) => {
            mapped = indented(lines, form.indent.unwrap_or_default(), form.feed);
        }
        Found::Value(value) => match values.node(value)? {
            Node::Scalar { text, .. } => {
                let (_, whole) = values.source(value)?;
                match text.contains('\n') {
                    false => line(text, whole),
                    true if form.quote.is_none() => {
                        mapped = indented(&lines(text, value, values)?, form.indent?, form.feed);
                    }
                    true => return None,
                }
            }
            Node::Sequence(_) | Node::Mapping(_) => return None,
        },
        Found::Nothing => return None,
    }
    Some(mapped)
}

/// What `toYaml` makes of it.
pub(super) fn as_yaml(found: Found, values: &Values) -> Option<Found> {
    let Found::Value(value) = &found else { return Some(found) };
    match values.node(value)? {
        Node::Scalar { text, .. } if text.contains('\n') => None,
        Node::Scalar { .. } => Some(found),
        Node::Sequence(_) | Node::Mapping(_) => {
            let mut mapped = Mapped::default();
            match values.source(value) {
                Some((source, whole)) => block(source, whole, &mut mapped)?,
                None => merged(value, values, &mut mapped)?,
            }
            Some(Found::Lines(Rc::new(mapped)))
        }
    }
}

/// The lines of anything that is written, each with its place; one line if it is one.
pub(super) fn as_lines(found: &Found, values: &Values) -> Option<Mapped> {
    match found {
        Found::Lines(lines) => Some(Mapped::clone(lines)),
        Found::Value(value) => match values.node(value)? {
            Node::Scalar { text, .. } if text.contains('\n') => lines(text, value, values),
            Node::Scalar { text, .. } => {
                let mut mapped = Mapped::default();
                mapped.put(text.as_bytes(), values.source(value)?.1);
                Some(mapped)
            }
            Node::Sequence(_) | Node::Mapping(_) => None,
        },
        Found::Text(text, Some(from)) => {
            let mut mapped = Mapped::default();
            mapped.put(text.as_bytes(), *from);
            Some(mapped)
        }
        Found::Text(_, None) | Found::Nothing | Found::Other(_) => None,
    }
}

/// The text of what stands on one line, and its place where that is in a file of values.
pub(super) fn as_text(found: &Found, values: &Values) -> Option<(String, Option<Site>)> {
    match found {
        Found::Text(text, from) => Some((text.clone(), *from)),
        Found::Value(value) => match values.node(value)? {
            Node::Scalar { text, .. } if !text.contains('\n') => {
                Some((text.clone(), Some(values.source(value)?.1)))
            }
            _ => None,
        },
        Found::Lines(lines) if !lines.text.contains(&b'\n') => {
            let text = String::from_utf8(lines.text.clone()).ok()?;
            Some((text, lines.map.site(Span::new(0, lines.text.len()))))
        }
        Found::Lines(_) | Found::Nothing | Found::Other(_) => None,
    }
}

/// The lines of a text, each where it stands in the file of values.
fn lines(text: &str, value: &Value, values: &Values) -> Option<Mapped> {
    let (source, whole) = values.source(value)?;
    let mut mapped = Mapped::default();
    let mut from = whole.span.start as usize;
    for (number, line) in text.trim_end_matches('\n').split('\n').enumerate() {
        let (here, next) = line_site(line, from, whole, source);
        from = next;
        if number > 0 {
            mapped.put(b"\n", here);
        }
        mapped.put(line.as_bytes(), here);
    }
    Some(mapped)
}

/// Where a line of a text in several lines stands, from an offset on.
fn line_site(line: &str, from: usize, whole: Site, source: &[u8]) -> (Site, usize) {
    let written = source.get(from..whole.span.end as usize).unwrap_or_default();
    match memchr::memmem::find(written, line.trim().as_bytes()) {
        Some(found) if !line.trim().is_empty() => {
            let start = from + found;
            let span = Span::new(start, start + line.trim().len());
            (Site { span, ..whole }, start + line.trim().len())
        }
        _ => (whole, from),
    }
}

/// A list or a mapping as it is written in its file, without its indentation.
fn block(source: &[u8], whole: Site, mapped: &mut Mapped) -> Option<()> {
    let span = whole.span;
    let text = source.get(span.range())?;
    let begins = source[..span.start as usize].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let column = span.start as usize - begins;
    // What another place of the file defines would not be known here.
    let refers =
        [b"*".as_slice(), b"&", b"<<:"].iter().any(|mark| memchr::memmem::find(text, mark).is_some());
    let indented = source[begins..span.start as usize].iter().all(|byte| matches!(byte, b' ' | b'-'));
    let flow = matches!(text.first(), Some(b'{' | b'['));
    if refers || (!flow && !indented) || (flow && text.contains(&b'\n')) {
        return None;
    }
    let mut at = span.start as usize;
    for (number, line) in text.trim_ascii_end().split(|byte| *byte == b'\n').enumerate() {
        let own = if number == 0 { 0 } else { column };
        let blanks = line.iter().take_while(|byte| **byte == b' ').count().min(own);
        let site = |start: usize, end: usize| Site { span: Span::new(start, end), ..whole };
        if number > 0 {
            mapped.put(b"\n", site(at, at));
        }
        mapped.copy(&line[blanks..], site(at + blanks, at + line.len()));
        at += line.len() + 1;
    }
    Some(())
}

/// Mappings of several files that are merged: what each key has on one line of its own.
fn merged(value: &Value, values: &Values, mapped: &mut Mapped) -> Option<()> {
    for (key, place, value) in values.entries(value) {
        let Node::Scalar { text, style } = values.node(&value)? else { return None };
        if text.contains('\n') {
            return None;
        }
        let (source, whole) = values.source(&value)?;
        if !mapped.text.is_empty() {
            mapped.put(b"\n", place);
        }
        mapped.put(quoted(&key, Form { quote: Some('"'), ..Form::default() }).as_bytes(), place);
        mapped.put(b": ", place);
        let written = source.get(whole.span.range())?;
        match written.first() {
            Some(b'*' | b'&' | b'!') | None => return None,
            _ if *style == crate::yaml::Style::Plain || matches!(written[0], b'"' | b'\'') => {
                mapped.copy(written, whole);
            }
            _ => mapped.put(quoted(text, Form { quote: Some('"'), ..Form::default() }).as_bytes(), whole),
        }
    }
    Some(())
}

/// A text in several lines with another indentation.
fn indented(lines: &Mapped, indent: usize, feed: bool) -> Mapped {
    let mut mapped = Mapped::default();
    let mut at = 0;
    for (number, line) in lines.text.split(|byte| *byte == b'\n').enumerate() {
        let end = at + line.len();
        let here = lines.map.site(Span::new(at, at));
        if let Some(here) = here {
            if number > 0 || feed {
                mapped.put(b"\n", here);
            }
            mapped.put(" ".repeat(indent).as_bytes(), here);
        }
        mapped.append(lines, Span::new(at, end));
        at = end + 1;
    }
    mapped
}

fn quoted(text: &str, form: Form) -> String {
    match form.quote {
        Some('"') => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        Some(_) => format!("'{}'", text.replace('\'', "''")),
        None => text.to_owned(),
    }
}
