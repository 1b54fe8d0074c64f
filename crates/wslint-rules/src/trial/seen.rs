//! Findings as people who read an example count them: by line.

use std::fmt;

use wslint_model::{Project, Site};

use crate::finding::Finding;
use crate::rule::Severity;

/// A finding in the text of an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The id of the rule.
    pub rule: String,
    /// The severity.
    pub severity: Severity,
    /// The 1-based line on which the primary label starts.
    pub line: u32,
    /// The headline.
    pub message: String,
    /// What to type.
    pub help: String,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {} {}: {}", self.line, self.severity, self.rule, self.message)
    }
}

/// Findings, one a line and indented.
pub fn shown(seen: &[Seen]) -> String {
    if seen.is_empty() {
        return "    (nothing)".to_owned();
    }
    seen.iter().map(|one| format!("    {one}")).collect::<Vec<_>>().join("\n")
}

/// What a finding says, and where.
pub(super) fn seen(project: &Project, finding: Finding<'_>) -> Seen {
    Seen {
        rule: finding.rule.id.clone(),
        severity: finding.severity,
        line: line(project, finding.primary.site),
        message: finding.message,
        help: finding.help,
    }
}

/// The line that people find a place on.
fn line(project: &Project, site: Site) -> u32 {
    let site = project.written(site);
    project.file(site.file).lines().line(site.span.start)
}
