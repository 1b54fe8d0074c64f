//! The levels at which a directive may stand, as bits.

/// A set of levels.
pub type Contexts = u16;

/// Outside of all blocks.
pub const MAIN: Contexts = 1;
/// `events {}`
pub const EVENTS: Contexts = 1 << 1;
/// `http {}`
pub const HTTP: Contexts = 1 << 2;
/// `server {}` of `http {}`
pub const SERVER: Contexts = 1 << 3;
/// `location {}`
pub const LOCATION: Contexts = 1 << 4;
/// `if {}` in a location
pub const IF: Contexts = 1 << 5;
/// `if {}` in a server
pub const SERVER_IF: Contexts = 1 << 6;
/// `limit_except {}`
pub const LIMIT_EXCEPT: Contexts = 1 << 7;
/// `upstream {}` of `http {}`
pub const UPSTREAM: Contexts = 1 << 8;
/// `stream {}`
pub const STREAM: Contexts = 1 << 9;
/// `server {}` of `stream {}`
pub const STREAM_SERVER: Contexts = 1 << 10;
/// `upstream {}` of `stream {}`
pub const STREAM_UPSTREAM: Contexts = 1 << 11;
/// `mail {}`
pub const MAIL: Contexts = 1 << 12;
/// `server {}` of `mail {}`
pub const MAIL_SERVER: Contexts = 1 << 13;
/// Blocks of modules.
pub const OTHER: Contexts = 1 << 14;

/// The words that stand for them in `data/nginx`.
pub const WORDS: [(&str, Contexts); 16] = [
    ("main", MAIN),
    ("events", EVENTS),
    ("http", HTTP),
    ("server", SERVER),
    ("location", LOCATION),
    ("if", IF),
    ("server_if", SERVER_IF),
    ("limit_except", LIMIT_EXCEPT),
    ("upstream", UPSTREAM),
    ("stream", STREAM),
    ("stream_server", STREAM_SERVER),
    ("stream_upstream", STREAM_UPSTREAM),
    ("mail", MAIL),
    ("mail_server", MAIL_SERVER),
    ("other", OTHER),
    ("any", Contexts::MAX),
];
