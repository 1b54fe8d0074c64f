//! The statements of a file: what the words of each line are, and whether the proxy acts on them.

mod keywords;
mod macros;

use std::sync::Arc;

use crate::haproxy::branches::Branches;
use crate::haproxy::environment::{Environment, Value};
use crate::haproxy::physical::{Cut, PhysicalLine, PhysicalLines};
use crate::haproxy::scope::scope;
use crate::haproxy::sections::opens_section;
use crate::haproxy::split::{Context, EmptyWords, Found, Words};
use crate::haproxy::template::Template;
use crate::haproxy::tree::Text;
use crate::haproxy::words::{Fault, is_blank};
use crate::haproxy::{
    Force, Line, LineKind, Options, Parse, Prefix, SyntaxError, SyntaxErrorKind, Tree, Word,
};
use crate::{LineIndex, Span};

/// The proxy stops reading a file after this many errors.
const MAX_ERRORS: usize = 50;

/// How the proxy goes on after a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// With the next line.
    Next,
    /// With the checks at the end of the file.
    Break,
    /// Not at all.
    Abort,
}

pub(in crate::haproxy) fn read(source: Arc<[u8]>, options: &Options) -> Parse {
    let index = LineIndex::new(&source);
    let template = if options.templates { Template::of(&source) } else { None };
    let mut reader = match &template {
        None => Reader::new(&source, options),
        Some(template) => {
            let reshapes = template.reshapes_any();
            Reader { template: Some((template, &index)), reshapes, ..Reader::new(&template.masked, options) }
        }
    };
    reader.file();
    let Reader { lines, words: Words { words, decoded, .. }, comments, errors, .. } = reader;
    Parse { tree: Tree { source, lines, words, decoded, comments, index }, errors }
}

struct Reader<'a> {
    /// The file, or the copy of a template without its tags.
    source: &'a [u8],
    options: &'a Options,
    template: Option<(&'a Template, &'a LineIndex)>,
    environment: Environment<'a>,
    lines: Vec<Line>,
    words: Words,
    comments: Vec<Span>,
    errors: Vec<SyntaxError>,
    branches: Branches,
    section: Option<OpenSection>,
    /// How many conditions of the template the section is under.
    conditions: u32,
    /// Whether a tag of the template stands in the current line.
    tagged: bool,
    /// Whether such a tag may be rendered to other lines and words.
    reshaped: bool,
    /// Whether any tag of the template may.
    reshapes: bool,
    /// The size of the proxy's output buffer, which grows in steps of 1 KiB.
    output: usize,
    /// The errors that count to [`MAX_ERRORS`].
    fatal: usize,
    /// An error that stops the proxy after the next statement of a section.
    doomed: bool,
    /// The proxy has stopped reading: lines are still split, but nothing is in force or refused.
    stopped: bool,
    number: u32,
}

/// The section that statements belong to.
struct OpenSection {
    /// Whether it is `global`, whose statements may change the environment.
    global: bool,
    /// What `${.SECTION}` stands for: its name, or its keyword when it has no name.
    name: Value<'static>,
}

/// A statement that was split: its place, and its words from `first` on.
#[derive(Clone, Copy)]
struct Statement {
    span: Span,
    first: usize,
    /// Whether the proxy has begun another word after the last, without a byte.
    trailing_blank: bool,
}

