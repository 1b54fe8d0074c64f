//! Where the page of a rule can be read.

use wslint_rules::Rule;

/// The address of a rule's page, below the `homepage` of the package.
pub(crate) fn url(rule: &Rule) -> String {
    format!("{}/rules/{}.html", env!("CARGO_PKG_HOMEPAGE"), rule.id)
}
