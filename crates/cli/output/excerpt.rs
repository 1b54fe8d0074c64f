//! The lines of a file that a diagnostic shows: a small, safe copy in which columns stay small and no byte of the file
//! reaches the terminal unchanged if the terminal would obey it. Made once for a diagnostic, without reading the file
//! from its start.

use std::collections::BTreeSet;
use std::ops::Range;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use wslint_model::{FileId, Project, Site};
use wslint_syntax::{Position, Span};

use super::copy::{columns, copy};
use super::locate::Locator;
use crate::escape::escape;
use crate::secret::Veil;

/// Two marks with no more lines than this between them are shown with what lies between.
const LARGEST_GAP: u32 = 4;
/// Room for a label's words, even if the line leaves less.
const LEAST_LABEL: usize = 28;

/// A place to mark, with its words.
pub(crate) struct Label<'a> {
    /// The place. Of one that goes over several lines the first is marked.
    pub(crate) site: Site,
    /// The words, or none to only underline.
    pub(crate) words: Option<&'a str>,
    /// Whether it is what the diagnostic is about.
    pub(crate) primary: bool,
}

/// The copy.
#[derive(Debug)]
pub(crate) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    /// Where the marks begin in the file, by their offset in `text`.
    positions: Vec<(usize, Position)>,
}

#[derive(Debug)]
struct Line {
    number: u32,
    /// Offsets in `text`, without the line feed.
    start: usize,
    end: usize,
}

impl Excerpt {
    /// Copies the lines around `labels`, which lie in `file`, for output of `width` columns.
    pub(crate) fn new(
        (project, veil): (&Project, &Veil),
        locator: &mut Locator<'_>,
        file: FileId,
        labels: &[Label<'_>],
        width: usize,
    ) -> (Self, Vec<LabeledSpan>) {
        let mut excerpt = Self {
            name: escape(&project.file(file).path).into_owned(),
            text: String::new(),
            lines: Vec::new(),
            positions: Vec::new(),
        };
        let copier = Copier::new((project, veil), file, labels, width);
        let mut spans = Vec::new();
        for &number in &copier.numbers {
            copier.copy_line(number, &mut excerpt, &mut spans);
        }
        let mut drawn = Vec::with_capacity(spans.len());
        for (index, start, end) in spans {
            let label: &Label<'_> = &labels[index];
            excerpt.positions.push((start, locator.start(label.site)));
            let words = label.words.map(|words| copier.wrap(words, excerpt.column(start, end)));
            let span = SourceSpan::from((start, end - start));
            drawn.push(if label.primary {
                LabeledSpan::new_primary_with_span(words, span)
            } else {
                LabeledSpan::new_with_span(words, span)
            });
        }
        (excerpt, drawn)
    }

    /// The display column of the middle of a mark, from which its words hang.
    fn column(&self, start: usize, end: usize) -> usize {
        let line = &self.lines[self.line_of(start)];
        columns(&self.text[line.start..start]) + columns(&self.text[start..end]) / 2
    }

    /// The index of the line that holds an offset.
    fn line_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.start <= offset).saturating_sub(1)
    }
}

/// Copies lines of one file.
struct Copier<'a> {
    source: &'a [u8],
    /// Finds the secrets of a part of a line.
    secrets: Box<dyn Fn(Span) -> Vec<Range<usize>> + 'a>,
    /// The lines to show.
    numbers: BTreeSet<u32>,
    /// For each mark: its index in the labels, its line, and its bytes in the file, clamped to that line.
    marks: Vec<(usize, u32, Span)>,
    /// The bytes of each shown line.
    line_span: Box<dyn Fn(u32) -> Span + 'a>,
    /// Columns for the text of a line.
    room: usize,
}

