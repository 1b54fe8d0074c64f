//! One finding.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use wslint_model::{Edit, FileId};
use wslint_rules::Safety;

use super::level::level;
use super::place::Places;
use super::rules::Speaking;
use crate::escape::escape_lines;
use crate::output::entry::clause;
use crate::output::reason::with_reason;
use crate::output::run::Found;

pub(super) fn result(found: &Found<'_>, rules: &Speaking<'_>, places: &mut Places<'_>) -> Value {
    let finding = &found.finding;
    let help = escape_lines(&finding.help);
    let related: Vec<Value> = finding
        .marks
        .iter()
        .enumerate()
        .map(|(id, mark)| {
            let mut location = places.location(mark.site);
            location["id"] = json!(id + 1);
            location["message"] = json!({ "text": clause(&mark.role.to_string()) });
            location
        })
        .collect();
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": rules.index(finding.rule),
        "level": level(finding.severity),
        "message": { "text": format!("{}.\n{help}", clause(&with_reason(places.seen(), finding))).trim_end() },
        "locations": [places.location(finding.primary.site)],
        "relatedLocations": related,
        "partialFingerprints": {
            "primaryLocationLineHash": places.line_hash(finding.primary.site),
            "wslint/v1": found.fingerprint,
        },
        "properties": {
            "confidence": finding.confidence.to_string(),
            "reason": clause(&finding.primary.role.to_string()),
            "routes": finding.routes,
        },
    });
    if let Some((safety, edits)) = found.shown_fix() {
        result["fixes"] = json!([fix(*safety, edits, &help, places)]);
    }
    result
}

fn fix(safety: Safety, edits: &[Edit], help: &str, places: &mut Places<'_>) -> Value {
    let mut files: Vec<(FileId, Vec<Value>)> = Vec::new();
    for edit in edits {
        let replacement = json!({
            "deletedRegion": places.region(edit.site),
            "insertedContent": match std::str::from_utf8(&edit.text) {
                Ok(text) => json!({ "text": text }),
                Err(_) => json!({ "binary": BASE64_STANDARD.encode(&edit.text) }),
            },
        });
        match files.iter_mut().find(|(file, _)| *file == edit.site.file) {
            Some((_, replacements)) => replacements.push(replacement),
            None => files.push((edit.site.file, vec![replacement])),
        }
    }
    let changes: Vec<Value> = files
        .into_iter()
        .map(|(file, replacements)| {
            json!({ "artifactLocation": places.artifact(file), "replacements": replacements })
        })
        .collect();
    json!({
        "description": { "text": help },
        "artifactChanges": changes,
        "properties": { "safety": safety.to_string() },
    })
}
