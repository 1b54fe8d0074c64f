//! Texts in YAML and JSON: by a reader of YAML where one can follow, else line by line.

mod block;
mod generators;
mod lines;
mod names;
mod nodes;
mod scalar;
mod tree;
mod workloads;

use std::collections::{HashMap, HashSet};

use wslint_deploy::yaml::{self, Complaint, Limits};
use wslint_model::FileId;

use self::names::{Coding, Dollars, described};
use self::tree::{Tree, Value};
use crate::base64::{decode, of_address};
use crate::compose_map::through;
use crate::embedded::{Embedded, Folder, Read};
use crate::gzip::{self, Unpacked, unpacked};
use crate::shell::interpolated;
use crate::words::has_words;
use wslint_model::{Mapped, Site};
use wslint_syntax::Span;

pub use self::generators::{Behavior, Generator};
pub(crate) use self::generators::{bases, generators};
pub(crate) use self::lines::holds_block;

/// Reads a file.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Read {
    let mut read = Read::default();
    let loaded = yaml::load(bytes, Limits::USUAL);
    let twice = |complaint: &Complaint| complaint.words.contains("stands twice");
    let broken = loaded.complaints.iter().any(|complaint| !twice(complaint));
    let tree = match broken {
        true => lines::tree(bytes, file),
        false => nodes::tree(&loaded.documents),
    };
    // A template is no YAML before it is rendered, and nothing is wrong with that.
    let template =
        memchr::memmem::find(bytes, b"{{").is_some() || memchr::memmem::find(bytes, b"{%").is_some();
    read.complaints.extend(loaded.complaints.into_iter().filter(|complaint| twice(complaint) || !template));
    read.workloads = workloads::all(&tree);
    let mut room = gzip::MOST;
    for at in 0..tree.entries.len() {
        take(&tree, at, (bytes, file), &mut room, &mut read);
    }
    tell_names_that_stand_twice(&mut read);
    read
}

/// Tells of each ConfigMap and Secret whose name another one before it has: it takes the place of that one.
fn tell_names_that_stand_twice(read: &mut Read) {
    let mut seen: HashMap<(bool, Option<String>, String), usize> = HashMap::new();
    let mut told = HashSet::new();
    for text in &read.texts {
        let Some(Folder { document, secret, namespace, name }) = text.folder() else { continue };
        let first = *seen.entry((*secret, namespace.clone(), name.clone())).or_insert(*document);
        if first != *document && !name.is_empty() && told.insert(*document) {
            let words = format!(
                "an object before this one is called `{name}`, too: the last one that is applied counts"
            );
            read.complaints.push(Complaint { span: text.opens, words });
        }
    }
}

/// Takes a text, if it may be configuration. `room` is left for those that are packed.
fn take(tree: &Tree, at: usize, (bytes, file): (&[u8], FileId), room: &mut usize, read: &mut Read) {
    let entry = &tree.entries[at];
    if matches!(entry.value, Value::None)
        || !may_be(&entry.value) && !tree.is_coded(at) && !tree.is_address(at)
    {
        return;
    }
    let Some(mut described) = described(tree, at) else { return };
    let (mut mapped, mut writing) = match &entry.value {
        Value::None => return,
        Value::Word(word) => match described.coding {
            Coding::Plain => scalar::mapped(word, bytes, file),
            Coding::Base64 => {
                let Some(decoded) = decode(&word.text) else {
                    let words = "this is no base64, and is not read".to_owned();
                    read.complaints.push(Complaint { span: word.span, words });
                    return;
                };
                let (text, why) = match unpacked(decoded, room) {
                    Unpacked::Plain(text) => (text, "it is written in base64 there"),
                    Unpacked::Text(text) => {
                        // Whoever unpacks it drops the ending.
                        described.name = described.name.trim_end_matches(".gz").to_owned();
                        (text, "it is packed there")
                    }
                    Unpacked::Not(words) => {
                        read.complaints.push(Complaint { span: word.span, words: words.to_owned() });
                        return;
                    }
                };
                if !has_words(&text) {
                    return;
                }
                let mut mapped = Mapped::default();
                mapped.put(&text, Site { file, span: word.span });
                (mapped, Err(why))
            }
            Coding::Address => {
                let Some(held) = of_address(&word.text).filter(|held| has_words(held)) else { return };
                let mut mapped = Mapped::default();
                mapped.put(&held, Site { file, span: word.span });
                (mapped, Err("it is written as an address there"))
            }
        },
        Value::Block(mapped, writing) => (mapped.clone(), writing.clone()),
    };
    if described.literal {
        mapped = behind_key(&mapped, file);
    }
    let mut slips = Vec::new();
    if described.dollars == Dollars::Compose {
        (mapped, writing, slips) = interpolated(&mapped, writing, file);
    }
    if let Some(why) = described.report_only {
        writing = Err(why);
    }
    read.texts.push(Embedded {
        mapped,
        opens: entry.key_span,
        name: described.name,
        group: described.group,
        writing,
        slips,
    });
}

/// The text behind `key=` of a literal.
fn behind_key(mapped: &Mapped, file: FileId) -> Mapped {
    let start = memchr::memchr(b'=', &mapped.text).map_or(0, |at| at + 1);
    let mut inner = Mapped::default();
    inner.copy(&mapped.text[start..], Site { file, span: Span::new(start, mapped.text.len()) });
    through(mapped, inner)
}

fn may_be(value: &Value) -> bool {
    match value {
        Value::None => false,
        Value::Word(word) => word.text.len() >= SHORTEST && has_words(word.text.as_bytes()),
        Value::Block(mapped, _) => mapped.text.len() >= SHORTEST && has_words(&mapped.text),
    }
}

/// Shorter texts are no configuration, in bytes.
const SHORTEST: usize = 8;
