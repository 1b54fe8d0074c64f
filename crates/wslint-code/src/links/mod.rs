//! What names mean across files: modules that are imported, and routers that hang below each other.

pub(crate) mod javascript;
pub(crate) mod mounts;
pub(crate) mod python;
