//! `.gitignore` and `.ignore`: what they hide in a searched folder. Only files of the tree itself count, so that a run
//! gives the same on every machine: neither the user's own ignore file nor `.git/info/exclude`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::error::ReadError;
use super::open::Entry;
use super::status::Kind;

/// The largest ignore file, in bytes.
const LARGEST: u64 = 1 << 20;

/// How many lines an ignore file may have: each takes a hundred times its own memory. The longest that people share
/// have a thousand.
const MOST_LINES: usize = 10_000;

/// How many bytes of wildcards an ignore file may hold, of those that become regular expressions, and all files of a run
/// together. A megabyte of asterisks takes one of memory, a thousand times over.
const MOST_WILDCARDS: usize = 8 << 10;
const MOST_WILDCARDS_OF_ALL: usize = 256 << 10;

/// The ignore files of a folder and those above it.
#[derive(Debug)]
pub(super) struct Level {
    above: Option<Rc<Level>>,
    /// The folder, as an absolute path.
    folder: PathBuf,
    /// Of `.ignore`, which wins over every `.gitignore`.
    ignore: Gitignore,
    git: Gitignore,
}

const IGNORE: &str = ".ignore";
const GITIGNORE: &str = ".gitignore";

/// Whether a file of this name says what is hidden.
pub(super) fn is_ignore_file(name: &OsStr) -> bool {
    name == IGNORE || name == GITIGNORE
}

impl Level {
    /// The ignore file that hides the file or folder at an absolute path. The folders above it were asked about before.
    pub(super) fn hides(&self, path: &Path, is_folder: bool) -> Option<PathBuf> {
        let first = |name: &str, of: fn(&Self) -> &Gitignore| {
            let mut levels = std::iter::successors(Some(self), |level| level.above.as_deref());
            levels.find_map(|level| match of(level).matched(path, is_folder) {
                Match::None => None,
                matched => Some((matched.is_ignore(), level.folder.join(name))),
            })
        };
        let decided = first(IGNORE, |level| &level.ignore).or_else(|| first(GITIGNORE, |level| &level.git));
        decided.and_then(|(hidden, file)| hidden.then_some(file))
    }
}

/// Reads ignore files.
#[derive(Debug, Default)]
pub(super) struct IgnoreFiles {
    /// Those that do not count, and why.
    pub(super) strange: Vec<(PathBuf, String)>,
    /// How many bytes of wildcards were read.
    wildcards: usize,
}

impl IgnoreFiles {
    /// Reads those of the folder `real`, below which paths are called by `path`, an absolute path.
    pub(super) fn read(&mut self, above: Option<Rc<Level>>, real: &Path, path: &Path) -> Option<Rc<Level>> {
        let mut read = |name| match self.matcher(real.join(name), path) {
            Ok(matcher) => matcher,
            Err(reason) => {
                self.strange.push((path.join(name), reason));
                None
            }
        };
        match (read(IGNORE), read(GITIGNORE)) {
            (None, None) => above,
            (ignore, git) => Some(Rc::new(Level {
                above,
                folder: path.to_owned(),
                ignore: ignore.unwrap_or_else(Gitignore::empty),
                git: git.unwrap_or_else(Gitignore::empty),
            })),
        }
    }

