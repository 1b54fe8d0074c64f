//! Text that itself holds texts: a script in a workflow, values in a manifest.

use wslint_model::{FileId, Mapped, Site, Writing};

use crate::compose_map::through;
use crate::embedded::{Embedded, Group, Read};
use crate::words::has_words;
use crate::writing::written_in;
use crate::{script, yaml};

/// How deep texts may hold texts.
const DEEPEST: usize = 3;

/// The texts that a text holds, as texts of the file that holds it; none if it holds none, and is what it is.
pub(crate) fn within(
    outer: &Mapped,
    writing: &Result<Writing, &'static str>,
    file: FileId,
    depth: usize,
) -> Vec<Embedded> {
    if depth >= DEEPEST || !has_words(&outer.text) {
        return Vec::new();
    }
    let read = if script::holds_heredoc(&outer.text) {
        script::read_at(&outer.text, file, depth + 1)
    } else if yaml::holds_block(&outer.text) {
        yaml::read_at(&outer.text, file, depth + 1)
    } else {
        Read::default()
    };
    read.texts.into_iter().map(|inner| outward(inner, outer, writing)).collect()
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
    let indent = [around.indent.as_slice(), own.indent.as_slice()].concat();
    let escapes = [own.escapes.as_slice(), around.escapes.as_slice()].concat();
    Ok(Writing { indent, line_feed: around.line_feed, escapes, one_line: own.one_line || around.one_line })
}
