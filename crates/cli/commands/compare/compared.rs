//! A comparison, for those who print it.

use crate::compare::Comparison;

/// A comparison with the names of its trees.
pub(super) struct Compared<'c> {
    /// How the old tree is called.
    pub(super) old: &'c str,
    /// How the new tree is called.
    pub(super) new: &'c str,
    /// What differs.
    pub(super) comparison: &'c Comparison,
}
