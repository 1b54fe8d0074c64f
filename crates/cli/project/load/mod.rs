//! Loads everything that the paths on the command line name.

mod certain;
mod settle;
mod take;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use wslint_model::{FileId, Project};

use super::candidates::Candidates;
use super::dump::Dump;
use super::include::Resolver;
use super::nginx_roots;
use super::problem::{Level, Problem};
use super::store::{MISSING_LF, Overlay, ReaderOptions, Store};
use crate::config::Configuration;
use crate::files::{Hidden, Territory, named};
use crate::output::Veil;

/// What the paths hold.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The files and roots.
    pub(crate) project: Project,
    /// Where each file lies, by its id; `-` for standard input.
    pub(crate) paths: Vec<PathBuf>,
    /// What went wrong or is worth knowing.
    pub(crate) problems: Vec<Problem>,
    /// What may be read.
    pub(crate) territory: Rc<Territory>,
    /// What was left alone, and why.
    pub(crate) left: Left,
    /// The files that are reported on; none where all are.
    pub(crate) narrowed: Option<HashSet<FileId>>,
    /// What hides the secrets of the files.
    pub(crate) veil: Veil,
}

/// What was looked at and left alone.
#[derive(Debug, Default)]
pub(crate) struct Left {
    /// Files whose content is neither nginx nor HAProxy.
    pub(crate) foreign: Vec<PathBuf>,
    /// Files of formats that may hold a configuration, but are none.
    pub(crate) formats: Vec<(PathBuf, &'static str)>,
    /// What the settings exclude.
    pub(crate) excluded: Vec<PathBuf>,
    /// What ignore files hide.
    pub(crate) hidden: Vec<Hidden>,
    /// How many files were ruled out by their names.
    pub(crate) by_name: usize,
    /// Files of which their tree shows that nothing enables them.
    pub(crate) disabled: Vec<FileId>,
    /// nginx files with nothing about requests, such as type tables.
    pub(crate) silent: Vec<FileId>,
}

impl Loaded {
    /// Number of files with routes that are not linted, as their tree shows that nothing enables them.
    pub(crate) fn disabled_with_routes(&self) -> usize {
        let left = self
            .left
            .disabled
            .iter()
            .filter(|file| self.narrowed.as_ref().is_none_or(|told| told.contains(file)));
        left.filter_map(|&file| self.project.nginx(file)).filter(|tree| nginx_roots::has_routes(tree)).count()
    }

    /// Whether part of the job could not be done.
    pub(crate) fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.level == Level::Error)
    }

    /// The problems for which a proxy would refuse to start, if it reads the file.
    pub(crate) fn refusals(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| match problem.code {
            "syntax" | MISSING_LF | "include-cycle" | "byte-order-mark" => true,
            "include-missing" => problem.level == Level::Error,
            _ => false,
        })
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
    let resolver = resolver(paths, configuration);
    let mut loader = Loader {
        store: Store::new(readers, Rc::clone(&resolver.territory), overlay),
        configuration,
        resolver,
        stdin_name: configuration.stdin_name.as_deref().unwrap_or("-").to_owned(),
        fragments: Vec::new(),
        dumps: Vec::new(),
        left: Left::default(),
        folders: Vec::new(),
        in_place: Vec::new(),
        named_haproxy: Vec::new(),
        found_haproxy: BTreeMap::new(),
        enabled: HashSet::new(),
        reached: HashSet::new(),
        certain: HashSet::new(),
        sure: Vec::new(),
    };
    for path in paths {
        loader.take(path);
    }
    let mut loaded = loader.finish();
    loaded.veil = Veil::new(&configuration.environment);
    let Loaded { project, problems, veil, .. } = &mut loaded;
    problems.iter_mut().for_each(|problem| veil.problem(project, problem));
    loaded
}

/// The folder that standard input is said to lie in.
fn stdin_folder(configuration: &Configuration) -> &Path {
    let name = configuration.stdin_name.as_deref().map(Path::new);
    let folder = name.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

fn resolver(paths: &[PathBuf], configuration: &Configuration) -> Resolver {
    let mut territory = Territory::default();
    for path in paths {
        let path = if path == Path::new("-") { stdin_folder(configuration) } else { path };
        // What cannot be read is told when its turn comes.
        if let Ok(named) = named(path, &configuration.permitted) {
            territory.add_linted(&named);
        }
    }
    for folder in &configuration.permitted {
        territory.add_permitted(folder);
    }
    Resolver {
        prefix: configuration.prefix.clone(),
        mappings: configuration.mappings.clone(),
        territory: Rc::new(territory),
        complete: configuration.complete,
        candidates: Candidates::default(),
    }
}

struct Loader<'o> {
    store: Store<'o>,
    configuration: &'o Configuration,
    resolver: Resolver,
    stdin_name: String,
    /// nginx files that are no whole configuration, in the order in which they were found; whether they were named.
    fragments: Vec<Fragment>,
    /// What `nginx -T` printed.
    dumps: Vec<Dump>,
    left: Left,
    /// The folders that were named.
    folders: Vec<PathBuf>,
    /// Folders of nginx trees that lie where nginx reads them: what their main file does not reach is disabled there.
    in_place: Vec<PathBuf>,
    named_haproxy: Vec<FileId>,
    found_haproxy: BTreeMap<PathBuf, Vec<FileId>>,
    /// Files that a link among the enabled sites leads to.
    enabled: HashSet<FileId>,
    /// nginx files that a root includes.
    reached: HashSet<FileId>,
    /// Files that a proxy reads for certain, whatever includes them: they were named, or are called like what it is
    /// started with.
    certain: HashSet<FileId>,
    /// Which file includes which, as far as that is no guess.
    sure: Vec<(FileId, FileId)>,
}

struct Fragment {
    file: FileId,
    named: bool,
}
