//! Reads YAML with the place of every word, for whatever is written in it: compose files, Kubernetes objects.
//!
//! A document is a flat list of nodes, in which an alias is a second way to the same node: nothing is copied, so that
//! anchors which multiply cost nothing, and nothing recurses. What is too large, too deep or broken ends the reading of
//! the file, with what stands before it kept and a word about it. Nobody is to ask a document for all that it holds
//! below a node: an anchor may lead back to itself.

mod load;
mod node;

pub use self::load::{Limits, load, too_deep};
pub use self::node::{Document, Id, Node, Style};

use wslint_syntax::Span;

/// Something that is wrong in a file. The rest of it may be right all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Where.
    pub span: Span,
    /// What is wrong, in one clause.
    pub words: String,
}

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// Its documents, in their order.
    pub documents: Vec<Document>,
    /// What is wrong with it.
    pub complaints: Vec<Complaint>,
}
