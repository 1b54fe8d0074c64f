//! Which configurations run together: those that one request passes.

use wslint_model::{File, Project, Root};
use wslint_syntax::haproxy::{Force, Tree};

use super::left_out::LeftOut;
use super::plan::Plan;
use super::programs::Programs;
use crate::project::Loaded;

/// Configurations that run at the same time, by the numbers of their roots.
pub(super) struct Group {
    pub(super) roots: Vec<usize>,
    /// The numbers of their routes in the plan.
    pub(super) routes: Vec<usize>,
}

/// Groups the planned routes; those whose configurations cannot run are taken out of the plan and told.
pub(super) fn groups(loaded: &Loaded, programs: &Programs, plan: &mut Plan) -> Vec<Group> {
    let count = loaded.project.roots.len();
    let mut unable: Vec<Option<String>> = vec![None; count];
    let mut told = vec![false; count];
    for planned in &plan.routes {
        for &root in &planned.way {
            unable[root] = unable[root].take().or_else(|| reason(loaded, programs, root));
        }
    }
    plan.routes.retain(|planned| {
        let Some(&root) = planned.way.iter().find(|&&root| unable[root].is_some()) else { return true };
        if !std::mem::replace(&mut told[root], true) {
            let why = unable[root].clone().unwrap_or_default();
            plan.left_out.push(LeftOut::configuration(loaded, root, why));
        }
        false
    });
    // The first of those that belong together stands for them.
    let mut first: Vec<usize> = (0..count).collect();
    for planned in &plan.routes {
        let lowest = planned.way.iter().map(|&root| first[root]).min().unwrap_or(planned.root);
        let joined: Vec<usize> = planned.way.iter().map(|&root| first[root]).collect();
        first.iter_mut().filter(|of| joined.contains(of)).for_each(|of| *of = lowest);
    }
    let mut groups: Vec<Group> = Vec::new();
    for (number, planned) in plan.routes.iter().enumerate() {
        let own = first[planned.root];
        match groups.iter_mut().find(|group| first[group.roots[0]] == own) {
            Some(group) => group.routes.push(number),
            None => groups.push(Group { roots: vec![planned.root], routes: vec![number] }),
        }
    }
    for group in &mut groups {
        let of = first[group.roots[0]];
        let passed =
            |root: &usize| first[*root] == of && plan.routes.iter().any(|one| one.way.contains(root));
        group.roots = (0..count).filter(passed).collect();
    }
    groups
}

/// Why a configuration cannot run here, if it cannot.
fn reason(loaded: &Loaded, programs: &Programs, root: usize) -> Option<String> {
    let Project { roots, .. } = &loaded.project;
    let root = &roots[root];
    let is_open = |file: &File| file.template && !file.is_generated();
    if root.files().iter().any(|&file| is_open(loaded.project.file(file))) {
        return Some("it is a template, and what is put in for its placeholders is not known".to_owned());
    }
    if matches!(root, Root::Haproxy(root) if !root.whole) {
        return Some("it is a part of a HAProxy configuration, and the rest is not at hand".to_owned());
    }
    if root.files().iter().filter_map(|&file| loaded.project.haproxy(file)).any(depends_on_environment) {
        let why = "it depends on environment variables that are not known: give them with --env NAME=VALUE";
        return Some(why.to_owned());
    }
    programs.of(root.proxy()).err().map(str::to_owned)
}

/// Whether an environment decides what a HAProxy file does with requests: by conditional blocks, or by words of lines that
/// say where they come from and go to.
fn depends_on_environment(tree: &Tree) -> bool {
    const TELLING: [&[u8]; 6] = [b"bind", b"server", b"default_backend", b"use_backend", b"timeout", b"mode"];
    tree.lines().iter().any(|line| {
        let unknown = || tree.words(line).iter().any(|word| word.unknown);
        line.force == Force::Undecided || TELLING.contains(&tree.word(line, 0)) && unknown()
    })
}
