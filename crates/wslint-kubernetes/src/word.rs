//! A word of a manifest with its place.

use memchr::memmem;
use wslint_deploy::yaml::{Document, Id, Node, Style};
use wslint_model::{FileId, Mapped, Site};
use wslint_syntax::Span;

/// A word of a manifest with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as it is meant, without quotes; as it is written where a template decides it.
    pub text: String,
    /// Its bytes.
    pub site: Site,
    /// Whether a template decides what it is: `{{ .Values.host }}`, `${HOST}`.
    pub open: bool,
    /// Where each line stands, of a text that has several.
    lines: Vec<Site>,
}

/// Up to this size the lines of a text are looked up.
const LONGEST: usize = 64 << 10;

impl Word {
    /// A word that stands for what is not written, at the place that stands for it.
    pub fn unwritten(text: impl Into<String>, site: Site) -> Self {
        Self { text: text.into(), site, open: false, lines: Vec::new() }
    }

    /// The lines that hold anything, with their indentation, each with the place of what it holds.
    pub(crate) fn raw_lines(&self) -> impl Iterator<Item = (&str, Site)> {
        let places = self.lines.iter().copied().chain(std::iter::repeat(self.site));
        self.text.lines().filter(|line| !line.trim().is_empty()).zip(places)
    }

    /// The lines without the blanks around them, each with its place.
    pub fn lines(&self) -> impl Iterator<Item = (&str, Site)> {
        let places = self.lines.iter().copied().chain(std::iter::repeat(self.site));
        let lines = self.text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.zip(places)
    }
}

/// A document of a file, as its words are read.
#[derive(Clone, Copy)]
pub(crate) struct Page<'d> {
    /// The text that was read, with the templates in it, and the place of each of its bytes.
    pub(crate) source: &'d Mapped,
    /// The file that the text begins in.
    pub(crate) file: FileId,
    /// The document.
    pub(crate) document: &'d Document,
}

impl Page<'_> {
    /// Where some bytes of the text are written.
    pub(crate) fn site(self, span: Span) -> Site {
        self.source.map.site(span).unwrap_or(Site { file: self.file, span: Span::new(0, 0) })
    }

    /// The word of a scalar that says something.
    pub(crate) fn word(self, id: Id) -> Option<Word> {
        let text = self.document.word(id)?;
        Some(self.word_at(text, self.document.span(id)))
    }

    /// The word that a deployment's reader found.
    pub(crate) fn word_at(self, text: &str, span: Span) -> Word {
        let written = self.source.text.get(span.range()).unwrap_or_default();
        let templated = written.windows(2).any(|pair| pair == b"{{");
        let text = match templated {
            true => String::from_utf8_lossy(written).trim_matches(['"', '\'', ' ']).to_owned(),
            false => text.to_owned(),
        };
        let lines = if text.contains('\n') && text.len() <= LONGEST {
            lines(&text, written, span).into_iter().map(|span| self.site(span)).collect()
        } else {
            Vec::new()
        };
        Word { open: templated || text.contains("${"), text, site: self.site(span), lines }
    }

    /// The word at a way of keys.
    pub(crate) fn at(self, id: Id, way: &[&str]) -> Option<Word> {
        self.word(self.document.at(id, way)?)
    }

    /// The word at a key.
    pub(crate) fn get(self, id: Id, key: &str) -> Option<Word> {
        self.at(id, &[key])
    }

    /// The entries of the list at a way of keys.
    pub(crate) fn items(self, id: Id, way: &[&str]) -> Vec<Id> {
        self.document.at(id, way).map_or_else(Vec::new, |list| self.document.items(list).to_vec())
    }

    /// The entries of the mapping at a way of keys: keys and values that are words.
    pub(crate) fn entries(self, id: Id, way: &[&str]) -> Vec<(Word, Word)> {
        let Some(mapping) = self.document.at(id, way) else { return Vec::new() };
        let entry = |&(key, value): &(Id, Id)| {
            let key = self.word(key)?;
            let text = self.document.text(value)?;
            Some((key, self.word_at(text, self.document.span(value))))
        };
        self.document.entries(mapping).iter().filter_map(entry).collect()
    }

    /// The keys of the mapping at a way of keys that have no value.
    pub(crate) fn nulls(self, id: Id, way: &[&str]) -> Vec<String> {
        let Some(mapping) = self.document.at(id, way) else { return Vec::new() };
        let is_null = |value: Id| match self.document.node(value) {
            Node::Scalar { text, style: Style::Plain } => matches!(text.as_str(), "" | "~" | "null"),
            _ => false,
        };
        let entries = self.document.entries(mapping).iter().filter(|(_, value)| is_null(*value));
        entries.filter_map(|(key, _)| self.document.text(*key).map(str::to_owned)).collect()
    }
}

/// Where the lines of a text stand in what is written, which may be indented and escaped.
fn lines(text: &str, written: &[u8], span: Span) -> Vec<Span> {
    let mut at = 0;
    let mut places = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match memmem::find(&written[at..], line.as_bytes()) {
            Some(found) => {
                let start = span.start as usize + at + found;
                places.push(Span::new(start, start + line.len()));
                at += found + line.len();
            }
            None => places.push(span),
        }
    }
    places
}
