//! A package and its version.

use wslint_model::traffic::Framework;
use wslint_syntax::Span;

/// A package that a manifest asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Where packages of this kind come from, as the files of products call it: `npm`, `pypi`, `gem`, `go`, `hex`, `nuget`.
    pub registry: &'static str,
    /// Its name, in small letters where the registry does not tell them apart.
    pub name: String,
    /// The version, where the manifest allows one only.
    pub version: Option<String>,
    /// The bytes that ask for it.
    pub span: Span,
}

impl Package {
    /// The framework, server or product whose file names the package.
    pub fn framework(&self) -> Option<Framework> {
        let is = |named: &&str| {
            named.split_once(':').is_some_and(|(registry, name)| {
                registry == self.registry && name.eq_ignore_ascii_case(&self.name)
            })
        };
        Framework::all().find(|product| product.record().packages.iter().any(is))
    }
}

/// A version with no room for another one: `1.2.3`, `v1.2.3`.
pub(super) fn exact(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.strip_prefix('v').unwrap_or(text);
    let is_version = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
    is_version.then(|| digits.to_owned())
}
