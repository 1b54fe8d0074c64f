//! One file of code, and how to look things up in it: words, calls with their arguments, objects with their keys.

use std::collections::HashMap;
use std::ops::Deref;

use wslint_syntax::Span;

use super::constants;
use super::language::Language;
use super::token::{Kind, Written};
use super::tokens::{Part, Tokens};
use crate::declared::Value;
use crate::file::Place;

/// The longest list of type arguments, in tokens.
const LONGEST_TYPES: usize = 80;

/// A file of code as tokens.
pub(crate) struct Source<'a> {
    /// Which of the files given.
    pub(crate) file: usize,
    pub(crate) path: &'a str,
    code: Tokens<'a>,
    words: HashMap<&'a str, Vec<u32>>,
    constants: HashMap<&'a str, Option<Part>>,
}

/// A call: `name(…)`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    /// The last word before the bracket.
    pub(crate) name: usize,
    /// The bracket that opens.
    pub(crate) open: usize,
}

/// An argument of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Argument<'a> {
    /// Its keyword, if it has one.
    pub(crate) name: Option<&'a str>,
    pub(crate) value: Part,
}

/// Named values: the keys of an object, or the keywords of a call.
#[derive(Default)]
pub(crate) struct Options<'a> {
    named: Vec<(&'a str, Part)>,
    /// Whether there may be more than is seen: a spread, a computed key.
    pub(crate) is_open: bool,
}

impl<'a> Options<'a> {
    /// The value of a name. Nothing where the name stands twice.
    pub(crate) fn get(&self, name: &str) -> Option<Part> {
        self.named.iter().rev().find(|(one, _)| *one == name).map(|(_, value)| *value)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Takes over what others say; their word counts.
    pub(crate) fn extend(&mut self, other: Options<'a>) {
        self.named.extend(other.named);
        self.is_open |= other.is_open;
    }

    pub(crate) fn push(&mut self, name: &'a str, value: Part) {
        self.named.push((name, value));
    }
}

impl<'a> Deref for Source<'a> {
    type Target = Tokens<'a>;

    fn deref(&self) -> &Tokens<'a> {
        &self.code
    }
}

impl<'a> Source<'a> {
    pub(crate) fn new(file: usize, path: &'a str, text: &'a str, language: Language) -> Self {
        let code = Tokens::new(text, language);
        let mut words: HashMap<&'a str, Vec<u32>> = HashMap::new();
        for (at, token) in (0..).zip(code.all()) {
            if token.kind == Kind::Word {
                words.entry(&text[token.span()]).or_default().push(at);
            }
        }
        let constants = constants::of(&code);
        Self { file, path, code, words, constants }
    }

