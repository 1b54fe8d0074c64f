//! The work of loading between two files.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::rc::Rc;

use wslint_deploy::helm::{Chart, Dependency, Install, Named};
use wslint_kubernetes::objects::Objects;
use wslint_model::FileId;

use super::host_file::HostFile;
use super::loaded::Left;
use crate::config::Configuration;
use crate::project::dump::Dump;
use crate::project::include::Resolver;
use crate::project::store::Store;

/// What was taken so far, and what is known of it.
pub(super) struct Loader<'o> {
    pub(super) store: Store<'o>,
    pub(super) configuration: &'o Configuration,
    pub(super) resolver: Resolver,
    pub(super) stdin_name: String,
    /// nginx files that are no whole configuration, in the order in which they were found; whether they were named.
    pub(super) fragments: Vec<Fragment>,
    /// What `nginx -T` printed, and texts of other files that lie together.
    pub(super) dumps: Vec<Dump>,
    /// Files that hold objects by which a controller routes requests.
    pub(super) manifests: Vec<Manifest>,
    /// What is known of charts.
    pub(super) charts: Charts,
    /// Files that may tell of installations of charts.
    pub(super) telling: Vec<PathBuf>,
    /// The objects of standard input.
    pub(super) objects: Objects,
    /// Files that hold texts.
    pub(super) hosts: Vec<HostFile>,
    pub(super) left: Left,
    /// Files that may tell of the deployment.
    pub(super) beside: Vec<PathBuf>,
    /// The folders that were named.
    pub(super) folders: Vec<PathBuf>,
    /// Folders of nginx trees that lie where nginx reads them: what their main file does not reach is disabled there.
    pub(super) in_place: Vec<PathBuf>,
    pub(super) named_haproxy: Vec<FileId>,
    pub(super) found_haproxy: BTreeMap<PathBuf, Vec<FileId>>,
    /// Files that a link among the enabled sites leads to.
    pub(super) enabled: HashSet<FileId>,
    /// nginx files that a root includes.
    pub(super) reached: HashSet<FileId>,
    /// Files that a proxy reads for certain, whatever includes them: they were named, or are called like what it is
    /// started with.
    pub(super) certain: HashSet<FileId>,
    /// Which file includes which, as far as that is no guess.
    pub(super) sure: Vec<(FileId, FileId)>,
}

/// What is known of charts, each by its folder.
#[derive(Default)]
pub(super) struct Charts {
    /// Those that templates were found of.
    pub(super) found: HashMap<PathBuf, Option<Rc<Chart>>>,
    /// Their templates with names.
    pub(super) named: HashMap<PathBuf, Rc<Named>>,
    /// What they say of those that they depend on.
    pub(super) told: HashMap<PathBuf, Rc<[Dependency]>>,
    /// Once any was asked for, those that depend on others beside them, by the folders of the others.
    pub(super) depending: Option<HashMap<PathBuf, Vec<Depending>>>,
    /// Once any was asked for, what the files say that may tell of installations.
    pub(super) installs: Option<Vec<Telling>>,
}

/// An nginx file that is no whole configuration.
pub(super) struct Fragment {
    pub(super) file: FileId,
    pub(super) named: bool,
}

/// A file that holds objects by which a controller routes requests.
pub(super) struct Manifest {
    pub(super) path: PathBuf,
    /// Whether the user names it.
    pub(super) named: bool,
}

/// A file that tells of installations of charts, and what it tells.
pub(super) struct Telling {
    pub(super) path: PathBuf,
    pub(super) installs: Vec<Install>,
}

/// A chart that depends on another one, and what it says of it.
#[derive(Clone)]
pub(super) struct Depending {
    pub(super) folder: PathBuf,
    pub(super) dependency: Dependency,
}
