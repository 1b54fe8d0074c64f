//! Edits of single lines and blocks that keep indentation, line ends and comments.

use wslint_syntax::Span;
use wslint_syntax::nginx::Tree;

use crate::config::{Config, ContextId, Line};
use wslint_model::Edit;
use wslint_model::Site;

/// What a level is indented by, where nothing in it says otherwise.
const INDENT: &str = "    ";
/// More blanks than these, in bytes, are no indentation that new lines should have.
const DEEPEST_INDENT: usize = 200;

/// Replaces one argument of a line; 0 is the word behind the name.
pub(super) fn replace_arg(config: &Config<'_>, line: Line, index: usize, text: &str) -> Option<Edit> {
    let word = config.tree(line).words(line.id).get(index + 1)?;
    let site = Site { file: line.file, span: word.span };
    Some(Edit { site, text: text.as_bytes().to_vec() })
}

/// Appends words to a line.
pub(super) fn append_words(config: &Config<'_>, line: Line, text: &str) -> Option<Edit> {
    let end = config.tree(line).words(line.id).last()?.span.end;
    let site = Site { file: line.file, span: Span { start: end, end } };
    Some(Edit { site, text: format!(" {text}").into_bytes() })
}

/// Puts statements, without their `;`, behind a line: on lines of their own if that line has one of its own. `None`
/// where its `;` is forgotten and it takes the block behind it for its own: they would stand in that block.
pub(super) fn insert_after(config: &Config<'_>, line: Line, statements: &[String]) -> Option<Edit> {
    let tree = config.tree(line);
    if tree.has_block(line.id) {
        return None;
    }
    let source = tree.source();
    let statement = tree.statement(line.id);
    let end = statement.end as usize;
    let line_end = line_around(tree, end).end as usize;
    let rest = source[end..line_end].trim_ascii();
    let (indent, alone) = indentation(tree, statement.start as usize);
    if alone && (rest.is_empty() || rest.starts_with(b"#")) {
        let carriage = source[..line_end].ends_with(b"\r");
        let at = line_end - usize::from(carriage);
        let newline = if carriage { "\r\n" } else { "\n" };
        let text: String = statements.iter().map(|text| format!("{newline}{indent}{text};")).collect();
        return Some(insertion(line, at, text));
    }
    Some(insertion(line, end, statements.iter().map(|text| format!(" {text};")).collect()))
}

/// Puts a statement, without its `;`, in front of a line.
pub(super) fn insert_before(config: &Config<'_>, line: Line, statement: &str) -> Edit {
    let tree = config.tree(line);
    let source = tree.source();
    let start = tree.statement(line.id).start as usize;
    let (indent, alone) = indentation(tree, start);
    if !alone {
        return insertion(line, start, format!("{statement}; "));
    }
    let carriage = source[..line_around(tree, start).end as usize].ends_with(b"\r");
    let newline = if carriage { "\r\n" } else { "\n" };
    insertion(line, start, format!("{statement};{newline}{indent}"))
}

/// Puts statements at the beginning of a block.
pub(super) fn insert_first(config: &Config<'_>, block: ContextId, statements: &[String]) -> Option<Edit> {
    let opener = config.context(block).opener?;
    let tree = config.tree(opener);
    let source = tree.source();
    let open = tree.block(opener.id)?.open.end as usize;
    let line_end = line_around(tree, open).end as usize;
    let rest = source[open..line_end].trim_ascii();
    if !rest.is_empty() && !rest.starts_with(b"#") {
        return Some(insertion(opener, open, statements.iter().map(|text| format!(" {text};")).collect()));
    }
    let carriage = source[..line_end].ends_with(b"\r");
    let newline = if carriage { "\r\n" } else { "\n" };
    let indent = inner_indent(config, block);
    let text: String = statements.iter().map(|text| format!("{newline}{indent}{text};")).collect();
    Some(insertion(opener, line_end - usize::from(carriage), text))
}

/// What lines directly in a block are indented by.
pub(super) fn inner_indent(config: &Config<'_>, block: ContextId) -> String {
    let context = config.context(block);
    let Some(opener) = context.opener else { return String::new() };
    let own = context.lines.iter().find(|line| line.file == opener.file).and_then(|&line| {
        let start = config.tree(line).statement(line.id).start as usize;
        Some(indentation(config.tree(line), start)).filter(|(_, alone)| *alone).map(|(indent, _)| indent)
    });
    own.unwrap_or_else(|| {
        let start = config.tree(opener).statement(opener.id).start as usize;
        format!("{}{INDENT}", indentation(config.tree(opener), start).0)
    })
}

/// Takes a statement out, and the whole line if nothing else stands on it.
pub(super) fn delete(config: &Config<'_>, line: Line) -> Edit {
    let tree = config.tree(line);
    let source = tree.source();
    let span = tree.span(line.id);
    let (start, end) = (span.start as usize, span.end as usize);
    let line_start = line_around(tree, start).start as usize;
    let line_end = (line_around(tree, end).end as usize + 1).min(source.len());
    let blank_before = source[line_start..start].trim_ascii().is_empty();
    let blank_after = source[end..line_end].trim_ascii().is_empty();
    let (start, end) = if blank_before && blank_after { (line_start, line_end) } else { (start, end) };
    Edit { site: Site { file: line.file, span: Span::new(start, end) }, text: Vec::new() }
}

fn insertion(line: Line, at: usize, text: String) -> Edit {
    Edit { site: Site { file: line.file, span: Span::new(at, at) }, text: text.into_bytes() }
}

/// The blanks before `start` on its line, and whether nothing else stands there.
fn indentation(tree: &Tree, start: usize) -> (String, bool) {
    let line_start = line_around(tree, start).start as usize;
    let before = &tree.source()[line_start..start];
    let blanks = before.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let kept = &before[..blanks.min(DEEPEST_INDENT)];
    (String::from_utf8_lossy(kept).into_owned(), blanks == before.len())
}

/// The line that holds an offset, without its LF.
fn line_around(tree: &Tree, at: usize) -> Span {
    let lines = tree.line_index();
    lines.span(lines.line(at as u32), tree.source())
}
