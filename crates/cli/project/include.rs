//! Finds what an nginx `include` names, where the tree that is linted may not lie where the proxy will read it.

use std::path::{Component, Path, PathBuf};

use super::pattern::{expand, is_pattern, split};
use super::territory::Territory;
use crate::args::Mapping;

/// What an `include` names, before it is read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// These files, in nginx's order; none for a pattern that matches nothing.
    Files(Vec<PathBuf>),
    /// These files, found elsewhere in the tree by the end of the path: it is likely them.
    Likely(Vec<PathBuf>),
    /// A file of nginx's distribution that says nothing about WebSocket traffic.
    Harmless,
    /// It leads out of the folders that may be read; links may have led there.
    Outside(PathBuf),
    /// Nothing is there, although the user said where it lies.
    MissingBelowRoot(PathBuf),
    /// A pattern that matches nothing, which nginx takes for no file at all.
    Nothing,
    /// Nothing is there.
    Missing,
}

/// What a look at one place gave.
enum Look {
    Found(Vec<PathBuf>),
    Outside(PathBuf),
    Nothing(PathBuf),
}

/// Where includes are looked for.
#[derive(Debug)]
pub(crate) struct Resolver {
    /// Where relative includes start, if the user says so.
    pub(crate) prefix: Option<PathBuf>,
    /// Folders that stand for absolute paths.
    pub(crate) mappings: Vec<Mapping>,
    /// What may be read.
    pub(crate) territory: Territory,
    /// Whether a relative pattern that matches nothing names no file.
    pub(crate) complete: bool,
    /// Files below the linted folders, in byte order: candidates for paths that only exist elsewhere.
    pub(crate) files: Vec<PathBuf>,
}

impl Resolver {
    /// Finds what `path` names in a configuration whose main file lies in `base`. `including` is the file that holds
    /// the line, which is never its own likely match.
    pub(crate) fn find(&self, path: &Path, base: &Path, including: &Path) -> Found {
        let mut outside = None;
        for (place, mapped) in self.places(path, base) {
            match self.look(place, is_pattern(path)) {
                Look::Found(files) => return Found::Files(files),
                Look::Outside(place) => outside = Some(place),
                Look::Nothing(_) if mapped && is_harmless(path) => return Found::Harmless,
                Look::Nothing(place) if mapped && !is_pattern(path) => return Found::MissingBelowRoot(place),
                Look::Nothing(_) => {}
            }
        }
        // The machine that lints may have an /etc/nginx of its own, so the tree comes before what lies outside of it.
        if let Some(files) = self.find_by_end(path, base, including) {
            return Found::Likely(files);
        }
        match outside {
            _ if is_harmless(path) => Found::Harmless,
            Some(place) => Found::Outside(place),
            None if self.complete && path.is_relative() && is_pattern(path) => Found::Nothing,
            None => Found::Missing,
        }
    }

    /// What is at the place where nginx itself would look, mapped by `--root`.
    fn look(&self, place: PathBuf, pattern: bool) -> Look {
        if !pattern {
            return match std::fs::metadata(&place) {
                Err(_) => Look::Nothing(place),
                Ok(_) if self.territory.holds(&place) => Look::Found(vec![place]),
                Ok(_) => Look::Outside(place),
            };
        }
        let (folder, names) = split(&place);
        let there = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        if !there.is_dir() {
            Look::Nothing(place)
        } else if !self.territory.holds(there) {
            Look::Outside(place)
        } else {
            expand(&folder, &names).map_or(Look::Nothing(place), Look::Found)
        }
    }

    /// The places to look at, and whether the user's mapping led there.
    fn places(&self, path: &Path, base: &Path) -> Vec<(PathBuf, bool)> {
        if path.is_relative() {
            let start = self.prefix.as_deref().unwrap_or(base);
            return vec![(start.join(path), false)];
        }
        let mapped = self.mappings.iter().filter_map(|mapping| {
            let rest = path.strip_prefix(&mapping.from).ok()?;
            Some((mapping.to.join(rest), true))
        });
        mapped.chain([(path.to_owned(), false)]).collect()
    }

    /// By the end of the path: `/etc/nginx/conf.d/*.conf` names `deploy/nginx/conf.d/*.conf` if that is there. Longer
    /// ends and nearer folders come first; a lone file name has to be the only one of its name.
    fn find_by_end(&self, path: &Path, base: &Path, including: &Path) -> Option<Vec<PathBuf>> {
        let names: Vec<Component<'_>> =
            path.components().filter(|component| matches!(component, Component::Normal(_))).collect();
        let pattern = is_pattern(path);
        let least = if pattern { 2 } else { 1 };
        (0..=names.len().checked_sub(least)?).find_map(|skipped| {
            let end: PathBuf = names[skipped..].iter().collect();
            self.above(base)
                .find_map(|folder| self.at(&folder.join(&end), pattern, including))
                .or_else(|| self.elsewhere(&end, pattern, base, including))
        })
    }

    fn at(&self, place: &Path, pattern: bool, including: &Path) -> Option<Vec<PathBuf>> {
        if pattern {
            let (folder, pattern) = split(place);
            (folder.is_dir() && self.territory.holds(&folder)).then(|| expand(&folder, &pattern))?
        } else {
            (place != including && place.is_file() && self.territory.holds(place))
                .then(|| vec![place.to_owned()])
        }
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
        let mut places: Vec<PathBuf> = if pattern {
            let folders =
                self.files.iter().filter_map(|file| file.parent()).filter(|at| at.ends_with(&folder));
            folders.map(Path::to_owned).collect()
        } else {
            self.files.iter().filter(|file| file.ends_with(end) && *file != including).cloned().collect()
        };
        places.dedup();
        if end.components().count() == 1 && places.len() > 1 {
            return None;
        }
        let shared = |place: &PathBuf| {
            place.components().zip(base.components()).take_while(|(one, other)| one == other).count()
        };
        let most = places.iter().map(shared).max()?;
        let mut nearest = places.iter().filter(|place| shared(place) == most);
        let place = nearest.next()?;
        if nearest.next().is_some() || !self.territory.holds(place) {
            return None;
        }
        if pattern { expand(place, &names) } else { Some(vec![place.clone()]) }
    }
}

/// Files that nginx's packages and certbot install and that never touch WebSocket traffic. Repositories leave them out.
fn is_harmless(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    matches!(
        &*name,
        "mime.types"
            | "fastcgi_params"
            | "fastcgi.conf"
            | "fastcgi-php.conf"
            | "uwsgi_params"
            | "scgi_params"
            | "koi-utf"
            | "koi-win"
            | "win-utf"
            | "options-ssl-nginx.conf"
            | "snakeoil.conf"
    ) || path.parent().is_some_and(|folder| {
        folder.ends_with("modules-enabled")
            || folder.ends_with("share/nginx/modules")
            || folder.ends_with("nginx/modules")
    })
}
