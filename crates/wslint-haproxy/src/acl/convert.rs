//! Converters: what a sample goes through (manual, section 7.3.1).

use super::expression::Call;
use super::pattern::Method;
use super::pattern_index::{Compared, Lines};
use super::sample::{Sample, Value};
use super::view::View;
use wslint_model::length::{self, Growing, LONGEST};
use wslint_model::regular;

/// Applies a converter. A converter that this model does not know makes the sample unknown.
pub(crate) fn apply(call: &Call, sample: Sample, view: &View<'_>) -> Sample {
    let Sample::Values(values) = sample else {
        return match (call.name.as_str(), sample) {
            ("default", Sample::Missing) => Sample::text(call.arg(0)),
            (_, sample) => sample,
        };
    };
    let mut converted = Vec::with_capacity(values.len());
    let mut length = 0;
    for value in values {
        match one(call, &value, view) {
            Converted::To(new) => {
                length += new.length();
                let hidden = value.is_of_file() && !new.is_of_file();
                converted.push(if hidden { Value::OfFile(Box::new(new)) } else { new });
            }
            Converted::Gone => {}
            Converted::Unknown => return Sample::Unknown,
        }
        if length > LONGEST {
            return Sample::Unknown;
        }
    }
    if converted.is_empty() { Sample::Missing } else { Sample::Values(converted) }
}

/// What becomes of one value.
enum Converted {
    To(Value),
    Gone,
    Unknown,
}

impl Converted {
    fn text(text: impl Into<String>) -> Self {
        Self::To(Value::Text(text.into()))
    }

    fn integer(number: Option<i64>) -> Self {
        number.map_or(Self::Unknown, |number| Self::To(Value::Integer(number)))
    }
}

fn one(call: &Call, value: &Value, view: &View<'_>) -> Converted {
    let text = value.text();
    match call.name.as_str() {
        "lower" => Converted::text(text.to_lowercase()),
        "upper" => Converted::text(text.to_uppercase()),
        "length" | "strlen" => Converted::integer(i64::try_from(text.len()).ok()),
        "host_only" => Converted::text(host_only(&text)),
        "port_only" => {
            let port = text[host_only(&text).len()..].trim_start_matches(':');
            Converted::integer(Some(port.parse().unwrap_or(0)))
        }
        "field" => field(call, &text),
        "word" => word(call, &text),
        "regsub" => regsub(call, &text),
        "bytes" => {
            let start: usize = call.arg(0).parse().unwrap_or(0);
            let rest = if start > text.len() { Some("") } else { text.get(start..) };
            let Some(rest) = rest else { return Converted::Unknown };
            let length = call.arg(1).parse().unwrap_or(rest.len());
            rest.get(..length.min(rest.len())).map_or(Converted::Unknown, Converted::text)
        }
        "concat" => concat(call, text, view),
        "str" => Converted::text(text),
        "default" | "set-var" | "debug" => Converted::To(value.clone()),
        "ltrim" => Converted::text(text.trim_start_matches(|c| call.arg(0).contains(c))),
        "rtrim" => Converted::text(text.trim_end_matches(|c| call.arg(0).contains(c))),
        "url_dec" => url_dec(&text),
        "not" => Converted::integer(value.integer().map(|number| i64::from(number == 0))),
        "odd" => Converted::integer(value.integer().map(|number| number & 1)),
        "even" => Converted::integer(value.integer().map(|number| i64::from(number & 1 == 0))),
        "neg" => Converted::integer(value.integer().map(i64::wrapping_neg)),
        "bool" => Converted::integer(value.integer().map(|number| i64::from(number != 0))),
        "add" | "sub" | "mul" | "div" | "mod" | "and" | "or" | "xor" => arithmetic(call, value),
        "iif" => match value.integer() {
            Some(number) => Converted::text(call.arg(usize::from(number == 0))),
            None => Converted::Unknown,
        },
        "in_table" => Converted::To(Value::Flag(false)),
        name if name == "map" || name.starts_with("map_") => map(call, value, view),
        _ => Converted::Unknown,
    }
}

/// The host of `host:port`, keeping the brackets of an IPv6 address.
fn host_only(text: &str) -> &str {
    if text.starts_with('[') {
        return text.find(']').map_or(text, |end| &text[..=end]);
    }
    text.split(':').next().unwrap_or_default()
}

/// `field(index,delimiters[,count])`: empty fields count, and a field that is not there is no sample.
fn field(call: &Call, text: &str) -> Converted {
    let picked = pick(call, text, |_| true);
    picked.map_or(Converted::Unknown, |picked| picked.map_or(Converted::Gone, Converted::text))
}

/// `word(index,delimiters[,count])`: runs of delimiters count once, and a word that is not there is empty.
fn word(call: &Call, text: &str) -> Converted {
    let picked = pick(call, text, |part| !part.is_empty());
    picked.map_or(Converted::Unknown, |picked| Converted::text(picked.unwrap_or_default()))
}

