//! The data of version control by its names. It is never read: `actions/checkout` leaves its token in `.git/config`.

use std::ffi::OsStr;
use std::path::Path;

/// The folders of git, Mercurial, Subversion, Jujutsu and Bazaar.
const NAMES: [&str; 5] = [".git", ".hg", ".svn", ".jj", ".bzr"];

/// Whether a path leads through a folder of version control, by its name.
pub(super) fn is_version_control(path: &Path) -> bool {
    path.iter().any(is_version_control_name)
}

/// Whether a file or folder of this name belongs to version control. File systems that fold letters, skip invisible
/// characters or shorten names find it under other spellings too (CVE-2014-9390).
pub(crate) fn is_version_control_name(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    if !bytes.first().is_some_and(|&first| matches!(first, b'.' | b'g' | b'G') || !first.is_ascii()) {
        return false;
    }
    let text = name.to_string_lossy();
    let seen: String = text.chars().filter(|&c| !is_skipped(c)).collect::<String>().to_ascii_lowercase();
    let seen = seen.trim_end_matches(['.', ' ']);
    NAMES.contains(&seen) || seen.strip_prefix("git~").is_some_and(|rest| rest.parse::<u8>().is_ok())
}

/// What HFS+ skips when it compares names.
fn is_skipped(character: char) -> bool {
    matches!(
        character,
        '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::is_version_control_name;

    #[test]
    fn version_control_is_known_by_every_spelling() {
        for name in [
            ".git",
            ".GIT",
            ".Hg",
            ".svn",
            ".g\u{200c}it",
            "\u{feff}.git",
            ".git. .",
            "git~1",
            "GIT~2",
            ".jj",
        ] {
            assert!(is_version_control_name(OsStr::new(name)), "{name:?}");
        }
        for name in [
            ".gitignore",
            ".github",
            "git",
            "git~",
            "git~a",
            ".",
            "..",
            "...",
            "",
            "a.git",
            ".gi\u{301}t",
            "é",
        ] {
            assert!(!is_version_control_name(OsStr::new(name)), "{name:?}");
        }
    }
}
