//! The grammar of nginx's tokenizer (`ngx_conf_read_token`), one function for each production.
//!
//! ```text
//! file      = *( blank / piece )
//! piece     = comment / word / ";" / "{" / "}"
//! blank     = 1*( SP / TAB / CR / LF )
//! comment   = "#" *( any byte but LF )
//! word      = quoted / bare
//! quoted    = DQUOTE *( escape / any byte but DQUOTE ) DQUOTE
//!           / "'" *( escape / any byte but "'" ) "'"
//! bare      = 1*( escape / "$" *"{" / any byte but blank, ";" and "{" )
//! escape    = "\" any byte
//! ```
//!
//! A `#` or a quote is special only where a piece begins, which is why `a#b` and `a"b` are words. A production
//! takes what there is and says what is wrong with it ([`Fault`]); only a wrong first byte makes it fail, as nom
//! has it. How pieces make directives and blocks is the business of the reader.

use nom::branch::alt;
use nom::character::complete::char;
use nom::combinator::{map, value};
use nom::{IResult, Parser};

use super::control::Control;
use super::error::SyntaxErrorKind;
use super::escape;
use super::tree::Quote;

/// nginx reads a file through a buffer of this many bytes (`NGX_CONF_BUFFER`).
const BUFFER: usize = 4096;

/// The smallest thing that the reader acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Comment(Option<Fault>),
    Word(Lexeme),
    Semicolon,
    Open,
    Close,
    /// A tag of a template that prints nothing; only `template::Template::piece` gives it.
    Control(Control),
}

/// A word as scanned; its length is what the production consumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lexeme {
    pub(super) quote: Option<Quote>,
    /// Whether the closing quote is there; true of bare words.
    pub(super) closed: bool,
    /// Whether a backslash in it is missing from its value.
    pub(super) escaped: bool,
    pub(super) fault: Option<Fault>,
    /// What the template, if the file is one, puts into it.
    pub(super) placeholder: Placeholder,
}

impl Lexeme {
    /// A bare word of which nothing is escaped and with which nothing is wrong.
    pub(super) const PLAIN: Self = Self {
        quote: None,
        closed: true,
        escaped: false,
        fault: None,
        placeholder: Placeholder { unknown: false, whole: false, tag: false },
    };
}

/// How far a word is a matter of the template around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Placeholder {
    /// Whether its value is not known.
    pub(super) unknown: bool,
    /// Whether it has no byte of its own.
    pub(super) whole: bool,
    /// Whether it holds a tag, that is more than a marker.
    pub(super) tag: bool,
}

/// What is wrong with a piece that was taken all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: SyntaxErrorKind,
    /// Where nginx reports it, counted from the start of the piece.
    pub(super) at: usize,
}

/// `piece = comment / word / ";" / "{" / "}"`
///
/// Inlined, because nom's result of a piece is wider than the work on a short one: copying it costs a quarter of
/// the reading.
#[inline(always)]
pub(super) fn piece(input: &[u8]) -> IResult<&[u8], Piece> {
    match input.first() {
        Some(b'#') => map(comment, Piece::Comment).parse(input),
        Some(b';') => value(Piece::Semicolon, char(';')).parse(input),
        Some(b'{') => value(Piece::Open, char('{')).parse(input),
        Some(b'}') => value(Piece::Close, char('}')).parse(input),
        _ => map(word, Piece::Word).parse(input),
    }
}

/// What stands behind `*blank`, with `blank = 1*( SP / TAB / CR / LF )`.
#[inline]
pub(super) fn behind_blanks(input: &[u8]) -> &[u8] {
    let blanks = input.iter().take_while(|byte| is_blank(**byte)).count();
    &input[blanks..]
}

/// How many bytes at the beginning are a [plain](Lexeme::PLAIN) word, as nearly all words are; 0 where it is not that simple.
pub(super) fn plain(input: &[u8]) -> usize {
    if matches!(input.first(), Some(b'#' | b'"' | b'\'' | b'}')) {
        return 0;
    }
    let ordinary = |rest: &[u8]| {
        let special = |&byte: &u8| !matches!(CLASSES[byte as usize], Class::Ordinary);
        rest.iter().position(special).unwrap_or(rest.len())
    };
    let mut at = ordinary(input);
    while let Some(&byte) = input.get(at) {
        match CLASSES[byte as usize] {
            Class::Ordinary | Class::End => break,
            Class::Dollar if input.get(at + 1) != Some(&b'{') => at += 1 + ordinary(&input[at + 1..]),
            Class::Dollar | Class::Backslash => return 0,
        }
    }
    // Of longer ones nginx may complain.
    if at < BUFFER - 1 { at } else { 0 }
}

/// `comment = "#" *( any byte but LF )`
///
/// CR does not end it. nginx scans it through the same buffer as a word, so it can be too long.
pub(super) fn comment(input: &[u8]) -> IResult<&[u8], Option<Fault>> {
    let (_, _) = char('#')(input)?;
    let length = memchr::memchr(b'\n', input).unwrap_or(input.len());
    let fault = (length >= BUFFER && input.len() > BUFFER).then(|| too_long(input, 0));
    Ok((&input[length..], fault))
}

/// `word = quoted / bare`
pub(super) fn word(input: &[u8]) -> IResult<&[u8], Lexeme> {
    match input.first() {
        Some(b'"' | b'\'') => alt((quoted(Quote::Double), quoted(Quote::Single))).parse(input),
        _ => bare(input),
    }
}

