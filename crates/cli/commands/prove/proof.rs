//! What was proven, for those who print it.

use wslint_model::Known;
use wslint_model::way::Outcome;

use super::compare::{Difference, Seen};
use super::left_out::LeftOut;
use crate::exit::Status;

/// All that was found out.
#[derive(Default)]
pub(super) struct Proof {
    /// The routes, the disagreements first, then those that fail.
    pub(super) routes: Vec<Proven>,
    pub(super) left_out: Vec<LeftOut>,
}

/// One route.
pub(super) struct Proven {
    pub(super) label: String,
    pub(super) server: Option<String>,
    pub(super) place: (String, u32),
    /// The request, as a URL.
    pub(super) url: String,
    pub(super) predicted: Outcome,
    pub(super) predicted_polls: Option<Known<bool>>,
    /// Why the proxies would not start, if that is predicted.
    pub(super) refused: Option<String>,
    pub(super) observed: Seen,
    pub(super) differences: Vec<Difference>,
    /// What a report of the differences needs, a line each; empty where there are none.
    pub(super) report: Vec<String>,
}

impl Proven {
    pub(super) fn agrees(&self) -> bool {
        self.differences.is_empty()
    }

    /// Whether it was not known what becomes of the handshake, so that anything agrees.
    pub(super) fn is_open(&self) -> bool {
        self.predicted.handshake == wslint_model::way::Handshake::Unknown
    }
}

impl Proof {
    /// 0 if all agrees and works, 1 if something does not, 2 if something could not run.
    pub(super) fn status(&self) -> Status {
        if self.left_out.iter().any(|one| one.is_route) {
            Status::Failed
        } else if self.routes.iter().all(|route| route.agrees() && route.observed.works()) {
            Status::Clean
        } else {
            Status::Findings
        }
    }
}
