#![no_main]

use libfuzzer_sys::fuzz_target;
use wslint_model::Proxy;
use wslint_properties::{facts, grammar, text};

fuzz_target!(|bytes: &[u8]| facts(Proxy::Nginx, &text(bytes, grammar::nginx)));
