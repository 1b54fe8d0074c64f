//! What the tests ask the properties of.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use wslint_properties::grammar::Choices;

/// Texts that a grammar makes.
pub(crate) fn made(grammar: fn(&mut Choices<'_>) -> String) -> impl Strategy<Value = String> {
    vec(any::<u8>(), 0..400).prop_map(move |choices| grammar(&mut Choices::new(&choices)))
}

/// So many cases, the same ones on every run: the same sources get the same verdict. What is new is found by the fuzzers.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0),
        ..ProptestConfig::default()
    }
}
