//! What is known of one product, as its file says it.

use super::words::{Basis, Kind, Side, Transport};
use crate::choices::{Http10, OriginCheck, Polls, WithoutWebsocket};
use crate::version::Version;

/// One file of `products/`.
#[derive(Debug)]
pub struct Record {
    /// The name of the file, which is the product's name everywhere.
    pub name: &'static str,
    /// The name as its makers write it.
    pub title: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What it is made with, as places among all products, the nearest first.
    pub(super) built_on: &'static [usize],
    /// Where clients ask for a handshake, from the product's own root; `*` stands for one segment.
    pub endpoints: &'static [&'static str],
    /// Those of them that a setting switches on, or few users need.
    pub optional: &'static [&'static str],
    /// How its clients get what is new, the preferred way first.
    pub transports: &'static [Transport],
    /// How often something is sent on a quiet connection, by default.
    pub heartbeat: &'static [Fact<Beat>],
    /// What plain requests its clients send beside the handshake.
    pub polls: &'static [Fact<Polls>],
    /// What it does with a handshake over HTTP/1.0.
    pub http10: &'static [Fact<Http10>],
    /// What it compares the `Origin` of a handshake with, by default.
    pub origin_check: &'static [Fact<OriginCheck>],
    /// What is left of it where no handshake succeeds.
    pub without_websocket: &'static [Fact<WithoutWebsocket>],
    /// The names of its container images.
    pub images: &'static [&'static str],
    /// The packages that bring it, each with its registry before a colon: `pypi:uvicorn`.
    pub packages: &'static [&'static str],
    /// The programs that start it.
    pub commands: &'static [Command],
    /// The ports that it listens on by default.
    pub ports: &'static [u16],
    /// What it says about proxies itself: addresses of pages.
    pub documentation: &'static [&'static str],
    /// What else its proxy should know, in Markdown; may be empty.
    pub note: &'static str,
}

/// What is known, in which versions, and from where.
#[derive(Debug)]
pub struct Fact<T: 'static> {
    /// What the product does.
    pub answer: T,
    /// The first version that does so, where older ones do not.
    pub since: Option<Version>,
    /// The first version that does so no more.
    pub until: Option<Version>,
    /// What it rests on.
    pub basis: Basis,
    /// Where it was read, or what was run.
    pub source: &'static str,
}

/// A heartbeat, or that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beat {
    /// The longest silence, in milliseconds; `None` where nobody speaks by itself.
    pub every: Option<u64>,
    /// Who speaks.
    pub by: Option<Side>,
}

/// A program that starts a product.
#[derive(Debug)]
pub struct Command {
    /// The program, or the module that `python -m` starts.
    pub program: &'static str,
    /// How the worker class of gunicorn begins that it is.
    pub worker: Option<&'static str>,
    /// The flag that sets its heartbeat, in seconds; 0 switches it off.
    pub heartbeat: Option<&'static str>,
}
