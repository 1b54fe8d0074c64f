//! What follows a request: the command hands it in, since the server is a part of the command and not the other way round.

use crate::config::Configuration;
use crate::exit::Failure;
use crate::project::Loaded;

/// Follows a request through what was loaded, and tells it in Markdown.
pub(crate) type Trace = fn(&Loaded, &Configuration, &Target<'_>) -> Result<String, Failure>;

/// The request that is followed.
pub(crate) struct Target<'t> {
    /// Its URL.
    pub(crate) url: &'t str,
    /// The address that it arrives at, where that is not the URL's.
    pub(crate) listen: Option<&'t str>,
}
