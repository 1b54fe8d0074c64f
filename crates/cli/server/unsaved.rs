//! Texts that lie nowhere on disk yet. They are read as the command reads standard input: by a name that tells what they
//! are and which folder their includes start from.

use std::path::{Path, PathBuf};

use crate::config::Configuration;
use crate::escape::shown_path;
use crate::project::{Loaded, NOWHERE, Overlay, load_over};

/// How an editor calls a document that has no file.
pub(super) const UNTITLED: &str = "untitled:";

/// What files of a language are called like; none for a language that holds no configuration.
fn extension(language: &str) -> Option<&'static str> {
    match language {
        "nginx" => Some("conf"),
        "haproxy" => Some("cfg"),
        "yaml" | "helm" => Some("yaml"),
        _ => None,
    }
}

/// Whether a document of this name and language is looked at: a file of any, and one without a name if its language says
/// that it is a configuration.
pub(super) fn is_read(path: &Path, language: &str) -> bool {
    path.is_absolute() || extension(language).is_some()
}

/// The name that a text is read by. One that has none lies in the folder that is open.
pub(super) fn name(path: &Path, language: &str, folder: &Path) -> PathBuf {
    if path.is_absolute() {
        return path.to_owned();
    }
    let given = path.to_string_lossy();
    let given = given.strip_prefix(UNTITLED).unwrap_or(&given);
    let last = Path::new(given).file_name().unwrap_or_default();
    folder.join(last).with_extension(extension(language).unwrap_or_default())
}

/// Reads a text by its name, with what it includes; the configuration keeps both.
pub(super) fn load(name: &Path, text: &str, configuration: &mut Configuration, overlay: &Overlay) -> Loaded {
    configuration.stdin_name = Some(shown_path(name));
    configuration.stdin_text = Some(text.as_bytes().to_owned());
    load_over(&[PathBuf::from(NOWHERE)], configuration, overlay)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{is_read, name};

    #[test]
    fn the_language_tells_what_a_text_is() {
        for (path, language, expected) in [
            ("untitled:Untitled-1", "nginx", "/w/Untitled-1.conf"),
            ("untitled:Untitled-1", "haproxy", "/w/Untitled-1.cfg"),
            ("untitled:/a/b/new", "yaml", "/w/new.yaml"),
            ("/w/conf.d/new.conf", "plaintext", "/w/conf.d/new.conf"),
        ] {
            let path = Path::new(path);
            assert!(is_read(path, language));
            assert_eq!(name(path, language, Path::new("/w")), Path::new(expected));
        }
        assert!(!is_read(Path::new("untitled:Untitled-1"), "python"));
    }
}
