//! What reading a file comes to.

use super::error::SyntaxError;
use super::tree::Tree;

/// A file as far as it can be read, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Parse {
    /// Every statement of the file, whether in force or not.
    pub tree: Tree,
    /// What the proxy refuses, in the order in which it reports it.
    pub errors: Vec<SyntaxError>,
}
