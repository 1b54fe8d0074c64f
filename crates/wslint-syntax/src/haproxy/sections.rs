//! The words that open a section.

/// Whether `word` opens a section in that version (`REGISTER_CONFIG_SECTION`; measured with 1.8 to 3.5-dev5).
pub(super) fn opens_section(word: &[u8], version: (u32, u32, u32)) -> bool {
    let version = (version.0, version.1);
    match word {
        b"global" | b"defaults" | b"frontend" | b"backend" | b"listen" | b"peers" | b"mailers"
        | b"resolvers" | b"userlist" | b"cache" | b"namespace_list" => true,
        b"program" => ((2, 0)..(3, 3)).contains(&version),
        b"fcgi-app" | b"http-errors" | b"ring" => (2, 2) <= version,
        b"log-forward" => (2, 4) <= version,
        b"crt-store" => (3, 0) <= version,
        b"acme" | b"log-profile" | b"traces" => (3, 2) <= version,
        b"healthcheck" => (3, 4) <= version,
        _ => false,
    }
}

/// Whether a statement may be preceded by `no` or `default`.
pub(super) fn takes_prefix(word: &[u8]) -> bool {
    matches!(
        word,
        b"option"
            | b"log"
            | b"busy-polling"
            | b"set-dumpable"
            | b"strict-limits"
            | b"insecure-fork-wanted"
            | b"numa-cpu-mapping"
    )
}
