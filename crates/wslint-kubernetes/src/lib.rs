//! Kubernetes objects: who reads them, and what the controller makes of them.
//!
//! An Ingress controller is a compiler from objects to the configuration of a proxy. This crate writes the text that it
//! would write, as far as a WebSocket notices it, with the place in the manifests that is the cause of each line: an
//! annotation, the object that lacks one, the line of a path, `replicas`. The proxies read that text like any other.
//!
//! This crate is pure: it is given the bytes of manifests, and opens nothing.
//!
//! | question | asked in |
//! |---|---|
//! | what stands in the manifests | [`objects`] |
//! | who reads an Ingress | [`select`] |
//! | what is known of an annotation | [`annotations`] |
//! | what does the controller make of the objects | [`controllers`] |
//! | what never reaches a configuration | [`judge`] |

pub mod annotations;
mod balancer;
mod choices;
mod cluster;
mod collision;
mod controller;
pub mod controllers;
mod evidence;
pub mod judge;
pub mod objects;
mod proxy_version;
mod questions;
mod quoted;
mod refusal;
mod router;
pub mod select;
mod settings;
mod text;
mod word;

pub use controller::Controller;
pub use questions::QUESTIONS;
pub use word::Word;
