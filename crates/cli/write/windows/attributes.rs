//! What a file has besides its content. Windows keeps its access control list and its attributes when another file takes
//! its place (`ReplaceFile`), so that there is nothing to give here.

use std::fs::{File, Metadata};
use std::path::Path;

use thiserror::Error;

/// What a file has besides its content.
pub(in crate::write) struct Attributes(());

/// What cannot be given to a file: nothing.
#[derive(Debug, Error)]
pub(crate) enum Lost {}

impl Attributes {
    /// Looks at the file that `path` leads to.
    ///
    /// # Errors
    /// There are none.
    pub(in crate::write) fn of(_path: &Path, _metadata: &Metadata) -> Result<Self, Lost> {
        Ok(Self(()))
    }

    /// Gives them to a file that was made just now.
    ///
    /// # Errors
    /// There are none.
    pub(in crate::write) fn give(&self, _file: &File) -> Result<(), Lost> {
        Ok(())
    }
}
