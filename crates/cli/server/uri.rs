//! The names that the protocol gives to files: `file:` URIs.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use super::unsaved::UNTITLED;

/// What stands in a path as it is: the unreserved characters of RFC 3986, section 2.3, and the slash.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The path that a `file:` URI names. A document that has no file goes by its URI, which is no path from the root; other
/// schemes name nothing that is edited.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    if uri.as_str().starts_with(UNTITLED) {
        return Some(PathBuf::from(uri.as_str()));
    }
    let rest = uri.as_str().strip_prefix("file://")?;
    let path = &rest[rest.find('/')?..];
    let bytes: Vec<u8> = percent_decode_str(path).collect();
    Some(PathBuf::from(OsStr::from_bytes(&bytes)))
}

/// The URI of a file by its absolute path, or of a document that has none.
pub(super) fn uri(path: &Path) -> Option<Uri> {
    if !path.is_absolute() {
        return Uri::from_str(path.to_str()?).ok();
    }
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
        for text in ["git:/a/b", "vscode-notebook-cell:/a/b"] {
            assert_eq!(path(&Uri::from_str(text).expect("a URI")), None, "{text}");
        }
        let unsaved = Uri::from_str("untitled:Untitled-1").expect("a URI");
        let name = path(&unsaved).expect("a name");
        assert!(!name.is_absolute());
        assert_eq!(uri(&name), Some(unsaved));
        let host = Uri::from_str("file://localhost/a").expect("a URI");
        assert_eq!(path(&host).as_deref(), Some(Path::new("/a")));
    }
}
