//! Times as rules write them and as messages say them.

use wslint_facts::NEVER;

/// Reads `500ms`, `60s`, `10m`, `1h`, `2d` or `never` into milliseconds.
///
/// # Errors
/// Says what is wrong with the text and how to write it.
pub fn parse(text: &str) -> Result<u64, String> {
    if text == "never" {
        return Ok(NEVER);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (amount, unit) = text.split_at(digits);
    let refusal =
        || format!("`{text}` is not a time; write it as `500ms`, `60s`, `10m`, `1h`, `2d` or `never`");
    let amount: u64 = amount.parse().map_err(|_| refusal())?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "" => return Err(format!("`{text}` has no unit; write `{text}s` or `{text}ms`")),
        _ => return Err(refusal()),
    };
    amount.checked_mul(milliseconds).ok_or_else(refusal)
}

/// Says a time for people: `60 s`, `1.5 s`, `500 ms`, `10 min`, `1 h`, `2 d` or `never`. Up to two minutes it
/// counts seconds, because the settings that it speaks of are written that way.
pub(crate) fn say(milliseconds: u64) -> String {
    const SECOND: u64 = 1_000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let divides = |unit: u64, from: u64| milliseconds >= from && milliseconds.is_multiple_of(unit);
    if milliseconds == NEVER {
        "never".to_owned()
    } else if milliseconds > 0 && milliseconds < SECOND {
        format!("{milliseconds} ms")
    } else if divides(DAY, 2 * DAY) {
        format!("{} d", milliseconds / DAY)
    } else if divides(HOUR, HOUR) {
        format!("{} h", milliseconds / HOUR)
    } else if divides(MINUTE, 2 * MINUTE) {
        format!("{} min", milliseconds / MINUTE)
    } else {
        format!("{} s", milliseconds as f64 / SECOND as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, say};

    #[test]
    fn times_are_read_and_said() {
        let said = |text: &str| parse(text).map(say);
        for (text, expected) in [
            ("0s", "0 s"),
            ("500ms", "500 ms"),
            ("1500ms", "1.5 s"),
            ("60s", "60 s"),
            ("1m", "60 s"),
            ("90s", "90 s"),
            ("3600ms", "3.6 s"),
            ("5m", "5 min"),
            ("3601s", "3601 s"),
            ("60m", "1 h"),
            ("1d", "24 h"),
            ("2d", "2 d"),
            ("never", "never"),
        ] {
            assert_eq!(said(text).as_deref(), Ok(expected), "{text}");
        }
        for text in
            ["60", "", "s", "1w", "-1s", "1.5s", "1 s", "99999999999999999999s", "999999999999999999d"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
