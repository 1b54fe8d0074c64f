//! From syntax trees to **routes with facts**: what the proxy really does to a request, and because of which line.
//!
//! nginx and HAProxy configs are two spellings of the same thing: a set of routes, each the way that a request
//! takes through the proxy. Each route answers a closed catalogue of questions; each answer is a value and its
//! cause. `trace` follows one request through the same model, so that rules and `trace` cannot disagree.
//!
//! This crate is pure: it opens no file, reads no environment variable, prints nothing and knows no rule.

pub mod duration;
mod edit;
mod fact;
pub mod haproxy;
mod length;
pub mod nginx;
mod project;
mod question;
mod regular;
mod request;
mod route;
mod settings;
mod trace;
pub mod traffic;
mod version;

pub use edit::{Edit, Recipe};
pub use fact::{Cause, Fact, Facts, Mark, NEVER, Origin, Role, Value};
pub use length::shortened;
pub use project::{
    Content, File, FileId, HaproxyRoot, Include, NginxContext, NginxRoot, Project, Proxy, Root, Site,
};
pub use question::{Kind, Question};
pub use request::{Browser, Request, Scheme};
pub use route::Route;
pub use settings::{Endpoint, Settings};
pub use trace::{AnsweredBy, Damage, Flaw, Handshake, Known, Outcome, Step, Trace};
pub use version::Version;
