#![no_main]

use libfuzzer_sys::fuzz_target;
use wslint_properties::{FORMATS, embed};

fuzz_target!(|bytes: &[u8]| {
    if let Some((first, rest)) = bytes.split_first() {
        embed(FORMATS[usize::from(*first) % FORMATS.len()], rest);
    }
});
