//! Everything that the command writes to disk: files that it fixes, reports, baselines, `wslint.yaml`, and the private
//! folder that the tree of a revision is laid out in. Nothing is written
//! in place: new content is completed in a temporary file beside its place, and takes the place by being renamed, so
//! that at every moment a file is the old or the new one. However a run ends, by an error at any call or by a signal, no
//! temporary file stays; only what no process can catch (`SIGKILL`, a power cut) may leave one.

#![expect(clippy::disallowed_methods, reason = "this module is all that writes; files::may_write is asked")]

mod access;
mod folders;
mod new_file;
#[cfg(not(target_os = "wasi"))]
mod private_folder;
mod replace;
mod report_file;
mod signals;
mod temporary;
#[cfg(unix)]
mod unix;
#[cfg(target_os = "wasi")]
mod wasi;
#[cfg(windows)]
mod windows;

pub(crate) use new_file::write_new;
#[cfg(not(target_os = "wasi"))]
pub(crate) use private_folder::PrivateFolder;
pub(crate) use replace::{Change, NotReplaced, Transaction};
pub(crate) use report_file::ReportFile;

#[cfg(unix)]
use unix as system;
#[cfg(target_os = "wasi")]
use wasi as system;
#[cfg(windows)]
use windows as system;
