//! Facts, traces and fixes of both proxies, asked of configurations that the grammars make.

mod support;

use proptest::prelude::*;
use wslint_model::Proxy::{Haproxy, Nginx};
use wslint_properties::{facts, fixes, grammar, trace};

use support::{cases, made};

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn facts_of_nginx(text in made(grammar::nginx)) {
        facts(Nginx, text.as_bytes());
    }

    #[test]
    fn traces_of_nginx(text in made(grammar::nginx)) {
        trace(Nginx, text.as_bytes());
    }

    #[test]
    fn fixes_of_nginx(text in made(grammar::nginx)) {
        fixes(Nginx, text.as_bytes());
    }

    #[test]
    fn facts_of_haproxy(text in made(grammar::haproxy)) {
        facts(Haproxy, text.as_bytes());
    }

    #[test]
    fn traces_of_haproxy(text in made(grammar::haproxy)) {
        trace(Haproxy, text.as_bytes());
    }

    #[test]
    fn fixes_of_haproxy(text in made(grammar::haproxy)) {
        fixes(Haproxy, text.as_bytes());
    }
}
