//! What `nginx -T` prints: every file of a configuration, the main one first, each behind a line that names it. What
//! an include names is then in the same text, and nothing is looked for on disk.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use wslint_model::FileId;

use crate::files::{is_pattern, matches};
use crate::path_bytes::named;

/// What stands before the name in the line that `ngx_dump_config` prints; a colon stands behind it.
const HEADER: &[u8] = b"# configuration file /";

/// One file of a dump: its name and where its text stands in the dump.
pub(crate) type Part = (PathBuf, Range<usize>);

/// Whether a text is what `nginx -T` prints.
pub(crate) fn is_dump(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n').skip_while(|line| is_remark(line));
    lines.next().is_some_and(|line| header(line).is_some())
}

/// Whether the text of a file is what `nginx -T` printed of several. One with a single header is read where it lies, with
/// what it includes there: anybody may have copied that comment.
pub(crate) fn holds_several(text: &[u8]) -> bool {
    is_dump(text) && text.split(|&byte| byte == b'\n').filter(|line| header(line).is_some()).nth(1).is_some()
}

/// Whether a text holds nothing but what nginx says when it refuses to print a configuration.
pub(crate) fn is_nothing(text: &[u8]) -> bool {
    text.split(|&byte| byte == b'\n').all(is_remark)
}

/// Cuts a dump into its files; empty if the text is no dump. What nginx says on standard error may stand before the
/// first of them, where both outputs went the same way.
pub(crate) fn parts(text: &[u8]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let start = at;
        at += line.len();
        if let Some(name) = header(line) {
            if let Some((_, range)) = parts.last_mut() {
                range.end = without_separator(text, range.start, start);
            }
            parts.push((name, at..text.len()));
        } else if parts.is_empty() && !is_remark(line) {
            return parts;
        }
    }
    if let Some((_, range)) = parts.last_mut() {
        range.end = without_separator(text, range.start, range.end);
    }
    parts
}

/// The name in a header line.
fn header(line: &[u8]) -> Option<PathBuf> {
    let name = line.trim_ascii_end().strip_suffix(b":")?;
    // The slash belongs to the name, which is always absolute.
    name.starts_with(HEADER).then(|| named(&name[HEADER.len() - 1..]))
}

/// nginx prints one line feed behind each file, which is not a part of it.
fn without_separator(text: &[u8], start: usize, end: usize) -> usize {
    if text[start..end].ends_with(b"\n") { end - 1 } else { end }
}

/// `nginx: the configuration file … syntax is ok`, warnings, and the command itself where somebody copied it along.
fn is_remark(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.is_empty() || line.starts_with(b"nginx: ") || is_logged(line) || line.ends_with(b"nginx -T")
}

/// `2024/05/17 09:30:00 [warn] 7#7: …`, as in nginx's error log, which may be standard error.
fn is_logged(line: &[u8]) -> bool {
    let stamp = line.iter().take_while(|byte| byte.is_ascii_digit() || b"/: ".contains(byte)).count();
    stamp == "2024/05/17 09:30:00 ".len() && line[stamp..].starts_with(b"[")
}

/// The files of a dump that were parsed, one after the other.
#[derive(Debug)]
pub(crate) struct Dump {
    first: FileId,
    names: Vec<PathBuf>,
    /// The place of each name; of two equal ones, the first counts, as nginx prints each file once.
    places: HashMap<PathBuf, usize>,
    /// Where more is looked for, if these are not all files that there are.
    outside: Option<PathBuf>,
}

impl Dump {
    /// A dump of the files with these names, whose ids follow each other from `first` on.
    pub(crate) fn new(first: FileId, names: Vec<PathBuf>) -> Self {
        let mut places = HashMap::new();
        for (place, name) in names.iter().enumerate() {
            places.entry(name.clone()).or_insert(place);
        }
        Self { first, names, places, outside: None }
    }

    /// The files with these names that are known of a container or a machine. Others are looked for from a folder on.
    pub(crate) fn of_container(first: FileId, names: Vec<PathBuf>, outside: PathBuf) -> Self {
        Self { outside: Some(outside), ..Self::new(first, names) }
    }

    /// The first file.
    pub(crate) fn first(&self) -> FileId {
        self.first
    }

