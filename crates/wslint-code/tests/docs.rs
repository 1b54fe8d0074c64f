//! The page docs/endpoints.md is made from the list of frameworks. This test keeps it fresh;
//! `UPDATE_DOCS=1 cargo test -p wslint-code --test docs` writes it.

#![allow(clippy::disallowed_methods, reason = "the page is a file")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use wslint_code::{LEFT_OUT, all};

const COMMAND: &str = "UPDATE_DOCS=1 cargo test -p wslint-code --test docs";

const HEAD: &str = "\
# What declares an endpoint in code

wslint reads the code of a service that a proxy leads to as text, and takes for an endpoint what the server's own code
declares. A path counts where all of it is literal in the files at hand, from its first segment on: prefixes of routers are
followed across files, and one that is computed, handed in or missing makes the endpoint unknown, which says nothing.

Client code never declares an endpoint. It tells by which transports it comes to one that is declared. Nothing is read in
tests, examples, documentation, mocks, stories, minified or vendored code, comments and strings.

";

#[test]
fn the_page_is_fresh() {
    let mut page = format!("<!-- Generated from crates/wslint-code by `{COMMAND}`. -->\n\n{HEAD}");
    page.push_str("| framework | what declares an endpoint | its path |\n|---|---|---|\n");
    for framework in all() {
        let title = match framework.product {
            Some(product) => format!("[{}](products/{product}.md)", framework.title),
            None => framework.title.to_owned(),
        };
        let declared_by: Vec<String> =
            framework.declared_by.iter().map(|code| format!("`{}`", code.replace('|', "\\|"))).collect();
        writeln!(page, "| {title} | {} | {} |", declared_by.join("<br>"), framework.path)
            .expect("a string takes all");
    }
    page.push_str("\nNot read:\n\n");
    for (title, why) in LEFT_OUT {
        writeln!(page, "- {title}: {why}.").expect("a string takes all");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/endpoints.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, &page).expect("the page is written");
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == page, "docs/endpoints.md is stale: run {COMMAND}");
}

#[test]
fn names_are_told_apart_and_pages_are_there() {
    let mut names: Vec<&str> = all().iter().map(|framework| framework.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all().len(), "two frameworks have one name");
    for framework in all() {
        assert!(framework.path.ends_with('.'), "{}: the path is no sentence", framework.name);
        assert!(!framework.declared_by.is_empty(), "{}", framework.name);
    }
}
