//! What shells, Docker Compose and Terraform make of dollar signs and backslashes, with the place of each byte.

use wslint_model::{Edit, FileId, Mapped, Site, Slip, Writing, choices};
use wslint_syntax::Span;

use crate::compose_map::through;
use crate::variables::{is_nginx, name};
use crate::writing::written_in;

/// What stands for a value that nobody knows: the tag of a template, which the readers of both proxies know.
const UNKNOWN: &[u8] = b"{{ x }}";

/// What a text becomes, in which places are those of the text that it was.
pub(crate) struct Made {
    pub(crate) mapped: Mapped,
    pub(crate) slips: Vec<Slip>,
}

/// Builds a text from another one.
struct Maker<'t> {
    text: &'t [u8],
    file: FileId,
    mapped: Mapped,
    slips: Vec<Slip>,
    at: usize,
}

impl<'t> Maker<'t> {
    fn new(text: &'t [u8], file: FileId) -> Self {
        Self { text, file, mapped: Mapped::default(), slips: Vec::new(), at: 0 }
    }

    fn site(&self, length: usize) -> Site {
        Site { file: self.file, span: Span::new(self.at, (self.at + length).min(self.text.len())) }
    }

    fn rest(&self) -> &'t [u8] {
        &self.text[self.at..]
    }

    /// Takes bytes as they are.
    fn copy(&mut self, length: usize) {
        let site = self.site(length);
        self.mapped.copy(&self.text[site.span.range()], site);
        self.at = site.span.range().end;
    }

    /// Puts other bytes in the place of some.
    fn put(&mut self, bytes: &[u8], length: usize) {
        let site = self.site(length);
        self.mapped.put(bytes, site);
        self.at = site.span.range().end;
    }

    /// Notes that the next bytes are wrong, as they show in the text that is made.
    fn slip(&mut self, kind: choices::Slip, shown: usize, variable: &str, gone: usize, text: &[u8]) {
        let start = self.mapped.text.len();
        let span = Span::new(start, start + shown);
        let mend = Edit { site: self.site(gone), text: text.to_owned() };
        self.slips.push(Slip { span, kind, variable: format!("${variable}"), mend });
    }

    fn copy_to(&mut self, special: &[u8]) {
        let plain = self.rest().iter().take_while(|byte| !special.contains(byte)).count();
        if plain > 0 {
            self.copy(plain);
        }
    }

    fn made(self) -> Made {
        Made { mapped: self.mapped, slips: self.slips }
    }
}

/// What a shell makes of a heredoc whose delimiter is not quoted. `sets` tells the variables that the script sets or uses
/// otherwise.
pub(crate) fn expanded(text: &[u8], file: FileId, sets: &dyn Fn(&str) -> bool) -> Made {
    let mut maker = Maker::new(text, file);
    loop {
        maker.copy_to(b"\\$`");
        let rest = maker.rest();
        match rest {
            [] => return maker.made(),
            [b'\\', b'\n', ..] => maker.at += 2,
            [b'\\', b'\r', b'\n', ..] => maker.at += 3,
            [b'\\', escaped @ (b'$' | b'`' | b'\\'), ..] => maker.put(&[*escaped], 2),
            [b'$', b'$', after @ ..] => {
                let variable = name(after);
                if is_nginx(variable) {
                    maker.slip(choices::Slip::Doubled, UNKNOWN.len(), variable, 2, b"\\$");
                }
                maker.put(UNKNOWN, 2);
            }
            [b'$', b'{', ..] => {
                let inner = name(&rest[2..]);
                let plain = rest.get(2 + inner.len()) == Some(&b'}');
                if plain && is_nginx(inner) && !sets(inner) {
                    nothing(&mut maker, inner, inner.len() + 3);
                } else {
                    let length = closing(rest, b'{', b'}').unwrap_or(2);
                    maker.put(UNKNOWN, length);
                }
            }
            [b'$', b'(', ..] => {
                let length = closing(rest, b'(', b')').unwrap_or(2);
                maker.put(UNKNOWN, length);
            }
            [b'`', ..] => {
                let length = memchr::memchr(b'`', &rest[1..]).map_or(1, |end| end + 2);
                maker.put(UNKNOWN, length);
            }
            [b'$', after @ ..] => {
                let variable = name(after);
                if !variable.is_empty() && is_nginx(variable) && !sets(variable) {
                    nothing(&mut maker, variable, variable.len() + 1);
                } else if !variable.is_empty() {
                    maker.put(UNKNOWN, variable.len() + 1);
                } else if after.first().is_some_and(|byte| b"@*#?!-0123456789".contains(byte)) {
                    maker.put(UNKNOWN, 2);
                } else {
                    maker.copy(1);
                }
            }
            _ => maker.copy(1),
        }
    }
}

/// The shell puts nothing in the place of a variable that it does not have.
fn nothing(maker: &mut Maker<'_>, variable: &str, length: usize) {
    maker.slip(choices::Slip::Expanded, 0, variable, 1, b"\\$");
    maker.at += length;
}

