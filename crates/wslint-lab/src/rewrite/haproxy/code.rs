//! What of a HAProxy configuration is not run: what runs somebody's code, and what connects to what is no upstream.

/// Lines that run code of somebody's.
const CODE: &str = "it runs code that is no part of HAProxy";
/// Lines that connect to what is no upstream.
const AWAY: &str = "it connects to what the copy does not have";

/// The first words of lines that are not run, wherever they stand, and why.
const NOT_RUN: [(&str, &str); 15] = [
    ("lua-load", CODE),
    ("lua-load-per-thread", CODE),
    ("lua-prepend-path", CODE),
    ("module-load", CODE),
    ("module-path", CODE),
    ("insecure-fork-wanted", CODE),
    ("external-check", CODE),
    ("email-alert", AWAY),
    ("httpclient.resolvers.id", AWAY),
    ("ocsp-update.httpproxy", AWAY),
    ("wurfl-data-file", CODE),
    ("deviceatlas-json-file", CODE),
    ("51degrees-data-file", CODE),
    ("parse-resolv-conf", AWAY),
    ("load-server-state-from-file", AWAY),
];

/// Sections that are not run.
pub(super) const SECTIONS_NOT_RUN: [(&str, &str); 3] = [("program", CODE), ("mailers", AWAY), ("acme", AWAY)];

/// Why a line is not run, if it is not.
pub(super) fn not_run(words: &[String]) -> Option<&'static str> {
    let first = words.first()?;
    let rest = match first.as_str() {
        "no" | "option" => words.get(1)?,
        _ => first,
    };
    let listed = NOT_RUN.iter().find(|(name, _)| name == rest).map(|(_, why)| *why);
    let calls_lua = || {
        words.iter().any(|word| word.starts_with("lua.") || word.contains("[lua.") || word.contains(",lua."))
    };
    let elsewhere = || {
        words.iter().any(|word| {
            word.starts_with("do-resolve(") || matches!(word.as_str(), "set-dst" | "set-dst-port")
        })
    };
    listed
        .or_else(|| calls_lua().then_some(CODE))
        .or_else(|| elsewhere().then_some("it lets the client choose where the proxy connects to"))
}
