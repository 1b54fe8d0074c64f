//! Time values as HAProxy reads them: an integer and one unit, milliseconds without one (manual, section 2.5).

pub(crate) use wslint_model::duration::in_words;

/// The largest timeout that HAProxy takes, in milliseconds: 24.8 days (`TIMER_MAX`, measured).
pub(crate) const LONGEST: u64 = 2_147_483_647;

/// A shorter tunnel timeout than this is hardly meant, in milliseconds.
pub(crate) const SHORT_TUNNEL: u64 = 30_000;

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

/// Whether a number without a unit is hardly meant as the milliseconds of a tunnel timeout: less than half a minute, or
/// [whole hours](is_hours_in_seconds).
pub(crate) fn is_no_tunnel(number: u64) -> bool {
    number < SHORT_TUNNEL || is_hours_in_seconds(number)
}

/// Whether a number of milliseconds is no round one and whole hours if it were in seconds: 86400.
pub(crate) fn is_hours_in_seconds(number: u64) -> bool {
    const LONG_TUNNEL: u64 = 1_000_000;
    number < LONG_TUNNEL && number.is_multiple_of(3_600) && !number.is_multiple_of(1_000)
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
}
