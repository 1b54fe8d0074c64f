//! HTTP/1 as bytes, and what browsers send and accept for a WebSocket: for whoever must see or send what an HTTP library
//! hides, such as the order, case and repetition of header lines.
//!
//! It opens no connection, looks at no clock and has no opinion on what it reads.

mod accept_any;
pub mod browser;
mod connection;

pub use accept_any::AcceptAny;
pub use browser::Browser;
pub use connection::{
    Body, Framing, Headers, RequestHead, ResponseHead, Stream, Transport, Wire, has_token, joined,
};
