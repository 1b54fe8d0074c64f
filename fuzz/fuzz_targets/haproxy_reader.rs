#![no_main]

use libfuzzer_sys::fuzz_target;
use wslint_properties::{haproxy_reader, grammar, text};

fuzz_target!(|bytes: &[u8]| haproxy_reader(&text(bytes, grammar::haproxy)));
