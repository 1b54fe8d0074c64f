//! From paths to a [`Project`](wslint_model::Project): finds the configurations below the paths, reads each file once,
//! follows includes and decides what is a root. What may be opened at all, and how, stands in `files`.

mod candidates;
mod clean;
mod deployment;
mod detect;
mod discover;
mod dump;
mod enabled;
mod file_kind;
mod file_names;
mod follow;
mod haproxy_roots;
mod include;
mod inventory;
mod load;
mod nginx_roots;
mod pattern_files;
mod problem;
mod store;
mod written;

pub(crate) use deployment::Target;
pub(crate) use detect::proxy_of;
pub(crate) use inventory::{Taken, inventory};
pub(crate) use load::{Loaded, Moved, load, load_over};
pub(crate) use problem::{Level, Place, Problem};
pub(crate) use store::{Known, NOWHERE, Overlay, strip_here};
pub(crate) use written::{move_finding, move_problem, move_route, written_edits};
