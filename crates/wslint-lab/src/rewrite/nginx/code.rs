//! What of an nginx configuration runs somebody's code: directives of Lua, njs, Perl and Passenger, and their modules.

/// Why they are left out.
pub(super) const WHY: &str = "it runs code that is no part of nginx";

/// How the names of directives begin that run code: Lua's, those of njs, Perl's, Passenger's.
const CODE_BEGINS: [&str; 4] = ["lua_", "js_", "perl", "passenger_"];

/// What the names of modules hold that run code.
const CODE_MODULES: [&str; 6] = ["lua", "http_js", "stream_js", "perl", "passenger", "wasm"];

/// Whether a directive of this name runs code.
pub(super) fn is_directive(name: &str) -> bool {
    name.contains("_by_lua") || CODE_BEGINS.iter().any(|begin| name.starts_with(begin))
}

/// Whether a module of this file's name does.
pub(super) fn is_module(name: &str) -> bool {
    CODE_MODULES.iter().any(|code| name.contains(code))
}