/// The part at an index and, with a count, its neighbours, with all that stands between them: those after it, or
/// before it where the index counts from the end; a count of 0 takes the rest. The outer `None` is for arguments
/// that cannot be read.
fn pick<'t>(call: &Call, text: &'t str, counts: impl Fn(&str) -> bool) -> Option<Option<&'t str>> {
    let index: i64 = call.arg(0).parse().ok()?;
    let count: usize = if call.args.len() > 2 { call.arg(2).parse().ok()? } else { 1 };
    let mut parts = Vec::new();
    let mut start = 0;
    for part in text.split(|c| call.arg(1).contains(c)) {
        if counts(part) {
            parts.push((start, start + part.len()));
        }
        let end = start + part.len();
        start = end + text[end..].chars().next().map_or(0, char::len_utf8);
    }
    let last = parts.len().checked_sub(1);
    let at = if index > 0 { index - 1 } else { i64::try_from(parts.len()).ok()? + index };
    let at = usize::try_from(at).ok().filter(|&at| last.is_some_and(|last| at <= last) && index != 0);
    let (Some(at), Some(last)) = (at, last) else { return Some(None) };
    let (first, end) = match (index > 0, count) {
        (true, 0) => (at, last),
        (true, count) => (at, last.min(at + count - 1)),
        (false, 0) => (0, at),
        (false, count) => ((at + 1).saturating_sub(count), at),
    };
    Some(Some(&text[parts[first].0..parts[end].1]))
}

/// `regsub(regex,subst[,flags])`: back-references are `\1`, the flags `g` and `i`.
fn regsub(call: &Call, text: &str) -> Converted {
    let most = if call.arg(2).contains('g') { usize::MAX } else { 1 };
    let replaced = regular::compiled(call.arg(0), call.arg(2).contains('i')).and_then(|regex| {
        let mut replaced = Growing::default();
        let mut done = 0;
        for captures in regex.captures_iter(text).take(most) {
            let captures = captures.ok()?;
            let found = captures.get(0)?;
            replaced.push(&text[done..found.start()])?;
            replaced.push(&regular::expanded(call.arg(1), &captures)?)?;
            done = found.end();
        }
        replaced.push(&text[done..])?;
        Some(replaced.finish())
    });
    replaced.map_or(Converted::Unknown, Converted::text)
}

fn concat(call: &Call, text: String, view: &View<'_>) -> Converted {
    let middle = match view.message.variables.get(call.arg(1)) {
        _ if call.arg(1).is_empty() => Some(String::new()),
        Some(sample) => sample.written(),
        None if view.foreign_variables || view.message.variables.is_incomplete() => None,
        None => Some(String::new()),
    };
    let joined = middle.and_then(|middle| length::concat([&text, call.arg(0), &middle, call.arg(2)]));
    joined.map_or(Converted::Unknown, Converted::text)
}

fn url_dec(text: &str) -> Converted {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (first, code.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_or(Converted::Unknown, Converted::text)
}

fn arithmetic(call: &Call, value: &Value) -> Converted {
    let (Some(left), Ok(right)) = (value.integer(), call.arg(0).parse::<i64>()) else {
        return Converted::Unknown;
    };
    Converted::integer(match call.name.as_str() {
        "add" => Some(left.saturating_add(right)),
        "sub" => Some(left.saturating_sub(right)),
        "mul" => Some(left.saturating_mul(right)),
        "div" => left.checked_div(right),
        "mod" => left.checked_rem(right),
        "and" => Some(left & right),
        "or" => Some(left | right),
        _ => Some(left ^ right),
    })
}

/// `map[_<match>[_<output>]](file[,default])`: the first key that matches, in the order of the file, and the longest of
/// prefixes and networks. Of what the file says only the names of backends come out.
fn map(call: &Call, value: &Value, view: &View<'_>) -> Converted {
    let method = match call.name.split('_').nth(1) {
        None | Some("str") => Method::Str,
        Some(name) => match Method::named(name) {
            Some(method) => method,
            None => return Converted::Unknown,
        },
    };
    let Some(content) = (view.files)(call.arg(0)) else { return Converted::Unknown };
    let compared = Compared { file: call.arg(0).to_owned(), lines: Lines::Map, method, ignore_case: false };
    match view.pattern_index.mapped(compared, content, value) {
        None => Converted::Unknown,
        Some(Some(result)) if (view.is_backend)(&result) => Converted::text(result),
        Some(Some(result)) => Converted::To(Value::OfFile(Box::new(Value::Text(result)))),
        Some(None) if call.args.len() > 1 => Converted::text(call.arg(1)),
        Some(None) => Converted::Gone,
    }
}
