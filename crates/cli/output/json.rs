//! `--format json`: one document. What it promises: lines and columns from 1, columns in characters, `start` and `end`
//! in bytes, paths relative to the working directory, findings by file, line, column and rule.

use std::io;

use serde::Serialize;
use serde_json::{Map, Value, json};
use wslint_model::{Edit, Project, Site};
use wslint_rules::{Safety, Severity};

use super::console::Console;
use super::locate::Locator;
use super::page;
use super::run::{Found, Printer, Run};
use super::sequence::Sequence;
use crate::project::{Level, Place, Problem};
use crate::secret::Veil;
use crate::taken::Taken;

/// The version of the document's form. It grows when a field changes its meaning or goes away.
const VERSION: u32 = 1;

/// The format.
pub(super) struct Json;

#[derive(Serialize)]
struct Document<F: Serialize> {
    version: u32,
    findings: F,
    errors: Vec<Value>,
    notes: Vec<Value>,
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    routes: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    suppressed: usize,
    taken: Taken,
    /// Files with routes that are not linted, as nothing enables them.
    left_out: usize,
}

impl Printer for Json {
    fn print(&self, run: &Run<'_>, console: &mut Console) -> io::Result<()> {
        let (project, veil) = (&run.loaded.project, &run.loaded.veil);
        let mut locator = Locator::new(project);
        let errors = run.loaded.problems.iter().filter(|problem| problem.level == Level::Error);
        let errors = errors.map(|told| problem(project, &mut locator, told)).collect();
        let notes = run.all_notes().map(|told| problem(project, &mut locator, told)).collect();
        console.json(&Document {
            version: VERSION,
            findings: Sequence::of(
                run.findings.iter().map(|found| finding((project, veil), &mut locator, found)),
            ),
            errors,
            notes,
            summary: Summary {
                files: project.configurations(),
                routes: run.routes,
                errors: run.count(Severity::Error),
                warnings: run.count(Severity::Warning),
                infos: run.count(Severity::Info),
                suppressed: run.taken.accepted(),
                taken: run.taken,
                left_out: run.loaded.disabled_with_routes(),
            },
        })
    }

    fn tells_fixes(&self, _quiet: bool) -> bool {
        true
    }

    fn shows_all(&self) -> bool {
        true
    }
}

/// `file`, `line` and `column` of a place, and where it ends.
pub(crate) fn place(project: &Project, locator: &mut Locator<'_>, site: Site) -> Map<String, Value> {
    let (start, end) = (locator.start(site), locator.end(site));
    let mut place = Map::new();
    place.insert("file".into(), json!(project.file(site.file).path));
    place.insert("line".into(), json!(start.line));
    place.insert("column".into(), json!(start.column));
    place.insert("end_line".into(), json!(end.line));
    place.insert("end_column".into(), json!(end.column));
    place
}

fn finding(seen: (&Project, &Veil), locator: &mut Locator<'_>, found: &Found<'_>) -> Value {
    let (project, _) = seen;
    let finding = &found.finding;
    let mut value = Map::new();
    value.insert("rule".into(), json!(finding.rule.id));
    value.insert("severity".into(), json!(finding.severity.to_string()));
    value.insert("confidence".into(), json!(finding.confidence.to_string()));
    value.insert("message".into(), json!(finding.message));
    value.insert("reason".into(), json!(finding.primary.role.to_string()));
    value.insert("help".into(), json!(finding.help));
    value.insert("url".into(), json!(page::url(finding.rule)));
    value.insert("proxy".into(), json!(finding.proxy.name()));
    value.insert("route".into(), json!(finding.routes.first()));
    value.insert("routes".into(), json!(finding.routes));
    value.append(&mut place(project, locator, finding.primary.site));
    let related: Vec<Value> = finding
        .marks
        .iter()
        .map(|mark| {
            let mut value = place(project, locator, mark.site);
            value.insert("message".into(), json!(mark.role.to_string()));
            Value::Object(value)
        })
        .collect();
    value.insert("related".into(), json!(related));
    value.insert(
        "fix".into(),
        found.shown_fix(seen).map_or(Value::Null, |(safety, edits)| fix(project, *safety, edits)),
    );
    Value::Object(value)
}

fn fix(project: &Project, safety: Safety, edits: &[Edit]) -> Value {
    let edits: Vec<Value> = edits
        .iter()
        .map(|edit| {
            json!({
                "file": project.file(edit.site.file).path,
                "start": edit.site.span.start,
                "end": edit.site.span.end,
                "text": String::from_utf8_lossy(&edit.text),
            })
        })
        .collect();
    json!({ "safety": safety.to_string(), "edits": edits })
}

fn problem(project: &Project, locator: &mut Locator<'_>, problem: &Problem) -> Value {
    let mut value = Map::new();
    value.insert("kind".into(), json!(problem.code));
    value.insert("message".into(), json!(problem.message));
    value.insert("help".into(), json!(problem.help));
    match &problem.place {
        Place::Site(site) => value.append(&mut place(project, locator, *site)),
        Place::Path(path) => {
            value.insert("file".into(), json!(path));
        }
    }
    Value::Object(value)
}
