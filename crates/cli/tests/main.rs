//! The command as people run it: the real binary on files in scratch folders.

mod command;
mod findings;
mod hostile;
mod support;
mod syntax;
