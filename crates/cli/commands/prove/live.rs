//! Runs the groups of configurations and lets the clients of their routes come.

use wslint_lab::{Lab, Open};
use wslint_model::{Proxy, Site};
use wslint_syntax::Span;

use super::clients::{client, poll};
use super::compare::{Difference, Seen, differences};
use super::copy::{Copied, Speed, copied};
use super::group::Group;
use super::guard;
use super::left_out::{LeftOut, name, place};
use super::minimal::Replacer;
use super::plan::{Plan, Planned};
use super::programs::Programs;
use super::proof::{Proof, Proven};
use crate::analysis::Analysis;
use crate::config::Configuration;
use crate::exit::Failure;
use crate::output::Progress;
use crate::project::Loaded;

/// How many routes are tried at the same time.
const TOGETHER: usize = 32;

/// What all steps of a run need.
struct Run<'a, 'p, 'r> {
    loaded: &'a Loaded,
    configuration: &'a Configuration,
    analysis: &'a Analysis<'p, 'r>,
    programs: &'a Programs,
    lab: Lab,
}

/// What became of one route.
enum Fate {
    Seen(Box<Seen>, Vec<Difference>),
    LeftOut(String),
}

/// Runs all groups.
pub(super) fn run(
    loaded: &Loaded,
    configuration: &Configuration,
    analysis: &Analysis<'_, '_>,
    programs: &Programs,
    plan: Plan,
    groups: &[Group],
    progress: &Progress,
) -> Result<Proof, Failure> {
    let Plan { routes, left_out } = plan;
    let mut proof = Proof { routes: Vec::new(), left_out };
    if routes.is_empty() {
        return Ok(proof);
    }
    let run = Run { loaded, configuration, analysis, programs, lab: lab(programs)? };
    let mut fates: Vec<Option<Fate>> = routes.iter().map(|_| None).collect();
    for (number, group) in groups.iter().enumerate() {
        progress.step(format!("running configuration {} of {}", number + 1, groups.len()));
        run.group(group, &routes, &mut fates, &mut proof.left_out)?;
    }
    for (planned, fate) in routes.into_iter().zip(fates) {
        match fate {
            Some(Fate::Seen(seen, differences)) => {
                proof.routes.push(run.proven(planned, *seen, differences));
            }
            Some(Fate::LeftOut(why)) => {
                let (file, line) = place(loaded, planned.site);
                let what = run.hidden(format!("{}, {file}:{line}", planned.label));
                proof.left_out.push(LeftOut { what, why, is_route: true });
            }
            None => {}
        }
    }
    proof.routes.sort_by_key(|route| (route.agrees(), route.observed.works()));
    Ok(proof)
}

/// A lab with the programs, and with a guard that is this program.
fn lab(programs: &Programs) -> Result<Lab, Failure> {
    let failed = |error: wslint_lab::Error| Failure::said(format!("the proxies cannot be run: {error}"));
    let own = std::env::current_exe()
        .map_err(|error| Failure::said(format!("wslint does not find its own program: {error}")))?;
    let lab = Lab::new().and_then(|lab| lab.guarded(&own, &[guard::WORD])).map_err(failed)?;
    let found = [Proxy::Nginx, Proxy::Haproxy].into_iter().filter_map(|proxy| programs.of(proxy).ok());
    Ok(found.fold(lab, |lab, program| lab.with(program.clone())))
}

