//! Whatever becomes of a manifest, reading it ends, what is generated of it is a configuration, and every piece of that
//! points into the manifest.

// The tests are where files are looked at.
#![allow(clippy::disallowed_methods)]

use std::path::Path;

use wslint_properties::manifest;

/// How many changed manifests are read. `WSLINT_MANIFESTS` asks for more.
const ROUNDS: u64 = 1_000;

/// What is written in the place of a word.
const WORDS: [&str; 14] = [
    "\"3600s\"",
    "-1",
    "99999999999999999999",
    "{{ .Values.x }}",
    "${X}",
    "'a; b {'",
    "\"} #\"",
    "\"\\\\\"",
    "[]",
    "{}",
    "null",
    "é",
    "/$1;",
    "|",
];

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }
}

/// All manifests, templates of charts and kustomizations.
fn manifests() -> Vec<String> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut open = vec![top.join("kubernetes"), top.join("embedded")];
    let mut paths = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("the manifests are there") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => open.push(path),
                false if path.extension().is_some_and(|ending| ending == "yaml") => paths.push(path),
                false => {}
            }
        }
    }
    paths.sort();
    paths
        .iter()
        .map(|path| String::from_utf8_lossy(&std::fs::read(path).expect("it can be read")).into_owned())
        .collect()
}

/// The text with some lines taken away, doubled, moved, cut, or with another value.
fn mutated(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=dice.below(4) {
        let at = dice.below(lines.len());
        match dice.below(6) {
            0 if lines.len() > 1 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => {
                let other = dice.below(lines.len());
                lines.swap(at, other);
            }
            3 => {
                let end =
                    (0..=dice.below(lines[at].len())).rev().find(|&end| lines[at].is_char_boundary(end));
                lines[at].truncate(end.unwrap_or(0));
            }
            _ => {
                if let Some((key, _)) = lines[at].split_once(": ") {
                    lines[at] = format!("{key}: {}", WORDS[dice.below(WORDS.len())]);
                }
            }
        }
    }
    lines.join("\n")
}

#[test]
fn what_is_generated_is_a_configuration_with_its_places() {
    manifests().iter().for_each(|text| manifest(text.as_bytes()));
}

#[test]
fn broken_manifests_break_nothing() {
    let manifests = manifests();
    let mut dice = Dice(16);
    let asked = std::env::var("WSLINT_MANIFESTS").ok().and_then(|rounds| rounds.parse().ok());
    for round in 0..asked.unwrap_or(ROUNDS) {
        let text = &manifests[round as usize % manifests.len()];
        manifest(mutated(text, &mut dice).as_bytes());
    }
}
