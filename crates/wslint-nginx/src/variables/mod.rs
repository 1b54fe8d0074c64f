//! Variables: what they are for one request, as far as the config and the request determine it.

pub(crate) mod builtins;
pub(crate) mod decision;
pub(crate) mod evaluate;
mod geo;
mod map;
pub(crate) mod of_request;
mod split;
pub(crate) mod state;
pub(crate) mod template;
pub(crate) mod uri;
