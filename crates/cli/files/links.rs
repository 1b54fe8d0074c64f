//! Where a path leads, link by link. The system would go the whole way at once, and who placed the links, and what they
//! pass, would not show.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::error::ReadError;
use super::system;
use super::version_control::is_version_control;

/// As many links as Linux follows on one way (`MAXSYMLINKS`).
const MOST_LINKS: usize = 40;

/// The way of a path.
#[derive(Debug)]
pub(super) struct Way {
    /// Where it leads: absolute and without links.
    pub(super) real: PathBuf,
    /// The components of the path that are links, in their order.
    pub(super) links: Vec<Link>,
    /// Whether a link on the way, or one that a link leads to, lies in the data of version control.
    pub(super) passes_version_control: bool,
}

/// A component of a path that is a link.
#[derive(Debug)]
pub(super) struct Link {
    /// The path up to it, as it was given.
    pub(super) given: PathBuf,
    /// The folder that it lies in: absolute and without links.
    pub(super) folder: PathBuf,
    /// Where it leads, through further links.
    pub(super) real: PathBuf,
}

/// Where a way ends before its time, and why.
#[derive(Debug)]
pub(super) struct Stuck {
    /// What is not there or cannot be looked at: absolute, in a folder without links.
    pub(super) at: PathBuf,
    /// Why.
    pub(super) error: io::Error,
}

impl From<Stuck> for ReadError {
    fn from(stuck: Stuck) -> Self {
        stuck.error.into()
    }
}

/// Goes the way of `path`. Of a place that `..` leads back from, only a link counts: a path says the same whether or not
/// such a place is there.
///
/// # Errors
/// Something on the way is not there, cannot be looked at, or the links do not end.
pub(super) fn follow(path: &Path) -> Result<Way, Stuck> {
    go(path, &|_| true, Detours::Ignored)
}

/// The same where `..` leads back from no other places than those that `may_pass` names; at the first one of others the way
/// ends, and nobody looks at it.
///
/// # Errors
/// As [`follow`] has them, or `..` leads back from such a place.
pub(super) fn follow_straight(path: &Path, may_pass: &dyn Fn(&Path) -> bool) -> Result<Way, Stuck> {
    go(path, &|_| true, Detours::Refused(may_pass))
}

/// Where the way of `path` leads as far as that shows by the links in folders that `looks_into` names. What lies in any
/// other folder is not looked at: the names of the path count as they are.
pub(super) fn follow_within(path: &Path, looks_into: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    go(path, looks_into, Detours::Ignored).ok().map(|way| way.real)
}

/// What becomes of a way that `..` leads back from somewhere.
#[derive(Clone, Copy)]
enum Detours<'d> {
    /// It goes on, whether or not that is there.
    Ignored,
    /// It ends there, unless this holds of the place.
    Refused(&'d dyn Fn(&Path) -> bool),
}

fn go(path: &Path, looks_into: &dyn Fn(&Path) -> bool, detours: Detours<'_>) -> Result<Way, Stuck> {
    let here = || std::env::current_dir().map_err(|error| Stuck { at: PathBuf::new(), error });
    let mut real = if path.is_absolute() { PathBuf::new() } else { here()? };
    let mut traveller = Traveller { looks_into, detours, links: 0, passes_version_control: false };
    let mut given = PathBuf::new();
    let mut links = Vec::new();
    let mut components = path.components();
    while let Some(component) = components.next() {
        given.push(component);
        match component {
            Component::Normal(name) => {
                let turns_back = components.clone().any(|component| component == Component::ParentDir);
                let entered = traveller.enter(&mut real, name, turns_back);
                if let Some(folder) = entered.map_err(|error| Stuck { at: real.clone(), error })? {
                    links.push(Link { given: given.clone(), folder, real: real.clone() });
                }
            }
            Component::ParentDir => {
                real.pop();
            }
            // On Windows it keeps the drive.
            Component::RootDir => real.push(component),
            Component::Prefix(drive) => {
                let drive = Path::new(drive.as_os_str());
                real = std::path::absolute(drive).map_err(|error| Stuck { at: drive.to_owned(), error })?;
            }
            Component::CurDir => {}
        }
    }
    Ok(Way { real, links, passes_version_control: traveller.passes_version_control })
}

struct Traveller<'t> {
    /// Whether what lies in a folder is looked at.
    looks_into: &'t dyn Fn(&Path) -> bool,
    detours: Detours<'t>,
    links: usize,
    passes_version_control: bool,
}

enum Step {
    Drive(OsString),
    Root,
    Up,
    Into(OsString),
}

