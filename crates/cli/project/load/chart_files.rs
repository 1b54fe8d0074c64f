//! The files of charts as files of the project, so that what stands in them has a place.

use std::path::Path;
use std::rc::Rc;

use wslint_deploy::helm::Layer;
use wslint_model::FileId;

use super::loader::Loader;

impl Loader<'_> {
    /// A file of values, or another one of YAML that a chart is described by.
    pub(super) fn layer(&mut self, path: &Path) -> Option<Rc<Layer>> {
        let bytes = self.store.bytes(path).ok()?;
        let file = self.opened(path, &bytes)?;
        Layer::read(file, bytes).map(Rc::new)
    }

    /// The id of a file that neither proxy reads.
    pub(super) fn opened(&mut self, path: &Path, bytes: &[u8]) -> Option<FileId> {
        match self.store.parsed(path) {
            Some(file) => Some(file),
            None => self.store.open_host(path, bytes.to_owned()).ok(),
        }
    }
}

/// The name of a file without regard to case.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}
