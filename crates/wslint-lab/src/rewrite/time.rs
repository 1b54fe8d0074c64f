//! Times of the two languages. What is no time stays as it is: the proxy will say so.

/// An nginx time (`1h 30m`, `60s`, `500ms`, `60`; a bare number counts seconds) in milliseconds.
/// The manual's "Configuration file measurement units".
pub(super) fn nginx(word: &str) -> Option<u64> {
    let mut rest = word;
    let mut milliseconds = 0_u64;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let unit = match &rest[..letters] {
            "ms" => 1,
            "s" | "" => 1000,

            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 7 * 86_400_000,
            "M" => 30 * 86_400_000,
            "y" => 365 * 86_400_000,
            _ => return None,
        };
        milliseconds = milliseconds.checked_add(number.checked_mul(unit)?)?;
        rest = rest[letters..].trim_start_matches(' ');
    }
    (!word.is_empty()).then_some(milliseconds)
}

/// A HAProxy time (`1h`, `5000`, `500us`; milliseconds without a unit) in milliseconds. Only forms that every
/// version takes: a number above the proxy's limit or with a wrong unit must be refused by the proxy itself.
/// HAProxy's manual, section 2.5; the limit of 2147483647 ms is that of its timers.
pub(super) fn haproxy(word: &str) -> Option<u64> {
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: u64 = word.get(..digits)?.parse().ok()?;
    let milliseconds = match &word[digits..] {
        // Rounded up, as the proxy does.
        "us" => number.div_ceil(1000),
        "" | "ms" => number,
        "s" => number.checked_mul(1000)?,
        "m" => number.checked_mul(60_000)?,
        "h" => number.checked_mul(3_600_000)?,
        "d" => number.checked_mul(86_400_000)?,
        _ => return None,
    };
    (milliseconds <= i32::MAX as u64).then_some(milliseconds)
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_read_as_the_proxies_do() {
        let nginx = [
            ("60s", Some(60_000)),
            ("60", Some(60_000)),
            ("1h", Some(3_600_000)),
            ("1h 30m", Some(5_400_000)),
            ("1m30s", Some(90_000)),
            ("300ms", Some(300)),
            ("0", Some(0)),
            ("$t", None),
            ("60sec", None),
            ("", None),
        ];
        for (word, expected) in nginx {
            assert_eq!(super::nginx(word), expected, "nginx {word}");
        }
        let haproxy = [
            ("60s", Some(60_000)),
            ("3600", Some(3600)),
            ("500us", Some(1)),
            ("1h", Some(3_600_000)),
            ("0s", Some(0)),
            ("30d", None),
            ("1h30m", None),
            ("1hour", None),
            ("", None),
        ];
        for (word, expected) in haproxy {
            assert_eq!(super::haproxy(word), expected, "haproxy {word}");
        }
    }
}
