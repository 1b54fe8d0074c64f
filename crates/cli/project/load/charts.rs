//! Charts of Helm: the values that lie beside templates.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use memchr::memmem::find;
use wslint_deploy::helm::{Values, rendered};
use wslint_model::{FileId, Mapped};

use super::loader::Loader;

impl Loader<'_> {
    /// The values of the chart that a file is a template of.
    pub(super) fn values_of_chart(&mut self, path: &Path, bytes: &[u8]) -> Option<Rc<Values>> {
        let chart = chart_of(path).filter(|_| find(bytes, b"{{").is_some())?;
        if let Some(known) = self.charts.get(&chart) {
            return known.clone();
        }
        let found = self.read_values(&chart).map(Rc::new);
        self.charts.insert(chart, found.clone());
        found
    }

    fn read_values(&mut self, chart: &Path) -> Option<Values> {
        let path = ["values.yaml", "values.yml"].map(|name| chart.join(name));
        path.iter().find_map(|path| {
            let bytes = self.store.bytes(path).ok()?;
            let file = match self.store.parsed(path) {
                Some(file) => file,
                None => self.store.open_host(path, bytes.clone()).ok()?,
            };
            Values::read(file, bytes)
        })
    }
}

/// What is made of a file with the values of its chart; none where nothing changes.
pub(super) fn joined(values: Option<&Values>, bytes: &[u8], file: FileId) -> Option<Mapped> {
    rendered(bytes, file, values?)
}

/// The folder of the chart that a file below `templates` belongs to.
fn chart_of(path: &Path) -> Option<PathBuf> {
    let templates = path.ancestors().skip(1).find(|folder| folder.ends_with("templates"))?;
    templates.parent().map(Path::to_owned)
}
