//! Expands a pattern, component by component. Links can make a tree endless, so for each component of the pattern a
//! folder is looked into once, whatever names it goes by; and nothing outside of the territory is listed.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::error::ReadError;
use super::list::Lists;
use super::open::Entry;
use super::pattern::{NamePattern, is_pattern, split, unquoted};
use super::status::Kind;
use super::territory::Territory;

/// What a pattern names.
#[derive(Debug, Default)]
pub(crate) struct Expanded {
    /// Everything that matches, whatever it is, in byte order of the paths.
    pub(crate) paths: Vec<PathBuf>,
    /// Why a folder on the way was not looked into, of the first one.
    pub(crate) refused: Option<ReadError>,
}

/// A folder in which the rest of a pattern is looked for.
struct Place {
    path: PathBuf,
    entry: Entry,
    /// Whether a link led there.
    linked: bool,
}

impl Territory {
    /// What `pattern` names from the folder `base` on, which is no pattern.
    pub(crate) fn expand(&self, base: &Path, pattern: &Path) -> Expanded {
        let mut expanded = Expanded::default();
        let (folder, rest) = split(pattern);
        let start = if folder.as_os_str().is_empty() { base.to_owned() } else { base.join(folder) };
        let mut places = Vec::new();
        self.look_into(start, false, &mut places, &mut expanded.refused);
        let mut components = rest.components().peekable();
        while let Some(component) = components.next() {
            let is_last = components.peek().is_none();
            let next = match component {
                Component::Normal(name) if is_pattern(Path::new(name)) => {
                    self.matching(&places, name, is_last, &mut expanded)
                }
                Component::CurDir => continue,
                other => self.plain(&places, other, is_last, &mut expanded),
            };
            places = once_each(next);
        }
        let bytes = |path: &PathBuf| path.as_os_str().as_encoded_bytes().to_owned();
        expanded.paths.sort_by_cached_key(bytes);
        expanded
    }

    /// Whether patterns looked at more than they may, so that what they name is not known.
    pub(crate) fn expanded_too_much(&self) -> bool {
        self.lists.too_much()
    }

    /// How many entries of folders patterns may look at.
    pub(crate) const MOST_EXPANDED: usize = Lists::MOST;

    /// What matches in each place: folders to go on with, or all there is if it is the last component.
    fn matching(&self, places: &[Place], name: &OsStr, is_last: bool, expanded: &mut Expanded) -> Vec<Place> {
        let pattern = NamePattern::new(name);
        let mut next = Vec::new();
        for place in places {
            for (name, kind) in
                self.lists.of(&place.entry.real).iter().filter(|(name, _)| pattern.matches(name))
            {
                let path = place.path.join(name);
                if is_last {
                    expanded.paths.push(path);
                } else if matches!(kind, Kind::Folder | Kind::Link) {
                    let linked = place.linked || *kind == Kind::Link;
                    self.look_into(path, linked, &mut next, &mut expanded.refused);
                }
            }
        }
        next
    }

    /// What a component that is no pattern names in each place.
    fn plain(
        &self,
        places: &[Place],
        name: Component<'_>,
        is_last: bool,
        expanded: &mut Expanded,
    ) -> Vec<Place> {
        let name = unquoted(name.as_os_str());
        let mut next = Vec::new();
        for place in places {
            self.lists.look(1);
            let path = place.path.join(&name);
            if !is_last {
                self.look_into(path, place.linked, &mut next, &mut expanded.refused);
            } else if place.entry.real.join(&name).symlink_metadata().is_ok() {
                expanded.paths.push(path);
            }
        }
        next
    }

    /// Adds the folder at `path` to the places if it is one that may be looked into.
    fn look_into(
        &self,
        path: PathBuf,
        linked: bool,
        places: &mut Vec<Place>,
        refused: &mut Option<ReadError>,
    ) {
        match self.enter(&path) {
            Ok(entry) if entry.kind == Kind::Folder => places.push(Place { path, entry, linked }),
            Err(ReadError::Outside(_)) => {
                refused.get_or_insert(ReadError::Outside(self.beyond(&path)));
            }
            Err(error @ ReadError::VersionControl) => {
                refused.get_or_insert(error);
            }
            // A file among folders, or a link that leads nowhere: nothing lies in it.
            Ok(_) | Err(_) => {}
        }
    }
}

