//! nginx: the effective config, the routes through it, and the way of one request.

mod access;
mod config;
mod connect;
mod follow;
mod handshake;
mod header;
mod inherit;
mod listen;
mod location;
mod model;
mod names;
mod outcome;
mod pass;
mod pattern;
mod pending;
mod refusal;
mod rewrite;
mod state;
mod tables;
mod template;
mod time;
mod timeout;
mod upstream;
mod uri;
mod variables;

use crate::edit::Recipe;
use crate::question::Question;

pub use model::Model;

/// The questions that only nginx routes answer.
pub static QUESTIONS: &[&Question] = &[];

/// The ways to mend an nginx route.
pub static RECIPES: &[Recipe] = &[];
