//! The command as people run it: the real binary on files in scratch folders.

mod accepted;
mod command;
mod configuration;
mod findings;
mod hostile;
mod midnight;
mod real;
mod support;
mod syntax;
