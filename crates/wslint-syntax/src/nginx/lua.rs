//! The raw text of a `*_by_lua_block`, as lua-nginx-module scans it (`ngx_http_lua_lex`).
//!
//! ```text
//! block   = *( "{" / "}" / long / string / comment / any byte )  up to the "}" that balances
//! long    = [ "--" ] "[" *"=" "[" ... "]" *"=" "]"   with as many "=" at the end as at the start
//! comment = "--" *( any byte but LF )
//! string  = DQUOTE *( "\" any byte but LF / any byte but DQUOTE, LF and "\" ) DQUOTE, and the same with "'"
//! ```
//!
//! A quote without its partner in the same line is an ordinary byte, and `#` starts no comment.
//!
//! Not followed: a long bracket of more than about 2 KiB may fail in nginx, depending on where its buffer of 4,096
//! bytes happens to end.

use nom::bytes::complete::tag;
use nom::character::complete::char;
use nom::combinator::opt;
use nom::multi::many0_count;
use nom::sequence::terminated;
use nom::{IResult, Parser};

use super::error::SyntaxErrorKind;

/// Where an error shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the brace before the Lua code.
    OpeningBrace,
    /// So many bytes into the Lua code.
    Offset(usize),
}

/// What stands between the braces: its length, or what is missing and where nginx reports that. `input` begins
/// behind the opening brace.
///
/// The end of the file is reported in the line of the last `{`, whether or not it is closed (measured with
/// lua-nginx-module 0.10.23).
pub(super) fn block(input: &[u8]) -> Result<usize, (SyntaxErrorKind, Place)> {
    let mut depth = 0usize;
    let mut last_open = Place::OpeningBrace;
    let mut strings = Strings::default();
    let mut at = 0;
    while let Some(found) =
        input[at..].iter().position(|byte| matches!(byte, b'{' | b'}' | b'[' | b'-' | b'"' | b'\''))
    {
        at += found;
        let rest = &input[at..];
        at += match rest[0] {
            b'{' => {
                depth += 1;
                last_open = Place::Offset(at);
                1
            }
            b'}' if depth == 0 => return Ok(at),
            b'}' => {
                depth -= 1;
                1
            }
            quote @ (b'"' | b'\'') => strings.string(input, at, quote).unwrap_or(1),
            _ => match long_open(rest) {
                Ok((text, level)) => match long_close(text, level) {
                    Some(end) => rest.len() - text.len() + end,
                    None => return Err((SyntaxErrorKind::LuaLongBracket(level as u32), Place::Offset(at))),
                },
                Err(_) => comment(rest).map_or(1, |(behind, _)| rest.len() - behind.len()),
            },
        };
    }
    Err((SyntaxErrorKind::EndInLua, last_open))
}

/// `[ "--" ] "[" *"=" "["`, giving the number of `=`
fn long_open(input: &[u8]) -> IResult<&[u8], usize> {
    let (input, _) = opt(tag("--")).parse(input)?;
    let (input, _) = char('[')(input)?;
    terminated(many0_count(char('=')), char('[')).parse(input)
}

/// The offset behind `"]" *"=" "]"` with `level` equals signs.
fn long_close(text: &[u8], level: usize) -> Option<usize> {
    let close = [b"]".as_slice(), &vec![b'='; level], b"]"].concat();
    memchr::memmem::find(text, &close).map(|at| at + close.len())
}

/// `comment = "--" *( any byte but LF )`
fn comment(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let (text, _) = tag("--")(input)?;
    let length = memchr::memchr(b'\n', text).unwrap_or(text.len());
    Ok((&text[length..], &text[..length]))
}

/// Where it is already known that no string can start: for `"` and `'` an offset up to which no quote finds its
/// partner. Each byte is scanned once for each kind of quote however many lone quotes a line has.
#[derive(Default)]
struct Strings {
    lone_until: [usize; 2],
}

impl Strings {
    /// `string = DQUOTE *( "\" any byte but LF / any byte but DQUOTE, LF and "\" ) DQUOTE`, and the same with `'`
    ///
    /// Gives the length of the string that starts at `at`.
    fn string(&mut self, input: &[u8], at: usize, quote: u8) -> Option<usize> {
        let lone_until = &mut self.lone_until[usize::from(quote == b'\'')];
        if at < *lone_until {
            return None;
        }
        let mut end = at + 1;
        loop {
            match input.get(end) {
                Some(&byte) if byte == quote => return Some(end + 1 - at),
                Some(b'\\') if input.get(end + 1).is_some_and(|&next| next != b'\n') => end += 2,
                Some(b'\n' | b'\\') | None => break,
                Some(_) => end += 1,
            }
        }
        // Every later quote of this kind up to here is escaped, so a scan from it would take the same steps.
        *lone_until = end;
        None
    }
}
