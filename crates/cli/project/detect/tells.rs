//! What the beginning of a file tells, and what both proxies have in common there.

use wslint_model::Proxy;

/// NUL bytes that may have slipped into a text outside of its comments; binary files have more of them.
pub(super) const STRAY_NULS: usize = 16;

/// What the beginning of a file tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tells {
    /// It is a configuration of this proxy.
    Is(Proxy),
    /// It is something else.
    Other,
    /// Nothing yet: the rest of the file has to be looked at.
    More,
}
