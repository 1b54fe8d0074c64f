//! From the names of upstreams to the programs that answer there.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use wslint_deploy::link::{Program, Says, is_local, program};
use wslint_model::{Project, Site};

use super::around::Around;
use super::ground::Ground;
use super::names::{Caller, callers};
use super::program::describe;

/// A name that is called from a folder.
type Call<'c> = (&'c Path, &'c str, Option<u16>);

/// Tells the project which programs the upstreams of its configurations are.
pub(crate) fn tell(around: Around, ground: &mut Ground<'_>) {
    let names = names(&around);
    let callers: Vec<Caller> = match around.sources.is_empty() {
        true => Vec::new(),
        false => callers(ground.project, ground.paths).collect(),
    };
    let mut found: HashMap<Call<'_>, Option<usize>> = HashMap::new();
    let mut described: HashMap<(PathBuf, u32, bool), Option<usize>> = HashMap::new();
    let mut sharing: Vec<(usize, Program)> = Vec::new();
    for Caller { file, path, names: called } in &callers {
        for ((host, port), span) in called {
            let mut parts = host.split('.').chain(host.split(['_', '-'])).chain([host.as_str()]);
            // Of many names most are nobody's.
            let is_known =
                parts.any(|part| names.contains(part)) || host.ends_with("_1") || host.ends_with("-1");
            if !is_known && !is_local(host) {
                continue;
            }
            let number = *found.entry((path, host, *port)).or_insert_with(|| {
                let program = program(&around.sources, path, host, *port)?;
                let key = key(&around, &program)?;
                *described.entry(key).or_insert_with(|| {
                    let site = Site { file: *file, span: *span };
                    let service = describe(&around, &program, site, ground)?;
                    let number = ground.project.services.add(service);
                    sharing.push((number, program));
                    Some(number)
                })
            });
            ground.project.services.call(*file, host, *port, number);
        }
    }
    settle_shared(&sharing, ground.project);
    if ground.budget.spent {
        let words = "the code of its services is more than is read: its endpoints are not known";
        ground.told.push(words.to_owned());
    }
    ground.told.extend(around.told);
}

/// Programs that are made of one folder and start different things share its code: an endpoint belongs to the only one of
/// which it is known that it starts a server for it, or to nobody.
fn settle_shared(programs: &[(usize, Program)], project: &mut Project) {
    for (number, program) in programs.iter().filter(|(_, program)| program.folder.is_some()) {
        let serves = |number: usize| project.services.get(number).framework.is_some();
        let mut others = programs
            .iter()
            .filter(|(_, other)| other.folder == program.folder && started(other) != started(program));
        if others.any(|(other, _)| serves(*other) || !serves(*number)) {
            project.services.forget_endpoints(*number);
        }
    }
}

/// What a program starts, as far as its deployment says.
fn started(program: &Program) -> Vec<Option<&str>> {
    let unit = &program.unit;
    let build = unit.build.as_ref();
    let of_build =
        [build.and_then(|build| build.dockerfile.as_ref()), build.and_then(|build| build.target.as_ref())];
    let of_build = of_build.into_iter().map(|word| word.map(|word| word.text.as_str()));
    let words = unit.entrypoint.iter().chain(&unit.command).map(|word| Some(word.text.as_str()));
    of_build.chain(words).collect()
}

/// What is the same program: the place that names it, and what is known of it.
fn key(around: &Around, program: &Program) -> Option<(PathBuf, u32, bool)> {
    let (source, span) = program.places.last()?;
    Some((around.source(*source).0.to_owned(), span.start, program.command_known))
}

/// All names that programs have, in small letters.
fn names(around: &Around) -> HashSet<String> {
    let mut names = HashSet::new();
    for source in &around.sources {
        match &source.says {
            Says::Compose(compose) => {
                let units = compose.services.iter().flat_map(|unit| &unit.names);
                names.extend(units.map(|name| name.text.to_ascii_lowercase()));
            }
            Says::Machine(_) => {}
            Says::Kubernetes(objects) => {
                names.extend(objects.services.iter().map(|service| service.name.text.to_ascii_lowercase()));
            }
        }
    }
    names
}
