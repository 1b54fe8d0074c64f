//! The effective config: what is in force where. `levels` are its levels and their directives, `expand` makes them of
//! the files, `inherit` says which line counts at a level; the rest reads what certain lines say.

pub(crate) mod admission;
mod assigned;
mod by_name;
mod called;
pub(crate) mod conditions;
mod expand;
pub(crate) mod fronts;
pub(crate) mod handshake_lines;
pub(crate) mod header_lines;
pub(crate) mod heads;
pub(crate) mod inherit;
mod levels;
pub(crate) mod limits;
pub(crate) mod listen;
pub(crate) mod listeners;
pub(crate) mod location;
mod location_kind;
pub(crate) mod makers;
mod modules;
pub(crate) mod named_pages;
pub(crate) mod names;
pub(crate) mod network;
pub(crate) mod pattern;
pub(crate) mod rewrites;
mod shipped;
pub(crate) mod slips;
mod swallowed;
pub(crate) mod tables;
pub(crate) mod time;
pub(crate) mod upstream;

pub(crate) use self::assigned::{assigned, defined_by_modules};
pub use self::called::called;
pub use self::expand::MAX_BLOCK_DEPTH;
pub(crate) use self::expand::expand;
pub(crate) use self::levels::{Config, Context, ContextId, ContextKind, Line, context_bit};
pub use self::shipped::is_shipped;
pub(crate) use self::swallowed::{Swallowed, swallowed};
