//! The `option` keywords: which versions know them, and where they may stand (measured with `haproxy -c` on 1.8 to 3.5).

use crate::config::proxy::Kind;
use wslint_model::Version;

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
