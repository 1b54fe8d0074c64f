//! Why nginx would not load a config.

use crate::config::{Config, Line};
use wslint_model::Site;

/// The kinds of refusals that rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefusalKind {
    /// `proxy_pass ws://…`
    WebSocketScheme,
    /// A variable that nothing defines.
    UnknownVariable,
    /// `proxy_pass` with a URI part where there is no prefix to replace.
    UriPart,
    /// A directive or value that this version does not have.
    OtherVersion,
    /// A value that this directive does not take, whatever stands around it.
    Value,
    /// Anything else: a wrong place, a second line, a bad value.
    Other,
}

/// Why a config would be refused, and where.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) kind: RefusalKind,
    pub(crate) line: Line,
    /// The reason, in nginx's own words as far as it has them.
    pub(crate) reason: String,
}

impl Refusal {
    /// Where it stands.
    pub(crate) fn site(&self, config: &Config<'_>) -> Site {
        config.site(self.line)
    }
}
