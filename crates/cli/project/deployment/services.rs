//! From the names of upstreams to the programs that answer there.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use wslint_deploy::link::{Program, Says, program};

use super::around::Around;
use super::beside::Beside;
use super::budget::Budget;
use super::names::Caller;
use super::program::describe;
use crate::config::Configuration;
use crate::project::load::Loaded;

/// A name that is called from a folder.
type Call<'c> = (&'c Path, &'c str, Option<u16>);

/// Tells the project which programs the upstreams of its configurations are.
pub(super) fn tell(around: &Around, callers: &[Caller], loaded: &mut Loaded, configuration: &Configuration) {
    let names = names(around);
    let mut found: HashMap<Call<'_>, Option<usize>> = HashMap::new();
    let mut described: HashMap<(PathBuf, u32, bool), Option<usize>> = HashMap::new();
    let mut sharing: Vec<(usize, Program)> = Vec::new();
    let mut work = Work { budget: Budget::default(), beside: Beside::default(), configuration };
    for Caller { file, path, names: called } in callers {
        for (host, port) in called.keys() {
            // Only a Service of Kubernetes and the machine's own address depend on the port.
            if !names.contains(host.split('.').next().unwrap_or(host))
                && !names.contains(host)
                && !is_local(host)
            {
                continue;
            }
            let number = *found.entry((path, host, *port)).or_insert_with(|| {
                let program = program(&around.sources, path, host, *port)?;
                let key = key(around, &program)?;
                *described.entry(key).or_insert_with(|| {
                    let service = describe(around, &program, loaded, &mut work)?;
                    let number = loaded.project.services.add(service);
                    sharing.push((number, program));
                    Some(number)
                })
            });
            if let Some(number) = number {
                loaded.project.services.call(*file, host, *port, number);
                if !is_local(host) {
                    loaded.project.services.call(*file, host, None, number);
                }
            }
        }
    }
    settle_shared(&sharing, loaded);
    if work.budget.spent {
        let words = "the code of its services is more than is read: its endpoints are not known";
        loaded.deployment.push(words.to_owned());
    }
}

/// Of programs that are made of one folder and start different things, only those have its endpoints of which it is known
/// that they start a server for them.
fn settle_shared(programs: &[(usize, Program)], loaded: &mut Loaded) {
    let words = |program: &Program| {
        let unit = &program.unit;
        let words = unit.entrypoint.iter().chain(&unit.command);
        words.map(|word| word.text.clone()).collect::<Vec<_>>()
    };
    for (number, program) in programs {
        let mut others =
            programs.iter().filter(|(_, other)| other.folder.is_some() && other.folder == program.folder);
        let differs = others.any(|(_, other)| words(other) != words(program));
        if differs && loaded.project.services.get(*number).framework.is_none() {
            loaded.project.services.forget_endpoints(*number);
        }
    }
}

/// What describing programs needs.
pub(super) struct Work<'c> {
    pub(super) budget: Budget,
    pub(super) beside: Beside,
    pub(super) configuration: &'c Configuration,
}

fn is_local(host: &str) -> bool {
    ["localhost", "127.0.0.1", "[::1]", "host.docker.internal"].contains(&host)
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
            Says::Kubernetes(objects) => {
                names.extend(objects.services.iter().map(|service| service.name.text.to_ascii_lowercase()));
            }
        }
    }
    names
}
