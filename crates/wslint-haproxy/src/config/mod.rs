//! The effective configuration: all sections of all files, each `defaults` resolved.

pub(crate) mod action;
pub(crate) mod bind;
pub(crate) mod called;
pub(crate) mod duration;
mod held;
mod heritage;
mod kinds;
pub(crate) mod pattern_files;
pub(crate) mod proxy;
mod sections;
pub(crate) mod server;
mod servers;
mod settings;

pub(crate) use self::kinds::BackendKind;
pub(crate) use self::sections::{Config, OLD_TIMEOUTS, Timeout};
