//! Loads everything that the paths on the command line name.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use wslint_facts::{FileId, Include, NginxContext, Project, Proxy, Root};

use super::detect::{detect, is_utf16, proxy_of};
use super::discover::walk;
use super::follow::follow;
use super::include::Resolver;
use super::problem::{Level, Place, Problem};
use super::read::{ReadError, read_stdin};
use super::store::{MISSING_LF, Overlay, ReaderOptions, Store};
use super::territory::Territory;
use super::{haproxy_roots, nginx_roots, pattern_files};
use crate::config::{Configuration, Exclude};
use crate::escape::shown_path;

/// What the paths hold.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The files and roots.
    pub(crate) project: Project,
    /// Where each file lies, by its id; `-` for standard input.
    pub(crate) paths: Vec<PathBuf>,
    /// What went wrong or is worth knowing.
    pub(crate) problems: Vec<Problem>,
}

impl Loaded {
    /// Whether part of the job could not be done.
    pub(crate) fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.level == Level::Error)
    }
}

impl Loaded {
    /// The first problem for which a proxy would refuse to start, if there is one.
    pub(crate) fn refusal(&self) -> Option<&Problem> {
        let refuses = |problem: &&Problem| {
            problem.level == Level::Error
                && matches!(
                    problem.code,
                    "syntax" | MISSING_LF | "include-cycle" | "include-missing" | "byte-order-mark"
                )
        };
        self.problems.iter().find(refuses)
    }
}

/// Loads the paths: folders are searched, files are taken as they are, `-` is standard input.
pub(crate) fn load(paths: &[PathBuf], configuration: &Configuration) -> Loaded {
    load_over(paths, configuration, &Overlay::default())
}

/// Loads the paths, with other bytes in place of those of some files.
pub(crate) fn load_over<'o>(
    paths: &[PathBuf],
    configuration: &'o Configuration,
    overlay: &'o Overlay,
) -> Loaded {
    let readers = ReaderOptions {
        environment: configuration.environment.clone(),
        haproxy_version: configuration.settings.haproxy_version,
    };
    let mut loader = Loader {
        store: Store::new(readers, overlay),
        exclude: &configuration.exclude,
        resolver: resolver(paths, configuration),
        stdin_name: configuration.stdin_name.as_deref().unwrap_or("-").to_owned(),
        fragments: Vec::new(),
        installed: Vec::new(),
        named_haproxy: Vec::new(),
        found_haproxy: BTreeMap::new(),
        reached: HashSet::new(),
    };
    for path in paths {
        loader.take(path);
    }
    loader.finish()
}

fn resolver(paths: &[PathBuf], configuration: &Configuration) -> Resolver {
    let mut territory = Territory::default();
    for path in paths {
        territory.add_linted(if path == Path::new("-") { Path::new(".") } else { path });
    }
    for folder in &configuration.permitted {
        territory.add_permitted(folder);
    }
    Resolver {
        prefix: configuration.prefix.clone(),
        mappings: configuration.mappings.clone(),
        territory,
        files: Vec::new(),
    }
}

struct Loader<'o> {
    store: Store<'o>,
    exclude: &'o Exclude,
    resolver: Resolver,
    stdin_name: String,
    /// nginx files that are no whole configuration, in the order in which they were found; whether they were named.
    fragments: Vec<Fragment>,
    /// Folders of installed nginx trees: what their main file does not reach is disabled there.
    installed: Vec<PathBuf>,
    named_haproxy: Vec<FileId>,
    found_haproxy: BTreeMap<PathBuf, Vec<FileId>>,
    /// nginx files that a root includes.
    reached: HashSet<FileId>,
}

struct Fragment {
    file: FileId,
    named: bool,
}

