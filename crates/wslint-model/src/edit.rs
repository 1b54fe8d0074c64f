//! Edits that fix a route.

use crate::site::Site;

/// One replacement in one file. An empty span inserts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The bytes that go.
    pub site: Site,
    /// The bytes that come.
    pub text: Vec<u8>,
}

/// A way to fix a route, by name. A rule names the recipe; the model knows how to carry it out.
#[derive(Debug)]
pub struct Recipe {
    /// The name that rules use: kebab-case.
    pub name: &'static str,
    /// What it does, in one sentence, for the docs.
    pub about: &'static str,
}
