//! Text that itself holds texts: a script in a workflow, values in a manifest.

use wslint_model::{FileId, Mapped, Site, Writing};

use crate::compose_map::through;
use crate::embedded::{Embedded, Group};
use crate::words::has_words;
use crate::writing::written_in;
use crate::{heredoc, script, yaml};

/// How deep texts may hold texts.
const DEEPEST: usize = 3;

/// The texts, with those that some of them hold in the place of these.
pub(crate) fn unfolded(texts: Vec<Embedded>, file: FileId) -> Vec<Embedded> {
    let mut open: Vec<(Embedded, usize)> = texts.into_iter().rev().map(|text| (text, 0)).collect();
    let mut unfolded = Vec::new();
    while let Some((text, depth)) = open.pop() {
        let inner = if depth < DEEPEST { within(&text.mapped, file) } else { Vec::new() };
        if inner.is_empty() {
            unfolded.push(text);
        } else {
            let outer = |inner: Embedded| (outward(inner, &text.mapped, &text.writing), depth + 1);
            open.extend(inner.into_iter().rev().map(outer));
        }
    }
    unfolded
}

/// The texts that a text holds, with places in it; none if it holds none, and is what it is.
fn within(outer: &Mapped, file: FileId) -> Vec<Embedded> {
    if !has_words(&outer.text) {
        Vec::new()
    } else if heredoc::holds(&outer.text) {
        script::read(&outer.text, file).texts
    } else if yaml::holds_block(&outer.text) {
        yaml::read(&outer.text, file).texts
    } else {
        Vec::new()
    }
}

/// A text whose places are those of another text, as one of the file that holds the other.
fn outward(inner: Embedded, outer: &Mapped, writing: &Result<Writing, &'static str>) -> Embedded {
    let place = |span| outer.map.site(span).map_or(span, |site: Site| site.span);
    let opens = place(inner.opens);
    let slips = inner.slips.into_iter().filter_map(|mut slip| {
        slip.mend = written_in(outer, writing, &slip.mend)?;
        Some(slip)
    });
    let slips = slips.collect();
    let writing = match (&inner.writing, writing) {
        (Ok(own), Ok(around)) => joined(own, around),
        (Err(why), _) | (_, Err(why)) => Err(*why),
    };
    let group = match inner.group {
        Group::Folder(_) | Group::Container(_) => Group::Alone,
        group => group,
    };
    Embedded { mapped: through(outer, inner.mapped), opens, name: inner.name, group, writing, slips }
}

/// How text is written where two formats stand around it.
fn joined(own: &Writing, around: &Writing) -> Result<Writing, &'static str> {
    if !own.escapes.is_empty() && !around.escapes.is_empty() {
        return Err("it is escaped twice there");
    }
    let escapes = [own.escapes.as_slice(), around.escapes.as_slice()].concat();
    // What the inner format writes for a line feed is text to the outer one.
    let line_feed = match own.line_feed {
        b"\n" => around.line_feed,
        _ if !around.escapes.is_empty() => return Err("it is escaped twice there"),
        escaped => escaped,
    };
    // Where it begins no line there, nothing is indented.
    let indent = match line_feed.contains(&b'\n') {
        true => [around.indent.as_slice(), own.indent.as_slice()].concat(),
        false => Vec::new(),
    };
    Ok(Writing { indent, line_feed, escapes, one_line: own.one_line || around.one_line })
}
