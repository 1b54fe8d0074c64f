//! nginx's times and sizes, as `ngx_parse_time` and `ngx_parse_size` read them.

/// Units of a time, from the longest to the shortest, with their milliseconds.
const YEAR: u64 = 365 * DAY;
const MONTH: u64 = 30 * DAY;
const WEEK: u64 = 7 * DAY;
const DAY: u64 = 24 * HOUR;
const HOUR: u64 = 60 * MINUTE;
const MINUTE: u64 = 60 * SECOND;
const SECOND: u64 = 1_000;

/// Reads a time in milliseconds. A bare number is seconds, units go from long to short (`1h 30m`), `M` is a month and
/// `m` a minute. `None` is a value that nginx refuses.
pub(crate) fn milliseconds(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut value: u64 = 0;
    let mut total: u64 = 0;
    let mut step = 0;
    let mut digits = false;
    while at < bytes.len() {
        let byte = bytes[at];
        at += 1;
        if byte.is_ascii_digit() {
            value = value.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
            digits = true;
            continue;
        }
        let (rank, scale) = match byte {
            b'y' => (1, YEAR),
            b'M' => (2, MONTH),
            b'w' => (3, WEEK),
            b'd' => (4, DAY),
            b'h' => (5, HOUR),
            b'm' if bytes.get(at) == Some(&b's') => {
                at += 1;
                (8, 1)
            }
            b'm' => (6, MINUTE),
            b's' => (7, SECOND),
            b' ' => (9, SECOND),
            _ => return None,
        };
        if step >= rank || (byte == b' ' && step >= 7) {
            return None;
        }
        step = rank;
        total = total.checked_add(value.checked_mul(scale)?)?;
        value = 0;
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
    }
    if !digits {
        return None;
    }
    total.checked_add(value.checked_mul(SECOND)?)
}

/// Reads a size in bytes: a number with `k`, `m` or `g`. `None` is a value that nginx refuses.
pub(crate) fn bytes(text: &str) -> Option<u64> {
    let (digits, scale) = match text.as_bytes().last()? {
        b'k' | b'K' => (&text[..text.len() - 1], 1 << 10),
        b'm' | b'M' => (&text[..text.len() - 1], 1 << 20),
        b'g' | b'G' => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(scale)
}

#[cfg(test)]
mod tests {
    use super::{bytes, milliseconds};

    #[test]
    fn times_are_read_as_nginx_reads_them() {
        let check = |text: &str, expected: Option<u64>| {
            assert_eq!(milliseconds(text), expected, "{text:?}");
        };
        check("60", Some(60_000));
        check("60s", Some(60_000));
        check("3000ms", Some(3_000));
        check("2000m", Some(120_000_000));
        check("1M", Some(2_592_000_000));
        check("1h30m", Some(5_400_000));
        check("1h 30m", Some(5_400_000));
        check("1m 1h", None);
        check("60sec", None);
        check("infinite", None);
        check("", None);
        check("0", Some(0));
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes("10"), Some(10));
        assert_eq!(bytes("1k"), Some(1024));
        assert_eq!(bytes("x"), None);
    }
}
