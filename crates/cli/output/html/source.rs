//! The source with its findings: the lines around each place, as far as they are not secret.

use std::collections::BTreeMap;

use maud::{Markup, html};
use wslint_model::{FileId, Project, Site};
use wslint_syntax::Span;

use super::page::{prose, shown};
use crate::output::excerpt::is_configuration;
use crate::output::line::first_line;
use crate::secret::Veil;

/// How many lines are shown before and behind one with something to say.
const AROUND: u32 = 4;

/// How many characters of a line are shown.
const LONGEST: usize = 400;

/// What stands at lines of a file: the number of a finding if it points there, and words.
pub(super) type Notes = BTreeMap<u32, Vec<(Option<usize>, String)>>;

/// The lines of a file that something is said of, with those of the configuration around them: what else stands in a file is
/// nobody's concern.
pub(super) fn excerpt(project: &Project, veil: &Veil, file: FileId, notes: &Notes) -> Markup {
    let source = project.file(file);
    let last = source.lines().line(source.source().len() as u32);
    let mut wanted: Vec<u32> = Vec::new();
    for &line in notes.keys() {
        let from = line.saturating_sub(AROUND).max(1);
        let begin = wanted.last().map_or(from, |last| from.max(last + 1));
        let is_shown = |&near: &u32| {
            near == line || is_configuration(project, file, source.lines().span(near, source.source()))
        };
        wanted.extend((begin..=(line + AROUND).min(last)).filter(is_shown));
    }
    html! {
        div.scroll {
            table.source aria-label={ "Lines of " (shown(&source.path)) } {
                tbody {
                    @for (at, &line) in wanted.iter().enumerate() {
                        @if at > 0 && wanted[at - 1] + 1 != line { tr.gap { td { "⋮" } td {} } }
                        @let here = notes.get(&line);
                        tr.marked[here.is_some()] { td.number { (line) } td { pre { (text(project, veil, file, line)) } } }
                        @for (finding, words) in here.into_iter().flatten() {
                            tr.note { td {} td { @if let Some(finding) = finding { a href={ "#finding-" (finding) } { "finding " (finding) } ": " } (prose(words)) } }
                        }
                    }
                }
            }
        }
    }
}

/// One line, with its indentation and without secrets.
fn text(project: &Project, veil: &Veil, file: FileId, line: u32) -> String {
    let source = project.file(file);
    let span = source.lines().span(line, source.source());
    let bytes = &source.source()[span.range()];
    let indent = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let blanks: String =
        bytes[..indent].iter().map(|byte| if *byte == b'\t' { "    " } else { " " }).collect();
    let start = (span.start as usize + indent).min(span.end as usize);
    let rest = first_line(project, veil, Site { file, span: Span::new(start, span.end as usize) });
    let rest = shown(&String::from_utf8_lossy(&rest));
    let cut: String = rest.chars().take(LONGEST).collect();
    if cut.len() < rest.len() { format!("{blanks}{cut}…") } else { format!("{blanks}{cut}") }
}
