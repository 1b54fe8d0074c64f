//! Where the page of a rule can be read.

use wslint_rules::Rule;

use crate::escape::escape;

/// The address of a rule's page, below the `homepage` of the package. Of somebody's own rule it is the first of its
/// references that is a page of the web: the rule may be a stranger's, and an address of another scheme may do things.
pub(crate) fn url(rule: &Rule) -> Option<String> {
    match rule.file {
        None => Some(format!("{}/rules/{}.html", env!("CARGO_PKG_HOMEPAGE"), rule.id)),
        Some(_) => rule
            .references
            .iter()
            .find(|address| is_page(address))
            .map(|address| escape(address).into_owned()),
    }
}

fn is_page(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}
