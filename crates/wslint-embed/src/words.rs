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

/// Whether a file may hold text of a configuration: a word that such texts have stands in it. Base64 hides all words, so
/// that its announcement counts, too.
pub fn may_hold(bytes: &[u8]) -> bool {
    has_words(bytes) || memchr::memmem::find(bytes, b"binaryData").is_some()
}

/// Whether a text has words of a configuration.
pub(crate) fn has_words(bytes: &[u8]) -> bool {
    WORDS.as_ref().is_some_and(|words| words.is_match(bytes))
}