/// How many bytes there are up to what closes a bracket behind a dollar sign, those within counted.
fn closing(text: &[u8], open: u8, close: u8) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, &byte) in text.iter().enumerate().take(LONGEST) {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

/// How far what closes a bracket is looked for, in bytes.
const LONGEST: usize = 1 << 10;

/// How text is written in a heredoc whose delimiter is not quoted.
pub(crate) fn expanding() -> Writing {
    let escapes = vec![(b'$', &b"\\$"[..]), (b'`', b"\\`"), (b'\\', b"\\\\")];
    Writing { indent: Vec::new(), line_feed: b"\n", escapes, one_line: false }
}

/// The backslashes of a heredoc with a quoted delimiter that stay before variables of nginx.
pub(crate) fn kept(text: &[u8], file: FileId) -> Vec<Slip> {
    let found = memchr::memmem::find_iter(text, b"\\$").filter_map(|at| {
        let variable = name(&text[at + 2..]);
        let escaped = at > 0 && text[at - 1] == b'\\';
        (is_nginx(variable) && !escaped && !in_pattern(text, at)).then(|| Slip {
            span: Span::new(at, at + 2 + variable.len()),
            kind: choices::Slip::Kept,
            variable: format!("${variable}"),
            mend: Edit { site: Site { file, span: Span::new(at, at + 1) }, text: Vec::new() },
        })
    });
    found.collect()
}

/// Whether an offset stands in a line that begins a regular expression, in which `\$` is a dollar sign.
fn in_pattern(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(LONGEST)..at];
    let start = memchr::memrchr(b'\n', before).map_or(0, |found| found + 1);
    let line = before[start..].trim_ascii_start();
    memchr::memchr(b'~', line).is_some() || line.starts_with(b"rewrite")
}

/// What Docker Compose makes of a text, and how text is written there.
pub(crate) fn interpolated(
    outer: &Mapped,
    writing: Result<Writing, &'static str>,
    file: FileId,
) -> (Mapped, Result<Writing, &'static str>, Vec<Slip>) {
    let mut maker = Maker::new(&outer.text, file);
    loop {
        maker.copy_to(b"$");
        let rest = maker.rest();
        match rest {
            [] => break,
            [b'$', b'$', ..] => maker.put(b"$", 2),
            [b'$', b'{', ..] => {
                let length = closing(rest, b'{', b'}').unwrap_or(2);
                maker.put(UNKNOWN, length);
            }
            [_, after @ ..] if is_nginx(name(after)) => {
                let variable = name(after);
                maker.slip(choices::Slip::Interpolated, 0, variable, 1, b"$$");
                maker.at += 1 + variable.len();
            }
            [_, after @ ..] if !name(after).is_empty() => {
                let length = 1 + name(after).len();
                maker.put(UNKNOWN, length);
            }
            _ => maker.copy(1),
        }
    }
    let slips = maker.slips.into_iter().filter_map(|mut slip| {
        slip.mend = written_in(outer, &writing, &slip.mend)?;
        Some(slip)
    });
    let slips = slips.collect();
    let writing = writing.map(|mut writing| {
        writing.escapes.push((b'$', b"$$"));
        writing
    });
    (through(outer, maker.mapped), writing, slips)
}

/// What make makes of a variable in several lines: two dollar signs are one, and behind a single one stands a name of one
/// letter, unless brackets hold it.
pub(crate) fn by_make(text: &[u8], file: FileId) -> Mapped {
    let mut maker = Maker::new(text, file);
    loop {
        maker.copy_to(b"$");
        match maker.rest() {
            [] => return maker.mapped,
            [b'$', b'$', ..] => maker.put(b"$", 2),
            rest @ [b'$', open @ (b'{' | b'('), ..] => {
                let close = if *open == b'{' { b'}' } else { b')' };
                let length = closing(rest, *open, close).unwrap_or(2);
                maker.put(UNKNOWN, length);
            }
            // Nothing has the name of the first letter: the rest of the word stays.
            [_, after @ ..] if is_nginx(name(after)) => maker.at += 2,
            [_, byte, ..] if !byte.is_ascii_whitespace() => maker.put(UNKNOWN, 2),
            _ => maker.copy(1),
        }
    }
}

/// What Terraform makes of a heredoc: only `${` and `%{` are special.
pub(crate) fn templated(text: &[u8], file: FileId) -> Made {
    let mut maker = Maker::new(text, file);
    loop {
        maker.copy_to(b"$%");
        let rest = maker.rest();
        match rest {
            [] => return maker.made(),
            [b'$', b'$', b'{', ..] => maker.put(b"${", 3),
            [b'%', b'%', b'{', ..] => maker.put(b"%{", 3),
            [b'$', b'$', after @ ..] => {
                let variable = name(after);
                if is_nginx(variable) {
                    maker.slip(choices::Slip::Doubled, 2 + variable.len(), variable, 2, b"$");
                }
                maker.copy(2);
            }
            [b'$', b'{', ..] => {
                let length = closing(rest, b'{', b'}').unwrap_or(2);
                maker.put(UNKNOWN, length);
            }
            _ => maker.copy(1),
        }
    }
}

