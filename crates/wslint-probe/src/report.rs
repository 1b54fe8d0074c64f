//! What people and machines read.

use serde::Serialize;

/// What was done, what came of it and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What was done, such as `handshake as Chrome`.
    pub what: String,
    /// How it went.
    pub result: Grade,
    /// What happened, and what that means for clients. It may quote the server, whatever that sends.
    pub detail: String,
    /// Which setting of which proxy usually causes it, and what to type; none where nothing is wrong.
    pub cause: Option<String>,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// As it should, or worth knowing.
    Ok,
    /// It works for some clients, or not for long.
    Warning,
    /// It does not work.
    Failed,
}

/// What all steps come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Clients connect and stay connected, as far as it was tried.
    Works,
    /// Clients connect, and some of them not, or not for long, or not by every way.
    Breaks,
    /// No client connects.
    Fails,
    /// The service could not be reached, or wants credentials.
    Unknown,
}

impl Verdict {
    /// The word of JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Breaks => "breaks",
            Self::Fails => "fails",
            Self::Unknown => "unknown",
        }
    }
}

/// All steps in their order, and what they come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The steps.
    pub steps: Vec<Step>,
    /// What they come to.
    pub verdict: Verdict,
}

impl Step {
    /// A step that went as it should.
    pub fn ok(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { what: what.into(), result: Grade::Ok, detail: detail.into(), cause: None }
    }

    /// A step after which something works for some clients only, or not for long.
    pub fn warning(what: impl Into<String>, detail: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { what: what.into(), result: Grade::Warning, detail: detail.into(), cause: Some(cause.into()) }
    }

    /// A step that failed.
    pub fn failed(what: impl Into<String>, detail: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { what: what.into(), result: Grade::Failed, detail: detail.into(), cause: Some(cause.into()) }
    }
}
