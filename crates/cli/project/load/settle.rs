//! Decides what each file that was taken is: a whole configuration, a fragment, a part of another one, or disabled.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use wslint_model::{FileId, Include, NginxContext, NginxRoot, Proxy, Root};

use super::loaded::Loaded;
use super::loader::{Fragment, Loader};
use crate::project::dump::Dump;
use crate::project::enabled::{Enabled, available};
use crate::project::follow::{Followed, follow};
use crate::project::problem::{Level, Place, Problem};
use crate::project::store::{NOWHERE, Store};
use crate::project::{haproxy_roots, nginx_roots, pattern_files};
use crate::secret::Veil;

impl Loader<'_> {
    /// Decides what a parsed file is. Whole nginx configurations are followed at once, the rest waits for them.
    pub(super) fn sort_in(&mut self, file: FileId, folder: &Path, proxy: Proxy, named: bool) {
        if named {
            self.certain.insert(file);
        }
        match proxy {
            Proxy::Haproxy if named => {
                if !self.named_haproxy.contains(&file) {
                    self.named_haproxy.push(file);
                }
            }
            Proxy::Haproxy => self.found_haproxy.entry(folder.to_owned()).or_default().push(file),
            Proxy::Nginx => match self.context(file) {
                Some(NginxContext::Main) => {
                    let in_place = self.follow(file, folder, NginxContext::Main);
                    if !named && in_place.iter().any(|&site| self.context(site) == Some(NginxContext::Http)) {
                        self.in_place.push(absolute(folder));
                    }
                }
                Some(_) => self.fragments.push(Fragment { file, named }),
                None if self.includes(file) => self.fragments.push(Fragment { file, named }),
                None => self.left.silent.push(file),
            },
        }
    }

    /// The context that the statements of an nginx file stand in.
    pub(super) fn context(&self, file: FileId) -> Option<NginxContext> {
        self.store.project.nginx(file).and_then(nginx_roots::context)
    }

    fn dump(&self, file: FileId) -> Option<&Dump> {
        dump_of(&self.dumps, file)
    }

    /// The folder that a fragment lies in.
    fn folder(&self, file: FileId) -> PathBuf {
        let dumped = self.dump(file).and_then(|dump| dump.name(file));
        let path = dumped.unwrap_or(&self.store.paths[file.0 as usize]);
        let path = if path == Path::new(NOWHERE) { Path::new(&self.stdin_name) } else { path };
        path.parent().map(Path::to_owned).unwrap_or_default()
    }

    pub(super) fn includes(&self, file: FileId) -> bool {
        self.store.project.nginx(file).is_some_and(nginx_roots::has_includes)
    }

    /// Follows the includes of a file and makes it a root; what its patterns match where nginx itself would look.
    pub(super) fn follow(&mut self, file: FileId, folder: &Path, context: NginxContext) -> Vec<FileId> {
        let Followed { root, in_place, sure } = self.followed(file, folder, context);
        self.keep(root, sure);
        in_place
    }

    fn followed(&mut self, file: FileId, folder: &Path, context: NginxContext) -> Followed {
        let dump = dump_of(&self.dumps, file);
        follow(&mut self.store, &self.resolver, dump, file, folder, context)
    }

    fn keep(&mut self, root: NginxRoot, sure: Vec<(FileId, FileId)>) {
        self.reached.extend(included(&root));
        self.sure.extend(sure);
        self.store.project.roots.push(Root::Nginx(root));
    }

    /// Follows a file that does nothing but include others, which stand in the same context.
    fn follow_lone_includes(&mut self, file: FileId, folder: &Path) {
        let told = self.store.problems.len();
        let Followed { mut root, sure, .. } = self.followed(file, folder, NginxContext::Main);
        let contexts: Vec<NginxContext> = included(&root).filter_map(|file| self.context(file)).collect();
        if let Some(&context) = OUTERMOST_FIRST.iter().find(|context| contexts.contains(context)) {
            root.context = context;
            self.keep(root, sure);
        } else {
            // What is not at hand could not have said anything about requests for certain.
            let found = self.store.problems.split_off(told);
            self.store.problems.extend(found.into_iter().filter(|problem| problem.level == Level::Error));
            self.sure.extend(sure);
            self.left.silent.push(file);
        }
    }

    /// What was loaded, and the files that may tell of its deployment.
    pub(super) fn finish(mut self) -> (Loaded, Vec<PathBuf>) {
        self.follow_fragments();
        self.drop_included_mains();
        self.group_haproxy();
        let certain = self.hold_to_certain();
        self.tell_once();
        let Store { project, paths, problems, .. } = self.store;
        let territory = self.resolver.territory;
        let loaded = Loaded {
            project,
            paths,
            problems,
            territory,
            left: self.left,
            narrowed: None,
            veil: Veil::default(),
            settings: self.configuration.settings.clone(),
            targets: Vec::new(),
            certain,
            deployment: Vec::new(),
        };
        (loaded, self.beside)
    }

    /// Fragments that nothing includes are roots of their own, in the context that they assume.
    fn follow_fragments(&mut self) {
        let mut fragments = std::mem::take(&mut self.fragments);
        fragments.retain(|fragment| !self.reached.contains(&fragment.file));
        let mut enabled: HashMap<PathBuf, Enabled> = HashMap::new();
        let (open, disabled): (Vec<Fragment>, Vec<Fragment>) = fragments
            .into_iter()
            .partition(|fragment| fragment.named || !self.is_disabled(fragment.file, &mut enabled));
        self.left.disabled.extend(disabled.into_iter().map(|fragment| fragment.file));
        for Fragment { file, .. } in open {
            let folder = self.folder(file);
            match self.context(file) {
                Some(context) => drop(self.follow(file, &folder, context)),
                None => self.follow_lone_includes(file, &folder),
            }
        }
        // A fragment that another one includes was followed by itself first if it comes first in the alphabet.
        let reached = &self.reached;
        self.store.project.roots.retain(|root| match root {
            Root::Nginx(root) => root.context == NginxContext::Main || !reached.contains(&root.main),
            Root::Haproxy(_) => true,
        });
    }

    /// A whole configuration that another one includes is a part of it; nginx would say where it cannot be.
    fn drop_included_mains(&mut self) {
        let reached = &self.reached;
        if self.store.project.roots.len() > 1 {
            self.store.project.roots.retain(|root| match root {
                Root::Nginx(root) => !reached.contains(&root.main),
                Root::Haproxy(_) => true,
            });
        }
    }

    /// Whether the tree shows that nothing enables a file: it lies where nginx reads it, and its main file does not reach
    /// the file; or other sites are enabled, and none of those links leads to it. Whoever names the folder that it lies in
    /// wants it linted all the same.
    fn is_disabled(&self, file: FileId, enabled: &mut HashMap<PathBuf, Enabled>) -> bool {
        let path = &absolute(&self.store.paths[file.0 as usize]);
        let named = |folder: &Path| {
            self.folders.iter().any(|named| named.starts_with(folder) && path.starts_with(named))
        };
        let named_below = |folder: &Path| {
            self.folders
                .iter()
                .any(|named| named != folder && named.starts_with(folder) && path.starts_with(named))
        };
        if self.in_place.iter().any(|folder| path.starts_with(folder) && !named_below(folder)) {
            return true;
        }
        let Some(available) = available(path).filter(|available| !named(available)) else { return false };
        let enabled = enabled.entry(available.to_owned()).or_insert_with_key(|available| {
            Enabled::beside(available, &self.store, &self.resolver.territory)
        });
        let below = path.strip_prefix(available).unwrap_or(path);
        !self.enabled.contains(&file) && enabled.leaves_out(below)
    }

    fn group_haproxy(&mut self) {
        let named = std::mem::take(&mut self.named_haproxy);
        let found = std::mem::take(&mut self.found_haproxy);
        let groups = (!named.is_empty()).then_some(named).into_iter().chain(found.into_values());
        for group in groups {
            for mut root in haproxy_roots::group(&self.store.project, &group) {
                pattern_files::bring(&mut root, &mut self.store, &self.resolver);
                self.store.project.roots.push(Root::Haproxy(root));
            }
        }
    }

    /// What is wrong in a file that nobody named and nothing includes for certain is worth a note: whether a proxy reads it
    /// is a guess, and it may be a template or a file of another program. The other files are returned.
    fn hold_to_certain(&mut self) -> HashSet<FileId> {
        let mut known = std::mem::take(&mut self.certain);
        let mut including: HashMap<FileId, Vec<FileId>> = HashMap::new();
        for &(from, file) in &self.sure {
            including.entry(from).or_default().push(file);
        }
        let mut open: Vec<FileId> = known.iter().copied().collect();
        while let Some(file) = open.pop() {
            open.extend(including.remove(&file).into_iter().flatten().filter(|&file| known.insert(file)));
        }
        for problem in &mut self.store.problems {
            match problem.place {
                Place::Site(site) if problem.level == Level::Error && !known.contains(&site.file) => {
                    problem.weaken()
                }
                _ => {}
            }
        }
        known
    }

    /// A file that two roots include has the same problems in both. What is an error once is no note besides.
    fn tell_once(&mut self) {
        let problems = &mut self.store.problems;
        let key = |problem: &Problem| (problem.place.clone(), problem.message.clone());
        let errors: HashSet<_> =
            problems.iter().filter(|problem| problem.level == Level::Error).map(key).collect();
        let mut told = HashSet::new();
        problems.retain(|problem| {
            let key = key(problem);
            (problem.level == Level::Error || !errors.contains(&key)) && told.insert(key)
        });
    }
}

/// The path from the root of the file system on, by its words alone.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The contexts, in the order in which they hold each other.
static OUTERMOST_FIRST: [NginxContext; 5] = [
    NginxContext::Main,
    NginxContext::Http,
    NginxContext::Stream,
    NginxContext::Server,
    NginxContext::Location,
];

/// The dump that holds a file; their files follow each other.
fn dump_of(dumps: &[Dump], file: FileId) -> Option<&Dump> {
    let behind = dumps.partition_point(|dump| dump.first() <= file);
    dumps[..behind].last().filter(|dump| dump.name(file).is_some())
}

/// The files that a root includes.
fn included(root: &NginxRoot) -> impl Iterator<Item = FileId> {
    root.includes.values().flat_map(Include::files).copied()
}
