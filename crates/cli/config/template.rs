//! What `wslint init` writes.

/// A `wslint.yaml` that explains itself: all of it is commented out, so that it changes nothing yet.
pub(crate) const TEMPLATE: &str = include_str!("wslint.yaml");