/// The folders among the places, each once: under the path that no link is on, or else the first one in byte order.
fn once_each(mut places: Vec<Place>) -> Vec<Place> {
    places.sort_by(|one, other| (one.linked, &one.path).cmp(&(other.linked, &other.path)));
    let mut seen = HashSet::new();
    places.retain(|place| seen.insert(place.entry.identity));
    places
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use tempfile::TempDir;

    use super::super::error::ReadError;
    use super::Territory;

    fn tree(files: &[&str]) -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for name in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, "").expect("a file");
        }
        folder
    }

    fn names(tree: &TempDir, pattern: &str) -> Vec<String> {
        let real = tree.path().canonicalize().expect("it is there");
        let expanded = Territory::of(&real).expand(&real, Path::new(pattern));
        let below = |path: &Path| path.strip_prefix(&real).expect("below").to_string_lossy().into_owned();
        expanded.paths.iter().map(|path| below(path)).collect()
    }

    #[test]
    fn matches_come_in_byte_order_without_dot_files() {
        let tree = tree(&[
            "a.conf",
            "B.conf",
            "_.conf",
            "10.conf",
            "9.conf",
            ".hidden.conf",
            "x[1].conf",
            "y.txt",
            "d/a.conf",
            "d/b/a.conf",
            ".e/a.conf",
        ]);
        for (pattern, expected) in [
            ("*.conf", &["10.conf", "9.conf", "B.conf", "_.conf", "a.conf", "x[1].conf"][..]),
            ("[^a-z]*.conf", &["10.conf", "9.conf", "B.conf", "_.conf"]),
            (r"x\[1\].con?", &["x[1].conf"]),
            ("*/a.conf", &["d/a.conf"]),
            (".*/a.conf", &[".e/a.conf"]),
            ("*/../y.???", &["d/../y.txt"]),
            ("*/*/*", &["d/b/a.conf"]),
            ("**/a.conf", &["d/a.conf"]),
            ("absent/*", &[]),
            ("y.txt/*", &[]),
        ] {
            assert_eq!(names(&tree, pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn folders_that_lead_to_each_other_are_looked_into_once() {
        let tree = tree(&["x.conf", "d/x.conf"]);
        for link in ["a", "b", "d/up"] {
            symlink(if link == "d/up" { ".." } else { "." }, tree.path().join(link)).expect("a link");
        }
        assert_eq!(names(&tree, &("*/".repeat(30) + "x.conf")).len(), 2);
        assert_eq!(names(&tree, "*/x.conf"), ["a/x.conf", "d/x.conf"], "b is a");
        assert_eq!(names(&tree, "*/*/x.conf"), ["a/a/x.conf", "a/d/x.conf"]);
    }

    #[test]
    fn what_lies_outside_is_not_listed() {
        let outside = tree(&["secret/x.conf"]);
        let tree = tree(&["in/x.conf", ".hg/x.conf"]);
        symlink(outside.path(), tree.path().join("out")).expect("a link");
        symlink(".hg", tree.path().join("hg")).expect("a link");
        let real = tree.path().canonicalize().expect("it is there");
        let territory = Territory::of(&real);
        for (pattern, found) in [("*/x.conf", 1), ("out/*/x.conf", 0), ("hg/*", 0), (".hg/*", 0)] {
            let expanded = territory.expand(&real, Path::new(pattern));
            assert_eq!((expanded.paths.len(), expanded.refused.is_some()), (found, true), "{pattern}");
        }
        let expanded = territory.expand(outside.path(), Path::new("*"));
        assert!(matches!(expanded.refused, Some(ReadError::Outside(_))) && expanded.paths.is_empty());
    }
}
