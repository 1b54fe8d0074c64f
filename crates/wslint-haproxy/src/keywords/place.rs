//! Where a keyword may stand, as bits: the sections of proxies, other sections, and the lists of rules.

/// A set of places.
pub type Places = u16;

/// `defaults`
pub const DEFAULTS: Places = 1;
/// `defaults` with a name, from 2.5 on
pub const NAMED_DEFAULTS: Places = 1 << 1;
/// `frontend`
pub const FRONTEND: Places = 1 << 2;
/// `listen`
pub const LISTEN: Places = 1 << 3;
/// `backend`
pub const BACKEND: Places = 1 << 4;

/// The words that stand for sections in `data/haproxy`.
pub const SECTIONS: [(&str, Places); 5] = [
    ("defaults", DEFAULTS | NAMED_DEFAULTS),
    ("named", NAMED_DEFAULTS),
    ("frontend", FRONTEND),
    ("listen", LISTEN),
    ("backend", BACKEND),
];

/// The sections that are no proxies and whose keywords `data/haproxy` lists.
pub const OTHERS: [(&str, Places); 9] = [
    ("cache", 1),
    ("fcgi-app", 1 << 1),
    ("http-errors", 1 << 2),
    ("log-forward", 1 << 3),
    ("mailers", 1 << 4),
    ("peers", 1 << 5),
    ("resolvers", 1 << 6),
    ("ring", 1 << 7),
    ("userlist", 1 << 8),
];

/// The lists of rules, as `data/haproxy` names them.
pub const RULES: [(&str, Places); 8] = [
    ("tcp-request connection", 1),
    ("tcp-request session", 1 << 1),
    ("tcp-request content", 1 << 2),
    ("http-request", 1 << 3),
    ("http-response", 1 << 4),
    ("http-after-response", 1 << 5),
    ("tcp-response content", 1 << 6),
    ("quic-initial", 1 << 7),
];
