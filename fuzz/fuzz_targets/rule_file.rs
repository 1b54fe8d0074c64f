#![no_main]

use libfuzzer_sys::fuzz_target;
use wslint_properties::{grammar, rule_file, text};

fuzz_target!(|bytes: &[u8]| rule_file(&String::from_utf8_lossy(&text(bytes, grammar::rule))));
