//! Follows one request, and words what becomes of it.

use std::collections::HashSet;

use wslint_kubernetes::Controller;
use wslint_model::way::{Assumption, End, Hop, Outcome, Run, Runs, Step, outcome};
use wslint_model::{Endpoint, FileId, Project, Request, Site};
use wslint_rules::{Finding, Severity, Verdict};

use super::leg::{self, Leg};
use super::traced::Traced;
use crate::analysis::{Analysis, Filter, Telling};
use crate::config::Configuration;
use crate::exit::Failure;
use crate::output::first_line;
use crate::project::{Level, Loaded, Place, Problem, move_finding};
use crate::secret::Veil;
use crate::select::Selection;
use crate::slips::join_slips;

/// Follows a request through what was loaded; nothing if no configuration is there to follow it through. `url` is how the
/// user writes it.
pub(in crate::commands) fn follow<'a>(
    loaded: &'a Loaded,
    configuration: &'a Configuration,
    request: &'a Request,
    url: &'a str,
) -> Result<Option<Traced<'a>>, Failure> {
    let mut settings = loaded.settings.clone();
    if request.scheme.is_websocket() {
        // Whoever traces a handshake says that the path carries WebSocket traffic.
        if settings.endpoints.iter().all(|endpoint| endpoint.path != request.path()) {
            settings.endpoints.push(Endpoint::at(request.path()));
        }
    }
    let (addresses, rules) = (&configuration.addresses, configuration.rules());
    let analysis = Analysis::new(&loaded.project, &settings, addresses, rules);
    let mut runs = analysis.network().follow(request);
    if runs.results.is_empty() {
        return Ok(None);
    }
    let declared = settings.endpoints.iter().find(|endpoint| endpoint.path == request.path());
    let mut outcome = outcome(&runs, declared.and_then(|endpoint| endpoint.framework));
    let mut findings = findings(loaded, &analysis, &Selection::new(&[], &[], configuration)?, &runs, request);
    let mut legs = leg::legs(&runs);
    hide_secrets(loaded, request, &mut legs, &mut outcome, &mut runs.assumed);
    let way = files_of(&loaded.project, &runs);
    let concerns = |problem: &&Problem| match &problem.place {
        Place::Site(site) => way.contains(&site.file),
        Place::Path(_) => true,
    };
    let unreadable = loaded.refusals().find(concerns);
    let refused = |(place, leg): (usize, &Leg)| Some((place, analysis.config(leg.config).refusal()?));
    let mut refusal = legs.iter().enumerate().find_map(refused);
    let severities: Vec<Severity> = findings.iter().map(|finding| finding.severity).collect();
    let is_refused = unreadable.is_some() || refusal.is_some();
    if is_refused {
        outcome = Outcome::refused();
        legs.iter_mut().for_each(|leg| leg.outcome = Outcome::refused());
    }
    let project = &loaded.project;
    legs.iter_mut().for_each(|leg| name_maker(project, &loaded.veil, leg));
    let sites = legs.iter_mut().flat_map(|leg| {
        let steps = leg.steps.iter_mut().map(|step| &mut step.site);
        steps.chain([&mut leg.outcome.idle_timeout_site])
    });
    let sites = sites.chain([&mut outcome.idle_timeout_site]);
    let sites = sites.chain(runs.assumed.iter_mut().map(|assumption| &mut assumption.site));
    let sites = sites.chain(refusal.iter_mut().map(|(_, refusal)| &mut refusal.site));
    sites.flatten().for_each(|site| *site = project.written(*site));
    join_slips(project, &mut findings);
    findings.iter_mut().for_each(|finding| {
        move_finding(project, finding);
        loaded.veil.finding(project, finding);
    });
    let notes = loaded.problems.iter().filter(|problem| problem.level == Level::Note);
    Ok(Some(Traced {
        project: &loaded.project,
        veil: &loaded.veil,
        request,
        url,
        verdict: Verdict::of(&outcome, request.scheme.is_websocket(), is_refused, severities.iter().copied()),
        circle: runs.results.iter().all(|run| run.circle),
        outcome,
        legs,
        assumed: runs.assumed,
        unreadable,
        refusal,
        findings,
        notes: notes.filter(concerns).collect(),
    }))
}

