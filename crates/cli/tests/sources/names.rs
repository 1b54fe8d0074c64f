//! Which item a path names, and through which modules.

use super::modules::Modules;

/// Imports that lead to imports are followed this far.
const MOST_IMPORTS: usize = 16;

/// What a path names.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// The files of the modules that the item is taken from: the one that the path names, and the one that defines it.
    pub(crate) files: Vec<usize>,
    /// The file that defines it, and its name there.
    pub(crate) item: Option<(usize, String)>,
    /// What the path says behind the item: a variant, a method.
    pub(crate) rest: Vec<String>,
}

impl Modules {
    /// What a path names that is written in a module; nothing where it is of another crate, or names a module and no
    /// item of it.
    pub(crate) fn named(&self, module: usize, path: &[String]) -> Named {
        let mut named = Named::default();
        self.follow(module, path, &mut named, MOST_IMPORTS);
        named
    }

    /// Whether a module is another one or lies in it.
    pub(crate) fn lies_in(&self, module: usize, other: usize) -> bool {
        self.outwards(module).any(|above| above == other)
    }

    /// The module at which a path begins, and the names that follow. `None` for the first name itself.
    fn start<'p>(&self, module: usize, path: &'p [String]) -> (Option<usize>, &'p [String]) {
        let mut at = None;
        let mut rest = path;
        while let Some((first, others)) = rest.split_first() {
            at = match first.as_str() {
                "crate" => Some(0),
                "self" if others.is_empty() && at.is_none() => break,
                "self" => Some(at.unwrap_or(module)),
                "super" => self.all[at.unwrap_or(module)].parent,
                _ => break,
            };
            if at.is_none() {
                break;
            }
            rest = others;
        }
        (at, rest)
    }

    fn follow(&self, module: usize, path: &[String], named: &mut Named, imports: usize) {
        let (start, mut rest) = self.start(module, path);
        let mut at = start.unwrap_or(module);
        let mut explicit = start.is_some();
        while let Some((name, others)) = rest.split_first() {
            let here = &self.all[at];
            if let Some(&child) = here.children.get(name) {
                (at, rest, explicit) = (child, others, true);
                continue;
            }
            if here.defined.contains(name) {
                named.files.push(here.file);
                named.item = Some((here.file, name.clone()));
                named.rest = others.to_vec();
                return;
            }
            if imports == 0 {
                return;
            }
            if let Some(import) = here.imports.iter().find(|import| import.name == *name) {
                if explicit {
                    named.files.push(here.file);
                }
                let path: Vec<String> = import.path.iter().chain(others).cloned().collect();
                return self.follow(at, &path, named, imports - 1);
            }
            for import in here.imports.iter().filter(|import| import.name == "*") {
                let path: Vec<String> = import.path.iter().chain(rest).cloned().collect();
                let mut found = Named::default();
                self.follow(at, &path, &mut found, imports - 1);
                if found.item.is_some() {
                    if explicit {
                        named.files.push(here.file);
                    }
                    named.files.append(&mut found.files);
                    (named.item, named.rest) = (found.item, found.rest);
                    return;
                }
            }
            // What a macro makes has no name in the source.
            if explicit {
                named.files.push(here.file);
            }
            return;
        }
    }
}
