//! Charts of Helm that depend on each other: by lying within each other, or beside each other where `Chart.yaml` says so. All
//! that are installed together have their templates with names in common.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use memchr::memmem::find;
use wslint_deploy::helm::{Called, Chart, Dependency, Named, dependencies};

use super::chart_files::name_of;
use super::loader::{Depending, Loader};
use crate::project::clean::clean;

/// What a chart says of itself.
pub(super) const CHART: &str = "Chart.yaml";

/// The files that say what a chart depends on; the second one of old charts.
const DEPENDENCIES: [&str; 2] = [CHART, "requirements.yaml"];

/// How many charts of a tree are asked what they depend on.
const MOST_CHARTS: usize = 5_000;

/// How many charts that depend on one are looked at.
const MOST_DEPENDING: usize = 20;

/// How many charts that are installed together have templates in common.
const MOST_TOGETHER: usize = 64;

/// How many files with templates that have names are read of a chart.
const MOST_HELPERS: usize = 100;

impl Loader<'_> {
    /// The charts that depend on one, each with what it says of it.
    pub(super) fn depending_on(&mut self, folder: &Path) -> Vec<Depending> {
        let mut found: Vec<Depending> = Vec::new();
        let above = folder.parent().filter(|charts| charts.ends_with("charts")).and_then(Path::parent);
        if let Some(above) = above {
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let told = self.told_by(above);
            let depending = |dependency| Depending { folder: above.to_owned(), dependency };
            found.extend(told.iter().filter(|told| told.name == name).cloned().map(depending));
            if found.is_empty() {
                found.push(depending(Dependency { name, alias: None, path: None }));
            }
        }
        let beside = self.depending().get(&clean(folder)).cloned().unwrap_or_default();
        let known = above.map(clean);
        found.extend(beside.into_iter().filter(|one| Some(clean(&one.folder)) != known));
        found.truncate(MOST_DEPENDING);
        found
    }

    /// What all charts of the tree say of those that lie beside them, by their folders.
    fn depending(&mut self) -> &HashMap<PathBuf, Vec<Depending>> {
        if self.charts.depending.is_none() {
            let mut folders: Vec<PathBuf> = self
                .beside
                .iter()
                .chain(&self.telling)
                .filter(|path| {
                    path.file_name().is_some_and(|name| DEPENDENCIES.iter().any(|one| name == *one))
                })
                .filter_map(|path| path.parent().map(Path::to_owned))
                .collect();
            folders.sort();
            folders.dedup();
            folders.truncate(MOST_CHARTS);
            let mut found: HashMap<PathBuf, Vec<Depending>> = HashMap::new();
            for folder in folders {
                for dependency in self.told_by(&folder).iter() {
                    let Some(path) = &dependency.path else { continue };
                    let beside = found.entry(clean(&folder.join(path))).or_default();
                    beside.push(Depending { folder: folder.clone(), dependency: dependency.clone() });
                }
            }
            self.charts.depending = Some(found);
        }
        self.charts.depending.get_or_insert_default()
    }

    /// What a chart says of those that it depends on.
    fn told_by(&mut self, folder: &Path) -> Rc<[Dependency]> {
        if let Some(known) = self.charts.told.get(folder) {
            return Rc::clone(known);
        }
        let words = DEPENDENCIES.iter().filter_map(|name| {
            let path = folder.join(name);
            find(&self.store.bytes(&path).ok()?, b"dependencies").map(|_| path)
        });
        let paths: Vec<PathBuf> = words.collect();
        let layers = paths.iter().filter_map(|path| self.layer(path));
        let told: Rc<[Dependency]> = layers.flat_map(|layer| dependencies(&layer)).collect();
        self.charts.told.insert(folder.to_owned(), Rc::clone(&told));
        told
    }

    /// The templates with names that a chart has in common with those that are installed with it. Helm reads the deeper ones
    /// first, so that of one name the outer one counts.
    pub(super) fn named_around(&mut self, folder: &Path) -> Named {
        let mut depths: HashMap<PathBuf, i32> = HashMap::from([(folder.to_owned(), 0)]);
        let mut open = vec![folder.to_owned()];
        let mut spread = |step: i32, next_to: &mut dyn FnMut(&Path) -> Vec<PathBuf>| {
            let mut next = 0;
            while let Some(chart) = open.get(next).cloned() {
                next += 1;
                let depth = depths[&chart] + step;
                for other in next_to(&chart) {
                    if depths.len() < MOST_TOGETHER && !depths.contains_key(&other) {
                        depths.insert(other.clone(), depth);
                        open.push(other);
                    }
                }
            }
            open.sort_by_key(|chart| depths[chart]);
        };
        spread(-1, &mut |chart| self.depending_on(chart).into_iter().map(|above| above.folder).collect());
        spread(1, &mut |chart| self.needed_by(chart));
        let mut levels: BTreeMap<i32, Vec<PathBuf>> = BTreeMap::new();
        depths.into_iter().for_each(|(chart, depth)| levels.entry(depth).or_default().push(chart));
        let mut named = Named::default();
        let mut seen: HashSet<PathBuf> = HashSet::new();
        for mut charts in levels.into_values() {
            charts.sort();
            let mut level = Named::default();
            for chart in charts.iter().filter(|chart| seen.insert(clean(chart))) {
                level.add_beside(&self.named_in(chart));
            }
            named.add_below(level);
        }
        named
    }

    /// The folders of the charts that a chart depends on, as far as they are at hand.
    fn needed_by(&mut self, folder: &Path) -> Vec<PathBuf> {
        let charts = folder.join("charts");
        let listed = self.resolver.territory.list(&charts).unwrap_or_default().into_iter();
        let mut found: Vec<PathBuf> = listed.map(|(name, _)| charts.join(name)).collect();
        found.truncate(MOST_TOGETHER);
        let told = self.told_by(folder);
        let beside = told.iter().filter_map(|told| told.path.as_ref());
        found.extend(beside.map(|path| clean(&folder.join(path))));
        found
    }

    /// The templates with names that the helpers of a chart define: files of `templates` that Helm does not print.
    fn named_in(&mut self, chart: &Path) -> Rc<Named> {
        if let Some(known) = self.charts.named.get(chart) {
            return Rc::clone(known);
        }
        let templates = chart.join("templates");
        let listed = self.resolver.territory.list(&templates).unwrap_or_default().into_iter();
        let mut names: Vec<PathBuf> = listed
            .map(|(name, _)| templates.join(name))
            .filter(|path| path.extension().is_some_and(|end| end == "tpl") || name_of(path).starts_with('_'))
            .collect();
        names.truncate(MOST_HELPERS);
        let mut named = Named::default();
        for path in &names {
            let Ok(bytes) = self.store.bytes(path) else { continue };
            if find(&bytes, b"define").is_some()
                && let Some(file) = self.opened(path, &bytes)
            {
                named.add(file, &bytes);
            }
        }
        let named = Rc::new(named);
        self.charts.named.insert(chart.to_owned(), Rc::clone(&named));
        named
    }
}

/// What a chart is called by those that depend on it.
pub(super) fn called(around: &[(Rc<Chart>, Dependency)]) -> Called {
    let mut names = around.iter().map(|(_, dependency)| match &dependency.alias {
        Some((alias, site)) => Called::Alias(alias.clone(), *site),
        None => Called::Itself,
    });
    let first = names.next().unwrap_or_default();
    if names.all(|name| name == first) { first } else { Called::Several }
}
