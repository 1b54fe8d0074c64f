//! The rules that are built in.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::load::{self, Embedded};
use crate::node::{Node, Value};
use crate::rules::Rules;

// `EMBEDDED`, one entry for each file of rules/, and the parts that they are made of.
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// All rules of the directory `rules/`, as they were when the program was built.
pub fn builtin() -> &'static Rules {
    static BUILTIN: LazyLock<Rules> = LazyLock::new(|| load::embedded(EMBEDDED));
    &BUILTIN
}
