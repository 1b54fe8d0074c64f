//! The grammar of a line: what its bytes mean to the word splitter.
//!
//! ```text
//! line     = [ blanks ] [ word *( blanks word ) ] [ blanks ] [ comment ]
//! word     = 1*( text / escape / strong / weak )
//! strong   = "'" *( any but "'" ) "'"
//! weak     = DQUOTE *( text / escape / variable ) DQUOTE
//! ```
//!
//! A word is not a production of its own here, because one variable may expand to several words: [`split`]
//! (super::split) glues the pieces. A carriage return ends a line unless a blank stands before it.

use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_till, take_while};
use nom::character::complete::one_of;
use nom::combinator::{map, opt, recognize, value, verify};
use nom::error::{ErrorKind, ParseError};
use nom::sequence::{pair, preceded};
use nom::{Err, IResult, Parser};

use super::error::SyntaxErrorKind;

/// Why a piece cannot be read, and how many bytes are left from the place that the proxy names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: SyntaxErrorKind,
    pub(super) left: usize,
}

impl ParseError<&[u8]> for Fault {
    /// Only [`Err::Error`]s are made here: they mean "another alternative", and their kind is never read.
    fn from_error_kind(input: &[u8], _: ErrorKind) -> Self {
        Self { kind: SyntaxErrorKind::UnmatchedQuote, left: input.len() }
    }

    fn append(_: &[u8], _: ErrorKind, other: Self) -> Self {
        other
    }
}

type Parsed<'a, T> = IResult<&'a [u8], T, Fault>;

fn refuse<'a, T>(kind: SyntaxErrorKind, at: &[u8]) -> Parsed<'a, T> {
    Err(Err::Failure(Fault { kind, left: at.len() }))
}

/// A part of a line outside or inside of double quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Bytes that stand for themselves.
    Text(&'a [u8]),
    /// A single-quoted part without its quotes.
    Strong(&'a [u8]),
    /// An escape: the byte that it stands for.
    Escape(u8),
    /// A double quote: a weakly quoted part begins or ends.
    Quote,
    /// A variable.
    Variable(Variable<'a>),
    /// White space between words.
    Blanks,
    /// The rest of the line after `#`, with it.
    Comment(&'a [u8]),
}

/// A reference to an environment variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Variable<'a> {
    /// Its name, with the dot of a pseudo-variable.
    pub(super) name: &'a [u8],
    /// Whether white space in its value separates words.
    pub(super) expand: bool,
    /// What stands for it when it is not set.
    pub(super) default: Option<&'a [u8]>,
    /// How many bytes of the line are left from its `{`.
    pub(super) brace_left: usize,
}

/// What a byte is to [`text`] and [`weak_text`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Dollar,
    Blank,
    Hash,
    Single,
    Double,
    Backslash,
    Return,
}

/// White space is what C's `isspace` says in the "C" locale.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Plain; 256];
    classes[b' ' as usize] = Class::Blank;
    classes[b'\t' as usize] = Class::Blank;
    classes[0x0b] = Class::Blank;
    classes[0x0c] = Class::Blank;
    classes[b'\n' as usize] = Class::Blank;
    classes[b'#' as usize] = Class::Hash;
    classes[b'\'' as usize] = Class::Single;
    classes[b'"' as usize] = Class::Double;
    classes[b'\\' as usize] = Class::Backslash;
    classes[b'$' as usize] = Class::Dollar;
    classes[b'\r' as usize] = Class::Return;
    classes
};

fn class(byte: u8) -> Class {
    CLASSES[byte as usize]
}

/// Whether a byte is white space: C's `isspace` in the "C" locale.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(class(byte), Class::Blank | Class::Return)
}

/// piece = text / blanks / escape / weak-quote / strong / comment
pub(super) fn piece(input: &[u8]) -> Parsed<'_, Piece<'_>> {
    // The first byte tells which one it is.
    match input.first().map(|&byte| class(byte)) {
        Some(Class::Plain | Class::Dollar) => text(input),
        Some(Class::Blank) => blanks(input),
        _ => alt((double_quote, escape, strong, comment)).parse(input),
    }
}

/// weak-piece = weak-text / variable / weak-escape / weak-quote
pub(super) fn weak_piece(input: &[u8]) -> Parsed<'_, Piece<'_>> {
    alt((weak_text, double_quote, variable, weak_escape)).parse(input)
}

/// text = 1*( any byte but white space, "#", quotes and backslash ); a dollar sign stands for itself
fn text(input: &[u8]) -> Parsed<'_, Piece<'_>> {
    map(non_empty(take(plain(input))), Piece::Text).parse(input)
}

/// How many bytes from the first on are text outside of quotes.
pub(super) fn plain(input: &[u8]) -> usize {
    let ends = |&byte: &u8| !matches!(class(byte), Class::Plain | Class::Dollar);
    input.iter().position(ends).unwrap_or(input.len())
}

/// weak-text = 1*( any byte but DQUOTE, backslash, "$" and CR )
fn weak_text(input: &[u8]) -> Parsed<'_, Piece<'_>> {
    let end = |byte| matches!(class(byte), Class::Double | Class::Backslash | Class::Dollar | Class::Return);
    map(non_empty(take_till(end)), Piece::Text).parse(input)
}

fn non_empty<'a>(
    parser: impl Parser<&'a [u8], Output = &'a [u8], Error = Fault>,
) -> impl Parser<&'a [u8], Output = &'a [u8], Error = Fault> {
    verify(parser, |found: &[u8]| !found.is_empty())
}

