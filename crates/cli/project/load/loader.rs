//! The work of loading between two files.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::rc::Rc;

use wslint_deploy::helm::{Chart, Install};
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
    /// Each chart that templates were found of, by its folder.
    pub(super) charts: HashMap<PathBuf, Option<Rc<Chart>>>,
    /// Files that may tell of installations of charts, and once a chart was asked for what they tell.
    pub(super) telling: Vec<PathBuf>,
    pub(super) installs: Option<Vec<Telling>>,
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
