//! The statements of a file: what the words of each line are, and whether the proxy acts on them.

mod keywords;
mod macros;
mod reader;

use self::reader::{Flow, Reader, Statement};
use crate::count::{count_pairs, is_whitespace};
use crate::haproxy::error::SyntaxErrorKind;
use crate::haproxy::options::Options;
use crate::haproxy::parse::Parse;
use crate::haproxy::physical::{Cut, PhysicalLine, PhysicalLines};
use crate::haproxy::scope::scope;
use crate::haproxy::split::{Context, EmptyWords, Found, Words};
use crate::haproxy::template::Template;
use crate::haproxy::tree::Text;
use crate::haproxy::tree::{Force, LineKind, Tree};
use crate::haproxy::words::{Fault, is_blank};
use crate::limit::{Counted, TooMany};
use crate::{LineIndex, Source, Span};

/// The proxy stops reading a file after this many errors.
const MAX_ERRORS: usize = 50;

pub(in crate::haproxy) fn read(source: Source, options: &Options, bounded: bool) -> (Parse, Option<TooMany>) {
    let index = LineIndex::new(source.bytes());
    let template = if options.templates { Template::of(source.bytes()) } else { None };
    let mut reader = match &template {
        None => Reader::new(source.bytes(), options),
        Some(template) => {
            let reshapes = template.reshapes_any();
            Reader { template: Some((template, &index)), reshapes, ..Reader::new(&template.masked, options) }
        }
    };
    reader.bounded = bounded;
    reader.reserve();
    reader.file();
    let Reader { mut lines, words: Words { mut words, mut texts, mut decoded, .. }, mut comments, .. } =
        reader;
    let Reader { errors, too_many, .. } = reader;
    lines.shrink_to_fit();
    words.shrink_to_fit();
    texts.shrink_to_fit();
    decoded.shrink_to_fit();
    comments.shrink_to_fit();
    (Parse { tree: Tree { source, lines, words, texts, decoded, comments, index }, errors }, too_many)
}

impl Reader<'_> {
    /// Makes room for all lines and words: a list that grows is there twice while it does.
    fn reserve(&mut self) {
        let words = count_pairs(self.source, |byte, next| is_whitespace(byte) & !is_whitespace(next)) + 1;
        let feeds = memchr::memchr_iter(b'\n', self.source).count() + 1;
        let most = |what: Counted| if self.bounded { what.most(self.source.len()) } else { usize::MAX };
        self.words.words.reserve_exact(words.min(most(Counted::Words)));
        self.lines.reserve_exact(feeds.min(words).min(most(Counted::Lines)));
    }

    fn file(&mut self) {
        let mut last = None;
        let lines = match self.template {
            None => PhysicalLines::new(self.source),
            Some(_) => PhysicalLines::of_template(self.source),
        };
        for line in lines {
            self.number += 1;
            if self.bounded && self.is_full(&line) {
                self.stopped = true;
                break;
            }
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

    /// Whether the file holds more than is read, so that it ends before this line.
    fn is_full(&mut self, line: &PhysicalLine) -> bool {
        let counts = [
            (Counted::Lines, self.lines.len()),
            (Counted::Words, self.words.words.len()),
            (Counted::Sections, self.sections),
            (Counted::Conditions, self.conditions_read),
            (Counted::Tests, self.tests_read),
        ];
        self.too_many = TooMany::among(&counts, self.source.len(), Span::new(line.start, line.end));
        self.too_many.is_some()
    }

    /// The checks at the end of what the proxy reads.
    fn finish(&mut self, cut: Option<(Cut, PhysicalLine)>) {
        // What ends the file stands behind the last line, in which there may be tags.
        self.reshaped = false;
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
                    SyntaxErrorKind::TooManyWords => error,
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
        self.words.push(span, true, text);
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
                self.words.push(name, false, Text::Source(name));
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
