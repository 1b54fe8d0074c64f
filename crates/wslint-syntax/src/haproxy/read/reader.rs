//! The reader between two lines: what it has read and refused so far, and the words of the line at hand.

use crate::haproxy::branches::Branches;
use crate::haproxy::environment::{Environment, Value};
use crate::haproxy::error::{SyntaxError, SyntaxErrorKind};
use crate::haproxy::options::Options;
use crate::haproxy::sections::opens_section;
use crate::haproxy::split::Words;
use crate::haproxy::template::Template;
use crate::haproxy::tree::{Force, Line, LineKind, Prefix, Word};
use crate::limit::{MOST_ERRORS, TooMany};
use crate::{LineIndex, Span};

/// How the proxy goes on after a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// With the next line.
    Next,
    /// With the checks at the end of the file.
    Break,
    /// Not at all.
    Abort,
}

/// A file while it is read.
pub(super) struct Reader<'a> {
    /// The file, or the copy of a template without its tags.
    pub(super) source: &'a [u8],
    pub(super) options: &'a Options,
    pub(super) template: Option<(&'a Template, &'a LineIndex)>,
    pub(super) environment: Environment<'a>,
    pub(super) lines: Vec<Line>,
    pub(super) words: Words,
    pub(super) comments: Vec<Span>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) branches: Branches,
    pub(super) section: Option<OpenSection>,
    /// How many conditions of the template the section is under.
    pub(super) conditions: u32,
    /// Whether a tag of the template stands in the current line.
    pub(super) tagged: bool,
    /// Whether such a tag may be rendered to other lines and words.
    pub(super) reshaped: bool,
    /// Whether any tag of the template may.
    pub(super) reshapes: bool,
    /// The size of the proxy's output buffer, which grows in steps of 1 KiB.
    pub(super) output: usize,
    /// The errors that count to [`MAX_ERRORS`].
    pub(super) fatal: usize,
    /// An error that stops the proxy after the next statement of a section.
    pub(super) doomed: bool,
    /// The proxy has stopped reading: lines are still split, but nothing is in force or refused.
    pub(super) stopped: bool,
    pub(super) number: u32,
    /// Whether there are limits.
    pub(super) bounded: bool,
    /// Number of sections so far.
    pub(super) sections: usize,
    /// Number of conditions so far: words that can begin one.
    pub(super) conditions_read: usize,
    /// Number of tests so far: words that can begin one.
    pub(super) tests_read: usize,
    /// Where the file holds more than is read.
    pub(super) too_many: Option<TooMany>,
}

/// The section that statements belong to.
pub(super) struct OpenSection {
    /// Whether it is `global`, whose statements may change the environment.
    pub(super) global: bool,
    /// What `${.SECTION}` stands for: its name, or its keyword when it has no name.
    pub(super) name: Value<'static>,
}

