//! Writes what was fixed, and says what became of it.

use std::path::Path;

use super::Fixed;
use crate::escape::{escape, shown_path};
use crate::exit::Failure;
use crate::files::system_words;
use crate::output::{count, say, tell};
use crate::project::strip_here;
use crate::write::{Change, NotReplaced, Transaction};

/// Writes the changed files and says on standard error what was done. One fix may concern several files, of which a
/// single one would make things worse: all are replaced, or none is.
pub(crate) fn write(fixed: &Fixed) -> Result<(), Failure> {
    if fixed.files.is_empty() {
        return Ok(());
    }
    if let Some(unread) = &fixed.unread {
        let failure = Failure::said(format!("not fixed, since not everything could be read: {unread}"));
        return Err(failure.help("no file was changed"));
    }
    let files = fixed.files.iter();
    let changes =
        files.map(|(path, file)| Change { path, real: &file.real, before: &file.before, after: &file.after });
    let (findings, files) = (count(fixed.findings, "finding"), count(fixed.files.len(), "file"));
    replace(changes, "not fixed", &format!("Fixed {findings} in {files}."))
}

/// Replaces files, all or none, and says `done`. If that fails, `undone` says what did not happen.
pub(crate) fn replace<'c>(
    changes: impl Iterator<Item = Change<'c>>,
    undone: &str,
    done: &str,
) -> Result<(), Failure> {
    let transaction = Transaction::begin(changes).map_err(|not| not_replaced(&not, undone))?;
    match transaction.replace() {
        // A signal that waits ends the process with the transaction.
        Ok(()) => {
            say(done);
            Ok(())
        }
        Err(not) => {
            let failure = not_replaced(&not, undone);
            // The process ends with this function, and nobody else says it.
            if transaction.interrupted() {
                tell(&failure);
            }
            Err(failure)
        }
    }
}

fn not_replaced(not: &NotReplaced<'_>, undone: &str) -> Failure {
    let words = format!("{undone}: {}", not.reason);
    let failure = match not.path {
        Some(path) => Failure::at(strip_here(path), &words),
        None => Failure::said(words),
    };
    if not.stuck.is_empty() {
        return failure.help("no file was changed");
    }
    let shown = |path: &Path| escape(&shown_path(strip_here(path))).into_owned();
    let stuck: Vec<String> =
        not.stuck.iter().map(|(path, error)| format!("{} ({})", shown(path), system_words(error))).collect();
    failure.help(format!(
        "these files hold the new text all the same, since they could not be put back: {}; no other file was changed",
        stuck.join(", ")
    ))
}
