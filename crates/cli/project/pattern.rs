//! The file name patterns of nginx's `include`: glob(3) of the C library without braces and tilde, in byte order.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern, glob_with};

const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// The path that an `include` names: nginx hands it on as a C string, which a NUL ends.
pub(crate) fn named(argument: &[u8]) -> PathBuf {
    let end = memchr::memchr(0, argument).unwrap_or(argument.len());
    PathBuf::from(OsStr::from_bytes(&argument[..end]))
}

/// Whether nginx expands the path as a pattern (`strpbrk(name, "*?[")` in `ngx_conf_include`).
pub(crate) fn is_pattern(path: &Path) -> bool {
    memchr::memchr3(b'*', b'?', b'[', path.as_os_str().as_bytes()).is_some()
}

/// The folder that a pattern looks into, and the pattern within it: `conf.d` and `*.conf`.
pub(crate) fn split(pattern: &Path) -> (PathBuf, PathBuf) {
    let mut folder = PathBuf::new();
    let mut components = pattern.components();
    while let Some(next) = components.clone().next() {
        if is_pattern(Path::new(next.as_os_str())) {
            break;
        }
        folder.push(next);
        components.next();
    }
    (folder, components.as_path().to_owned())
}

/// The files that match `pattern` in `folder`, in byte order. `None` for a pattern that is no text.
pub(crate) fn expand(folder: &Path, pattern: &Path) -> Option<Vec<PathBuf>> {
    let here = folder.as_os_str().is_empty();
    let within = if here { String::new() } else { Pattern::escape(folder.to_str()?) + "/" };
    let matches = glob_with(&(within + &translate(pattern.to_str()?)), OPTIONS).ok()?;
    let mut files: Vec<PathBuf> = matches.filter_map(Result::ok).collect();
    files.sort_by(|one, other| one.as_os_str().as_bytes().cmp(other.as_os_str().as_bytes()));
    Some(files)
}

/// Whether a pattern names a path, as [`expand`] would find it.
pub(crate) fn matches(pattern: &Path, path: &Path) -> bool {
    pattern
        .to_str()
        .and_then(|pattern| Pattern::new(&translate(pattern)).ok())
        .is_some_and(|pattern| pattern.matches_path_with(path, OPTIONS))
}

/// Writes a glob(3) pattern for the glob crate, which has no backslash quotes, knows `^` only as a character of a
/// class, and reads `**` as any depth.
fn translate(pattern: &str) -> String {
    let mut translated = String::with_capacity(pattern.len());
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(quoted) => translated.push_str(&Pattern::escape(quoted.encode_utf8(&mut [0; 4]))),
                None => translated.push('\\'),
            },
            '*' if translated.ends_with('*') => {}
            '[' if characters.peek() == Some(&'^') => {
                characters.next();
                translated.push_str("[!");
            }
            _ => translated.push(character),
        }
    }
    translated
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{expand, is_pattern, named, split};

    #[test]
    fn a_nul_ends_the_name() {
        assert_eq!(named(b"a.conf\0x"), PathBuf::from("a.conf"));
    }

    #[test]
    fn patterns_are_split_behind_the_last_plain_folder() {
        let (folder, rest) = split(Path::new("/etc/nginx/conf.d/*.conf"));
        assert_eq!((folder.as_path(), rest.as_path()), (Path::new("/etc/nginx/conf.d"), Path::new("*.conf")));
        let (folder, rest) = split(Path::new("*/a.conf"));
        assert_eq!((folder.as_path(), rest.as_path()), (Path::new(""), Path::new("*/a.conf")));
        assert!(!is_pattern(Path::new("a{b,c}~")));
    }

    #[test]
    fn matches_come_in_byte_order_without_dot_files() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a.conf", "B.conf", "_.conf", "10.conf", "9.conf", ".hidden.conf", "x[1].conf", "y.txt"]
        {
            std::fs::write(folder.path().join(name), "").expect("a file");
        }
        let names = |pattern: &str| -> Vec<String> {
            expand(folder.path(), Path::new(pattern))
                .expect("a pattern")
                .iter()
                .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
                .collect()
        };
        assert_eq!(names("*.conf"), ["10.conf", "9.conf", "B.conf", "_.conf", "a.conf", "x[1].conf"]);
        assert_eq!(names("**.conf").len(), 6);
        assert_eq!(names("[^a-z]*.conf"), ["10.conf", "9.conf", "B.conf", "_.conf"]);
        assert_eq!(names("x\\[1\\].con?"), ["x[1].conf"]);
    }
}
