//! Where the crates of the repository begin, as cargo says.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The folder of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The root file of every target of every package below the repository: libraries, commands, tests, build scripts.
pub(crate) fn roots() -> BTreeSet<PathBuf> {
    let mut roots = BTreeSet::new();
    let mut known = BTreeSet::new();
    for manifest in files("Cargo.toml") {
        if known.contains(&manifest) {
            continue;
        }
        // All packages of a workspace are told at once.
        for package in packages(&manifest) {
            known.insert(path(&package["manifest_path"]));
            roots.extend(
                package["targets"].as_array().into_iter().flatten().map(|target| path(&target["src_path"])),
            );
        }
    }
    roots
}

/// The packages of the workspace of a manifest.
fn packages(manifest: &Path) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"])
        .arg(manifest)
        .output()
        .expect("cargo runs");
    let metadata: Option<Value> = serde_json::from_slice(&output.stdout).ok();
    let packages = metadata.as_ref().and_then(|metadata| metadata["packages"].as_array());
    let error = || panic!("{}: {}", manifest.display(), String::from_utf8_lossy(&output.stderr));
    packages.cloned().unwrap_or_else(error)
}

fn path(value: &Value) -> PathBuf {
    PathBuf::from(value.as_str().expect("a path"))
}

/// Every file of the repository whose name ends so, those of a folder before those of the folders in it. Fixtures are other
/// people's code.
pub(crate) fn files(ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = VecDeque::from([repository().to_owned()]);
    while let Some(folder) = folders.pop_front() {
        for entry in folder.read_dir().expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir()
                && !path.is_symlink()
                && !name.starts_with('.')
                && !["target", "fixtures"].contains(&&*name)
            {
                folders.push_back(path);
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    found
}
