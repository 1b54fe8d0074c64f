//! What fills the holes of a copy, and what the proxy's words are without it.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use super::edit::Piece;
use crate::clock::Clock;

/// What goes into the holes.
pub(crate) struct Places {
    folder: PathBuf,
    /// Where the copy listens instead of each [`Listen::address`](super::copied::Listen::address).
    pub(crate) listens: HashMap<String, SocketAddr>,
    /// Where the peer of each [`Upstream::address`](super::copied::Upstream::address) listens, and how the configuration writes it.
    pub(crate) peers: HashMap<String, (SocketAddr, String)>,
    /// The loopback address that stands for each host of a composed address.
    pub(crate) hosts: HashMap<String, Ipv4Addr>,
    /// The name server that knows these hosts.
    pub(crate) resolver: Option<SocketAddr>,
}

impl Places {
    /// Places in `folder`, none yet.
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.into(),
            listens: HashMap::new(),
            peers: HashMap::new(),
            hosts: HashMap::new(),
            resolver: None,
        }
    }

    /// The bytes of a file, its times by this clock.
    pub(crate) fn fill(&self, pieces: &[Piece], clock: &Clock) -> Vec<u8> {
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
                Piece::Host(host) => {
                    let place = self.hosts.get(host).copied().unwrap_or(Ipv4Addr::LOCALHOST);
                    bytes.extend_from_slice(place.to_string().as_bytes());
                }
                Piece::Time(time) => {
                    bytes.extend_from_slice(format!("{}ms", clock.shortened(*time)).as_bytes());
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
            // Neither proxy writes a port that goes without saying.
            if place.ip() != Ipv4Addr::LOCALHOST && matches!(place.port(), 80 | 443) {
                let host = written.strip_suffix(":80").or_else(|| written.strip_suffix(":443"));
                text = whole(&text, &place.ip().to_string(), host.unwrap_or(written));
            }
        }
        for (host, place) in &self.hosts {
            text = text.replace(&place.to_string(), host);
        }
        for (written, place) in &self.listens {
            text = text.replace(&place.to_string(), written);
        }
        text
    }
}

/// A text with another address in the place of this one, where it is not the beginning of a longer one.
fn whole(text: &str, address: &str, other: &str) -> String {
    let mut parts = text.split(address);
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let longer = part.starts_with(|c: char| c.is_ascii_digit() || c == ':');
        replaced.push_str(if longer { address } else { other });
        replaced.push_str(part);
    }
    replaced
}
