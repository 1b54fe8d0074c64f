//! `--format html`: one file that holds all of it, to be attached to a report of an incident and printed. It holds no script
//! and asks for nothing: its policy forbids both, whatever a configuration says.

mod endpoints;
mod finding;
mod lint;
mod page;
mod route;
mod source;

pub(super) use lint::Html;
pub(crate) use page::{code_of, page, prose};
pub(crate) use route::{Drawing, State, Station, drawing_of, drawn, stations_of};
