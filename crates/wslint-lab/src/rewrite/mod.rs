//! From a configuration as people write it to a private copy that runs on loopback. What is changed are words, by
//! their byte spans; everything around them stays as it is, and line numbers with it.
//!
//! The copy is made in two steps: [`copy`] says which addresses the configuration has and leaves a hole for each,
//! and [`Places::fill`] fills the holes once the peers run and the ports are known.

mod edit;
mod haproxy;
mod nginx;
mod time;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};

pub(crate) use edit::Piece;

use crate::program::Program;
use crate::{Error, Kind, Setup};

/// The lab's certificate, in the copy's folder.
pub(crate) const CERTIFICATE: &str = "wslint-lab.crt";
/// Its private key.
pub(crate) const KEY: &str = "wslint-lab.key";
/// Both in one file, as HAProxy wants them.
pub(crate) const CERTIFICATE_AND_KEY: &str = "wslint-lab.pem";

/// A configuration with holes.
#[derive(Debug)]
pub(crate) struct Copy {
    pub(crate) kind: Kind,
    /// The first is the main file.
    pub(crate) files: Vec<FileCopy>,
    /// The addresses that the configuration listens on, in their order.
    pub(crate) listens: Vec<Listen>,
    /// Those of them that take no TCP connection of a client.
    pub(crate) datagrams: HashSet<String>,
    /// The addresses that it connects to.
    pub(crate) peers: BTreeSet<Upstream>,
}

/// One file with holes.
#[derive(Debug)]
pub(crate) struct FileCopy {
    /// Relative to the copy's folder.
    pub(crate) path: PathBuf,
    pub(crate) pieces: Vec<Piece>,
}

/// A listening address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listen {
    /// In one spelling for all that are the same.
    pub(crate) address: String,
    /// The port, unless it is a socket in the file system.
    pub(crate) port: Option<u16>,
    /// Whether it speaks TLS.
    pub(crate) tls: bool,
}

/// An address that the proxy connects to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Upstream {
    /// In one spelling for all that are the same.
    pub(crate) address: String,
    /// As the configuration writes it first; the reports use it.
    pub(crate) written: String,
    /// A name that only the proxy's resolver turns into an address, with the port that the proxy will use.
    pub(crate) resolved: Option<(String, u16)>,
}

/// What goes into the holes.
pub(crate) struct Places {
    folder: PathBuf,
    /// Where the copy listens instead of each [`Listen::address`].
    pub(crate) listens: HashMap<String, SocketAddr>,
    /// Where the peer of each [`Upstream::address`] listens, and how the configuration writes it.
    pub(crate) peers: HashMap<String, (SocketAddr, String)>,
    /// The name server that knows the upstreams' names.
    pub(crate) resolver: Option<SocketAddr>,
}

impl Places {
    /// Places in `folder`, none yet.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.into(), listens: HashMap::new(), peers: HashMap::new(), resolver: None }
    }

    /// The bytes of a file.
    pub(crate) fn fill(&self, pieces: &[Piece]) -> Vec<u8> {
        // A hole for which there is nothing is an address that was not collected; the discard port refuses.
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
        let mut bytes = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Bytes(text) => bytes.extend_from_slice(text),
                Piece::Folder => bytes.extend_from_slice(self.folder.as_os_str().as_encoded_bytes()),
                Piece::Listen(address) => {
                    let place = self.listens.get(address).copied().unwrap_or(nowhere);
                    bytes.extend_from_slice(place.to_string().as_bytes());
                }
                Piece::Peer(address) => {
                    let place = self.peers.get(address).map_or(nowhere, |(place, _)| *place);
                    bytes.extend_from_slice(place.to_string().as_bytes());
                }
                Piece::Resolver => {
                    bytes.extend_from_slice(self.resolver.unwrap_or(nowhere).to_string().as_bytes());
                }
            }
        }
        bytes
    }

    /// A text from the proxy in the configuration's own words: its addresses, and no folder of the lab's.
    pub(crate) fn written(&self, text: &str) -> String {
        let mut text = text.replace(&format!("{}/", self.folder.display()), "");
        for (address, (place, written)) in &self.peers {
            // nginx calls a socket in the file system by this name in `Host` and the like.
            let written = if address.starts_with("unix:") { "localhost" } else { written };
            text = text.replace(&place.to_string(), written);
        }
        for (written, place) in &self.listens {
            text = text.replace(&place.to_string(), written);
        }
        text
    }
}

/// The copy of a setup's files.
pub(crate) fn copy(setup: &Setup, program: &Program) -> Result<Copy, Error> {
    if setup.files.is_empty() {
        return Err(Error::BadSetup("there is no file".into()));
    }
    match setup.proxy {
        Kind::Nginx => nginx::copy(setup, program),
        Kind::Haproxy => haproxy::copy(setup),
    }
}

/// Whether the address that a setup lists is the one that the configuration writes.
pub(crate) fn is_address(kind: Kind, listed: &str, upstream: &Upstream) -> bool {
    let address = match kind {
        Kind::Nginx => nginx::upstream_address(listed, 80),
        Kind::Haproxy => haproxy::upstream_address(listed),
    };
    listed == upstream.written || address == upstream.address
}

/// The arguments with which the proxy runs the copy in `folder`.
pub(crate) fn run_arguments(program: &Program, copy: &Copy, folder: &Path, reloads: bool) -> Vec<OsString> {
    match program.kind {
        Kind::Nginx => nginx::arguments(copy, folder, false, reloads),
        Kind::Haproxy => haproxy::arguments(copy, folder, false),
    }
}

/// The arguments with which the proxy only checks it.
pub(crate) fn check_arguments(program: &Program, copy: &Copy, folder: &Path) -> Vec<OsString> {
    match program.kind {
        Kind::Nginx => nginx::arguments(copy, folder, true, false),
        Kind::Haproxy => haproxy::arguments(copy, folder, true),
    }
}

/// A setup's path in the copy's folder: what stands before `prefix` is dropped.
fn relative(path: &Path, prefix: &str) -> Result<PathBuf, Error> {
    let path = path.strip_prefix(prefix).unwrap_or(path);
    let path = path.strip_prefix("/").unwrap_or(path);
    if path.as_os_str().is_empty() || path.components().any(|part| part == Component::ParentDir) {
        return Err(Error::BadSetup(format!("{} is no path of a file", path.display())));
    }
    Ok(path.components().filter(|part| *part != Component::CurDir).collect())
}

/// The listening address of the same configuration that an address to connect to leads to.
fn is_own(upstream: &str, listens: &[Listen]) -> Option<String> {
    let leads_to = |listen: &&Listen| match (split_port(upstream), split_port(&listen.address)) {
        (Some((host, port)), Some((on, listening))) => {
            let local = matches!(host, "127.0.0.1" | "localhost" | "[::1]" | "0.0.0.0");
            port == listening && (host == on || local && is_any(on))
        }
        _ => upstream == listen.address,
    };
    listens.iter().find(leads_to).map(|listen| listen.address.clone())
}

/// Whether a listening host covers loopback.
fn is_any(host: &str) -> bool {
    matches!(host, "*" | "" | "0.0.0.0" | "[::]" | "::" | "localhost" | "127.0.0.1")
}

/// `host:port` in two.
fn split_port(address: &str) -> Option<(&str, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    Some((host, port.parse().ok()?))
}
