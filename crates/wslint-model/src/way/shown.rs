//! Endpoints that a configuration shows by its own lines.

use crate::site::Site;
use crate::traffic::{Confidence, Framework};

/// A path on which the lines of a configuration itself say that handshakes arrive.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The path.
    pub path: String,
    /// The host, where the configuration names one.
    pub host: Option<String>,
    /// How sure it is.
    pub confidence: Confidence,
    /// What serves it, if that is known.
    pub framework: Option<Framework>,
    /// The line that says so.
    pub site: Site,
    /// The line of the route that it belongs to, which is among [`super::Hop::routes`] of a request that takes it.
    pub route: Site,
}
