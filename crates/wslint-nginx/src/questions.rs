//! The catalogue of questions that nginx routes answer: those of both proxies, and those of its own.

use crate::choices;
use wslint_model::Milliseconds;
pub(crate) use wslint_model::questions::*;

wslint_model::questions! {
    [pub(crate)]
    // Who answers.
    ANSWER: String = "answer",
        "With which status does nginx answer by itself, and where does it redirect to?";
    FOREIGN_DIRECTIVE: String = "foreign-directive",
        "Which directive is none of nginx, nor of a module that is known here?";
    SWALLOWED_DIRECTIVE: String = "swallowed-directive",
        "Which directive is taken for arguments of the one above, which no semicolon ends?";
    SWALLOWED_BY: String = "swallowed-by", "Which directive takes it?";
    REFERER: choices::Referer = "referer", "Is a handshake refused for carrying no `Referer`?";
    SCOPE: choices::Scope = "scope",
        "Is the location for WebSocket traffic, for an application in a folder of its own, or for everything that \
         the site serves?";
    TLS_ELSEWHERE: bool = "https-redirect", "Is the answer a redirect to the same path over TLS?";
    SELECTED: choices::Selected = "selected",
        "Does the location that is named after the path answer it, another one (by an expression, or after a \
         rewrite), one without a handler inside of a location with one, or can no request reach it, since no path begins \
         like it or nothing refers to its name?";
    TAKEN: choices::Taken = "taken",
        "What becomes of a handshake that a location takes by its expression from the one that is named after its path?";
    WITHOUT_SLASH: choices::WithoutSlash = "without-slash",
        "What answers the path without its last slash: a redirect that clients are known to get, one that they \
         would get if they asked, or a location?";
    WEBSOCKET_SCHEME: bool = "websocket-scheme",
        "Is the request to be passed on to a ws:// or wss:// address?";

    SLIP: choices::Slip = "slip",
        "Which dollar sign of its lines is escaped for another format than that of the file that holds them, or for none?";
    SLIP_VARIABLE: String = "slip-variable", "Which variable was meant by that dollar sign?";

    // The handshake's headers.
    LOST_HEADER: choices::LostHeader = "lost-header",
        "Which handshake header is set on an outer level and dropped by a list on an inner one?";
    REPEATED_HEADER: choices::RepeatedHeader = "repeated-header",
        "Which header does the upstream get twice, for which a server may refuse the handshake?";
    UPGRADE_SENT: String = "upgrade-sent", "Which Upgrade does the upstream get for a handshake?";
    CONNECTION_SENT: String = "connection-sent", "Which Connection does the upstream get for a handshake?";
    PLAIN_CONNECTION: choices::PlainConnection = "plain-connection",
        "Which Connection header do requests carry that ask for no upgrade?";
    PLAIN_UPGRADE: choices::PlainUpgrade = "plain-upgrade",
        "Which requests that ask for no upgrade reach the upstream as if they did: those of a polling client, or \
         those of everything that the site serves?";
    HTTP_VERSION: choices::HttpVersion = "http-version", "Which HTTP does nginx speak to the upstream?";
    METHOD: choices::Method = "method", "Does the upstream get the client's method?";
    REQUEST_HEADERS: choices::RequestHeaders = "request-headers",
        "Do the client's headers reach the upstream at all?";
    HEADER_NAME: choices::HeaderName = "header-name",
        "Is the name of a handshake header written with a colon?";
    MISPLACED: choices::Misplaced = "misplaced",
        "Is Upgrade or Connection set by a directive for response headers?";
    MISSING_LINES: String = "missing-lines",
        "Which lines does a handshake need that are not in force there, as they are to be written?";
    ODD_PORT: bool = "odd-port", "Does the server listen on other ports than 80 and 443 only?";
    MAP_RIVALS: bool = "map-rivals", "Do several maps feed the variable that a handshake header uses?";

    // The path.
    SUBPATH: bool = "subpath",
        "Does the upstream get a Socket.IO path below another one, as the client sent it?";
    BELOW: choices::Below = "below",
        "What becomes of paths below the location, where it and `proxy_pass` do not both end in a slash?";
    SET_AFTER_BREAK: bool = "set-after-break",
        "Does a variable of proxy_pass stay empty because its set stands behind a rewrite with break?";
    PEER: choices::Peer = "peer",
        "Does a server of the same config, which the request is handed to, speak what it is spoken to in?";
    SPEAKS_TLS: choices::TlsPort = "tls-port",
        "Is plain HTTP spoken to a port of the upstream that is one for TLS?";
    WITHOUT_SNI: bool = "without-sni",
        "Is a name in public DNS called over TLS without telling it that name?";
    ONE_TRY: bool = "one-try",
        "Is `localhost`, which stands for two addresses, tried at one of them only?";
    OWN_NAME: bool = "own-name",
        "Is the request passed on to a name and port of the very server that takes it?";
    FORWARDED_FOR: choices::ForwardedFor = "forwarded-for",
        "What becomes of the client's own X-Forwarded-For?";

    // After the handshake.
    SEND_TIMEOUT: Milliseconds = "send-timeout",
        "After how long is an upstream, or a client, given up that does not read?";
    SEND_TIMEOUT_BY: String = "send-timeout-by", "Which directive sets that limit?";
    BUFFERING: choices::Buffering = "buffering", "Does nginx buffer responses?";
    EXPLICIT: bool = "explicit", "Does the config forward the upgrade for this location on purpose?";
    WORKER_SHUTDOWN: Milliseconds = "worker-shutdown", "How long do connections outlive a reload?";
    WORKER_CONNECTIONS: u64 = "worker-connections", "How many connections may one worker hold?";
    SEND_RATE: u64 = "send-rate", "At how many bytes a second are responses sent?";

    // Polling and events.
    EVENTS: choices::Events = "events", "Does the route carry server-sent events, and which line says so?";
    ACCEL_BUFFERING: choices::AccelBuffering = "accel-buffering",
        "Is X-Accel-Buffering set where nginx does not read it?";
    CLIENT_SCRIPT: choices::ClientScript = "client-script",
        "Does another location take `/socket.io/socket.io.js` away, the script that pages load from a Socket.IO \
         server?";
    POLL_POST: choices::PollPost = "poll-post", "Does the POST of a polling client reach the upstream?";
    BODY_LIMIT: u64 = "body-limit", "How many bytes may a request body have?";
    CORS_ORIGIN: choices::CorsOrigin = "cors-origin",
        "Does nginx add Access-Control-Allow-Origin to responses, by a line for this location or for all of the \
         site, and for another site than its own?";
    CORS_ALWAYS: bool = "cors-always", "Do error responses get the CORS headers too?";
    CACHE: choices::Cache = "cache",
        "Can a cached answer be given to a handshake, or to another client's poll?";

    // Several servers, limits and guards.
    STICKY_KEY: String = "sticky-key", "By which key is a server chosen?";
    UPSTREAM_KEEPALIVE: bool = "upstream-keepalive", "Does nginx keep connections to the upstream open?";
    REQUEST_BURST: u64 = "request-burst", "How many requests above the rate does the tightest limit take?";
    REQUEST_RATE: u64 = "request-rate", "How many requests a minute does the tightest limit allow?";
    REQUEST_LIMIT: String = "request-limit",
        "What does the tightest limit allow, as the configuration writes it: `rate=1r/s` with `burst=5`?";
    CONNECTION_LIMIT: u64 = "connection-limit", "How many connections may one client hold?";
    LIMIT_KEY: choices::LimitKey = "limit-key", "By what does a limit tell clients apart?";
    AUTH: choices::Auth = "auth", "Who is asked before a handshake is let through?";
    COPIES: choices::Copies = "copies", "What becomes of the copies of a handshake that `mirror` sends?";
    MODSECURITY: bool = "modsecurity", "Does ModSecurity inspect the request?";
    HEADER_BUFFER: u64 = "header-buffer", "How many bytes may one request header line have?";
    PLAIN_HTTP2: choices::Share = "plain-http2",
        "Does a socket speak HTTP/2 without TLS, and nothing else: is it one of several, or are all like that?";

    // The sockets and names of the server.
    WITHOUT_TLS: choices::Share = "without-tls",
        "Does a socket speak no TLS whose clients do, as its port, its twin of the other family of addresses or the \
         server's certificate says: is it one of several, or are all unusable?";
    FAILS_BESIDE: choices::Beside = "fails-beside",
        "Does another server fail the same handshake, which has the same name on another socket, or gets the name's \
         requests in the other family of addresses?";
    PROXY_HEADER: choices::ProxyHeader = "proxy-header",
        "Does a server of `stream {}` in front send a PROXY header that this one does not read, or none where this one \
         waits for it?";
    SHADOWED_SERVER: bool = "shadowed-server",
        "Does another server take the requests for a name, because it has it first on the same sockets?";
    HOST_UNSERVED: bool = "host-unserved", "Is the declared host none that a server has the name of?";
}
