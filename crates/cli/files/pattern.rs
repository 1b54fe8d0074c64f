//! File name patterns as nginx expands them: glob(3) of the C library without braces and tilde, on bytes. Each
//! component is matched by itself, in time that grows with the product of both lengths at most.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use bstr::ByteVec as _;

/// Whether nginx expands the path as a pattern (`strpbrk(name, "*?[")` in `ngx_conf_include`).
pub(crate) fn is_pattern(path: &Path) -> bool {
    memchr::memchr3(b'*', b'?', b'[', path.as_os_str().as_encoded_bytes()).is_some()
}

/// The folder that a pattern looks into, and the pattern within it: `conf.d` and `*.conf`.
pub(crate) fn split(pattern: &Path) -> (PathBuf, PathBuf) {
    let mut folder = PathBuf::new();
    let mut components = pattern.components();
    while let Some(next) = components.clone().next() {
        if is_pattern(Path::new(next.as_os_str())) {
            break;
        }
        folder.push(unquoted(next.as_os_str()));
        components.next();
    }
    (folder, components.as_path().to_owned())
}

/// Whether a pattern names a path.
pub(crate) fn matches(pattern: &Path, path: &Path) -> bool {
    let mut names = path.components();
    let all = pattern.components().all(|component| match (component, names.next()) {
        (Component::Normal(pattern), Some(Component::Normal(name))) => {
            NamePattern::new(pattern).matches(name)
        }
        (one, other) => Some(one) == other,
    });
    all && names.next().is_none()
}

/// A name in a pattern without the backslashes that quote its characters.
pub(super) fn unquoted(name: &OsStr) -> OsString {
    let mut bytes = Vec::with_capacity(name.len());
    let mut quoted = false;
    for &byte in name.as_encoded_bytes() {
        quoted = byte == b'\\' && !quoted;
        if !quoted {
            bytes.push(byte);
        }
    }
    // A backslash at the end quotes nothing.
    bytes.extend(quoted.then_some(b'\\'));
    bytes.into_os_string_lossy()
}

/// The longest name that a file system has, in bytes.
const LONGEST_NAME: usize = 255;

/// The longest pattern that names something, in bytes: nginx takes no longer parameter.
const LONGEST_PATTERN: usize = 4096;

/// A pattern for the names in one folder.
#[derive(Debug)]
pub(super) struct NamePattern {
    parts: Vec<Part>,
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// `*`
    Any,
    /// `?`
    One,
    /// A byte as it stands, or behind a backslash.
    Byte(u8),
    /// `[…]`, by the bytes that it takes.
    Class(Box<[bool; 256]>),
}

impl NamePattern {
    /// Reads one component of a pattern.
    pub(super) fn new(component: &OsStr) -> Self {
        if component.len() > LONGEST_PATTERN {
            return Self { parts: vec![Part::Class(Box::new([false; 256]))] };
        }
        let mut rest = component.as_encoded_bytes();
        let mut parts = Vec::new();
        while let [first, behind @ ..] = rest {
            let (part, behind) = match (first, behind) {
                (b'*', _) => (Part::Any, behind),
                (b'?', _) => (Part::One, behind),
                (b'\\', [quoted, behind @ ..]) => (Part::Byte(*quoted), behind),
                (b'[', _) => match class(behind) {
                    Some((taken, behind)) => (Part::Class(taken), behind),
                    None => (Part::Byte(b'['), behind),
                },
                _ => (Part::Byte(*first), behind),
            };
            rest = behind;
            if part != Part::Any || parts.last() != Some(&Part::Any) {
                parts.push(part);
            }
            // No name has so many bytes; twice as many, since each may stand behind an asterisk.
            if parts.len() > 2 * LONGEST_NAME + 1 {
                break;
            }
        }
        Self { parts }
    }

    /// Whether a name matches. A dot at its beginning must stand in the pattern.
    pub(super) fn matches(&self, name: &OsStr) -> bool {
        let name = name.as_encoded_bytes();
        if name.len() > LONGEST_NAME
            || (name.first() == Some(&b'.') && self.parts.first() != Some(&Part::Byte(b'.')))
        {
            return false;
        }
        let (mut part, mut at) = (0, 0);
        // Where to go on if the parts behind the last asterisk do not match here: it takes one byte more.
        let mut again = None;
        while at < name.len() {
            match self.parts.get(part) {
                Some(Part::Any) => {
                    part += 1;
                    again = Some((part, at));
                }
                Some(other) if other.takes(name[at]) => {
                    part += 1;
                    at += 1;
                }
                _ => match &mut again {
                    Some((behind, start)) => {
                        *start += 1;
                        (part, at) = (*behind, *start);
                    }
                    None => return false,
                },
            }
        }
        self.parts[part..].iter().all(|part| *part == Part::Any)
    }
}

