//! `wslint trace URL [PATH…]`: follows one request through the configuration.

mod document;
mod story;
mod verdict;

use std::collections::HashSet;

use wslint_facts::{Damage, Endpoint, FileId, Handshake, Project, Request, Site};
use wslint_rules::Finding;

use crate::analysis::Analysis;
use crate::args::{ReportFormat, TraceArgs};
use crate::chain::{self, Leg};
use crate::config::Configuration;
use crate::exit::{Failure, Status, whoever_reads};
use crate::output::{Console, Veil, report_problems};
use crate::project::{Level, Loaded, Place, Problem, load};
use crate::select::Selection;
use crate::target;

/// What was followed, for those who print it.
struct Followed<'a> {
    project: &'a Project,
    veil: &'a Veil,
    request: &'a Request,
    url: &'a str,
    /// One for each proxy on the way.
    legs: Vec<Leg>,
    /// Why a proxy would refuse the files before any request comes, if it would.
    refused: Option<&'a Problem>,
    /// What the rules say on this way, the worst first.
    findings: Vec<Finding<'static>>,
    /// What is not at hand, so that the answer may be another one.
    notes: Vec<&'a Problem>,
}

/// Follows the request. The exit status is 1 if the handshake fails, so that scripts can ask.
pub(crate) fn run(args: &TraceArgs) -> Result<Status, Failure> {
    let request = target::request(args)?;
    let mut console = Console::new(&args.terminal);
    let configuration = Configuration { complete: true, ..Configuration::new(&args.paths, &args.config)? };
    let loaded = load(&args.paths, &configuration);
    let mut settings = configuration.settings.clone();
    if request.scheme.is_websocket() {
        // Whoever traces a handshake says that the path carries WebSocket traffic.
        if settings.endpoints.iter().all(|endpoint| endpoint.path != request.path()) {
            settings.endpoints.push(Endpoint::at(request.path()));
        }
    }
    let analysis = Analysis::new(&loaded.project, &settings);
    let mut legs = chain::follow(&loaded.project, &analysis, &configuration.addresses, &request);
    whoever_reads(report_problems(&loaded, &args.terminal).map_err(Failure::from), Status::Clean)?;
    if legs.is_empty() {
        return Ok(Status::Failed);
    }
    let findings = findings(&analysis, &Selection::new(&[], &[], &configuration.levels)?, &legs);
    hide_secrets(&loaded, &request, &mut legs);
    let way = files_of(&loaded.project, &legs);
    let concerns = |problem: &&Problem| match &problem.place {
        Place::Site(site) => way.contains(&site.file),
        Place::Path(_) => true,
    };
    let refused = loaded.refusals().find(concerns);
    let notes = loaded.problems.iter().filter(|problem| problem.level == Level::Note);
    let followed = Followed {
        project: &loaded.project,
        veil: &loaded.veil,
        request: &request,
        url: &args.url,
        legs,
        refused,
        findings,
        notes: notes.filter(concerns).collect(),
    };
    let status = if loaded.has_errors() {
        Status::Failed
    } else if followed.fails() {
        Status::Findings
    } else {
        Status::Clean
    };
    let printed = match args.format {
        ReportFormat::Full => story::print(&followed, &mut console),
        ReportFormat::Json => console.json(&document::document(&followed)),
    };
    whoever_reads(printed.map_err(Failure::from), status)
}

/// Hides what the files' secrets have become on the way. What the request itself brought along is known to whoever asks.
fn hide_secrets(loaded: &Loaded, request: &Request, legs: &mut [Leg]) {
    let given: Vec<&str> = [request.target.as_str(), request.host.as_str()]
        .into_iter()
        .chain(request.headers.iter().map(|(_, value)| value.as_str()))
        .collect();
    for leg in legs {
        loaded.veil.trace(&loaded.project, &mut leg.trace, &given);
        loaded.veil.request(&loaded.project, &mut leg.request, &given);
    }
}

impl Followed<'_> {
    /// Whether the handshake succeeds behind all proxies on the way.
    fn handshake(&self) -> Handshake {
        if self.refused.is_some() || self.legs.iter().any(|leg| leg.trace.outcome.rejected.is_some()) {
            return Handshake::Fails;
        }
        chain::handshake(&self.legs)
    }

    /// What is wrong with the 101, whichever proxy on the way damages it.
    fn damage(&self) -> Option<Damage> {
        let damage = self.legs.iter().filter_map(|leg| leg.trace.outcome.damage);
        damage.max_by_key(|damage| damage.for_all)
    }

    /// Whether the connection fails for every client: no 101 arrives, or one that no client takes.
    fn fails(&self) -> bool {
        match self.handshake() {
            Handshake::Fails => true,
            Handshake::Succeeds => self.damage().is_some_and(|damage| damage.for_all),
            Handshake::Unknown => false,
        }
    }

    /// The leg that decides: the last one.
    fn last(&self) -> &Leg {
        // `run` prints nothing when there is none.
        &self.legs[self.legs.len() - 1]
    }
}

/// The files of the configurations on the way. Where none of them answers, another one may be meant: all files.
fn files_of(project: &Project, legs: &[Leg]) -> HashSet<FileId> {
    let answered = legs.iter().any(|leg| chain::answers(&leg.trace));
    let on_the_way = |root: &usize| !answered || legs.iter().any(|leg| leg.root == *root);
    (0..project.roots.len()).filter(on_the_way).flat_map(|root| project.roots[root].files()).collect()
}

/// What the rules say about the routes that the request takes.
fn findings(analysis: &Analysis<'_>, selection: &Selection<'_>, legs: &[Leg]) -> Vec<Finding<'static>> {
    let taken: Vec<usize> = legs.iter().flat_map(|leg| routes_of(analysis, leg)).collect();
    let mut findings = analysis.check(|rule| selection.takes(rule));
    findings.iter_mut().for_each(|finding| selection.adjust(finding));
    if taken.is_empty() {
        // What ends the request before it takes a route is found by its line.
        let steps = || legs.iter().flat_map(|leg| leg.trace.steps.iter().filter_map(|step| step.site));
        findings.retain(|finding| steps().any(|site| touches(site, finding.primary.site)));
    } else {
        findings.retain(|finding| finding.route_indexes.iter().any(|index| taken.contains(index)));
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// The routes whose line stands among the steps; those of the very path, if some are.
fn routes_of(analysis: &Analysis<'_>, leg: &Leg) -> Vec<usize> {
    let sites: Vec<Site> = leg.trace.steps.iter().filter_map(|step| step.site).collect();
    let on_the_way: Vec<usize> = analysis
        .routes_of(leg.root)
        .filter(|&index| sites.iter().any(|site| touches(*site, analysis.routes[index].site)))
        .collect();
    let exact: Vec<usize> = on_the_way
        .iter()
        .copied()
        .filter(|&index| analysis.routes[index].path.split('?').next() == Some(leg.request.path()))
        .collect();
    if exact.is_empty() { on_the_way } else { exact }
}

/// Whether two sites begin at the same place: a step may mark more of a statement than a route does.
fn touches(one: Site, other: Site) -> bool {
    one.file == other.file && one.span.start == other.span.start
}
