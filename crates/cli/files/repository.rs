//! The repository that a folder lies in, which bounds what is read and where settings are looked for, and the folder
//! that holds its data.

use std::path::{Path, PathBuf};

use super::links::follow;
use super::open::Entry;
use super::status::Kind;

/// More than a path has; the files of git that name a folder hold one line.
const LONGEST_POINTER: u64 = 16 << 10;

/// The working tree of the repository around a folder.
pub(crate) fn repository(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|above| above.join(".git").exists())
}

/// Where git keeps the data of a working tree: a submodule, a linked working tree and `--separate-git-dir` have a file
/// called `.git` that names the folder.
#[derive(Debug)]
pub(super) struct GitFolder {
    folder: PathBuf,
    working_tree: PathBuf,
}

impl GitFolder {
    /// The folders of the working tree `top`.
    pub(super) fn of(top: &Path) -> Vec<Self> {
        let Some(own) = pointed_to(top, &top.join(".git")) else { return Vec::new() };
        // A linked working tree shares most data with the others.
        let shared = pointed_to(&own, &own.join("commondir"));
        let folder = |folder| Self { folder, working_tree: top.to_owned() };
        [Some(own), shared].into_iter().flatten().map(folder).collect()
    }

    /// Whether a path without links leads into it. Some people keep working trees in the folder of a bare repository.
    pub(super) fn holds(&self, real: &Path) -> bool {
        real.starts_with(&self.folder)
            && !(self.working_tree.starts_with(&self.folder) && real.starts_with(&self.working_tree))
    }
}

/// The folder at `place`, or the one that a file there names, from `base` on.
fn pointed_to(base: &Path, place: &Path) -> Option<PathBuf> {
    let entry = Entry::at(follow(place).ok()?.real).ok()?;
    if entry.kind == Kind::Folder {
        return Some(entry.real);
    }
    let text = entry.head(LONGEST_POINTER).ok()?;
    let line = text.split(|&byte| byte == b'\n').next()?.trim_ascii();
    let line = line.strip_prefix(b"gitdir:").unwrap_or(line).trim_ascii();
    let name = std::str::from_utf8(line).ok().filter(|name| !name.is_empty())?;
    Some(follow(&base.join(name)).ok()?.real)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::GitFolder;

    #[test]
    fn the_folder_of_a_linked_working_tree_is_found() {
        let scratch = tempfile::tempdir().expect("a folder");
        let top = scratch.path().canonicalize().expect("it is there");
        let write = |name: &str, text: &str| {
            std::fs::create_dir_all(top.join(name).parent().expect("a folder")).expect("a folder");
            std::fs::write(top.join(name), text).expect("a file");
        };
        write("bare/worktrees/one/commondir", "../..\n");
        write("bare/config", "");
        write("tree/.git", "gitdir: ../bare/worktrees/one\n");
        write("bare/inner/.git", &format!("gitdir: {}\n", top.join("bare/worktrees/one").display()));
        let holds = |tree: &str, path: &str| {
            GitFolder::of(&top.join(tree)).iter().any(|folder| folder.holds(&top.join(path)))
        };
        assert!(holds("tree", "bare/config") && holds("tree", "bare/worktrees/one/HEAD"));
        assert!(!holds("tree", "tree/nginx.conf") && !holds("tree", "nginx.conf"));
        assert!(holds("bare/inner", "bare/config") && !holds("bare/inner", "bare/inner/nginx.conf"));
        assert!(GitFolder::of(Path::new("/nonexistent")).is_empty());
    }
}