impl Run<'_, '_, '_> {
    fn group(
        &self,
        group: &Group,
        routes: &[Planned],
        fates: &mut [Option<Fate>],
        left_out: &mut Vec<LeftOut>,
    ) -> Result<(), Failure> {
        let mut wanted: Vec<usize> = group.routes.clone();
        for speed in [Speed::Quick, Speed::Slow, Speed::Slowest] {
            if wanted.is_empty() {
                break;
            }
            let copies: Vec<Copied> = group
                .roots
                .iter()
                .map(|&root| copied(&self.loaded.project, self.configuration, root, speed))
                .collect();
            let setups: Vec<_> = copies.iter().map(|copy| copy.setup.clone()).collect();
            let open = match self.lab.open(&setups, &|from, written| self.linked(group, from, written)) {
                Ok(open) => open,
                Err(error) => {
                    let names: Vec<String> =
                        group.roots.iter().map(|&root| name(self.loaded, root)).collect();
                    let why = self.hidden(error.to_string());
                    left_out.push(LeftOut { what: names.join(" and "), why, is_route: true });
                    return Ok(());
                }
            };
            if matches!(speed, Speed::Quick) {
                self.tell_lines(&open, &copies, left_out);
                wanted.retain(|&number| {
                    !self.refused(&open, &copies, group, &routes[number], number, fates, left_out)
                });
            }
            for some in wanted.chunks(TOGETHER) {
                self.observe(&open, group, some, speed, routes, fates)?;
            }
            open.close();
            // On a busy machine a moment may be too short: what disagrees is tried again with more time.
            wanted.retain(|&number| {
                matches!(&fates[number], Some(Fate::Seen(_, differences)) if !differences.is_empty())
                    && routes[number].refused.is_none()
            });
        }
        Ok(())
    }

    /// The configuration of the group that listens where one of it connects to.
    fn linked(&self, group: &Group, from: usize, written: &str) -> Option<(usize, String)> {
        let network = self.analysis.network();
        let reached = |written: &str| network.reached(group.roots[from], written);
        let (root, address) = reached(written).or_else(|| reached(&format!("{written}:80")))?;
        let to = group.roots.iter().position(|&one| one == root)?;
        // Its own listeners are found by the lab.
        (to != from).then(|| (to, address.to_string()))
    }

    /// Tells which lines are not run.
    fn tell_lines(&self, open: &Open<'_>, copies: &[Copied], left_out: &mut Vec<LeftOut>) {
        for (number, copy) in copies.iter().enumerate() {
            for line in open.left_out(number) {
                let Some(&file) = copy.files.get(line.file) else { continue };
                let site = Site { file, span: Span::new(line.offset, line.offset) };
                left_out.push(LeftOut::line(self.loaded, site, &line.what, line.why));
            }
        }
    }

    /// Whether a proxy on the way of a route does not take its configuration. Where that is predicted, the route is proven to
    /// fail; otherwise something may be missing here, and it cannot run.
    #[expect(clippy::too_many_arguments, reason = "what is known, and where what is found out goes")]
    fn refused(
        &self,
        open: &Open<'_>,
        copies: &[Copied],
        group: &Group,
        planned: &Planned,
        number: usize,
        fates: &mut [Option<Fate>],
        left_out: &mut Vec<LeftOut>,
    ) -> bool {
        let rejected =
            |&(at, root): &(usize, &usize)| planned.way.contains(root) && !open.verdict(at).is_accepted();
        match (group.roots.iter().enumerate().find(rejected), &planned.refused) {
            (Some((at, _)), Some(_)) => {
                let words = self.words_of(open, copies, at);
                fates[number] = Some(Fate::Seen(Box::new(Seen::refused(words)), Vec::new()));
                true
            }
            (Some((at, &root)), None) => {
                let what = name(self.loaded, root);
                if left_out.iter().all(|told| told.what != what) {
                    let why = self.words_of(open, copies, at);
                    left_out.push(LeftOut { what, why, is_route: true });
                }
                true
            }
            (None, Some(predicted)) => {
                let differs = Difference {
                    what: "start",
                    predicted: format!("refused: {predicted}"),
                    observed: "it starts".to_owned(),
                };
                fates[number] = Some(Fate::Seen(Box::default(), vec![differs]));
                true
            }
            (None, None) => false,
        }
    }

    /// What a proxy says of a configuration that it does not take: its worst line.
    fn words_of(&self, open: &Open<'_>, copies: &[Copied], at: usize) -> String {
        let text = copies[at].named(&self.loaded.project, open.verdict(at).text());
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let worst = lines.clone().find(|line| {
            ["[emerg]", "[ALERT]"].iter().any(|level| line.contains(level))
                && !line.contains("config : parsing of")
        });
        let line = worst.or_else(|| lines.next()).unwrap_or("it does not start");
        let words =
            ["[emerg]", "[ALERT]"].iter().find_map(|level| Some(line.split_once(level)?.1)).unwrap_or(line);
        let words = words.rsplit_once("config : ").map_or(words, |(_, words)| words);
        // A number of a process or of a thread.
        let words = words.trim_start_matches(|c: char| c.is_ascii_digit() || "#:()* ".contains(c));
        self.hidden(words.trim().to_owned())
    }

    fn hidden(&self, mut words: String) -> String {
        self.loaded.veil.words(&self.loaded.project, &mut words, &[]);
        words
    }

    fn observe(
        &self,
        open: &Open<'_>,
        group: &Group,
        numbers: &[usize],
        speed: Speed,
        routes: &[Planned],
        fates: &mut [Option<Fate>],
    ) -> Result<(), Failure> {
        let mut clients = Vec::new();
        let mut of_routes = Vec::new();
        for &number in numbers {
            let planned = &routes[number];
            let Some(client) = client(self.loaded, open, group, planned, speed) else {
                fates[number] = Some(Fate::LeftOut("no listener for TCP takes its requests".to_owned()));
                continue;
            };
            if planned.application.at.as_deref().is_some_and(|at| !open.stands_for(at)) {
                let why = "the request says where it is sent to, and nothing of the copy can stand there";
                fates[number] = Some(Fate::LeftOut(why.to_owned()));
                continue;
            }
            if open.leaves_loopback(&client) {
                let why = "the proxy would connect to the address that the client calls";
                fates[number] = Some(Fate::LeftOut(why.to_owned()));
                continue;
            }
            let polls = planned.polls.as_ref().map(|_| poll(&client, planned));
            of_routes.push((number, clients.len(), polls.is_some()));
            clients.push(client);
            clients.extend(polls);
        }
        let observations = open
            .observe(&clients)
            .map_err(|error| Failure::said(self.hidden(format!("the proxies cannot be asked: {error}"))))?;
        for (number, at, polls) in of_routes {
            let planned = &routes[number];
            let polls = polls.then(|| &observations[at + 1]);
            let seen = Seen::of(planned, &observations[at], polls, |time| open.tells(time));
            let differences = differences(planned, &seen);
            fates[number] = Some(Fate::Seen(Box::new(seen), differences));
        }
        Ok(())
    }

    fn proven(&self, planned: Planned, mut observed: Seen, differences: Vec<Difference>) -> Proven {
        let Loaded { project, veil, .. } = self.loaded;
        let report = self.report(&planned, &differences);
        let Planned { label, server, site, request, mut outcome, polls, refused, .. } = planned;
        veil.outcome(project, &mut outcome, &[]);
        outcome.idle_timeout_site = outcome.idle_timeout_site.map(|site| project.written(site));
        let hide = |text: String| self.hidden(text);
        observed.error = observed.error.map(hide);
        if let Some(arrived) = &mut observed.arrived {
            arrived.uri = hide(std::mem::take(&mut arrived.uri));
            arrived.headers.iter_mut().for_each(|(_, value)| *value = hide(std::mem::take(value)));
        }
        let differences = differences.into_iter().map(|difference| Difference {
            predicted: hide(difference.predicted),
            observed: hide(difference.observed),
            ..difference
        });
        Proven {
            label: hide(label),
            server: server.map(hide),
            place: place(self.loaded, site),
            url: hide(request.url()),
            predicted: outcome,
            predicted_polls: polls,
            refused: refused.map(hide),
            differences: differences.collect(),
            observed,
            report,
        }
    }

    /// What is to be reported of a route that came otherwise than predicted.
    fn report(&self, planned: &Planned, differences: &[Difference]) -> Vec<String> {
        if differences.is_empty() {
            return Vec::new();
        }
        let mut replacer = Replacer::default();
        let proxies = planned.way.iter().map(|&root| self.loaded.project.roots[root].proxy());
        let mut told: Vec<String> = proxies
            .filter_map(|proxy| self.programs.of(proxy).ok())
            .map(|program| format!("{} {}", program.kind, program.version))
            .collect();
        told.dedup();
        told.push(replacer.text(&self.hidden(planned.request.url())));
        told.extend(differences.iter().map(|difference| {
            let Difference { what, predicted, observed } = difference;
            let words = format!("{what}: predicted {predicted}, observed {observed}");
            replacer.text(&self.hidden(words))
        }));
        told.extend(planned.lines.iter().map(|&site| format!("  {}", replacer.line(self.loaded, site))));
        told
    }
}
