//! The questions that routes of both proxies answer.

use crate::choices;
use crate::proxy::Proxy;
use crate::question::{Entry, Milliseconds};
use crate::traffic::{Confidence, Framework};

crate::questions! {
    [pub]
    // What is expected.
    WEBSOCKET: Confidence = "websocket",
        "How sure is it that the route carries WebSocket traffic, and which line says so?";
    DECLARED: bool = "declared",
        "Is the path certain to be a WebSocket endpoint: declared by the user, or shown by the deployment?";
    FRAMEWORK: Framework = "framework",
        "Which framework, server or product serves the route, as far as its path, the user or the deployment tells?";
    SPEAKS: Framework = "speaks",
        "Which framework's clients ask for it: Socket.IO's for a product that is written with it?";
    HEARTBEAT: Milliseconds = "heartbeat", "How often does the framework's own heartbeat speak?";
    POLLS: choices::Polls = "polls",
        "What plain requests do its clients send beside the handshake?";
    CORS_WILDCARD: choices::CorsWildcard = "cors-wildcard", "Is every origin allowed, and with credentials?";
    HTTP10: choices::Http10 = "http10", "What does it do with a handshake over HTTP/1.0?";
    ORIGIN_CHECK: choices::OriginCheck = "origin-check",
        "What does it compare the Origin of a handshake with, unless it is configured otherwise?";
    WITHOUT_WEBSOCKET: choices::WithoutWebsocket = "without-websocket",
        "What is left of it where no handshake succeeds?";
    PATH: String = "path", "Which path does the handshake ask for?";

    // What becomes of the handshake.
    HANDSHAKE: choices::Handshake = "handshake",
        "Does the client get a 101 from the upstream: always, never, depending on tests that the configuration does not \
         decide, or is it not certain for another reason?";
    FAILURE: choices::Failure = "failure", "How does the handshake fail, or fail sometimes?";
    HANDSHAKE_REASON: String = "handshake-reason", "Why does the handshake fail, or fail sometimes?";
    DEPENDS_ON: String = "depends-on",
        "On which tests, which the configuration does not decide, does it depend whether the handshake fails?";
    WORKS_ELSEWHERE: bool = "works-elsewhere",
        "May the handshake fail here, and does it succeed on another route of the same endpoint: by another rule, in \
         another server or frontend?";
    LISTENS: String = "listens",
        "Where does its server or section listen, with `ssl` where it ends TLS?";
    ASSUMED: String = "assumed",
        "What is taken for granted of the client: which lines that refuse some clients do not match?";
    HOPS: u64 = "hops", "How many listeners of the configurations at hand does the handshake pass?";

    // When a silent connection is cut.
    IDLE_TIMEOUT: Milliseconds = "idle-timeout",
        "After how long is a connection cut on which neither side speaks, and by which setting?";
    IDLE_TIMEOUT_BY: String = "idle-timeout-by", "Which setting sets the idle limit?";
    IDLE_IS_DEFAULT: bool = "idle-is-default",
        "Is the idle limit the proxy's default, which no line sets?";
    IDLE_PROXY: Proxy = "idle-proxy", "Which proxy on the way cuts a silent connection first?";
    IDLE_VERDICT: choices::IdleVerdict = "idle-verdict",
        "How does the idle limit compare with the heartbeat, or, without a known heartbeat, with a minute and with the \
         accepted minimum (one hour by default)?";

    IDLE_REMEDY: String = "idle-remedy",
        "Which idle limit would be long enough, where this one is not, as a configuration writes it?";

    // What the upstream gets, and what the client gets back.
    FORWARDED_PROTO: choices::ForwardedProto = "forwarded-proto",
        "What does `X-Forwarded-Proto` tell the upstream of a client whose TLS the proxy ends?";
    UPGRADE: choices::Upgrade = "upgrade",
        "What becomes of the client's Upgrade header on its way to the upstream?";
    CONNECTION: choices::Connection = "connection",
        "Which Connection header does the upstream get for a handshake?";
    HOST: choices::Host = "host", "Which Host does the upstream get?";
    HOST_FORWARDED: bool = "host-forwarded",
        "Does `X-Forwarded-Host` name the host that the client calls, where the upstream looks for it?";
    ORIGIN: choices::Origin = "origin",
        "Does the client's Origin reach the upstream, or what is sent instead: nothing, something else, or the \
         host that the client calls?";
    KEY_HEADERS: choices::KeyHeaders = "key-headers",
        "Do the client's Sec-WebSocket headers reach the upstream unchanged?";
    RESPONSE_HEADERS: choices::ResponseHeaders = "response-headers",
        "Do the headers that complete the handshake reach the client?";
    UPSTREAM_PATH: choices::UpstreamPath = "upstream-path", "Which path does the upstream get?";
    QUERY: choices::Query = "query", "Does the query reach the upstream?";
    UPSTREAM_URI: String = "upstream-uri",
        "Which path does the upstream get, with its query if that changes?";
    PATH_FAULT: String = "path-fault",
        "How does the path of a Socket.IO client arrive where no Socket.IO server answers at it?";
    PATH_REMEDY: String = "path-remedy",
        "What makes its server answer at the path, as an instruction?";

    // Who answers.
    REJECTED: choices::Rejected = "rejected", "Why would the proxy refuse to load the configuration?";
    REJECTION: String = "rejection", "What does the proxy say when it refuses the configuration?";
    HANDLER: choices::Handler = "handler",
        "Who answers a handshake on the path, and because of which line?";
    UPSTREAM: String = "upstream", "To which servers are handshakes handed on, by their addresses?";
    SERVERS: u64 = "servers", "How many servers share the requests?";
    SHARES: String = "shares", "Which shares of the requests have the servers, where these are not alike?";
    CHECKS: String = "checks",
        "How are the servers checked: by which requests, how often, and after how many failures are they passed over?";
    OWN_HEADERS: String = "own-headers",
        "Which headers of the request does the configuration write, beside those that have questions of their own?";
    AFFINITY: choices::Affinity = "affinity", "Do all requests of one client reach one server?";
}

/// The questions that no rule of wslint asks: people compare what they say, and somebody's own rules may ask them.
pub const DETAILS: [&Entry; 3] = [SHARES.entry(), CHECKS.entry(), OWN_HEADERS.entry()];
