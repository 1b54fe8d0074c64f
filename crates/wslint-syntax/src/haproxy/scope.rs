//! `[name]`: the scope lines of SPOE files, which the proxy reads before it splits a line.

use nom::bytes::complete::{tag, take_while};
use nom::error::Error;
use nom::sequence::delimited;
use nom::{IResult, Parser};

use super::error::SyntaxErrorKind;
use super::words::is_blank;

/// Why a scope is refused, and the byte that is to blame with its offset in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) kind: SyntaxErrorKind,
    pub(super) at: usize,
}

/// scope = "[" name "]" *( white space ) [ "#" *( any ) ]
///
/// Returns the name, and the offset of a comment.
pub(super) fn scope(line: &[u8]) -> Result<(&[u8], Option<usize>), Refused> {
    let parsed: IResult<_, _, Error<&[u8]>> =
        delimited(tag(&b"["[..]), take_while(|byte| byte != b']'), tag(&b"]"[..])).parse(line);
    let Ok((after, name)) = parsed else {
        return Err(Refused { kind: SyntaxErrorKind::EmptyScope, at: 0 });
    };
    if name.is_empty() {
        return Err(Refused { kind: SyntaxErrorKind::EmptyScope, at: 0 });
    }
    if let Some(at) = name.iter().position(|&byte| !may_stand_in_name(byte)) {
        return Err(Refused { kind: SyntaxErrorKind::ScopeCharacter, at: at + 1 });
    }
    let blanks = after.iter().position(|&byte| !is_blank(byte)).unwrap_or(after.len());
    let at = name.len() + 2 + blanks;
    match after.get(blanks) {
        None => Ok((name, None)),
        Some(b'#') => Ok((name, Some(at))),
        Some(_) => Err(Refused { kind: SyntaxErrorKind::AfterScope, at }),
    }
}

/// The bytes of a name, as `invalid_char()` has them.
fn may_stand_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':')
}
