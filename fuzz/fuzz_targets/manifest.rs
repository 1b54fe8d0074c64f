#![no_main]

use libfuzzer_sys::fuzz_target;
use wslint_properties::manifest;

fuzz_target!(|bytes: &[u8]| manifest(bytes));