impl<'a> Reader<'a> {
    fn new(source: &'a [u8], options: &'a Options) -> Self {
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
        }
    }

    fn file(&mut self) {
        let mut last = None;
        let lines = match self.template {
            None => PhysicalLines::new(self.source),
            Some(_) => PhysicalLines::of_template(self.source),
        };
        for line in lines {
            self.number += 1;
            if self.stopped {
                self.line(&line);
                continue;
            }
            if self.fatal >= MAX_ERRORS {
                let error = self.error(SyntaxErrorKind::TooManyErrors, Span::new(line.start, line.end));
                self.errors.push(error.with_number(self.fatal));
                self.finish(None);
                self.line(&line);
                continue;
            }
            last = Some(line);
            match self.line(&line) {
                Flow::Abort => self.stopped = true,
                Flow::Break => self.finish(line.cut.map(|_| (Cut::MissingLf, line))),
                Flow::Next if line.cut == Some(Cut::StrayNul) => self.finish(Some((Cut::StrayNul, line))),
                Flow::Next => {}
            }
        }
        if !self.stopped {
            self.finish(last.and_then(|line| line.cut.map(|cut| (cut, line))));
        }
    }

    /// The checks at the end of what the proxy reads.
    fn finish(&mut self, cut: Option<(Cut, PhysicalLine)>) {
        if let Some((cut, line)) = cut {
            let kind = match cut {
                Cut::MissingLf => SyntaxErrorKind::MissingLf,
                Cut::StrayNul => SyntaxErrorKind::StrayNul,
            };
            let error = self.error(kind, Span::new(line.end, line.end));
            self.refuse(error.with_number(line.end - line.start + 1), Force::InForce);
        }
        if self.branches.depth() > 0 {
            let end = self.source.len();
            self.refuse(self.error(SyntaxErrorKind::UnterminatedIf, Span::new(end, end)), Force::InForce);
        }
        self.stopped = true;
    }

    fn error(&self, kind: SyntaxErrorKind, span: Span) -> SyntaxError {
        SyntaxError::new(kind, self.number, span)
    }

    /// Reports an error if the proxy certainly meets it; whether it does.
    fn refuse(&mut self, error: SyntaxError, force: Force) -> bool {
        let templated = self.reshaped || (self.reshapes && error.kind.templates_cause());
        if self.stopped || templated || force != Force::InForce {
            return false;
        }
        self.fatal += usize::from(error.kind.counts());
        self.errors.push(error);
        true
    }

    /// One line of the file.
    fn line(&mut self, line: &PhysicalLine) -> Flow {
        let bytes = &self.source[line.start..line.end];
        let Some(blanks) = bytes.iter().position(|&byte| !is_blank(byte)) else {
            self.grow(1);
            return Flow::Next;
        };
        let span = Span::new(line.start + blanks, line.end);
        if let Some((template, index)) = self.template {
            self.number = index.line(span.start);
            self.tagged = template.touches(span);
            self.reshaped = template.reshapes(span);
        }
        if bytes[blanks] == b'[' {
            return self.scope(span);
        }
        match self.split(span, line.start) {
            Some(statement) if self.stopped => {
                self.stopped_statement(&statement);
                Flow::Next
            }
            Some(statement) => self.act(&statement),
            None => Flow::Next,
        }
    }

    /// Whether a decoded line of that size outgrows the proxy's buffer, so that it reads the line again.
    fn grow(&mut self, size: usize) -> bool {
        let outgrown = size > self.output;
        if outgrown {
            self.output = size.next_multiple_of(1024);
        }
        outgrown
    }

    /// Splits a line; `None` when that fails, or when its first word is empty: the proxy ignores such a line.
    fn split(&mut self, span: Span, start: usize) -> Option<Statement> {
        let first = self.words.words.len();
        let context = Context {
            environment: &self.environment,
            empty_words: EmptyWords::of(self.options.version),
            file: &self.options.file_name,
            line: self.number,
            section: self.section.as_ref().map(|section| &section.name),
        };
        let result = self.words.split(self.source, span, &context);
        match result.and_then(|found| self.second_pass(found)) {
            Ok(found) => self.statement(span, first, found),
            Err(_) if self.tagged => {
                self.words.words.truncate(first);
                Some(self.unreadable(span, first))
            }
            Err(fault) => {
                self.words.words.truncate(first);
                let end = span.end as usize;
                let at = end - fault.left;
                let error = self.error(fault.kind, Span::new(at, (at + 1).min(end)));
                let error = match fault.kind {
                    SyntaxErrorKind::TooManyWords | SyntaxErrorKind::LineTooLong => error,
                    _ => error.with_number(at - start + 1),
                };
                self.refuse(error, Force::InForce);
                None
            }
        }
    }

    /// A line that cannot be split before the template is rendered: one word that is not known.
    fn unreadable(&mut self, line: Span, first: usize) -> Statement {
        let text = &self.source[line.range()];
        let length = text.iter().rposition(|&byte| !is_blank(byte)).map_or(0, |at| at + 1);
        let span = Span::new(line.start as usize, line.start as usize + length);
        let text = Text::Source(Span::new(line.start as usize, line.start as usize));
        self.words.words.push(Word { span, unknown: true, text });
        Statement { span, first, trailing_blank: false }
    }

    /// What the proxy refuses only after it has made room for the decoded line. When it has to grow its buffer
    /// it splits the line again, and the first pass has overwritten the `}` after each default value.
    fn second_pass(&mut self, found: Found) -> Result<Found, Fault> {
        let outgrown = self.grow(found.size) && self.template.is_none();
        match (found.default_left, found.too_many_left) {
            (Some(left), _) if outgrown => Err(Fault { kind: SyntaxErrorKind::UnmatchedBrace, left }),
            (_, Some(left)) if !self.tagged => Err(Fault { kind: SyntaxErrorKind::TooManyWords, left }),
            _ => Ok(found),
        }
    }

    fn statement(&mut self, span: Span, first: usize, found: Found) -> Option<Statement> {
        if let Some(left) = found.comment_left {
            let end = span.end as usize;
            self.comment(end - left, end);
        }
        if let Some((template, _)) = self.template.filter(|_| self.tagged) {
            template.settle(&mut self.words, first);
        }
        let words = &self.words.words[first..];
        let (Some(head), Some(last)) = (words.first(), words.last()) else { return None };
        let span = head.span.to(last.span);
        if self.words.text(self.source, head).is_empty() && !head.unknown {
            self.words.words.truncate(first);
            return None;
        }
        let trailing_blank = EmptyWords::of(self.options.version) == EmptyWords::BeforeOthers
            && found.separators >= words.len();
        Some(Statement { span, first, trailing_blank })
    }

    /// Keeps a comment, without the carriage return of a CRLF file.
    fn comment(&mut self, start: usize, end: usize) {
        let carriage = usize::from(self.source[start..end].ends_with(b"\r"));
        self.comments.push(Span::new(start, end - carriage));
    }

    /// A line that begins with `[`.
    fn scope(&mut self, span: Span) -> Flow {
        let start = span.start as usize;
        match scope(&self.source[span.range()]) {
            Ok((name, comment)) => {
                let name = Span::new(start + 1, start + 1 + name.len());
                if let Some(at) = comment {
                    self.comment(start + at, span.end as usize);
                }
                let first = self.words.words.len();
                self.words.words.push(Word { span: name, unknown: false, text: Text::Source(name) });
                let span = Span::new(start, name.end as usize + 1);
                let force = if self.stopped { Force::Dead } else { Force::InForce };
                self.push(&Statement { span, first, trailing_blank: false }, LineKind::Scope, force);
            }
            Err(refused) => {
                let at = start + refused.at;
                let error = self.error(refused.kind, Span::new(at, at + 1)).about(&self.source[at..at + 1]);
                let reported = self.refuse(error, Force::InForce);
                self.doomed |= reported && refused.kind != SyntaxErrorKind::EmptyScope;
            }
        }
        Flow::Next
    }

    fn push(&mut self, statement: &Statement, kind: LineKind, force: Force) {
        self.push_after(statement, None, 0, kind, force);
    }

    /// Keeps a statement whose first `skipped` words are its prefix.
    fn push_after(
        &mut self,
        statement: &Statement,
        prefix: Option<Prefix>,
        skipped: usize,
        kind: LineKind,
        force: Force,
    ) {
        let first = statement.first + skipped;
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
    fn word(&self, statement: &Statement, at: usize) -> &[u8] {
        let word = self.words.words.get(statement.first + at);
        word.map_or(b"", |word| self.words.text(self.source, word))
    }

    fn is_unknown(&self, statement: &Statement, at: usize) -> bool {
        self.words.words.get(statement.first + at).is_some_and(|word| word.unknown)
    }

    fn word_error(&self, kind: SyntaxErrorKind, statement: &Statement, at: usize) -> SyntaxError {
        let span = self.words.words.get(statement.first + at).map_or(statement.span, |word| word.span);
        self.error(kind, span)
    }

    /// A statement after the place where the proxy stopped.
    fn stopped_statement(&mut self, statement: &Statement) {
        let kind = self.kind(self.word(statement, 0));
        self.push(statement, kind, Force::Dead);
    }

    fn kind(&self, word: &[u8]) -> LineKind {
        match word {
            b".notice" | b".warning" | b".alert" | b".diag" => LineKind::Notice,
            [b'.', ..] => LineKind::Macro,
            word if opens_section(word, self.options.version) => LineKind::Section,
            _ => LineKind::Keyword,
        }
    }

    /// Whether the proxy acts on a statement here: as the `.if` blocks say, and undecided under a condition of
    /// the template inside of a section.
    fn force(&mut self, statement: &Statement) -> Force {
        let conditions = self.conditions_at(statement);
        self.conditions = self.conditions.min(conditions);
        match self.branches.force() {
            Force::InForce if conditions > self.conditions => Force::Undecided,
            force => force,
        }
    }

    fn conditions_at(&self, statement: &Statement) -> u32 {
        self.template.map_or(0, |(template, _)| template.place(statement.span.start).conditions)
    }

    fn act(&mut self, statement: &Statement) -> Flow {
        let force = self.force(statement);
        if self.is_unknown(statement, 0) {
            match force {
                Force::Dead => self.stopped_statement(statement),
                force => self.push(statement, LineKind::Keyword, force),
            }
            return Flow::Next;
        }
        match self.word(statement, 0) {
            b".if" => return self.r#if(statement, force),
            b".elif" => return self.elif(statement),
            b".else" => return self.r#else(statement),
            b".endif" => return self.endif(statement),
            _ => {}
        }
        if force == Force::Dead {
            self.stopped_statement(statement);
            return Flow::Next;
        }
        match self.word(statement, 0) {
            b".notice" | b".warning" | b".alert" | b".diag" => self.message(statement, force),
            [b'.', ..] => self.unknown_macro(statement, force),
            _ => self.keyword(statement, force),
        }
    }
}
