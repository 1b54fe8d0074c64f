//! HAProxy: the exact line reader, word splitter and preprocessor of the proxy.
//!
//! A configuration is a sequence of lines; there is no continuation and no nesting but the `.if` blocks. The
//! modules follow the way of a line: `physical` cuts the bytes into lines as the proxy's buffer does,
//! `split` cuts a line into words with the grammar of `words`, `read` decides what the words are
//! (macro, section, keyword) with `condition` and `branches` for `.if`, and `tree` keeps the result.
//! A `template` is read through a copy without its tags.
//!
//! What this module does not know: what any keyword means. The four keywords that change the environment of
//! later lines (`setenv` and its kin in `global`) are the only ones that it acts on.

mod branches;
mod condition;
mod environment;
mod error;
mod physical;
mod predicate;
mod read;
mod scope;
mod sections;
mod split;
mod template;
mod tree;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use error::{Argument, ConditionFault, SyntaxError, SyntaxErrorKind};
pub use template::{looks_templated, reshapes};
pub use tree::{Force, Line, LineId, LineKind, Prefix, Section, Tree, Word};

/// What a variable that [`Options::environment`] does not hold means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Unset {
    /// It is not set: the file is read exactly as the proxy would read it with just that environment.
    Empty,
    /// It may hold anything: words that name it are [unknown](Word::unknown), and conditions that depend on
    /// it, or on how the proxy was built, leave their branches [undecided](Force::Undecided).
    #[default]
    Unknown,
}

/// How to read a file.
#[derive(Clone, Debug)]
pub struct Options {
    /// The variables that are known to be set for the proxy, with their values.
    pub environment: BTreeMap<Vec<u8>, Vec<u8>>,
    /// What all other variables are.
    pub unset: Unset,
    /// The version of the proxy that the file is for: major, minor, patch. Section keywords, predicates and
    /// the treatment of empty words depend on it.
    pub version: (u32, u32, u32),
    /// The value of `${.FILE}`: the path as it was given to the proxy with `-f`.
    pub file_name: Vec<u8>,
    /// Whether the file is a template of a configuration (Jinja, Liquid, Go, Handlebars, ERB, or with `${NAME}`
    /// and `__NAME__` to be replaced): placeholders make words unknown, control tags are passed over, and what
    /// they cause is no error. A file without any is read as ever. See [`looks_templated`].
    pub templates: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            environment: BTreeMap::new(),
            unset: Unset::default(),
            version: (2, 6, 12),
            file_name: Vec::new(),
            templates: false,
        }
    }
}

/// A file as far as it can be read, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Parse {
    /// Every statement of the file, whether in force or not.
    pub tree: Tree,
    /// What the proxy refuses, in the order in which it reports it.
    pub errors: Vec<SyntaxError>,
}

/// Reads one file. Never fails: what cannot be read is in [`Parse::errors`], and reading goes on with the
/// next line, as it does in the proxy.
pub fn parse(source: impl Into<Arc<[u8]>>, options: &Options) -> Parse {
    read::read(source.into(), options)
}
