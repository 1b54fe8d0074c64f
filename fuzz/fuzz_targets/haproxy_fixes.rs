#![no_main]

use libfuzzer_sys::fuzz_target;
use wslint_model::Proxy;
use wslint_properties::{fixes, grammar, text};

fuzz_target!(|bytes: &[u8]| fixes(Proxy::Haproxy, &text(bytes, grammar::haproxy)));
