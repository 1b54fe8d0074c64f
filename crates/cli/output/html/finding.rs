//! One finding, with what to type and the lines that it is about.

use std::collections::BTreeMap;

use maud::{Markup, html};
use wslint_model::{FileId, Mark};
use wslint_rules::Severity;

use super::page::{prose, shown};
use super::source::{Notes, excerpt};
use crate::output::locate::Locator;
use crate::output::run::{Found, Run};

/// A finding by its number.
pub(super) fn finding(run: &Run<'_>, locator: &mut Locator<'_>, number: usize, found: &Found) -> Markup {
    let finding = &found.finding;
    let project = &run.loaded.project;
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let place = format!(
        "{}:{}",
        project.file(finding.primary.site.file).path,
        locator.start(finding.primary.site).line
    );
    let mut files: Vec<FileId> = Vec::new();
    let mut notes: BTreeMap<FileId, Notes> = BTreeMap::new();
    let mut note = |mark: &Mark, primary: bool| {
        let file = mark.site.file;
        if !files.contains(&file) {
            files.push(file);
        }
        let line = locator.start(mark.site).line;
        let words = (primary.then_some(number), mark.role.to_string());
        notes.entry(file).or_default().entry(line).or_default().push(words);
    };
    note(&finding.primary, true);
    finding.marks.iter().for_each(|mark| note(mark, false));
    html! {
        article.finding .(severity) id={ "finding-" (number) } {
            h3 { span.severity { (severity) } " " a href=[super::super::page::url(finding.rule)] rel="noreferrer" { (finding.rule.id) } }
            p.message { (prose(&finding.message)) }
            p.place { (shown(&place)) }
            p.help { strong { "What to do: " } (prose(finding.help.trim_end())) }
            @for file in files {
                @if let Some(notes) = notes.get(&file) {
                    p.file { (shown(&project.file(file).path)) }
                    (excerpt(project, &run.loaded.veil, file, notes))
                }
            }
        }
    }
}
