//! nginx: the effective config, the routes through it, and the way of one request.
//!
//! The folders follow the way from text to answer, and have the names of HAProxy's. `config` resolves includes, levels
//! and inheritance, and knows servers, locations and upstreams; `variables` evaluates maps and other variables.
//! `request` follows one request through the phases to what the upstream gets: one hop of the shared way. `routes` finds
//! the locations that carry WebSocket traffic and a request for each, and `facts` reads off its runs what becomes of it.
//! `questions` are what is asked, `choices` the words that may answer it. `directives` is the table of all names, `refusal` knows what nginx does not load, and `fix` writes edits. The `model`
//! holds what all of them look up.

mod choices;
mod config;
pub mod directives;
mod facts;
mod fix;
mod model;
mod questions;
mod refusal;
mod request;
mod routes;
mod variables;

pub use config::MAX_BLOCK_DEPTH;
pub use fix::RECIPES;
pub use model::Model;
pub use questions::QUESTIONS;