/// Says which controller generates the configuration of a leg, and why it is taken for the one, and quotes the lines that
/// it would write: the manifests hold the causes only.
fn name_maker(project: &Project, veil: &Veil, leg: &mut Leg) {
    let host = |file: FileId| project.file(file).host.as_ref();
    let maker = project.roots[leg.config].files().into_iter().find_map(|file| host(file)?.maker.as_ref());
    let Some(maker) = maker else { return };
    for step in &mut leg.steps {
        if let Some(site) = step.site.filter(|site| project.file(site.file).is_generated()) {
            let line = first_line(project, veil, site);
            step.note = format!("`{}`: {}", String::from_utf8_lossy(&line), step.note.trim());
        }
    }
    let title = Controller::named(maker.name).map_or(maker.name, Controller::title);
    let note = format!("{title}, since {}", maker.because);
    leg.steps.insert(0, Step { what: "controller", site: None, note });
}

/// Hides what the files' secrets have become on the way. What the request itself brought along is known to whoever asks.
fn hide_secrets(
    loaded: &Loaded,
    request: &Request,
    legs: &mut [Leg],
    outcome: &mut Outcome,
    assumed: &mut [Assumption],
) {
    let given: Vec<&str> = [request.target.as_str(), request.host.as_str()]
        .into_iter()
        .chain(request.headers.iter().map(|(_, value)| value.as_str()))
        .collect();
    let (veil, project) = (&loaded.veil, &loaded.project);
    for leg in legs {
        leg.steps.iter_mut().for_each(|step| veil.words(project, &mut step.note, &given));
        veil.outcome(project, &mut leg.outcome, &given);
        veil.message(project, &mut leg.arrival.message, &given);
    }
    veil.outcome(project, outcome, &given);
    assumed.iter_mut().for_each(|assumption| veil.words(project, &mut assumption.words, &given));
}

/// The files of the configurations on the way. Where none of them takes the connection, another one may be meant: all
/// files.
fn files_of(project: &Project, runs: &Runs<Run>) -> HashSet<FileId> {
    let taken = |run: &Run| run.hops.len() > 1 || !matches!(run.last().end, End::Dropped { .. });
    let answered = runs.results.iter().any(taken);
    let on_the_way = |root: &usize| {
        !answered || runs.results.iter().flat_map(|run| &run.hops).any(|hop| hop.config == *root)
    };
    let files: HashSet<FileId> =
        (0..project.roots.len()).filter(on_the_way).flat_map(|root| project.roots[root].files()).collect();
    let hosts = files.iter().filter_map(|&file| Some(project.file(file).host.as_ref()?.file));
    hosts.chain(files.iter().copied()).collect()
}

/// What the rules say about the routes that the request takes. A plain request meets what they say of a handshake only
/// where it is a poll of the same client.
fn findings<'r>(
    loaded: &Loaded,
    analysis: &Analysis<'_, 'r>,
    selection: &Selection<'_>,
    runs: &Runs<Run>,
    request: &Request,
) -> Vec<Finding<'r>> {
    let hops = || runs.results.iter().flat_map(|run| run.hops.iter().enumerate());
    let mut passed: Vec<Passed> = Vec::new();
    let is_passed = |config, site| hops().any(|(_, hop)| hop.config == config && hop.routes.contains(&site));
    let checked = analysis.check_with(
        |rule| selection.asks(rule),
        Telling::ALL,
        &Filter { lines: &is_passed, ..Filter::RULES },
        |index, config, route| {
            if is_passed(config, route.site) {
                passed.push(Passed { index, config, site: route.site, path: route.path.clone() });
            }
        },
    );
    let mut taken: Vec<usize> = Vec::new();
    for (place, hop) in hops() {
        let path = match place {
            0 => Some(request.path()),
            _ => hop.arrival.message.path(),
        };
        taken.extend(taken_by(hop, path, &passed));
    }
    let mut findings = checked.findings;
    findings.retain_mut(|finding| {
        let file = finding.primary.site.file;
        selection.adjust(finding, || loaded.absolute(file))
    });
    let concerned = |finding: &Finding<'_>| finding.route_indexes.iter().any(|index| taken.contains(index));
    let polls = request.query().is_some_and(|query| query.contains("transport=polling"));
    let meets =
        |finding: &Finding<'_>| request.scheme.is_websocket() || polls || finding.severity < Severity::Error;
    findings.retain(|finding| concerned(finding) && meets(finding));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// A route on the line of a hop.
struct Passed {
    index: usize,
    config: usize,
    site: Site,
    path: String,
}

/// The routes that a hop takes; of several on one line those of the very path, if some are.
fn taken_by(hop: &Hop, path: Option<&str>, passed: &[Passed]) -> Vec<usize> {
    let here =
        || passed.iter().filter(|route| route.config == hop.config && hop.routes.contains(&route.site));
    let exact = here().filter(|route| route.path.split('?').next() == path);
    let exact: Vec<usize> = exact.map(|route| route.index).collect();
    if exact.is_empty() { here().map(|route| route.index).collect() } else { exact }
}