impl Traveller<'_> {
    /// Goes from the folder `real` to what it calls `name`, through links; the folder if it is a link. `turns_back` says
    /// whether a `..` comes later.
    fn enter(&mut self, real: &mut PathBuf, name: &OsStr, turns_back: bool) -> io::Result<Option<PathBuf>> {
        let mut steps = vec![Step::Into(name.to_owned())];
        let mut start = None;
        while let Some(step) = steps.pop() {
            match step {
                Step::Drive(drive) => *real = PathBuf::from(drive),
                // On Windows it keeps the drive.
                Step::Root => real.push(Component::RootDir),
                Step::Up => {
                    real.pop();
                }
                Step::Into(name) => {
                    let looks = (self.looks_into)(real);
                    real.push(name);
                    let turns_back = turns_back
                        || steps.iter().any(|step| matches!(step, Step::Up | Step::Root | Step::Drive(_)));
                    if looks && self.is_link(real, turns_back)? {
                        let target = self.target(real)?;
                        real.pop();
                        start.get_or_insert_with(|| real.clone());
                        steps.extend(target.components().rev().filter_map(step_of));
                    }
                }
            }
        }
        Ok(start)
    }

    fn is_link(&self, place: &Path, turns_back: bool) -> io::Result<bool> {
        match self.detours {
            Detours::Refused(may_pass) if turns_back && !may_pass(place) => Err(system::refused()),
            Detours::Ignored if turns_back => {
                Ok(place.symlink_metadata().is_ok_and(|place| place.is_symlink()))
            }
            _ => Ok(place.symlink_metadata()?.is_symlink()),
        }
    }

    fn target(&mut self, link: &Path) -> io::Result<PathBuf> {
        self.links += 1;
        if self.links > MOST_LINKS {
            return Err(system::endless());
        }
        self.passes_version_control |= is_version_control(link);
        read_link(link)
    }
}

/// What a link says, whether or not that is there.
#[expect(clippy::disallowed_methods, reason = "the one place that looks into links")]
pub(super) fn read_link(link: &Path) -> io::Result<PathBuf> {
    std::fs::read_link(link)
}

fn step_of(component: Component<'_>) -> Option<Step> {
    match component {
        Component::RootDir => Some(Step::Root),
        Component::ParentDir => Some(Step::Up),
        Component::Normal(name) => Some(Step::Into(name.to_owned())),
        Component::Prefix(drive) => Some(Step::Drive(drive.as_os_str().to_owned())),
        Component::CurDir => None,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use std::path::Path;

    use super::{follow, follow_straight};

    #[test]
    fn a_way_ends_where_the_system_says_and_names_its_links() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = folder.path().canonicalize().expect("it is there");
        std::fs::create_dir_all(top.join("a/b")).expect("a folder");
        std::fs::write(top.join("a/b/file"), "").expect("a file");
        for (target, link) in [("a/b", "one"), ("../one/../b/file", "a/two"), (".", "self"), ("loop", "loop")]
        {
            symlink(target, top.join(link)).expect("a link");
        }
        symlink(&top, top.join("a/top")).expect("a link");
        for (path, links) in [
            ("a/b/file", &[][..]),
            ("one/file", &["one"]),
            ("one/../two", &["one", "one/../two"]),
            ("self/self/a/top/one/file", &["self", "self/self", "self/self/a/top", "self/self/a/top/one"]),
        ] {
            let way = follow(&top.join(path)).expect(path);
            assert_eq!(way.real, top.join(path).canonicalize().expect("it is there"), "{path}");
            let given: Vec<_> = way.links.iter().map(|link| link.given.clone()).collect();
            assert_eq!(given, links.iter().map(|link| top.join(link)).collect::<Vec<_>>());
        }
        assert!(follow(&top.join("loop")).is_err() && follow(&top.join("absent")).is_err());
        assert_eq!(follow(&top.join("absent/../a")).expect("it is left again").real, top.join("a"));
        assert!(follow(&top.join("self/".repeat(41))).is_err());
    }

    #[test]
    fn a_way_may_end_where_it_would_turn_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = folder.path().canonicalize().expect("it is there");
        std::fs::create_dir_all(top.join("in/a")).expect("a folder");
        std::fs::create_dir(top.join("out")).expect("a folder");
        symlink("../out/../in/a", top.join("in/link")).expect("a link");
        symlink("../out", top.join("in/away")).expect("a link");
        let inside = top.join("in");
        let may_pass = |place: &Path| place.starts_with(&inside) || inside.starts_with(place);
        for (path, ends) in [
            ("in/a/../a", None),
            ("in/../in/a", None),
            ("out", None),
            ("out/../in/a", Some("out")),
            ("absent/../in/a", Some("absent")),
            ("in/link", Some("out")),
            ("in/away/../in/a", Some("out")),
        ] {
            let way = follow_straight(&top.join(path), &may_pass);
            assert_eq!(way.err().map(|stuck| stuck.at), ends.map(|name| top.join(name)), "{path}");
        }
    }

    #[test]
    fn the_data_of_version_control_is_seen_where_a_link_leaves_it_again() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join(".git")).expect("a folder");
        std::fs::write(folder.path().join("config"), "").expect("a file");
        symlink("../config", folder.path().join(".git/config")).expect("a link");
        symlink(".git/config", folder.path().join("link")).expect("a link");
        assert!(follow(&folder.path().join("link")).expect("it is there").passes_version_control);
        assert!(!follow(&folder.path().join("config")).expect("it is there").passes_version_control);
    }
}
