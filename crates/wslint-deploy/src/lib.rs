//! What a repository says of the programs behind its proxies: compose files, Kubernetes objects, Dockerfiles and the
//! manifests of packages, each with the bytes that say so.
//!
//! This crate is pure. It is given the bytes of files and says what stands in them; it opens nothing, runs nothing, and
//! knows neither of the two proxies. What it cannot read is a complaint and ends nothing. What a repository says twice and
//! differently, it says not at all.
//!
//! | question | asked in |
//! |---|---|
//! | what do words mean, and where do they stand | [`yaml`], [`Word`] |
//! | which programs run under which names | [`compose`], [`kubernetes`] |
//! | what do services take over from other files | [`extends`] |
//! | which programs does a machine start itself | [`machine`] |
//! | what does an image start | [`dockerfile`], [`image`] |
//! | what does a command start | [`command`] |
//! | which packages in which versions | [`manifest`] |
//! | which version of a proxy | [`target`] |
//! | what does a template of a chart say | [`helm`] |
//! | which program does a name lead to | [`link`] |

pub mod command;
pub mod compose;
pub mod dockerfile;
pub mod extends;
pub mod helm;
pub mod image;
pub mod kubernetes;
pub mod link;
pub mod machine;
pub mod manifest;
pub mod target;
mod unit;
mod word;
pub mod yaml;

pub use unit::{Build, Port, Unit};
pub use word::Word;
