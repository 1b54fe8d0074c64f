//! The pages in docs/rules/ and docs/products/ are made from the rules and the products. This test keeps them fresh;
//! `UPDATE_DOCS=1 cargo test -p wslint-rules --test docs` writes them.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use support::{report, rule_files, rules, workspace};
use wslint_model::traffic::Framework;
use wslint_rules::{page, product, reference};

const COMMAND: &str = "UPDATE_DOCS=1 cargo test -p wslint-rules --test docs";

#[test]
fn pages_are_fresh() {
    let rules = rules();
    let mut pages = BTreeMap::from([("README.md".to_owned(), generated("rules/", &page::index(&rules)))]);
    pages.insert(
        "questions.md".to_owned(),
        generated("the catalogues of questions and recipes in crates", &page::questions()),
    );
    pages.insert(
        "rule-file.md".to_owned(),
        generated("the forms in crates/wslint-rules/src/load/form.rs", &reference::page()),
    );
    for rule in rules.iter() {
        pages.insert(
            page::path(rule),
            generated(&format!("rules/{}.yaml", rule.id), &page::page(&rules, rule)),
        );
    }
    hold("docs/rules", &pages);
}

#[test]
fn pages_of_products_are_fresh() {
    let mut pages = BTreeMap::from([("README.md".to_owned(), generated("products/", &product::index()))]);
    for one in Framework::all() {
        let source = format!("products/{}.yaml", one.name());
        pages.insert(product::path(one), generated(&source, &product::page(one)));
    }
    hold("docs/products", &pages);
}

/// Writes the pages of a folder, or complains about those that are not what they are made from.
// The test is where files and the environment are looked at.
#[allow(clippy::disallowed_methods)]
fn hold(folder: &str, pages: &BTreeMap<String, String>) {
    let root = workspace().join(folder);
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let mut stale = Vec::new();
    for (path, page) in pages {
        if fs::read_to_string(root.join(path)).ok().as_ref() == Some(page) {
            continue;
        }
        if update {
            let file = root.join(path);
            fs::create_dir_all(file.parent().unwrap_or(&root)).expect("the folder can be made");
            fs::write(file, page).expect("the page can be written");
        } else {
            stale.push(format!("{folder}/{path} is not what its file says; run {COMMAND}"));
        }
    }
    for orphan in existing(&root).into_iter().filter(|path| !pages.contains_key(path)) {
        if update {
            fs::remove_file(root.join(orphan)).expect("the page can be removed");
        } else {
            stale.push(format!("{folder}/{orphan} is made from no file; run {COMMAND}"));
        }
    }
    report(&stale);
}

#[test]
// The test is where files and the environment are looked at.
#[allow(clippy::disallowed_methods)]
fn the_schema_of_the_rule_file_is_fresh() {
    let file = workspace().join("docs/rule.schema.json");
    let schema = serde_json::to_string_pretty(&reference::schema()).expect("JSON") + "\n";
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&file, &schema).expect("the schema can be written");
    }
    let written = fs::read_to_string(&file).expect("the schema is there");
    assert!(written == schema, "docs/rule.schema.json is not what the loader reads; run {COMMAND}");
}

#[test]
fn one_name_everywhere() {
    let rules = rules();
    let ids: Vec<_> = rules.iter().map(|rule| format!("rules/{}.yaml", rule.id)).collect();
    let mut files: Vec<_> = rule_files().into_iter().map(|(path, _)| path).collect();
    files.sort();
    let mut sorted = ids.clone();
    sorted.sort();
    assert_eq!(sorted, files, "a rule's id is its file's name");
    for rule in rules.iter() {
        assert_eq!(page::path(rule), format!("{}.md", rule.id));
        assert!(
            page::page(&rules, rule).starts_with(&format!("# {}\n", rule.id)),
            "the page is named as the rule"
        );
        assert!(page::index(&rules).contains(&format!("[{}]({}.md)", rule.id, rule.id)));
    }
}

#[test]
fn the_built_in_rules_are_those_of_the_directory() {
    let pages =
        |rules: &wslint_rules::Rules| rules.iter().map(|rule| page::page(rules, rule)).collect::<Vec<_>>();
    assert_eq!(pages(wslint_rules::builtin()), pages(&rules()));
}

fn generated(source: &str, page: &str) -> String {
    format!("<!-- Made from {source} by `{COMMAND}`. Change them, not this page. -->\n\n{page}")
}

fn existing(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["", "any", "embed", "nginx", "haproxy", "k8s"] {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        for path in entries.map(|entry| entry.expect("the folder can be read").path()) {
            if path.is_file() {
                let path = path.strip_prefix(root).expect("it lies in there");
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found
}
