#![no_main]

use libfuzzer_sys::fuzz_target;
use wslint_properties::{nginx_reader, grammar, text};

fuzz_target!(|bytes: &[u8]| nginx_reader(&text(bytes, grammar::nginx)));
