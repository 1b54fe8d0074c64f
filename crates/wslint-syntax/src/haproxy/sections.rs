//! The words that open a section. They stand in `data/haproxy`; the build script makes the tables.

include!(concat!(env!("OUT_DIR"), "/sections.rs"));

type Numbers = (u32, u32, u32);

/// Whether `word` opens a section in that version.
pub(super) fn opens_section(word: &[u8], version: Numbers) -> bool {
    let found = SECTIONS.iter().find(|(name, ..)| name.as_bytes() == word);
    found.is_some_and(|&(_, since, until)| since <= version && until.is_none_or(|until| version < until))
}

/// Whether a statement may be preceded by `no` or `default`.
pub(super) fn takes_prefix(word: &[u8]) -> bool {
    PREFIXED.iter().any(|name| name.as_bytes() == word)
}
