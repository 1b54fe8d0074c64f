//! The language server as editors run it: the real binary, spoken to by the protocol.

#![allow(clippy::disallowed_methods, reason = "tests make the files that they are about")]

mod cancelled;
mod client;
mod commands;
mod editors;
mod edits;
mod equal;
mod features;
mod files;
mod large;
mod node;
mod settings;
mod tree;
mod unsaved;
