//! Modules form no circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use super::crates::{files, roots};
use super::methods::Methods;
use super::modules::Modules;
use super::uses::{Uses, uses};

/// The circles of a graph: for each thing that lies in any, a shortest one through it, in words.
fn circles(graph: &Uses, name: impl Fn(usize) -> String) -> Vec<String> {
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
fn beside_each_other(modules: &Modules, uses: &Uses) -> Uses {
    let mut graph = Uses::new();
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
fn shortest(start: usize, graph: &Uses) -> Option<Vec<usize>> {
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

/// All circles of a crate: those of files, and those of folders.
fn circles_of(modules: &Modules, uses: &Uses) -> Vec<String> {
    let mut found = circles(uses, |file| modules.told(file));
    let beside = beside_each_other(modules, uses);
    found.extend(circles(&beside, |module| modules.told(modules.all[module].file)));
    found
}

/// Reads a crate from its root file on: its modules, and what they use of each other.
fn read(root: &Path) -> (Modules, Methods, Uses) {
    let modules = Modules::read(root);
    let methods = Methods::of(&modules);
    let uses = uses(&modules, &methods);
    (modules, methods, uses)
}

/// One file uses another where it names an item of it: by `use`, by a path, in what a macro is given, or by a method that
/// stands there and not with its type. Who names an item through a module that hands it out uses both files. A module
/// uses no other by declaring it, or by handing out what lies in it (`pub use`), unless it names that itself. Parts of
/// one file, its tests among them, use each other freely. Folders use each other where their files do.
///
/// A method is told by its name where the type of the value is not written, and only where one method may be meant: it
/// is visible there, and its type is of a file that is used in whatever way. What a macro writes by itself is not seen.
#[test]
fn modules_form_no_circle() {
    let mut unread: BTreeSet<PathBuf> = files(".rs").into_iter().collect();
    let (mut modules_in_all, mut uses_in_all) = (0, 0);
    let mut found = Vec::new();
    for root in roots() {
        let (modules, _, uses) = read(&root);
        unread.retain(|path| modules.files.iter().all(|file| file.path != *path));
        modules_in_all += modules.files.len();
        uses_in_all += uses.len();
        found.extend(circles_of(&modules, &uses));
    }
    assert!(unread.is_empty(), "of no crate: {unread:?}");
    assert!(modules_in_all > 400, "{modules_in_all} modules");
    assert!(uses_in_all > 1500, "{uses_in_all} uses of one file by another");
    assert!(found.is_empty(), "{} circles\n{}", found.len(), found.join("\n"));
}

/// A type whose methods are spread over a crate is known by all of it, and knows all of it.
#[test]
fn methods_stand_in_the_folder_of_their_type() {
    let mut found = BTreeSet::new();
    for root in roots() {
        let (modules, methods, _) = read(&root);
        let folder = |file: usize| modules.files[file].path.parent();
        for ((file, name), method, beside) in methods.all_beside() {
            if folder(*file) != folder(beside) {
                found.insert(format!("{name}::{method} in {}", modules.told(beside)));
            }
        }
    }
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The circles of a crate that consists of these files.
fn circles_among(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a scratch folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let (modules, _, uses) = read(&folder.path().join("lib.rs"));
    circles_of(&modules, &uses)
}

#[test]
fn circles_are_found() {
    let two = "mod a; mod b;";
    let cases: &[(&str, &[(&str, &str)])] = &[
        (
            "two files",
            &[
                ("lib.rs", two),
                ("a.rs", "use crate::b::B; pub struct A(B);"),
                ("b.rs", "fn b() { crate::a::a() }"),
            ],
        ),
        (
            "three files",
            &[
                ("lib.rs", "mod a; mod b; mod c;"),
                ("a.rs", "use super::b::B;"),
                ("b.rs", "pub struct B(super::c::C);"),
                ("c.rs", "pub type C = Option<Box<crate::a::A>>;"),
            ],
        ),
        (
            "a parent and its child",
            &[("lib.rs", "mod a; struct P; fn p() { a::a(P) }"), ("a.rs", "use super::P; pub fn a(p: P) {}")],
        ),
        (
            "siblings by what their parent hands out",
            &[
                ("lib.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
                ("a.rs", "use super::B; pub struct A(Box<B>);"),
                ("b.rs", "use super::A; pub struct B(Box<A>);"),
            ],
        ),
        (
            "a method beside its type",
            &[
                ("lib.rs", two),
                ("a.rs", "pub struct A; impl A { fn run(&self) { self.go() } }"),
                ("b.rs", "use crate::a::A; impl A { pub(crate) fn go(&self) {} }"),
            ],
        ),
        (
            "such a method on another value",
            &[
                ("lib.rs", "mod a; mod b; mod c;"),
                ("a.rs", "pub struct A;"),
                ("b.rs", "use crate::a::A; use crate::c::C; impl A { pub(crate) fn go(&self, c: C) {} }"),
                ("c.rs", "use crate::a::A; pub struct C; fn c(of: &A) { of.go(C) }"),
            ],
        ),
        (
            "a macro's arguments",
            &[
                ("lib.rs", two),
                ("a.rs", "fn a() { println!(\"{}\", crate::b::b()) }"),
                ("b.rs", "use crate::a;  fn b() { a::a() }"),
            ],
        ),
        (
            "a `use` in a function",
            &[
                ("lib.rs", two),
                ("a.rs", "fn a() { use crate::b; b::b() }"),
                ("b.rs", "fn b() { super::a::a() }"),
            ],
        ),
        (
            "everything of a module",
            &[("lib.rs", two), ("a.rs", "use crate::b::*;"), ("b.rs", "use crate::a::A;")],
        ),
        (
            "a type that is handed out and used",
            &[
                ("lib.rs", "mod a; pub use a::A; struct P(A);"),
                ("a.rs", "pub struct A; fn a(p: crate::P) {}"),
            ],
        ),
        (
            "folders",
            &[
                ("lib.rs", two),
                ("a/mod.rs", "mod one; mod two;"),
                ("a/one.rs", "use crate::b::one::One;"),
                ("a/two.rs", ""),
                ("b/mod.rs", "pub mod one; mod two;"),
                ("b/one.rs", ""),
                ("b/two.rs", "use crate::a::two::Two;"),
            ],
        ),
        (
            "a test that another module uses",
            &[
                ("lib.rs", two),
                ("a.rs", "#[cfg(test)] mod tests { use crate::b::B; }"),
                ("b.rs", "use crate::a::A; pub struct B;"),
            ],
        ),
    ];
    for (what, files) in cases {
        assert!(!circles_among(files).is_empty(), "{what}");
    }
    let told = circles_among(cases[0].1).join("\n");
    assert!(
        told.contains("a.rs\n")
            && told.contains("b.rs by crate::b::B")
            && told.contains("a.rs by crate::a::a"),
        "{told}"
    );
}

#[test]
fn what_is_no_circle_is_none() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        (
            "a parent that hands out, and children that name each other in one direction",
            &[
                ("lib.rs", "mod a; mod b; pub use a::A; pub(crate) use b::B;"),
                ("a.rs", "pub struct A;"),
                ("b.rs", "use super::A; pub struct B(A);"),
            ],
        ),
        (
            "a parent that uses its children",
            &[
                ("lib.rs", "mod a; mod b; fn p() { a::a(); b::b() }"),
                ("a.rs", "pub fn a() {}"),
                ("b.rs", "use super::a; pub fn b() { a::a() }"),
            ],
        ),
        ("parts of one file", &[("lib.rs", "mod a { pub fn a() { super::b() } } fn b() { a::a() }")]),
        (
            "the tests of a file",
            &[
                ("lib.rs", "mod a;"),
                ("a.rs", "pub fn a() {} #[cfg(test)] mod tests { use super::*; fn t() { a() } }"),
            ],
        ),
        (
            "a method of another type by the same name",
            &[
                ("lib.rs", "mod a; mod b; mod c;"),
                ("a.rs", "pub fn a() { String::new().push('a') }"),
                ("b.rs", "pub struct B;"),
                ("c.rs", "use crate::{a, b::B}; impl B { pub(crate) fn push(&self) { a::a() } }"),
            ],
        ),
        (
            "names of other crates",
            &[
                ("lib.rs", "mod a; mod std_;"),
                ("a.rs", "use std::fmt; fn a() -> fmt::Result { std_::x() }"),
                ("std_.rs", "use super::a::a;"),
            ],
        ),
    ];
    for (what, files) in cases {
        let found = circles_among(files);
        assert!(found.is_empty(), "{what}: {}", found.join("\n"));
    }
}
