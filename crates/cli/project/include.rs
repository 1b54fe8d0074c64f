//! Finds what an nginx `include` names, where the tree that is linted may not lie where the proxy will read it.

use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use super::candidates::Candidates;
use crate::args::Mapping;
use crate::files::{Expanded, Kind, ReadError, Territory, is_pattern, split};
use crate::path_bytes;

/// The path that an `include` names: nginx passes it on as a C string, which a NUL ends.
pub(crate) fn named(argument: &[u8]) -> PathBuf {
    let end = memchr::memchr(0, argument).unwrap_or(argument.len());
    path_bytes::named(&argument[..end])
}

/// The longest path that Linux takes, in bytes (`PATH_MAX`); nginx takes no longer parameter either.
const LONGEST_PATH: usize = 4096;

/// Paths with more components than this are not looked for elsewhere.
const DEEPEST_PATH: usize = 64;

/// What an `include` names, before it is read.
#[derive(Debug)]
pub(crate) enum Found {
    /// These files, in nginx's order; none for a pattern that matches nothing.
    Files(Vec<PathBuf>),
    /// These files and more, which may not be read for this reason.
    Some(Vec<PathBuf>, ReadError),
    /// These files, found elsewhere in the tree by the end of the path: it is likely them.
    Likely(Vec<PathBuf>),
    /// Nothing is there, but packages put such a file there, and its name says what is in it.
    Shipped,
    /// It may not be read, for this reason; links may have led there.
    Refused(ReadError),
    /// Nothing is there, although the user said where it lies.
    MissingBelowRoot(PathBuf),
    /// A pattern that matches nothing, which nginx takes for no file at all.
    Nothing,
    /// Nothing is there.
    Missing,
    /// So much was looked at for patterns that this one was not tried.
    TooMuch,
}

/// What a look at one place gave.
enum Look {
    Found(Vec<PathBuf>, Option<ReadError>),
    Refused(ReadError),
    Nothing,
}

/// A place to look at: a folder, and what is looked for in it.
struct Place {
    folder: PathBuf,
    name: PathBuf,
    /// Whether the user's mapping led there.
    mapped: bool,
}

/// Where includes are looked for.
#[derive(Debug)]
pub(crate) struct Resolver {
    /// Where relative includes start, if the user says so.
    pub(crate) prefix: Option<PathBuf>,
    /// Folders that stand for absolute paths.
    pub(crate) mappings: Vec<Mapping>,
    /// What may be read.
    pub(crate) territory: Rc<Territory>,
    /// Whether a relative pattern that matches nothing names no file.
    pub(crate) complete: bool,
    /// Files below the linted folders.
    pub(crate) candidates: Candidates,
}

impl Resolver {
    /// Finds what `path`, which may be a pattern, names in a configuration whose main file lies in `base`. `including` is
    /// the file that holds the line, which is never its own likely match.
    pub(crate) fn find(&self, path: &Path, base: &Path, including: &Path) -> Found {
        let found = self.search(path, is_pattern(path), base, including);
        if self.territory.expanded_too_much() { Found::TooMuch } else { found }
    }

    /// The same for a name that is no pattern, whatever characters it holds: HAProxy's names are none.
    pub(crate) fn find_file(&self, path: &Path, base: &Path, including: &Path) -> Found {
        self.search(path, false, base, including)
    }

    fn search(&self, path: &Path, pattern: bool, base: &Path, including: &Path) -> Found {
        if path.as_os_str().len() > LONGEST_PATH {
            return Found::Missing;
        }
        let mut refused = None;
        for place in self.places(path, base) {
            match self.look(&place, pattern) {
                Look::Found(files, None) => return Found::Files(files),
                Look::Found(files, Some(reason)) => return Found::Some(files, reason),
                Look::Refused(reason) => refused = Some(reason),
                Look::Nothing if place.mapped && self.is_shipped(path) => return Found::Shipped,
                Look::Nothing if place.mapped && !pattern => {
                    return Found::MissingBelowRoot(place.folder.join(place.name));
                }
                Look::Nothing => {}
            }
        }
        // The machine that lints may have an /etc/nginx of its own, so the tree comes before what lies outside of it.
        match self.find_by_end(path, pattern, base, including) {
            Some(files) if refused.is_none() || !files.is_empty() => return Found::Likely(files),
            _ => {}
        }
        match refused {
            _ if self.is_shipped(path) => Found::Shipped,
            Some(reason) => Found::Refused(reason),
            None if self.complete && !path.has_root() && pattern => Found::Nothing,
            None => Found::Missing,
        }
    }

