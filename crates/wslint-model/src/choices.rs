//! The words that answer [`mod@crate::questions`], those of both proxies.

crate::choices! {
    /// How sure it is that a route carries WebSocket traffic, from the weakest on.
    #[derive(PartialOrd, Ord)]
    pub enum Confidence {
        /// A word says so that other paths and names have as well.
        Weak "weak",
        /// A path or a name says so that little else has.
        Strong "strong",
        /// The configuration handles handshakes on it, or the user declared it.
        Certain "certain",
    }

    /// What becomes of a handshake.
    pub enum Handshake {
        /// The client gets a 101 from the upstream in every run.
        Succeeds "succeeds",
        /// It gets none in any run.
        Fails "fails",
        /// It depends on tests that the configuration does not decide.
        Sometimes "sometimes",
        /// It is not certain for another reason.
        Uncertain "uncertain",
    }

    /// How a handshake fails, or fails sometimes.
    pub enum Failure {
        /// It is passed on, and the upstream does not take what it gets, or the client what it gets back.
        NotTaken "not-taken",
        /// A proxy on the way answers it.
        Answered "answered",
        /// A proxy on the way redirects it, perhaps to where it succeeds.
        Redirected "redirected",
        /// A proxy on the way closes the connection.
        Closed "closed",
    }

    /// What is wrong with a dollar sign in text that another file holds.
    pub enum Slip {
        /// A backslash stands before it that nothing takes away: the delimiter of the heredoc is quoted.
        Kept "kept",
        /// The shell puts the value of its own variable there, which is none: the delimiter is not quoted.
        Expanded "expanded",
        /// Docker Compose puts the value of its own variable there, which is none.
        Interpolated "interpolated",
        /// It is doubled where nothing makes one of two.
        Doubled "doubled",
    }

    /// The idle limit seen against the heartbeat.
    pub enum IdleVerdict {
        /// It is at or below the heartbeat, which comes too late.
        BelowHeartbeat "below-heartbeat",
        /// It is a minute or less, and the heartbeat keeps the connection alive.
        KeptAlive "kept-alive",
        /// It is a minute or less, and no heartbeat is known.
        Short "short",
        /// It is below the accepted minimum, and no heartbeat is known.
        Moderate "moderate",
        /// It is at or above the accepted minimum, or well above the heartbeat.
        Long "long",
    }

    /// What becomes of the client's `Upgrade`.
    pub enum Upgrade {
        /// The upstream gets it.
        Passed "passed",
        /// The upstream gets none, because no line passes it on or one removes it.
        Dropped "dropped",
        /// An outer level passes it on, and a list on an inner one drops that.
        Lost "lost",
        /// The upstream gets something else than `websocket`.
        Wrong "wrong",
        /// The upstream gets it twice.
        Repeated "repeated",
    }

    /// Which `Connection` the upstream gets for a handshake.
    pub enum Connection {
        /// One that names `upgrade`.
        Passed "passed",
        /// None, because no line passes it on or one removes it.
        Dropped "dropped",
        /// None: an outer level passes it on, and a list on an inner one drops that.
        Lost "lost",
        /// One that does not name `upgrade`.
        Wrong "wrong",
        /// One that does not name `upgrade`, because of an entry of a `map`.
        WrongByMap "wrong-by-map",
        /// One that names `upgrade` for Chrome's handshake, but not for Firefox's.
        ChromeOnly "chrome-only",
    }

    /// Which `Host` the upstream gets.
    pub enum Host {
        /// The client's.
        Client "client",
        /// The client's without its port.
        WithoutPort "without-port",
        /// The upstream's own name.
        Upstream "upstream",
        /// Another one, which the configuration says.
        Fixed "fixed",
        /// None.
        Missing "missing",
        /// Two.
        Repeated "repeated",
    }

    /// Which `Origin` the upstream gets.
    pub enum Origin {
        /// The client's.
        Kept "kept",
        /// None.
        Removed "removed",
        /// Another one.
        Rewritten "rewritten",
        /// One that is made of the host that the client calls.
        OwnHost "own-host",
    }

    /// What becomes of the client's `Sec-WebSocket` headers.
    pub enum KeyHeaders {
        /// The upstream gets them.
        Kept "kept",
        /// The upstream gets another value for one of them, or none.
        Overridden "overridden",
    }

    /// What becomes of the response's headers that complete the handshake.
    pub enum ResponseHeaders {
        /// The client gets them.
        Passed "passed",
        /// A line takes one of them away that every browser looks for, or changes it.
        Hidden "hidden",
        /// A line takes the one away that names the subprotocol, which clients look for that ask for one.
        HiddenSubprotocol "hidden-subprotocol",
    }

    /// Which path the upstream gets.
    pub enum UpstreamPath {
        /// The path that the client asks for.
        Kept "kept",
        /// Another one, which may be the upstream's.
        Moved "moved",
        /// One that no Socket.IO server has: a doubled slash, a glued segment, no last segment.
        Mangled "mangled",
        /// One at which the code of its Socket.IO server says that it does not answer.
        Elsewhere "elsewhere",
        /// The same one for all requests.
        Fixed "fixed",
        /// One with two slashes in a row, at which few servers answer.
        DoubleSlash "double-slash",
    }

    /// What becomes of the query.
    pub enum Query {
        /// The upstream gets it.
        Kept "kept",
        /// The upstream gets none.
        Lost "lost",
    }

    /// Why the proxy refuses to load the configuration.
    pub enum Rejected {
        /// An address begins with `ws://` or `wss://`.
        WebsocketScheme "websocket-scheme",
        /// nginx: a variable is not defined.
        UnknownVariable "unknown-variable",
        /// nginx: `proxy_pass` has a URI where it may have none.
        UriPart "uri-part",
        /// HAProxy: an ACL, a backend or a `defaults` section is not defined.
        Undefined "undefined",
        /// HAProxy: a time cannot be read, or is longer than it takes.
        Time "time",
        /// A directive or keyword is one of newer or of older versions.
        OtherVersion "other-version",
        /// Something else.
        Other "other",
    }

    /// Who answers a request.
    pub enum Handler {
        /// The upstream, to which the request is passed on over HTTP, or whose connection is tunnelled.
        Proxy "proxy",
        /// The upstream, by `uwsgi_pass`.
        Uwsgi "uwsgi",
        /// The upstream, by `scgi_pass`.
        Scgi "scgi",
        /// The upstream, by `fastcgi_pass`, which passes on no upgrade.
        Fastcgi "fastcgi",
        /// The upstream, by `grpc_pass`, which passes on no upgrade.
        Grpc "grpc",
        /// memcached, by `memcached_pass`, which passes on no upgrade.
        Memcached "memcached",
        /// The upstream, to which a `stream` server hands the connection on.
        Stream "stream",
        /// The proxy, with a file.
        Static "static",
        /// The proxy, with what `try_files` falls back to.
        TryFiles "try-files",
        /// The proxy, by a `return`.
        Return "return",
        /// The proxy, with a redirect.
        Redirect "redirect",
        /// The proxy, with a redirect to `https`.
        RedirectToTls "redirect-to-tls",
        /// The proxy, with a redirect to the same path with a slash at its end.
        SlashRedirect "slash-redirect",
        /// The proxy, by a line that refuses the request.
        Denied "denied",
        /// The proxy, which asks for a name and a password.
        Authentication "authentication",
        /// The proxy: the location is hidden from clients.
        Internal "internal",
        /// The proxy: it cannot look the upstream's name up.
        NoResolver "no-resolver",
        /// The proxy: the address that it should hand the request to has no scheme that it knows.
        BadScheme "bad-scheme",
        /// The proxy: a plain request came to a socket that speaks TLS.
        PlainToTls "plain-to-tls",
        /// The proxy: a TLS connection came to a socket that speaks none.
        TlsToPlain "tls-to-plain",
        /// The proxy, by its monitoring page.
        Monitored "monitored",
        /// The proxy, by its statistics page.
        Statistics "statistics",
        /// The proxy: no rule names a backend.
        NoBackend "no-backend",
        /// The proxy: the backend is disabled.
        DisabledBackend "disabled-backend",
        /// The proxy: the backend has no server that is up.
        NoServer "no-server",
        /// The proxy: a rule makes a handshake of the request that its server line cannot carry.
        ForcedUpgrade "forced-upgrade",
        /// The proxy: it refuses the request as it stands.
        Refused "refused",
        /// The proxy, with an error.
        Error "error",
        /// Nobody: the proxy closes the connection.
        Closed "closed",
        /// Nobody: the listener speaks HTTP/2 only.
        H2Only "h2-only",
        /// Nobody: the listener expects a PROXY header first.
        ProxyHeader "proxy-header",
    }

    /// What keeps all requests of one client on one server.
    pub enum Affinity {
        /// There is one server only.
        Single "single",
        /// The choice of a server rests on something that a client sends with every request.
        Sticky "sticky",
        /// The choice of a server rests on the client's address.
        KeptByAddress "kept-by-address",
        /// A cookie names the server.
        KeptByCookie "kept-by-cookie",
        /// The choice of a server rests on something that all clients share, so that one gets all.
        AllOnOne "all-on-one",
        /// Nothing does.
        None "none",
        /// Nothing does but the connection itself, which is passed on in `mode tcp`.
        NoneInTcp "none-in-tcp",
        /// The key changes from one request of a client to the next.
        UnstableKey "unstable-key",
        /// The key is a header field that browsers do not send, and that no rule sets before.
        AbsentHeader "absent-header",
        /// There is a stick table, and no rule that uses it.
        TableWithoutStick "table-without-stick",
        /// Servers have `cookie` values, and no `cookie` line declares the cookie.
        CookieUndeclared "cookie-undeclared",
        /// The `cookie` line stands in a `frontend`, which ignores it.
        CookieInFrontend "cookie-in-frontend",
        /// The `cookie` line stands in a section of `mode tcp`.
        CookieInTcp "cookie-in-tcp",
        /// A dynamic cookie has no key.
        CookieWithoutKey "cookie-without-key",
        /// The cookie is never set where a client connects.
        CookieNotInserted "cookie-not-inserted",
        /// The application has to set the cookie.
        CookieOfApplication "cookie-of-application",
        /// A server has no `cookie` value.
        CookieWithoutValues "cookie-without-values",
        /// Two servers have the same `cookie` value.
        CookieDuplicate "cookie-duplicate",
        /// The cookie is for TLS only, and no listener speaks TLS.
        CookieSecure "cookie-secure",
    }

    /// What plain requests clients send beside the handshake.
    pub enum Polls {
        /// They begin with long polling, and all of a session must reach one server.
        First "first",
        /// They negotiate by a plain request, and the handshake must reach the same server.
        Negotiates "negotiates",
        /// They poll where no handshake succeeds.
        Fallback "fallback",
        /// They send none.
        Never "never",
    }

    /// What becomes of a handshake over HTTP/1.0.
    pub enum Http10 {
        /// It fails.
        Refused "refused",
        /// It succeeds.
        Accepted "accepted",
    }

    /// What `X-Forwarded-Proto`, or a header of that meaning, tells the upstream of a client whose TLS ends at the proxy.
    pub enum ForwardedProto {
        /// That it speaks TLS.
        Sent "sent",
        /// Nothing.
        Missing "missing",
        /// That it does not.
        Wrong "wrong",
    }

    /// What `Origin` is compared with, unless it is configured otherwise.
    pub enum OriginCheck {
        /// With `Host`: a handshake whose `Origin` names another host is refused.
        Host "host",
        /// With `Host` and a scheme: that which a forwarded header names, and `http` without one.
        Origin "origin",
        /// With the host that a forwarded header names, and with `Host` without one.
        ForwardedHost "forwarded-host",
        /// With a list of the product's own settings, whatever the proxy sends.
        List "list",
        /// With nothing.
        Nothing "nothing",
    }

    /// What is left where no handshake succeeds.
    pub enum WithoutWebsocket {
        /// Nothing that is of use.
        Dies "dies",
        /// All of it: clients use another transport.
        FallsBack "falls-back",
        /// All but a part of it.
        Degrades "degrades",
    }

    /// What goes with leave for every origin.
    pub enum CorsWildcard {
        /// Leave to send credentials, which browsers refuse together with it.
        WithCredentials "with-credentials",
        /// Nothing.
        Without "without",
    }
}
