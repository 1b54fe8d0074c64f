//! Walks a folder and lists its files. Each folder is visited once, whatever links lead to it, and the work is bounded.
//! Symbolic links are followed, since `sites-enabled` consists of them, unless they lead out of the territory; what lies
//! in the folder itself comes before what only a link leads to.

mod found;
mod hidden;
mod search;
mod visit;

use std::path::Path;

pub(crate) use self::found::{Hidden, Walk};
pub(crate) use self::search::{Limits, Search};
use self::visit::Walker;
use super::territory::Territory;

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
            beside: &|path: &Path| path.extension().is_some_and(|ending| ending == "yml"),
            hosts: &|_| false,
            likely_is: &|path: &Path| path.extension().is_some_and(|ending| ending == "conf"),
            must_be: &|path: &Path| path.ends_with("main.conf"),
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
    fn what_only_is_called_like_a_main_file_is_told() {
        let tree = tree(&["folder/main.conf/x.conf", "excluded/main.conf/x.conf", "main.conf"]);
        write(&tree, ".gitignore", "excluded/\n/ignored/\n");
        for folder in ["dangling", "loop", "fifo", "linked", "ignored"] {
            std::fs::create_dir(tree.path().join(folder)).expect("a folder");
        }
        for (target, link) in [
            ("absent", "dangling/main.conf"),
            ("main.conf", "loop/main.conf"),
            ("../folder", "linked/main.conf"),
            ("absent", "ignored/main.conf"),
        ] {
            symlink(target, tree.path().join(link)).expect("a link");
        }
        let fifo = tree.path().join("fifo/main.conf");
        rustix::fs::mkfifoat(rustix::fs::CWD, fifo, rustix::fs::Mode::RWXU).expect("a FIFO");
        let found = walk_with(&tree, Limits::USUAL);
        let told: Vec<_> = found.unreadable.iter().map(|(path, _)| path.clone()).collect();
        assert_eq!(
            names(&tree, &told),
            [
                "dangling/main.conf",
                "fifo/main.conf",
                "folder/main.conf",
                "linked/main.conf",
                "loop/main.conf"
            ]
        );
        let words: Vec<&str> = found.unreadable.iter().map(|(_, words)| words.as_str()).collect();
        let folder = "not read: it is a directory, and only regular files are read";
        assert_eq!(words[0], "not read: it is a link that leads nowhere");
        assert_eq!(words[1], "not read: it is a FIFO, and only regular files are read");
        assert_eq!((words[2], words[3]), (folder, folder));
        assert_eq!(words[4], "not read: it is a link that leads nowhere");
        assert!(names(&tree, &found.files).contains(&"folder/main.conf/x.conf".to_owned()));
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
    fn what_ignore_files_hide_is_no_more_taken_behind_a_link() {
        let outside = tree(&["x.conf"]);
        let tree = tree(&["real/a.conf", "real/a.md"]);
        write(&tree, ".gitignore", "hidden*\n");
        for (target, name) in
            [("real/a.conf", "hidden.conf"), ("real/a.conf", "seen.conf"), ("real/a.md", "b.md")]
        {
            symlink(target, tree.path().join(name)).expect("a link");
        }
        for name in ["hidden-out.conf", "out.conf"] {
            symlink(outside.path().join("x.conf"), tree.path().join(name)).expect("a link");
        }
        let found = walk_with(&tree, Limits::USUAL);
        assert_eq!(names(&tree, &found.files), [".gitignore", "real/a.conf", "seen.conf"]);
        assert_eq!(names(&tree, found.outside.iter().map(|(path, _)| path)), ["out.conf"]);
        assert_eq!(found.by_name, 2);
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