impl<'a> Copier<'a> {
    fn new(
        (project, veil): (&'a Project, &'a Veil),
        file: FileId,
        labels: &[Label<'_>],
        width: usize,
    ) -> Self {
        let (source, index) = (project.file(file).source(), project.file(file).lines());
        let last = index.len() as u32;
        let line_span = move |number| index.span(number, source);
        let mut numbers = BTreeSet::new();
        let mut marks = Vec::new();
        for (at, label) in labels.iter().enumerate() {
            let number = index.line(label.site.span.start);
            marks.push((at, number, clamp(label.site.span, line_span(number), source)));
            numbers.insert(number);
            let around =
                [number.checked_sub(1).filter(|&above| above > 0), Some(number + 1).filter(|&l| l <= last)];
            let around = around.into_iter().flatten().filter(|&line| !is_blank(line_span(line), source));
            numbers.extend(around.filter(|&line| is_configuration(project, file, line_span(line))));
        }
        fill_gaps(&mut numbers, |line| is_configuration(project, file, line_span(line)));
        let gutter = numbers.last().map_or(1, |number| number.to_string().len()) + 4;
        Self {
            source,
            secrets: Box::new(move |part| veil.in_line(project, file, part)),
            numbers,
            marks,
            line_span: Box::new(line_span),
            room: width.saturating_sub(gutter).max(20),
        }
    }

    fn copy_line(&self, number: u32, excerpt: &mut Excerpt, spans: &mut Vec<(usize, usize, usize)>) {
        let line = (self.line_span)(number);
        let marks = || self.marks.iter().filter(move |(_, on, _)| *on == number);
        let anchor = marks().map(|(_, _, span)| span.start).min().unwrap_or(line.start);
        let copied = copy(self.source, line, anchor as usize, self.room, &self.secrets);
        let start = excerpt.text.len();
        excerpt.text.push_str(&copied.text);
        for &(label, _, span) in marks() {
            let from = copied.offset(span.start as usize);
            // A mark needs a character to stand under, also at the end of a line and when the window cuts it.
            let (from, to) = match copied.offset(span.end as usize) {
                to if to > from => (from, to),
                _ if from < copied.text.len() => (from, from + first_length(&copied.text[from..])),
                _ => {
                    excerpt.text.truncate(start + copied.text.len());
                    excerpt.text.push(' ');
                    (copied.text.len(), copied.text.len() + 1)
                }
            };
            spans.push((label, start + from, start + to));
        }
        excerpt.lines.push(Line { number, start, end: excerpt.text.len() });
        excerpt.text.push('\n');
    }

    /// Breaks the words of a label so that they fit beside the column that they hang from.
    fn wrap(&self, words: &str, column: usize) -> String {
        let room = self.room.saturating_sub(column + 4).max(LEAST_LABEL);
        textwrap::fill(&escape(words), room)
    }
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

/// The part of a span on its first line, without blanks and a carriage return at the end.
fn clamp(span: Span, line: Span, source: &[u8]) -> Span {
    let start = span.start.clamp(line.start, line.end);
    let end = span.end.clamp(start, line.end);
    let text = &source[start as usize..end as usize];
    Span { start, end: start + text.trim_ascii_end().len() as u32 }
}

fn is_blank(line: Span, source: &[u8]) -> bool {
    // A line of a megabyte is not read to see whether it is blank.
    line.len() < 1024 && source[line.range()].trim_ascii().is_empty()
}

/// Whether a line is of a configuration. What else stands in a file may be anything, and is not asked for secrets.
pub(super) fn is_configuration(project: &Project, file: FileId, line: Span) -> bool {
    project.file(file).proxy().is_some() || project.held(Site { file, span: line }).is_some()
}

fn fill_gaps(numbers: &mut BTreeSet<u32>, shows: impl Fn(u32) -> bool) {
    let sorted: Vec<u32> = numbers.iter().copied().collect();
    for pair in sorted.windows(2) {
        if pair[1] - pair[0] <= LARGEST_GAP {
            numbers.extend((pair[0]..pair[1]).filter(|&line| shows(line)));
        }
    }
}

impl SourceCode for Excerpt {
    /// Gives all lines around the span that hang together. Without context, which is how miette asks for the position
    /// in the header, the position is that in the file.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let mut first = self.line_of(span.offset());
        let mut last = self.line_of(span.offset() + span.len());
        let hangs = |above: usize| self.lines[above].number + 1 == self.lines[above + 1].number;
        while first > 0 && hangs(first - 1) {
            first -= 1;
        }
        while last + 1 < self.lines.len() && hangs(last) {
            last += 1;
        }
        let (start, end) = match (self.lines.get(first), self.lines.get(last)) {
            (Some(first), Some(last)) if span.offset() + span.len() <= self.text.len() => {
                (first.start, last.end)
            }
            _ => return Err(MietteError::OutOfBounds),
        };
        let head = self.positions.iter().find(|(offset, _)| before == 0 && *offset == span.offset());
        let (line, column) = match head {
            Some((_, position)) => (position.line as usize - 1, position.column as usize - 1),
            None => (self.lines[first].number as usize - 1, 0),
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[start..end],
            SourceSpan::from((start, end - start)),
            line,
            column,
            last - first + 1,
        )))
    }
}
