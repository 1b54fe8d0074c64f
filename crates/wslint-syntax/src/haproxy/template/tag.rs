//! The grammar of placeholders and control tags.
//!
//! ```text
//! tag       = "{{" *( any ) "}}" / "{%" *( any ) "%}" / "{#" *( any ) "#}" / "<%" *( any ) "%>"
//! comment   = "{{" [ "-" ] *( white space ) "/*" *( any ) "*/" *( white space ) [ "-" ] "}}"
//! marker    = "__" upper *( upper / digit / "_" ) "__"
//! reference = "${" ( letter / "_" ) *( any but braces, quotes, white space ) "}"
//! ```
//!
//! A tag ends at the first closing delimiter, also inside of a string of the template language, and may hold
//! line feeds.

use nom::bytes::complete::{tag, take_till, take_until, take_while, take_while_m_n};
use nom::combinator::{fail, recognize};
use nom::sequence::{delimited, pair, terminated};
use nom::{IResult, Parser};

type Parsed<'a, T> = IResult<&'a [u8], T>;

/// What a tag does to the text around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It is replaced by a value.
    Value,
    /// It leaves nothing: an assignment, a comment, an inclusion.
    Nothing,
    /// It opens a block whose text is there or is not.
    If,
    /// It opens another block: a loop, a macro.
    Block,
    /// It goes on to another branch of the innermost block.
    Else,
    /// It closes the innermost block.
    End,
}

/// The delimiters of the template languages, and how their tags are told apart.
struct Language {
    open: &'static [u8],
    close: &'static [u8],
    role: fn(&[u8]) -> Role,
}

/// Jinja, Liquid, Go, Handlebars and ERB.
const LANGUAGES: [Language; 4] = [
    Language { open: b"{{", close: b"}}", role: braces },
    Language { open: b"{%", close: b"%}", role: percent },
    Language { open: b"{#", close: b"#}", role: |_| Role::Nothing },
    Language { open: b"<%", close: b"%>", role: ruby },
];

/// What tags, markers and references begin with.
pub(super) fn openings() -> impl Iterator<Item = &'static [u8]> {
    LANGUAGES.iter().map(|language| language.open).chain([&b"__"[..], b"${"])
}

/// Whether the last tag that begins in a text does not end in it.
pub(super) fn leaves_open(text: &[u8]) -> bool {
    let last = |sign| memchr::memmem::rfind(text, sign);
    LANGUAGES.iter().any(|language| last(language.open) > last(language.close))
}

/// Finds tags from left to right. Once a closing delimiter is not found it is not sought again, so that any
/// number of openings is looked at in linear time.
#[derive(Default)]
pub(super) struct Tags {
    exhausted: [bool; LANGUAGES.len()],
    no_comment: bool,
}

impl Tags {
    /// The length and the role of the tag that `text` begins with.
    pub(super) fn at(&mut self, text: &[u8]) -> Option<(usize, Role)> {
        let which = LANGUAGES.iter().position(|language| text.starts_with(language.open))?;
        if self.exhausted[which] {
            return None;
        }
        let language = &LANGUAGES[which];
        match self.comment(text).or_else(|_| delimited_by(language, text)) {
            Ok((rest, inside)) => Some((text.len() - rest.len(), (language.role)(inside))),
            Err(_) => {
                self.exhausted[which] = true;
                None
            }
        }
    }

    /// comment = "{{" [ "-" ] *( white space ) "/*" *( any ) "*/" *( white space ) [ "-" ] "}}"
    fn comment<'a>(&mut self, text: &'a [u8]) -> Parsed<'a, &'a [u8]> {
        let trim = || take_while(|byte: u8| byte == b'-' || byte.is_ascii_whitespace());
        let (body, start) = recognize((tag(&b"{{"[..]), trim(), tag(&b"/*"[..]))).parse(text)?;
        if self.no_comment {
            return fail().parse(body);
        }
        let found: Parsed<'_, _> = terminated(take_until(&b"*/"[..]), tag(&b"*/"[..])).parse(body);
        self.no_comment = found.is_err();
        let (rest, _) = found?;
        let (rest, _) = (trim(), tag(&b"}}"[..])).parse(rest)?;
        Ok((rest, &start[2..]))
    }
}

fn delimited_by<'a>(language: &Language, text: &'a [u8]) -> Parsed<'a, &'a [u8]> {
    let inside = take_until(language.close);
    delimited(tag(language.open), inside, tag(language.close)).parse(text)
}

