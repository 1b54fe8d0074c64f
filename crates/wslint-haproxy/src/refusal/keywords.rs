//! Which keyword may stand where, and since when it is gone: tables measured with `haproxy -c` on 1.8 to 3.5.

use crate::config::proxy::Kind;
use crate::statement::Statement;
use wslint_model::Version;

/// Why a keyword of `global` is refused.
pub(crate) fn removed_from_global(keyword: &str, version: Version) -> Option<&'static str> {
    (keyword == "nbproc" && version >= Version(2, 5, 0))
        .then_some("`nbproc` is gone since 2.5; HAProxy uses threads by itself")
}

/// Why a keyword of a proxy is refused.
pub(crate) fn removed_from_proxies(keyword: &str, version: Version) -> Option<&'static str> {
    let since_2_1 = match keyword {
        "clitimeout" => "`clitimeout` is gone since 2.1; write `timeout client`",
        "srvtimeout" => "`srvtimeout` is gone since 2.1; write `timeout server`",
        "contimeout" => "`contimeout` is gone since 2.1; write `timeout connect`",
        "redispatch" => "`redispatch` is gone since 2.1; write `option redispatch`",
        "block" => "`block` is gone since 2.1; write `http-request deny`",
        "reqadd" => "`reqadd` is gone since 2.1; write `http-request add-header`",
        "reqrep" | "reqirep" => {
            "`reqrep` is gone since 2.1; write `http-request replace-path` or `replace-header`"
        }
        "reqdel" | "reqidel" => "`reqdel` is gone since 2.1; write `http-request del-header`",
        "reqdeny" | "reqideny" | "reqtarpit" | "reqitarpit" => {
            "`reqdeny` is gone since 2.1; write `http-request deny`"
        }
        "reqallow" | "reqiallow" | "reqpass" | "reqipass" | "reqsetbe" | "reqisetbe" => {
            "the `req` keywords are gone since 2.1; write `http-request` rules"
        }
        "rspadd" => "`rspadd` is gone since 2.1; write `http-response add-header`",
        "rspdel" | "rspidel" => "`rspdel` is gone since 2.1; write `http-response del-header`",
        "rsprep" | "rspirep" => "`rsprep` is gone since 2.1; write `http-response replace-header`",
        "rspdeny" | "rspideny" => "`rspdeny` is gone since 2.1; write `http-response deny`",
        _ => "",
    };
    if !since_2_1.is_empty() {
        return (version >= Version(2, 1, 0)).then_some(since_2_1);
    }
    match keyword {
        "appsession" => Some("`appsession` is gone since 1.6; use `stick on` or `cookie`"),
        "grace" if version >= Version(2, 5, 0) => {
            Some("`grace` is gone from proxies since 2.5; `global` has one")
        }
        "monitor-net" if version >= Version(2, 4, 0) => {
            Some("`monitor-net` is gone since 2.4; write `http-request return status 200 if { src … }`")
        }
        _ => None,
    }
}

/// Timeouts by name. `client-hs` came with 2.9.
pub(crate) fn is_timeout(name: &str, version: Version) -> bool {
    matches!(
        name,
        "client"
            | "server"
            | "connect"
            | "check"
            | "queue"
            | "http-keep-alive"
            | "http-request"
            | "tunnel"
            | "tarpit"
            | "client-fin"
            | "server-fin"
    ) || name == "client-hs" && version >= Version(2, 9, 0)
}

/// Why a keyword is refused in this kind of section. What is merely ignored is no refusal.
pub(crate) fn misplaced(
    kind: Kind,
    name: &str,
    statement: &Statement<'_>,
    version: Version,
) -> Option<String> {
    let keyword = statement.word(0);
    let here = kind.keyword();
    let refused = match kind {
        Kind::Defaults => {
            if is_rule_list(keyword, statement.word(1)) {
                let anonymous = name.is_empty();
                return match (anonymous, version >= Version(2, 5, 0)) {
                    (true, true) => Some(format!("`{keyword}` is not taken in `defaults` without a name")),
                    (_, false) => Some(format!("`{keyword}` is not taken in `defaults` before 2.5")),
                    _ => None,
                };
            }
            matches!(
                keyword,
                "bind"
                    | "server"
                    | "server-template"
                    | "use_backend"
                    | "use-server"
                    | "redirect"
                    | "stick"
                    | "stick-table"
                    | "filter"
                    | "dispatch"
                    | "force-persist"
                    | "ignore-persist"
                    | "monitor"
                    | "capture"
                    | "declare"
                    | "description"
                    | "id"
            )
        }
        Kind::Frontend => {
            matches!(keyword, "server" | "server-template" | "default-server" | "retry-on")
                || keyword == "tcp-response" && statement.word(1) != "inspect-delay"
        }
        Kind::Backend => keyword == "tcp-request" && matches!(statement.word(1), "connection" | "session"),
        Kind::Listen => false,
    };
    refused.then(|| format!("`{keyword}` is not taken in a `{here}` section"))
}

/// Rules that only named `defaults` may hold since 2.5, and none before (measured).
fn is_rule_list(keyword: &str, second: &str) -> bool {
    match keyword {
        "acl" | "http-request" | "http-response" | "http-after-response" => true,
        "tcp-request" | "tcp-response" => second != "inspect-delay",
        _ => false,
    }
}

/// Every keyword of a proxy section that some version knows.
pub(crate) fn is_known(keyword: &str) -> bool {
    matches!(
        keyword,
        "acl"
            | "backlog"
            | "balance"
            | "bind"
            | "bind-process"
            | "capture"
            | "clitcpka-cnt"
            | "clitcpka-idle"
            | "clitcpka-intvl"
            | "compression"
            | "cookie"
            | "declare"
            | "default-server"
            | "default_backend"
            | "description"
            | "disabled"
            | "dispatch"
            | "dynamic-cookie-key"
            | "email-alert"
            | "enabled"
            | "error-log-format"
            | "errorfile"
            | "errorfiles"
            | "errorloc"
            | "errorloc302"
            | "errorloc303"
            | "external-check"
            | "filter"
            | "filter-sequence"
            | "force-be-switch"
            | "force-persist"
            | "fullconn"
            | "grace"
            | "guid"
            | "hash-balance-factor"
            | "hash-preserve-affinity"
            | "hash-type"
            | "http-after-response"
            | "http-check"
            | "http-error"
            | "http-request"
            | "http-response"
            | "http-reuse"
            | "http-send-name-header"
            | "id"
            | "ignore-persist"
            | "load-server-state-from-file"
            | "log"
            | "log-format"
            | "log-format-sd"
            | "log-steps"
            | "log-tag"
            | "max-keep-alive-queue"
            | "max-session-srv-conns"
            | "maxconn"
            | "mode"
            | "monitor"
            | "monitor-uri"
            | "option"
            | "persist"
            | "quic-initial"
            | "rate-limit"
            | "redirect"
            | "retries"
            | "retry-on"
            | "server"
            | "server-state-file-name"
            | "server-template"
            | "source"
            | "srvtcpka-cnt"
            | "srvtcpka-idle"
            | "srvtcpka-intvl"
            | "stats"
            | "stick"
            | "stick-table"
            | "tcp-check"
            | "tcp-request"
            | "tcp-response"
            | "timeout"
            | "transparent"
            | "unique-id-format"
            | "unique-id-header"
            | "use-fcgi-app"
            | "use-server"
            | "use_backend"
            | "use-small-buffers"
            | "monitor-net"
            | "healthcheck"
            | "hash-key"
    )
}
