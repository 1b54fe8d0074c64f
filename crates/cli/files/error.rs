//! Why a file was not read, or may not be written to.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::escape::{escape, shown_path};

/// Why a file was not read, or may not be written to.
#[derive(Debug, Error)]
pub(crate) enum ReadError {
    /// Nothing is there.
    #[error("no such file or directory")]
    Missing,
    /// It is something that only looks like a file.
    #[error("it is a {0}, and only regular files are read")]
    NotRegular(&'static str),
    /// It is larger than this number of bytes, a multiple of 1 MiB.
    #[error("it is larger than {} MiB", .0 >> 20)]
    TooLarge(u64),
    /// It was replaced by another file while it was opened.
    #[error("it changed while it was opened")]
    Changed,
    /// It lies outside of the folders that may be read; it would have to lie in this one.
    #[error("it lies outside of what is linted")]
    Outside(PathBuf),
    /// A link on the way of a path that the command line names leads out of what it belongs to.
    #[error("the link `{}` leads out of the repository or folder that it lies in", shown(.link))]
    LeadsOut {
        /// The link, as it was typed.
        link: PathBuf,
        /// The folder that would have to be permitted.
        folder: PathBuf,
    },
    /// A link on the way of a path that is to be written leads to nothing.
    #[error("the link `{}` leads nowhere", shown(.0))]
    LeadsNowhere(PathBuf),
    /// It belongs to git, Mercurial or another system of version control, whose data may hold passwords and tokens.
    #[error("it is data of version control, such as `.git`, which may hold passwords")]
    VersionControl,
    /// The system refuses.
    #[error("{}", system_words(.0))]
    System(io::Error),
}

impl ReadError {
    /// What whoever named the file can do.
    pub(crate) fn advice(&self) -> Cow<'static, str> {
        match self {
            Self::Missing => "check the path".into(),
            Self::NotRegular(_) => "name a regular file or a folder, or pipe the text into `wslint -`".into(),
            Self::TooLarge(_) => "lint its parts one by one".into(),
            Self::Changed => "run wslint again".into(),
            Self::Outside(folder) | Self::LeadsOut { folder, .. } => {
                format!("--allow-root {} permits it", typed(folder)).into()
            }
            Self::LeadsNowhere(_) => "remove the link".into(),
            Self::VersionControl => "name the files of the working tree".into(),
            Self::System(_) => "make it readable for this user".into(),
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::System(error),
        }
    }
}

/// The system's words without the number and the path that libraries append: people know "Permission denied".
pub(crate) fn system_words(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

fn shown(path: &Path) -> String {
    escape(&shown_path(path)).into_owned()
}

/// A path as one word for a shell. Folders of processes are called differently in each run.
fn typed(path: &Path) -> String {
    if path.starts_with("/proc") {
        return "DIR".to_owned();
    }
    let text = shown(path);
    let plain = |c: char| c.is_alphanumeric() || "/._-+,:@%=".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::ReadError;

    #[test]
    fn the_advice_can_be_typed_into_a_shell() {
        for (folder, words) in [
            ("/opt/nginx/conf", "--allow-root /opt/nginx/conf permits it"),
            ("/opt/my conf", "--allow-root '/opt/my conf' permits it"),
            ("/opt/it's", r"--allow-root '/opt/it'\''s' permits it"),
            ("/proc/17/fd", "--allow-root DIR permits it"),
        ] {
            assert_eq!(ReadError::Outside(folder.into()).advice(), words);
        }
    }
}
