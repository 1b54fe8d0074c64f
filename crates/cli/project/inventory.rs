//! What each file was taken for, and why, for those who wonder.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use wslint_model::{FileId, HaproxyRoot, NginxContext, NginxRoot, Project, Root, Site};

use super::load::Loaded;
use super::store::strip_here;
use crate::escape::shown_path;

/// What a file was taken for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken<'l> {
    /// The main file of an nginx configuration.
    NginxMain,
    /// Included at this place, and at so many more.
    Included(Site, usize),
    /// An nginx fragment, read as if it stood in this context.
    Fragment(NginxContext),
    /// A HAProxy configuration; so many files make it.
    Haproxy(usize),
    /// HAProxy sections that refer to others which are not at hand.
    HaproxyFragment(usize),
    /// Left alone, since this ignore file hides it.
    Hidden(&'l Path),
    /// Left alone, for this reason.
    Left(String),
}

/// What each file was taken for, in byte order of the paths as people read them.
pub(crate) fn inventory(loaded: &Loaded) -> BTreeMap<String, Taken<'_>> {
    let included = included(&loaded.project);
    let mut taken: HashMap<FileId, Taken<'_>> = HashMap::new();
    for (&file, &(site, more)) in &included {
        taken.insert(file, Taken::Included(site, more));
    }
    for root in &loaded.project.roots {
        match root {
            Root::Nginx(NginxRoot { main, context: NginxContext::Main, .. }) => {
                taken.insert(*main, Taken::NginxMain);
            }
            Root::Nginx(NginxRoot { main, context, .. }) => {
                taken.insert(*main, Taken::Fragment(*context));
            }
            Root::Haproxy(HaproxyRoot { files, whole, .. }) => {
                for &file in files {
                    let of = files.len();
                    taken.insert(file, if *whole { Taken::Haproxy(of) } else { Taken::HaproxyFragment(of) });
                }
            }
        }
    }
    let left = &loaded.left;
    for (files, reason) in [
        (&left.disabled, "not enabled: nothing includes it or links to it, while other sites are enabled"),
        (&left.silent, "nginx, but nothing in it concerns requests, and nothing includes it"),
    ] {
        for &file in files {
            taken.entry(file).or_insert_with(|| Taken::Left(reason.to_owned()));
        }
    }
    let mut inventory: BTreeMap<String, Taken<'_>> =
        taken.into_iter().map(|(file, taken)| (called(&loaded.project, file), taken)).collect();
    for (paths, reason) in [
        (&left.foreign, "neither nginx nor HAProxy by its content"),
        (&left.excluded, "excluded by the settings"),
    ] {
        for path in paths {
            let taken = || Taken::Left(reason.to_owned());
            inventory.entry(shown_path(strip_here(path))).or_insert_with(taken);
        }
    }
    for hidden in &left.hidden {
        let path = shown_path(strip_here(&hidden.path));
        inventory.entry(path).or_insert(Taken::Hidden(strip_here(&hidden.by)));
    }
    for (path, format) in &left.formats {
        let taken = || Taken::Left(format!("{format}, which neither proxy reads"));
        inventory.entry(shown_path(strip_here(path))).or_insert_with(taken);
    }
    inventory
}

/// What people call a file: its path, or the line of another one that begins to speak of it, with where it will lie.
fn called(project: &Project, file: FileId) -> String {
    let file = project.file(file);
    match &file.host {
        None => file.path.clone(),
        Some(host) => {
            let around = project.file(host.file);
            format!("{}:{}: {}", around.path, around.lines().line(host.opens.start), host.name)
        }
    }
}

/// The files that others include: the first place, and how many more there are.
fn included(project: &Project) -> HashMap<FileId, (Site, usize)> {
    let mut included: HashMap<FileId, (Site, usize)> = HashMap::new();
    let mut seen = HashSet::new();
    for root in &project.roots {
        let Root::Nginx(root) = root else { continue };
        let mut lines: Vec<_> = root.includes.iter().collect();
        lines.sort_by_key(|(line, _)| **line);
        for (&(from, line), include) in lines {
            let Some(tree) = project.nginx(from) else { continue };
            let site = Site { file: from, span: tree.statement(line) };
            for &file in include.files().iter().filter(|&&file| seen.insert((file, site))) {
                included.entry(file).and_modify(|(_, more)| *more += 1).or_insert((site, 0));
            }
        }
    }
    included
}
