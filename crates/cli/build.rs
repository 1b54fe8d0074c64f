//! Links the program for Linux to a fixed address. As one that may lie anywhere it has 65,000 addresses in its constants
//! (rules, tables, messages) that the loader works out at each start: 1.7 ms of the 5 ms that a small configuration took.
//! Stack, heap and libraries lie at random addresses all the same.

// A build script is where the environment is looked at.
#![allow(clippy::disallowed_methods)]

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=crates/cli/build.rs");
    let is = |variable: &str, value: &str| env::var(variable).as_deref() == Ok(value);
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    // Static programs are linked by other means: those that are released are built with `-C relocation-model=static`
    // (.github/workflows/release.yml).
    let is_static = features.split(',').any(|feature| feature == "crt-static");
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
