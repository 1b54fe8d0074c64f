//! Between the URIs that editors name files by and the paths of this system.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;

use super::unsaved::UNTITLED;
use crate::path_bytes;

/// The path that a `file:` URI names. A document that has no file goes by its URI, which is no path from the root; other
/// schemes name nothing that is edited.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    if uri.as_str().starts_with(UNTITLED) {
        return Some(PathBuf::from(uri.as_str()));
    }
    path_bytes::of_uri(uri.as_str())
}

/// The URI of a file by its absolute path, or of a document that has none.
pub(super) fn uri(path: &Path) -> Option<Uri> {
    if !path.is_absolute() {
        return Uri::from_str(path.to_str()?).ok();
    }
    Uri::from_str(&path_bytes::uri(path)).ok()
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use lsp_types::Uri;

    use super::{path, uri};

    #[test]
    fn what_is_no_file_has_no_path_from_the_root() {
        for text in ["git:/a/b", "vscode-notebook-cell:/a/b"] {
            assert_eq!(path(&Uri::from_str(text).expect("a URI")), None, "{text}");
        }
        let unsaved = Uri::from_str("untitled:Untitled-1").expect("a URI");
        let name = path(&unsaved).expect("a name");
        assert!(!name.is_absolute());
        assert_eq!(uri(&name), Some(unsaved));
    }
}
