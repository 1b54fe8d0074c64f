//! Putting `timeout tunnel` where it counts.

use super::bench::Bench;
use super::lines::Lines;
use crate::config::proxy::{Kind, ProxyId, Target};
use crate::questions as ask;
use wslint_model::{Answer, Edit, Question, Route};

/// Adds a limit that is long enough to the section that the cause names.
pub(crate) fn add(bench: &Bench<'_, '_>, route: &Route) -> Option<Vec<Edit>> {
    let header = bench.cause(route, &ask::TUNNEL)?;
    let section = bench.config.proxy(bench.config.section_at(header.site())?);
    if !section.kind.is_backend() || section.header.site() != header.site() {
        return None;
    }
    let lines = Lines { project: bench.project };
    let limit = route.facts.value(&ask::IDLE_REMEDY)?;
    Some(vec![lines.insert_first(header, &section.statements, &format!("timeout tunnel {limit}"))?])
}

/// Moves a timeout that a frontend has no use for to every backend that it leads to and that does not set it itself.
pub(crate) fn relocate<T: Answer>(
    bench: &Bench<'_, '_>,
    route: &Route,
    question: &'static Question<T>,
) -> Option<Vec<Edit>> {
    let config = bench.config;
    let line = bench.cause(route, question).filter(|line| line.word(0) == "timeout")?;
    let (name, value) = (line.known(1)?, line.known(2)?);
    let frontend = config.section_at(line.site())?;
    let section = config.proxy(frontend);
    if section.kind != Kind::Frontend || config.line_at(frontend, line.site()).is_none() {
        return None;
    }
    let mut backends: Vec<ProxyId> = Vec::new();
    for switch in &section.switches {
        match &switch.target {
            Target::Named(name) => backends.extend(config.backend(name)),
            // Where the name is computed, any backend may be meant.
            _ => return None,
        }
    }
    let default = config.value(frontend, "default_backend").and_then(|(name, _)| name);
    backends.extend(default.and_then(|name| config.backend(name)));
    backends.sort();
    backends.dedup();
    let lines = Lines { project: bench.project };
    let key = format!("timeout {name}");
    let mut edits = vec![lines.delete(line)?];
    for backend in backends {
        let section = config.proxy(backend);
        if section.own(&key).next().is_none() {
            edits.push(lines.insert_first(
                &section.header,
                &section.statements,
                &format!("{key} {value}"),
            )?);
        }
    }
    Some(edits)
}
