//! Words about servers: how one is picked, remembered, checked and spoken to.

wslint_model::choices! {
    /// Whether a stick table remembers clients well enough to keep their polls together.
    pub(crate) enum StickyMemory {
        /// It does.
        Fits "fits",
        /// It forgets a client between two polls.
        ExpiresEarly "expires-early",
        /// It holds fewer clients than a busy site has.
        Small "small",
    }

    /// Whether a server line speaks TLS where its port suggests it.
    pub(crate) enum ServerTls {
        /// It does, or the port suggests nothing.
        Fits "fits",
        /// The port is one of TLS, and the line does not speak it.
        Missing "missing",
        /// The port is one that products speak TLS on, and the line does not speak it.
        Doubtful "doubtful",
        /// The port is one without TLS, and the line speaks it.
        Unexpected "unexpected",
    }

    /// What the health check asks for.
    pub(crate) enum HealthCheck {
        /// Nothing: no server is checked.
        None "none",
        /// A connection.
        Tcp "tcp",
        /// A page, over HTTP.
        Http "http",
        /// `OPTIONS /`, because no line says otherwise.
        Bare "bare",
        /// What Socket.IO answers with 400.
        Refused "refused",
        /// A page in clear, from a port that speaks TLS.
        ClearToTls "clear-to-tls",
        /// A new session of Socket.IO each time.
        OpensSessions "opens-sessions",
        /// A page, with headers hidden behind the version of HTTP.
        HiddenHeaders "hidden-headers",
        /// A page, but no server line says `check`.
        Unused "unused",
    }

    /// Which algorithm picks a server.
    pub(crate) enum Balance {
        /// HAProxy's own choice, as no line names one.
        Default "default",
        /// One after the other.
        Roundrobin "roundrobin",
        /// One after the other, with weights that never change.
        StaticRr "static-rr",
        /// The one with the fewest connections.
        Leastconn "leastconn",
        /// By the client's address.
        Source "source",
        /// The first one that has room.
        First "first",
        /// By the path.
        Uri "uri",
        /// By chance.
        Random "random",
        /// Another one.
        Other "other",
    }

    /// Over what a server line sends the handshake.
    pub(crate) enum ServerProtocol {
        /// HTTP/1.1.
        H1 "h1",
        /// HTTP/2.
        H2 "h2",
        /// HTTP/2 to some of the servers.
        H2Some "h2-some",
        /// HTTP/1.1, unless an idle connection of HTTP/2 is taken for it.
        H2Reused "h2-reused",
        /// HTTP/1.1, unless pages of the same client have made an HTTP/2 connection before.
        AfterPages "after-pages",
        /// HTTP/2 where TLS settles on it: this version knows no `ws`, by which later ones ask for HTTP/1.1.
        BeforeWs "before-ws",
        /// HTTP/1.1, on a line that speaks HTTP/2 as well.
        Mixed "mixed",
    }
}
