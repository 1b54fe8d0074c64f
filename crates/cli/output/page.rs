//! Where the page of a rule can be read.

use wslint_rules::Rule;

use crate::escape::escape;

/// The address of a rule's page, below the `homepage` of the package. Of somebody's own rule it is the first of its
/// references, if it has any.
pub(crate) fn url(rule: &Rule) -> Option<String> {
    match rule.file {
        None => Some(format!("{}/rules/{}.html", env!("CARGO_PKG_HOMEPAGE"), rule.id)),
        Some(_) => rule.references.first().map(|address| escape(address).into_owned()),
    }
}
