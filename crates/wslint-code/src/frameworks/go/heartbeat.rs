//! Pings of Go: a ticker in a function that writes `PingMessage`.

use std::collections::HashMap;

use crate::declared::{Declared, Heartbeat, Set};
use crate::settings;
use crate::text::{Part, Source};

use super::functions::Functions;

/// Names that stand for each other further than this are made up.
const DEEPEST: usize = 4;

/// More tokens are no time.
const LONGEST: usize = 24;

/// Sets the heartbeat of what is declared, where one package of the folder pings. Where several do so differently, it is
/// not known which of them serves what.
pub(super) fn set(sources: &[(usize, &Source<'_>)], functions: &Functions<'_>, declared: &mut [Declared]) {
    let mut heartbeat: Set<Heartbeat> = Set::Not;
    for (at, source) in sources {
        let constants = constants(source);
        for function in functions.of_source(*at) {
            let pings = source.holds(function.body, "PingMessage")
                || source
                    .within(function.body, "Ping")
                    .any(|ping| source.is_member(ping) && source.is(ping + 1, "("));
            let ticker = source.within(function.body, "NewTicker").find_map(|ticker| source.call(ticker));
            let Some(interval) =
                ticker.filter(|_| pings).and_then(|ticker| source.first_argument(ticker.open))
            else {
                continue;
            };
            let place = source.place_of(interval.value);
            let set = match milliseconds(source, interval.value, &constants, 0) {
                Some(milliseconds) => settings::every(milliseconds, place.clone()),
                None => Set::Unknown(place.clone()),
            };
            heartbeat = match heartbeat {
                Set::Not => set,
                Set::To(known, first) if set.value() == Some(&known) => Set::To(known, first),
                _ => Set::Unknown(place),
            };
        }
    }
    for one in declared {
        one.heartbeat = heartbeat.clone();
    }
}

/// Names that are given one value in a file, up to the end of its line.
fn constants<'a>(source: &Source<'a>) -> HashMap<&'a str, Option<Part>> {
    let mut constants: HashMap<&'a str, Option<Part>> = HashMap::new();
    for sign in 1..source.len() {
        if !source.is(sign, "=") || source.is(sign + 1, "=") {
            continue;
        }
        let name = if source.is(sign - 1, ":") { sign.wrapping_sub(2) } else { sign - 1 };
        let Some(word) = source.word(name) else { continue };
        let end = (sign + 1..sign + LONGEST).find(|at| *at >= source.len() || source.starts_line(*at));
        let value = end.map(|end| Part { start: sign + 1, end });
        constants.entry(word).and_modify(|known| *known = None).or_insert(value);
    }
    constants
}

/// A time as Go writes it: factors and divisors of numbers, units and names.
fn milliseconds(
    source: &Source<'_>,
    part: Part,
    constants: &HashMap<&str, Option<Part>>,
    depth: usize,
) -> Option<f64> {
    if depth > DEEPEST || part.end > part.start + LONGEST {
        return None;
    }
    let (mut product, mut divides, mut has_unit) = (1.0, false, false);
    let mut at = part.start;
    while at < part.end {
        let factor = match source.raw(at) {
            // Brackets around factors change nothing; around a divisor they would.
            "(" if !divides => None,
            ")" => None,
            "*" => {
                divides = false;
                None
            }
            "/" => {
                divides = true;
                None
            }
            "time" if source.is(at + 1, ".") => {
                at += 2;
                has_unit = true;
                Some(match source.raw(at) {
                    "Millisecond" => 1.0,
                    "Second" => 1000.0,
                    "Minute" => 60_000.0,
                    // `time.Duration(n)` is n of a unit that follows.
                    "Duration" => {
                        has_unit = false;
                        1.0
                    }
                    _ => return None,
                })
            }
            _ => match source.number(Part { start: at, end: at + 1 }) {
                Some(number) => Some(number),
                None => {
                    let value = constants.get(source.word(at)?).copied().flatten()?;
                    has_unit = true;
                    Some(milliseconds(source, value, constants, depth + 1)?)
                }
            },
        };
        if let Some(factor) = factor {
            product = if divides { product / factor } else { product * factor };
        }
        at += 1;
    }
    // A number without a unit is nanoseconds.
    Some(product).filter(|product| has_unit && product.is_finite())
}
