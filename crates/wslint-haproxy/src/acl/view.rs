//! What expressions see of a request and its connection.

use std::net::IpAddr;

use super::message::Message;
use super::pattern_index::PatternIndex;

/// Everything that a fetch method may ask for.
pub(crate) struct View<'a> {
    /// The request.
    pub(crate) message: &'a Message,
    /// Whether TLS was ended by the listener.
    pub(crate) tls: bool,
    /// Whether the client speaks TLS, ended here or not.
    pub(crate) client_tls: bool,
    /// The server name that the client indicated, if it spoke TLS.
    pub(crate) sni: Option<&'a str>,
    /// The port that the client connected to, if it is known.
    pub(crate) port: Option<u16>,
    /// The address that the client connected to, if it is known.
    pub(crate) address: Option<&'a str>,
    /// The address of the client, if it is known.
    pub(crate) client: Option<IpAddr>,
    /// The status of the response, once there is one.
    pub(crate) status: Option<u16>,
    /// Whether the request can be seen.
    pub(crate) layer7: Seen,
    /// Whether any rule counts clients.
    pub(crate) counted: bool,
    /// Whether something outside the configuration may set variables (an SPOE agent, a Lua script).
    pub(crate) foreign_variables: bool,
    /// How many servers of a backend, by its name, or of one `backend/server` are up.
    pub(crate) servers: &'a dyn Fn(&str) -> Option<usize>,
    /// Whether a name is that of a backend.
    pub(crate) is_backend: &'a dyn Fn(&str) -> bool,
    /// The content of the map and pattern files at hand, by name.
    pub(crate) files: &'a dyn Fn(&str) -> Option<&'a [u8]>,
    /// Their lines.
    pub(crate) pattern_index: &'a PatternIndex,
}

/// Whether a request can be read where a test asks for a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It can.
    Yes,
    /// In `mode tcp` without waiting it may not have arrived yet: the outcome differs from run to run (measured).
    Perhaps,
    /// It never can: TLS passes through.
    No,
}
