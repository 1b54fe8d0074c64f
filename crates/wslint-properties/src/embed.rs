//! Texts in other files: whatever a file holds, each byte of a text has a place in it, and an edit of a text is an edit of
//! the file after which it holds the text so edited.

use wslint_embed::{Embedded, Format, read, written};
use wslint_model::{Edit, FileId, Host, Mapped, Site};
use wslint_rules::edits::apply;
use wslint_syntax::Span;

/// The formats.
pub const FORMATS: [Format; 8] = [
    Format::Yaml,
    Format::Json,
    Format::Script,
    Format::Hcl,
    Format::Dockerfile,
    Format::Makefile,
    Format::Nix,
    Format::Document,
];

const HOST: FileId = FileId(0);
const TEXT: FileId = FileId(1);

/// How many lines of a text are edited.
const MOST_LINES: usize = 8;

/// What a file of a format holds.
///
/// # Panics
/// Where a place lies outside of the file, bytes that are said to be the same are not, or an edit does something else.
pub fn embed(format: Format, bytes: &[u8]) {
    let found = read(format, bytes, HOST);
    for complaint in &found.complaints {
        assert!(complaint.span.end as usize <= bytes.len(), "{complaint:?}");
    }
    let sure = has_sure_lines(bytes);
    for (number, text) in found.texts.iter().enumerate() {
        stands(text, bytes);
        if !sure {
            continue;
        }
        let starts = text.mapped.text.split_inclusive(|&byte| byte == b'\n').scan(0, |at, line| {
            *at += line.len();
            Some(*at - line.len())
        });
        for start in starts.take(MOST_LINES) {
            edited(format, bytes, text, number, start);
        }
    }
}

/// Whether it is no guess where lines and texts end: no reader of YAML takes control characters, and CR alone ends a line for
/// some of them.
fn has_sure_lines(bytes: &[u8]) -> bool {
    let is_alone = |pair: &[u8]| pair[0] == b'\r' && pair[1] != b'\n';
    !bytes.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace())
        && !bytes.windows(2).any(is_alone)
}

fn stands(text: &Embedded, bytes: &[u8]) {
    let Mapped { text: own, map } = &text.mapped;
    let mut end = 0;
    for piece in map.pieces() {
        assert_eq!(piece.text.start, end, "pieces follow each other");
        end = piece.text.end;
        assert_eq!(piece.from.file, HOST);
        let there = bytes.get(piece.from.span.range()).expect("it stands in the file");
        assert!(!piece.is_verbatim() || there == &own[piece.text.range()], "the same bytes");
    }
    assert_eq!(end as usize, own.len(), "all of the text has a place");
    assert!(text.opens.end as usize <= bytes.len(), "{:?}", text.opens);
    for slip in &text.slips {
        assert!(slip.span.end as usize <= own.len(), "{slip:?}");
        assert!(bytes.get(slip.mend.site.span.range()).is_some(), "{slip:?}");
    }
}

/// Adds a line to a text, and looks at what the file holds then.
fn edited(format: Format, bytes: &[u8], text: &Embedded, number: usize, start: usize) {
    let host = Host {
        file: HOST,
        name: text.name.clone(),
        opens: text.opens,
        map: text.mapped.map.clone(),
        writing: text.writing.clone(),
        slips: text.slips.clone(),
        generated: false,
        maker: None,
    };
    let own = &text.mapped.text;
    // What only looks like a heredoc or a block is one once a line of a configuration stands in it.
    let opens_block = |line: &[u8]| {
        let mut parts = line.splitn(2, |&byte| byte == b':').skip(1);
        parts.any(|value| matches!(value.trim_ascii_start().first(), Some(b'|' | b'>' | b'!' | b'&')))
    };
    if own.windows(2).any(|pair| matches!(pair, b"<<" | b": "))
        || own.split(|&byte| byte == b'\n').any(opens_block)
    {
        return;
    }
    let edit = Edit {
        site: Site { file: TEXT, span: Span::new(start, start) },
        text: b"proxy_set_header X \"$host\";\n".to_vec(),
    };
    let Ok(outer) = written(&host, own, &edit) else { return };
    assert!(outer.site.span.end as usize <= bytes.len(), "{outer:?}");
    let after = apply(bytes, std::slice::from_ref(&outer));
    let found = read(format, &after, HOST);
    let expected = apply(own, std::slice::from_ref(&edit));
    let found = found.texts.get(number).map(|text| String::from_utf8_lossy(&text.mapped.text).into_owned());
    assert_eq!(
        found.as_deref(),
        Some(&*String::from_utf8_lossy(&expected)),
        "{}",
        String::from_utf8_lossy(&after)
    );
}
