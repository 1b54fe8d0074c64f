//! nginx: the effective config, the routes through it, and the way of one request.

mod access;
mod config;
mod connect;
mod content;
mod end;
mod evidence;
mod facts;
mod follow;
mod handshake;
mod header;
mod inherit;
mod listen;
mod location;
mod mend;
mod model;
mod names;
mod outcome;
mod pass;
mod pattern;
mod questions;
mod redirect;
mod refusal;
mod rewrite;
mod routes;
mod sample;
mod state;
mod tables;
mod template;
mod time;
mod timeout;
mod upstream;
mod uri;
mod variables;

pub use mend::RECIPES;
pub use model::Model;
pub use questions::QUESTIONS;
