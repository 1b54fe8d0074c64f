//! Time values as HAProxy reads them: an integer and one unit, milliseconds without one (manual, section 2.5).

/// The largest timeout that HAProxy takes, in milliseconds: 24.8 days (`TIMER_MAX`, measured).
pub(crate) const LONGEST: u64 = 2_147_483_647;

/// A time value that HAProxy takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Time {
    /// Milliseconds, rounded up; 0 means that the timeout is not set.
    pub(crate) milliseconds: u64,
    /// The number before the unit.
    pub(crate) number: u64,
    /// Whether a unit was written.
    pub(crate) has_unit: bool,
    /// How many bytes at the end are ignored with a warning: `1hour` is read as `1h`.
    pub(crate) junk: usize,
}

/// Why HAProxy refuses a time value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadTime {
    /// No digit at the start.
    NotANumber,
    /// The first character after the number is no unit: `1y`, `1.5h`, `1H`.
    BadUnit,
    /// More than 24.8 days.
    TooLong,
}

/// Reads a time value.
pub(crate) fn parse(text: &str) -> Result<Time, BadTime> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return Err(BadTime::NotANumber);
    }
    let number: u64 = text[..digits].parse().map_err(|_| BadTime::TooLong)?;
    let rest = &text[digits..];
    let (unit, micro_per_unit) = if rest.is_empty() {
        ("", 1_000)
    } else {
        [
            ("us", 1),
            ("ms", 1_000),
            ("s", 1_000_000),
            ("m", 60_000_000),
            ("h", 3_600_000_000),
            ("d", 86_400_000_000),
        ]
        .into_iter()
        .find(|(unit, _)| rest.starts_with(unit))
        .ok_or(BadTime::BadUnit)?
    };
    let micro = number.checked_mul(micro_per_unit).ok_or(BadTime::TooLong)?;
    let milliseconds = micro.div_ceil(1_000);
    if milliseconds > LONGEST {
        return Err(BadTime::TooLong);
    }
    Ok(Time { milliseconds, number, has_unit: !rest.is_empty(), junk: rest.len() - unit.len() })
}

/// A duration in the words of a label, as messages say it: `3.6 s`, `50 s`, `10 min`, `1 h`.
pub(crate) fn in_words(milliseconds: u64) -> String {
    let whole = |unit: u64, from: u64| milliseconds >= from && milliseconds.is_multiple_of(unit);
    match milliseconds {
        crate::NEVER => "never".to_owned(),
        1..1_000 => format!("{milliseconds} ms"),
        _ if whole(86_400_000, 172_800_000) => format!("{} d", milliseconds / 86_400_000),
        _ if whole(3_600_000, 3_600_000) => format!("{} h", milliseconds / 3_600_000),
        _ if whole(60_000, 120_000) => format!("{} min", milliseconds / 60_000),
        _ => format!("{} s", milliseconds as f64 / 1_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_haproxy_reads_them() {
        let milliseconds = |text| parse(text).map(|time| time.milliseconds);
        for (text, expected) in [
            ("3600", Ok(3_600)),
            ("3600s", Ok(3_600_000)),
            ("1h30m", Ok(3_600_000)),
            ("60min", Ok(3_600_000)),
            ("1us", Ok(1)),
            ("0", Ok(0)),
            ("24d", Ok(2_073_600_000)),
            ("25d", Err(BadTime::TooLong)),
            ("2147483648", Err(BadTime::TooLong)),
            ("1y", Err(BadTime::BadUnit)),
            ("1H", Err(BadTime::BadUnit)),
            ("1.5h", Err(BadTime::BadUnit)),
            ("-1", Err(BadTime::NotANumber)),
            ("infinite", Err(BadTime::NotANumber)),
            ("", Err(BadTime::NotANumber)),
        ] {
            assert_eq!(milliseconds(text), expected, "{text}");
        }
        assert_eq!(parse("1hour").map(|time| time.junk), Ok(3));
        assert_eq!(parse("1h").map(|time| time.junk), Ok(0));
    }

    #[test]
    fn durations_read_well() {
        for (milliseconds, expected) in [
            (3_600, "3.6 s"),
            (50_000, "50 s"),
            (3_600_000, "1 h"),
            (90_000, "90 s"),
            (100, "100 ms"),
            (600_000, "10 min"),
        ] {
            assert_eq!(in_words(milliseconds), expected);
        }
    }
}
