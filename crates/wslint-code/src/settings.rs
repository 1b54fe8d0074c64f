//! Settings that a server is given in code, read by a table of their names.

use crate::declared::{Heartbeat, Set, Setting, Value};
use crate::file::Place;
use crate::text::{Options, Source};

/// A setting that a framework has.
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// Whether it says how often the server pings, and in which unit, as milliseconds.
    pub(crate) heartbeat: Option<f64>,
}

/// A setting by its name.
pub(crate) const fn plain(name: &'static str) -> Known {
    Known { name, heartbeat: None }
}

/// A setting that says how often the server pings, in a unit of so many milliseconds.
pub(crate) const fn beat(name: &'static str, unit: f64) -> Known {
    Known { name, heartbeat: Some(unit) }
}

/// What a server is given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) heartbeat: Set<Heartbeat>,
    pub(crate) all: Vec<Setting>,
}

impl Settings {
    /// What options say of the settings that a framework has.
    pub(crate) fn read(source: &Source<'_>, options: &Options<'_>, known: &'static [Known]) -> Self {
        let mut settings = Self::default();
        for known in known {
            let Some(part) = options.get(known.name) else { continue };
            let place = source.place_of(part);
            let value = source.value(part);
            if let Some(unit) = known.heartbeat {
                settings.heartbeat = heartbeat(value.as_ref(), unit, place.clone());
            }
            settings.all.push(Setting { name: known.name, value, place });
        }
        settings
    }

    /// The value of a setting that is literal.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.all.iter().find(|setting| setting.name == name)?.value.as_ref()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.all.iter().any(|setting| setting.name == name)
    }
}

/// A heartbeat that is given as a number of a unit; none and zero switch it off.
pub(crate) fn heartbeat(value: Option<&Value>, unit: f64, place: Place) -> Set<Heartbeat> {
    match value.and_then(|value| beats(value, unit)) {
        Some(heartbeat) => Set::To(heartbeat, place),
        None => Set::Unknown(place),
    }
}

/// A heartbeat of so many milliseconds.
pub(crate) fn every(milliseconds: f64, place: Place) -> Set<Heartbeat> {
    heartbeat(Some(&Value::Number(milliseconds)), 1.0, place)
}

/// The heartbeat that a value means; nothing if it means none that can be told.
pub(crate) fn beats(value: &Value, unit: f64) -> Option<Heartbeat> {
    /// A day, in milliseconds: more is no heartbeat.
    const MOST: f64 = 86_400_000.0;
    match value {
        Value::Number(number) if *number <= 0.0 => Some(Heartbeat::Off),
        // In range, and a fraction of a millisecond does not matter.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Value::Number(number) if number * unit <= MOST => {
            Some(Heartbeat::Every((number * unit).round() as u64))
        }
        Value::Nothing | Value::Flag(false) => Some(Heartbeat::Off),
        _ => None,
    }
}
