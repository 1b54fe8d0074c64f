//! `split_clients`: a variable whose value the hash of a text decides.

use super::decision::{Decision, ValueOf};
use super::state::State;
use crate::config::{Config, Line};
use wslint_model::Known;

/// Hundredths of a percent in a whole.
const WHOLE: u64 = 10_000;

/// Looks a `split_clients` table up. `None` where the text or a share is not known.
pub(super) fn decide(
    config: &Config<'_>,
    table: Line,
    state: &State,
    value_of: &mut ValueOf<'_>,
) -> Option<Decision> {
    let key = value_of(&config.known_arg(table, 0)?, state).known()?;
    let hash = u64::from(murmur2(key.as_bytes()));
    let context = config.context(table.block?);
    if context.open {
        return None;
    }
    let mut reached = 0;
    for &line in &context.lines {
        let share = config.name(line);
        let taken = if share == "*" {
            true
        } else {
            reached += hundredths(share.strip_suffix('%')?)? * u64::from(u32::MAX) / WHOLE;
            hash < reached
        };
        if taken {
            let value = config.known_arg(line, 0)?.into_owned();
            return Some(Decision { value: Known::Known(value), entry: Some(line) });
        }
    }
    Some(Decision { value: Known::Known(String::new()), entry: None })
}

/// A number with up to two decimals, in hundredths.
fn hundredths(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let decimals: u64 = match decimals.len() {
        0 => 0,
        1 => decimals.parse::<u64>().ok()? * 10,
        2 => decimals.parse().ok()?,
        _ => return None,
    };
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(decimals).filter(|share| *share <= WHOLE)
}

/// MurmurHash2 with the seed 0.
fn murmur2(data: &[u8]) -> u32 {
    const MULTIPLIER: u32 = 0x5bd1_e995;
    let mix = |word: u32| {
        let word = word.wrapping_mul(MULTIPLIER);
        (word ^ (word >> 24)).wrapping_mul(MULTIPLIER)
    };
    let (words, tail) = data.as_chunks::<4>();
    let mut hash = words
        .iter()
        .fold(data.len() as u32, |hash, word| hash.wrapping_mul(MULTIPLIER) ^ mix(u32::from_le_bytes(*word)));
    if !tail.is_empty() {
        let rest = tail.iter().rev().fold(0, |rest, byte| (rest << 8) | u32::from(*byte));
        hash = (hash ^ rest).wrapping_mul(MULTIPLIER);
    }
    hash = (hash ^ (hash >> 13)).wrapping_mul(MULTIPLIER);
    hash ^ (hash >> 15)
}