/// marker = "__" upper *( upper / digit / "_" ) "__", up to the first "__"; its length
pub(super) fn marker(text: &[u8]) -> Option<usize> {
    let quote = || tag(&b"__"[..]);
    let parsed: Parsed<'_, _> = delimited(quote(), take_until(&b"__"[..]), quote()).parse(text);
    let (rest, name) = parsed.ok()?;
    let named = name.first().is_some_and(u8::is_ascii_uppercase)
        && name.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    named.then_some(text.len() - rest.len())
}

/// reference = "${" ( letter / "_" ) *( any but braces, quotes, white space ) "}"; its length
pub(super) fn reference(text: &[u8]) -> Option<usize> {
    let first = take_while_m_n(1, 1, |byte: u8| byte.is_ascii_alphabetic() || byte == b'_');
    let stops = |byte: u8| matches!(byte, b'{' | b'}' | b'"' | b'\'') || byte.is_ascii_whitespace();
    let name = recognize(pair(first, take_till(stops)));
    let parsed: Parsed<'_, _> = delimited(tag(&b"${"[..]), name, tag(&b"}"[..])).parse(text);
    parsed.ok().map(|(rest, _)| text.len() - rest.len())
}

/// The text of a tag without what trims white space around it.
fn trimmed(inside: &[u8]) -> &[u8] {
    let trims = |byte: &u8| matches!(byte, b'-' | b'+' | b'~') || byte.is_ascii_whitespace();
    let start = inside.iter().position(|byte| !trims(byte)).unwrap_or(inside.len());
    let end = inside.iter().rposition(|byte| !trims(byte)).map_or(start, |at| at + 1);
    &inside[start..end]
}

/// The first word of a tag: letters and underscores.
fn keyword(inside: &[u8]) -> &[u8] {
    let end = inside.iter().position(|byte| !byte.is_ascii_alphabetic() && *byte != b'_');
    &inside[..end.unwrap_or(inside.len())]
}

/// `{{ }}`: a value in Jinja; Go writes its control tags so too, and Handlebars with a sign before the word.
fn braces(inside: &[u8]) -> Role {
    let inside = trimmed(inside);
    match (inside.first(), keyword(inside)) {
        (Some(b'/'), _) if inside.starts_with(b"/*") => Role::Nothing,
        (Some(b'/'), _) | (_, b"end") => Role::End,
        (Some(b'!' | b'>'), _) | (_, b"template" | b"break" | b"continue") => Role::Nothing,
        (Some(b'#'), _) => match keyword(&inside[1..]) {
            b"if" | b"unless" => Role::If,
            _ => Role::Block,
        },
        (Some(b'^'), _) => Role::If,
        (Some(b'$'), _) if assigns(inside) => Role::Nothing,
        (_, b"if" | b"with") => Role::If,
        (_, b"range" | b"define" | b"block") => Role::Block,
        (_, b"else") => Role::Else,
        _ => Role::Value,
    }
}

/// Whether a Go tag is `$name := value` or `$name = value`.
fn assigns(inside: &[u8]) -> bool {
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let after = inside[1..].iter().position(|byte| !name(byte)).map_or(&b""[..], |at| &inside[1 + at..]);
    let after = after.trim_ascii_start();
    after.starts_with(b":=") || (after.starts_with(b"=") && !after.starts_with(b"=="))
}

/// `{% %}`: the control tags of Jinja and Liquid.
fn percent(inside: &[u8]) -> Role {
    let inside = trimmed(inside);
    match keyword(inside) {
        b"if" | b"unless" | b"case" => Role::If,
        b"for" | b"macro" | b"block" | b"call" | b"filter" | b"raw" | b"with" | b"autoescape"
        | b"capture" | b"tablerow" | b"comment" => Role::Block,
        b"set" if !inside.contains(&b'=') => Role::Block,
        b"elif" | b"elsif" | b"elseif" | b"else" | b"when" => Role::Else,
        keyword if keyword.starts_with(b"end") => Role::End,
        _ => Role::Nothing,
    }
}

/// `<% %>`: Ruby, and Puppet's language.
fn ruby(inside: &[u8]) -> Role {
    match inside.first() {
        Some(b'=') => return Role::Value,
        Some(b'#') => return Role::Nothing,
        _ => {}
    }
    let inside = trimmed(inside);
    match (inside.first(), keyword(inside)) {
        (_, b"else" | b"elsif" | b"when") => Role::Else,
        (Some(b'}'), _) if inside.ends_with(b"{") => Role::Else,
        (Some(b'}'), _) | (_, b"end") => Role::End,
        (_, b"if" | b"unless" | b"case") => Role::If,
        (_, b"for" | b"while" | b"until" | b"begin") => Role::Block,
        _ if inside.ends_with(b"|") || inside.ends_with(b"{") || inside.ends_with(b" do") => Role::Block,
        _ => Role::Nothing,
    }
}
