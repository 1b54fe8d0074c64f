//! Times as people write them, in messages, labels and traces alike.

use crate::value::NEVER;

/// Milliseconds in words: `60 s`, `1.5 s`, `500 ms`, `10 min`, `1 h`, `2 d` or `never`. Below two minutes it counts
/// seconds, because the settings that it speaks of are written that way.
pub fn in_words(milliseconds: u64) -> String {
    const SECOND: u64 = 1_000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let whole = |unit: u64, from: u64| milliseconds >= from && milliseconds.is_multiple_of(unit);
    match milliseconds {
        NEVER => "never".to_owned(),
        1..SECOND => format!("{milliseconds} ms"),
        _ if whole(DAY, 2 * DAY) => format!("{} d", milliseconds / DAY),
        _ if whole(HOUR, HOUR) => format!("{} h", milliseconds / HOUR),
        _ if whole(MINUTE, 2 * MINUTE) => format!("{} min", milliseconds / MINUTE),
        _ => format!("{} s", milliseconds as f64 / SECOND as f64),
    }
}

/// Milliseconds as both proxies write them, with the largest unit that divides them: `90m`, `1h`, `24d`.
pub fn as_setting(milliseconds: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    let unit = UNITS.into_iter().find(|(unit, _)| milliseconds.is_multiple_of(*unit));
    let (unit, name) = unit.unwrap_or((1, "ms"));
    format!("{}{name}", milliseconds / unit)
}

#[cfg(test)]
mod tests {
    use super::{as_setting, in_words};
    use crate::value::NEVER;

    #[test]
    fn settings_have_one_unit() {
        let hour = 3_600_000;
        for (milliseconds, setting) in [
            (hour, "1h"),
            (hour * 3 / 2, "90m"),
            (24 * 24 * hour, "24d"),
            (90_500, "90500ms"),
            (25_000, "25s"),
        ] {
            assert_eq!(as_setting(milliseconds), setting);
        }
    }

    #[test]
    fn durations_read_well() {
        for (milliseconds, words) in [
            (0, "0 s"),
            (100, "100 ms"),
            (1_500, "1.5 s"),
            (3_600, "3.6 s"),
            (60_000, "60 s"),
            (90_000, "90 s"),
            (300_000, "5 min"),
            (3_600_000, "1 h"),
            (3_601_000, "3601 s"),
            (5_400_000, "90 min"),
            (86_400_000, "24 h"),
            (172_800_000, "2 d"),
            (NEVER, "never"),
        ] {
            assert_eq!(in_words(milliseconds), words);
        }
    }
}
