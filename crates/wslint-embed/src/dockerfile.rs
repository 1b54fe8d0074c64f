//! Dockerfiles: heredocs of `COPY` and `RUN`.

use wslint_model::FileId;
use wslint_syntax::Span;

use crate::echoed;
use crate::embedded::{Embedded, Group, Read};
use crate::heredoc::{self, Heredoc};
use crate::script::{self, text};
use crate::words::has_words;

/// Reads a Dockerfile.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Read {
    let mut read = Read::default();
    let heredocs = heredoc::all(bytes);
    for here in &heredocs {
        match copied(here, bytes) {
            Some(target) => take(here, target, bytes, file, &mut read),
            // What is all of a `RUN` is a script, which nobody but its shell expands.
            None if is_script(here, bytes) => {
                let whole = Heredoc { quoted: true, ..here.clone() };
                script::take(&whole, bytes, file, &mut read);
            }
            None => script::take(here, bytes, file, &mut read),
        }
    }
    let lines: Vec<Span> = heredocs.iter().map(|here| here.body).collect();
    echoed::read(bytes, &lines, file, true, &mut read);
    read
}

/// Whether nothing stands between `RUN`, with its options, and a heredoc.
fn is_script(here: &Heredoc, bytes: &[u8]) -> bool {
    let before = String::from_utf8_lossy(&bytes[here.command.start as usize..here.operator.start as usize]);
    let mut words = before.split_whitespace();
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("RUN"))
        && words.all(|word| word.starts_with("--"))
}

/// The file that an instruction copies a heredoc to.
fn copied(here: &Heredoc, bytes: &[u8]) -> Option<String> {
    let command = String::from_utf8_lossy(&bytes[here.command.range()]);
    let mut words = command.split_whitespace();
    let instruction = words.next()?.to_ascii_uppercase();
    let copies = matches!(instruction.as_str(), "COPY" | "ADD");
    words.next_back().filter(|word| copies && !word.starts_with("<<")).map(str::to_owned)
}

fn take(here: &Heredoc, target: String, bytes: &[u8], file: FileId, read: &mut Read) {
    if !has_words(&bytes[here.body.range()]) {
        return;
    }
    let (mapped, writing, slips) = text(here, bytes, file);
    let group = Group::Machine(0);
    read.texts.push(Embedded { mapped, opens: here.operator, name: target, group, writing, slips });
}
