//! Readers of nginx and HAProxy configuration: bytes in, lossless flat trees and errors out.
//!
//! This crate knows how the proxies cut a file into words, lines and blocks. It does not know what any
//! directive means, opens no file, and never recurses on nesting: a tree is a few flat vectors, so a million
//! nested blocks parse and drop in a small stack.

mod count;
pub mod haproxy;
mod limit;
pub mod nginx;
mod source;
mod span;

pub use limit::{Counted, TooMany};
pub use source::Source;
pub use span::{LineIndex, Position, Span};
