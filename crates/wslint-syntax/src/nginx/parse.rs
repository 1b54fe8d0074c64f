//! What reading a file comes to.

use super::error::SyntaxError;
use super::tree::{DirectiveId, Tree};

/// One file as read: always a tree, and what nginx would refuse.
#[derive(Clone, Debug)]
pub struct Parse {
    /// Everything in the file, also what stands behind an error.
    pub tree: Tree,
    /// The errors in the order in which they were met; the first one is the one nginx reports. None in a template with
    /// tags or markers outside of quotes, as what is rendered from it may have other braces and semicolons.
    pub errors: Vec<SyntaxError>,
    /// Whether the file is a template: a tag or marker stands in it elsewhere than in comments and Lua code, where nginx
    /// itself skips it.
    pub template: bool,
    /// How many directives nginx reads before its first error.
    pub(super) accepted: usize,
}

impl Parse {
    /// The directives that nginx reads before its first error, in file order; all of them if there is none.
    pub fn accepted(&self) -> impl ExactSizeIterator<Item = DirectiveId> + use<> {
        (0..self.accepted as u32).map(DirectiveId)
    }
}
