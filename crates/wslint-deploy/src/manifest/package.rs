//! A package and its version.

use wslint_model::product::{Framework, Versions};
use wslint_syntax::Span;

/// A package that a manifest asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Where packages of this kind come from, as the files of products call it: `npm`, `pypi`, `gem`, `go`, `hex`, `nuget`.
    pub registry: &'static str,
    /// Its name, in small letters where the registry does not tell them apart.
    pub name: String,
    /// The versions that the manifest allows.
    pub versions: Versions,
    /// The bytes that ask for it.
    pub span: Span,
}

impl Package {
    /// The framework, server or product whose file names the package, in the versions that are allowed.
    pub fn framework(&self) -> Option<Framework> {
        let is = |named: &&str| {
            named.split_once(':').is_some_and(|(registry, name)| {
                registry == self.registry && name.eq_ignore_ascii_case(&self.name)
            })
        };
        let named = Framework::all().find(|product| product.record().packages.iter().any(is))?;
        Some(named.in_versions(self.versions))
    }
}
