//! ACLs and what they are made of: fetch methods, converters, patterns, log formats (manual, section 7), and the request
//! that they are asked about.

pub(in crate::haproxy) mod condition;
pub(in crate::haproxy) mod convert;
pub(in crate::haproxy) mod expression;
pub(in crate::haproxy) mod fetch;
pub(in crate::haproxy) mod format;
pub(in crate::haproxy) mod message;
pub(in crate::haproxy) mod pattern;
pub(in crate::haproxy) mod sample;
pub(in crate::haproxy) mod test;
pub(in crate::haproxy) mod view;