    /// What is at a place where the proxy itself would look, mapped by `--root`.
    fn look(&self, place: &Place, pattern: bool) -> Look {
        if !pattern {
            let path = place.folder.join(&place.name);
            return match self.territory.enter(&path) {
                Ok(_) => Look::Found(vec![path], None),
                Err(reason @ (ReadError::Outside(_) | ReadError::VersionControl)) => Look::Refused(reason),
                Err(_) => Look::Nothing,
            };
        }
        match self.territory.expand(&place.folder, &place.name) {
            Expanded { paths, refused: Some(reason) } if paths.is_empty() => Look::Refused(reason),
            // nginx takes a pattern without a match for no file, if its folder is there.
            Expanded { paths, refused: None } if paths.is_empty() => {
                let (folder, _) = split(&place.name);
                match self.territory.holds_folder(&place.folder.join(folder)) {
                    true => Look::Found(paths, None),
                    false => Look::Nothing,
                }
            }
            Expanded { paths, refused } => Look::Found(paths, refused),
        }
    }

    /// Whether packages put a file at a path, and the tree holds none that is a template of it.
    fn is_shipped(&self, path: &Path) -> bool {
        wslint_nginx::is_shipped(&path_bytes::slashed(path))
            && path.file_name().is_none_or(|name| !self.candidates.holds_stem(name))
    }

    /// Where a link leads that names an absolute path below a mapped one; any other place is itself.
    pub(crate) fn through_mapped_link(&self, place: PathBuf) -> PathBuf {
        if self.mappings.is_empty() {
            return place;
        }
        let target = self.territory.link_target(&place);
        let mapped = target.and_then(|target| {
            self.mappings
                .iter()
                .find_map(|mapping| Some(mapping.to.join(target.strip_prefix(&mapping.from).ok()?)))
        });
        mapped.filter(|mapped| self.territory.holds(mapped)).unwrap_or(place)
    }

    fn places(&self, path: &Path, base: &Path) -> Vec<Place> {
        if !path.has_root() {
            let folder = self.prefix.as_deref().unwrap_or(base).to_owned();
            return vec![Place { folder, name: path.to_owned(), mapped: false }];
        }
        let mapped = self.mappings.iter().filter_map(|mapping| {
            let name = path.strip_prefix(&mapping.from).ok()?.to_owned();
            Some(Place { folder: mapping.to.clone(), name, mapped: true })
        });
        let root = Path::new("/");
        let name = path.strip_prefix(root).unwrap_or(path).to_owned();
        mapped.chain([Place { folder: root.to_owned(), name, mapped: false }]).collect()
    }

    /// By the end of the path: `/etc/nginx/conf.d/*.conf` names `deploy/nginx/conf.d/*.conf` if that is there. Longer
    /// ends and nearer folders come first; a lone file name has to be the only one of its name.
    fn find_by_end(&self, path: &Path, pattern: bool, base: &Path, including: &Path) -> Option<Vec<PathBuf>> {
        let names: Vec<Component<'_>> =
            path.components().filter(|component| matches!(component, Component::Normal(_))).collect();
        if names.len() > DEEPEST_PATH {
            return None;
        }
        let least = if pattern { 2 } else { 1 };
        (0..=names.len().checked_sub(least)?).find_map(|skipped| {
            let end: PathBuf = names[skipped..].iter().collect();
            self.above(base)
                .find_map(|folder| self.at(folder, &end, pattern, including))
                .or_else(|| self.elsewhere(&end, pattern, base, including))
        })
    }

    fn at(&self, folder: &Path, end: &Path, pattern: bool, including: &Path) -> Option<Vec<PathBuf>> {
        if pattern {
            let (plain, _) = split(end);
            let is_there = self.territory.holds_folder(&folder.join(plain));
            return is_there.then(|| self.territory.expand(folder, end).paths);
        }
        let place = folder.join(end);
        let is_file = |place: &Path| self.territory.enter(place).is_ok_and(|entry| entry.kind == Kind::File);
        (place != including && is_file(&place)).then(|| vec![place])
    }

    /// `base` and the folders around it that may be read.
    fn above<'p>(&'p self, base: &'p Path) -> impl Iterator<Item = &'p Path> {
        base.ancestors().take_while(|folder| {
            self.territory.holds(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
        })
    }

    /// Anywhere in the linted folders: the place that shares the longest way with `base`, if it is alone in that.
    fn elsewhere(&self, end: &Path, pattern: bool, base: &Path, including: &Path) -> Option<Vec<PathBuf>> {
        let (folder, names) = split(end);
        let places: Vec<&Path> = match pattern {
            true => self.candidates.folders(&folder).collect(),
            false => self.candidates.files(end).filter(|file| *file != including).collect(),
        };
        if end.components().count() == 1 && places.len() > 1 {
            return None;
        }
        let shared = |place: &&Path| {
            place.components().zip(base.components()).take_while(|(one, other)| one == other).count()
        };
        let most = places.iter().map(shared).max()?;
        let mut nearest = places.into_iter().filter(|place| shared(place) == most);
        let place = nearest.next()?;
        if nearest.next().is_some() || !self.territory.holds(place) {
            return None;
        }
        Some(if pattern { self.territory.expand(place, &names).paths } else { vec![place.to_path_buf()] })
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::named;

    #[test]
    fn a_nul_ends_the_name() {
        assert_eq!(named(b"a.conf\0x"), PathBuf::from("a.conf"));
    }
}