    /// Where a word stands, in order.
    pub(crate) fn positions(&self, word: &str) -> impl Iterator<Item = usize> + '_ {
        self.words.get(word).into_iter().flatten().map(|at| *at as usize)
    }

    pub(crate) fn has_word(&self, word: &str) -> bool {
        self.words.contains_key(word)
    }

    /// Whether a word stands in a part.
    pub(crate) fn holds(&self, part: Part, word: &str) -> bool {
        self.within(part, word).next().is_some()
    }

    /// Where a word stands in a part.
    pub(crate) fn within(&self, part: Part, word: &str) -> impl Iterator<Item = usize> + '_ {
        let places = self.words.get(word).map_or(&[][..], Vec::as_slice);
        let from = places.partition_point(|at| (*at as usize) < part.start);
        places[from..].iter().map(|at| *at as usize).take_while(move |at| *at < part.end)
    }

    pub(crate) fn place(&self, at: usize) -> Place {
        let end = self.text.len();
        let span =
            self.token(at).map_or(Span::new(end, end), |token| Span { start: token.start, end: token.end });
        Place { file: self.file, span }
    }

    pub(crate) fn place_of(&self, part: Part) -> Place {
        let (first, last) = (self.place(part.start), self.place(part.end.max(part.start + 1) - 1));
        let span = Span { start: first.span.start, end: last.span.end.max(first.span.end) };
        Place { file: self.file, span }
    }

    /// The calls of a name, type arguments or none: `name(`, `name<T>(`.
    pub(crate) fn calls(&self, name: &str) -> impl Iterator<Item = Call> + '_ {
        self.positions(name).filter_map(|name| self.call(name))
    }

    /// The call whose name is at a place.
    pub(crate) fn call(&self, name: usize) -> Option<Call> {
        let mut open = name + 1;
        if self.is(open, "<") {
            open = self.behind_types(open)?;
        }
        self.is(open, "(").then_some(Call { name, open })
    }

    /// What follows type arguments.
    fn behind_types(&self, open: usize) -> Option<usize> {
        let mut depth = 0;
        let mut at = open;
        while at < open + LONGEST_TYPES {
            match self.raw(at) {
                "<" => depth += 1,
                ">" if self.is(at.wrapping_sub(1), "=") => {}
                ">" => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                "{" | "[" | "(" => at = self.close(at),
                "" | ";" | ")" => return None,
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// The word before the dot before a name: `app` of `app.get`.
    pub(crate) fn receiver(&self, name: usize) -> Option<&'a str> {
        let dot = name.checked_sub(1)?;
        let before = if self.is(dot, ".") {
            if self.is(dot.wrapping_sub(1), "?") { dot.checked_sub(2)? } else { dot.checked_sub(1)? }
        } else {
            return None;
        };
        self.word(before)
    }

    /// Whether a name stands behind a dot.
    pub(crate) fn is_member(&self, name: usize) -> bool {
        name > 0 && self.is(name - 1, ".")
    }

    /// What stands between commas, one after the other.
    pub(crate) fn parts(&self, part: Part) -> impl Iterator<Item = Part> + '_ {
        let end = part.end.min(self.len());
        let mut start = part.start;
        std::iter::from_fn(move || {
            if start >= end {
                return None;
            }
            let mut at = start;
            while at < end {
                match self.code.all()[at].kind {
                    Kind::Mark(b',') => break,
                    Kind::Mark(b'(' | b'[' | b'{') => at = self.close(at),
                    _ => {}
                }
                at += 1;
            }
            let part = Part { start, end: at.min(end) };
            start = at + 1;
            Some(part)
        })
    }

    /// What stands between commas.
    pub(crate) fn split(&self, part: Part) -> Vec<Part> {
        self.parts(part).collect()
    }

    /// The arguments of a call, with their keywords.
    pub(crate) fn arguments(&self, open: usize) -> Vec<Argument<'a>> {
        self.parts(self.inside(open)).map(|part| self.argument(part)).collect()
    }

    /// The first argument of a call, which costs nothing where there are many.
    pub(crate) fn first_argument(&self, open: usize) -> Option<Argument<'a>> {
        self.parts(self.inside(open)).next().map(|part| self.argument(part))
    }

    fn argument(&self, part: Part) -> Argument<'a> {
        let sign = match self.language {
            Language::Python | Language::Java | Language::Kotlin => "=",
            Language::Ruby | Language::CSharp | Language::Elixir => ":",
            _ => return Argument { name: None, value: part },
        };
        let name = self.word(part.start).filter(|_| {
            self.is(part.start + 1, sign) && !self.is(part.start + 2, sign) && part.start + 1 < part.end
        });
        let skipped = if name.is_some() { 2 } else { 0 };
        Argument { name, value: Part { start: part.start + skipped, end: part.end } }
    }

    /// The keyword arguments of a call.
    pub(crate) fn keywords(&self, open: usize) -> Options<'a> {
        let mut options = Options::default();
        for argument in self.arguments(open) {
            match argument.name {
                Some(name) => options.push(name, argument.value),
                None if self.are(argument.value.start, &["*", "*"]) => options.is_open = true,
                None => {}
            }
        }
        options
    }

    /// The keys of an object or dictionary, also one that the file names once.
    pub(crate) fn object(&self, part: Part) -> Option<Options<'a>> {
        let part = self.resolved(part);
        if !self.is(part.start, "{") || self.close(part.start) + 1 != part.end {
            return None;
        }
        let mut options = Options::default();
        for entry in self.split(self.inside(part.start)) {
            let token = self.code.all()[entry.start];
            let colon = self.is(entry.start + 1, ":");
            match token.kind {
                Kind::Word if colon => {
                    options.push(self.raw(entry.start), Part { start: entry.start + 2, end: entry.end });
                }
                Kind::Text(Written::Escaped) if colon => {
                    let name = &self.text[token.inner.0 as usize..token.inner.1 as usize];
                    options.push(name, Part { start: entry.start + 2, end: entry.end });
                }
                // Its name is its value; a method has its brackets and body.
                Kind::Word => options.push(self.raw(entry.start), entry),
                _ => options.is_open = true,
            }
        }
        Some(options)
    }

    /// The value of a name that the file gives once, else the part itself.
    pub(crate) fn resolved(&self, part: Part) -> Part {
        // `as const` and `satisfies Options` are notes for a compiler.
        let first = match self.raw(part.start) {
            "{" | "[" | "(" => self.close(part.start) + 1,
            _ => part.start + 1,
        };
        let is_noted = self.is(first, "as") || self.is(first, "satisfies");
        let part = if is_noted && first < part.end { Part { end: first, ..part } } else { part };
        if part.end != part.start + 1 {
            return part;
        }
        let name = self.word(part.start).unwrap_or("");
        self.constants.get(name).copied().flatten().unwrap_or(part)
    }

    /// The text of one string, as the program has it.
    pub(crate) fn string(&self, at: usize) -> Option<String> {
        let token = self.token(at)?;
        let inner = &self.text[token.inner.0 as usize..token.inner.1 as usize];
        match token.kind {
            Kind::Text(Written::Raw) => Some(inner.to_owned()),
            Kind::Text(Written::Escaped) => unescaped(inner),
            _ => None,
        }
    }

    /// What stands behind the host in a template whose host is its last piece of code: `/ws` of `wss://${host}/ws`.
    pub(crate) fn behind_host(&self, at: usize) -> Option<&'a str> {
        let token = self.token(at).filter(|token| token.kind == Kind::Text(Written::Computed))?;
        let inner = &self.text[token.inner.0 as usize..token.inner.1 as usize];
        let host = inner.split_once("://").map_or(inner, |(_, host)| host);
        let (_, tail) = host.strip_prefix("${")?.split_once('}')?;
        (!tail.contains('}')).then_some(tail)
    }

    /// The text of a part that is a string, strings put together, or a name for one.
    pub(crate) fn literal(&self, part: Part) -> Option<String> {
        let part = self.resolved(part);
        let mut text = String::new();
        let mut at = part.start;
        loop {
            let piece = match self.token(at)?.kind {
                Kind::Text(_) => self.string(at)?,
                Kind::Word => self.string(self.single(at)?)?,
                _ => return None,
            };
            text.push_str(&piece);
            at += 1;
            if at == part.end {
                return Some(text);
            }
            if at > part.end || !self.is(at, "+") {
                return None;
            }
            at += 1;
        }
    }

    /// The one string that a name stands for.
    fn single(&self, at: usize) -> Option<usize> {
        let part = self.resolved(Part { start: at, end: at + 1 });
        (part.end == part.start + 1).then_some(part.start)
    }

    /// The value of a part that is literal.
    pub(crate) fn value(&self, part: Part) -> Option<Value> {
        if let Some(text) = self.literal(part) {
            return Some(Value::Text(text));
        }
        let part = self.resolved(part);
        if part.end == part.start + 1 {
            match self.raw(part.start) {
                "true" | "True" => return Some(Value::Flag(true)),
                "false" | "False" => return Some(Value::Flag(false)),
                "null" | "None" | "nil" | "undefined" => return Some(Value::Nothing),
                _ => {}
            }
        }
        if self.is(part.start, "[") && self.close(part.start) + 1 == part.end {
            let words: Option<Vec<String>> =
                self.split(self.inside(part.start)).into_iter().map(|one| self.literal(one)).collect();
            return words.map(Value::Words);
        }
        self.number(part).map(Value::Number)
    }

    /// A number, or numbers multiplied.
    pub(crate) fn number(&self, part: Part) -> Option<f64> {
        let mut product = 1.0;
        let mut at = part.start;
        loop {
            let token = match self.token(at)?.kind {
                Kind::Number => at,
                Kind::Word => self.single(at)?,
                _ => return None,
            };
            product *= number(self.raw(token))?;
            at += 1;
            if at == part.end {
                return Some(product);
            }
            if at > part.end || !self.is(at, "*") {
                // A constant that is itself a product.
                let whole = self.resolved(part);
                return if whole == part { None } else { self.number(whole) };
            }
            at += 1;
        }
    }

    /// The name to which the value that begins at a place is given: `io` of `const io = …`.
    pub(crate) fn assigned_to(&self, value: usize) -> Option<&'a str> {
        let sign = value.checked_sub(1)?;
        if !self.is(sign, "=") {
            return None;
        }
        let sign = if self.is(sign.wrapping_sub(1), ":") { sign - 1 } else { sign };
        let name = sign.checked_sub(1)?;
        // `const io: Server = …`: the name stands before its type.
        let is_type = self.is(name.wrapping_sub(1), ":") && !self.starts_line(name);
        if self.language != Language::Go && is_type && self.word(name).is_some() {
            return self.word(name.checked_sub(2)?);
        }
        self.word(name)
    }
}

/// What escapes stand for, or nothing where one is not plain.
fn unescaped(inner: &str) -> Option<String> {
    let mut text = String::with_capacity(inner.len());
    let mut escaped = false;
    for character in inner.chars() {
        match (escaped, character) {
            (false, '\\') => escaped = true,
            (false, other) => text.push(other),
            (true, '\\' | '/' | '"' | '\'' | '-' | '.') => {
                text.push(character);
                escaped = false;
            }
            (true, _) => return None,
        }
    }
    Some(text)
}

fn number(raw: &str) -> Option<f64> {
    let digits: String = raw.chars().filter(|one| *one != '_').collect();
    digits.trim_end_matches(['L', 'l', 'u', 'n']).parse().ok().filter(|number: &f64| number.is_finite())
}
