//! The words that answer [`crate::questions`], with what each means: those of both proxies, and those of its own.

mod headers;
mod responses;
mod way;

pub(crate) use headers::*;
pub(crate) use responses::*;
pub(crate) use way::*;
pub(crate) use wslint_model::choices::*;
