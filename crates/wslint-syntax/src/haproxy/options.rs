//! How a file is to be read.

use std::collections::BTreeMap;

/// What a variable that [`Options::environment`] does not hold means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Unset {
    /// It is not set: the file is read exactly as the proxy would read it with just that environment.
    Empty,
    /// It may hold anything: words that name it are [unknown](super::Word::unknown), and conditions that depend on
    /// it, or on how the proxy was built, leave their branches [undecided](super::Force::Undecided).
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
    /// they cause is no error. A file without any is read as ever. See [`looks_templated`](super::looks_templated).
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
