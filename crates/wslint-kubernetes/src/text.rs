//! The text that a controller would generate, written line by line, each with the place in the manifests that is its cause.

use wslint_model::{Maker, Mapped, Mark, Related, Role, Site, Version};
use wslint_syntax::Span;

use crate::select::Chosen;
use crate::word::Word;

/// Why a line stands in the text.
#[derive(Clone, Debug)]
pub(crate) struct Cause {
    /// The place that decides it.
    pub(crate) site: Site,
    /// What a finding says at that place, if it is more than that it is set there.
    pub(crate) note: Option<String>,
}

impl Cause {
    /// What stands there sets it.
    pub(crate) fn at(site: Site) -> Self {
        Self { site, note: None }
    }

    /// What stands there decides it, as the note explains.
    pub(crate) fn noted(site: Site, note: impl Into<String>) -> Self {
        Self { site, note: Some(note.into()) }
    }
}

/// A text in the making.
#[derive(Debug, Default)]
pub(crate) struct Text {
    mapped: Mapped,
    notes: Vec<(Span, String)>,
    related: Vec<Related>,
    copied: Vec<Span>,
}

impl Text {
    /// Adds a line, and gives its place in the text.
    pub(crate) fn line(&mut self, depth: usize, words: &str, cause: &Cause) -> Span {
        let start = self.mapped.text.len();
        let line = format!("{:width$}{}\n", "", words, width = depth * 4);
        self.mapped.put(line.as_bytes(), cause.site);
        let span = Span::new(start, self.mapped.text.len());
        if let Some(note) = &cause.note {
            self.notes.push((span, note.clone()));
        }
        span
    }

    /// Adds a line that the controller copies from a ConfigMap without a look at it.
    pub(crate) fn copied(&mut self, depth: usize, words: &str, cause: &Cause) {
        let span = self.line(depth, words, cause);
        self.copied.push(span);
    }

    /// Adds a line that is made of pieces, each with its cause; `%` in one of them is `number`.
    pub(crate) fn pieces(
        &mut self,
        depth: usize,
        start: &str,
        cause: &Cause,
        pieces: &[(String, Cause)],
        number: &str,
    ) {
        let mut piece = |words: &str, cause: &Cause| {
            let at = self.mapped.text.len();
            self.mapped.put(words.as_bytes(), cause.site);
            if let Some(note) = &cause.note {
                self.notes.push((Span::new(at, self.mapped.text.len()), note.clone()));
            }
        };
        piece(&format!("{:width$}{start}", "", width = depth * 4), cause);
        for (words, cause) in pieces {
            piece(&format!(" {}", words.replace('%', number)), cause);
        }
        piece("\n", cause);
    }

    /// Adds the lines of a snippet as they are, and gives their place.
    pub(crate) fn snippet(&mut self, depth: usize, word: &Word, keep: impl Fn(&str) -> bool) -> Span {
        let start = self.mapped.text.len();
        for (line, site) in word.lines() {
            if keep(line) {
                self.mapped.put(" ".repeat(depth * 4).as_bytes(), site);
                self.mapped.copy(line.as_bytes(), site);
                self.mapped.put(b"\n", site);
            }
        }
        Span::new(start, self.mapped.text.len())
    }

    /// Says which place explains what rules say of a piece of the text.
    pub(crate) fn explain(
        &mut self,
        span: Span,
        rules: &'static [&'static str],
        site: Site,
        words: impl Into<String>,
    ) {
        self.related.push(Related { span, rules, mark: Mark { site, role: Role::Says(words.into()) } });
    }

    /// The same of the text as a whole.
    pub(crate) fn explain_all(
        &mut self,
        rules: &'static [&'static str],
        site: Site,
        words: impl Into<String>,
    ) {
        self.explain(Span::new(0, self.mapped.text.len()), rules, site, words);
    }

    /// The text with what its maker says of its pieces.
    pub(crate) fn finish(
        self,
        chosen: &Chosen,
        version: Option<Version>,
        hosts: Vec<String>,
    ) -> (Mapped, Maker) {
        let Self { mapped, notes, related, copied } = self;
        let (name, because) = (chosen.controller.name(), chosen.because.clone());
        (mapped, Maker { name, because, version, hosts, notes, related, copied })
    }
}
