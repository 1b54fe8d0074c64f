//! What a request is wished to be, so that it takes a way, and what it leaves open.

/// What a request leaves open, so that it stands for several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    /// Browsers send whatever header fields they may beside those given.
    pub(crate) fields: bool,
    /// The host stands for any.
    pub(crate) host: bool,
    /// The path stands for any.
    pub(crate) path: bool,
}

/// What a request must be to satisfy a conjunction of tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    /// The path, perhaps with a query.
    pub(crate) path: Option<String>,
    /// The virtual host.
    pub(crate) host: Option<String>,
    /// Whether it is asked of every virtual host, so that no test of the host is decided.
    pub(crate) any_host: bool,
    /// Header fields beside those of the handshake.
    pub(crate) headers: Vec<(String, String)>,
    /// Whether TLS must have been ended by the listener.
    pub(crate) tls: Option<bool>,
    /// The port that must have been connected to.
    pub(crate) port: Option<u16>,
}

impl Wish {
    /// What the request leaves open that fulfils the wish.
    pub(crate) fn open(&self) -> Open {
        Open { fields: true, host: self.any_host, path: self.path.is_none() }
    }
}
