//! ACLs and what they are made of: fetch methods, converters, patterns, log formats (manual, section 7), and the request
//! that they are asked about.

pub(crate) mod condition;
pub(crate) mod convert;
pub(crate) mod expression;
pub(crate) mod fetch;
pub(crate) mod format;
pub(crate) mod message;
pub(crate) mod pattern;
pub(crate) mod pattern_index;
pub(crate) mod sample;
pub(crate) mod screen;
pub(crate) mod test;
pub(crate) mod view;
