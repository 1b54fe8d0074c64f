//! What lies around the configurations and tells of their deployment: which versions of the proxies run, and what serves
//! their upstreams. Nothing is opened that no configuration could gain by: without a name that an upstream is called by,
//! or a version that is wanted, files stay closed, and the code of a service is opened only where a proxy leads to it.
//!
//! What is read here ends nothing: whatever is wrong with it, the configurations are linted as if it were not there.

mod around;
mod budget;
mod code;
mod ground;
mod machine;
mod names;
mod packages;
mod program;
mod services;
mod target;
mod texts;

use std::path::{Path, PathBuf};

use wslint_deploy::machine::starts_programs;

pub(crate) use around::Around;
pub(crate) use ground::Ground;
pub(crate) use services::tell as tell_services;
pub(crate) use target::Target;

use crate::files::Territory;

/// Whether a file of this name may tell of the deployment.
pub(crate) fn tells_of_deployment(path: &Path) -> bool {
    is_yaml(path) || is_dockerfile(path) || starts_programs(&name(path))
}

/// How many folders above a file are looked into.
const MOST_FOLDERS: usize = 8;

/// The compose files, and what starts programs, that lie beside a file or in a folder above it, as far as may be read.
pub(crate) fn above(path: &Path, territory: &Territory) -> Vec<PathBuf> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folders = absolute.ancestors().skip(1).take(MOST_FOLDERS);
    let listed = folders.map_while(|folder| Some((folder, territory.list(folder).ok()?)));
    let files = listed.flat_map(|(folder, names)| names.into_iter().map(|(name, _)| folder.join(name)));
    files.filter(|path| is_compose(path) || starts_programs(&name(path))).collect()
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

fn is_yaml(path: &Path) -> bool {
    let name = name(path);
    name.ends_with(".yaml") || name.ends_with(".yml")
}

/// Whether a YAML file is called like those that Docker Compose reads.
fn is_compose(path: &Path) -> bool {
    let name = name(path);
    is_yaml(path) && (name.contains("compose") || name.contains("docker-stack") || name == "stack.yml")
}

fn is_dockerfile(path: &Path) -> bool {
    let name = name(path);
    let parts = || name.split(['.', '-', '_']);
    ["dockerfile", "containerfile"]
        .iter()
        .any(|word| parts().next() == Some(word) || parts().next_back() == Some(word))
}
