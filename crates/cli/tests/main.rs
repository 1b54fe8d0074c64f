//! The command as people run it: the real binary on files in scratch folders.

#![allow(clippy::disallowed_methods, reason = "tests make the files that they are about")]

mod accepted;
mod add_ignore;
mod budgets;
mod chain;
mod changed;
mod cluster;
mod command;
mod compare;
mod configuration;
mod deployments;
mod discovery;
mod dump;
mod embedded;
mod findings;
mod formats;
mod gate;
mod hostile;
mod html;
mod injection;
mod kubernetes;
mod loads;
mod midnight;
mod outlets;
mod own_rules;
mod pages;
#[cfg(feature = "live")]
mod probe;
mod properties;
#[cfg(feature = "live")]
mod prove;
mod real;
mod show;
mod source;
mod support;
mod syntax;
mod validators;
