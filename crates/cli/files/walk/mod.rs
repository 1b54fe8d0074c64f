//! Walks a folder and lists its files. Each folder is visited once, whatever links lead to it, and the work is bounded.
//! Symbolic links are followed, since `sites-enabled` consists of them, unless they lead out of the territory; what lies
//! in the folder itself comes before what only a link leads to.

mod hidden;
mod visit;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use self::visit::Walker;
use super::error::ReadError;
use super::territory::Territory;

/// What is looked for.
pub(crate) struct Search<'s> {
    /// Whether a file of this name may be what is looked for.
    pub(crate) may_be: &'s dyn Fn(&Path) -> bool,
    /// Whether a file of this name likely is.
    pub(crate) likely_is: &'s dyn Fn(&Path) -> bool,
    /// Whether the user leaves out the file or folder at an absolute path.
    pub(crate) leaves_out: &'s dyn Fn(&Path, bool) -> bool,
    /// Whether folders of this name hold nothing of the kind.
    pub(crate) skips: &'s dyn Fn(&OsStr) -> bool,
    /// Whether `.gitignore` and `.ignore` count.
    pub(crate) ignore_files: bool,
    /// How much is looked at.
    pub(crate) limits: Limits,
}

/// How much a walk looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// How many files and folders.
    pub(crate) entries: usize,
    /// How many of them may be what is looked for.
    pub(crate) files: usize,
    /// How deep folders may nest.
    pub(crate) depth: usize,
    /// How many files and folders are looked at in folders that ignore files hide.
    pub(crate) hidden: usize,
}

impl Limits {
    /// The largest repositories that people lint have some hundred thousand files, few of which may be configuration.
    pub(crate) const USUAL: Self = Self { entries: 2_000_000, files: 100_000, depth: 256, hidden: 50_000 };
}

/// What a walk found. All lists are in byte order of the paths, which begin with that of the walked folder.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Regular files that may be what is looked for; those that a link leads to stand behind the others.
    pub(crate) files: Vec<PathBuf>,
    /// How many regular files are left out by their names.
    pub(crate) by_name: usize,
    /// What the user leaves out.
    pub(crate) excluded: Vec<PathBuf>,
    /// What ignore files hide.
    pub(crate) hidden: Vec<Hidden>,
    /// Links out of what may be read, and why they are not followed.
    pub(crate) outside: Vec<(PathBuf, ReadError)>,
    /// What could not be entered, with the reason.
    pub(crate) unreadable: Vec<(PathBuf, String)>,
    /// Ignore files that do not count, with the reason.
    pub(crate) strange: Vec<(PathBuf, String)>,
    /// Which limit was met, in words, if any was.
    pub(crate) limit: Option<String>,
}

/// Something that an ignore file hides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hidden {
    /// A file that likely is what is looked for, or a folder.
    pub(crate) path: PathBuf,
    /// The ignore file.
    pub(crate) by: PathBuf,
    /// Whether it is a folder. What likely is looked for in it follows by itself.
    pub(crate) is_folder: bool,
}

