//! A copy with holes for the addresses that are not known yet.

use std::collections::{BTreeSet, HashSet};
use std::path::{Component, Path, PathBuf};

use super::edit::Piece;
use crate::{Error, Kind};

/// The lab's certificate, in the copy's folder.
pub(crate) const CERTIFICATE: &str = "wslint-lab.crt";
/// Its private key.
pub(crate) const KEY: &str = "wslint-lab.key";
/// Both in one file, as HAProxy wants them.
pub(crate) const CERTIFICATE_AND_KEY: &str = "wslint-lab.pem";

/// The passwords that the copy's nginx knows, in its folder.
pub(crate) const USERS: &str = "wslint-lab.htpasswd";

/// The user that the copy knows wherever it asks for one, and the password.
pub(crate) const USER: &str = "wslint";

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
    /// What is not run.
    pub(crate) left_out: Vec<LeftOut>,
    /// Whether a request may name the address that it is sent to.
    pub(crate) asks_client: bool,
}

impl Copy {
    /// The times that the copy has, in milliseconds.
    pub(crate) fn times(&self) -> impl Iterator<Item = u64> {
        self.files.iter().flat_map(|file| &file.pieces).filter_map(|piece| match piece {
            Piece::Time(milliseconds) => Some(*milliseconds),
            _ => None,
        })
    }
}

/// A line of the configuration that the copy does not have, since it would run code or leave loopback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The number of the file in the setup.
    pub file: usize,
    /// Where its line begins, in bytes.
    pub offset: usize,
    /// The line's first words.
    pub what: String,
    /// Why it is left out, in one clause.
    pub why: &'static str,
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
    /// The host, if the proxy puts the address together itself and so decides on the port, and that port.
    pub(crate) composed: Option<(String, u16)>,
}

/// A setup's path in the copy's folder: what stands before `prefix` is dropped.
pub(super) fn relative(path: &Path, prefix: &str) -> Result<PathBuf, Error> {
    let path = path.strip_prefix(prefix).unwrap_or(path);
    let path = path.strip_prefix("/").unwrap_or(path);
    if path.as_os_str().is_empty() || path.components().any(|part| part == Component::ParentDir) {
        return Err(Error::BadSetup(format!("{} is no path of a file", path.display())));
    }
    Ok(path.components().filter(|part| *part != Component::CurDir).collect())
}
