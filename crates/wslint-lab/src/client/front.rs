//! What the clients of one run share, and how each of them comes to the proxy.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::clock::Clock;
use crate::process::Process;
use crate::recorder::Recorder;
use crate::socketio::SocketIoProcess;
use crate::tls::Tls;
use crate::{Client, Kind};
use wslint_wire::Wire;

/// How long a client waits for an answer that may never come.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A listening socket of the proxy.
#[derive(Clone, Debug)]
pub(crate) struct Entrance {
    /// The number of its setup.
    pub(crate) proxy: usize,
    /// The address that the configuration writes.
    pub(crate) written: String,
    /// Its port, for the `Host` header.
    pub(crate) port: Option<u16>,
    /// Where the lab's copy of the configuration listens.
    pub(crate) address: SocketAddr,
    /// Whether it speaks TLS.
    pub(crate) tls: bool,
}

/// What the clients of one run share.
pub(crate) struct Front<'run> {
    /// The kinds of the proxies.
    pub(crate) kinds: Vec<Kind>,
    pub(crate) entrances: &'run [Entrance],
    pub(crate) recorder: &'run Recorder,
    pub(crate) tls: &'run Tls,
    pub(crate) clock: &'run Clock,
    /// The proxies' processes; none where a proxy did not take its configuration.
    pub(crate) proxies: &'run [Option<Process>],
    pub(crate) socketio: Option<Arc<SocketIoProcess>>,
}

/// The host as a browser writes it: with the port unless it is the scheme's own.
pub(super) fn authority(client: &Client, entrance: &Entrance) -> String {
    let own = if entrance.tls { 443 } else { 80 };
    match entrance.port {
        Some(port) if port != own && !client.host.contains(':') => format!("{}:{port}", client.host),
        _ => client.host.clone(),
    }
}

/// The origin of a page from there.
pub(super) fn origin(client: &Client, entrance: &Entrance) -> String {
    let scheme = if entrance.tls { "https" } else { "http" };
    format!("{scheme}://{}", authority(client, entrance))
}

/// A new connection to the proxy.
pub(super) async fn connect(front: &Front<'_>, client: &Client, entrance: &Entrance) -> io::Result<Wire> {
    let stream = TcpStream::connect(entrance.address).await?;
    stream.set_nodelay(true)?;
    if !entrance.tls {
        return Ok(Wire::new(Box::new(stream)));
    }
    let host = client.host.split(':').next().unwrap_or_default().to_owned();
    let name = ServerName::try_from(host).map_err(io::Error::other)?;
    Ok(Wire::new(Box::new(front.tls.connector.connect(name, stream).await?)))
}
