//! Shows what fixing changes.

use std::io::{self, Write};
use std::ops::Range;

use similar::udiff::UnifiedHunkHeader;
use similar::{DiffOp, TextDiff};

use super::{Fixed, FixedFile};
use crate::escape::escape;
use crate::exit::Failure;
use crate::output::Console;
use crate::secret::secret;

/// How many lines are shown around a change.
const CONTEXT: usize = 3;

/// Prints what would change. Control characters are written out, so that the diff is safe to look at, and hunks with a
/// secret are left out: what remains is a patch all the same.
pub(crate) fn print_diff(fixed: &Fixed, console: &mut Console) -> Result<(), Failure> {
    for file in fixed.files.values() {
        print_file(file, console)?;
    }
    console.flush()?;
    Ok(())
}

fn print_file(file: &FixedFile, console: &mut Console) -> io::Result<()> {
    let (before, after) = (String::from_utf8_lossy(&file.before), String::from_utf8_lossy(&file.after));
    let diff = TextDiff::from_lines(&*before, &*after);
    let old_lines: Vec<&str> = diff.iter_old_slices().collect();
    let new_lines: Vec<&str> = diff.iter_new_slices().collect();
    let name = escape(&file.shown);
    let mut header = Some(format!("--- a/{name}\n+++ b/{name}"));
    let mut left_out = Vec::new();
    // By how much the hunks so far lengthen the file. Those that are left out do not.
    let (mut added, mut removed) = (0, 0);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let (old, new) = ranges(hunk.ops());
        if holds_secret(&old_lines, &old) || holds_secret(&new_lines, &new) {
            left_out.push(old.start + 1);
            continue;
        }
        let place = DiffOp::Replace {
            old_index: old.start,
            old_len: old.len(),
            new_index: old.start + added - removed,
            new_len: new.len(),
        };
        added += new.len();
        removed += old.len();
        if let Some(header) = header.take() {
            writeln!(console, "{header}")?;
        }
        writeln!(console, "{}", UnifiedHunkHeader::new(&[place]))?;
        for line in hunk.iter_changes() {
            // The end of a line is part of it: without it the patch of a file with CRLF applies to nothing.
            let text = line.value().trim_end_matches(['\n', '\r']);
            let end = if line.value().ends_with("\r\n") { "\r" } else { "" };
            let text: Vec<_> = text.split('\t').map(escape).collect();
            writeln!(console, "{}{}{end}", line.tag(), text.join("\t"))?;
            if line.missing_newline() {
                writeln!(console, "\\ No newline at end of file")?;
            }
        }
    }
    // Behind all hunks of the file: a line between them would end the patch of it.
    for line in left_out {
        writeln!(console, "@@ … 1 hunk left out: it holds what looks like a secret ({name}:{line})")?;
    }
    Ok(())
}

/// The lines that a hunk is about, in the old file and in the new one.
fn ranges(ops: &[DiffOp]) -> (Range<usize>, Range<usize>) {
    let (Some(first), Some(last)) = (ops.first(), ops.last()) else { return (0..0, 0..0) };
    (first.old_range().start..last.old_range().end, first.new_range().start..last.new_range().end)
}

/// Whether some of these lines hold a secret. The word that tells may stand in the line before it.
fn holds_secret(lines: &[&str], range: &Range<usize>) -> bool {
    (range.start.saturating_sub(1)..range.end).any(|at| {
        let text = lines[at..range.end.min(at + 2)].concat();
        let outside = if at < range.start { lines[at].len() } else { 0 };
        secret(text.as_bytes()).is_some_and(|secret| secret.start >= outside)
    })
}
