//! The cheap question that comes before all others: whether a file may hold text of a configuration at all.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Words that configurations have which pass requests on, and little else has.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::new([
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
    ])
    .ok()
});

/// What announces base64, which hides all words.
static CODED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::new(["binaryData", "encoding: b", "nginx.conf:", "default.conf:", "haproxy.cfg:"]).ok()
});

/// Whether a file may hold text of a configuration: a word that such texts have stands in it, or one that announces base64.
pub fn may_hold(bytes: &[u8]) -> bool {
    has_words(bytes) || CODED.as_ref().is_some_and(|words| words.is_match(bytes))
}

/// Whether a text has words of a configuration.
pub(crate) fn has_words(bytes: &[u8]) -> bool {
    WORDS.as_ref().is_some_and(|words| words.is_match(bytes))
}
