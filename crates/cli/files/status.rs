//! What a system says of something in a folder: which one it is, and of what kind.

use std::fmt;

use super::error::ReadError;

/// Which file it is, whatever it is called: symbolic and hard links share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Identity {
    device: u64,
    number: u64,
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:x}-{:x}", self.device, self.number)
    }
}

impl Identity {
    /// The file that the file system `device` knows by this number.
    pub(super) fn new(device: u64, number: u64) -> Self {
        Self { device, number }
    }
}

/// What the system says of something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Status {
    /// Which file it is.
    pub(crate) identity: Identity,
    /// What it is.
    pub(super) kind: Kind,
    /// How many bytes it holds, as the system states it.
    pub(super) length: u64,
    /// How many names (hard links) it has.
    pub(crate) names: u64,
}

/// What something in a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, which may lead to anything.
    Link,
    /// Something that only looks like a file, by its name among people.
    Special(&'static str),
}

impl Kind {
    /// Whether it can be read.
    pub(super) fn demand_regular(self) -> Result<(), ReadError> {
        match self {
            Self::File => Ok(()),
            Self::Folder => Err(ReadError::NotRegular("directory")),
            Self::Link => Err(ReadError::NotRegular("link")),
            Self::Special(name) => Err(ReadError::NotRegular(name)),
        }
    }
}