/// Walks the folder at `path`.
pub(crate) fn walk(path: &Path, territory: &Territory, search: &Search<'_>) -> Walk {
    let real = match territory.enter(path) {
        Ok(entry) => entry.real,
        Err(error) => {
            return Walk { unreadable: vec![(path.to_owned(), error.to_string())], ..Walk::default() };
        }
    };
    let mut walker = Walker::new(path, real.clone(), territory, search);
    walker.walk(real);
    walker.look_into_hidden();
    walker.finish()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use tempfile::TempDir;

    use super::{Limits, Search, Walk, walk};
    use crate::files::Territory;

    fn tree(files: &[&str]) -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for name in files {
            write(&folder, name, "");
        }
        folder
    }

    fn write(tree: &TempDir, name: &str, text: &str) {
        let path = tree.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    fn walk_with(tree: &TempDir, limits: Limits) -> Walk {
        let real = tree.path().canonicalize().expect("it is there");
        let search = Search {
            may_be: &|path: &Path| path.extension().is_none_or(|ending| ending != "md"),
            likely_is: &|path: &Path| path.extension().is_some_and(|ending| ending == "conf"),
            leaves_out: &|_, _| false,
            skips: &|name| name == "node_modules",
            ignore_files: true,
            limits,
        };
        walk(&real, &Territory::of(&real), &search)
    }

    fn names<'p>(tree: &TempDir, paths: impl IntoIterator<Item = &'p std::path::PathBuf>) -> Vec<String> {
        let real = tree.path().canonicalize().expect("it is there");
        let below = |path: &Path| path.strip_prefix(&real).expect("below").to_string_lossy().into_owned();
        paths.into_iter().map(|path| below(path)).collect()
    }

    #[test]
    fn a_walk_survives_link_loops_and_fifos() {
        let tree = tree(&["nginx.conf"]);
        for (target, link) in [(".", "self"), ("absent", "dangling"), ("loop", "loop")] {
            symlink(target, tree.path().join(link)).expect("a link");
        }
        rustix::fs::mkfifoat(rustix::fs::CWD, tree.path().join("fifo.conf"), rustix::fs::Mode::RWXU)
            .expect("a FIFO");
        let found = walk_with(&tree, Limits::USUAL);
        assert_eq!(names(&tree, &found.files), ["nginx.conf"]);
        assert!(
            found.outside.is_empty() && found.unreadable.is_empty() && found.limit.is_none(),
            "{found:?}"
        );
    }

    #[test]
    fn what_lies_in_the_folder_comes_before_what_a_link_leads_to() {
        let tree = tree(&["z/real.conf", "z/deep/x.conf", ".hidden/y.conf", "a.md"]);
        write(&tree, ".gitignore", ".hidden/\n");
        for (target, link) in [
            ("z/real.conf", "a.conf"),
            ("z", "b"),
            (".hidden", "c"),
            (".hidden", "z/deep/c"),
            ("../deep", "z/deep/up"),
        ] {
            symlink(target, tree.path().join(link)).expect("a link");
        }
        let found = walk_with(&tree, Limits::USUAL);
        let expected = [".gitignore", "z/deep/x.conf", "z/real.conf", "a.conf", "c/y.conf"];
        assert_eq!(names(&tree, &found.files), expected);
        assert_eq!(
            names(&tree, found.hidden.iter().map(|hidden| &hidden.path)),
            [".hidden", ".hidden/y.conf"]
        );
        assert_eq!(found.by_name, 1);
    }

    #[test]
    fn limits_are_told() {
        let tree = tree(&["a/b/c/x.conf", "a/y.conf", "a/z.conf"]);
        for (limits, words) in [
            (Limits { entries: 4, ..Limits::USUAL }, "more than 4 files and folders"),
            (Limits { files: 1, ..Limits::USUAL }, "more than 1 files"),
            (Limits { depth: 2, ..Limits::USUAL }, "more than 2 deep"),
        ] {
            let limit = walk_with(&tree, limits).limit.expect(words);
            assert!(limit.contains(words), "{limit}");
        }
        assert_eq!(walk_with(&tree, Limits { depth: 3, ..Limits::USUAL }).limit, None);
    }

    #[test]
    fn hidden_folders_are_looked_into_as_far_as_there_is_room() {
        let tree =
            tree(&["out/x.conf", "out/node_modules/y.conf", "out/deep/z.conf", "out/deep/a.txt", "x.md"]);
        write(&tree, ".gitignore", "out/\n*.md\n");
        let hidden = |room| {
            let found = walk_with(&tree, Limits { hidden: room, ..Limits::USUAL });
            names(&tree, found.hidden.iter().map(|hidden| &hidden.path))
        };
        assert_eq!(hidden(5), ["out", "out/deep/z.conf", "out/x.conf"]);
        assert_eq!(hidden(4), ["out", "out/x.conf"]);
    }
}
