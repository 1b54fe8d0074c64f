//! Places as people find them: what stands in the text of an embedded file is told, and written, where its host holds it.

use wslint_model::{Edit, Mark, Project, Route};
use wslint_rules::Finding;

use super::problem::{Place, Problem};

/// Moves a finding to where its lines are written.
pub(crate) fn move_finding(project: &Project, finding: &mut Finding<'_>) {
    if let Some(host) = &project.file(finding.primary.site.file).host {
        finding.message = format!("{} (in `{}`)", finding.message.trim_end(), host.name);
    }
    move_mark(project, &mut finding.primary);
    finding.marks.iter_mut().for_each(|mark| move_mark(project, mark));
    // Two lines of a text may be made of one of its host.
    let mut seen = vec![finding.primary.site];
    finding.marks.retain(|mark| {
        let new = !seen.contains(&mark.site);
        seen.push(mark.site);
        new
    });
}

/// Moves a problem to where its lines are written.
pub(crate) fn move_problem(project: &Project, problem: &mut Problem) {
    if let Place::Site(site) = &mut problem.place {
        if let Some(host) = &project.file(site.file).host {
            problem.message = format!("{} (in `{}`)", problem.message, host.name);
        }
        *site = project.written(*site);
    }
    problem.marks.iter_mut().for_each(|mark| move_mark(project, mark));
}

/// Moves a route, with what its answers follow from, to where its lines are written.
pub(crate) fn move_route(project: &Project, route: &mut Route) {
    route.site = project.written(route.site);
    for fact in route.facts.iter_mut() {
        fact.cause.marks.iter_mut().for_each(|mark| move_mark(project, mark));
    }
}

fn move_mark(project: &Project, mark: &mut Mark) {
    mark.site = project.written(mark.site);
}

/// The edits of the files that people have.
///
/// # Errors
/// Why they cannot be made there.
pub(crate) fn written_edits(project: &Project, edits: Vec<Edit>) -> Result<Vec<Edit>, &'static str> {
    let written = |edit: Edit| {
        let file = project.file(edit.site.file);
        match &file.host {
            Some(host) => wslint_embed::written(host, file.source(), &edit),
            None => Ok(edit),
        }
    };
    edits.into_iter().map(written).collect()
}
