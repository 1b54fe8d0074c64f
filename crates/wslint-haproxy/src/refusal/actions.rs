//! The actions of HTTP rules: which list takes them, and since when.

use wslint_model::Version;

/// Every action that some list of some version knows.
pub(super) fn is_known(action: &str) -> bool {
    let name = action.split('(').next().unwrap_or_default();
    let numbered =
        ["track-sc", "sc-", "set-bc-", "set-fc-", "lua."].iter().any(|prefix| name.starts_with(prefix));
    numbered
        || matches!(
            name,
            "accept"
                | "add-acl"
                | "add-header"
                | "add-headers-bin"
                | "allow"
                | "attach-srv"
                | "auth"
                | "cache-store"
                | "cache-use"
                | "capture"
                | "del-acl"
                | "del-header"
                | "del-headers-bin"
                | "del-map"
                | "deny"
                | "disable-l7-retry"
                | "do-log"
                | "do-resolve"
                | "early-hint"
                | "normalize-uri"
                | "ot-group"
                | "otel-group"
                | "pause"
                | "redirect"
                | "reject"
                | "replace-header"
                | "replace-path"
                | "replace-pathq"
                | "replace-uri"
                | "replace-value"
                | "return"
                | "send-spoe-group"
                | "set-bandwidth-limit"
                | "set-cookie-fmt"
                | "set-dst"
                | "set-dst-port"
                | "set-header"
                | "set-headers-bin"
                | "set-log-level"
                | "set-map"
                | "set-mark"
                | "set-method"
                | "set-nice"
                | "set-path"
                | "set-pathq"
                | "set-priority-class"
                | "set-priority-offset"
                | "set-query"
                | "set-retries"
                | "set-src"
                | "set-src-port"
                | "set-status"
                | "set-timeout"
                | "set-tos"
                | "set-uri"
                | "set-var"
                | "set-var-fmt"
                | "silent-drop"
                | "strict-mode"
                | "tarpit"
                | "unset-var"
                | "use-service"
                | "wait-for-body"
                | "wait-for-handshake"
        )
}

/// Whether a list takes no such action, or did not yet in a version (`haproxy -dKall`).
pub(super) fn misplaced(list: &str, action: &str, version: Version) -> bool {
    let action = action.split('(').next().unwrap_or_default();
    let request = matches!(
        action,
        "auth"
            | "cache-use"
            | "disable-l7-retry"
            | "early-hint"
            | "normalize-uri"
            | "reject"
            | "replace-path"
            | "replace-pathq"
            | "replace-uri"
            | "set-method"
            | "set-path"
            | "set-pathq"
            | "set-query"
            | "set-uri"
            | "tarpit"
            | "use-service"
            | "wait-for-handshake"
    );
    let response = matches!(action, "cache-store" | "set-status");
    let ends = matches!(action, "deny" | "redirect" | "return" | "silent-drop" | "cache-store");
    let never = match list {
        "http-request" => response,
        "http-response" => request,
        _ => request || ends || action.starts_with("track-sc"),
    };
    // Those after 2.6 came at one time or another; the earliest that is possible is taken.
    let first = match action {
        "set-timeout" if list != "http-request" => Version(2, 9, 0),
        "set-bandwidth-limit" | "do-log" | "pause" | "set-retries" => Version(2, 7, 0),
        later if later.starts_with("set-fc-") || later.starts_with("set-bc-") => Version(2, 7, 0),
        "add-acl" | "del-acl" | "del-map" | "set-map" | "set-log-level" if list == "http-after-response" => {
            Version(2, 7, 0)
        }
        _ => return never,
    };
    never || version < first
}
