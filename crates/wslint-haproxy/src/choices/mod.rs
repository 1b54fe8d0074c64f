//! The words that answer [`crate::questions`], with what each means: those of both proxies, and those of its own.

mod requests;
mod routing;
mod servers;
mod timeouts;

pub(crate) use requests::*;
pub(crate) use routing::*;
pub(crate) use servers::*;
pub(crate) use timeouts::*;
pub(crate) use wslint_model::choices::*;
