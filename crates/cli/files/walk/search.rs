//! What a walk looks for, and how far.

use std::ffi::OsStr;
use std::path::Path;

/// What is looked for.
pub(crate) struct Search<'s> {
    /// Whether a file of this name may be what is looked for.
    pub(crate) may_be: &'s dyn Fn(&Path) -> bool,
    /// Whether a file of this name is worth knowing of besides, whatever it may be.
    pub(crate) beside: &'s dyn Fn(&Path) -> bool,
    /// Whether a file of this name may hold what is looked for.
    pub(crate) hosts: &'s dyn Fn(&Path) -> bool,
    /// Whether a file of this name likely is.
    pub(crate) likely_is: &'s dyn Fn(&Path) -> bool,
    /// Whether a file of this name is read for certain, so that it is told if what is called so is no file.
    pub(crate) must_be: &'s dyn Fn(&Path) -> bool,
    /// Whether the user leaves out the file or folder at an absolute path.
    pub(crate) leaves_out: &'s dyn Fn(&Path, bool) -> bool,
    /// Whether folders of this name hold nothing of the kind.
    pub(crate) skips: &'s dyn Fn(&OsStr) -> bool,
    /// Whether `.gitignore` and `.ignore` count.
    pub(crate) ignore_files: bool,
    /// How much is looked at.
    pub(crate) limits: Limits,
}

/// How much a walk looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How many files and folders.
    pub(crate) entries: usize,
    /// How many of them may be what is looked for.
    pub(crate) files: usize,
    /// How many files are listed that are worth knowing of besides.
    pub(crate) beside: usize,
    /// How many files are listed that may hold what is looked for.
    pub(crate) hosts: usize,
    /// How deep folders may nest.
    pub(crate) depth: usize,
    /// How many files and folders are looked at in folders that ignore files hide.
    pub(crate) hidden: usize,
}

impl Limits {
    /// The largest repositories that people lint have some hundred thousand files, few of which may be configuration.
    pub(crate) const USUAL: Self = Self {
        entries: 2_000_000,
        files: 100_000,
        beside: 20_000,
        hosts: 100_000,
        depth: 256,
        hidden: 50_000,
    };
}
