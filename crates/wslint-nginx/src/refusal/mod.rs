//! What nginx would refuse to load (`nginx -t`), as far as it touches the directives that this tool knows.

mod buffers;
mod certificate;
mod condition;
mod endpoint;
mod entry;
mod find;
mod foreign;
mod parameter;
mod reason;
mod sound;
mod table;
mod twice;
mod unusable;
mod value;
mod variable;

pub(crate) use self::find::find_refusal;
pub(crate) use self::foreign::foreign_directives;
pub(crate) use self::reason::{Refusal, RefusalKind};
