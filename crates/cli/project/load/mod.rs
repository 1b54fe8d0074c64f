//! Loads everything that the paths on the command line name.

mod certain;
mod chart_files;
mod charts;
mod dependencies;
mod edit;
mod host_file;
mod hosts;
mod kustomize;
mod loaded;
mod loader;
mod manifests;
mod narrow;
mod overlays;
mod routing;
mod settle;
mod take;

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use wslint_kubernetes::objects::Objects;
use wslint_model::{Project, Proxy, Version};

pub(crate) use self::edit::Moved;
pub(crate) use self::loaded::{Left, Loaded};
use self::loader::{Charts, Loader};
use super::candidates::Candidates;
use super::deployment::{Around, Ground, tell_services};
use super::include::Resolver;
use super::problem::Problem;
use super::store::{NOWHERE, Overlay, ReaderOptions, Store};
use super::written::move_problem;
use crate::config::Configuration;
use crate::files::{Territory, named};
use crate::secret::Veil;

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
    let version = configuration.settings.haproxy_version;
    let (mut loaded, beside) = read(paths, configuration, overlay, version);
    let around = Around::read(&mut ground(&mut loaded, configuration), &beside, paths);
    let targets = around.targets(&loaded.project, &configuration.settings);
    let mut settings = configuration.settings.clone();
    targets.iter().for_each(|target| settings.assume(target.proxy, target.version));
    // Which branches of `.if` a HAProxy reads depends on its version. What standard input held is gone.
    let differs = settings.haproxy_version != version
        && loaded.project.files.iter().any(|file| file.proxy() == Some(Proxy::Haproxy));
    if differs && !paths.iter().any(|path| path == Path::new(NOWHERE)) {
        (loaded, _) = read(paths, configuration, overlay, settings.haproxy_version);
    }
    let mut ground = ground(&mut loaded, configuration);
    tell_services(around, &mut ground);
    let deployment = ground.told;
    loaded = Loaded { settings, targets, deployment, ..loaded };
    loaded.veil = Veil::new(&configuration.environment);
    let Loaded { project, problems, veil, .. } = &mut loaded;
    for problem in problems {
        hide_secrets(veil, project, problem);
        move_problem(project, problem);
    }
    loaded
}

/// What was loaded, as what lies around it adds to it.
fn ground<'l>(loaded: &'l mut Loaded, configuration: &'l Configuration) -> Ground<'l> {
    let Loaded { project, paths, territory, .. } = loaded;
    Ground::new(project, paths, territory, configuration)
}

/// Reads what the paths name, as a HAProxy of this version does.
fn read<'o>(
    paths: &[PathBuf],
    configuration: &'o Configuration,
    overlay: &'o Overlay,
    haproxy_version: Version,
) -> (Loaded, Vec<PathBuf>) {
    let readers = ReaderOptions { environment: configuration.environment.clone(), haproxy_version };
    let resolver = resolver(paths, configuration);
    let mut loader = Loader {
        store: Store::new(readers, Rc::clone(&resolver.territory), overlay),
        configuration,
        resolver,
        stdin_name: configuration.stdin_name.as_deref().unwrap_or("-").to_owned(),
        fragments: Vec::new(),
        dumps: Vec::new(),
        manifests: Vec::new(),
        charts: Charts::default(),
        telling: Vec::new(),
        objects: Objects::default(),
        hosts: Vec::new(),
        left: Left::default(),
        beside: Vec::new(),
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
    loader.take_texts();
    loader.take_objects();
    loader.finish()
}

/// Hides what a problem says of secrets.
fn hide_secrets(veil: &Veil, project: &Project, problem: &mut Problem) {
    veil.words(project, &mut problem.message, &[]);
    problem.help.iter_mut().for_each(|help| veil.words(project, help, &[]));
    problem.marks.iter_mut().for_each(|mark| veil.mark(project, mark));
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
