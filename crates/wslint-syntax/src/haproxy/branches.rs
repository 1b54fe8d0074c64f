//! The `.if` blocks that are open.

use super::predicate::Truth;
use super::tree::Force;

/// The deepest nesting that the proxy accepts is one less (`MAXNESTEDCONDS`).
pub(super) const MAX_NESTED: usize = 100;

/// One open `.if` block.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// Whether the proxy acts on the lines around the block.
    outside: Force,
    /// Whether it acts on the lines of the current branch.
    inside: Force,
    /// Whether one of the branches before the current one, or the current one, is taken.
    taken: Truth,
    /// Whether `.else` was seen.
    last: bool,
}

/// The open blocks, from the outermost to the innermost.
#[derive(Debug, Default)]
pub(super) struct Branches {
    open: Vec<Block>,
}

impl Branches {
    /// How many blocks are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether the proxy acts on the lines that follow.
    pub(super) fn force(&self) -> Force {
        self.open.last().map_or(Force::InForce, |block| block.inside)
    }

    /// Opens a block; its condition counts only where [`Self::force`] is not dead.
    pub(super) fn open(&mut self, condition: Truth) {
        let outside = self.force();
        let inside = branch(outside, condition);
        self.open.push(Block { outside, inside, taken: condition, last: false });
    }

    /// Whether the condition of an `.elif` in the innermost block counts: not in a dead block, and not after
    /// a branch that is certainly taken. With its force, should it count.
    pub(super) fn asks_again(&self) -> Option<Force> {
        let block = self.open.last()?;
        match (block.outside, block.taken) {
            (Force::Dead, _) | (_, Truth::True) => None,
            (outside, taken) => Some(branch(outside, taken.not())),
        }
    }

    /// Whether `.else` was seen in the innermost block.
    pub(super) fn past_else(&self) -> bool {
        self.open.last().is_some_and(|block| block.last)
    }

    /// Goes on to the next branch of the innermost block.
    pub(super) fn next(&mut self, condition: Truth, last: bool) {
        if let Some(block) = self.open.last_mut() {
            block.inside = branch(block.outside, block.taken.not().and(condition));
            block.taken = block.taken.or(condition);
            block.last = last;
        }
    }

    /// Closes the innermost block.
    pub(super) fn close(&mut self) {
        self.open.pop();
    }
}

fn branch(outside: Force, taken: Truth) -> Force {
    match (outside, taken) {
        (Force::Dead, _) | (_, Truth::False) => Force::Dead,
        (outside, Truth::True) => outside,
        (_, Truth::Unknown) => Force::Undecided,
    }
}
