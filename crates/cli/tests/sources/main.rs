//! What holds of this repository's own sources: modules form no circle, and the proxies only follow.

#![allow(
    clippy::disallowed_methods,
    reason = "the sources are read from disk, and cargo says where they begin"
)]

mod boundary;
mod circle;
mod crates;
mod mentions;
mod methods;
mod modules;
mod names;
mod uses;
