//! What server code declares: **endpoints** with their paths, transports and heartbeats, read from the files of one build
//! folder.
//!
//! Code is text here: it is cut into words, strings and marks as its language has them, never run, and never taken for
//! more than it says. What is not literal in the files at hand is not declared. Which proxy leads to which folder is not
//! known here.
//!
//! This crate is pure: it opens no file, reads no environment variable and prints nothing. Whatever the files hold, it ends
//! in time that grows with their length, and nothing recurses on nesting.

mod clients;
mod declared;
mod file;
mod folder;
mod found;
mod framework;
mod frameworks;
mod links;
mod merge;
mod path;
mod ports;
mod read;
mod role;
mod settings;
mod text;

pub use declared::{AnyPath, Code, Declared, Heartbeat, Set, Setting, Transports, Unknown, Value};
pub use file::{File, Place};
pub use framework::Framework;
pub use frameworks::{LEFT_OUT, all, usual_server};
pub use path::{Path, PathKind};
pub use ports::ports;
pub use read::read;
pub use role::{declares, reads};
