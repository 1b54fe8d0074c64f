//! What a walk finds.

use std::path::PathBuf;

use crate::files::error::ReadError;

/// What a walk found. All lists are in byte order of the paths, which begin with that of the walked folder.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Regular files that may be what is looked for; those that a link leads to stand behind the others.
    pub(crate) files: Vec<PathBuf>,
    /// Regular files that are worth knowing of besides; no link leads to them.
    pub(crate) beside: Vec<PathBuf>,
    /// Regular files that may hold what is looked for; no link leads to them.
    pub(crate) hosts: Vec<PathBuf>,
    /// How many regular files are left out by their names.
    pub(crate) by_name: usize,
    /// What the user leaves out.
    pub(crate) excluded: Vec<PathBuf>,
    /// What ignore files hide.
    pub(crate) hidden: Vec<Hidden>,
    /// Links out of what may be read, and why they are not followed.
    pub(crate) outside: Vec<(PathBuf, ReadError)>,
    /// What could not be entered, and what is called like a file that is read for certain and is none, with the reason.
    pub(crate) unreadable: Vec<(PathBuf, String)>,
    /// Ignore files that do not count, with the reason.
    pub(crate) strange: Vec<(PathBuf, String)>,
    /// Which limit was met, in words, if any was.
    pub(crate) limit: Option<String>,
}

/// Something that an ignore file hides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hidden {
    /// A file that likely is what is looked for, or a folder.
    pub(crate) path: PathBuf,
    /// The ignore file.
    pub(crate) by: PathBuf,
    /// Whether it is a folder. What likely is looked for in it follows by itself.
    pub(crate) is_folder: bool,
}
