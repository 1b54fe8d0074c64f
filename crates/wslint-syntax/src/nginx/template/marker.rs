//! Markers that a script replaces in a file that otherwise is plain configuration.
//!
//! ```text
//! marker = "${" NAME [ ":" text ] "}" / "__" name "__" / "%" name "%" / "%(" name ")s" / "@" NAME "@"
//! ```
//!
//! A lower-case `${name}` is a variable of nginx. So may be `$NAME`, which is why it is no marker.

/// No marker is longer, so that a search for its end costs little however often it fails.
const LONGEST: usize = 256;

/// Whether `text` holds a marker. Most texts have many names with an underscore, and hardly any with two in a row.
pub(super) fn any(text: &[u8]) -> bool {
    let begins = |at: usize| length(&text[at..]).is_some();
    memchr::memchr3_iter(b'$', b'%', b'@', text).any(begins)
        || memchr::memmem::find_iter(text, b"__").any(|at| is_first(text, at) && begins(at))
}

/// Whether the underscore at an offset is the first one of its name, and that no part of a marker: a name that begins none
/// holds none either, so that long ones are looked at once.
fn is_first(text: &[u8], at: usize) -> bool {
    for &before in text[..at].iter().rev() {
        match before {
            b'_' | b'$' | b'%' | b'@' => return false,
            byte if is_name(byte) => {}
            _ => return true,
        }
    }
    true
}

/// The length of the marker at the start of `input`.
pub(super) fn length(input: &[u8]) -> Option<usize> {
    match input {
        [b'$', b'{', first, ..] if first.is_ascii_uppercase() => {
            let close = input[..input.len().min(LONGEST)].iter().position(|&byte| byte == b'}')?;
            let name = &input[2..close];
            let name = &name[..name.iter().position(|&byte| byte == b':').unwrap_or(name.len())];
            name.iter().all(is_capital).then_some(close + 1)
        }
        [b'_', b'_', first, ..] if first.is_ascii_alphanumeric() => {
            let run = input.iter().take(LONGEST).take_while(|&&byte| is_name(byte)).count();
            memchr::memmem::find(&input[3..run.max(3)], b"__").map(|at| at + 5)
        }
        [b'%', b'(', ..] => {
            let name = input[2..].iter().take_while(|&&byte| is_name(byte)).count();
            (name > 0 && input[2 + name..].starts_with(b")s")).then_some(name + 4)
        }
        [b'%', rest @ ..] => {
            let name = rest.iter().take_while(|&&byte| is_name(byte)).count();
            let encoded = name >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit);
            (name > 2 && !encoded && rest.get(name) == Some(&b'%')).then_some(name + 2)
        }
        [b'@', rest @ ..] => {
            let name = rest.iter().take_while(|byte| is_capital(byte)).count();
            (name > 1 && rest.get(name) == Some(&b'@')).then_some(name + 2)
        }
        _ => None,
    }
}

/// Whether all of `word` is a name in capitals, such as `EXTRA_CONFIG` or `$EXTRA_CONFIG`.
pub(super) fn is_capital_name(word: &[u8]) -> bool {
    let word = word.strip_prefix(b"$").unwrap_or(word);
    word.len() > 2 && word[0].is_ascii_uppercase() && word.iter().all(is_capital)
}

fn is_capital(byte: &u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_'
}

pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::any;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(any(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn markers_and_what_only_resembles_them() {
        for text in [
            "${PORT}",
            "http://${API_HOST:-localhost}/",
            "a__NAME__b",
            "__name__",
            "%domain%",
            "%(port)s",
            "@PREFIX@",
        ] {
            check(text, true);
        }
        for text in [
            "${port}",
            "$PORT",
            "$host",
            "/a__b",
            "____",
            "/%E4%B8%AD/",
            "%20a%20",
            "50%",
            "@named",
            "a@B.c",
            "^/%{x}",
        ] {
            check(text, false);
        }
    }
}
