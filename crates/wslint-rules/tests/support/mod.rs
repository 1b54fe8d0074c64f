//! What the tests over the directory `rules/` share: its files, and what fixes make of a text.

// Each test file uses a part of it.
#![allow(dead_code)]
// The tests are where files and the environment are looked at.
#![allow(clippy::disallowed_methods)]

use std::path::{Path, PathBuf};

use wslint_model::{Edit, Project, Proxy, Settings};
use wslint_rules::edits::{self, Plan};
use wslint_rules::trial::{project, with_routes};
use wslint_rules::{Rule, Rules};

/// The top of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of the directory `rules/`: path and text, by path.
pub(crate) fn rule_files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for scope in ["any", "embed", "nginx", "haproxy", "k8s"] {
        let Ok(entries) = std::fs::read_dir(workspace().join("rules").join(scope)) else { continue };
        for path in entries.map(|entry| entry.expect("the directory can be read").path()) {
            let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            files.push((format!("rules/{scope}/{name}"), text));
        }
    }
    files.sort();
    files
}

/// The rules as they stand in the directory.
pub(crate) fn rules() -> Rules {
    wslint_rules::load(&rule_files()).unwrap_or_else(|errors| {
        let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
        panic!("{} errors in rule files\n\n{}\n", errors.len(), lines.join("\n"))
    })
}

/// Whether the environment asks for this rule: `WSLINT_RULE=nginx/http10`, or a part of an id.
pub(crate) fn wanted(id: &str) -> bool {
    std::env::var("WSLINT_RULE").map_or(true, |part| id.contains(&part))
}

/// Fails with all that went wrong.
pub(crate) fn report(failures: &[String]) {
    assert!(failures.is_empty(), "{} failures\n\n{}\n", failures.len(), failures.join("\n\n"));
}

/// The text after the rule's fixes; `None` if there are none.
pub(crate) fn fix(
    rules: &Rules,
    rule: &Rule,
    proxy: Proxy,
    text: &[u8],
    settings: &Settings,
) -> Option<Vec<u8>> {
    let (project, _) = project(proxy, text, settings);
    let plan = with_routes(&project, settings, |routes, fix| {
        let mut plan = Plan::default();
        for finding in rules.check(routes, settings, |other| other.id == rule.id) {
            for index in finding.route_indexes {
                if let Some(edits) = fix(&routes[index], rule.fix.expect("the rule has a fix").recipe) {
                    plan.add(&edits.into_iter().map(|edit| written(&project, edit)).collect::<Vec<_>>());
                }
            }
        }
        plan
    });
    let fixed = plan.files().next().map(|(_, edits)| edits::apply(text, edits))?;
    (fixed != text).then_some(fixed)
}

/// An edit of the file that people have.
fn written(project: &Project, edit: Edit) -> Edit {
    let file = project.file(edit.site.file);
    match &file.host {
        Some(host) => wslint_embed::written(host, file.source(), &edit).expect("it can be written"),
        None => edit,
    }
}
