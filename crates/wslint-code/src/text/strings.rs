//! Where strings begin and end, in each language.

use memchr::memmem;

use super::language::Language;
use super::token::Written;

/// A string in the text.
pub(super) struct Quoted {
    /// The bytes between the quotes.
    pub(super) inner: (usize, usize),
    /// The first byte behind the closing quote.
    pub(super) end: usize,
    pub(super) written: Written,
}

/// What code within a string looks like.
#[derive(Clone, Copy, PartialEq)]
enum Holes {
    /// There is none.
    None,
    /// `${…}`, with strings within.
    Dollar,
    /// `#{…}`, with strings within.
    Hash,
    /// A lone `{`: Python, C#.
    Brace,
    /// `$name` or `${…}`: Kotlin.
    Name,
}

/// The string that begins at a position, if one does.
pub(super) fn at(language: Language, bytes: &[u8], at: usize) -> Option<Quoted> {
    match language {
        Language::JavaScript => match bytes[at] {
            b'"' | b'\'' => Some(short(bytes, at + 1, Holes::None)),
            b'`' => Some(holed(bytes, at + 1, Holes::Dollar)),
            _ => None,
        },
        Language::Python => python(bytes, at),
        Language::Ruby => match bytes[at] {
            b'\'' => Some(short(bytes, at + 1, Holes::None)),
            b'"' => Some(holed(bytes, at + 1, Holes::Hash)),
            _ => None,
        },
        Language::Elixir => match bytes[at] {
            b'"' | b'\'' if triple(bytes, at) => Some(long(bytes, at, Holes::Hash)),
            b'"' | b'\'' => Some(holed(bytes, at + 1, Holes::Hash)),
            _ => None,
        },
        Language::CSharp => csharp(bytes, at),
        Language::Java => match bytes[at] {
            b'"' if triple(bytes, at) => Some(long(bytes, at, Holes::None)),
            b'"' | b'\'' => Some(short(bytes, at + 1, Holes::None)),
            _ => None,
        },
        Language::Kotlin => match bytes[at] {
            b'"' if triple(bytes, at) => Some(long(bytes, at, Holes::Name)),
            b'"' => Some(short(bytes, at + 1, Holes::Name)),
            b'\'' => Some(short(bytes, at + 1, Holes::None)),
            _ => None,
        },
        Language::Go => match bytes[at] {
            b'"' | b'\'' => Some(short(bytes, at + 1, Holes::None)),
            b'`' => Some(until(bytes, at + 1, b"`", Written::Raw)),
            _ => None,
        },
        Language::Rust => rust(bytes, at),
    }
}

fn triple(bytes: &[u8], at: usize) -> bool {
    bytes[at..].starts_with(&[bytes[at]; 3])
}

/// A string that ends at its quote, or broken at the end of its line.
fn short(bytes: &[u8], start: usize, holes: Holes) -> Quoted {
    let quote = bytes[start - 1];
    let (mut at, mut computed) = (start, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => break,
            b'{' if holes == Holes::Brace => computed = true,
            b'$' if holes == Holes::Name => computed = true,
            _ if byte == quote => {
                let written = if computed { Written::Computed } else { Written::Escaped };
                return Quoted { inner: (start, at), end: at + 1, written };
            }
            _ => {}
        }
        at += 1;
    }
    broken(bytes, start, at)
}

/// A string that does not end where it should.
fn broken(bytes: &[u8], start: usize, end: usize) -> Quoted {
    let end = end.min(bytes.len());
    Quoted { inner: (start, end), end, written: Written::Computed }
}

/// A string of three quotes, over lines.
fn long(bytes: &[u8], start: usize, holes: Holes) -> Quoted {
    let quote = [bytes[start]; 3];
    let start = start + 3;
    let mut at = start;
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            at += 1;
        } else if bytes[at..].starts_with(&quote) {
            let inner = &bytes[start..at];
            let computed = match holes {
                Holes::None | Holes::Dollar => false,
                Holes::Hash => memmem::find(inner, b"#{").is_some(),
                Holes::Brace => inner.contains(&b'{'),
                Holes::Name => inner.contains(&b'$'),
            };
            let written = if computed { Written::Computed } else { Written::Escaped };
            return Quoted { inner: (start, at), end: at + 3, written };
        }
        at += 1;
    }
    broken(bytes, start, at)
}

/// A string without escapes, up to what ends it.
fn until(bytes: &[u8], start: usize, close: &[u8], written: Written) -> Quoted {
    match memmem::find(&bytes[start..], close) {
        Some(length) => Quoted { inner: (start, start + length), end: start + length + close.len(), written },
        None => broken(bytes, start, bytes.len()),
    }
}

