//! A traced request, for those who print it.

#[cfg(feature = "live")]
use wslint_model::Proxy;
use wslint_model::way::{Assumption, Outcome, Refusal};
use wslint_model::{Project, Request};
use wslint_rules::{Finding, Verdict};

use super::leg::Leg;
use crate::project::Problem;
use crate::secret::Veil;

/// A traced request, for those who print it.
pub(in crate::commands) struct Traced<'a> {
    pub(in crate::commands) project: &'a Project,
    pub(super) veil: &'a Veil,
    pub(super) request: &'a Request,
    pub(super) url: &'a str,
    pub(super) verdict: Verdict,
    /// What all runs agree on.
    pub(in crate::commands) outcome: Outcome,
    /// Whether the way leads back to where it came from.
    pub(super) circle: bool,
    /// The hops of all runs, those of one place in one configuration together.
    pub(super) legs: Vec<Leg>,
    /// What the runs take for granted.
    pub(super) assumed: Vec<Assumption>,
    /// Why a reader would refuse the files before any request comes, if it would.
    pub(super) unreadable: Option<&'a Problem>,
    /// Why a proxy on the way would not load its configuration, with the leg.
    pub(super) refusal: Option<(usize, Refusal)>,
    /// What the rules say on this way, the worst first.
    pub(in crate::commands) findings: Vec<Finding<'a>>,
    /// What is not at hand, so that the answer may be another one.
    pub(super) notes: Vec<&'a Problem>,
}

#[cfg(feature = "live")]
impl Traced<'_> {
    /// The proxy of the last hop.
    pub(in crate::commands) fn last_proxy(&self) -> Option<Proxy> {
        self.legs.last().map(|leg| leg.proxy)
    }
}
