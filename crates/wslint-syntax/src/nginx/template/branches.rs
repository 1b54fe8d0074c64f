//! The arms of conditions, and the blocks that each of them opens and closes.
//!
//! Only one arm of a condition is rendered. Where both open a block whose closing brace stands behind the condition,
//! reading one after the other would leave a block open. So each arm begins in the blocks in which the first began.

/// More conditions in each other are read as if they had one arm. No template in the wild comes near.
const DEEPEST: usize = 64;

/// An open block: the number of its directive, or none for a brace that follows no word.
pub(in crate::nginx) type OpenBlock = Option<u32>;

/// The conditions around the place where the reader is.
#[derive(Default)]
pub(in crate::nginx) struct Branches {
    conditions: Vec<Condition>,
    /// Conditions inside the deepest one that is kept.
    deeper: usize,
}

struct Condition {
    /// How many of the blocks that were open before the condition are still open.
    outer: usize,
    /// Those that this arm closed, the innermost first.
    closed: Vec<OpenBlock>,
}

impl Branches {
    /// A condition begins while `depth` blocks are open.
    pub(in crate::nginx) fn start(&mut self, depth: usize) {
        if self.conditions.len() < DEEPEST {
            self.conditions.push(Condition { outer: depth, closed: Vec::new() });
        } else {
            self.deeper += 1;
        }
    }

    /// Another arm begins. Gives how many of the open blocks stay open, and those to open again, the outermost
    /// first; `reopens` says whether a block still can be.
    pub(in crate::nginx) fn middle(
        &mut self,
        reopens: impl Fn(&OpenBlock) -> bool,
    ) -> Option<(usize, Vec<OpenBlock>)> {
        let condition = self.conditions.last_mut().filter(|_| self.deeper == 0)?;
        let keep = condition.outer;
        if !condition.closed.iter().all(reopens) {
            return Some((keep, Vec::new()));
        }
        let mut again = std::mem::take(&mut condition.closed);
        again.reverse();
        condition.outer += again.len();
        Some((keep, again))
    }

    /// The condition ends: what its last arm closed stays closed.
    pub(in crate::nginx) fn end(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(ended) = self.conditions.pop() else { return };
        let depth = ended.outer + ended.closed.len();
        for (index, block) in ended.closed.into_iter().enumerate() {
            self.close(depth - index, block);
        }
    }

    /// The innermost of `depth` open blocks is closed.
    pub(in crate::nginx) fn close(&mut self, depth: usize, block: OpenBlock) {
        if let Some(condition) = self.conditions.last_mut().filter(|condition| condition.outer == depth) {
            condition.outer -= 1;
            condition.closed.push(block);
        }
    }
}