/// `bare = 1*( escape / "$" *"{" / any byte but blank, ";" and "{" )`
///
/// nginx looks for no closing brace: `${a b}` is two words.
pub(super) fn bare(input: &[u8]) -> IResult<&[u8], Lexeme> {
    let mut at = 0;
    let mut escaped = false;
    while let Some(&byte) = input.get(at) {
        match CLASSES[byte as usize] {
            Class::Ordinary => at += 1,
            Class::End => break,
            Class::Backslash => {
                escaped |= input.get(at + 1).is_some_and(|&next| escape::changes(next));
                at += 2;
            }
            Class::Dollar => {
                at += 1;
                while input.get(at) == Some(&b'{') {
                    at += 1;
                }
            }
        }
    }
    let length = at.min(input.len());
    if length == 0 {
        return fail(input);
    }
    // The buffer is full when nginx wants one more byte. A blank behind the word is read into it, too.
    let filled = length + usize::from(input.get(length).copied().is_some_and(is_blank));
    let fault = (filled >= BUFFER && input.len() > BUFFER).then(|| too_long(input, 0));
    Ok((&input[length..], Lexeme { escaped, fault, ..Lexeme::PLAIN }))
}

/// `quoted = DQUOTE *( escape / any byte but DQUOTE ) DQUOTE`, and the same with `'`
///
/// Behind the closing quote nginx takes a blank, `;`, `{`, or a `)`, which begins a new word.
pub(super) fn quoted(quote: Quote) -> impl Fn(&[u8]) -> IResult<&[u8], Lexeme> {
    move |input| {
        let (text, _) = char(quote.byte().into())(input)?;
        let (close, escaped) = closing_quote(text, quote);
        let Some(close) = close else { return Ok(unclosed(input, quote)) };
        let behind = text.get(close + 1).copied();
        let filled = close + 1 + usize::from(behind.is_some_and(is_blank));
        let fault = if close >= BUFFER && text.len() > BUFFER {
            // Far away, and in another line: the quote that closes this word was forgotten.
            if memchr::memchr(b'\n', &text[..close]).is_some() {
                return Ok(unclosed(input, quote));
            }
            Some(Fault { kind: SyntaxErrorKind::TooLongQuoted(quote), at: 0 })
        } else if filled >= BUFFER && text.len() > BUFFER {
            Some(too_long(text, 1))
        } else {
            match behind {
                None | Some(b' ' | b'\t' | b'\r' | b'\n' | b';' | b'{' | b')') => None,
                Some(byte) => Some(Fault { kind: SyntaxErrorKind::Unexpected(byte), at: close + 2 }),
            }
        };
        Ok((
            &text[close + 1..],
            Lexeme { quote: Some(quote), closed: true, escaped, fault, placeholder: Placeholder::default() },
        ))
    }
}

/// The offset of the quote that closes `text`, and whether an escape before it changes the word's value.
fn closing_quote(text: &[u8], quote: Quote) -> (Option<usize>, bool) {
    let mut at = 0;
    let mut escaped = false;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr2(quote.byte(), b'\\', rest)) {
        at += found;
        if text[at] != b'\\' {
            return (Some(at), escaped);
        }
        escaped |= text.get(at + 1).is_some_and(|&next| escape::changes(next));
        at += 2;
    }
    (None, escaped)
}

/// A word whose closing quote is missing. To nginx it goes on to the end of the file; the reader takes it to the
/// end of its line, so that the lines behind it are read.
fn unclosed(input: &[u8], quote: Quote) -> (&[u8], Lexeme) {
    let fault = if input.len() - 1 > BUFFER {
        Fault { kind: SyntaxErrorKind::TooLongQuoted(quote), at: 0 }
    } else {
        Fault { kind: SyntaxErrorKind::EndInDirective, at: input.len() }
    };
    let length = memchr::memchr(b'\n', input).unwrap_or(input.len());
    let (mut at, mut escaped) = (1, false);
    while let Some(found) = memchr::memchr(b'\\', &input[at.min(length)..length]) {
        escaped |= input.get(at + found + 1).is_some_and(|&next| escape::changes(next));
        at += found + 2;
    }
    (
        &input[length..],
        Lexeme {
            quote: Some(quote),
            closed: false,
            escaped,
            fault: Some(fault),
            placeholder: Placeholder::default(),
        },
    )
}

fn too_long(text: &[u8], at: usize) -> Fault {
    let mut begin = [0; 10];
    begin.copy_from_slice(&text[..10]);
    Fault { kind: SyntaxErrorKind::TooLong(begin), at }
}

fn fail<T>(input: &[u8]) -> IResult<&[u8], T> {
    Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::TakeWhile1)))
}

/// White space is SP, TAB, CR and LF. VT, FF, NUL, a byte order mark and U+00A0 are bytes of words.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// What a byte means inside a bare word.
#[derive(Clone, Copy)]
enum Class {
    Ordinary,
    End,
    Backslash,
    Dollar,
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Ordinary; 256];
    classes[b' ' as usize] = Class::End;
    classes[b'\t' as usize] = Class::End;
    classes[b'\r' as usize] = Class::End;
    classes[b'\n' as usize] = Class::End;
    classes[b';' as usize] = Class::End;
    classes[b'{' as usize] = Class::End;
    classes[b'\\' as usize] = Class::Backslash;
    classes[b'$' as usize] = Class::Dollar;
    classes
};
