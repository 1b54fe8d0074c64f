//! The questions that only HAProxy routes answer.

use crate::question::{Kind, Question};

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
    HOPS "hops" Kind::Number,
        "How many frontends of this configuration does the handshake pass?";
    LONG_POLL "long-poll" Kind::Choice(&["fine", "close", "cut"]),
        "Does `timeout server` outlast a poll that waits for the next ping (close: by 5 s or less)?";
    SERVER_TIMEOUT "server-timeout" Kind::Duration,
        "How long is the `timeout server` of the backend?";
    UNITLESS_TUNNEL "unitless-tunnel" Kind::Duration,
        "How many milliseconds is a `timeout tunnel` without a unit?";
    UNITLESS_TIMEOUT "unitless-timeout" Kind::Duration,
        "How many milliseconds is the shortest other timeout without a unit on the way?";
    TIMEOUT_SUFFIX "timeout-suffix" Kind::Choice(&["ignored", "meaning-changed"]),
        "Does something follow the unit of a timeout, which HAProxy ignores, and does that change what was meant?";
    MISPLACED_TIMEOUT "misplaced-timeout" Kind::Text,
        "Which timeout stands in a section that ignores it (`timeout tunnel` apart)?";
    MISSING_TIMEOUT "missing-timeout" Kind::Text,
        "Which of the timeouts client, connect and server are not set?";
    INDEPENDENT_STREAMS "independent-streams" Kind::Flag,
        "Does `option independent-streams` let traffic in one direction not count for the other?";
    FIN_TIMEOUT "fin-timeout" Kind::Flag,
        "Is `timeout client-fin` or `timeout server-fin` set on a way in `mode http`?";
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
    TARGET "target" Kind::Choice(&["kept", "path-changed", "query-lost"]),
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
    "forced-upgrade",
    "refused",
];

const AFFINITIES: &[&str] = &[
    "one-server",
    "kept",
    "kept-by-cookie",
    "none",
    "varying-key",
    "table-without-stick",
    "cookie-undeclared",
    "cookie-in-frontend",
    "cookie-in-tcp",
    "cookie-without-key",
    "cookie-not-inserted",
    "cookie-without-values",
    "cookie-duplicate",
    "cookie-secure",
];