/// blanks = ( SP / TAB / VT / FF ) *( SP / TAB / VT / FF / CR )
fn blanks(input: &[u8]) -> Parsed<'_, Piece<'_>> {
    let blank = |input: &[u8]| input.first().is_some_and(|&byte| class(byte) == Class::Blank);
    value(Piece::Blanks, verify(take_while(is_blank), |_: &[u8]| blank(input))).parse(input)
}

/// comment = "#" *( any )
fn comment(input: &[u8]) -> Parsed<'_, Piece<'_>> {
    map(recognize(pair(tag(&b"#"[..]), take_while(|_| true))), Piece::Comment).parse(input)
}

/// weak-quote = DQUOTE
fn double_quote(input: &[u8]) -> Parsed<'_, Piece<'_>> {
    value(Piece::Quote, tag(&b"\""[..])).parse(input)
}

/// strong = "'" *( any byte but "'" and CR ) "'"
fn strong(input: &[u8]) -> Parsed<'_, Piece<'_>> {
    let inside = take_till(|byte| matches!(class(byte), Class::Single | Class::Return));
    let (end, inside) = preceded(tag(&b"'"[..]), inside).parse(input)?;
    match end.first() {
        Some(b'\'') => Ok((&end[1..], Piece::Strong(inside))),
        _ => refuse(SyntaxErrorKind::UnmatchedQuote, input),
    }
}

/// escape = "\" ( SP / "\" / "t" / "n" / "r" / "#" / "'" / DQUOTE / "x" 2HEXDIG ); any other backslash stands
/// for itself and the next byte keeps its meaning
fn escape(input: &[u8]) -> Parsed<'_, Piece<'_>> {
    preceded(tag(&b"\\"[..]), |after| escaped(input, after, false)).parse(input)
}

/// weak-escape = escape / "\$"
fn weak_escape(input: &[u8]) -> Parsed<'_, Piece<'_>> {
    preceded(tag(&b"\\"[..]), |after| escaped(input, after, true)).parse(input)
}

fn escaped<'a>(start: &[u8], after: &'a [u8], weak: bool) -> Parsed<'a, Piece<'a>> {
    let byte = match after.first() {
        Some(b't') => b'\t',
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(&byte @ (b' ' | b'\\' | b'#' | b'\'' | b'"')) => byte,
        Some(b'$') if weak => b'$',
        Some(b'x') => return hex(start, &after[1..]),
        _ => return Ok((after, Piece::Escape(b'\\'))),
    };
    Ok((&after[1..], Piece::Escape(byte)))
}

fn hex<'a>(start: &[u8], digits: &'a [u8]) -> Parsed<'a, Piece<'a>> {
    let digit = |at: usize| digits.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    match (digit(0), digit(1)) {
        (Some(high), Some(low)) => Ok((&digits[2..], Piece::Escape((high * 16 + low) as u8))),
        _ => refuse(SyntaxErrorKind::HexSequence, start),
    }
}

/// Whether a reference to a variable begins here, as the proxy reads it inside of double quotes.
pub(super) fn is_variable(input: &[u8]) -> bool {
    variable(input).is_ok()
}

/// variable = "$" ( name / "{" name [ "[*]" ] [ "-" default ] "}" )
fn variable(input: &[u8]) -> Parsed<'_, Piece<'_>> {
    let (start, _) = tag(&b"$"[..]).parse(input)?;
    let (after, brace) = opt(tag(&b"{"[..])).parse(start)?;
    let (rest, name) = name(after)?;
    let variable = Variable { name, expand: false, default: None, brace_left: start.len() };
    match brace {
        None => Ok((rest, Piece::Variable(variable))),
        Some(_) => braced(variable, rest),
    }
}

/// name = ( ALPHA / "_" ) *( ALPHA / DIGIT / "_" ) / ".FILE" / ".LINE" / ".SECTION"
fn name(input: &[u8]) -> Parsed<'_, &[u8]> {
    let first = one_of::<_, _, Fault>(&b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_."[..]);
    let following = take_while(|byte: u8| byte.is_ascii_alphanumeric() || byte == b'_');
    match recognize(pair(first, following)).parse(input) {
        Ok((rest, name)) if name[0] != b'.' || matches!(name, b".FILE" | b".LINE" | b".SECTION") => {
            Ok((rest, name))
        }
        _ => refuse(SyntaxErrorKind::VariableName, input),
    }
}

/// What follows the name inside of braces: [ "[*]" ] [ "-" default ] "}", with default = *( any byte but "}" )
fn braced<'a>(variable: Variable<'a>, input: &'a [u8]) -> Parsed<'a, Piece<'a>> {
    let (after, expand) = match input.first() {
        Some(b'[') => match tag::<_, _, Fault>(&b"[*]"[..]).parse(input) {
            Ok((rest, _)) => (rest, true),
            Err(_) => return refuse(SyntaxErrorKind::WordExpansion, input),
        },
        _ => (input, false),
    };
    let default = preceded(tag(&b"-"[..]), take_till(|byte| byte == b'}'));
    let (end, default) = opt(default).parse(after)?;
    match take::<_, _, Fault>(1usize).parse(end) {
        Ok((rest, b"}")) => Ok((rest, Piece::Variable(Variable { expand, default, ..variable }))),
        _ => Err(Err::Failure(Fault { kind: SyntaxErrorKind::UnmatchedBrace, left: variable.brace_left })),
    }
}
