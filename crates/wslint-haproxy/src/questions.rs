//! The questions that only HAProxy routes answer.

use wslint_model::{Kind, Question};

macro_rules! questions {
    ($($constant:ident $name:literal $kind:expr, $about:literal;)*) => {
        $(
            #[doc = $about]
            pub(crate) static $constant: Question = Question { name: $name, kind: $kind, about: $about };
        )*
        /// All of them.
        pub(crate) static ALL: &[&Question] = &[$(&$constant),*];
    };
}

questions! {
    TUNNEL "tunnel"
        Kind::Choice(&["set", "by-rule", "unset", "zero", "in-frontend", "lost-by-defaults", "other-backend"]),
        "Where does `timeout tunnel` stand, and does it reach the backend that the handshake comes to?";
    TUNNEL_TIMEOUT "tunnel-timeout" Kind::Duration,
        "How long is the `timeout tunnel` that applies?";
    CUTS_FIRST "cuts-first" Kind::Flag,
        "Is it the first hop that cuts a silent connection, and none behind it?";
    CHAINED "chained" Kind::Flag,
        "Do the servers of this way lead to another frontend of the configuration?";
    LONG_POLL "long-poll" Kind::Choice(&["fine", "close", "cut"]),
        "Does `timeout server` outlast a poll that waits for the next ping (close: by 5 s or less)?";
    SERVER_TIMEOUT "server-timeout" Kind::Duration,
        "How long is the `timeout server` of the backend?";
    UNITLESS "unitless" Kind::Choice(&["tunnel", "other"]),
        "Is a timeout without a unit too short to be meant: `timeout tunnel` below 30 s, another one below 1 s?";
    UNITLESS_TIMEOUT "unitless-timeout" Kind::Duration,
        "How long is that timeout, in milliseconds as HAProxy reads it?";
    TIMEOUT_SUFFIX "timeout-suffix" Kind::Choice(&["ignored", "meaning-changed"]),
        "Does something follow the unit of a timeout, which HAProxy ignores, and does that change what was meant?";
    MISPLACED_TIMEOUT "misplaced-timeout" Kind::Text,
        "Which timeout stands in a section that ignores it (`timeout tunnel` apart)?";
    MISSING_TIMEOUT "missing-timeout" Kind::Text,
        "Which of the timeouts client, connect and server are not set?";
    INDEPENDENT_STREAMS "independent-streams" Kind::Flag,
        "Does `option independent-streams` let traffic in one direction not count for the other?";
    FIN_TIMEOUT "fin-timeout" Kind::Flag,
        "Is `timeout client-fin` or `timeout server-fin` set where it has no effect on a tunnel?";
    UPGRADE "upgrade" Kind::Choice(&["passed", "changed", "dropped"]),
        "Does the server get the client's `Upgrade: websocket`?";
    CONNECTION "connection" Kind::Choice(&["passed", "changed", "dropped"]),
        "Does the server get a `Connection` that names `upgrade`?";
    KEY_REMOVED "key-removed" Kind::Flag,
        "Is the client's `Sec-WebSocket-Key` removed?";
    SUBPROTOCOL_REMOVED "subprotocol-removed" Kind::Flag,
        "Is the client's `Sec-WebSocket-Protocol` removed?";
    FORCED_UPGRADE "forced-upgrade" Kind::Flag,
        "Is a plain request on the same way sent as a handshake?";
    UPGRADE_COPIED "upgrade-copied" Kind::Flag,
        "Does a rule set `Upgrade` or `Connection` to what the client sent anyway?";
    RESPONSE_ALTERED "response-altered" Kind::Flag,
        "Does a rule take `Upgrade` or `Connection` from the 101?";
    TARGET "target" Kind::Choice(&["kept", "path-changed", "socketio-lost", "query-lost"]),
        "What becomes of path and query on the way to the server?";
    SENT_PATH "sent-path" Kind::Text,
        "Which path does the server get?";
    CONNECTION_MODE "connection-mode" Kind::Choice(&["keep-alive", "http-server-close", "httpclose"]),
        "Which connection mode applies to plain requests?";
    CORS_ADDED "cors-added" Kind::Flag,
        "Are CORS fields added beside those of the server?";
    ANSWER "answer" Kind::Choice(ANSWERS),
        "Who answers the handshake, and how, if not the server?";
    PLAIN_ANSWER "plain-answer" Kind::Choice(ANSWERS),
        "Who answers a plain request on the same path?";
    SHADOWED "shadowed" Kind::Flag,
        "Does an earlier `use_backend` rule take every handshake?";
    TCP_TESTS_HTTP "tcp-tests-http" Kind::Choice(&["no", "waits", "races"]),
        "Does a frontend in `mode tcp` test parts of the request, and does it wait for the request?";
    HANDSHAKE_TEST "handshake-test" Kind::Choice(&["matches", "case-sensitive", "never"]),
        "Does the test of `Upgrade` or `Connection` that leads here match what browsers send?";
    AFFINITY "affinity" Kind::Choice(AFFINITIES),
        "What keeps all polls of one client on one server?";
    SERVERS "servers" Kind::Number,
        "Over how many servers are requests spread?";
    PLAIN_TRAFFIC "plain-traffic" Kind::Flag,
        "Do plain requests come to the same backend, polls included?";
    REFUSED_VARIANT "refused-variant"
        Kind::Choice(&[
            "handshake-without-accept",
            "handshake-without-origin",
            "handshake-without-user-agent",
            "handshake-with-token",
            "preflight",
            "post-of-a-poll",
        ]),
        "Which usual form of the handshake, or of the requests around it, does a rule refuse while others pass: \
         without `Accept`, without `Origin` or `User-Agent`, with a token in the query, a CORS preflight, the POST of a poll?";
    COMPUTED_BACKEND "computed-backend" Kind::Choice(&["known", "unknown-name", "no-default"]),
        "Does a computed `use_backend` yield the name of a backend for every entry of its map, and for none?";
    HTTP_RULE_IN_TCP "http-rule-in-tcp" Kind::Text,
        "Which setting on the way only works in `mode http`, while its section works in `mode tcp`?";
    STICKY_MEMORY "sticky-memory" Kind::Choice(&["fits", "expires-early", "small"]),
        "Does the stick table that keeps the polls together remember a client long enough, and enough of them?";
    BEHIND_PROXY "behind-proxy" Kind::Flag,
        "Does the configuration read `X-Forwarded-For`, so that what connects is another proxy?";
    HEAD_ROOM "head-room" Kind::Number,
        "How many bytes may the head of a request have, where the configuration changes it?";
    SERVER_TLS "server-tls" Kind::Choice(&["fits", "missing", "unexpected"]),
        "Does the server line speak TLS where its port suggests it?";
    HARD_STOP "hard-stop" Kind::Duration,
        "After which time does a reload end the connections of the old process?";
    FRONTEND_LIMIT "frontend-limit" Kind::Number,
        "How many connections does the frontend take (the smallest `maxconn` that applies)?";
    SERVER_LIMIT "server-limit" Kind::Number,
        "How many connections at once does the narrowest server take (the smallest `maxconn` or `minconn`)?";
    RATE_LIMIT "rate-limit" Kind::Number,
        "Beyond how many requests or connections of one client does a rule refuse it?";
    SHUTDOWN_WHEN_DOWN "shutdown-when-down" Kind::Flag,
        "Does a failed health check end live connections?";
    HEALTH_CHECK "health-check" Kind::Choice(&[
        "none", "tcp", "http", "bare", "refused", "opens-sessions", "hidden-headers", "unused",
    ]),
        "What does the health check ask for (refused: what Socket.IO answers with 400)?";
    BALANCE "balance" Kind::Choice(&[
        "default", "roundrobin", "static-rr", "leastconn", "source", "first", "uri", "random", "other",
    ]),
        "Which algorithm picks a server?";
    LISTENER "listener" Kind::Choice(&["h1", "h2", "h2-by-default", "h2-only", "h2-in-tcp", "h2-broken"]),
        "Do the listeners of the frontend speak HTTP/2 (broken: this release resets WebSockets over it)?";
    TLS_LISTENER "tls-listener" Kind::Flag,
        "Does any frontend of the configuration end TLS?";
    H2_WORKAROUND "h2-workaround" Kind::Flag,
        "Does `h2-workaround-bogus-websocket-clients` turn off WebSockets over HTTP/2?";
    SERVER_PROTOCOL "server-protocol" Kind::Choice(&["h1", "h2", "h2-reused", "mixed"]),
        "Does a server line send the handshake over HTTP/2, or let it come near a connection of HTTP/2?";
    PATH_TEST "path-test" Kind::Choice(&["exact", "defeated-by-query"]),
        "Does the test of the path miss what clients really ask for?";
    HOST_TEST "host-test" Kind::Choice(&["port", "broad"]),
        "Does the test of the host miss names with a port, or match more than was meant?";
    H2_TEST "h2-test" Kind::Choice(&["key", "never", "url"]),
        "Does the test miss WebSockets over HTTP/2?";
    WHOLE_CONNECTION "whole-connection" Kind::Flag,
        "Is the raw `Connection` compared as a whole in `mode tcp`?";
    SAME_NAME "same-name" Kind::Flag,
        "Are two lines of one ACL name alternatives where both may have been meant?";
    URI_MISSES_H2 "uri-misses-h2" Kind::Flag,
        "Does a rule or test of the URI miss requests over HTTP/2?";
    LATE_RULE "late-rule" Kind::Flag,
        "Does an `http-request` rule stand below a `use_backend` rule that it runs before?";
    FORWARDED_SCHEME "forwarded-scheme" Kind::Flag,
        "Is `X-Forwarded-Proto` compared with `https` alone?";
    MODE "mode" Kind::Choice(&["http", "tcp"]),
        "Is the connection handled as HTTP?";
    TRANSPORTS "transports" Kind::Choice(&["together", "split", "apart"]),
        "Do polls and handshakes of one client reach the same servers (split: the same servers without a shared affinity; apart: other servers)?";
    SPOE "spoe" Kind::Flag,
        "Does a rule deny what an SPOE agent has not approved?";
    BANDWIDTH "bandwidth" Kind::Flag,
        "Does a bandwidth limit apply to the frames of the connection?";
    REMOVED_KEYWORD "removed-keyword" Kind::Flag,
        "Does the configuration use a keyword that this version knows no more?";
    OPTION_PLACE "option-place" Kind::Choice(&["ignored", "refused"]),
        "What happens to an option that stands in a section that has no use for it?";
    UNDEFINED "undefined" Kind::Flag,
        "Does the configuration name an ACL, a backend or a `defaults` section that it does not define?";
    TIME_TOO_LONG "time-too-long" Kind::Flag,
        "Is a timeout longer than HAProxy takes?";
    TIME_UNREADABLE "time-unreadable" Kind::Flag,
        "Is there a timeout that HAProxy cannot read?";
    SET_TIMEOUT_PLACE "set-timeout-misplaced" Kind::Flag,
        "Does a `set-timeout` rule stand where it cannot work?";
    MODE_MISMATCH "mode-mismatch" Kind::Flag,
        "Does a frontend in `mode http` lead to a backend in `mode tcp`?";
    REFUSED "refused" Kind::Flag,
        "Does HAProxy refuse the configuration for another reason?";
}

const ANSWERS: &[&str] = &[
    "upstream",
    "denied",
    "returned",
    "authentication",
    "redirected",
    "redirected-to-tls",
    "monitored",
    "statistics",
    "no-backend",
    "disabled-backend",
    "no-server",
    "dropped",
    "h2-only",
    "proxy-header",
    "forced-upgrade",
    "refused",
];

const AFFINITIES: &[&str] = &[
    "one-server",
    "kept",
    "kept-by-address",
    "kept-by-cookie",
    "all-on-one",
    "none",
    "none-in-tcp",
    "varying-key",
    "table-without-stick",
    "cookie-undeclared",
    "cookie-in-frontend",
    "cookie-in-tcp",
    "cookie-without-key",
    "cookie-not-inserted",
    "cookie-of-application",
    "cookie-without-values",
    "cookie-duplicate",
    "cookie-secure",
];
