//! Which texts of several files lie together, and at which paths.

use std::collections::{BTreeMap, BTreeSet};
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

/// Puts the texts of files together. Within a group they have different names.
pub fn place(files: &[(&Path, &Read)]) -> Vec<Vec<Placed>> {
    let mut groups: BTreeMap<Place, Vec<Placed>> = BTreeMap::new();
    let mut taken: BTreeSet<(Place, String)> = BTreeSet::new();
    for (file, (_, read)) in files.iter().enumerate() {
        for (text, embedded) in read.texts.iter().enumerate() {
            let (place, name) = match &embedded.group {
                Group::Alone => (Place::Alone(file, text), embedded.name.clone()),
                Group::Machine(document) => (Place::Machine(file, *document), embedded.name.clone()),
                Group::Container(name) => (Place::Container(file, name.clone()), embedded.name.clone()),
                Group::Folder(folder) => match mounted(files, file, folder, &embedded.name) {
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

/// The workload that mounts a key, and where it lies there.
fn mounted(files: &[(&Path, &Read)], file: usize, folder: &Folder, key: &str) -> Option<(Place, String)> {
    let all = files.iter().enumerate().flat_map(|(number, (path, read))| {
        read.workloads.iter().enumerate().map(move |(workload, mounts)| (number, *path, workload, mounts))
    });
    let found = all.filter_map(|(number, path, workload, mounts)| {
        let name = mounts.mounts.iter().find_map(|mount| at(mount, mounts, folder, key))?;
        Some((nearness(files[file].0, path), number, workload, name))
    });
    // The nearest, and of equally near ones the first.
    let (_, number, workload, name) =
        found.max_by_key(|(near, number, workload, _)| (*near, std::cmp::Reverse((*number, *workload))))?;
    let rank = rank(files, file, folder, files[number].0);
    Some((Place::Workload(number, workload, rank), name))
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

/// How many folders of the same name are nearer to a workload.
fn rank(files: &[(&Path, &Read)], file: usize, folder: &Folder, workload: &Path) -> usize {
    let mut others = BTreeSet::new();
    for (number, (path, read)) in files.iter().enumerate() {
        for embedded in &read.texts {
            if let Group::Folder(other) = &embedded.group
                && (&other.name, other.secret, &other.namespace)
                    == (&folder.name, folder.secret, &folder.namespace)
            {
                others.insert((std::cmp::Reverse(nearness(path, workload)), number, other.document));
            }
        }
    }
    let own = (std::cmp::Reverse(nearness(files[file].0, workload)), file, folder.document);
    others.iter().filter(|other| **other < own).count()
}
