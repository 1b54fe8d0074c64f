//! What is said on standard error beside the report, one line at a time.

use std::io::Write;

use super::guard::{Guarded, obeyed};
use crate::exit::Failure;

/// Says what was done, or is worth knowing. If nobody can be told, it is done all the same.
pub(crate) fn say(line: &str) {
    let mut stderr = Guarded::new(std::io::stderr().lock(), obeyed());
    let _ = stderr.write_all(format!("{line}\n").as_bytes());
}

/// Says why a command gave up, and what to do about it.
pub(crate) fn tell(failure: &Failure) {
    say(&format!("error: {failure}"));
    if let Failure::Said { help: Some(help), .. } = failure {
        say(&format!("  help: {help}"));
    }
}
