//! Charts of Helm: the values that lie beside templates, in the charts around them and in the files that installations name,
//! and the templates that have names.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use memchr::memmem::find;
use wslint_deploy::helm::{Chart, Layer, Named, Values, installs, may_install, rendered};
use wslint_deploy::yaml;
use wslint_embed::Format;
use wslint_model::{FileId, Mapped};

use super::loader::{Loader, Telling};
use crate::project::clean::clean;

/// How deep charts lie in each other. Helm itself knows no limit; people have one level or two.
const MOST_DEEP: usize = 8;

/// How many files are looked at for installations.
const MOST_TELLING: usize = 5_000;

/// How many folders above a file may be the one that a command is run in.
const MOST_FOLDERS: usize = 8;

/// How many files with templates that have names are read of a chart.
const MOST_HELPERS: usize = 100;

/// Names of environments whose requests are people's.
const LIVE: [&str; 3] = ["prod", "production", "live"];

/// Names of environments that no stranger reaches, and of files that only show what can be set.
const ASIDE: [&str; 11] = [
    "dev",
    "develop",
    "development",
    "test",
    "testing",
    "local",
    "ci",
    "example",
    "minikube",
    "kind",
    "schema",
];

impl Loader<'_> {
    /// The chart that a file is a template of.
    pub(super) fn chart_of(&mut self, path: &Path, bytes: &[u8]) -> Option<Rc<Chart>> {
        let folder = folder_of(path).filter(|_| find(bytes, b"{{").is_some())?;
        self.chart_in(&folder, 0)
    }

    fn chart_in(&mut self, folder: &Path, deep: usize) -> Option<Rc<Chart>> {
        if let Some(known) = self.charts.get(folder) {
            return known.clone();
        }
        let found = self.read_chart(folder, deep).map(Rc::new);
        self.charts.insert(folder.to_owned(), found.clone());
        found
    }

    fn read_chart(&mut self, folder: &Path, deep: usize) -> Option<Chart> {
        let own = ["values.yaml", "values.yml"].iter().find_map(|name| self.layer(&folder.join(name)));
        let around = folder.parent().filter(|charts| charts.ends_with("charts") && deep < MOST_DEEP);
        let above = around.and_then(Path::parent).map(Path::to_owned);
        let above = above.and_then(|above| Some((self.chart_in(&above, deep + 1)?, above)));
        let mut named = Named::default();
        self.add_named(folder, &mut named);
        let values = match above {
            Some((chart, above)) => {
                self.add_named(&above, &mut named);
                chart.values.of_chart_within(&self.name_within(&above, folder), own.into_iter().collect())
            }
            None => {
                let (certain, doubtful) = self.laid_over(folder);
                let mut layers = |paths: Vec<PathBuf>| -> Vec<_> {
                    paths.iter().filter_map(|path| self.layer(path)).collect()
                };
                let (certain, doubtful) = (layers(certain), layers(doubtful));
                if own.is_none() && certain.is_empty() && named.is_empty() {
                    return None;
                }
                Values::layered(own.into_iter().chain(certain).collect(), doubtful)
            }
        };
        Some(Chart { values, named })
    }

    fn layer(&mut self, path: &Path) -> Option<Rc<Layer>> {
        let bytes = self.store.bytes(path).ok()?;
        let file = self.opened(path, &bytes)?;
        Layer::read(file, bytes).map(Rc::new)
    }

    /// The id of a file that neither proxy reads.
    fn opened(&mut self, path: &Path, bytes: &[u8]) -> Option<FileId> {
        match self.store.parsed(path) {
            Some(file) => Some(file),
            None => self.store.open_host(path, bytes.to_owned()).ok(),
        }
    }

    /// What the chart around calls a chart: its folder's name, unless `Chart.yaml` says another one.
    fn name_within(&self, above: &Path, folder: &Path) -> String {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let bytes = self.store.bytes(&above.join("Chart.yaml")).unwrap_or_default();
        let read = yaml::load(&bytes, yaml::Limits::USUAL);
        let alias = read.documents.first().and_then(|document| {
            let items = document.items(document.get(document.root()?, "dependencies")?);
            let word = |item, key| document.word(document.get(item, key)?);
            items
                .iter()
                .find(|&&item| word(item, "name") == Some(&name))
                .and_then(|&item| word(item, "alias"))
        });
        alias.map_or(name.clone(), str::to_owned)
    }

    /// Adds the templates with names that the helpers of a chart define: files of `templates` that Helm does not print.
    fn add_named(&mut self, chart: &Path, named: &mut Named) {
        let templates = chart.join("templates");
        let mut names: Vec<PathBuf> = self
            .resolver
            .territory
            .list(&templates)
            .unwrap_or_default()
            .into_iter()
            .map(|(name, _)| templates.join(name))
            .filter(|path| path.extension().is_some_and(|end| end == "tpl") || name_of(path).starts_with('_'))
            .collect();
        names.sort();
        names.truncate(MOST_HELPERS);
        for path in &names {
            let Ok(bytes) = self.store.bytes(path) else { continue };
            if find(&bytes, b"define").is_some()
                && let Some(file) = self.opened(path, &bytes)
            {
                named.add(file, &bytes);
            }
        }
    }

    /// The files of values that are laid over those of a chart, and those that only some installations lay over them.
    fn laid_over(&mut self, chart: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let mut lists = self.installed_with(chart);
        if lists.is_empty() {
            lists = self.values_beside(chart).into_iter().map(|path| vec![path]).collect();
            lists.retain(|files| !is_called(files, &ASIDE, chart));
            return match lists.iter().position(|files| is_called(files, &LIVE, chart)) {
                Some(live) if lists.iter().filter(|files| is_called(files, &LIVE, chart)).count() == 1 => {
                    (lists.swap_remove(live), Vec::new())
                }
                _ => (Vec::new(), lists.concat()),
            };
        }
        let mut counts: Vec<Vec<PathBuf>> =
            lists.iter().filter(|files| is_called(files, &LIVE, chart)).cloned().collect();
        if counts.is_empty() {
            counts = lists.iter().filter(|files| !is_called(files, &ASIDE, chart)).cloned().collect();
        }
        if counts.is_empty() {
            counts = lists;
        }
        match counts.as_slice() {
            [one] => (one.clone(), Vec::new()),
            _ => (Vec::new(), counts.concat()),
        }
    }

    /// The files of values of each installation of a chart, each list once.
    fn installed_with(&mut self, chart: &Path) -> Vec<Vec<PathBuf>> {
        if self.installs.is_none() {
            self.installs = Some(self.read_installs());
        }
        let wanted = clean(chart);
        let mut lists: Vec<Vec<PathBuf>> = Vec::new();
        for Telling { path, installs } in self.installs.iter().flatten() {
            let mut folders: Vec<&Path> = path.ancestors().skip(1).collect();
            folders.truncate(MOST_FOLDERS);
            for install in installs {
                let leads =
                    |folder: &&&Path| install.charts.iter().any(|word| clean(&folder.join(word)) == wanted);
                let Some(folder) = folders.iter().find(leads) else { continue };
                let from = if install.in_chart { chart } else { folder };
                let files: Vec<PathBuf> = install.files.iter().map(|file| clean(&from.join(file))).collect();
                let files: Vec<PathBuf> = files
                    .into_iter()
                    .filter(|path| self.resolver.territory.enter_file(path).is_ok())
                    .collect();
                if !files.is_empty() && !lists.contains(&files) {
                    lists.push(files);
                }
            }
        }
        lists
    }

    fn read_installs(&self) -> Vec<Telling> {
        let mut found = Vec::new();
        let mut paths: Vec<&PathBuf> = self.beside.iter().chain(&self.telling).collect();
        paths.sort();
        paths.dedup();
        paths.truncate(MOST_TELLING);
        for path in paths {
            let Ok(bytes) = self.store.bytes(path) else { continue };
            if may_install(&bytes) {
                let installs = installs(&bytes, Format::by_name(path) == Some(Format::Yaml));
                found.extend((!installs.is_empty()).then(|| Telling { path: path.clone(), installs }));
            }
        }
        found
    }

    /// Files beside `values.yaml` that are called like values of an environment.
    fn values_beside(&self, chart: &Path) -> Vec<PathBuf> {
        let names = self.resolver.territory.list(chart).unwrap_or_default();
        let mut paths: Vec<PathBuf> = names.into_iter().map(|(name, _)| chart.join(name)).collect();
        paths.retain(|path| {
            let name = name_of(path);
            let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"));
            stem.is_some_and(|stem| stem != "values" && words_of(stem).any(|word| word == "values"))
        });
        paths.sort();
        paths
    }
}

/// What is made of a file with the values of its chart; none where nothing changes.
pub(super) fn joined(chart: Option<&Chart>, bytes: &[u8], file: FileId) -> Option<Mapped> {
    rendered(bytes, file, chart?)
}

/// The folder of the chart that a file below `templates` belongs to.
fn folder_of(path: &Path) -> Option<PathBuf> {
    let templates = path.ancestors().skip(1).find(|folder| folder.ends_with("templates"))?;
    templates.parent().map(Path::to_owned)
}

/// Whether a file, or its folder, is called like what people's requests come to.
pub(super) fn is_live(path: &Path) -> bool {
    is_called(&[path.to_owned()], &LIVE, Path::new(""))
}

/// Whether any of some files, or the folder of one, is called like an environment of a list. How a chart is called says
/// nothing of the files in it.
fn is_called(files: &[PathBuf], environments: &[&str], chart: &Path) -> bool {
    files.iter().any(|path| {
        let folder = path.parent().filter(|folder| *folder != chart).map(name_of).unwrap_or_default();
        let name = name_of(path);
        words_of(&name).chain(words_of(&folder)).any(|word| environments.contains(&word))
    })
}

/// The words of a name.
fn words_of(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', '.'])
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}
