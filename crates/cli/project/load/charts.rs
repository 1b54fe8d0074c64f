//! Charts of Helm: the values that lie beside templates, in the charts around them and in the files that installations name,
//! and the templates that have names.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use memchr::memmem::find;
use wslint_deploy::helm::{About, Chart, Dependency, Values, installs, may_install, rendered};
use wslint_embed::Format;
use wslint_model::{FileId, Mapped};

use super::chart_files::name_of;
use super::dependencies::{CHART, called};
use super::loader::{Depending, Loader, Telling};
use crate::project::clean::clean;

/// How deep charts lie in each other. Helm itself knows no limit; people have one level or two.
const MOST_DEEP: usize = 8;

/// How many files are looked at for installations.
const MOST_TELLING: usize = 5_000;

/// How many folders above a file may be the one that a command is run in.
const MOST_FOLDERS: usize = 8;

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
        if let Some(known) = self.charts.found.get(folder) {
            return known.clone();
        }
        // A chart that depends on itself is read once.
        self.charts.found.insert(folder.to_owned(), None);
        let found = self.read_chart(folder, deep).map(Rc::new);
        self.charts.found.insert(folder.to_owned(), found.clone());
        found
    }

    fn read_chart(&mut self, folder: &Path, deep: usize) -> Option<Chart> {
        let own = ["values.yaml", "values.yml"].iter().find_map(|name| self.layer(&folder.join(name)));
        let mut around: Vec<(Rc<Chart>, Dependency)> = Vec::new();
        for Depending { folder: above, dependency } in self.depending_on(folder) {
            if deep < MOST_DEEP
                && let Some(chart) = self.chart_in(&above, deep + 1)
            {
                around.push((chart, dependency));
            }
        }
        let is_within = folder.parent().is_some_and(|charts| charts.ends_with("charts"));
        let (certain, doubtful) = match is_within && !around.is_empty() {
            true => (Vec::new(), Vec::new()),
            false => self.laid_over(folder),
        };
        // What is installed by itself as well as by others has values of several.
        let (certain, doubtful) = match around.is_empty() {
            true => (certain, doubtful),
            false => (Vec::new(), [certain, doubtful].concat()),
        };
        let mut layers =
            |paths: Vec<PathBuf>| -> Vec<_> { paths.iter().filter_map(|path| self.layer(path)).collect() };
        let (certain, doubtful) = (layers(certain), layers(doubtful));
        let is_bare = own.is_none() && certain.is_empty() && around.is_empty();
        let values = Values::layered(own.into_iter().chain(certain).collect(), doubtful);
        let said: Vec<(&Values, &str)> =
            around.iter().map(|(chart, dependency)| (&chart.values, dependency.key())).collect();
        let values = values.within(&said);
        let about = About { layer: self.layer(&folder.join(CHART)), called: called(&around) };
        let named = self.named_around(folder);
        if is_bare && named.is_empty() && about.layer.is_none() {
            return None;
        }
        Some(Chart { values, named, about })
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
        if self.charts.installs.is_none() {
            self.charts.installs = Some(self.read_installs());
        }
        let wanted = clean(chart);
        let mut lists: Vec<Vec<PathBuf>> = Vec::new();
        for Telling { path, installs } in self.charts.installs.iter().flatten() {
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
