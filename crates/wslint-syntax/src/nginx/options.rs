//! How a file is to be read.

/// What the reader has to expect in a file besides plain nginx configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether `*_by_lua_block { ... }` holds Lua code, as in OpenResty. Without that module the same bytes are an
    /// ordinary block. On by default: the directives have no other use.
    pub lua: bool,
    /// Whether the file may be a template from which the real configuration is rendered; see [`looks_templated`](super::looks_templated).
    /// A file without tags and markers reads the same either way. Off by default.
    pub templates: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { lua: true, templates: false }
    }
}
