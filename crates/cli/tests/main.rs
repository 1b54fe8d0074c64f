//! The command as people run it: the real binary on files in scratch folders.

mod accepted;
mod budgets;
mod chain;
mod changed;
mod command;
mod configuration;
mod discovery;
mod dump;
mod findings;
mod formats;
mod gate;
mod hostile;
mod injection;
mod loads;
mod midnight;
mod outlets;
mod properties;
mod real;
mod support;
mod syntax;
mod validators;
