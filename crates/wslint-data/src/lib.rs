//! Reads the tables of `data/`, in which each directive or keyword is one line, for the build scripts that turn them
//! into Rust. `data/README.md` says what the columns mean; what a name means, nobody here knows.

mod cells;
mod folder;
mod life;
mod table;

pub use cells::{Arguments, bits};
pub use folder::folder;
pub use life::{Life, Release, defaults};
pub use table::{Problems, Row, Table};
