//! One look at a loaded project: what the rules say of it, less what comments and the baseline accept.

use std::time::Instant;

use wslint_rules::{Finding, Severity};

use crate::accept::{Baseline, Suppressions};
use crate::analysis::Analysis;
use crate::fingerprint::fingerprints;
use crate::output::{Found, Run};
use crate::project::Loaded;
use crate::select::Selection;

/// Checks the routes, and leaves out what comments and the baseline accept.
pub(crate) fn look<'a>(
    loaded: &'a Loaded,
    analysis: &Analysis<'_>,
    selection: &Selection<'_>,
    mut baseline: Option<&mut Baseline>,
    threshold: Severity,
    started: Instant,
) -> Run<'a> {
    let mut findings = analysis.check(|rule| selection.takes(rule));
    findings.iter_mut().for_each(|finding| selection.adjust(finding));
    findings.iter_mut().for_each(|finding| loaded.veil.finding(&loaded.project, finding));
    let place = |finding: &Finding<'_>| {
        let site = finding.primary.site;
        (loaded.project.file(site.file).path.as_str(), site.span)
    };
    findings
        .sort_by(|one, other| place(one).cmp(&place(other)).then_with(|| one.rule.id.cmp(&other.rule.id)));
    let fingerprints = fingerprints(&loaded.project, &findings);
    let all = findings.len();
    let mut suppressions = Suppressions::new(&loaded.project);
    let mut open: Vec<Found> = Vec::new();
    let mut elsewhere = 0;
    for (finding, fingerprint) in findings.into_iter().zip(fingerprints) {
        let suppressed = suppressions.take(&loaded.project, &finding);
        let accepted = baseline.as_deref_mut().is_some_and(|baseline| baseline.take(&fingerprint));
        if !loaded.concerns(&finding) {
            elsewhere += 1;
        } else if !suppressed && !accepted {
            open.push(Found { fix: analysis.mend(&finding), finding, fingerprint });
        }
    }
    let mut notes = suppressions.into_notes(selection, !loaded.has_errors());
    notes.extend(baseline.and_then(|baseline| baseline.stale(&loaded.project, selection)));
    notes.retain(|note| loaded.reports(&note.place));
    Run {
        loaded,
        suppressed: all - elsewhere - open.len(),
        findings: open,
        notes,
        threshold,
        routes: analysis.route_count(),
        websocket_routes: analysis.websocket_count(),
        started,
    }
}
