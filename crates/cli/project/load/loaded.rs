//! What was loaded, and what was left alone.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use wslint_deploy::link::normal;
use wslint_model::{FileId, Project, Settings};

use crate::files::{Hidden, Territory};
use crate::project::deployment::Target;
use crate::project::nginx_roots;
use crate::project::problem::{Level, Problem};
use crate::project::store::MISSING_LF;
use crate::secret::Veil;

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
    /// The user's word, and the versions that the deployment runs.
    pub(crate) settings: Settings,
    /// Which versions the deployment runs, and where it says so.
    pub(crate) targets: Vec<Target>,
    /// The files that a proxy reads for certain.
    pub(crate) certain: HashSet<FileId>,
    /// What was learnt of the deployment, a line each.
    pub(crate) deployment: Vec<String>,
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
    /// Where a file lies, from the root of the file system.
    pub(crate) fn absolute(&self, file: FileId) -> PathBuf {
        let here = std::env::current_dir().unwrap_or_default();
        let path = self.paths.get(file.0 as usize).map_or(Path::new(""), PathBuf::as_path);
        normal(&here.join(path))
    }

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
