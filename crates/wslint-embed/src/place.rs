//! Which texts of several files lie together, and at which paths.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use crate::embedded::{Folder, Group, Mount, Read, Workload};

/// A text with the path that it will lie at: the numbers of its file and of itself there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The number of the file.
    pub file: usize,
    /// The number of the text in it.
    pub text: usize,
    /// The path, or what the text is called where none is known.
    pub name: String,
}

/// What lies together, as a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// By itself: the numbers of the file and the text.
    Alone(usize, usize),
    /// What a document writes.
    Machine(usize, usize),
    /// A container of a file.
    Container(usize, String),
    /// A ConfigMap or Secret that nothing mounts.
    Folder(usize, Folder),
    /// What a workload mounts: the numbers of its file and itself, and the how manieth of that name a source is.
    Workload(usize, usize, usize),
}

/// What a ConfigMap or Secret is called.
type Name<'r> = (bool, &'r str);

/// What is known of the folders of all files.
struct Folders<'r> {
    files: &'r [(&'r Path, &'r Read)],
    /// The workloads that mount what is called so: the numbers of the file and the workload.
    mounting: HashMap<Name<'r>, Vec<(usize, usize)>>,
    /// The folders of a name, each with the number of its file.
    named: HashMap<Name<'r>, BTreeSet<(usize, &'r Folder)>>,
}

impl<'r> Folders<'r> {
    fn of(files: &'r [(&'r Path, &'r Read)]) -> Self {
        let mut folders = Self { files, mounting: HashMap::new(), named: HashMap::new() };
        for (number, (_, read)) in files.iter().enumerate() {
            for (workload, mounts) in read.workloads.iter().enumerate() {
                for mount in &mounts.mounts {
                    let mounting = folders.mounting.entry((mount.secret, &mount.source)).or_default();
                    if mounting.last() != Some(&(number, workload)) && mounting.len() < MOST_WORKLOADS {
                        mounting.push((number, workload));
                    }
                }
            }
            for folder in read.texts.iter().filter_map(|text| text.folder()) {
                folders.named.entry((folder.secret, &folder.name)).or_default().insert((number, folder));
            }
        }
        folders
    }

    /// The workload that mounts a key, and where it lies there.
    fn mounted(&self, file: usize, folder: &'r Folder, key: &str) -> Option<(Place, String)> {
        let mounting = self.mounting.get(&(folder.secret, folder.name.as_str()))?;
        let found = mounting.iter().filter_map(|&(number, workload)| {
            let (path, read) = self.files[number];
            let mounts = &read.workloads[workload];
            let name = mounts.mounts.iter().find_map(|mount| at(mount, mounts, folder, key))?;
            Some((nearness(self.files[file].0, path), Reverse((number, workload)), name))
        });
        // The nearest, and of equally near ones the first.
        let (_, Reverse((number, workload)), name) = found.max()?;
        let rank = self.rank(file, folder, self.files[number].0);
        Some((Place::Workload(number, workload, rank), name))
    }

    /// How many folders of the same name are nearer to a workload.
    fn rank(&self, file: usize, folder: &Folder, workload: &Path) -> usize {
        let key = |number: usize, folder: &Folder| {
            (Reverse(nearness(self.files[number].0, workload)), number, folder.document)
        };
        let own = key(file, folder);
        let others = self.named.get(&(folder.secret, folder.name.as_str())).into_iter().flatten();
        let same = others.filter(|(_, other)| other.namespace == folder.namespace).take(MOST_WORKLOADS);
        same.filter(|(number, other)| key(*number, other) < own).count()
    }
}

/// How many workloads that mount a folder, and folders of one name, are looked at.
const MOST_WORKLOADS: usize = 200;

/// Puts the texts of files together. Within a group they have different names.
pub fn place(files: &[(&Path, &Read)]) -> Vec<Vec<Placed>> {
    let folders = Folders::of(files);
    let mut groups: BTreeMap<Place, Vec<Placed>> = BTreeMap::new();
    let mut taken: BTreeSet<(Place, String)> = BTreeSet::new();
    for (file, (_, read)) in files.iter().enumerate() {
        for (text, embedded) in read.texts.iter().enumerate() {
            let (place, name) = match &embedded.group {
                Group::Alone => (Place::Alone(file, text), embedded.name.clone()),
                Group::Machine(document) => (Place::Machine(file, *document), embedded.name.clone()),
                Group::Container(name) => (Place::Container(file, name.clone()), embedded.name.clone()),
                Group::Folder(folder) => match folders.mounted(file, folder, &embedded.name) {
                    Some((place, name)) => (place, name),
                    None => (Place::Folder(file, folder.clone()), embedded.name.clone()),
                },
            };
            // What is written twice lies there once, and which of them is not for us to say.
            let place = match taken.insert((place.clone(), name.clone())) {
                true => place,
                false => Place::Alone(file, text),
            };
            groups.entry(place).or_default().push(Placed { file, text, name });
        }
    }
    groups.into_values().collect()
}

/// Where a mount shows a key of a folder.
fn at(mount: &Mount, workload: &Workload, folder: &Folder, key: &str) -> Option<String> {
    let same_namespace = match (&workload.namespace, &folder.namespace) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    if mount.secret != folder.secret || mount.source != folder.name || !same_namespace {
        return None;
    }
    let path = match mount.items.as_slice() {
        [] => key,
        items => &items.iter().find(|(own, _)| own == key)?.1,
    };
    match &mount.sub_path {
        Some(sub_path) => (sub_path == path).then(|| mount.path.clone()),
        None => Some(format!("{}/{path}", mount.path.trim_end_matches('/'))),
    }
}

/// How many folders two paths share from the top on; more if they are the same file.
fn nearness(one: &Path, other: &Path) -> usize {
    one.components().zip(other.components()).take_while(|(one, other)| one == other).count()
}
