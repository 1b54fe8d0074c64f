//! Text in one word of `echo` or `printf`, which a command writes to a file.

use wslint_model::{Edit, FileId, Mapped, Site, Slip, Writing, choices};
use wslint_syntax::Span;

use crate::command::{Variables, target};
use crate::embedded::{Embedded, Group, Read};

use crate::shell::{Quoting, Word, word};
use crate::variables::{is_nginx, name};
use crate::words::has_words;

/// How far the beginning of a line is looked for, in bytes.
const LONGEST_LINE: usize = 4096;

/// Why no edit is written into such a word.
const WHY: &str = "it is one word of a command there";

/// Reads the texts of a script or a Dockerfile, of which the heredocs are read elsewhere: `heredocs` are their lines.
pub(crate) fn read(bytes: &[u8], heredocs: &[Span], file: FileId, continues: bool, read: &mut Read) {
    let variables = Variables::of(bytes, Span::new(0, 0));
    for command in ["echo", "printf"] {
        for at in memchr::memmem::find_iter(bytes, command.as_bytes()) {
            let before = at.checked_sub(1).map(|before| bytes[before]);
            let alone = bytes.get(at + command.len()).is_some_and(u8::is_ascii_whitespace);
            let begins = before.is_none_or(|byte| byte.is_ascii_whitespace() || b";|&({/".contains(&byte));
            let held = || {
                let behind = heredocs.partition_point(|lines| lines.start as usize <= at);
                heredocs[..behind].last().is_some_and(|lines| lines.range().contains(&at))
            };
            if begins && alone && !held() {
                read.texts.extend(echoed(bytes, at, command, file, continues, &variables));
            }
        }
    }
    read.texts.sort_by_key(|text| text.opens.start);
}

fn echoed(
    bytes: &[u8],
    at: usize,
    command: &str,
    file: FileId,
    continues: bool,
    variables: &Variables<'_>,
) -> Option<Embedded> {
    let before = &bytes[at.saturating_sub(LONGEST_LINE)..at];
    let line = memchr::memrchr(b'\n', before).map_or(before, |found| &before[found + 1..]);
    if line.trim_ascii_start().starts_with(b"#") {
        return None;
    }
    let mut from = at + command.len();
    let mut escapes = command == "printf" || continues;
    loop {
        from += blanks(&bytes[from..], continues);
        let option =
            bytes.get(from) == Some(&b'-') && matches!(bytes.get(from + 1), Some(b'n' | b'e' | b'E'));
        if !option {
            break;
        }
        let length = bytes[from..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
        escapes |= bytes[from..from + length].contains(&b'e');
        from += length;
    }
    if !matches!(bytes.get(from), Some(b'\'' | b'"')) {
        return None;
    }
    let Word { mapped, quoting, end, slips } =
        word(bytes, from, continues, file, &|name| variables.sets(name))?;
    if quoting == Quoting::None || !has_words(&mapped.text) {
        return None;
    }
    let line_end = memchr::memchr(b'\n', &bytes[end..]).map_or(bytes.len(), |found| end + found);
    let target = target(&bytes[end..line_end])?;
    let (mapped, slips) = printed(&mapped, quoting, escapes, slips, file);
    let group = Group::Machine(0);
    let opens = Span::new(at, at + command.len());
    let writing: Result<Writing, &'static str> = Err(WHY);
    Some(Embedded { mapped, opens, name: target, group, writing, slips })
}

/// How many blanks a text begins with, and line ends that a backslash takes away.
fn blanks(bytes: &[u8], continues: bool) -> usize {
    let mut at = 0;
    loop {
        match bytes.get(at..) {
            Some([b' ' | b'\t', ..]) => at += 1,
            Some([b'\\', b'\n', ..]) if continues => at += 2,
            _ => return at,
        }
    }
}

/// What the command prints of a word, and what is wrong with its dollar signs.
fn printed(
    word: &Mapped,
    quoting: Quoting,
    escapes: bool,
    lost: Vec<Slip>,
    file: FileId,
) -> (Mapped, Vec<Slip>) {
    let mut mapped = Mapped::default();
    let mut slips = Vec::new();
    let mut lost = lost.into_iter().peekable();
    let text = &word.text;
    let mut at = 0;
    while at < text.len() {
        while let Some(slip) = lost.next_if(|slip| slip.span.start as usize <= at) {
            let start = mapped.text.len();
            slips.push(Slip { span: Span::new(start, start), ..slip });
        }
        let span = |length: usize| Span::new(at, (at + length).min(text.len()));
        let site =
            |length: usize| word.map.site(span(length)).unwrap_or(Site { file, span: Span::new(0, 0) });
        match &text[at..] {
            [b'\\', byte @ (b'n' | b't' | b'\\'), ..] if escapes => {
                let byte = match byte {
                    b'n' => b'\n',
                    b't' => b'\t',
                    byte => *byte,
                };
                mapped.put(&[byte], site(2));
                at += 2;
            }
            [b'$', b'$', after @ ..] if quoting == Quoting::Single && is_nginx(name(after)) => {
                let variable = name(after);
                let start = mapped.text.len();
                slips.push(Slip {
                    span: Span::new(start, start + 2 + variable.len()),
                    kind: choices::Slip::Doubled,
                    variable: format!("${variable}"),
                    mend: Edit { site: site(2), text: b"$".to_vec() },
                });
                mapped.put(b"$$", site(2));
                at += 2;
            }
            [byte, ..] => {
                match word.map.editable(span(1)) {
                    Some(here) => mapped.copy(&[*byte], here),
                    None => mapped.put(&[*byte], site(1)),
                }
                at += 1;
            }
            [] => break,
        }
    }
    if mapped.text.last() != Some(&b'\n') {
        let end =
            word.map.site(Span::new(text.len(), text.len())).unwrap_or(Site { file, span: Span::new(0, 0) });
        mapped.put(b"\n", end);
    }
    (mapped, slips)
}
