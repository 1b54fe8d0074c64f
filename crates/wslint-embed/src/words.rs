//! The cheap question that comes before all others: whether a file may hold text of a configuration at all.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Words that configurations have which pass requests on, and little else has.
const WORDS: [&str; 18] = [
    "server {",
    "http {",
    "events {",
    "proxy_pass",
    "proxy_set_header",
    "proxy_read_timeout",
    "proxy_http_version",
    "http_upgrade",
    "server_name",
    "worker_connections",
    "location /",
    "upstream ",
    "use_backend",
    "default_backend",
    "timeout tunnel",
    "timeout client",
    "timeout server",
    "include /etc/nginx",
];

/// What announces base64, which hides all words.
const CODED: [&str; 6] =
    ["binaryData", "encoding: b", "encoding: g", "nginx.conf:", "default.conf:", "haproxy.cfg:"];

/// Finds any of some words.
struct Finder(Option<AhoCorasick>);

impl Finder {
    fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        // Of this kind many bytes are looked at at once.
        Self(AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok())
    }

    fn finds(&self, bytes: &[u8]) -> bool {
        self.0.as_ref().is_none_or(|words| words.is_match(bytes))
    }
}

/// Whether a file may hold text of a configuration: a word that such texts have stands in it, or one that announces base64.
pub fn may_hold(bytes: &[u8]) -> bool {
    static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(WORDS.into_iter().chain(CODED)));
    FINDER.finds(bytes)
}

/// Whether a text has words of a configuration.
pub(crate) fn has_words(bytes: &[u8]) -> bool {
    static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(WORDS));
    FINDER.finds(bytes)
}
