//! Which keyword may stand where, and since when it is gone: tables measured with `haproxy -c` on 1.8 to 3.5.

use crate::haproxy::config::action::Stage;
use crate::haproxy::config::proxy::Kind;
use crate::haproxy::config::statement::Statement;
use crate::haproxy::refusal::{is_rule_list, stage_of};
use crate::version::Version;

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
        "monitor-net" if version >= Version(2, 4, 0) => {
            Some("`monitor-net` is gone since 2.4; write `http-request return status 200 if { src … }`")
        }
        _ => None,
    }
}

/// Why an option is refused.
pub(crate) fn removed_option(name: &str, version: Version) -> Option<&'static str> {
    let since_2_5 = version >= Version(2, 5, 0);
    match name {
        "forceclose" if since_2_5 => Some("`option forceclose` is gone; HAProxy needs nothing in its place"),
        "http-tunnel" if since_2_5 => {
            Some("`option http-tunnel` is gone; HAProxy tunnels after a 101 by itself")
        }
        "http-use-htx" if since_2_5 => Some("`option http-use-htx` is gone; it is how HAProxy works"),
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

/// Options by name, with those that came later.
pub(crate) fn is_option(name: &str, version: Version) -> bool {
    let since = match name {
        "abortonclose"
        | "accept-invalid-http-request"
        | "accept-invalid-http-response"
        | "allbackups"
        | "checkcache"
        | "clitcpka"
        | "contstats"
        | "dontlog-normal"
        | "dontlognull"
        | "external-check"
        | "forwardfor"
        | "http-buffer-request"
        | "http-ignore-probes"
        | "http-keep-alive"
        | "http-no-delay"
        | "http-pretend-keepalive"
        | "http-server-close"
        | "http-use-proxy-header"
        | "httpchk"
        | "httpclose"
        | "httplog"
        | "independent-streams"
        | "ldap-check"
        | "log-health-checks"
        | "log-separate-errors"
        | "logasap"
        | "mysql-check"
        | "nolinger"
        | "originalto"
        | "persist"
        | "pgsql-check"
        | "prefer-last-server"
        | "redispatch"
        | "redis-check"
        | "smtpchk"
        | "socket-stats"
        | "splice-auto"
        | "splice-request"
        | "splice-response"
        | "spop-check"
        | "srvtcpka"
        | "ssl-hello-chk"
        | "tcp-check"
        | "tcp-smart-accept"
        | "tcp-smart-connect"
        | "tcpka"
        | "tcplog"
        | "transparent" => Version(1, 8, 0),
        "forceclose" | "http-tunnel" | "http-use-htx" => return version < Version(2, 5, 0),
        "h1-case-adjust-bogus-client" | "h1-case-adjust-bogus-server" => Version(2, 0, 0),
        "disable-h2-upgrade" => Version(2, 2, 0),
        "idle-close-on-response" | "httpslog" | "http-restrict-req-hdr-names" | "h1-accept-payload" => {
            Version(2, 5, 0)
        }
        "accept-unsafe-violations-in-http-request"
        | "accept-unsafe-violations-in-http-response"
        | "httpslog-v2" => Version(3, 1, 0),
        "http-drop-request-trailers" | "http-drop-response-trailers" => Version(3, 0, 0),
        _ => return false,
    };
    version >= since
}

/// Whether `no option` (and `default option`) may stand before an option.
pub(crate) fn takes_prefix(name: &str, default: bool) -> bool {
    match name {
        "httpclose" | "http-server-close" | "http-keep-alive" => !default,
        "forwardfor"
        | "originalto"
        | "httpchk"
        | "tcp-check"
        | "ssl-hello-chk"
        | "smtpchk"
        | "mysql-check"
        | "pgsql-check"
        | "redis-check"
        | "ldap-check"
        | "spop-check"
        | "external-check"
        | "httplog"
        | "tcplog"
        | "httpslog"
        | "redispatch-interval" => false,
        _ => true,
    }
}

/// Options that only proxies of the other capability know.
pub(crate) fn option_in_wrong_section(name: &str, kind: Kind, version: Version) -> bool {
    match (name, kind) {
        ("abortonclose", Kind::Frontend) => version < Version(3, 3, 0),
        (
            "http-pretend-keepalive" | "prefer-last-server" | "allbackups" | "checkcache" | "srvtcpka",
            Kind::Frontend,
        ) => true,
        (
            "idle-close-on-response"
            | "tcp-smart-accept"
            | "disable-h2-upgrade"
            | "http-ignore-probes"
            | "clitcpka"
            | "contstats",
            Kind::Backend,
        ) => true,
        _ => false,
    }
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
            )
        }
        Kind::Frontend => {
            matches!(keyword, "server" | "server-template" | "default-server" | "retry-on")
                || keyword == "tcp-response" && statement.word(1) != "inspect-delay"
        }
        Kind::Backend => stage_of(statement) == Some(Stage::TcpConnection),
        Kind::Listen => false,
    };
    refused.then(|| format!("`{keyword}` is not taken in a `{here}` section"))
}

/// Every action of an HTTP rule that some version knows.
pub(crate) fn is_http_action(action: &str) -> bool {
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