    /// What the ignore file at `real` matches below the folder `path`; `None` if there is none, and why it does not
    /// count.
    fn matcher(&mut self, real: PathBuf, path: &Path) -> Result<Option<Gitignore>, String> {
        let entry = match Entry::at(real).map_err(ReadError::from) {
            Err(ReadError::Missing) => return Ok(None),
            Err(error) => return Err(error.to_string()),
            // git follows none either.
            Ok(entry) if entry.kind == Kind::Link => return Err("it is a link".to_owned()),
            Ok(entry) => entry.regular().map_err(|error| error.to_string())?,
        };
        let bytes = entry.read(LARGEST).map_err(|error| error.to_string())?;
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        if memchr::memchr_iter(b'\n', text).nth(MOST_LINES).is_some() {
            return Err(format!("it has more than {MOST_LINES} lines"));
        }
        // A line that is no text hides nothing.
        let lines = || {
            let lines = text.split(|&byte| byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
            lines.map(|line| line.strip_suffix('\r').unwrap_or(line))
        };
        let wildcards = lines().filter(|line| is_expression(line)).map(str::len).sum();
        self.wildcards += wildcards;
        for (sum, most, whose) in [
            (wildcards, MOST_WILDCARDS, "it holds"),
            (self.wildcards, MOST_WILDCARDS_OF_ALL, "the ignore files down to this one hold"),
        ] {
            if sum > most {
                return Err(format!("{whose} more than {} KiB of patterns with wildcards", most >> 10));
            }
        }
        let mut builder = GitignoreBuilder::new(path);
        for line in lines() {
            // Nor does one that is no glob.
            let _ = builder.add_line(None, line);
        }
        builder.build().map(Some).map_err(|error| error.to_string())
    }
}

/// Whether a line becomes a regular expression: names, folders, and all files with an ending are looked up instead.
fn is_expression(line: &str) -> bool {
    let line = line.trim_start_matches(['!', '/']);
    let line = line.strip_prefix("**/").unwrap_or(line);
    let line = line.strip_prefix("*.").unwrap_or(line);
    let line = ["/**", "/*", "/"].iter().find_map(|end| line.strip_suffix(end)).unwrap_or(line);
    !line.starts_with('#') && line.contains(['*', '?', '[', '{', '\\'])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{IgnoreFiles, is_expression};

    /// Whether files of these texts hide `name`, a file, and how many of them do not count.
    fn check(texts: &[(&str, &str)], name: &str) -> (bool, usize) {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in texts {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let mut files = IgnoreFiles::default();
        let mut level = files.read(None, folder.path(), Path::new("/top"));
        if texts.iter().any(|(name, _)| name.starts_with("sub/")) {
            level = files.read(level, &folder.path().join("sub"), Path::new("/top/sub"));
        }
        let hidden = level.and_then(|level| level.hides(&Path::new("/top").join(name), false));
        (hidden.is_some(), files.strange.len())
    }

    #[test]
    fn the_nearest_word_holds_and_ignore_wins_over_gitignore() {
        for (texts, name, hidden) in [
            (&[(".gitignore", "*.conf\n")][..], "a.conf", true),
            (&[(".gitignore", "\u{feff}*.conf\r\n")], "a.conf", true),
            (&[(".gitignore", "*.conf\n"), ("sub/.gitignore", "!a.conf\n")], "sub/a.conf", false),
            (&[(".ignore", "*.conf\n"), ("sub/.gitignore", "!a.conf\n")], "sub/a.conf", true),
            (&[(".gitignore", "*.conf\n"), (".ignore", "!a.conf\n")], "a.conf", false),
            (&[(".gitignore", "/a.conf\n"), ("sub/x", "")], "sub/a.conf", false),
            (&[(".gitignore", "# a.conf\n\\#b\n[\n{a\n")], "a.conf", false),
        ] {
            assert_eq!(check(texts, name), (hidden, 0), "{texts:?}");
        }
    }

    #[test]
    fn files_that_would_take_too_much_do_not_count() {
        let lines = |count: usize, line: &str| line.repeat(count);
        for text in [
            lines(10_001, "a.conf\n"),
            lines(20_000, "*"),
            lines(2_000, "a.conf\na*b*c*d\n"),
            lines(5_000, "{a,b}"),
            lines(300_000, "name"),
        ] {
            assert_eq!(check(&[(".gitignore", &text)], "a.conf"), (false, 1), "{}", &text[..20]);
        }
        assert_eq!(check(&[(".gitignore", &lines(9_000, "a.conf\n"))], "a.conf"), (true, 0));
    }

    #[test]
    fn only_true_wildcards_are_counted() {
        for line in ["target/", "!/a.conf", "*.o", "**/build/", "/logs/**", "# what* was", "docs/a b"] {
            assert!(!is_expression(line), "{line}");
        }
        for line in ["*.py[cod]", "a*", "**", "x{a,b}", "a?b/"] {
            assert!(is_expression(line), "{line}");
        }
    }
}
