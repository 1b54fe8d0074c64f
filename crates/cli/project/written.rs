//! Places as people find them: what stands in the text of an embedded file is told, and written, where its host holds it.

use wslint_kubernetes::{Controller, annotations};
use wslint_model::{Edit, Maker, Mark, Project, Role, Route, Site};
use wslint_rules::Finding;

use super::problem::{Place, Problem};

/// Moves a finding to where its lines are written.
pub(crate) fn move_finding(project: &Project, finding: &mut Finding<'_>) {
    if let Some(host) = &project.file(finding.primary.site.file).host {
        match &host.maker {
            Some(maker) => explain(maker, finding),
            None => finding.message = format!("{} (in `{}`)", finding.message.trim_end(), host.name),
        }
    }
    finding.marks.extend(value_within(project, finding.primary.site));
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

/// The value of another file that stands within a place of a text, which is a template there.
fn value_within(project: &Project, site: Site) -> Option<Mark> {
    let host = project.file(site.file).host.as_ref().filter(|host| !host.generated)?;
    let pieces = host.map.pieces();
    let first = pieces.partition_point(|piece| piece.text.end <= site.span.start);
    let touched = pieces[first..].iter().take_while(|piece| piece.text.start < site.span.end);
    let piece = touched.into_iter().find(|piece| piece.from.file != host.file)?;
    Some(Mark { site: piece.from, role: Role::Says("the value that stands there".to_owned()) })
}

/// Says of a finding on generated text what its maker knows: why the lines are as they are, and what to type.
fn explain(maker: &Maker, finding: &mut Finding<'_>) {
    let rule = finding.rule.id.as_str();
    let sites: Vec<Site> =
        std::iter::once(&finding.primary).chain(&finding.marks).map(|mark| mark.site).collect();
    for mark in std::iter::once(&mut finding.primary).chain(&mut finding.marks) {
        if let Some(note) = maker.note(mark.site.span) {
            mark.role = Role::Says(note.to_owned());
        }
    }
    let related = sites.iter().flat_map(|site| maker.related(site.span, rule)).cloned();
    let place = finding.marks.len().min(1);
    finding.marks.splice(place..place, related.collect::<Vec<_>>());
    if let Some(help) =
        Controller::named(maker.name).and_then(|controller| annotations::help(controller, rule))
    {
        finding.help = help.to_owned();
    }
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
