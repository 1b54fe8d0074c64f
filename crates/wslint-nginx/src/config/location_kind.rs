//! How a `location` is written.

use std::borrow::Cow;

/// How a location is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LocationKind<'p> {
    /// `location /ws`
    Prefix(Cow<'p, str>),
    /// `location ^~ /ws`
    PrefixFirst(Cow<'p, str>),
    /// `location = /ws`
    Exact(Cow<'p, str>),
    /// `location ~ ^/ws`, `location ~* ^/ws`
    Pattern { expression: Cow<'p, str>, ignore_case: bool },
    /// `location @ws`
    Named(Cow<'p, str>),
    /// A placeholder stands in its place, or nginx would refuse it.
    Unknown,
}

impl LocationKind<'_> {
    /// Whether it is compared letter by letter, and written like an expression: no client asks for such a path.
    pub(crate) fn is_literal_expression(&self) -> bool {
        let (Self::Prefix(path) | Self::PrefixFirst(path) | Self::Exact(path)) = self else { return false };
        let grouped = path.contains('(') && path.contains(')') && path.contains(['|', '?', '+']);
        grouped || path.contains(['*', '\\', '^']) || path.contains("(?") || path.ends_with('$')
    }
}
