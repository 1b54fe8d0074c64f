//! What is printed, in every format.

use serde::Serialize;
use wslint_probe::{Step, Verdict};

/// The report of one probe; in JSON it is the document.
#[derive(Serialize)]
pub(super) struct Document {
    /// The version of the format.
    pub(super) version: u8,
    /// The URL without its secrets.
    pub(super) url: String,
    /// What was done, and what the configuration has to say of it.
    pub(super) steps: Vec<Step>,
    /// What the service's steps come to.
    pub(super) verdict: Verdict,
}
