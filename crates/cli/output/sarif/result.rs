//! One finding.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use wslint_model::{Edit, FileId};
use wslint_rules::Safety;

use super::level::level;
use super::place::Places;
use super::rules::Speaking;
use super::schema::{
    ArtifactChange, ArtifactContent, Fix, FixProperties, Location, Message, PartialFingerprints, Replacement,
    ResultObject, ResultProperties,
};
use crate::escape::escape_lines;
use crate::output::entry::clause;
use crate::output::reason::with_reason;
use crate::output::run::Found;

pub(super) fn result(found: &Found<'_>, rules: &Speaking<'_>, places: &mut Places<'_>) -> ResultObject {
    let finding = &found.finding;
    let help = escape_lines(&finding.help);
    let related = finding.marks.iter().enumerate().map(|(at, mark)| Location {
        id: Some(at + 1),
        message: Some(Message::new(clause(&mark.role.to_string()))),
        ..places.location(mark.site)
    });
    let related_locations = related.collect();
    let shown_fix = found.shown_fix(places.seen());
    let text = format!("{}.\n{help}", clause(&with_reason(places.seen(), finding)));
    ResultObject {
        rule_id: finding.rule.id.clone(),
        rule_index: rules.index(finding.rule),
        level: level(finding.severity),
        message: Message::new(text.trim_end()),
        locations: [places.location(finding.primary.site)],
        related_locations,
        partial_fingerprints: PartialFingerprints {
            primary_location_line_hash: places.line_hash(finding.primary.site).map(str::to_owned),
            own: found.fingerprint.clone(),
        },
        properties: ResultProperties {
            confidence: finding.confidence.to_string(),
            reason: clause(&finding.primary.role.to_string()),
            routes: finding.routes.clone(),
        },
        fixes: shown_fix.map(|(safety, edits)| [fix(*safety, edits, &help, places)]),
    }
}

fn fix(safety: Safety, edits: &[Edit], help: &str, places: &mut Places<'_>) -> Fix {
    let mut files: Vec<(FileId, Vec<Replacement>)> = Vec::new();
    for edit in edits {
        let replacement = Replacement {
            deleted_region: places.region(edit.site),
            inserted_content: match std::str::from_utf8(&edit.text) {
                Ok(text) => ArtifactContent::Text(text.to_owned()),
                Err(_) => ArtifactContent::Binary(BASE64_STANDARD.encode(&edit.text)),
            },
        };
        match files.iter_mut().find(|(file, _)| *file == edit.site.file) {
            Some((_, replacements)) => replacements.push(replacement),
            None => files.push((edit.site.file, vec![replacement])),
        }
    }
    let changes = files.into_iter().map(|(file, replacements)| ArtifactChange {
        artifact_location: places.artifact(file),
        replacements,
    });
    Fix {
        description: Message::new(help),
        artifact_changes: changes.collect(),
        properties: FixProperties { safety: safety.to_string() },
    }
}