/// A statement that was split: its place, and its words from `first` on.
#[derive(Clone, Copy)]
pub(super) struct Statement {
    pub(super) span: Span,
    pub(super) first: usize,
    /// Whether the proxy has begun another word after the last, without a byte.
    pub(super) trailing_blank: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a [u8], options: &'a Options) -> Self {
        Self {
            source,
            options,
            template: None,
            environment: Environment::new(options),
            lines: Vec::new(),
            words: Words::default(),
            comments: Vec::new(),
            errors: Vec::new(),
            branches: Branches::default(),
            section: None,
            conditions: 0,
            tagged: false,
            reshaped: false,
            reshapes: false,
            output: 0,
            fatal: 0,
            doomed: false,
            stopped: false,
            number: 0,
            bounded: false,
            sections: 0,
            conditions_read: 0,
            tests_read: 0,
            too_many: None,
        }
    }

    pub(super) fn error(&self, kind: SyntaxErrorKind, span: Span) -> SyntaxError {
        SyntaxError::new(kind, self.number, span)
    }

    /// Reports an error if the proxy certainly meets it; whether it does.
    pub(super) fn refuse(&mut self, error: SyntaxError, force: Force) -> bool {
        let templated = self.reshaped || (self.reshapes && error.kind.templates_cause());
        if self.stopped || templated || force != Force::InForce {
            return false;
        }
        self.fatal += usize::from(error.kind.counts());
        if !self.bounded || self.errors.len() < MOST_ERRORS {
            self.errors.push(error);
        }
        true
    }

    /// Whether a decoded line of that size outgrows the proxy's buffer, so that it reads the line again.
    pub(super) fn grow(&mut self, size: usize) -> bool {
        let outgrown = size > self.output;
        if outgrown {
            self.output = size.next_multiple_of(1024);
        }
        outgrown
    }

    /// Keeps a comment, without the carriage return of a CRLF file.
    pub(super) fn comment(&mut self, start: usize, end: usize) {
        let carriage = usize::from(self.source[start..end].ends_with(b"\r"));
        self.comments.push(Span::new(start, end - carriage));
    }

    pub(super) fn push(&mut self, statement: &Statement, kind: LineKind, force: Force) {
        self.push_after(statement, None, 0, kind, force);
    }

    /// Keeps a statement whose first `skipped` words are its prefix.
    pub(super) fn push_after(
        &mut self,
        statement: &Statement,
        prefix: Option<Prefix>,
        skipped: usize,
        kind: LineKind,
        force: Force,
    ) {
        self.sections += usize::from(kind == LineKind::Section);
        let first = statement.first + skipped;
        self.tests_read += usize::from(self.word(statement, skipped) == b"acl");
        // Nearly all words tell by their length and their first byte that they are none of these.
        let source = self.source;
        let may_count = |word: &&Word| {
            let begins = |byte| source[word.span.start as usize] == byte;
            word.text.is_some()
                || match word.span.len() {
                    1 => begins(b'{'),
                    2 => begins(b'i'),
                    6 => begins(b'u'),
                    _ => false,
                }
        };
        for word in self.words.words[first..].iter().filter(may_count) {
            match self.words.text(self.source, word) {
                b"{" => self.tests_read += 1,
                b"if" | b"unless" => self.conditions_read += 1,
                _ => {}
            }
        }
        self.lines.push(Line {
            number: self.number,
            span: statement.span,
            kind,
            prefix,
            force,
            first_word: first as u32,
            word_count: (self.words.words.len() - first) as u32,
        });
    }

    /// The text of a word of a statement; empty beyond the last.
    pub(super) fn word(&self, statement: &Statement, at: usize) -> &[u8] {
        let word = self.words.words.get(statement.first + at);
        word.map_or(b"", |word| self.words.text(self.source, word))
    }

    pub(super) fn is_unknown(&self, statement: &Statement, at: usize) -> bool {
        self.words.words.get(statement.first + at).is_some_and(|word| word.unknown)
    }

    pub(super) fn word_error(&self, kind: SyntaxErrorKind, statement: &Statement, at: usize) -> SyntaxError {
        let span = self.words.words.get(statement.first + at).map_or(statement.span, |word| word.span);
        self.error(kind, span)
    }

    /// A statement after the place where the proxy stopped.
    pub(super) fn stopped_statement(&mut self, statement: &Statement) {
        let kind = self.kind(self.word(statement, 0));
        self.push(statement, kind, Force::Dead);
    }

    pub(super) fn kind(&self, word: &[u8]) -> LineKind {
        match word {
            b".notice" | b".warning" | b".alert" | b".diag" => LineKind::Notice,
            [b'.', ..] => LineKind::Macro,
            word if opens_section(word, self.options.version) => LineKind::Section,
            _ => LineKind::Keyword,
        }
    }

    pub(super) fn conditions_at(&self, statement: &Statement) -> u32 {
        self.template.map_or(0, |(template, _)| template.place(statement.span.start).conditions)
    }
}
