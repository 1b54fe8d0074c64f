//! Times as rules and settings write them.

use wslint_model::NEVER;

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

#[cfg(test)]
mod tests {
    use wslint_model::duration::in_words;

    use super::parse;

    #[test]
    fn times_are_read() {
        let said = |text: &str| parse(text).map(in_words);
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
