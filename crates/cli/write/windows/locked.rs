//! Folders that runs of wslint keep from each other. Windows locks no folder, so each has a file among the temporary ones
//! that one process at a time can open.

use std::fs::{File, OpenOptions};
use std::os::windows::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::Duration;
use std::{io, thread};

use crate::files::Identity;

/// Windows removes the file when it is closed, also that of a process that was ended (`FILE_FLAG_DELETE_ON_CLOSE`).
const REMOVED_WHEN_CLOSED: u32 = 0x0400_0000;
/// Somebody else has it open (`ERROR_SHARING_VIOLATION`), or is about to remove it (`ERROR_ACCESS_DENIED`).
const TAKEN: [i32; 2] = [32, 5];
/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(20);
/// How often to look: for ten minutes. Whoever may not open such a file at all waits no longer.
const LOOKS: u32 = 30_000;

/// A folder that no other run of wslint replaces files in while this lives.
pub(in crate::write) struct Locked {
    _folder: File,
    _lock: Option<File>,
}

impl Locked {
    /// Waits until no other run has it.
    pub(in crate::write) fn wait(folder: File, identity: Identity) -> Self {
        let path = std::env::temp_dir().join(format!("wslint-{identity}.lock"));
        Self { _folder: folder, _lock: wait(&path) }
    }

    /// Has the names of its files on disk: renaming writes through.
    ///
    /// # Errors
    /// There are none.
    pub(in crate::write) fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// The file that nobody else has open. Where it cannot be made, runs at the same time see each other only by what they
/// wrote.
fn wait(path: &PathBuf) -> Option<File> {
    for _ in 0..LOOKS {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).share_mode(0).custom_flags(REMOVED_WHEN_CLOSED);
        match options.open(path) {
            Err(error) if error.raw_os_error().is_some_and(|error| TAKEN.contains(&error)) => {
                thread::sleep(PAUSE);
            }
            opened => return opened.ok(),
        }
    }
    None
}
