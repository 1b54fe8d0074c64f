#![no_main]

use std::ffi::OsString;

use libfuzzer_sys::fuzz_target;
use wslint_properties::{command, tree};

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    command(&tree(bytes), folder.path(), |arguments| {
        wslint::run(["wslint"].iter().chain(arguments).map(OsString::from))
    });
});
