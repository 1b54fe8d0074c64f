//! What is open in the editor, saved or not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri, VersionedTextDocumentIdentifier};

use super::position::{Encoding, Lines};
use super::unsaved::is_read;
use super::uri;
use crate::files::{LARGEST_FILE, identify};
use crate::project::Overlay;

/// An open file.
#[derive(Debug)]
pub(super) struct Buffer {
    /// What the client calls it.
    pub(super) uri: Uri,
    /// The client's number of this state of the text.
    pub(super) version: i32,
    /// The client's name of its language.
    pub(super) language: String,
    /// The text.
    pub(super) text: String,
    /// The last text that could be read to its end.
    pub(super) readable: Option<String>,
}

/// The open files, by their paths.
#[derive(Debug, Default)]
pub(super) struct Buffers(BTreeMap<PathBuf, Buffer>);

impl Buffers {
    /// Takes a file that was opened, or a document that has none yet.
    pub(super) fn open(&mut self, item: TextDocumentItem) {
        if let Some(path) = uri::path(&item.uri).filter(|path| is_read(path, &item.language_id)) {
            let TextDocumentItem { uri, version, text, language_id: language } = item;
            self.0.insert(path, Buffer { uri, version, language, text, readable: None });
        }
    }

    /// Changes a text, one edit after the other, as the client made them.
    pub(super) fn change(
        &mut self,
        document: &VersionedTextDocumentIdentifier,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        let Some(buffer) = uri::path(&document.uri).and_then(|path| self.0.get_mut(&path)) else { return };
        buffer.version = document.version;
        for change in changes {
            let Some(range) = change.range else {
                buffer.text = change.text;
                continue;
            };
            let text = buffer.text.as_bytes();
            let lines = Lines::new(text);
            let start = lines.offset(text, range.start, encoding);
            let end = lines.offset(text, range.end, encoding).max(start);
            buffer.text.replace_range(start..end, &change.text);
        }
    }

    /// Forgets a file that was closed: what lies on disk holds again.
    pub(super) fn close(&mut self, uri: &Uri) {
        if let Some(path) = uri::path(uri) {
            self.0.remove(&path);
        }
    }

    /// The buffer of a file.
    pub(super) fn get(&self, path: &Path) -> Option<&Buffer> {
        self.0.get(path)
    }

    /// The buffer of what lies nowhere on disk.
    pub(super) fn unsaved(&self, path: &Path) -> Option<&Buffer> {
        self.get(path).filter(|_| identify(path).is_err())
    }

    /// The paths of all open files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }

    /// Remembers which of the texts could be read to their end.
    pub(super) fn keep_readable(&mut self, is_broken: impl Fn(&Path) -> bool) {
        for (path, buffer) in &mut self.0 {
            if !is_broken(path) && buffer.readable.as_ref() != Some(&buffer.text) {
                buffer.readable = Some(buffer.text.clone());
            }
        }
    }

    /// The texts that lie over the files on disk; in place of broken ones their last readable state, if there was one.
    pub(super) fn overlay(&self, is_broken: impl Fn(&Path) -> bool) -> Overlay {
        let over = |(path, buffer): (&PathBuf, &Buffer)| {
            let text = buffer.readable.as_ref().filter(|_| is_broken(path)).unwrap_or(&buffer.text);
            let fits = text.len() as u64 <= LARGEST_FILE;
            Some((identify(path).ok().filter(|_| fits)?, Rc::new(text.clone().into_bytes())))
        };
        self.0.iter().filter_map(over).collect()
    }
}
