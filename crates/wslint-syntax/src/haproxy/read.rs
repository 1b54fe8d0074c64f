//! The statements of a file: what the words of each line are, and whether the proxy acts on them.

use std::borrow::Cow;
use std::sync::Arc;

use super::branches::{Branches, MAX_NESTED};
use super::condition;
use super::environment::{Environment, Value};
use super::physical::{Cut, PhysicalLine, PhysicalLines};
use super::predicate::Truth;
use super::scope::scope;
use super::sections::{opens_section, takes_prefix};
use super::split::{Context, EmptyWords, Found, Words};
use super::tree::Text;
use super::words::{Fault, is_blank};
use super::{
    ConditionFault, Force, Line, LineKind, Options, Parse, Prefix, SyntaxError, SyntaxErrorKind, Tree, Word,
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

pub(super) fn read(source: Arc<[u8]>, options: &Options) -> Parse {
    let index = LineIndex::new(&source);
    let mut reader = Reader::new(&source, options);
    reader.file();
    let Reader { lines, words: Words { words, decoded, .. }, comments, errors, .. } = reader;
    Parse { tree: Tree { source, lines, words, decoded, comments, index }, errors }
}

struct Reader<'a> {
    source: &'a [u8],
    options: &'a Options,
    environment: Environment<'a>,
    lines: Vec<Line>,
    words: Words,
    comments: Vec<Span>,
    errors: Vec<SyntaxError>,
    branches: Branches,
    section: Option<OpenSection>,
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
            environment: Environment::new(options),
            lines: Vec::new(),
            words: Words::default(),
            comments: Vec::new(),
            errors: Vec::new(),
            branches: Branches::default(),
            section: None,
            output: 0,
            fatal: 0,
            doomed: false,
            stopped: false,
            number: 0,
        }
    }

    fn file(&mut self) {
        let mut last = None;
        for line in PhysicalLines::new(self.source) {
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
            self.errors.push(error.with_number(line.end - line.start + 1));
        }
        if self.branches.depth() > 0 {
            let end = self.source.len();
            self.errors.push(self.error(SyntaxErrorKind::UnterminatedIf, Span::new(end, end)));
        }
        self.stopped = true;
    }

    fn error(&self, kind: SyntaxErrorKind, span: Span) -> SyntaxError {
        SyntaxError::new(kind, self.number, span)
    }

    /// Reports an error that the proxy meets on a line that it certainly reaches.
    fn refuse(&mut self, error: SyntaxError, force: Force) {
        if !self.stopped && force == Force::InForce {
            self.errors.push(error);
        }
    }

    /// One line of the file.
    fn line(&mut self, line: &PhysicalLine) -> Flow {
        let bytes = &self.source[line.start..line.end];
        let Some(blanks) = bytes.iter().position(|&byte| !is_blank(byte)) else {
            self.grow(1);
            return Flow::Next;
        };
        let span = Span::new(line.start + blanks, line.end);
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
        let section = self.section.as_ref().map_or(Value::Unset, |section| section.name.clone());
        let context = Context {
            environment: &self.environment,
            empty_words: EmptyWords::of(self.options.version),
            file: &self.options.file_name,
            line: self.number,
            section,
        };
        let result = self.words.split(self.source, span, &context);
        match result.and_then(|found| self.second_pass(found)) {
            Ok(found) => self.statement(span, first, found),
            Err(fault) => {
                self.words.words.truncate(first);
                self.fatal += 1;
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

    /// What the proxy refuses only after it has made room for the decoded line. When it has to grow its buffer
    /// it splits the line again, and the first pass has overwritten the `}` after each default value.
    fn second_pass(&mut self, found: Found) -> Result<Found, Fault> {
        let outgrown = self.grow(found.size);
        match (found.default_left, found.too_many_left) {
            (Some(left), _) if outgrown => Err(Fault { kind: SyntaxErrorKind::UnmatchedBrace, left }),
            (_, Some(left)) => Err(Fault { kind: SyntaxErrorKind::TooManyWords, left }),
            _ => Ok(found),
        }
    }

    fn statement(&mut self, span: Span, first: usize, found: Found) -> Option<Statement> {
        if let Some(left) = found.comment_left {
            let end = span.end as usize;
            self.comment(end - left, end);
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
                self.doomed |= refused.kind != SyntaxErrorKind::EmptyScope;
                self.refuse(error, Force::InForce);
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

    fn act(&mut self, statement: &Statement) -> Flow {
        match self.word(statement, 0) {
            b".if" => return self.r#if(statement),
            b".elif" => return self.elif(statement),
            b".else" => return self.r#else(statement),
            b".endif" => return self.endif(statement),
            _ => {}
        }
        let force = self.branches.force();
        if force == Force::Dead {
            self.stopped_statement(statement);
            return Flow::Next;
        }
        match self.word(statement, 0) {
            b".notice" | b".warning" | b".alert" | b".diag" => self.message(statement, force),
            [b'.', ..] if !self.is_unknown(statement, 0) => self.unknown_macro(statement, force),
            _ => self.keyword(statement, force),
        }
    }

    /// ".if" condition
    fn r#if(&mut self, statement: &Statement) -> Flow {
        if self.branches.depth() + 1 >= MAX_NESTED {
            return self.abort(statement, SyntaxErrorKind::NestedTooDeep);
        }
        let force = self.branches.force();
        if force == Force::Dead {
            self.branches.open(Truth::False);
            self.push(statement, LineKind::Macro, Force::Dead);
            return Flow::Next;
        }
        match self.condition(statement, force) {
            Ok(truth) => {
                self.branches.open(truth);
                self.push(statement, LineKind::Macro, force);
                Flow::Next
            }
            Err(fault) => self.abort(statement, SyntaxErrorKind::Condition(fault)),
        }
    }

    /// ".elif" condition
    fn elif(&mut self, statement: &Statement) -> Flow {
        if self.branches.depth() == 0 {
            return self.abort(statement, SyntaxErrorKind::LoneMacro);
        }
        if self.branches.past_else() {
            return self.abort(statement, SyntaxErrorKind::AfterElse);
        }
        let Some(force) = self.branches.asks_again() else {
            self.branches.next(Truth::False, false);
            self.push(statement, LineKind::Macro, Force::Dead);
            return Flow::Next;
        };
        match self.condition(statement, force) {
            Ok(truth) => {
                self.branches.next(truth, false);
                self.push(statement, LineKind::Macro, force);
                Flow::Next
            }
            Err(fault) => self.abort(statement, SyntaxErrorKind::Condition(fault)),
        }
    }

    /// ".else"
    fn r#else(&mut self, statement: &Statement) -> Flow {
        if !self.word(statement, 1).is_empty() {
            return self.macro_argument(statement);
        }
        if self.branches.depth() == 0 {
            return self.abort(statement, SyntaxErrorKind::LoneMacro);
        }
        if self.branches.past_else() {
            return self.abort(statement, SyntaxErrorKind::AfterElse);
        }
        self.branches.next(Truth::True, true);
        self.push(statement, LineKind::Macro, Force::Dead);
        Flow::Next
    }

    /// ".endif"
    fn endif(&mut self, statement: &Statement) -> Flow {
        if !self.word(statement, 1).is_empty() {
            return self.macro_argument(statement);
        }
        if self.branches.depth() == 0 {
            self.abort(statement, SyntaxErrorKind::LoneMacro);
            return Flow::Break;
        }
        self.branches.close();
        self.push(statement, LineKind::Macro, Force::Dead);
        Flow::Next
    }

    fn abort(&mut self, statement: &Statement, kind: SyntaxErrorKind) -> Flow {
        let error = self.error(kind, statement.span);
        let error = match kind {
            SyntaxErrorKind::Condition(_) => error.about(&self.joined(statement)),
            _ => error.about(self.word(statement, 0)),
        };
        self.refuse(error, Force::InForce);
        self.push(statement, LineKind::Macro, Force::Dead);
        Flow::Abort
    }

    fn macro_argument(&mut self, statement: &Statement) -> Flow {
        let error = self.word_error(SyntaxErrorKind::MacroArgument, statement, 1);
        let error = error.with_text(self.word(statement, 1));
        self.refuse(error, Force::InForce);
        self.push(statement, LineKind::Macro, Force::Dead);
        Flow::Break
    }

    /// Answers the condition of a line that is in force or undecided. One that cannot be read is an error only
    /// where the proxy certainly reaches it.
    fn condition(&self, statement: &Statement, force: Force) -> Result<Truth, ConditionFault> {
        if self.words.words[statement.first + 1..].iter().any(|word| word.unknown) {
            return Ok(Truth::Unknown);
        }
        match condition::evaluate(&self.joined(statement), &self.environment, self.options) {
            Err(_) if force == Force::Undecided => Ok(Truth::Unknown),
            result => result,
        }
    }

    /// The condition of a line as the proxy sees it: what it has written after the first word, each NUL,
    /// with which words end, replaced by a blank. Without a second word that is nothing.
    fn joined(&self, statement: &Statement) -> Vec<u8> {
        let words = &self.words.words[statement.first..];
        let mut text = Vec::new();
        for (at, word) in words.iter().enumerate().skip(1) {
            if at > 1 {
                text.push(b' ');
            }
            text.extend_from_slice(self.words.bytes(self.source, word));
        }
        if words.len() > 1 && statement.trailing_blank {
            text.push(b' ');
        }
        for byte in &mut text {
            if *byte == 0 {
                *byte = b' ';
            }
        }
        text
    }

    /// ".notice" / ".warning" / ".alert" / ".diag", each with at most one word
    fn message(&mut self, statement: &Statement, force: Force) -> Flow {
        if !self.word(statement, 2).is_empty() {
            let error = self.word_error(SyntaxErrorKind::MessageArgument, statement, 2);
            let error = error.with_text(self.word(statement, 2));
            self.refuse(error, force);
            self.push(statement, LineKind::Notice, Force::Dead);
            return Flow::Next;
        }
        self.push(statement, LineKind::Notice, force);
        if self.word(statement, 0) != b".alert" || force != Force::InForce {
            return Flow::Next;
        }
        let error = self.error(SyntaxErrorKind::Alert, statement.span).with_text(self.word(statement, 1));
        self.refuse(error, force);
        Flow::Abort
    }

    fn unknown_macro(&mut self, statement: &Statement, force: Force) -> Flow {
        if force == Force::Undecided {
            self.push(statement, LineKind::Macro, force);
            return Flow::Next;
        }
        let error = self.word_error(SyntaxErrorKind::UnknownMacro, statement, 0);
        let error = error.with_text(self.word(statement, 0));
        self.fatal += 1;
        self.refuse(error, force);
        self.push(statement, LineKind::Macro, Force::Dead);
        Flow::Break
    }

    /// The number of the first empty argument, from version 3.3 on, which refuses it (`readcfgfile()`).
    fn empty_argument(&self, statement: &Statement) -> Option<usize> {
        let words = &self.words.words[statement.first..];
        let empty = |word: &Word| !word.unknown && self.words.text(self.source, word).is_empty();
        words.iter().position(empty).filter(|_| self.options.version >= (3, 3, 0))
    }

    /// [ "no" / "default" ] keyword *word, where the keyword may open a section
    fn keyword(&mut self, statement: &Statement, force: Force) -> Flow {
        if let Some(at) = self.empty_argument(statement) {
            let error = self.word_error(SyntaxErrorKind::EmptyArgument, statement, at).with_number(at);
            self.fatal += usize::from(force == Force::InForce);
            self.refuse(error, force);
            self.stopped_statement(statement);
            return Flow::Next;
        }
        let (prefix, skipped) = match self.word(statement, 0) {
            b"no" => (Some(Prefix::No), 1),
            // Without a word after it, `default` stays where it is, and is the keyword.
            b"default" => (Some(Prefix::Default), usize::from(!self.word(statement, 1).is_empty())),
            _ => (None, 0),
        };
        let unknown = self.is_unknown(statement, skipped);
        if prefix.is_some() && !unknown && !takes_prefix(self.word(statement, skipped)) {
            let error = self.word_error(SyntaxErrorKind::Negation, statement, 0);
            self.fatal += usize::from(force == Force::InForce);
            self.refuse(error, force);
        }
        let kind = match self.word(statement, skipped) {
            word if !unknown && opens_section(word, self.options.version) => LineKind::Section,
            _ => LineKind::Keyword,
        };
        if kind == LineKind::Section {
            self.open_section(statement, skipped, force);
        }
        if self.section.is_none() && !unknown && force == Force::InForce {
            let error = self.word_error(SyntaxErrorKind::OutOfSection, statement, skipped);
            let error = error.with_text(self.word(statement, skipped));
            self.fatal += 1;
            self.refuse(error, force);
            self.push_after(statement, prefix, skipped, kind, Force::Dead);
            return Flow::Next;
        }
        self.change_environment(statement, skipped, force);
        self.push_after(statement, prefix, skipped, kind, force);
        if self.doomed && self.section.is_some() { Flow::Abort } else { Flow::Next }
    }

    fn open_section(&mut self, statement: &Statement, skipped: usize, force: Force) {
        let keyword = self.word(statement, skipped);
        let name = match self.word(statement, skipped + 1) {
            b"" => keyword,
            name => name,
        };
        let known = force == Force::InForce && !self.is_unknown(statement, skipped + 1);
        self.section = Some(OpenSection {
            global: keyword == b"global",
            name: if known { Value::Set(Cow::Owned(name.to_vec())) } else { Value::Unknown },
        });
    }

    /// `setenv` and its kin in `global`.
    fn change_environment(&mut self, statement: &Statement, skipped: usize, force: Force) {
        let keyword = self.word(statement, skipped);
        if !matches!(keyword, b"setenv" | b"presetenv" | b"unsetenv" | b"resetenv")
            || !self.section.as_ref().is_some_and(|section| section.global)
        {
            return;
        }
        let words = &self.words.words[statement.first + skipped..];
        let words: Vec<Option<&[u8]>> =
            words.iter().map(|word| (!word.unknown).then(|| self.words.text(self.source, word))).collect();
        self.environment.apply(&words, force == Force::InForce);
    }
}
