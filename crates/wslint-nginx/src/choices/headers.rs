//! Words about what the upstream gets of a request's headers.

wslint_model::choices! {
    /// The handshake header that an outer level sets and a list on an inner one drops.
    pub(crate) enum LostHeader {
        /// `Upgrade`.
        Upgrade "Upgrade",
        /// `Connection`.
        Connection "Connection",
    }

    /// The header that the upstream gets twice.
    pub(crate) enum RepeatedHeader {
        /// `Upgrade`.
        Upgrade "Upgrade",
        /// `Host`.
        Host "Host",
    }

    /// Which `Connection` requests carry that ask for no upgrade.
    pub(crate) enum PlainConnection {
        /// One that names `upgrade`.
        Upgrade "upgrade",
        /// One that names `close`.
        Close "close",
        /// One that names `keep-alive`.
        KeepAlive "keep-alive",
        /// None.
        None "none",
        /// Another one.
        Other "other",
    }

    /// Which requests reach the upstream as if they asked for an upgrade.
    pub(crate) enum PlainUpgrade {
        /// Those of a client that polls.
        Polls "polls",
        /// Those of everything that the site serves.
        Pages "pages",
    }

    /// Which HTTP nginx speaks to the upstream.
    pub(crate) enum HttpVersion {
        /// HTTP/1.0, which knows no upgrade.
        V10 "1.0",
        /// HTTP/1.1.
        V11 "1.1",
        /// HTTP/2, which has no `Upgrade`.
        V2 "2",
    }

    /// Which method the upstream gets.
    pub(crate) enum Method {
        /// The client's.
        Kept "kept",
        /// Another one.
        Overridden "overridden",
    }

    /// What becomes of the client's headers as a whole.
    pub(crate) enum RequestHeaders {
        /// The upstream gets them.
        Passed "passed",
        /// The upstream gets none of them.
        Dropped "dropped",
    }

    /// How the name of a handshake header is written.
    pub(crate) enum HeaderName {
        /// As a name.
        Good "good",
        /// With a colon, which becomes part of the name.
        Colon "colon",
    }

    /// The directive for response headers by which `Upgrade` or `Connection` is set.
    pub(crate) enum Misplaced {
        /// `add_header`, which sends it to the client.
        AddHeader "add_header",
        /// `proxy_pass_header`, which lets the client see the upstream's.
        ProxyPassHeader "proxy_pass_header",
    }

    /// A port that is one for TLS.
    pub(crate) enum TlsPort {
        /// 443, which is for nothing else.
        Https "https",
        /// One that is mostly for TLS, such as 8443.
        Usual "usual",
    }

    /// What becomes of the client's own `X-Forwarded-For`.
    pub(crate) enum ForwardedFor {
        /// The upstream gets it, whatever the client wrote there.
        Passed "passed",
        /// The upstream gets it with the client's address behind it.
        Appended "appended",
        /// The upstream gets another one in its place.
        Set "set",
    }
}
