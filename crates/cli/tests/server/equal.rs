//! The server says what the command says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::client::Client;

/// Line from 1, code, and message.
pub(crate) type Told = Vec<(u64, String, String)>;

/// What the command says of a folder: findings, notes and errors with a place, by file.
pub(crate) fn said(folder: &Path) -> BTreeMap<PathBuf, Told> {
    let output = Command::new(assert_cmd::cargo::cargo_bin("wslint"))
        .args(["--format", "json", "--severity", "info"])
        .arg(folder)
        .current_dir("/")
        .output()
        .expect("the command runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut said: BTreeMap<PathBuf, Told> = BTreeMap::new();
    for (list, code) in [("findings", "rule"), ("errors", "kind"), ("notes", "kind")] {
        for told in report[list].as_array().expect("a list") {
            // What is said of a file as a whole shows at its beginning.
            let of_file = || told["file"].as_str().filter(|file| Path::new(file).is_file()).map(|_| 1);
            if let Some(line) = told["line"].as_u64().or_else(of_file) {
                let text = |name: &str| told[name].as_str().expect("a text").trim_end().to_owned();
                said.entry(PathBuf::from(text("file"))).or_default().push((
                    line,
                    text(code),
                    text("message"),
                ));
            }
        }
    }
    said.values_mut().for_each(|told| told.sort());
    said
}

/// What the server pushed, of files that it says anything of.
pub(crate) fn told(client: &Client) -> BTreeMap<PathBuf, Told> {
    let mut all = BTreeMap::new();
    for (path, diagnostics) in &client.pushed {
        let told = diagnostics.as_array().expect("a list").iter().map(|told| {
            let line = told["range"]["start"]["line"].as_u64().expect("a line") + 1;
            let text = |name: &str| told[name].as_str().expect("a text").to_owned();
            (line, text("code"), text("message"))
        });
        let mut told: Told = told.collect();
        told.sort();
        if !told.is_empty() {
            all.insert(path.clone(), told);
        }
    }
    all
}

/// Whether both say the same. Messages of the server go on with the reason and the help.
pub(crate) fn agree(said: &BTreeMap<PathBuf, Told>, told: &BTreeMap<PathBuf, Told>) -> bool {
    let same = |(one, other): (&(u64, String, String), &(u64, String, String))| {
        (one.0, &one.1) == (other.0, &other.1)
    };
    let lists = |(one, other): ((&PathBuf, &Told), (&PathBuf, &Told))| {
        one.0 == other.0 && one.1.len() == other.1.len() && one.1.iter().zip(other.1).all(same)
    };
    said.len() == told.len() && said.iter().zip(told).all(lists)
}

#[test]
fn every_fixture_has_the_diagnostics_of_the_command() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut looked_at = 0;
    for kind in ["projects", "deployments", "real", "embedded", "kubernetes"] {
        for entry in std::fs::read_dir(fixtures.join(kind)).expect("a folder") {
            let folder = entry.expect("an entry").path();
            if !folder.is_dir() {
                continue;
            }
            let mut client = Client::new(&folder);
            client.diagnostics(&folder);
            let (said, told) = (said(&folder), told(&client));
            assert!(agree(&said, &told), "{}\n{said:#?}\n{told:#?}", folder.display());
            assert_eq!(client.close(), Some(0));
            looked_at += 1;
        }
    }
    assert!(looked_at > 100, "{looked_at}");
}
