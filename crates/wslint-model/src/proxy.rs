//! The proxies that are understood.

use crate::choice::{Choice, Word};

/// One of the two proxies that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proxy {
    /// nginx, and what shares its configuration language (OpenResty, Tengine, freenginx).
    Nginx,
    /// HAProxy.
    Haproxy,
}

impl Proxy {
    /// The name as it stands in rule ids, flags and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "haproxy",
        }
    }

    /// The name as its makers write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "HAProxy",
        }
    }
}

impl Choice for Proxy {
    const WORDS: &'static [Word] =
        &[Word { word: "nginx", means: "nginx." }, Word { word: "haproxy", means: "HAProxy." }];

    fn word(self) -> &'static str {
        self.name()
    }

    fn of_word(word: &str) -> Option<Self> {
        [Self::Nginx, Self::Haproxy].into_iter().find(|proxy| proxy.name() == word)
    }
}
