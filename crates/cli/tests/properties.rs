//! What holds of the command whatever lies in the folder. The fuzzers ask the same of trees that they find.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use wslint_properties::{Entry, command, grammar, tree};

use crate::support::{KEPT, SMALL, Scratch};

fn check(entries: &[(String, Entry)]) {
    let scratch = Scratch::new(&[]);
    command(entries, scratch.path(), |arguments| {
        let status = scratch.bounded(SMALL, arguments).status.expect("no signal ends it");
        status.try_into().expect("a status is small")
    });
}

proptest! {
    // The same cases on every run: the same sources get the same verdict.
    #![proptest_config(ProptestConfig {
        cases: 24, failure_persistence: None, rng_seed: RngSeed::Fixed(0), ..ProptestConfig::default()
    })]

    #[test]
    fn any_tree(choices in vec(any::<u8>(), 0..600)) {
        let bytes: Vec<u8> = std::iter::once(0).chain(choices).collect();
        check(&tree(&bytes));
    }

    #[test]
    fn any_settings(choices in vec(any::<u8>(), 0..60)) {
        let settings = grammar::settings(&mut grammar::Choices::new(&choices));
        check(&[
            ("wslint.yaml".to_owned(), Entry::File(settings.into_bytes())),
            ("nginx.conf".to_owned(), Entry::File(KEPT.into())),
        ]);
    }
}
