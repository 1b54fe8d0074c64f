//! The closed catalogue of questions that nginx routes answer, beside those of [`wslint_model::traffic`].

use wslint_model::{Kind, Question};

macro_rules! questions {
    ($($constant:ident $name:literal $kind:expr, $about:literal;)*) => {
        $(
            #[doc = $about]
            pub(super) static $constant: Question = Question { name: $name, kind: $kind, about: $about };
        )*

        /// The questions that only nginx routes answer.
        pub static QUESTIONS: &[&Question] = &[$(&$constant),*];
    };
}

questions! {
    // Who answers.
    HANDLER "handler" Kind::Choice(&[
        "proxy", "uwsgi", "scgi", "fastcgi", "grpc", "memcached", "stream", "static", "try-files", "return",
        "redirect", "slash-redirect", "denied", "internal", "no-resolver", "bad-scheme",
        "plain-to-tls", "error", "closed",
    ]), "Who answers a handshake on the path, and because of which line?";
    ANSWER "answer" Kind::Text, "With which status does nginx answer by itself, and where does it redirect to?";
    REFERER "referer" Kind::Choice(&["refused"]), "Is a handshake refused for carrying no `Referer`?";
    SCOPE "scope" Kind::Choice(&["dedicated", "folder", "general"]),
        "Is the location for WebSocket traffic, for an application in a folder of its own, or for everything that the \
         site serves?";
    TLS_ELSEWHERE "https-redirect" Kind::Flag,
        "Is the answer a redirect to the same path over TLS?";
    SELECTED "selected" Kind::Choice(&["own", "other", "by-pattern", "nested", "rewritten", "never"]),
        "Does the location that is named after the path answer it, another one (by an expression, or after a \
         rewrite), one without a handler inside of a location with one, or can no request reach it?";
    WITHOUT_SLASH "without-slash" Kind::Choice(&["redirected", "would-be-redirected", "served"]),
        "What answers the path without its last slash: a redirect that clients are known to get, one that they would \
         get if they asked, or a location?";
    WEBSOCKET_SCHEME "websocket-scheme" Kind::Flag, "Is the request to be handed on to a ws:// or wss:// address?";
    REJECTED "rejected" Kind::Choice(&["websocket-scheme", "unknown-variable", "uri-part", "too-new", "other"]),
        "Why would nginx refuse to load the config?";
    REJECTION "rejection" Kind::Text, "What does nginx say when it refuses the config?";

    // The handshake's headers.
    UPGRADE "upgrade" Kind::Choice(&["passed", "dropped", "lost", "wrong", "repeated"]),
        "What becomes of the client's Upgrade header on its way to the upstream?";
    LOST_HEADER "lost-header" Kind::Choice(&["Upgrade", "Connection"]),
        "Which handshake header is set on an outer level and dropped by a list on an inner one?";
    REPEATED_HEADER "repeated-header" Kind::Choice(&["Upgrade", "Host"]),
        "Which header does the upstream get twice, for which a server may refuse the handshake?";
    UPGRADE_SENT "upgrade-sent" Kind::Text, "Which Upgrade does the upstream get for a handshake?";
    CONNECTION "connection" Kind::Choice(&["passed", "dropped", "lost", "wrong", "wrong-by-map", "chrome-only"]),
        "Which Connection header does the upstream get for a handshake?";
    CONNECTION_SENT "connection-sent" Kind::Text, "Which Connection does the upstream get for a handshake?";
    PLAIN_CONNECTION "plain-connection" Kind::Choice(&["upgrade", "close", "keep-alive", "none", "other"]),
        "Which Connection header do requests carry that ask for no upgrade?";
    PLAIN_UPGRADE "plain-upgrade" Kind::Choice(&["polls", "pages"]),
        "Which requests that ask for no upgrade reach the upstream as if they did: those of a polling client, or those of \
         everything that the site serves?";
    HTTP_VERSION "http-version" Kind::Choice(&["1.0", "1.1", "2"]), "Which HTTP does nginx speak to the upstream?";
    KEY_HEADERS "key-headers" Kind::Choice(&["kept", "overridden"]),
        "Do the client's Sec-WebSocket headers reach the upstream unchanged?";
    METHOD "method" Kind::Choice(&["kept", "overridden"]), "Does the upstream get the client's method?";
    REQUEST_HEADERS "request-headers" Kind::Choice(&["passed", "dropped"]),
        "Do the client's headers reach the upstream at all?";
    RESPONSE_HEADERS "response-headers" Kind::Choice(&["passed", "hidden"]),
        "Do the headers that complete the handshake reach the client?";
    HEADER_NAME "header-name" Kind::Choice(&["good", "colon"]), "Is the name of a handshake header written with a colon?";
    MISPLACED "misplaced" Kind::Choice(&["add_header", "proxy_pass_header"]),
        "Is Upgrade or Connection set by a directive for response headers?";
    HOST "host" Kind::Choice(&["client", "without-port", "upstream", "fixed", "missing", "repeated"]),
        "Which Host does the upstream get?";
    ODD_PORT "odd-port" Kind::Flag, "Does the server listen on other ports than 80 and 443 only?";
    ORIGIN "origin" Kind::Choice(&["kept", "removed", "rewritten", "own-host"]),
        "Does the client's Origin reach the upstream, or what is sent instead: nothing, something else, or the host \
         that the client calls?";
    MAP_RIVALS "map-rivals" Kind::Flag, "Do several maps feed the variable that a handshake header uses?";

    // The path.
    UPSTREAM_PATH "upstream-path" Kind::Choice(&["kept", "moved", "mangled", "fixed"]),
        "Which path does the upstream get?";
    QUERY "query" Kind::Choice(&["kept", "lost"]), "Does the query reach the upstream?";
    UPSTREAM_URI "upstream-uri" Kind::Text, "Which path does the upstream get, with its query if that changes?";
    SUBPATH "subpath" Kind::Flag, "Does the upstream get a Socket.IO path below another one, as the client sent it?";
    SET_AFTER_BREAK "set-after-break" Kind::Flag,
        "Does a variable of proxy_pass stay empty because its set stands behind a rewrite with break?";
    PEER "peer" Kind::Choice(&["good", "tls-mismatch"]),
        "Does a server of the same config, which the request is handed to, speak what it is spoken to in?";

    FORWARDED_FOR "forwarded-for" Kind::Choice(&["passed", "appended", "set"]),
        "What becomes of the client's own X-Forwarded-For?";

    // After the handshake.
    SEND_TIMEOUT "send-timeout" Kind::Duration, "After how long is an upstream, or a client, given up that does not read?";
    SEND_TIMEOUT_BY "send-timeout-by" Kind::Text, "Which directive sets that limit?";
    BUFFERING "buffering" Kind::Choice(&["on", "default", "off"]), "Does nginx buffer responses?";
    EXPLICIT "explicit" Kind::Flag, "Does the config forward the upgrade for this location on purpose?";
    WORKER_SHUTDOWN "worker-shutdown" Kind::Duration, "How long do connections outlive a reload?";
    WORKER_CONNECTIONS "worker-connections" Kind::Number, "How many connections may one worker hold?";
    SEND_RATE "send-rate" Kind::Number, "At how many bytes a second are responses sent?";

    // Polling and events.
    EVENTS "events" Kind::Choice(&["strong"]), "Does the route carry server-sent events, and which line says so?";
    ACCEL_BUFFERING "accel-buffering" Kind::Choice(&["proxy_set_header", "add_header"]),
        "Is X-Accel-Buffering set where nginx does not read it?";
    CLIENT_SCRIPT "client-script" Kind::Choice(&["shadowed"]),
        "Does another location take `/socket.io/socket.io.js` away, the script that pages load from a Socket.IO server?";
    POLL_POST "poll-post" Kind::Choice(&["passed", "refused"]), "Does the POST of a polling client reach the upstream?";
    BODY_LIMIT "body-limit" Kind::Number, "How many bytes may a request body have?";
    CORS_ORIGIN "cors-origin" Kind::Choice(&[
        "added", "added-for-all", "added-for-own-site", "added-and-hidden", "lost", "lost-in-if",
    ]), "Does nginx add Access-Control-Allow-Origin to responses, by a line for this location or for all of the site, \
         and for another site than its own?";
    CORS_WILDCARD "cors-wildcard" Kind::Choice(&["with-credentials", "without"]),
        "Is every origin allowed, and with credentials?";
    CORS_ALWAYS "cors-always" Kind::Flag, "Do error responses get the CORS headers too?";
    CACHE "cache" Kind::Choice(&["off", "on", "replays", "shared"]),
        "Can a cached answer be given to a handshake, or to another client's poll?";

    // Several servers, limits and guards.
    SERVERS "servers" Kind::Number, "How many servers share the requests?";
    AFFINITY "affinity" Kind::Choice(&["single", "sticky", "none", "unstable-key"]),
        "Do all requests of one client reach one server?";
    STICKY_KEY "sticky-key" Kind::Text, "By which key is a server chosen?";
    UPSTREAM_KEEPALIVE "upstream-keepalive" Kind::Flag, "Does nginx keep connections to the upstream open?";
    REQUEST_BURST "request-burst" Kind::Number, "How many requests above the rate does the tightest limit take?";
    REQUEST_RATE "request-rate" Kind::Number, "How many requests a minute does the tightest limit allow?";
    CONNECTION_LIMIT "connection-limit" Kind::Number, "How many connections may one client hold?";
    LIMIT_KEY "limit-key" Kind::Choice(&["address", "forwarded-header", "other"]),
        "By what does a limit tell clients apart?";
    AUTH "auth" Kind::Choice(&["none", "basic", "subrequest", "subrequest-leaks"]),
        "Who is asked before a handshake is let through?";
    MODSECURITY "modsecurity" Kind::Flag, "Does ModSecurity inspect the request?";
    HEADER_BUFFER "header-buffer" Kind::Number, "How many bytes may one request header line have?";
    PLAIN_HTTP2 "plain-http2" Kind::Flag, "Does the socket speak HTTP/2 without TLS, and nothing else?";
}
