//! Modules form no circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use super::crates::roots;
use super::methods::Methods;
use super::modules::Modules;
use super::uses::{Uses, uses};

/// Which of several things use which, and by what they name.
type Graph = BTreeMap<(usize, usize), String>;

/// The circles of a graph: for each thing that lies in any, a shortest one through it, in words.
fn circles(graph: &Graph, name: impl Fn(usize) -> String) -> Vec<String> {
    let mut seen: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    let mut told = Vec::new();
    for start in graph.keys().map(|(from, _)| *from).collect::<BTreeSet<usize>>() {
        let Some(circle) = shortest(start, graph) else { continue };
        if !seen.insert(circle.iter().copied().collect()) {
            continue;
        }
        let mut words = name(start);
        for (&from, &to) in circle.iter().zip(circle.iter().cycle().skip(1)) {
            words.push_str(&format!("\n  uses {} by {}", name(to), graph[&(from, to)]));
        }
        told.push(words);
    }
    told
}

/// Who uses whom among the modules that lie beside each other, each with all that lies in it.
fn beside_each_other(modules: &Modules, uses: &Uses) -> Graph {
    let mut graph = Graph::new();
    for (&(from, to), what) in uses {
        let above = |file: usize| {
            let mut above: Vec<usize> = modules.outwards(modules.files[file].module).collect();
            above.reverse();
            above
        };
        let (from_above, to_above) = (above(from), above(to));
        let parted = from_above.iter().zip(&to_above).find(|(one, other)| one != other);
        if let Some((&one, &other)) = parted {
            graph.entry((one, other)).or_insert_with(|| format!("{what} in {}", modules.told(from)));
        }
    }
    graph
}

/// A shortest way from a thing back to itself.
fn shortest(start: usize, graph: &Graph) -> Option<Vec<usize>> {
    let mut before: BTreeMap<usize, usize> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(file) = open.pop_front() {
        for &(_, next) in graph.range((file, 0)..(file + 1, 0)).map(|(pair, _)| pair) {
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
    let mut found = BTreeSet::new();
    for root in roots() {
        let (modules, _, uses) = read(&root);
        files += modules.files.len();
        edges += uses.len();
        let by_path = uses.iter().map(|(pair, what)| (*pair, what.clone())).collect();
        found.extend(circles(&by_path, |file| modules.told(file)));
        let beside = beside_each_other(&modules, &uses);
        found.extend(circles(&beside, |module| modules.told(modules.all[module].file)));
    }
    assert!(files > 400, "{files} files of sources");
    assert!(edges > 1000, "{edges} uses of one file by another");
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "{} circles\n{}", found.len(), found.join("\n"));
}
