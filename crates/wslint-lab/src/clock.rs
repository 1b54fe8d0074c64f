//! How the configuration's time passes in the copy.
//!
//! Either it is divided by a number, or each of the times that the configurations name gets a place of its own on a short
//! scale, in their order: 30 s, 60 s and 1 h become 0.7, 1.2 and 1.7 s. Then an hour takes no longer than a minute, the
//! shortest time is still the shortest, and a cut tells by its place which time it was.

use std::time::Duration;

/// How time is shortened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// Every time is divided by this: 60 s by 30 are 2 s. At least 1.
    Divided(f64),
    /// The times that the configurations name follow each other at equal distances.
    Ranked {
        /// What the shortest of them takes.
        first: Duration,
        /// What the next one takes in addition.
        step: Duration,
    },
}

/// The clock of one run. Milliseconds of the configuration, and what they take.
#[derive(Clone, Debug)]
pub(crate) enum Clock {
    Divided(f64),
    Ranked { step: f64, marks: Vec<(f64, f64)> },
}

impl Clock {
    /// A clock at this pace for configurations that name these times, in milliseconds.
    pub(crate) fn new(pace: Pace, times: impl IntoIterator<Item = u64>) -> Self {
        match pace {
            Pace::Divided(by) => Self::Divided(by),
            Pace::Ranked { first, step } => {
                // Zero means "never" or "unset" to both proxies.
                let mut times: Vec<u64> = times.into_iter().filter(|&time| time > 0).collect();
                times.sort_unstable();
                times.dedup();
                let (first, step) = (first.as_secs_f64() * 1000.0, step.as_secs_f64() * 1000.0);
                let place = |at: usize| first + at as f64 * step;
                let marks = times.iter().enumerate().map(|(at, &time)| (time as f64, place(at))).collect();
                Self::Ranked { step, marks }
            }
        }
    }

    /// What a time of the configuration takes, in milliseconds; zero stays, everything else stays above it.
    pub(crate) fn shortened(&self, milliseconds: u64) -> u64 {
        match milliseconds {
            0 => 0,
            some => (self.forward(some as f64).round() as u64).max(1),
        }
    }

    /// What a time of the configuration takes.
    pub(crate) fn taken(&self, time: Duration) -> Duration {
        Duration::from_secs_f64(self.forward(time.as_secs_f64() * 1000.0).max(0.0) / 1000.0)
    }

    /// The time of the configuration that took so long. A named time is told exactly where it fits: a cut comes late on a
    /// busy machine, and hardly ever early.
    pub(crate) fn told(&self, taken: Duration) -> Duration {
        let taken = taken.as_secs_f64() * 1000.0;
        let told = match self {
            Self::Divided(by) => taken * by,
            Self::Ranked { step, marks } => {
                let fits =
                    |(_, place): &&(f64, f64)| taken >= place - 0.2 * step && taken < place + 0.8 * step;
                let between = || interpolated(marks.iter().map(|&(time, place)| (place, time)), taken);
                marks.iter().find(fits).map_or_else(between, |(time, _)| *time)
            }
        };
        Duration::from_secs_f64(told.max(0.0) / 1000.0)
    }

    /// Whether a cut after this time can be told from one after any other.
    pub(crate) fn tells(&self, time: Duration) -> bool {
        match self {
            Self::Divided(_) => true,
            Self::Ranked { marks, .. } => {
                let milliseconds = time.as_secs_f64() * 1000.0;
                marks.iter().any(|(named, _)| (named - milliseconds).abs() < 0.5)
            }
        }
    }

    /// How long is waited for what is cut after `time`, so that it can be told; for the longest time if none is given.
    pub(crate) fn patience(&self, time: Option<Duration>) -> Duration {
        let longest = match self {
            Self::Divided(_) => 0.0,
            Self::Ranked { marks, .. } => marks.last().map_or(0.0, |(time, _)| *time),
        };
        let awaited = time.map_or(longest, |time| time.as_secs_f64() * 1000.0);
        let more = match self {
            Self::Divided(_) => 0.0,
            Self::Ranked { step, .. } => 0.8 * step,
        };
        Duration::from_secs_f64((self.forward(awaited) + more) / 1000.0)
    }

    fn forward(&self, milliseconds: f64) -> f64 {
        match self {
            Self::Divided(by) => milliseconds / by,
            Self::Ranked { marks, .. } => interpolated(marks.iter().copied(), milliseconds),
        }
    }
}

/// The value at `at` of a curve that begins at zero, goes through the points in straight lines, and goes on as the last of
/// them does.
fn interpolated(points: impl Iterator<Item = (f64, f64)>, at: f64) -> f64 {
    let mut from = (0.0, 0.0);
    let mut slope = 1.0;
    for to in points {
        slope = (to.1 - from.1) / (to.0 - from.0);
        if at <= to.0 {
            break;
        }
        from = to;
    }
    from.1 + (at - from.0) * slope
}

#[cfg(test)]
mod tests {
    use super::{Clock, Pace};
    use std::time::Duration;

    fn ranked() -> Clock {
        let pace = Pace::Ranked { first: Duration::from_millis(700), step: Duration::from_millis(500) };
        Clock::new(pace, [3_600_000, 0, 60_000, 30_000, 60_000])
    }

    #[test]
    fn named_times_follow_each_other() {
        let clock = ranked();
        assert_eq!([0, 30_000, 60_000, 3_600_000].map(|time| clock.shortened(time)), [0, 700, 1200, 1700]);
        assert!((700..1200).contains(&clock.shortened(45_000)));
        assert!(clock.shortened(7_200_000) > 1700);
    }

    #[test]
    fn a_cut_tells_which_time_it_was() {
        let clock = ranked();
        let told = |milliseconds| clock.told(Duration::from_millis(milliseconds)).as_secs();
        assert_eq!([700, 690, 1050, 1200, 1550, 1700].map(told), [30, 30, 30, 60, 60, 3600]);
        assert_eq!(told(350), 15);
        assert!(clock.tells(Duration::from_secs(60)) && !clock.tells(Duration::from_secs(61)));
    }

    #[test]
    fn divided_times_are_divided() {
        let clock = Clock::new(Pace::Divided(30.0), []);
        assert_eq!([0, 1, 60_000].map(|time| clock.shortened(time)), [0, 1, 2000]);
        assert_eq!(clock.told(Duration::from_secs(2)), Duration::from_secs(60));
    }
}
