//! The pieces of a template: those of nginx, with tags between and inside them.
//!
//! ```text
//! piece   = comment / tag / word / ";" / "{" / "}"
//! comment = "#" *( line-tag / any byte but LF )      which is no other than nginx's
//! word    = quoted / bare
//! quoted  = DQUOTE *( escape / line-tag / any byte but DQUOTE ) DQUOTE, and the same with "'"
//! bare    = 1*( escape / tag / variable / marker / any byte but blank, ";" and "{" )
//! variable = "${" *( any byte but "{", "}", ";" and LF ) "}"
//! ```
//!
//! A line-tag ends in the line where it starts. What holds no tag is read by the productions of nginx itself.

use nom::combinator::map;
use nom::{IResult, Parser};

use super::marker;
use super::tag::{self, DELIMITERS, Tag};
use crate::nginx::control::Control;
use crate::nginx::escape;
use crate::nginx::grammar::{self, Lexeme, Piece, Placeholder, is_blank};
use crate::nginx::tree::Quote;

/// A file that is read as a template.
#[derive(Clone, Copy)]
pub(in crate::nginx) struct Template {
    /// For each kind of tag, how many bytes the file has from its last closing bytes on; none if it has none.
    /// So a search for them never fails after running through the whole file.
    tails: [Option<usize>; DELIMITERS.len()],
}

impl Template {
    /// Looks where the last tags of `source` end.
    pub(in crate::nginx) fn new(source: &[u8]) -> Self {
        let tail = |close| memchr::memmem::rfind(source, close).map(|at| source.len() - at);
        Self { tails: DELIMITERS.map(|tag| tail(tag.close)) }
    }

    /// `piece = comment / tag / word / ";" / "{" / "}"`
    pub(in crate::nginx) fn piece<'s>(&self, input: &'s [u8]) -> IResult<&'s [u8], Piece> {
        match (self.tag(input), input.first()) {
            (Some((Tag::Control(control), length)), _) => Ok((&input[length..], Piece::Control(control))),
            (Some((Tag::Expression, _)), _) => map(|input| self.bare(input), Piece::Word).parse(input),
            (None, Some(b'"')) => map(|input| quoted(input, Quote::Double), Piece::Word).parse(input),
            (None, Some(b'\'')) => map(|input| quoted(input, Quote::Single), Piece::Word).parse(input),
            (None, Some(b'#' | b';' | b'{' | b'}')) => grammar::piece(input),
            (None, _) => map(|input| self.bare(input), Piece::Word).parse(input),
        }
    }

    /// `tag`, with its length. `input` must reach to the end of the file.
    fn tag(&self, input: &[u8]) -> Option<(Tag, usize)> {
        let (index, tag) = tag::opening(input)?;
        let closed = self.tails[index].is_some_and(|tail| input.len() - tag.open.len() >= tail);
        if closed { tag.tag(input) } else { None }
    }

    /// `bare = 1*( escape / tag / variable / marker / any byte but blank, ";" and "{" )`
    ///
    /// A tag that prints nothing belongs to the word only if the word goes on behind it: in `http{% if tls %}s{%
    /// endif %}://x` all is one word, in `80{% if tls %} ssl{% endif %};` two words stand between tags.
    fn bare<'s>(&self, input: &'s [u8]) -> IResult<&'s [u8], Lexeme> {
        let mut at = 0;
        let mut escaped = false;
        // Bytes that stand for themselves.
        let mut plain = 0;
        let (mut unknown, mut tag) = (false, false);
        let mut begun = false;
        while let Some(&byte) = input.get(at).filter(|&&byte| !is_blank(byte) && byte != b';') {
            let rest = &input[at..];
            if let Some((found, length)) = self.tag(rest) {
                let length = match found {
                    Tag::Expression => Some(length),
                    // The word stands in one arm of a condition that began before it.
                    Tag::Control(Control::Middle) if !begun => None,
                    Tag::Control(_) => self.controls_inside(rest),
                };
                let Some(length) = length else { break };
                begun |= found == Tag::Control(Control::Start);
                (unknown, tag) = (true, true);
                at += length;
            } else if let Some(length) = marker::length(rest) {
                unknown = true;
                at += length;
            } else if let Some(length) = variable(rest) {
                unknown |=
                    !rest[2..length - 1].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
                at += length;
            } else if byte == b'{' {
                break;
            } else {
                let length = match byte {
                    b'\\' => 2,
                    b'$' if self.tag(&rest[1..]).is_none() => {
                        1 + rest[1..].iter().take_while(|&&byte| byte == b'{').count()
                    }
                    _ => 1,
                };
                escaped |= byte == b'\\' && rest.get(1).is_some_and(|&next| escape::changes(next));
                plain += length;
                at += length;
            }
        }
        if plain >= at {
            let (rest, mut lexeme) = grammar::bare(input)?;
            // No directive is written in capitals, or with a `$`: alone in its line such a word is replaced by a statement.
            lexeme.placeholder.whole = marker::is_capital_name(&input[..input.len() - rest.len()]);
            return Ok((rest, lexeme));
        }
        let placeholder = Placeholder { unknown, whole: plain == 0, tag };
        Ok((
            &input[at.min(input.len())..],
            Lexeme { quote: None, closed: true, escaped, fault: None, placeholder },
        ))
    }

    /// The length of the tags at the start of `input` if the word around them goes on behind them.
    fn controls_inside(&self, input: &[u8]) -> Option<usize> {
        let rest = self.skip_controls(input);
        let goes_on = match rest.first() {
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b';') => false,
            Some(b'{') => self.tag(rest).is_some(),
            Some(_) => true,
        };
        goes_on.then_some(input.len() - rest.len())
    }

    fn skip_controls<'s>(&self, mut input: &'s [u8]) -> &'s [u8] {
        while let Some((Tag::Control(_), length)) = self.tag(input) {
            input = &input[length..];
        }
        input
    }

    /// Whether nothing but tags and a comment stands in the line from here on, and no `;` or `{` at the start of
    /// the next one: then a placeholder that is the whole statement prints its own semicolon.
    pub(in crate::nginx) fn line_ends(&self, mut input: &[u8]) -> bool {
        loop {
            let rest = self.skip_controls(skip_blanks_in_line(input));
            if rest.len() == input.len() {
                break;
            }
            input = rest;
        }
        match input.first() {
            None | Some(b'#') => true,
            Some(b'\n') => {
                let next = input.trim_ascii_start();
                !matches!(next.first(), Some(b';'))
                    && (next.first() != Some(&b'{') || self.tag(next).is_some())
            }
            Some(_) => false,
        }
    }
}