/// A string with code in it that has strings again, to whatever depth.
fn holed(bytes: &[u8], start: usize, holes: Holes) -> Quoted {
    /// Where the scan is: in a string that a quote ends, or in code with so many open braces.
    enum Within {
        Text(u8),
        Code(usize),
    }
    let sign = if holes == Holes::Dollar { b'$' } else { b'#' };
    let mut within = vec![Within::Text(bytes[start - 1])];
    let (mut at, mut computed) = (start, false);
    while let (Some(&byte), Some(top)) = (bytes.get(at), within.last_mut()) {
        let is_hole = byte == sign && bytes.get(at + 1) == Some(&b'{');
        match top {
            Within::Text(_) if byte == b'\\' => at += 1,
            Within::Text(_) if is_hole => {
                computed = true;
                at += 1;
                within.push(Within::Code(0));
            }
            Within::Text(quote) if byte == *quote => {
                within.pop();
                if within.is_empty() {
                    let written = if computed { Written::Computed } else { Written::Escaped };
                    return Quoted { inner: (start, at), end: at + 1, written };
                }
            }
            // Only a template goes on in the next line: a lone quote spoils no more than its line.
            Within::Text(quote) if byte == b'\n' && *quote != b'`' => {
                within.pop();
                if within.is_empty() {
                    break;
                }
            }
            Within::Text(_) => {}
            Within::Code(depth) => match byte {
                b'{' => *depth += 1,
                b'}' if *depth == 0 => drop(within.pop()),
                b'}' => *depth -= 1,
                b'"' | b'\'' => within.push(Within::Text(byte)),
                b'`' if holes == Holes::Dollar => within.push(Within::Text(byte)),
                _ => {}
            },
        }
        at += 1;
    }
    broken(bytes, start, at)
}

fn python(bytes: &[u8], at: usize) -> Option<Quoted> {
    let letters = bytes[at..].iter().take(3).take_while(|byte| b"rRbBuUfFtT".contains(byte)).count();
    let quote = at + letters;
    if letters > 2 || !matches!(bytes.get(quote), Some(b'"' | b'\'')) {
        return None;
    }
    let has = |letter: u8| bytes[at..quote].iter().any(|byte| byte.eq_ignore_ascii_case(&letter));
    let holes = if has(b'f') || has(b't') { Holes::Brace } else { Holes::None };
    let mut quoted =
        if triple(bytes, quote) { long(bytes, quote, holes) } else { short(bytes, quote + 1, holes) };
    if has(b'r') && quoted.written == Written::Escaped {
        quoted.written = Written::Raw;
    }
    Some(quoted)
}

fn csharp(bytes: &[u8], at: usize) -> Option<Quoted> {
    if bytes[at] == b'\'' {
        return Some(short(bytes, at + 1, Holes::None));
    }
    let signs = bytes[at..].iter().take(4).take_while(|byte| b"$@".contains(byte)).count();
    let quote = at + signs;
    if bytes.get(quote) != Some(&b'"') {
        return None;
    }
    let has = |sign: u8| bytes[at..quote].contains(&sign);
    let holes = if has(b'$') { Holes::Brace } else { Holes::None };
    if triple(bytes, quote) {
        let written = if has(b'$') { Written::Computed } else { Written::Raw };
        return Some(until(bytes, quote + 3, b"\"\"\"", written));
    }
    if has(b'@') {
        let mut end = quote + 1;
        // Two quotes are one quote of the text.
        while let Some(length) = memchr::memchr(b'"', &bytes[end.min(bytes.len())..]) {
            end += length;
            if bytes.get(end + 1) != Some(&b'"') {
                let inner = &bytes[quote + 1..end];
                let computed = inner.contains(&b'"') || holes == Holes::Brace && inner.contains(&b'{');
                let written = if computed { Written::Computed } else { Written::Raw };
                return Some(Quoted { inner: (quote + 1, end), end: end + 1, written });
            }
            end += 2;
        }
        return Some(broken(bytes, quote + 1, bytes.len()));
    }
    Some(short(bytes, quote + 1, holes))
}

fn rust(bytes: &[u8], at: usize) -> Option<Quoted> {
    let letters = bytes[at..].iter().take(3).take_while(|byte| b"rbc".contains(byte)).count();
    let raw = bytes[at..at + letters].contains(&b'r');
    let hashes = if raw { bytes[at + letters..].iter().take_while(|byte| **byte == b'#').count() } else { 0 };
    let quote = at + letters + hashes;
    match bytes.get(quote) {
        Some(b'"') if raw => {
            let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
            Some(until(bytes, quote + 1, &close, Written::Raw))
        }
        Some(b'"') if letters < 3 => Some(over_lines(bytes, quote + 1)),
        Some(b'\'') if letters == 0 => character(bytes, quote),
        _ => None,
    }
}

/// A string that may go on in the next line.
fn over_lines(bytes: &[u8], start: usize) -> Quoted {
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'"' => return Quoted { inner: (start, at), end: at + 1, written: Written::Escaped },
            _ => {}
        }
        at += 1;
    }
    broken(bytes, start, at)
}

/// A character of Rust, which begins as a lifetime does.
fn character(bytes: &[u8], at: usize) -> Option<Quoted> {
    if bytes.get(at + 1) == Some(&b'\\') {
        return Some(short(bytes, at + 1, Holes::None));
    }
    let length = 1 + bytes.get(at + 2..)?.iter().take_while(|byte| **byte & 0xc0 == 0x80).count();
    let end = at + 1 + length;
    (bytes.get(end) == Some(&b'\'')).then_some(Quoted {
        inner: (at + 1, end),
        end: end + 1,
        written: Written::Escaped,
    })
}
