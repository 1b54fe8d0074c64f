//! Paths as bytes, which configurations, trees of git and URIs have them as. On Unix a path is its bytes; on Windows it is
//! text, and bytes that are not UTF-8 name nothing there.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// What stands in a URI as it is: the unreserved characters of RFC 3986, section 2.3, and the slash. A colon could pass
/// for the end of a scheme.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The path that these bytes name.
pub(crate) fn named(bytes: &[u8]) -> PathBuf {
    bytes.to_path_lossy().into_owned()
}

/// The bytes of a path, with `/` between its components on every system.
pub(crate) fn slashed(path: &Path) -> Cow<'_, [u8]> {
    let bytes = path.as_os_str().as_encoded_bytes();
    match cfg!(windows) && bytes.contains(&b'\\') {
        true => Cow::Owned(bytes.replace(b"\\", b"/")),
        false => Cow::Borrowed(bytes),
    }
}

/// A path as a URI: relative if the path is, else with the scheme of files.
pub(crate) fn uri(path: &Path) -> String {
    let bytes = slashed(path);
    let encoded = percent_encode(&bytes, ENCODED);
    match bytes.first() {
        Some(b'/') => format!("file://{encoded}"),
        // It begins with a drive.
        _ if path.is_absolute() => format!("file:///{encoded}"),
        _ => encoded.to_string(),
    }
}

/// The path that a `file:` URI names. Other schemes name nothing on disk.
pub(crate) fn of_uri(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let path = &rest[rest.find('/')?..];
    let bytes: Vec<u8> = percent_decode_str(path).collect();
    match bytes.as_slice() {
        // `/c:/nginx`
        [_, drive @ ..] if cfg!(windows) && drive.get(1) == Some(&b':') => Some(named(drive)),
        bytes => Some(named(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{named, of_uri, slashed, uri};

    #[test]
    fn every_path_is_a_uri() {
        for (path, encoded) in [
            ("conf.d/a-b_c~1.conf", "conf.d/a-b_c~1.conf"),
            ("a b:c#d?e%f.conf", "a%20b%3Ac%23d%3Fe%25f.conf"),
            ("http://a", "http%3A//a"),
            ("\n\u{1b}é\"", "%0A%1B%C3%A9%22"),
            ("/etc/nginx", "file:///etc/nginx"),
        ] {
            assert_eq!(uri(Path::new(path)), encoded);
        }
    }

    #[test]
    fn paths_come_back() {
        for name in ["/etc/nginx/nginx.conf", "/a b/%41/ü#?.conf", "/", "/x y:z"] {
            assert_eq!(of_uri(&uri(Path::new(name))).as_deref(), Some(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for text in ["untitled:Untitled-1", "git:/a/b"] {
            assert_eq!(of_uri(text), None, "{text}");
        }
        assert_eq!(of_uri("file://localhost/a").as_deref(), Some(Path::new("/a")));
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_a_path() {
        let strange = named(b"/\xff\n\\");
        assert_eq!(uri(&strange), "file:///%FF%0A%5C");
        assert_eq!(of_uri(&uri(&strange)), Some(strange.clone()));
        assert_eq!(&*slashed(&strange), b"/\xff\n\\");
    }

    #[cfg(windows)]
    #[test]
    fn drives_and_backslashes_are_written_as_on_other_systems() {
        assert_eq!(&*slashed(Path::new(r"conf.d\a.conf")), b"conf.d/a.conf");
        assert_eq!(uri(Path::new(r"C:\nginx\conf\a b.conf")), "file:///C%3A/nginx/conf/a%20b.conf");
        for name in [r"C:\nginx\nginx.conf", r"d:\é"] {
            assert_eq!(of_uri(&uri(Path::new(name))).as_deref(), Some(Path::new(name)));
        }
        assert_eq!(of_uri("file:///c%3A/a").as_deref(), Some(Path::new(r"c:\a")));
        assert_eq!(named(b"\xff").to_str(), Some("\u{fffd}"));
    }
}
