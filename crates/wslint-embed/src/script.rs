//! Scripts of shells: the heredocs that write files.

use wslint_deploy::yaml::Complaint;
use wslint_model::{FileId, Mapped, Site, Slip, Writing};
use wslint_syntax::Span;

use crate::command::{Variables, target};
use crate::compose_map::through;
use crate::echoed;
use crate::embedded::{Embedded, Group, Read};
use crate::heredoc::{self, Heredoc};
use crate::shell::{expanded, expanding, kept, unquoted};
use crate::words::has_words;
use crate::writing::written_in;

/// Reads a script.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Read {
    let mut read = Read::default();
    let heredocs = heredoc::all(bytes);
    for here in &heredocs {
        take(here, bytes, file, &mut read);
    }
    let lines: Vec<Span> = heredocs.iter().map(|here| here.body).collect();
    echoed::read(bytes, &lines, file, false, &mut read);
    read
}

/// Takes the text of a heredoc, if it may be configuration.
pub(crate) fn take(here: &Heredoc, bytes: &[u8], file: FileId, read: &mut Read) {
    if !has_words(&bytes[here.body.range()]) {
        return;
    }
    if !here.ends {
        let words = "no line ends this heredoc: a shell reads it to the end of the file".to_owned();
        read.complaints.push(Complaint { span: here.operator, words });
    }
    let (mapped, writing, slips) = text(here, bytes, file);
    let target = target(&bytes[here.command.range()]);
    let group = if target.is_some() { Group::Machine(0) } else { Group::Alone };
    let word = || String::from_utf8_lossy(&bytes[here.operator.range()]).into_owned();
    let name = target.unwrap_or_else(word);
    read.texts.push(Embedded { mapped, opens: here.operator, name, group, writing, slips });
}

/// The text of a heredoc as the file will have it, how text is written there, and what is wrong with its dollar signs.
pub(crate) fn text(
    here: &Heredoc,
    bytes: &[u8],
    file: FileId,
) -> (Mapped, Result<Writing, &'static str>, Vec<Slip>) {
    let mut outer = Mapped::default();
    let body = &bytes[here.body.range()];
    let mut at = here.body.start as usize;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let tabs = if here.strips { line.iter().take_while(|&&byte| byte == b'\t').count() } else { 0 };
        let span = Span::new(at + tabs, at + line.len());
        outer.copy(&line[tabs..], Site { file, span });
        at += line.len();
    }
    let mut writing = Ok(Writing { line_feed: b"\n", ..Writing::default() });
    if let Some(quote) = here.within {
        let inner = unquoted(&outer.text, quote, file);
        outer = through(&outer, inner);
        writing = Err("the quotes of another command stand around it");
    }
    if here.quoted {
        let slips = if here.within.is_none() { kept(&outer.text, file) } else { Vec::new() };
        let slips = outward(slips, &outer, &writing);
        return (outer, writing, slips);
    }
    let variables = Variables::of(bytes, here.body);
    let made = expanded(&outer.text, file, &|variable| variables.sets(variable));
    let slips = if here.within.is_none() { outward(made.slips, &outer, &writing) } else { Vec::new() };
    (through(&outer, made.mapped), writing.map(|_| expanding()), slips)
}

/// The slips of a text whose edits are those of the file around it. Of one that is not written there nothing is told.
fn outward(slips: Vec<Slip>, outer: &Mapped, writing: &Result<Writing, &'static str>) -> Vec<Slip> {
    let found = slips.into_iter().filter_map(|mut slip| {
        slip.mend = written_in(outer, writing, &slip.mend)?;
        Some(slip)
    });
    found.collect()
}
