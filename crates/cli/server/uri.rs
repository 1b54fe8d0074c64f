//! The names that the protocol gives to files: `file:` URIs.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// What stands in a path as it is: the unreserved characters of RFC 3986, section 2.3, and the slash.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The path that a `file:` URI names. Other schemes name nothing on disk.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let path = &rest[rest.find('/')?..];
    let bytes: Vec<u8> = percent_decode_str(path).collect();
    Some(PathBuf::from(OsStr::from_bytes(&bytes)))
}

/// The URI of a file, by its absolute path.
pub(super) fn uri(path: &Path) -> Option<Uri> {
    let path = percent_encode(path.as_os_str().as_bytes(), ESCAPED);
    Uri::from_str(&format!("file://{path}")).ok()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;
    use std::str::FromStr;

    use lsp_types::Uri;

    use super::{path, uri};

    #[test]
    fn paths_come_back() {
        for name in ["/etc/nginx/nginx.conf", "/a b/%41/ü#?.conf", "/", "/x:y"] {
            let named = uri(Path::new(name)).expect("a URI");
            assert_eq!(path(&named).as_deref(), Some(Path::new(name)), "{}", named.as_str());
        }
        let strange = Path::new(OsStr::from_bytes(b"/\xff\n"));
        assert_eq!(uri(strange).as_ref().and_then(path).as_deref(), Some(strange));
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for text in ["untitled:Untitled-1", "git:/a/b"] {
            assert_eq!(path(&Uri::from_str(text).expect("a URI")), None, "{text}");
        }
        let host = Uri::from_str("file://localhost/a").expect("a URI");
        assert_eq!(path(&host).as_deref(), Some(Path::new("/a")));
    }
}
