//! Which files were opened, for those who ask: whatever is read comes through the one door, so nothing else knows all.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The files so far, absolute and without links; none while nobody asks.
static OPENED: Mutex<Option<BTreeSet<PathBuf>>> = Mutex::new(None);

/// Begins to note the files that are opened.
pub(crate) fn note_inputs() {
    *OPENED.lock().unwrap_or_else(PoisonError::into_inner) = Some(BTreeSet::new());
}

/// The files that were opened since, in order, and notes no more.
pub(crate) fn noted_inputs() -> BTreeSet<PathBuf> {
    OPENED.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
}

/// Notes a file.
pub(super) fn opened(real: &Path) {
    if let Some(files) = OPENED.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        files.insert(real.to_owned());
    }
}
