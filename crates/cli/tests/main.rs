//! The command as people run it: the real binary on files in scratch folders.

mod command;
mod hostile;
mod support;
