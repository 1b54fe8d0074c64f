//! Backslashes in words. nginx treats them alike in bare and in quoted words (`ngx_conf_read_token`).

/// Whether a backslash before `next` disappears from the word's value. Before every other byte it stays.
pub(super) fn changes(next: u8) -> bool {
    matches!(next, b'"' | b'\'' | b'\\' | b't' | b'r' | b'n')
}

/// The value of a word's raw text, its quotes already taken off.
pub(super) fn decode(raw: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        value.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        match rest.get(1) {
            Some(b't') => value.push(b'\t'),
            Some(b'r') => value.push(b'\r'),
            Some(b'n') => value.push(b'\n'),
            Some(&next) if changes(next) => value.push(next),
            Some(&next) => value.extend_from_slice(&[b'\\', next]),
            None => value.push(b'\\'),
        }
        rest = rest.get(2..).unwrap_or_default();
    }
    value.extend_from_slice(rest);
    value
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[track_caller]
    fn check(raw: &str, value: &str) {
        assert_eq!(String::from_utf8(decode(raw.as_bytes())).unwrap(), value);
    }

    #[test]
    fn only_quotes_backslashes_and_three_letters_lose_the_backslash() {
        check(r#"a\"b\'c\\d"#, r#"a"b'c\d"#);
        check(r"\t\r\n", "\t\r\n");
        check(r"\;\{\ \$\#\x41\d\.", r"\;\{\ \$\#\x41\d\.");
        check("a\\\nb", "a\\\nb");
        check(r#"\\\"\\n"#, r#"\"\n"#);
        check("end\\", "end\\");
    }
}
