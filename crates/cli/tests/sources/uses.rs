//! Which files of a crate use which, and by what they name.

use std::collections::{BTreeMap, BTreeSet};

use super::mentions::{Mention, What, mentions};
use super::methods::Methods;
use super::modules::{Import, Modules};

/// For each file and each that it uses, what it names there first.
pub(crate) type Uses = BTreeMap<(usize, usize), String>;

/// Finds what the files of a crate use of each other.
pub(crate) fn uses(modules: &Modules, methods: &Methods) -> Uses {
    let mut uses = Uses::new();
    let mut calls = BTreeSet::new();
    for file in 0..modules.files.len() {
        let mut add = |used: usize, words: String| {
            if used != file {
                uses.entry((file, used)).or_insert(words);
            }
        };
        for mention in mentions(modules, file) {
            match &mention.named {
                What::Import(import) => {
                    let files = imported(modules, mention.module, import);
                    files.for_each(|used| add(used, import.path.join("::")));
                }
                What::Path(path) => {
                    let files = named(modules, methods, &mention, path);
                    files.into_iter().for_each(|used| add(used, path.join("::")));
                }
                What::Call { of_self, name } => match mention.owner.as_ref().filter(|_| *of_self) {
                    Some(owner) => {
                        methods.beside(owner, name).into_iter().for_each(|used| add(used, call(name)));
                    }
                    None => {
                        calls.insert((mention.module, name.clone()));
                    }
                },
            }
        }
    }
    let reach: Vec<BTreeSet<usize>> = (0..modules.files.len()).map(|file| reached(file, &uses)).collect();
    for (module, name) in calls {
        let file = modules.all[module].file;
        let called = methods.called(modules, module, &name, &reach[file]).filter(|called| *called != file);
        called.into_iter().for_each(|called| {
            uses.entry((file, called)).or_insert_with(|| call(&name));
        });
    }
    uses
}

fn call(name: &str) -> String {
    format!(".{name}()")
}

/// The files that a `use` names. A module hands out what lies in it without using it.
fn imported(modules: &Modules, module: usize, import: &Import) -> impl Iterator<Item = usize> {
    let mut path = import.path.clone();
    if import.name == "*" {
        path.push(import.name.clone());
    }
    let files = modules.named(module, &path).files.into_iter();
    files.filter(move |&file| !(import.public && modules.lies_in(modules.files[file].module, module)))
}

/// The files that a path names.
fn named(modules: &Modules, methods: &Methods, mention: &Mention, path: &[String]) -> Vec<usize> {
    match path {
        // A name alone is one of this module, or an import, which counts where it is written unless it is handed out.
        [name] => {
            let all = &modules.all[mention.module].imports;
            let import = all.iter().find(|import| import.public && import.name == *name);
            import.map_or_else(Vec::new, |import| modules.named(mention.module, &import.path).files)
        }
        [first, method] if first == "Self" => {
            mention.owner.as_ref().and_then(|owner| methods.beside(owner, method)).into_iter().collect()
        }
        path => {
            let named = modules.named(mention.module, path);
            let method = named.item.as_ref().zip(named.rest.first());
            let beside = method.and_then(|(owner, method)| methods.beside(owner, method));
            named.files.into_iter().chain(beside).collect()
        }
    }
}

/// The files that a file uses, directly or over others.
fn reached(from: usize, uses: &Uses) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for &(_, next) in uses.range((file, 0)..(file + 1, 0)).map(|(pair, _)| pair) {
            if found.insert(next) {
                open.push(next);
            }
        }
    }
    found
}
