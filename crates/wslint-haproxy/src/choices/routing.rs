//! Words about where requests come to, and what HAProxy thinks of the lines that lead there.

wslint_model::choices! {
    /// Which backends a computed `use_backend` names.
    pub(crate) enum ComputedBackend {
        /// Every entry of its map names one.
        Known "known",
        /// An entry of its map, or its default, names none.
        UnknownName "unknown-name",
        /// Every entry of its map names one, and what the map does not list has no backend.
        NoDefault "no-default",
    }

    /// Whether polls and handshakes of one client come together.
    pub(crate) enum Transports {
        /// They come to the same server.
        Together "together",
        /// They come to the same servers by two backends, which share no affinity.
        Split "split",
        /// They come to other servers.
        Apart "apart",
    }

    /// What happens to an option in a section that has no use for it.
    pub(crate) enum OptionPlace {
        /// HAProxy ignores it with a warning.
        Ignored "ignored",
        /// HAProxy refuses the configuration.
        Refused "refused",
    }

    /// What the listeners of a frontend speak.
    pub(crate) enum Listener {
        /// HTTP/1.1 only.
        H1 "h1",
        /// HTTP/2 too, because a line says so.
        H2 "h2",
        /// HTTP/2 too, because no line says otherwise.
        H2ByDefault "h2-by-default",
        /// HTTP/2 and nothing else.
        H2Only "h2-only",
        /// HTTP/2 is offered in `mode tcp`, where it is passed on as it comes.
        H2InTcp "h2-in-tcp",
        /// HTTP/2 too, over which this release resets WebSockets.
        H2Broken "h2-broken",
    }
}
