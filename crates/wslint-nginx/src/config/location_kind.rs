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
        let alternatives = path.contains('(') && path.contains(')') && path.contains('|');
        let parts = [".*", ".+", "[^", "(?", "\\"];
        alternatives || path.ends_with(['*', '$']) || parts.iter().any(|part| path.contains(part))
    }
}

#[cfg(test)]
mod tests {
    use super::LocationKind;

    #[test]
    fn paths_that_are_written_like_expressions_are_told_from_others() {
        let is_literal = |path: &str| LocationKind::Prefix(path.into()).is_literal_expression();
        for path in
            ["/ws/.*", "/socket.io/*", "/(ws|live)", "/api/[^/]+/feed", "/ws$", r"/a\.b", "/(?<room>x)"]
        {
            assert!(is_literal(path), "{path}");
        }
        for path in ["/", "/ws", "/a+b", "/odata/Rooms(1)", "/$metadata", "/a*b", "/~user", "/a.b/c?"] {
            assert!(!is_literal(path), "{path}");
        }
        assert!(!LocationKind::Named("@ws*".into()).is_literal_expression());
    }
}
