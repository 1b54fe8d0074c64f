//! Words about the way of a request: which location takes it, what stands before it, and whether nginx loads at all.

wslint_model::choices! {
    /// Whether a handshake is refused for carrying no `Referer`.
    pub(crate) enum Referer {
        /// It is: `valid_referers` does not know `none`.
        Refused "refused",
    }

    /// What a location is for.
    pub(crate) enum Scope {
        /// WebSocket traffic.
        Dedicated "dedicated",
        /// An application in a folder of its own.
        Folder "folder",
        /// Everything that the site serves.
        General "general",
    }

    /// Which location answers the path after which one is named.
    pub(crate) enum Selected {
        /// That one.
        Own "own",
        /// Another one.
        Other "other",
        /// Another one, by its expression.
        ByPattern "by-pattern",
        /// One inside of it, which has no handler while the outer one has.
        Nested "nested",
        /// Another one, after a rewrite.
        Rewritten "rewritten",
        /// None: no request can reach it.
        Never "never",
        /// None that clients ask for: its path is written like an expression, and is none.
        Literal "literal",
        /// None: it has a name that nothing refers to.
        Unreferenced "unreferenced",
    }

    /// What becomes of a request that a location takes by its expression from another one.
    pub(crate) enum Taken {
        /// It is not handed on, or in a way that passes on no upgrade.
        Nothing "nothing",
        /// It is handed to the servers of another path than the one that a controller was told of.
        OtherServers "other-servers",
    }

    /// What is wrong with the PROXY header between two servers.
    pub(crate) enum ProxyHeader {
        /// The second one waits for it, and the first one sends none.
        Missing "missing",
        /// The first one sends it, and the second one does not read it.
        Unread "unread",
    }

    /// Where another server fails a handshake.
    pub(crate) enum Beside {
        /// On a socket of its own.
        OtherSocket "other-socket",
        /// On the same port of the other family of addresses.
        OtherFamily "other-family",
    }

    /// How many of the sockets of a server are meant.
    pub(crate) enum Share {
        /// One of them, while another is well.
        Some "some",
        /// All of them.
        All "all",
    }

    /// What becomes of paths below a location.
    pub(crate) enum Below {
        /// They arrive with two slashes in a row.
        DoubleSlash "double-slash",
        /// Their first segment is glued to what stands before it.
        Glued "glued",
    }

    /// What answers the path without its last slash.
    pub(crate) enum WithoutSlash {
        /// A redirect, and clients are known to ask for it.
        Redirected "redirected",
        /// A redirect, if clients ask for it.
        WouldBeRedirected "would-be-redirected",
        /// A location.
        Served "served",
    }

    /// What a server of the same configuration, which the request is handed to, makes of it.
    pub(crate) enum Peer {
        /// It speaks what it is spoken to in.
        Good "good",
        /// Of the two one speaks TLS and the other does not.
        TlsMismatch "tls-mismatch",
    }

    /// Who is asked before a handshake is let through.
    pub(crate) enum Auth {
        /// Nobody.
        None "none",
        /// `auth_basic`, by a name and a password.
        Basic "basic",
        /// `auth_request`, by a request of its own.
        Subrequest "subrequest",
        /// `auth_request`, whose request carries the handshake's headers to a service that expects none.
        SubrequestLeaks "subrequest-leaks",
    }

    /// What becomes of the copies of a handshake that `mirror` sends.
    pub(crate) enum Copies {
        /// None is sent, or none with the client's upgrade.
        Harmless "harmless",
        /// One carries the client's upgrade to another upstream, which may answer 101.
        MayUpgrade "may-upgrade",
        /// One carries it to the upstream that the handshake itself comes to.
        Upgrade "upgrade",
    }

    /// By what a limit tells clients apart.
    pub(crate) enum LimitKey {
        /// By the address of the connection.
        Address "address",
        /// By a header that the client may write itself.
        ForwardedHeader "forwarded-header",
        /// By something else.
        Other "other",
    }
}
