//! Where the page of a rule can be read.

use wslint_rules::Rule;

/// The folder of the pages, one for each rule.
const PAGES: &str = "https://wslint.github.io/wslint/rules/";

/// The address of a rule's page.
pub(crate) fn url(rule: &Rule) -> String {
    format!("{PAGES}{}.html", rule.id)
}
