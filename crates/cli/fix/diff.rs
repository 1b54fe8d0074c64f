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
    let old = Lines::new(diff.iter_old_slices(), shown_as(&file.before, &file.secrets.before));
    let new = Lines::new(diff.iter_new_slices(), shown_as(&file.after, &file.secrets.after));
    let name = escape(&file.shown);
    let mut header = Some(format!("--- a/{name}\n+++ b/{name}"));
    let mut left_out = Vec::new();
    // By how much the hunks so far lengthen the file. Those that are left out do not.
    let (mut added, mut removed) = (0, 0);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let (removing, adding) = ranges(hunk.ops());
        if old.hold_secret(&removing) || new.hold_secret(&adding) {
            left_out.push(removing.start + 1);
            continue;
        }
        let place = DiffOp::Replace {
            old_index: removing.start,
            old_len: removing.len(),
            new_index: removing.start + added - removed,
            new_len: adding.len(),
        };
        added += adding.len();
        removed += removing.len();
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

/// The lines of a file, with the secrets that are known to stand in them.
struct Lines<'t> {
    lines: Vec<&'t str>,
    /// Where each line begins, and where the last one ends.
    starts: Vec<usize>,
    secrets: Vec<Range<usize>>,
}

impl<'t> Lines<'t> {
    fn new(lines: impl Iterator<Item = &'t str>, secrets: Vec<Range<usize>>) -> Self {
        let lines: Vec<&str> = lines.collect();
        let mut starts = vec![0];
        starts.extend(lines.iter().scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        }));
        Self { lines, starts, secrets }
    }

    /// Whether some of these lines hold a secret. The word that tells may stand in the line before it.
    fn hold_secret(&self, range: &Range<usize>) -> bool {
        let (start, end) = (self.starts[range.start], self.starts[range.end]);
        let next = self.secrets.partition_point(|secret| secret.end <= start);
        let known = self.secrets.get(next).is_some_and(|secret| secret.start < end);
        known
            || (range.start.saturating_sub(1)..range.end).any(|at| {
                let text = self.lines[at..range.end.min(at + 2)].concat();
                let outside = if at < range.start { self.lines[at].len() } else { 0 };
                secret(text.as_bytes()).is_some_and(|secret| secret.start >= outside)
            })
    }
}

/// Where these ranges of a text stand in what is shown of it: bytes that are no character are shown as one.
fn shown_as(text: &[u8], ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let (mut at, mut length) = (0, 0);
    let mut shown = |offset: usize| {
        length += String::from_utf8_lossy(&text[at..offset]).len();
        at = offset;
        length
    };
    ranges.iter().map(|range| shown(range.start)..shown(range.end)).collect()
}
