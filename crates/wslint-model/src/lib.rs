//! What the models of nginx and HAProxy share: the vocabulary in which both speak of a **project** that was read, of a
//! **request** and what becomes of it, and of **routes with facts**.
//!
//! nginx and HAProxy configurations are two spellings of the same thing: a set of routes, each the way that a request
//! takes through the proxy. Each route answers a closed catalogue of questions; each answer is a value and its cause.
//!
//! This crate is pure: it opens no file, reads no environment variable, prints nothing, and knows neither of the two
//! proxies nor any rule.

pub mod answer;
mod arguments;
mod choice;
pub mod choices;
pub mod duration;
mod edit;
mod fact;
mod host;
mod known;
pub mod length;
mod life;
pub mod literals;
pub mod placeholder;
pub mod product;
mod project;
mod proxy;
mod question;
pub mod questions;
pub mod regular;
mod request;
mod route;
pub mod sample;
mod segment;
pub mod service;
mod settings;
mod site;
mod source_map;
pub mod spelling;
pub mod traffic;
mod value;
mod version;
pub mod way;

pub use arguments::Arguments;
pub use choice::{Choice, Word};
pub use edit::{Edit, Recipe};
pub use fact::{Cause, Fact, Facts, Mark, Origin, Role};
pub use host::{Host, Maker, Related, Slip, Writing};
pub use known::Known;
pub use length::shortened;
pub use life::{Age, Defaults, Life};
pub use project::{Content, File, HaproxyRoot, Include, NginxContext, NginxRoot, Project, Root, Text};
pub use proxy::Proxy;
pub use question::{Answer, Entry, Kind, Milliseconds, Question};
pub use request::{Browser, Request, Scheme};
pub use route::{Route, Wanted};
pub use service::{Service, Services};
pub use settings::{Endpoint, Keeping, Settings};
pub use site::{FileId, Site};
pub use source_map::{Likeness, Mapped, Piece, SourceMap};
pub use value::{NEVER, Value};
pub use version::Version;