impl Loader<'_> {
    fn take(&mut self, path: &Path) {
        if path == Path::new("-") {
            return self.take_stdin();
        }
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.take_folder(path),
            Ok(_) => self.take_named(path),
            Err(error) => self.cannot_read(path, &ReadError::from(error)),
        }
    }

    fn take_stdin(&mut self) {
        let bytes = match read_stdin() {
            Ok(bytes) => bytes,
            Err(error) => return self.cannot_read(Path::new("-"), &error),
        };
        let name = self.stdin_name.clone();
        let Some(proxy) = proxy_of(Path::new(&name), &bytes) else {
            self.store.problems.push(no_configuration(Place::Path(name), &bytes));
            return;
        };
        let file = self.store.parse_stdin(&name, bytes, proxy);
        self.sort_in(file, Path::new(""), proxy, true);
    }

    /// A file that the user names is taken whatever it is called.
    fn take_named(&mut self, path: &Path) {
        let bytes = match self.store.peek(path) {
            Ok(bytes) => bytes,
            Err(error) => return self.cannot_read(path, &error),
        };
        let detected = if bytes.is_empty() { None } else { proxy_of(path, bytes) };
        let Some(proxy) = detected else {
            let problem = no_configuration(Place::Path(shown_path(path)), bytes);
            self.store.problems.push(problem);
            return;
        };
        match self.store.open(path, proxy) {
            Ok(file) => self.sort_in(file, path.parent().unwrap_or(Path::new("")), proxy, true),
            Err(error) => self.cannot_read(path, &error),
        }
    }

    fn take_folder(&mut self, folder: &Path) {
        let found = walk(folder, self.exclude);
        for (path, reason) in found.unreadable {
            let place = Place::Path(shown_path(&path));
            self.store.problems.push(Problem::error(
                "unreadable",
                place,
                format!("cannot be read: {reason}"),
            ));
        }
        let mut files = found.files;
        self.resolver.files.extend(files.iter().cloned());
        // Main files come first, so that what they include is known before it is looked at by itself.
        files.sort_by_key(|path| path.file_name().is_none_or(|name| name != "nginx.conf"));
        let mut taken = false;
        for path in &files {
            taken |= self.take_found(path);
        }
        if !taken {
            let message = "no nginx or HAProxy configuration found in this folder";
            let problem = Problem::error("no-configuration", Place::Path(shown_path(folder)), message)
                .help("name the file, if it is one: `wslint path/to/nginx.conf`");
            self.store.problems.push(problem);
        }
    }

    /// Takes a file of a folder if it is configuration; whether it is.
    fn take_found(&mut self, path: &Path) -> bool {
        if let Some(file) = self.store.parsed(path) {
            // A second name of a file that is known: a link into `sites-available`, a file named twice.
            return !self.is_haproxy(file) || !self.named_haproxy.contains(&file);
        }
        let detected = match self.store.peek(path) {
            Ok(bytes) => detect(bytes),
            Err(error) => {
                self.cannot_read(path, &error);
                return false;
            }
        };
        let Some(proxy) = detected else {
            self.store.forget(path);
            return false;
        };
        match self.store.open(path, proxy) {
            Ok(file) => self.sort_in(file, path.parent().unwrap_or(Path::new("")), proxy, false),
            Err(error) => self.cannot_read(path, &error),
        }
        true
    }

    fn is_haproxy(&self, file: FileId) -> bool {
        self.store.project.haproxy(file).is_some()
    }

    /// Decides what a parsed file is. Whole nginx configurations are followed at once, the rest waits for them.
    fn sort_in(&mut self, file: FileId, folder: &Path, proxy: Proxy, named: bool) {
        match proxy {
            Proxy::Haproxy if named => {
                if !self.named_haproxy.contains(&file) {
                    self.named_haproxy.push(file);
                }
            }
            Proxy::Haproxy => self.found_haproxy.entry(folder.to_owned()).or_default().push(file),
            Proxy::Nginx => match self.store.project.nginx(file).and_then(nginx_roots::context) {
                Some(NginxContext::Main) => {
                    if !named && nginx_roots::is_installed(folder) {
                        self.installed.push(folder.to_owned());
                    }
                    self.follow(file, folder, NginxContext::Main);
                }
                Some(_) => self.fragments.push(Fragment { file, named }),
                None => {}
            },
        }
    }

    fn follow(&mut self, file: FileId, folder: &Path, context: NginxContext) {
        let root = follow(&mut self.store, &self.resolver, file, folder, context);
        for include in root.includes.values() {
            if let Include::Files(files) = include {
                self.reached.extend(files);
            }
        }
        self.store.project.roots.push(Root::Nginx(root));
    }

    fn finish(mut self) -> Loaded {
        self.follow_fragments();
        self.drop_included_mains();
        self.group_haproxy();
        self.tell_once();
        Loaded { project: self.store.project, paths: self.store.paths, problems: self.store.problems }
    }

    /// Fragments that nothing includes are roots of their own, in the context that they assume.
    fn follow_fragments(&mut self) {
        let fragments = std::mem::take(&mut self.fragments);
        let open: Vec<FileId> = fragments
            .into_iter()
            .filter(|fragment| {
                !self.reached.contains(&fragment.file) && (fragment.named || !self.is_disabled(fragment.file))
            })
            .map(|fragment| fragment.file)
            .collect();
        for file in open {
            let context = self.store.project.nginx(file).and_then(nginx_roots::context);
            let folder = self.store.paths[file.0 as usize].parent().map(Path::to_owned).unwrap_or_default();
            if let Some(context) = context {
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
    /// the enabled ones.
    fn is_disabled(&self, file: FileId) -> bool {
        let path = &self.store.paths[file.0 as usize];
        let available = path.ancestors().skip(1).any(|folder| {
            folder.ends_with("sites-available") && folder.with_file_name("sites-enabled").is_dir()
        });
        available || self.installed.iter().any(|folder| path.starts_with(folder))
    }

    fn group_haproxy(&mut self) {
        let named = std::mem::take(&mut self.named_haproxy);
        let found = std::mem::take(&mut self.found_haproxy);
        let groups = (!named.is_empty()).then_some(named).into_iter().chain(found.into_values());
        for group in groups {
            for mut root in haproxy_roots::group(&self.store.project, &group) {
                pattern_files::bring(&mut root, &self.store, &self.resolver);
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

    fn cannot_read(&mut self, path: &Path, error: &ReadError) {
        let place = Place::Path(shown_path(path));
        self.store.problems.push(Problem::error("unreadable", place, error.to_string()).help(error.advice()));
    }
}

fn no_configuration(place: Place, source: &[u8]) -> Problem {
    if is_utf16(source) {
        return Problem::error("encoding", place, "it is UTF-16, and both proxies read bytes")
            .help("save it as UTF-8 without a byte order mark");
    }
    Problem::error("no-configuration", place, "neither an nginx nor a HAProxy configuration")
        .help("wslint tells the proxy by the directives; an empty file or one of another program has none")
}
