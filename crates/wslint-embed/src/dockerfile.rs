//! Dockerfiles: heredocs of `COPY` and `RUN`.

use wslint_model::FileId;

use crate::embedded::{Embedded, Group, Read};
use crate::heredoc::{self, Heredoc};
use crate::nested::within;
use crate::script::{self, text};
use crate::words::has_words;

/// Reads a Dockerfile.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Read {
    let mut read = Read::default();
    for here in heredoc::all(bytes) {
        match copied(&here, bytes) {
            Some(target) => take(&here, target, bytes, file, &mut read),
            None => script::take(&here, bytes, file, 0, &mut read),
        }
    }
    read
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
    let inner = within(&mapped, &writing, file, 0);
    if !inner.is_empty() {
        return read.texts.extend(inner);
    }
    let group = Group::Machine(0);
    read.texts.push(Embedded { mapped, opens: here.operator, name: target, group, writing, slips });
}
