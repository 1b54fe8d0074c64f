#![no_main]

use libfuzzer_sys::fuzz_target;
use wslint_properties::code;

fuzz_target!(|bytes: &[u8]| code(&String::from_utf8_lossy(bytes)));