    /// Where what these files do not hold is looked for; `None` if there is no more.
    pub(crate) fn outside(&self) -> Option<&Path> {
        self.outside.as_deref()
    }

    /// The files, the main one first.
    pub(crate) fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        let first = self.first.0;
        (first..first + self.names.len() as u32).map(FileId)
    }

    /// The name of a file of this dump.
    pub(crate) fn name(&self, file: FileId) -> Option<&Path> {
        let place = file.0.checked_sub(self.first.0)?;
        self.names.get(place as usize).map(PathBuf::as_path)
    }

    /// What an `include` names, in nginx's order; `base` is where relative paths start. `None` if it is a plain path
    /// that the dump does not hold: somebody cut it.
    pub(crate) fn find(&self, path: &Path, base: &Path) -> Option<Vec<FileId>> {
        if self.outside.is_none() {
            return self.at(&base.join(path));
        }
        // Where nginx itself begins is not known: mostly in a folder above the file.
        let mut places = base.ancestors().map(|folder| folder.join(path));
        places.find_map(|path| self.at(&path).filter(|files| !files.is_empty()))
    }

    fn at(&self, path: &Path) -> Option<Vec<FileId>> {
        if !is_pattern(path) {
            return self.places.get(path).map(|&place| vec![self.id(place)]);
        }
        let mut found: Vec<(&PathBuf, &usize)> =
            self.places.iter().filter(|(name, _)| matches(path, name)).collect();
        found.sort_by_key(|(name, _)| name.as_os_str().as_encoded_bytes());
        Some(found.into_iter().map(|(_, &place)| self.id(place)).collect())
    }

    fn id(&self, place: usize) -> FileId {
        FileId(self.first.0 + place as u32)
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use wslint_model::FileId;

    use super::{Dump, is_nothing, parts};

    fn cut(text: &str) -> Vec<(String, &str)> {
        let parts = parts(text.as_bytes());
        parts.into_iter().map(|(name, range)| (name.display().to_string(), &text[range])).collect()
    }

    #[test]
    fn a_dump_is_cut_into_its_files() {
        let dump = "nginx: [warn] something\n2024/05/17 09:30:00 [warn] 7#7: something\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n\
                    # configuration file /etc/nginx/nginx.conf:\nevents {}\n\n\
                    # configuration file /etc/nginx/no-line-feed.conf:\n# end\n\
                    # configuration file /etc/nginx/a b.conf:\n\n";
        let expected = [
            ("/etc/nginx/nginx.conf", "events {}\n"),
            ("/etc/nginx/no-line-feed.conf", "# end"),
            ("/etc/nginx/a b.conf", ""),
        ];
        assert_eq!(cut(dump), expected.map(|(name, text)| (name.to_owned(), text)));
    }

    #[test]
    fn other_text_is_no_dump() {
        for text in
            ["", "events {}\n# configuration file /etc/nginx/nginx.conf:\n", "# configuration file x:\n"]
        {
            assert_eq!(cut(text), []);
        }
    }

    #[test]
    fn what_nginx_says_alone_is_nothing() {
        assert!(is_nothing(b""));
        assert!(is_nothing(b"2024/05/17 09:30:00 [emerg] 7#7: host not found\nnginx: test failed\n"));
        assert!(!is_nothing(b"# configuration file /etc/nginx/nginx.conf:\n"));
    }

    #[test]
    fn includes_are_found_in_the_dump() {
        let names = ["/e/nginx.conf", "/e/conf.d/b.conf", "/e/conf.d/a.conf", "/e/conf.d/.a.conf", "/e/x"];
        let dump = Dump::new(FileId(7), names.iter().map(PathBuf::from).collect());
        let find = |path: &str| {
            let found = dump.find(Path::new(path), Path::new("/e"));
            found.map(|files| files.into_iter().map(|FileId(id)| names[id as usize - 7]).collect::<Vec<_>>())
        };
        assert_eq!(find("conf.d/*.conf"), Some(vec!["/e/conf.d/a.conf", "/e/conf.d/b.conf"]));
        assert_eq!(find("/e//x"), Some(vec!["/e/x"]));
        assert_eq!(find("*.conf"), Some(vec!["/e/nginx.conf"]));
        assert_eq!(find("none/*"), Some(vec![]));
        assert_eq!(find("y"), None);
    }
}
