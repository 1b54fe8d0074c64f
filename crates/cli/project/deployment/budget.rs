//! How much is read of what lies around the configurations.

use std::path::Path;

use crate::files::Territory;

/// How many files are read, and how many bytes they may have together and each.
const MOST_FILES: usize = 4_000;
const MOST_BYTES: u64 = 64 << 20;
const LARGEST: u64 = 4 << 20;

/// What is left of it.
#[derive(Debug)]
pub(super) struct Budget {
    files: usize,
    bytes: u64,
    /// Whether something was not read for lack of it.
    pub(super) spent: bool,
}

impl Default for Budget {
    fn default() -> Self {
        Self { files: MOST_FILES, bytes: MOST_BYTES, spent: false }
    }
}

impl Budget {
    /// The bytes of a regular file that may be read and lies in the territory. What cannot be read says nothing.
    pub(super) fn read(&mut self, territory: &Territory, path: &Path) -> Option<Vec<u8>> {
        let Some(left) = self.files.checked_sub(1).filter(|_| self.bytes > 0) else {
            self.spent = true;
            return None;
        };
        let entry = territory.enter_file(path).ok()?;
        let bytes = entry.read(LARGEST.min(self.bytes)).ok()?;
        self.files = left;
        self.bytes -= bytes.len() as u64;
        Some(bytes)
    }
}
