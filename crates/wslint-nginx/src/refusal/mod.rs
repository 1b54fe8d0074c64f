//! What nginx would refuse to load (`nginx -t`), as far as it touches the directives that this tool knows.

mod find;
mod reason;
mod table;
mod unusable;

pub(crate) use self::find::find_refusal;
pub(crate) use self::reason::{Refusal, RefusalKind};