fn skip_blanks_in_line(input: &[u8]) -> &[u8] {
    let blanks = input.iter().take_while(|&&byte| is_blank(byte) && byte != b'\n').count();
    &input[blanks..]
}

/// The line-tags that print nothing in a comment or a word.
pub(in crate::nginx) fn controls(text: &[u8]) -> impl Iterator<Item = Control> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let found = tag::line_tag(&text[at..]);
            at += found.map_or(1, |(_, length)| length);
            if let Some((Tag::Control(control), _)) = found {
                return Some(control);
            }
        }
        None
    })
}

/// `quoted = DQUOTE *( escape / line-tag / any byte but DQUOTE ) DQUOTE`, and the same with `'`
fn quoted(input: &[u8], quote: Quote) -> IResult<&[u8], Lexeme> {
    let mut at = 1;
    let mut tag = false;
    while let Some(&byte) = input.get(at).filter(|&&byte| byte != quote.byte()) {
        at += match (byte, tag::line_tag(&input[at..])) {
            (b'\\', _) => 2,
            (_, Some((_, length))) => {
                tag = true;
                length
            }
            _ => 1,
        };
    }
    let unknown = tag || input.get(1..at).is_some_and(marker::any);
    if !tag || at >= input.len() {
        let (rest, mut lexeme) = grammar::word(input)?;
        lexeme.placeholder = Placeholder { unknown, whole: false, tag };
        return Ok((rest, lexeme));
    }
    let escaped = input[1..at].windows(2).any(|pair| pair[0] == b'\\' && escape::changes(pair[1]));
    let placeholder = Placeholder { unknown, whole: false, tag };
    Ok((&input[at + 1..], Lexeme { quote: Some(quote), closed: true, escaped, fault: None, placeholder }))
}

/// `variable = "${" *( any byte but "{", "}", ";" and LF ) "}"`, giving its length
///
/// To nginx a blank would end the word; other languages have expressions in these braces.
fn variable(input: &[u8]) -> Option<usize> {
    let text = input.strip_prefix(b"${")?;
    let end = text.iter().position(|byte| matches!(byte, b'{' | b'}' | b';' | b'\n'))?;
    (text[end] == b'}').then_some(end + 3)
}
