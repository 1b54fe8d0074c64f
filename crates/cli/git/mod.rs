//! The trees of revisions. Git's own data is read by a library that keeps to the objects and names of one repository: it
//! starts no process, asks no network, reads no settings but the repository's own, and changes nothing. What a revision
//! holds is laid out in a private folder and read from there like any other tree, through `files`.
//!
//! | question | asked in |
//! |---|---|
//! | which repository is it, and which commit does a name mean | `repository` |
//! | what does its tree hold, and what of it is not there | `tree` |
//!
//! What the files of a revision say is not asked here.

mod repository;
mod tree;

pub(crate) use repository::{Repository, Revision};
pub(crate) use tree::{Instead, Missing, Tree};
