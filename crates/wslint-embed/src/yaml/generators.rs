//! Generators of kustomize: which files become the keys of a ConfigMap or a Secret.

use std::path::Path;

use wslint_deploy::yaml::{self, Limits};

use super::nodes;
use super::tree::Tree;
use crate::embedded::Folder;

/// The lists of generators in a kustomization, and whether they make Secrets.
pub(super) const LISTS: [(&str, bool); 2] = [("configMapGenerator", false), ("secretGenerator", true)];

/// What a generator does where a kustomization below has one of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behavior {
    /// There must be none.
    Create,
    /// Its keys are added, and take the place of those of their names.
    Merge,
    /// It takes the place of the other one.
    Replace,
}

/// A ConfigMap or Secret that a kustomization makes of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generator {
    /// What it does with one of its name.
    pub behavior: Behavior,
    /// What it is called where workloads mount it: its name before a prefix and the hash.
    pub folder: Folder,
    /// Each key with the path of its file, from the kustomization's folder on.
    pub files: Vec<(String, String)>,
}

/// The generators of a kustomization.
pub(crate) fn generators(bytes: &[u8]) -> Vec<Generator> {
    let tree = nodes::tree(&yaml::load(bytes, Limits::USUAL).documents);
    let mut found = Vec::new();
    for (list, _) in LISTS {
        let tops = (0..tree.entries.len()).filter(|&at| tree.entries[at].parent.is_none());
        let lists = tops.filter_map(|top| tree.child(top, list));
        for item in lists.flat_map(|list| tree.entries[list].children.clone()) {
            let files = tree.child(item, "files").map_or(&[][..], |files| &tree.entries[files].children);
            let files: Vec<(String, String)> = files.iter().filter_map(|&at| file(tree.text(at)?)).collect();
            let behavior = match tree.word(item, "behavior") {
                Some("merge") => Behavior::Merge,
                Some("replace") => Behavior::Replace,
                _ => Behavior::Create,
            };
            let folder = folder(&tree, item).filter(|_| !files.is_empty());
            found.extend(folder.map(|folder| Generator { behavior, folder, files }));
        }
    }
    found
}

/// The folders of the kustomizations that a kustomization builds on, from its own folder on.
pub(crate) fn bases(bytes: &[u8]) -> Vec<String> {
    let tree = nodes::tree(&yaml::load(bytes, Limits::USUAL).documents);
    let tops = (0..tree.entries.len()).filter(|&at| tree.entries[at].parent.is_none());
    let lists = tops.flat_map(|top| ["resources", "bases", "components"].map(|list| tree.child(top, list)));
    let items = lists.flatten().flat_map(|list| tree.entries[list].children.clone());
    let names = items.filter_map(|at| tree.text(at).map(str::to_owned));
    names.filter(|name| !name.ends_with(".yaml") && !name.ends_with(".yml")).collect()
}

/// `key=path`, or a path whose last name is the key.
fn file(text: &str) -> Option<(String, String)> {
    if let Some((key, path)) = text.split_once('=') {
        return Some((key.trim().to_owned(), path.trim().to_owned()));
    }
    let name = Path::new(text).file_name()?.to_str()?;
    Some((name.to_owned(), text.to_owned()))
}

/// The ConfigMap or Secret that an item of a list of generators makes.
pub(super) fn folder(tree: &Tree, item: usize) -> Option<Folder> {
    let list = tree.entries[item].parent?;
    let secret = LISTS.iter().find(|(name, _)| *name == tree.entries[list].key)?.1;
    Some(Folder {
        document: tree.entries[item].document,
        secret,
        namespace: tree.word(item, "namespace").map(str::to_owned),
        name: tree.word(item, "name")?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::generators;

    #[test]
    fn files_have_keys_and_paths() {
        let text = "kind: Kustomization\nconfigMapGenerator:\n- name: web\n  files:\n  - conf/app.conf\n  - nginx.conf=conf/prod.conf\nsecretGenerator:\n- {name: keys, files: [tls.key]}\n- {name: none, literals: [a=b]}\n";
        let found = generators(text.as_bytes());
        let shown: Vec<String> = found
            .iter()
            .map(|one| format!("{} {} {:?}", one.folder.name, one.folder.secret, one.files))
            .collect();
        assert_eq!(
            shown,
            [
                "web false [(\"app.conf\", \"conf/app.conf\"), (\"nginx.conf\", \"conf/prod.conf\")]",
                "keys true [(\"tls.key\", \"tls.key\")]",
            ]
        );
    }
}
