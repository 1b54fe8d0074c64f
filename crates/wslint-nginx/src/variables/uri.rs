//! Request targets as `ngx_http_parse_complex_uri` reads them, and as `ngx_escape_uri` writes them again.

/// A request target, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The path: `%XX` decoded, `//` merged unless `merge_slashes` is off, dot segments resolved.
    pub(crate) path: String,
    /// What follows the first `?`.
    pub(crate) args: String,
    /// Whether the target held a `%`.
    pub(crate) quoted: bool,
}

/// Reads a request target, with `merge_slashes` on or off. `None` is a target that nginx answers with 400.
pub(crate) fn read(target: &str, merge_slashes: bool) -> Option<Target> {
    let without_fragment = target.split('#').next().unwrap_or_default();
    let (path, args) = match without_fragment.split_once('?') {
        Some((path, args)) => (path, args),
        None => (without_fragment, ""),
    };
    if !path.starts_with('/') {
        return None;
    }
    if is_normal(path.as_bytes()) {
        return Some(Target { path: path.to_owned(), args: args.to_owned(), quoted: false });
    }
    let decoded = decode(path)?;
    let mut segments: Vec<&[u8]> = Vec::new();
    let mut pieces = decoded.split(|&byte| byte == b'/').skip(1).peekable();
    let mut directory = true;
    while let Some(piece) = pieces.next() {
        let last = pieces.peek().is_none();
        directory = piece.is_empty() || piece == b"." || piece == b"..";
        match piece {
            b"." => {}
            b"" if merge_slashes || last => {}
            b".." => {
                segments.pop()?;
            }
            _ => segments.push(piece),
        }
        if !last {
            directory = true;
        }
    }
    let mut normal: Vec<u8> = Vec::with_capacity(decoded.len());
    for segment in &segments {
        normal.push(b'/');
        normal.extend_from_slice(segment);
    }
    if directory || normal.is_empty() {
        normal.push(b'/');
    }
    Some(Target {
        path: String::from_utf8_lossy(&normal).into_owned(),
        args: args.to_owned(),
        quoted: path.contains('%'),
    })
}

/// Whether a path stays as it is: nothing in it is escaped, and no segment is empty or begins with a dot.
fn is_normal(path: &[u8]) -> bool {
    !path.contains(&b'%') && path.windows(2).all(|pair| pair[0] != b'/' || !matches!(pair[1], b'/' | b'.'))
}

/// Decodes `%XX`. `None` for a broken escape or a NUL, which nginx answers with 400.
fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%' {
            let digits = text.get(at + 1..at + 3)?;
            decoded.push(u8::from_str_radix(digits, 16).ok().filter(|&byte| byte != 0)?);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    Some(decoded)
}

/// Escapes a path for a request line, as nginx does since 1.21.1 for a path that it has changed.
pub(crate) fn escape(path: &str) -> String {
    escape_all(path, b"#%?")
}

/// Escapes what an expression captured for the query that a `rewrite` writes.
pub(crate) fn escape_argument(text: &str) -> String {
    escape_all(text, b"#%&+;?")
}

/// Escapes these characters beside those that no target holds as they are.
fn escape_all(text: &str, special: &[u8]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for &byte in text.as_bytes() {
        let never = byte <= b' ' || byte >= 0x7f || b"\"<>\\^`{|}".contains(&byte);
        if never || special.contains(&byte) {
            escaped.push_str(&format!("%{byte:02X}"));
        } else {
            escaped.push(char::from(byte));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{escape, escape_argument, read};

    #[test]
    fn targets_are_normalised_as_nginx_does() {
        let check = |target: &str, expected: Option<(&str, &str)>| {
            let read = read(target, true).map(|target| (target.path, target.args));
            let expected = expected.map(|(path, args)| (path.to_owned(), args.to_owned()));
            assert_eq!(read, expected, "{target}");
        };
        check("/ws?x=1", Some(("/ws", "x=1")));
        check("/a//b", Some(("/a/b", "")));
        check("/a/../b/", Some(("/b/", "")));
        check("/a/./", Some(("/a/", "")));
        check("/a/..", Some(("/", "")));
        check("/", Some(("/", "")));
        check("/app/a%2Fb", Some(("/app/a/b", "")));
        check("/..", None);
        check("/%zz", None);
        check("ws", None);
    }

    #[test]
    fn slashes_stay_where_they_are_not_merged() {
        let check = |target: &str, expected: &str| {
            assert_eq!(read(target, false).map(|target| target.path).as_deref(), Some(expected), "{target}");
        };
        check("//ws", "//ws");
        check("/a//b/", "/a//b/");
        check("/a//", "/a//");
        check("//../ws", "/ws");
        check("/a//../b", "/a/b");
    }

    #[test]
    fn changed_paths_are_escaped() {
        assert_eq!(escape("/a b?c&d"), "/a%20b%3Fc&d");
        assert_eq!(escape_argument("a&{b}"), "a%26%7Bb%7D");
    }
}
