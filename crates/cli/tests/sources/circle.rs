//! Modules form no circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use super::crates::{repository, roots};
use super::methods::Methods;
use super::modules::Modules;
use super::uses::{Uses, uses};

/// The circles of a crate: for each file that lies in any, a shortest one through it, in words.
fn circles(modules: &Modules, uses: &Uses) -> Vec<String> {
    let mut seen: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    let mut told = Vec::new();
    for start in 0..modules.files.len() {
        let Some(circle) = shortest(start, uses) else { continue };
        if !seen.insert(circle.iter().copied().collect()) {
            continue;
        }
        let name = |file: usize| {
            let path = &modules.files[file].path;
            path.strip_prefix(repository()).unwrap_or(path).display().to_string()
        };
        let mut words = name(start);
        for (&from, &to) in circle.iter().zip(circle.iter().cycle().skip(1)) {
            words.push_str(&format!("\n  uses {} by `{}`", name(to), uses[&(from, to)]));
        }
        told.push(words);
    }
    told
}

/// The files of a shortest way from a file back to itself.
fn shortest(start: usize, uses: &Uses) -> Option<Vec<usize>> {
    let mut before: BTreeMap<usize, usize> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(file) = open.pop_front() {
        for &(_, next) in uses.range((file, 0)..(file + 1, 0)).map(|(pair, _)| pair) {
            if next == start {
                let mut circle: Vec<usize> =
                    std::iter::successors(Some(file), |file| before.get(file).copied()).collect();
                circle.reverse();
                return Some(circle);
            }
            if next != start && !before.contains_key(&next) {
                before.insert(next, file);
                open.push_back(next);
            }
        }
    }
    None
}

/// Reads a crate from its root file on: its modules, and what they use of each other.
fn read(root: &Path) -> (Modules, Methods, Uses) {
    let modules = Modules::read(root);
    let methods = Methods::of(&modules);
    let uses = uses(&modules, &methods);
    (modules, methods, uses)
}

/// One file uses another where it names an item of it: by `use`, by a path, by a method that stands there and not
/// beside its type. What names a file of the same crate through what a third one hands out uses both. A module uses no
/// other only by declaring it, or by handing out what lies in it (`pub use`). Parts of one file use each other freely.
#[test]
fn modules_form_no_circle() {
    let (mut files, mut edges) = (0, 0);
    let mut found = Vec::new();
    for root in roots() {
        let (modules, _, uses) = read(&root);
        files += modules.files.len();
        edges += uses.len();
        found.extend(circles(&modules, &uses));
    }
    assert!(files > 400, "{files} files of sources");
    assert!(edges > 1000, "{edges} uses of one file by another");
    assert!(found.is_empty(), "{} circles\n{}", found.len(), found.join("\n"));
}
