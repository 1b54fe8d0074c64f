//! Words about responses: buffering, polling, CORS and caches.

wslint_model::choices! {
    /// Whether nginx buffers responses.
    pub(crate) enum Buffering {
        /// It does, because a line says so.
        On "on",
        /// It does, because no line says otherwise.
        Default "default",
        /// It does not.
        Off "off",
    }

    /// How sure it is that a route carries server-sent events.
    pub(crate) enum Events {
        /// Its path says so, or a line about their buffering.
        Strong "strong",
    }

    /// The directive that sets `X-Accel-Buffering` where nginx does not read it.
    pub(crate) enum AccelBuffering {
        /// `proxy_set_header`, which sends it to the upstream.
        ProxySetHeader "proxy_set_header",
        /// `add_header`, which sends it to the client.
        AddHeader "add_header",
    }

    /// What becomes of a request for the script of a Socket.IO server.
    pub(crate) enum ClientScript {
        /// A location with an expression takes it, and hands nothing on.
        Shadowed "shadowed",
    }

    /// What becomes of the POST of a client that polls.
    pub(crate) enum PollPost {
        /// It reaches the upstream.
        Passed "passed",
        /// nginx refuses it.
        Refused "refused",
    }

    /// Whether nginx adds `Access-Control-Allow-Origin` to responses.
    pub(crate) enum CorsOrigin {
        /// It does, by a line of the location.
        Added "added",
        /// It does, by a line for all of the site.
        AddedForAll "added-for-all",
        /// It does, for the server's own site, whose pages need none.
        AddedForOwnSite "added-for-own-site",
        /// It does, and takes the upstream's away.
        AddedAndHidden "added-and-hidden",
        /// An outer level does, and headers of an inner one drop that.
        Lost "lost",
        /// The location does, and headers of an `if` in it drop that.
        LostInIf "lost-in-if",
    }

    /// Whether answers are cached.
    pub(crate) enum Cache {
        /// They are not.
        Off "off",
        /// Some are, none of which a handshake or another client's poll can get.
        On "on",
        /// An answer to a plain request is kept, and given to handshakes.
        Replays "replays",
        /// It is if it is no error, as many servers give it for their WebSocket path.
        MayReplay "may-replay",
        /// The answer to one client's poll can be given to another client.
        Shared "shared",
    }
}
