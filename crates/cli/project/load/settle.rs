//! Decides what each file that was taken is: a whole configuration, a fragment, a part of another one, or disabled.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use wslint_facts::{FileId, Include, NginxContext, Proxy, Root};

use super::{Fragment, Loaded, Loader};
use crate::files::AVAILABLE;
use crate::output::Veil;
use crate::project::follow::follow;
use crate::project::problem::Place;
use crate::project::store::{MISSING_LF, Store};
use crate::project::{haproxy_roots, nginx_roots, pattern_files};

impl Loader<'_> {
    /// Decides what a parsed file is. Whole nginx configurations are followed at once, the rest waits for them.
    pub(super) fn sort_in(&mut self, file: FileId, folder: &Path, proxy: Proxy, named: bool) {
        match proxy {
            Proxy::Haproxy if named => {
                if !self.named_haproxy.contains(&file) {
                    self.named_haproxy.push(file);
                }
            }
            Proxy::Haproxy => self.found_haproxy.entry(folder.to_owned()).or_default().push(file),
            Proxy::Nginx => match self.context(file) {
                Some(NginxContext::Main) => {
                    if !named && nginx_roots::is_installed(folder) {
                        self.installed.push(folder.to_owned());
                    }
                    self.follow(file, folder, NginxContext::Main);
                }
                Some(_) => self.fragments.push(Fragment { file, named }),
                None => self.left.silent.push(file),
            },
        }
    }

    /// The context that the statements of an nginx file stand in.
    pub(super) fn context(&self, file: FileId) -> Option<NginxContext> {
        self.store.project.nginx(file).and_then(nginx_roots::context)
    }

    /// The folder that a fragment lies in.
    fn folder(&self, file: FileId) -> PathBuf {
        let dumped = self.dumps.iter().find_map(|dump| dump.name(file));
        let path = dumped.unwrap_or(&self.store.paths[file.0 as usize]);
        path.parent().map(Path::to_owned).unwrap_or_default()
    }

    pub(super) fn follow(&mut self, file: FileId, folder: &Path, context: NginxContext) {
        let dump = self.dumps.iter().find(|dump| dump.name(file).is_some());
        let root = follow(&mut self.store, &self.resolver, dump, file, folder, context);
        for include in root.includes.values() {
            if let Include::Files(files) = include {
                self.reached.extend(files);
            }
        }
        self.store.project.roots.push(Root::Nginx(root));
    }

    pub(super) fn finish(mut self) -> Loaded {
        self.follow_fragments();
        self.drop_included_mains();
        self.group_haproxy();
        self.tell_once();
        let Store { project, paths, problems, .. } = self.store;
        let territory = self.resolver.territory;
        let veil = Veil::default();
        Loaded { project, paths, problems, territory, left: self.left, narrowed: None, veil }
    }

    /// Fragments that nothing includes are roots of their own, in the context that they assume.
    fn follow_fragments(&mut self) {
        let mut fragments = std::mem::take(&mut self.fragments);
        fragments.retain(|fragment| !self.reached.contains(&fragment.file));
        let (open, disabled): (Vec<Fragment>, Vec<Fragment>) =
            fragments.into_iter().partition(|fragment| fragment.named || !self.is_disabled(fragment.file));
        self.left.disabled.extend(disabled.into_iter().map(|fragment| fragment.file));
        for Fragment { file, .. } in open {
            let folder = self.folder(file);
            if let Some(context) = self.context(file) {
                self.follow(file, &folder, context);
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

    /// Whether a file lies in an installed tree whose main file does not reach it, or among the available sites beside
    /// enabled ones of which none is a link to it.
    fn is_disabled(&self, file: FileId) -> bool {
        let path = &self.store.paths[file.0 as usize];
        let available = || {
            let sites = path.ancestors().skip(1).find(|folder| folder.ends_with(AVAILABLE));
            sites.is_some_and(|sites| nginx_roots::has_enabled(sites, &self.resolver.territory))
        };
        self.installed.iter().any(|folder| path.starts_with(folder))
            || (!self.enabled.contains(&file) && available())
    }

    fn group_haproxy(&mut self) {
        let named = std::mem::take(&mut self.named_haproxy);
        let found = std::mem::take(&mut self.found_haproxy);
        let groups = (!named.is_empty()).then_some(named).into_iter().chain(found.into_values());
        for group in groups {
            for mut root in haproxy_roots::group(&self.store.project, &group) {
                pattern_files::bring(&mut root, &mut self.store, &self.resolver);
                if !root.whole {
                    // A fragment is joined with others before the proxy reads it; its end is not the file's end.
                    let files = &root.files;
                    self.store.problems.retain(|problem| {
                        problem.code != MISSING_LF
                            || !matches!(problem.place, Place::Site(site) if files.contains(&site.file))
                    });
                }
                self.store.project.roots.push(Root::Haproxy(root));
            }
        }
    }

    /// A file that two roots include has the same problems in both.
    fn tell_once(&mut self) {
        let mut told = HashSet::new();
        self.store.problems.retain(|problem| told.insert((problem.place.clone(), problem.message.clone())));
    }
}
