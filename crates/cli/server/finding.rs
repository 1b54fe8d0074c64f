//! What a rule says, as clients are told.

use wslint_model::{Edit, FileId, Mark, Site};
use wslint_rules::{Safety, Severity};

use crate::escape::{escape, escape_lines};
use crate::output::{Found, page, with_reason};
use crate::project::{Loaded, Moved};

/// What a rule says.
pub(super) struct Finding {
    /// The id of the rule.
    pub(super) rule: String,
    /// The page of the rule, if it has one.
    pub(super) page: Option<String>,
    /// How bad it is.
    pub(super) severity: Severity,
    /// Message with reason and help, safe to show.
    pub(super) text: String,
    /// What it points at.
    pub(super) site: Site,
    /// Other places that explain it.
    pub(super) marks: Vec<Mark>,
    /// What fixes it, if that was asked for and anything does.
    pub(super) fix: Option<(Safety, Vec<Edit>)>,
}

impl Finding {
    /// What was found in what was loaded.
    pub(super) fn new(loaded: &Loaded, found: Found<'_>) -> Self {
        let Found { finding, fix, .. } = found;
        let mut text = escape(&with_reason((&loaded.project, &loaded.veil), &finding)).into_owned();
        if !finding.help.is_empty() {
            text.push_str(&format!("\nhelp: {}", escape_lines(&finding.help)));
        }
        Self {
            rule: finding.rule.id.clone(),
            page: page::url(finding.rule),
            severity: finding.severity,
            text,
            site: finding.primary.site,
            marks: finding.marks,
            fix,
        }
    }

    /// Moves it to where the lines of a file stand after a change; whether all of them still do.
    pub(super) fn follow(&mut self, file: FileId, moved: Moved) -> bool {
        let sites = std::iter::once(&mut self.site).chain(self.marks.iter_mut().map(|mark| &mut mark.site));
        let mut stands = true;
        for site in sites.filter(|site| site.file == file) {
            match moved.span(site.span) {
                Some(span) => site.span = span,
                None => stands = false,
            }
        }
        stands
    }
}
