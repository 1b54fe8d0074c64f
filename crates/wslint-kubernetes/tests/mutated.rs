//! Whatever becomes of a manifest, reading it ends, what is generated of it is a configuration, and every piece of that
//! points into the manifest.

// The tests are where files are looked at.
#![allow(clippy::disallowed_methods)]

use std::path::Path;

use wslint_kubernetes::select::Selection;
use wslint_kubernetes::{controllers, judge, objects};
use wslint_model::{FileId, Proxy};
use wslint_syntax::{haproxy, nginx};

/// How many changed manifests are read.
const ROUNDS: u64 = 6_000;

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

fn manifests() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/kubernetes");
    let entries = std::fs::read_dir(folder).expect("the manifests are there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).expect("it can be read")).collect()
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

fn check(text: &str) {
    let (objects, _) = objects::read(FileId(0), text.as_bytes());
    let selection = Selection::new(&objects, &[]);
    for generated in controllers::compile(&objects, &selection) {
        let own = &generated.text.text;
        for piece in generated.text.map.pieces() {
            assert_eq!(piece.from.file, FileId(0));
            assert!(piece.from.span.end as usize <= text.len(), "{piece:?} in\n{text}");
        }
        let notes = generated.maker.notes.iter().map(|(span, _)| span);
        for span in notes.chain(generated.maker.related.iter().map(|related| &related.span)) {
            assert!(span.end as usize <= own.len(), "{span:?} in\n{text}");
        }
        // A snippet is as people write it.
        if text.contains("snippet") || text.contains("config-backend") {
            continue;
        }
        let shown = String::from_utf8_lossy(own);
        match generated.chosen.controller.proxy() {
            Proxy::Nginx => {
                let options = nginx::Options { templates: true, ..Default::default() };
                let errors = nginx::parse(own.clone(), options).errors;
                assert!(errors.is_empty(), "{errors:?} in\n{shown}\nof\n{text}");
            }
            Proxy::Haproxy => {
                let options = haproxy::Options { templates: true, ..Default::default() };
                let errors = haproxy::parse(own.clone(), &options).errors;
                assert!(errors.is_empty(), "{errors:?} in\n{shown}\nof\n{text}");
            }
        }
    }
    for route in judge::judge(&objects, &selection) {
        let marks = route.facts.iter().flat_map(|(_, fact)| &fact.cause.marks);
        for site in marks.map(|mark| mark.site).chain([route.site]) {
            assert!(site.span.end as usize <= text.len(), "{site:?} in\n{text}");
        }
    }
}

#[test]
fn what_is_generated_is_a_configuration_with_its_places() {
    manifests().iter().for_each(|text| check(text));
}

#[test]
fn broken_manifests_break_nothing() {
    let manifests = manifests();
    let mut dice = Dice(16);
    for round in 0..ROUNDS {
        let text = &manifests[round as usize % manifests.len()];
        check(&mutated(text, &mut dice));
    }
}
