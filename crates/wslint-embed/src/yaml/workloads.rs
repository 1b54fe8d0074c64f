//! What mounts ConfigMaps and Secrets, and where.

use super::names::squeezed;
use super::tree::Tree;
use crate::embedded::{Mount, Workload};

/// Kinds of objects that make pods.
const KINDS: [&str; 8] =
    ["Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "PodTemplate"];

/// The workloads of a file that mount anything.
pub(super) fn all(tree: &Tree) -> Vec<Workload> {
    let mut workloads = Vec::new();
    for at in 0..tree.entries.len() {
        let Some(kind) = tree.word(at, "kind") else { continue };
        if !KINDS.contains(&kind) {
            continue;
        }
        let pod = ["", "template", "jobTemplate"].iter().find_map(|way| {
            let spec = tree.child(at, "spec")?;
            match *way {
                "" => tree.child(spec, "containers").map(|_| spec),
                "template" => tree.below(spec, &["template", "spec"]),
                _ => tree.below(spec, &["jobTemplate", "spec", "template", "spec"]),
            }
        });
        let Some(pod) = pod else { continue };
        let mounts = mounts(tree, pod);
        if !mounts.is_empty() {
            let namespace = tree.below(at, &["metadata", "namespace"]).and_then(|at| tree.text(at));
            workloads.push(Workload { namespace: namespace.map(str::to_owned), mounts });
        }
    }
    workloads
}

/// A volume: the name of each ConfigMap or Secret in it, and its items.
type Volume = Vec<(bool, String, Vec<(String, String)>)>;

fn mounts(tree: &Tree, pod: usize) -> Vec<Mount> {
    let children = |at: Option<usize>| at.map_or(&[][..], |at| &tree.entries[at].children);
    let mut mounts = Vec::new();
    let volumes: Vec<(&str, Volume)> = children(tree.child(pod, "volumes"))
        .iter()
        .filter_map(|&volume| Some((tree.word(volume, "name")?, sources(tree, volume))))
        .collect();
    let containers = ["initContainers", "containers"].iter().flat_map(|key| children(tree.child(pod, key)));
    for mount in containers.flat_map(|&container| children(tree.child(container, "volumeMounts"))) {
        let (Some(name), Some(path)) = (tree.word(*mount, "name"), tree.word(*mount, "mountPath")) else {
            continue;
        };
        let volume = volumes.iter().filter(|(own, _)| *own == name).flat_map(|(_, volume)| volume);
        mounts.extend(volume.map(|(secret, source, items)| Mount {
            secret: *secret,
            source: source.clone(),
            items: items.clone(),
            path: path.to_owned(),
            sub_path: tree.word(*mount, "subPath").map(str::to_owned),
        }));
    }
    mounts
}

/// The ConfigMaps and Secrets of a volume.
fn sources(tree: &Tree, volume: usize) -> Volume {
    let mut found = Vec::new();
    let projected = tree.below(volume, &["projected", "sources"]);
    let projected = projected.map_or(&[][..], |at| &tree.entries[at].children);
    for &at in [volume].iter().chain(projected) {
        for (key, names) in [("configMap", ["name"].as_slice()), ("secret", &["secretName", "name"])] {
            let Some(source) = tree.child(at, key) else { continue };
            let Some(name) = names.iter().find_map(|key| tree.word(source, key)) else { continue };
            let items = tree.child(source, "items").map_or(&[][..], |at| &tree.entries[at].children);
            let item =
                |&at: &usize| Some((tree.word(at, "key")?.to_owned(), tree.word(at, "path")?.to_owned()));
            found.push((key == "secret", squeezed(name), items.iter().filter_map(item).collect()));
        }
    }
    found
}
