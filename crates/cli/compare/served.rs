//! The routes of one tree as they are compared.

use std::collections::HashMap;
use std::path::Path;

use wslint_model::{Endpoint, Route, questions};

use super::aspects::{ASPECTS, Aspect};
use super::side::Read;
use crate::analysis::{Analysis, Filter, Telling};
use crate::output::{Reader, Served};
use crate::select::Selection;

/// Which routes of a tree are wanted.
pub(crate) enum Wanted<'w> {
    /// Those that carry WebSocket traffic.
    Known,
    /// Those of these endpoints, which are declared for it.
    Asked(&'w [Endpoint]),
}

/// Reads the routes of a tree, each with what the rules say of it. The levels of rules are those of `levels_at`, the tree
/// whose settings hold: `selection` is of it. `drawn` is whether their ways are drawn.
pub(crate) fn served(
    read: &Read,
    selection: &Selection<'_>,
    levels_at: &Path,
    wanted: &Wanted<'_>,
    drawn: bool,
) -> Vec<Served> {
    let Read { loaded, configuration, .. } = read;
    let project = &loaded.project;
    let mut settings = loaded.settings.clone();
    if let Wanted::Asked(endpoints) = wanted {
        settings
            .endpoints
            .retain(|own| endpoints.iter().all(|asked| asked.path != own.path || asked.host != own.host));
        settings.endpoints.extend_from_slice(endpoints);
    }
    let analysis = Analysis::new(project, &settings, &configuration.addresses, configuration.rules());
    let questions: Vec<&'static str> = ASPECTS.iter().flat_map(Aspect::questions).collect();
    let mut reader = Reader::new(project, &loaded.veil, &questions);
    let fronts = if drawn { analysis.fronts() } else { Vec::new() };
    let mut routes: Vec<Served> = Vec::new();
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut seen = 0;
    let checked = analysis.check_with(
        |rule| selection.asks(rule),
        Telling::ALL,
        &Filter::default(),
        |index, root, route| {
            seen = index + 1;
            let stands = match wanted {
                Wanted::Known => Reader::wants(route),
                Wanted::Asked(endpoints) => is_of(route, endpoints),
            };
            if stands {
                places.insert(index, routes.len());
                let runs = if drawn { analysis.runs_from_client(&fronts, root, route) } else { None };
                routes.push(reader.drawn(route, main_file(read, root), runs.as_ref()));
            }
        },
    );
    if matches!(wanted, Wanted::Known) {
        for (number, route) in project.objects.iter().enumerate() {
            places.insert(seen + number, routes.len());
            routes.push(reader.served(route, String::new()));
        }
    }
    for mut finding in checked.findings {
        let path = &project.file(finding.primary.site.file).path;
        let path = levels_at.join(path.strip_prefix(&read.prefix).unwrap_or(path));
        if !selection.adjust(&mut finding, || path.clone()) {
            continue;
        }
        let indexes = std::mem::take(&mut finding.route_indexes);
        let verdict = reader.verdict(finding);
        for index in indexes {
            if let Some(&place) = places.get(&index) {
                routes[place].verdicts.push(verdict.clone());
            }
        }
    }
    for route in &mut routes {
        route.verdicts.sort_by(|one, other| {
            other
                .severity
                .cmp(&one.severity)
                .then_with(|| (&one.rule, &one.line).cmp(&(&other.rule, &other.line)))
        });
    }
    routes
}

/// Whether a route is one of these endpoints, as they were declared.
fn is_of(route: &Route, endpoints: &[Endpoint]) -> bool {
    let declared = route.facts.value(&questions::DECLARED) == Some(true);
    declared && endpoints.iter().any(|endpoint| endpoint.path == route.path)
}

/// The file that a configuration begins with, as its tree calls it.
fn main_file(read: &Read, root: usize) -> String {
    let project = &read.loaded.project;
    let main = match &project.roots[root] {
        wslint_model::Root::Nginx(root) => Some(root.main),
        wslint_model::Root::Haproxy(root) => root.files.first().copied(),
    };
    let path = main.map_or("", |main| project.file(main).path.as_str());
    path.strip_prefix(&read.prefix).unwrap_or(path).to_owned()
}
