//! The one door for bytes. Whatever the command reads of a file or lists of a folder comes through here, and so does
//! every path that it writes to: includes, map and pattern files, ignore files, baselines, settings, dumps. A repository
//! of strangers may hold links to any file of the machine that lints it, and what was read could show in a message.
//!
//! | question | asked in |
//! |---|---|
//! | where does a path lead, link by link | `links`, `canonical` |
//! | may a path of a configuration be read | `territory` |
//! | may a path of the command line be read, or written to | `named`, `write` |
//! | what bounds both, and what is never read | `repository`, `version_control` |
//! | how is a file or folder opened, and which files were | `open`, `list`, `inputs` |
//! | what does the system say of a file, and how is it asked | `status`, `posix`, `unix`, `windows`, `wasi` |
//! | what does a pattern name, what does a folder hold | `expand`, `walk`, `ignore_files` |
//!
//! What a file says, and whether it is configuration, is not asked here.

mod canonical;
mod error;
mod expand;
mod ignore_files;
mod inputs;
mod links;
mod list;
mod named;
mod open;
mod pattern;
#[cfg(not(windows))]
mod posix;
mod repository;
mod sites;
mod status;
mod territory;
#[cfg(unix)]
mod unix;
mod version_control;
mod walk;
#[cfg(target_os = "wasi")]
mod wasi;
#[cfg(windows)]
mod windows;
mod write;

pub(crate) use canonical::canonical;
pub(crate) use error::{ReadError, system_words};
pub(crate) use expand::Expanded;
pub(crate) use inputs::{note_inputs, noted_inputs};
pub(crate) use named::{named, read_named};
pub(crate) use open::{Entry, LARGEST_FILE, identify, read_stdin, status_of, status_through};
pub(crate) use pattern::{is_pattern, matches, split};
pub(crate) use repository::repository;
pub(crate) use sites::{AVAILABLE, ENABLED};
pub(crate) use status::{Identity, Kind};
pub(crate) use territory::Territory;
pub(crate) use version_control::is_version_control_name;
pub(crate) use walk::{Hidden, Limits, Search, Walk, walk};
pub(crate) use write::{may_write, reread};

#[cfg(unix)]
use unix as system;
#[cfg(target_os = "wasi")]
use wasi as system;
#[cfg(windows)]
use windows as system;
