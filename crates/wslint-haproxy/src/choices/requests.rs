//! Words about requests: in which modes they are handled, and what tests and rules make of them.

wslint_model::choices! {
    /// Whether connections are handled as HTTP.
    pub(crate) enum Mode {
        /// They are.
        Http "http",
        /// They are passed on as they come.
        Tcp "tcp",
    }

    /// The connection mode of plain requests.
    pub(crate) enum ConnectionMode {
        /// Both sides stay open.
        KeepAlive "keep-alive",
        /// The server's side is closed after each request.
        HttpServerClose "http-server-close",
        /// Both sides are closed after each request.
        Httpclose "httpclose",
    }

    /// Whether a frontend in `mode tcp` tests parts of the request.
    pub(crate) enum TcpTestsHttp {
        /// It does not.
        No "no",
        /// It does, and waits for the request.
        Waits "waits",
        /// It does, and asks before the request may have arrived.
        Races "races",
    }

    /// Whether the test of `Upgrade` or `Connection` matches what browsers send.
    pub(crate) enum HandshakeTest {
        /// It does.
        Matches "matches",
        /// It does, for the spelling of today's browsers.
        CaseSensitive "case-sensitive",
        /// It does not.
        Never "never",
    }

    /// What the test of the path misses.
    pub(crate) enum PathTest {
        /// The slash at the end of Socket.IO's path.
        Exact "exact",
        /// The path with a query behind it.
        DefeatedByQuery "defeated-by-query",
        /// The path of the endpoint, as the test wants a slash behind it.
        WantsSlash "wants-slash",
    }

    /// What is wrong with the test of the host.
    pub(crate) enum HostTest {
        /// It misses names with a port, which clients send here.
        Port "port",
        /// It matches every name that begins alike.
        Broad "broad",
    }

    /// Why a test misses WebSockets over HTTP/2.
    pub(crate) enum H2Test {
        /// It asks for the key, which they do not have.
        Key "key",
        /// It asks for what stands on the wire and HAProxy never shows.
        Never "never",
        /// It expects the URI to begin with a slash, and theirs begins with `https://`.
        Url "url",
    }

    /// The usual form of the handshake, or of a request around it, that a rule refuses.
    pub(crate) enum RefusedVariant {
        /// A handshake without `Accept`, as Chrome sends it.
        HandshakeWithoutAccept "handshake-without-accept",
        /// A handshake without `Origin`, as clients outside browsers send it.
        HandshakeWithoutOrigin "handshake-without-origin",
        /// A handshake without `User-Agent`, as clients outside browsers may send it.
        HandshakeWithoutUserAgent "handshake-without-user-agent",
        /// A handshake with a token in its query.
        HandshakeWithToken "handshake-with-token",
        /// The OPTIONS that a browser sends before polls of another origin.
        Preflight "preflight",
        /// The POST by which a client that polls sends.
        PostOfAPoll "post-of-a-poll",
    }
}
