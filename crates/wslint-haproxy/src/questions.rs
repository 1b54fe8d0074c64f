//! The catalogue of questions that HAProxy routes answer: those of both proxies, and those of its own.

use crate::choices;
use wslint_model::Milliseconds;
pub(crate) use wslint_model::questions::*;

wslint_model::questions! {
    [pub(crate)]
    TUNNEL: choices::Tunnel = "tunnel",
        "Where does `timeout tunnel` stand, and does it reach the backend that the handshake comes to?";
    TUNNEL_TIMEOUT: Milliseconds = "tunnel-timeout", "How long is the `timeout tunnel` that applies?";
    CUTS_FIRST: bool = "cuts-first", "Is it the first hop that cuts a silent connection, and none behind it?";
    CHAINED: bool = "chained", "Do the servers of this way lead to another frontend of the configuration?";
    LONG_POLL: choices::LongPoll = "long-poll",
        "Does `timeout server` outlast a poll that waits for the next ping?";
    SERVER_TIMEOUT: Milliseconds = "server-timeout", "How long is the `timeout server` of the backend?";
    UNITLESS: choices::Unitless = "unitless",
        "Is a timeout without a unit too short to be meant?";
    UNITLESS_TIMEOUT: Milliseconds = "unitless-timeout",
        "How long is that timeout, in milliseconds as HAProxy reads it?";
    UNITLESS_EFFECT: String = "unitless-effect", "What does that timeout do, in words?";
    TIMEOUT_SUFFIX: choices::TimeoutSuffix = "timeout-suffix",
        "Does something follow the unit of a timeout, which HAProxy ignores, and does that change what was meant?";
    MISPLACED_TIMEOUT: String = "misplaced-timeout",
        "Which timeout stands in a section that ignores it (`timeout tunnel` apart)?";
    MISSING_TIMEOUT: String = "missing-timeout",
        "Which of the timeouts client, connect and server are not set?";
    INDEPENDENT_STREAMS: bool = "independent-streams",
        "Does `option independent-streams` let traffic in one direction not count for the other?";
    FIN_TIMEOUT: bool = "fin-timeout",
        "Is `timeout client-fin` or `timeout server-fin` set where it has no effect on a tunnel?";
    SUBPROTOCOL_REMOVED: bool = "subprotocol-removed", "Is the client's `Sec-WebSocket-Protocol` removed?";
    FORCED_UPGRADE: bool = "forced-upgrade", "Is a plain request on the same way sent as a handshake?";
    UPGRADE_COPIED: bool = "upgrade-copied",
        "Does a rule set `Upgrade` or `Connection` to what the client sent anyway?";
    CONNECTION_MODE: choices::ConnectionMode = "connection-mode",
        "Which connection mode applies to plain requests?";
    CORS_ADDED: bool = "cors-added", "Are CORS fields added beside those of the server?";
    PLAIN_HANDLER: choices::Handler = "plain-handler", "Who answers a plain request on the same path?";
    SHADOWED: bool = "shadowed", "Does an earlier `use_backend` rule take every handshake?";
    TCP_TESTS_HTTP: choices::TcpTestsHttp = "tcp-tests-http",
        "Does a frontend in `mode tcp` test parts of the request, and does it wait for the request?";
    HANDSHAKE_TEST: choices::HandshakeTest = "handshake-test",
        "Does the test of `Upgrade` or `Connection` that leads here match what browsers send?";
    PLAIN_TRAFFIC: bool = "plain-traffic", "Do plain requests come to the same backend, polls included?";
    REFUSED_VARIANT: choices::RefusedVariant = "refused-variant",
        "Which usual form of the handshake, or of the requests around it, does a rule refuse while others pass?";
    REFUSED_REQUEST: String = "refused-request", "Which of them is it, in words?";
    COMPUTED_BACKEND: choices::ComputedBackend = "computed-backend",
        "Does a computed `use_backend` yield the name of a backend for every entry of its map, and for none?";
    HTTP_RULE_IN_TCP: String = "http-rule-in-tcp",
        "Which setting on the way only works in `mode http`, while its section works in `mode tcp`?";
    STICKY_MEMORY: choices::StickyMemory = "sticky-memory",
        "Does the stick table that keeps the polls together remember a client long enough, and enough of them?";
    BEHIND_PROXY: bool = "behind-proxy",
        "Does the configuration read `X-Forwarded-For`, so that what connects is another proxy?";
    HEAD_ROOM: u64 = "head-room",
        "How many bytes may the head of a request have, where the configuration changes it?";
    SERVER_TLS: choices::ServerTls = "server-tls",
        "Does the server line speak TLS where its port suggests it?";
    HARD_STOP: Milliseconds = "hard-stop",
        "After which time does a reload end the connections of the old process?";
    FRONTEND_LIMIT: u64 = "frontend-limit",
        "How many connections does the frontend take (the smallest `maxconn` that applies)?";
    SERVER_LIMIT: u64 = "server-limit",
        "How many connections at once does the narrowest server take (the smallest `maxconn` or `minconn`)?";
    RATE_LIMIT: u64 = "rate-limit",
        "Beyond how many requests or connections of one client does a rule refuse it?";
    REFUSED_BEYOND: String = "refused-beyond",
        "Beyond what does that rule refuse a client, in words: `more than 5 requests in 10 s`?";
    SHUTDOWN_WHEN_DOWN: bool = "shutdown-when-down", "Does a failed health check end live connections?";
    HEALTH_CHECK: choices::HealthCheck = "health-check",
        "What does the health check ask for?";
    BALANCE: choices::Balance = "balance", "Which algorithm picks a server?";
    LISTENER: choices::Listener = "listener",
        "Do the listeners of the frontend speak HTTP/2?";
    TLS_LISTENER: bool = "tls-listener", "Does any frontend of the configuration end TLS?";
    H2_WORKAROUND: bool = "h2-workaround",
        "Does `h2-workaround-bogus-websocket-clients` turn off WebSockets over HTTP/2?";
    SERVER_PROTOCOL: choices::ServerProtocol = "server-protocol",
        "Does a server line send the handshake over HTTP/2, or let it come near a connection of HTTP/2?";
    PATH_TEST: choices::PathTest = "path-test", "Does the test of the path miss what clients really ask for?";
    HOST_TEST: choices::HostTest = "host-test",
        "Does the test of the host miss names with a port, or match more than was meant?";
    H2_TEST: choices::H2Test = "h2-test", "Does the test miss WebSockets over HTTP/2?";
    WHOLE_CONNECTION: bool = "whole-connection", "Is the raw `Connection` compared as a whole in `mode tcp`?";
    SAME_NAME: bool = "same-name",
        "Are two lines of one ACL name alternatives where both may have been meant?";
    URI_MISSES_H2: bool = "uri-misses-h2", "Does a rule or test of the URI miss requests over HTTP/2?";
    LATE_RULE: bool = "late-rule",
        "Does an `http-request` rule stand below a `use_backend` rule that it runs before?";
    FORWARDED_SCHEME: bool = "forwarded-scheme", "Is `X-Forwarded-Proto` compared with `https` alone?";
    PASSWORD: bool = "password", "Does a rule ask every handshake without a password for one?";
    OVERTAKEN: bool = "overtaken",
        "Do earlier rules take this path on every host that the section names?";
    SERVER_NAME_MISSING: bool = "server-name-missing",
        "Does a server line speak TLS to a name without asking for that name (`sni`)?";
    PLAIN_ON_TLS_PORT: bool = "plain-on-tls-port",
        "Does the frontend listen on a port of HTTPS without TLS?";
    SNI_ROUTING: bool = "sni-routing",
        "Do rules tell hosts apart by the name in TLS, on connections that carry requests for several hosts?";
    SAME_SITE_MISSING: bool = "same-site-missing",
        "Is the cookie that keeps a client on a server withheld from pages of another site, which the rules let in?";
    CASE_ADJUST_UNUSED: bool = "case-adjust-unused",
        "Does `h1-case-adjust` stand in `global` while no option of this way asks for it?";
    UNRESOLVED: bool = "unresolved",
        "Do all servers have a name that nothing looks up (`init-addr none` without `resolvers`)?";
    QUERY_IN_PATTERN: bool = "query-in-pattern",
        "Does a rule look for a query in the path, which has none?";
    MODE: choices::Mode = "mode", "Is the connection handled as HTTP?";
    TRANSPORTS: choices::Transports = "transports",
        "Do polls and handshakes of one client reach the same servers?";
    SPOE: bool = "spoe", "Does a rule deny what an SPOE agent has not approved?";
    BANDWIDTH: bool = "bandwidth", "Does a bandwidth limit apply to the frames of the connection?";
    REMOVED_KEYWORD: String = "removed-keyword",
        "Which keyword does the configuration use that this version knows no more, in words?";
    OPTION_PLACE: choices::OptionPlace = "option-place",
        "What happens to an option that stands in a section that has no use for it?";
    OPTION_FAULT: String = "option-fault", "What does HAProxy do about that option, in words?";
    UNDEFINED: String = "undefined",
        "What does the configuration name that it does not define, such as an ACL or a backend, in words?";
    TIME_TOO_LONG: bool = "time-too-long", "Is a timeout longer than HAProxy takes?";
    TIME_UNREADABLE: bool = "time-unreadable", "Is there a timeout that HAProxy cannot read?";
    SET_TIMEOUT_PLACE: bool = "set-timeout-misplaced",
        "Does a `set-timeout` rule stand where it cannot work?";
    MODE_MISMATCH: bool = "mode-mismatch", "Does a frontend in `mode http` lead to a backend in `mode tcp`?";
    REFUSED: String = "refused", "For which other reason does HAProxy refuse the configuration, in words?";
    REFUSED_REMEDY: String = "refused-remedy", "What has HAProxy take that line, as an instruction?";
}