/// What Nix makes of a text between pairs of single quotes, without its indentation.
pub(crate) fn indented(text: &[u8], file: FileId) -> Made {
    let mut maker = Maker::new(text, file);
    loop {
        maker.copy_to(b"$'");
        let rest = maker.rest();
        match rest {
            [] => return maker.made(),
            [b'\'', b'\'', b'$', ..] => maker.put(b"$", 3),
            [b'\'', b'\'', b'\'', ..] => maker.put(b"''", 3),
            [b'\'', b'\'', b'\\', byte, ..] => {
                let byte = match byte {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    byte => *byte,
                };
                maker.put(&[byte], 4);
            }
            [b'$', b'{', ..] => {
                let length = closing(rest, b'{', b'}').unwrap_or(2);
                maker.put(UNKNOWN, length);
            }
            _ => maker.copy(1),
        }
    }
}

/// What is left of a text in the quotes of an outer command: `"` takes backslashes away, `'` has its idiom for one.
pub(crate) fn unquoted(text: &[u8], quote: u8, file: FileId) -> Mapped {
    let mut maker = Maker::new(text, file);
    loop {
        match quote {
            b'"' => maker.copy_to(b"\\"),
            _ => maker.copy_to(b"'"),
        }
        match maker.rest() {
            [] => return maker.mapped,
            [b'\\', escaped @ (b'$' | b'`' | b'\\' | b'"'), ..] if quote == b'"' => maker.put(&[*escaped], 2),
            [b'\'', b'"', b'\'', b'"', b'\'', ..] => maker.put(b"'", 5),
            [b'\'', b'\\', b'\'', b'\'', ..] => maker.put(b"'", 4),
            _ => maker.copy(1),
        }
    }
}

/// How a word of a command is quoted, by its first part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// Not at all.
    None,
    /// By `'`.
    Single,
    /// By `"`.
    Double,
}

/// A word of a command without its quotes.
pub(crate) struct Word {
    pub(crate) mapped: Mapped,
    pub(crate) quoting: Quoting,
    /// Variables in whose place the shell puts nothing.
    pub(crate) slips: Vec<Slip>,
    /// Where the command goes on.
    pub(crate) end: usize,
}

/// The word at an offset. In a Dockerfile lines that a backslash ends are one, even in quotes, and comments among them are
/// none.
pub(crate) fn word(
    bytes: &[u8],
    from: usize,
    continues: bool,
    file: FileId,
    sets: &dyn Fn(&str) -> bool,
) -> Option<Word> {
    let mut maker = Maker::new(bytes, file);
    maker.at = from;
    let mut quoting = Quoting::None;
    let mut open: Option<u8> = None;
    loop {
        match (maker.rest(), open) {
            ([], None) => break,
            ([], Some(_)) => return None,
            ([b'\\', b'\n', rest @ ..], quote) if continues || quote != Some(b'\'') => {
                maker.at += 2;
                let comment = |rest: &[u8]| rest.trim_ascii_start().starts_with(b"#");
                let mut rest = rest;
                while continues && comment(rest.split(|&byte| byte == b'\n').next().unwrap_or_default()) {
                    let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
                    maker.at += length;
                    rest = &rest[length..];
                }
            }
            ([quote @ (b'\'' | b'"'), ..], None) => {
                if quoting == Quoting::None {
                    quoting = if *quote == b'\'' { Quoting::Single } else { Quoting::Double };
                }
                open = Some(*quote);
                maker.at += 1;
            }
            ([byte, ..], Some(quote)) if *byte == quote => {
                open = None;
                maker.at += 1;
            }
            ([b'\\', escaped @ (b'$' | b'`' | b'\\' | b'"'), ..], Some(b'"')) => maker.put(&[*escaped], 2),
            ([b'\\', escaped, ..], None) => maker.put(&[*escaped], 2),
            ([b'$', after @ ..], Some(b'"')) if is_nginx(name(after)) && !sets(name(after)) => {
                let variable = name(after);
                nothing(&mut maker, variable, variable.len() + 1);
            }
            ([b'$', after @ ..], quote) if quote != Some(b'\'') => {
                let length = match after.first() {
                    Some(b'{') => closing(maker.rest(), b'{', b'}').unwrap_or(2),
                    Some(b'(') => closing(maker.rest(), b'(', b')').unwrap_or(2),
                    _ => 1 + name(after).len().max(1),
                };
                maker.put(UNKNOWN, length);
            }
            ([byte, ..], None) if byte.is_ascii_whitespace() || b";|&<>()".contains(byte) => break,
            _ => maker.copy(1),
        }
        if maker.mapped.text.len() > LONGEST_WORD {
            return None;
        }
    }
    Some(Word { end: maker.at, mapped: maker.mapped, slips: maker.slips, quoting })
}

/// The longest word that is read, in bytes.
const LONGEST_WORD: usize = 1 << 20;
