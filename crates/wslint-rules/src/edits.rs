//! Putting edits into files: which fixes go together, and what a file looks like afterwards.

use std::collections::{BTreeMap, BTreeSet};

use wslint_model::{Edit, FileId};

/// The bytes of one file after its edits. The edits may come in any order; equal ones count once, insertions at the
/// same place keep their order, and of two edits that overlap the later one is left out.
pub fn apply(source: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut known = BTreeSet::new();
    let mut sorted: Vec<&Edit> = edits.iter().filter(|edit| known.insert(*edit)).collect();
    sorted.sort_by_key(|edit| edit.site.span);
    let mut out = Vec::with_capacity(source.len());
    let mut done = 0;
    for edit in sorted {
        let range = edit.site.span.range();
        if range.start >= done && range.end <= source.len() {
            out.extend_from_slice(&source[done..range.start]);
            out.extend_from_slice(&edit.text);
            done = range.end;
        }
    }
    out.extend_from_slice(&source[done..]);
    out
}

/// Fixes that go together. A fix is taken whole or not at all; one that is left out has its turn when the fixed
/// files are linted again.
#[derive(Debug, Default)]
pub struct Plan {
    files: BTreeMap<FileId, Planned>,
}

/// The edits of one file.
#[derive(Debug, Default)]
struct Planned {
    edits: Vec<Edit>,
    /// The places of the edits by where the bytes begin that go.
    by_start: BTreeMap<u32, Vec<usize>>,
    /// How many bytes go at most.
    longest: u32,
}

impl Planned {
    fn add(&mut self, edit: Edit) {
        let span = edit.site.span;
        self.longest = self.longest.max(span.end - span.start);
        self.by_start.entry(span.start).or_default().push(self.edits.len());
        self.edits.push(edit);
    }

    /// The edits that may touch some bytes.
    fn near(&self, start: u32, end: u32) -> impl Iterator<Item = &Edit> {
        let starts = self.by_start.range(start.saturating_sub(self.longest)..=end);
        starts.flat_map(|(_, places)| places).map(|&place| &self.edits[place])
    }
}

impl Plan {
    /// Takes a fix unless it collides with one that was taken before. Edits that both have count once.
    pub fn add(&mut self, fix: &[Edit]) -> bool {
        if fix.iter().any(|edit| self.near(edit).any(|other| collide(edit, other))) {
            return false;
        }
        let new: Vec<&Edit> = fix.iter().filter(|edit| self.near(edit).all(|other| other != *edit)).collect();
        for edit in new {
            self.files.entry(edit.site.file).or_default().add(edit.clone());
        }
        true
    }

    /// The edits of the plan that may touch the bytes of another one.
    fn near(&self, edit: &Edit) -> impl Iterator<Item = &Edit> + use<'_> {
        let span = edit.site.span;
        let planned = self.files.get(&edit.site.file).into_iter();
        planned.flat_map(move |planned| planned.near(span.start, span.end))
    }

    /// The files to change, each with its edits for [`apply`].
    pub fn files(&self) -> impl Iterator<Item = (FileId, &[Edit])> {
        self.files.iter().map(|(file, planned)| (*file, planned.edits.as_slice()))
    }

    /// Whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// Whether two edits of one file that are not equal want the same bytes, or the same place for different text.
fn collide(one: &Edit, other: &Edit) -> bool {
    let (a, b) = (one.site.span, other.site.span);
    let overlap = a.start < b.end && b.start < a.end;
    one != other && (overlap || (a.is_empty() && a == b))
}

#[cfg(test)]
mod tests {
    use wslint_model::{Edit, FileId, Site};

    use super::{Plan, apply};

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        let span = wslint_syntax::Span { start, end };
        Edit { site: Site { file: FileId(0), span }, text: text.into() }
    }

    #[test]
    fn edits_become_bytes() {
        for (edits, expected) in [
            (vec![], "0123456789"),
            (vec![edit(3, 5, "ab")], "012ab56789"),
            (vec![edit(8, 9, ""), edit(0, 0, "<"), edit(10, 10, ">")], "<012345679>"),
            // Insertions at one place keep their order; an equal edit counts once.
            (vec![edit(5, 5, "b"), edit(5, 5, "a"), edit(5, 5, "b")], "01234ba56789"),
            // An insertion at the start of a replacement comes before it.
            (vec![edit(5, 7, "x"), edit(5, 5, "a")], "01234ax789"),
            // What overlaps or lies outside is left out.
            (vec![edit(2, 6, "x"), edit(4, 8, "y"), edit(5, 5, "z"), edit(9, 11, "w")], "01x6789"),
        ] {
            assert_eq!(String::from_utf8_lossy(&apply(b"0123456789", &edits)), expected, "{edits:?}");
        }
    }

    #[test]
    fn a_fix_is_taken_whole_or_not_at_all() {
        let mut plan = Plan::default();
        assert!(plan.is_empty());
        assert!(plan.add(&[edit(0, 0, "a"), edit(4, 6, "b")]));
        assert!(plan.add(&[edit(4, 6, "b"), edit(6, 6, "c")]), "shared and adjacent edits go together");
        assert!(!plan.add(&[edit(9, 9, "d"), edit(5, 7, "e")]), "an overlap refuses the whole fix");
        assert!(!plan.add(&[edit(0, 0, "f")]), "another text for the same place");
        assert!(!plan.add(&[edit(5, 5, "g")]), "an insertion into replaced bytes");
        let files: Vec<_> = plan.files().collect();
        assert_eq!(files.len(), 1);
        assert_eq!(String::from_utf8_lossy(&apply(b"0123456789", files[0].1)), "a0123bc6789");
    }
}
