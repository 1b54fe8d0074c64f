//! One look at a loaded project: what the rules say of it, less what comments and the baseline accept.

use std::collections::HashMap;

use wslint_kubernetes::{Controller, annotations};
use wslint_model::{Maker, Project, Site};
use wslint_rules::{Finding, Severity};

use crate::accept::{Accepting, Suppressions};
use crate::analysis::Checked;
use crate::fingerprint::fingerprints;
use crate::output::{Found, Run};
use crate::project::{Loaded, move_finding, move_problem, written_edits};
use crate::select::Selection;
use crate::slips::join_slips;
use crate::taken::Taken;

/// A finding where its lines are written, with its fix there.
fn found<'r>(project: &Project, mut finding: Finding<'r>, fingerprint: String) -> Found<'r> {
    let fix = finding.take_fix().and_then(|(safety, edits)| match written_edits(project, edits) {
        Ok(edits) => Some((safety, edits)),
        Err(why) => {
            finding.help = format!("{}; `--fix` leaves it alone, since {why}", finding.help.trim_end());
            None
        }
    });
    move_finding(project, &mut finding);
    Found { finding, fix, fingerprint }
}

/// Whether a finding is about what the maker of a text writes, whatever it is told.
fn is_of_maker(maker: &Maker, rule: &str) -> bool {
    Controller::named(maker.name).is_some_and(|controller| annotations::is_fixed(controller, rule))
}

/// Joins findings of which one line of a file is the cause: a controller makes several of a line of a manifest, and a file
/// of a base lies in several overlays. What nobody can change by a manifest is left out.
fn join_texts<'r>(project: &Project, findings: &mut Vec<Finding<'r>>) {
    let mut places: HashMap<(&str, Site), usize> = HashMap::new();
    let mut joined: Vec<Finding<'r>> = Vec::new();
    for finding in findings.drain(..) {
        let site = finding.primary.site;
        let file = project.file(site.file);
        let maker = file.host.as_ref().and_then(|host| host.maker.as_ref());
        if maker.is_some_and(|maker| is_of_maker(maker, finding.rule.id.as_str())) {
            continue;
        }
        if file.host.is_some() {
            let key = (finding.rule.id.as_str(), project.written(site));
            match places.get(&key).map(|&at| &mut joined[at]) {
                Some(known) if file.is_generated() => {
                    known.join(finding);
                    continue;
                }
                Some(known) if is_same(project, known, &finding) => {
                    let edits = known.edits.take();
                    known.join(finding);
                    known.edits = edits;
                    continue;
                }
                Some(_) => {}
                None => drop(places.insert(key, joined.len())),
            }
        }
        joined.push(finding);
    }
    *findings = joined;
}

/// Whether two findings at one place of a file that people write say the same, and are fixed alike.
fn is_same(project: &Project, one: &Finding<'_>, other: &Finding<'_>) -> bool {
    let edits = |finding: &Finding<'_>| finding.edits.clone().map(|edits| written_edits(project, edits));
    (&one.message, &one.help) == (&other.message, &other.help) && edits(one) == edits(other)
}

/// What of the findings somebody reads.
#[derive(Clone, Copy)]
pub(crate) struct Read {
    /// What is less bad is counted.
    pub(crate) threshold: Severity,
    /// What is less bad has no words: nobody tells of it.
    pub(crate) least_told: Severity,
    /// Whether the fingerprints are read: by a format, or whoever writes them down.
    pub(crate) fingerprints: bool,
}

impl Read {
    /// Those from a severity on.
    pub(crate) fn from(threshold: Severity) -> Self {
        Self { threshold, least_told: threshold, fingerprints: false }
    }
}

/// Takes what the rules say of all routes, and leaves out what comments and the baseline accept.
pub(crate) fn look<'a>(
    loaded: &'a Loaded,
    routes: usize,
    checked: Checked<'a>,
    selection: &Selection<'a>,
    mut accepting: Accepting<'_>,
    read: Read,
) -> Run<'a> {
    let Read { threshold, least_told, .. } = read;
    let mut taken = Taken { excluded: loaded.left.excluded.len(), ..Taken::default() };
    let Checked { mut findings, websocket_routes, .. } = checked;
    findings.retain_mut(|finding| {
        let finding_file = finding.primary.site.file;
        let counts = finding.severity >= threshold && loaded.concerns(finding);
        let runs = selection.adjust(finding, || loaded.absolute(finding_file));
        taken.by_rules += usize::from(counts && !(runs && finding.severity >= threshold));
        runs
    });
    join_texts(&loaded.project, &mut findings);
    join_slips(&loaded.project, &mut findings);
    let place = |finding: &Finding<'_>| {
        let site = finding.primary.site;
        (loaded.project.file(site.file).path.as_str(), site.span)
    };
    findings
        .sort_by(|one, other| place(one).cmp(&place(other)).then_with(|| one.rule.id.cmp(&other.rule.id)));
    let named = read.fingerprints || accepting.baseline.is_some();
    let fingerprints = match named {
        true => fingerprints(&loaded.project, &findings),
        false => vec![String::new(); findings.len()],
    };
    let mut suppressions = match accepting.comments {
        true => Suppressions::new(&loaded.project, selection.rules()),
        false => Suppressions::default(),
    };
    let mut open: Vec<Found<'a>> = Vec::new();
    for (mut finding, fingerprint) in findings.into_iter().zip(fingerprints) {
        let suppressed = suppressions.take(&loaded.project, &finding);
        let accepted = accepting.baseline.as_deref_mut().is_some_and(|baseline| baseline.take(&fingerprint));
        if !loaded.concerns(&finding) {
            continue;
        }
        match (suppressed, accepted) {
            (true, _) => taken.by_comments += 1,
            (false, true) => taken.by_baseline += 1,
            (false, false) => {
                match finding.severity >= least_told {
                    true => loaded.veil.finding(&loaded.project, &mut finding),
                    false => finding.forget_words(),
                }
                open.push(found(&loaded.project, finding, fingerprint));
            }
        }
    }
    open.sort_by(|one, other| {
        let key = |found: &Found<'_>| place(&found.finding);
        key(one).cmp(&key(other)).then_with(|| one.finding.rule.id.cmp(&other.finding.rule.id))
    });
    let mut notes = suppressions.into_notes(selection, !loaded.has_errors());
    notes.extend(accepting.baseline.and_then(|baseline| baseline.stale(&loaded.project, selection)));
    notes.retain(|note| loaded.reports(&note.place));
    notes.iter_mut().for_each(|note| move_problem(&loaded.project, note));
    Run {
        loaded,
        rules: selection.rules(),
        taken,
        findings: open,
        notes,
        threshold,
        served: Vec::new(),
        routes,
        websocket_routes,
        started: None,
    }
}