impl Part {
    fn takes(&self, byte: u8) -> bool {
        match self {
            Self::Any => false,
            Self::One => true,
            Self::Byte(own) => *own == byte,
            Self::Class(taken) => taken[usize::from(byte)],
        }
    }
}

/// Reads a class behind its `[`; what it takes, and what stands behind it. `None` if it has no end: then the bracket
/// stands for itself.
fn class(text: &[u8]) -> Option<(Box<[bool; 256]>, &[u8])> {
    let (negated, mut rest) = match text {
        [b'!' | b'^', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let mut taken = Box::new([false; 256]);
    let mut is_first = true;
    loop {
        let (low, behind) = match rest {
            [b']', behind @ ..] if !is_first => {
                rest = behind;
                break;
            }
            [b'[', b':', behind @ ..] if let Some((members, behind)) = named_class(behind) => {
                (0..=u8::MAX).filter(members).for_each(|byte| taken[usize::from(byte)] = true);
                (rest, is_first) = (behind, false);
                continue;
            }
            _ => class_byte(rest)?,
        };
        let (high, behind) = match behind {
            [b'-', end @ ..] if !end.starts_with(b"]") => class_byte(end)?,
            _ => (low, behind),
        };
        (low..=high).for_each(|byte| taken[usize::from(byte)] = true);
        (rest, is_first) = (behind, false);
    }
    if negated {
        taken.iter_mut().for_each(|takes| *takes = !*takes);
    }
    Some((taken, rest))
}

/// A byte of a class: as it stands, behind a backslash, or written as `[.a.]` or `[=a=]`.
fn class_byte(text: &[u8]) -> Option<(u8, &[u8])> {
    match text {
        [b'[', b'.', byte, b'.', b']', behind @ ..] | [b'[', b'=', byte, b'=', b']', behind @ ..] => {
            Some((*byte, behind))
        }
        [b'\\', byte, behind @ ..] | [byte, behind @ ..] => Some((*byte, behind)),
        [] => None,
    }
}

/// Whether a byte is a member of a class.
type Members = fn(&u8) -> bool;

/// `alpha:]` and its kin, as the C locale has them.
fn named_class(text: &[u8]) -> Option<(Members, &[u8])> {
    let end = text.windows(2).position(|pair| pair == b":]")?;
    let members: Members = match &text[..end] {
        b"alpha" => u8::is_ascii_alphabetic,
        b"digit" => u8::is_ascii_digit,
        b"alnum" => u8::is_ascii_alphanumeric,
        b"upper" => u8::is_ascii_uppercase,
        b"lower" => u8::is_ascii_lowercase,
        b"punct" => u8::is_ascii_punctuation,
        b"xdigit" => u8::is_ascii_hexdigit,
        b"graph" => u8::is_ascii_graphic,
        b"cntrl" => u8::is_ascii_control,
        b"space" => |byte| byte.is_ascii_whitespace() || *byte == 0x0b,
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"print" => |byte| byte.is_ascii_graphic() || *byte == b' ',
        _ => return None,
    };
    Some((members, &text[end + 2..]))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::{Path, PathBuf};

    use super::{NamePattern, is_pattern, matches, split, unquoted};

    #[test]
    fn patterns_are_split_behind_the_last_plain_folder() {
        let (folder, rest) = split(Path::new("/etc/nginx/conf.d/*.conf"));
        assert_eq!((folder.as_path(), rest.as_path()), (Path::new("/etc/nginx/conf.d"), Path::new("*.conf")));
        let (folder, rest) = split(Path::new("*/a.conf"));
        assert_eq!((folder.as_path(), rest.as_path()), (Path::new(""), Path::new("*/a.conf")));
        assert!(!is_pattern(Path::new("a{b,c}~")));
    }

    #[test]
    fn quotes_are_taken_away() {
        for (quoted, name) in
            [("a", "a"), (r"a\*b", "a*b"), (r"\\", r"\"), (r"a\", r"a\"), (r"\\\*\", r"\*\")]
        {
            assert_eq!(unquoted(OsStr::new(quoted)), name);
        }
    }

    #[test]
    fn names_match_as_the_c_library_has_it() {
        for (pattern, yes, no) in [
            ("*", &["a", "a.conf"][..], &[".a"][..]),
            ("*.conf", &["a.conf", "a.conf.conf", "[.conf"], &[".conf", "a.confx", "a.Conf"]),
            ("**.conf", &["a.conf", "é.conf"], &[".a.conf"]),
            ("?.conf", &["a.conf"], &["é.conf", ".conf", "ab.conf"]),
            (".*", &[".a", "."], &["a"]),
            (r"\.*", &[".a"], &["a"]),
            ("[.]a", &[], &[".a"]),
            ("[a-c]x", &["ax", "cx"], &["dx", "-x", "Ax"]),
            ("[!a-c]x", &["dx", "-x"], &["ax", ".x"]),
            ("[^a-c]x", &["dx"], &["ax"]),
            ("[]a]", &["]", "a"], &["b"]),
            ("[a-]", &["a", "-"], &["b"]),
            ("[-a]", &["a", "-"], &["b"]),
            (r"[\]x]", &["]", "x"], &["\\"]),
            ("[[:digit:]_]*", &["1", "_a"], &["a", ":"]),
            ("[[:alpha:]]", &["a", "Z"], &["1", "_", " "]),
            ("[[:alnum:]]", &["a", "1"], &["_", " "]),
            ("[[:upper:]]", &["A"], &["a", "1"]),
            ("[[:lower:]]", &["a"], &["A", "1"]),
            ("[[:punct:]]", &["_", "-"], &["a", " "]),
            ("[[:xdigit:]]", &["f", "F", "9"], &["g"]),
            ("[[:graph:]]", &["a", "_"], &[" ", "\t"]),
            ("[[:cntrl:]]", &["\t", "\x7f"], &["a", " "]),
            ("[[:space:]]", &[" ", "\t", "\x0b"], &["a", "_"]),
            ("[[:blank:]]", &[" ", "\t"], &["\n", "a"]),
            ("[[:print:]]", &["a", " "], &["\t"]),
            ("[[.a.][=b=]]", &["a", "b"], &[".", "="]),
            ("[[:nope:]]", &[":]", "n]"], &["n"]),
            ("[a", &["[a"], &["a"]),
            ("x[", &["x["], &["x"]),
            (r"x\[1\].con?", &["x[1].conf"], &["x1.conf"]),
            (r"a\", &[r"a\"], &["a"]),
            ("a*b*c", &["abc", "axbxbxc", "abbcc"], &["ab", "acb", "abcd"]),
            ("{a,b}", &["{a,b}"], &["a"]),
            ("**/x", &[], &["x"]),
        ] {
            let read = NamePattern::new(OsStr::new(pattern));
            for name in yes {
                assert!(read.matches(OsStr::new(name)), "{pattern} {name}");
            }
            for name in no {
                assert!(!read.matches(OsStr::new(name)), "{pattern} {name}");
            }
        }
        assert!(NamePattern::new(OsStr::new("*.conf")).matches(OsStr::from_bytes(b"\xff.conf")));
    }

    #[test]
    fn long_patterns_end() {
        let name = "a".repeat(255);
        for pattern in
            ["*a".repeat(200) + "*b", "*?".repeat(100_000), "[".repeat(100_000), "[a-".repeat(50_000)]
        {
            assert!(!NamePattern::new(OsStr::new(&pattern)).matches(OsStr::new(&name)));
        }
        assert!(NamePattern::new(OsStr::new(&"*?".repeat(255))).matches(OsStr::new(&name)));
    }

    #[test]
    fn paths_match_component_by_component() {
        for (pattern, path, matching) in [
            ("/e/*/a.conf", "/e/x/a.conf", true),
            ("/e/*.conf", "/e/x/a.conf", false),
            ("/e/*/*", "/e/x", false),
            ("/e/*", "/e/.x", false),
            ("/e/../e/[ab]", "/e/../e/b", true),
        ] {
            assert_eq!(matches(Path::new(pattern), &PathBuf::from(path)), matching, "{pattern} {path}");
        }
    }
}
