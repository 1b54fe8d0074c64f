//! Which directives a template may leave out: those in an arm of a condition, or in the body of a loop.

/// The arms around the place where the reader is, and the directives in those that ended.
#[derive(Default)]
pub(in crate::nginx) struct Arms {
    /// For each open arm the number of the first directive in it.
    open: Vec<u32>,
    /// The number of the first directive that no arm has looked at.
    behind: u32,
    /// The directives that may be left out of the block in which they stand.
    optional: Vec<u32>,
}

impl Arms {
    /// An arm begins in front of the directive of this number. `parent` gives the directive in whose block another one
    /// stands.
    pub(in crate::nginx) fn start(&mut self, next: u32, parent: &dyn Fn(u32) -> Option<u32>) {
        self.look(next, parent);
        self.open.push(next);
    }

    /// The innermost arm ends in front of the directive of this number.
    pub(in crate::nginx) fn end(&mut self, next: u32, parent: &dyn Fn(u32) -> Option<u32>) {
        self.look(next, parent);
        self.open.pop();
    }

    /// Looks at the directives since the last tag. What stands in a block that is in the arm as well is left out with it,
    /// not out of it.
    fn look(&mut self, next: u32, parent: &dyn Fn(u32) -> Option<u32>) {
        if let Some(&start) = self.open.last() {
            let outside = |&id: &u32| parent(id).is_none_or(|parent| parent < start);
            self.optional.extend((self.behind.max(start)..next).filter(outside));
        }
        self.behind = next;
    }

    /// The directives that may be left out, in file order.
    pub(in crate::nginx) fn optional(self) -> Vec<u32> {
        self.optional
    }
}
