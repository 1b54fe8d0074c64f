//! Which HAProxy files make one configuration, and whether it is a whole one.

use std::collections::HashSet;

use wslint_model::{FileId, HaproxyRoot, Project};
use wslint_syntax::haproxy::{Force, LineKind, Tree};

/// Makes configurations of files that lie together or were named together. They are one configuration, read in order
/// as by several `-f`, unless their sections show that each stands for itself.
pub(crate) fn group(project: &Project, files: &[FileId]) -> Vec<HaproxyRoot> {
    let together = files.len() == 1 || fit_together(project, files);
    if together {
        return vec![root(project, files.to_vec())];
    }
    files.iter().map(|&file| root(project, vec![file])).collect()
}

fn root(project: &Project, files: Vec<FileId>) -> HaproxyRoot {
    let whole = is_whole(project, &files);
    HaproxyRoot { files, whole, ..HaproxyRoot::default() }
}

/// One process has one `global` section, as a rule, and each proxy's name once.
fn fit_together(project: &Project, files: &[FileId]) -> bool {
    let mut names = HashSet::new();
    let mut globals = 0;
    for &file in files {
        let Some(tree) = project.haproxy(file) else { return false };
        let mut has_global = false;
        for section in sections(tree) {
            match section.kind {
                "global" => has_global = true,
                "defaults" => {}
                kind => {
                    if !names.insert((kind, section.name.to_vec())) {
                        return false;
                    }
                }
            }
        }
        globals += usize::from(has_global);
    }
    globals <= 1
}

/// Something takes connections, and every section that a line refers to by a plain name is there.
fn is_whole(project: &Project, files: &[FileId]) -> bool {
    let mut backends = HashSet::new();
    let mut wanted: Vec<&[u8]> = Vec::new();
    let mut takes_connections = false;
    let mut settled = false;
    for tree in files.iter().filter_map(|&file| project.haproxy(file)) {
        for section in sections(tree) {
            match section.kind {
                "frontend" => takes_connections = true,
                "listen" => {
                    takes_connections = true;
                    backends.insert(section.name);
                }
                "backend" => {
                    backends.insert(section.name);
                }
                "global" | "defaults" => settled = true,
                _ => {}
            }
        }
        for line in
            tree.lines().iter().filter(|line| line.kind == LineKind::Keyword && line.force == Force::InForce)
        {
            let words = tree.words(line);
            if let [keyword, target, ..] = words
                && matches!(tree.text(keyword), b"default_backend" | b"use_backend")
                && !target.unknown
                && !tree.text(target).contains(&b'%')
            {
                wanted.push(tree.text(target));
            }
        }
    }
    takes_connections && (settled || wanted.iter().all(|name| backends.contains(name)))
}

struct SectionName<'t> {
    kind: &'static str,
    name: &'t [u8],
}

fn sections(tree: &Tree) -> impl Iterator<Item = SectionName<'_>> {
    tree.lines().iter().filter(|line| line.kind == LineKind::Section && line.force != Force::Dead).map(
        |line| {
            let kind = match tree.word(line, 0) {
                b"global" => "global",
                b"defaults" => "defaults",
                b"frontend" => "frontend",
                b"listen" => "listen",
                b"backend" => "backend",
                _ => "other",
            };
            SectionName { kind, name: tree.word(line, 1) }
        },
    )
}
