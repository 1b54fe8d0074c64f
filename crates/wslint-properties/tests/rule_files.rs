//! The loader of rules, asked of rule files that are almost sound, and of characters without any order.

mod support;

use proptest::collection::vec;
use proptest::prelude::*;
use wslint_properties::{grammar, rule_file};

use support::{cases, made};

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn almost_sound_ones(text in made(grammar::rule)) {
        rule_file(&text);
    }

    #[test]
    fn any_characters(text in vec(any::<char>(), 0..100)) {
        rule_file(&text.into_iter().collect::<String>());
    }
}
