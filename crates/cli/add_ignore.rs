//! `--add-ignore`: writes a comment above each line that a finding points at, which accepts it. What was written is tried
//! in memory first: only files in which the comments accept what they are for, and change nothing else, are replaced.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::de::IgnoredAny;
use wslint_embed::Format;
use wslint_model::{Content, FileId, Project};

use crate::accept::{Baseline, comment};
use crate::escape::escape;
use crate::exit::Failure;
use crate::files::Identity;
use crate::fix::{Fixer, replace};
use crate::output::{Run, count, say};
use crate::project::{Level, Loaded, NOWHERE, Overlay, Place};
use crate::write::Change;

/// How often files in which the comments do not do what they are for are left out and the others tried again.
const MOST_TRIES: usize = 5;

/// The comments of one file.
#[derive(Default)]
struct Comments {
    /// By line, the rules.
    lines: BTreeMap<u32, BTreeSet<String>>,
    /// What names the findings.
    fingerprints: HashSet<String>,
}

/// A file with its comments.
struct Commented {
    path: PathBuf,
    /// Where it lies, without links.
    real: PathBuf,
    identity: Identity,
    shown: String,
    before: Vec<u8>,
    /// Shared with what it is tried by.
    after: Rc<Vec<u8>>,
    comments: Comments,
}

/// Writes comments that accept what a run finds at or above its threshold, each with this reason, or with one to be
/// filled in. Says on standard error what was written and what was not.
///
/// # Errors
/// If not everything could be read, or a file cannot be replaced; then no file is changed.
pub(crate) fn add_ignore(
    fixer: &Fixer<'_>,
    reason: &str,
    mut baseline: Option<&mut Baseline>,
) -> Result<(), Failure> {
    let mut left = Vec::new();
    // One tree is held at a time.
    let (mut files, known) = {
        let loaded = fixer.load()?;
        let run = fixer.look(&loaded, baseline.as_deref_mut(), false);
        if run.loaded.has_errors() {
            return Err(Failure::said("no comment was written, since not everything could be read")
                .help("`wslint` without --add-ignore says what"));
        }
        let files = commented(&run, reason, &mut left)?;
        let known: HashSet<String> = run.findings.into_iter().map(|found| found.fingerprint).collect();
        (files, known)
    };
    for _ in 0..MOST_TRIES {
        let failing = failing(fixer, &files, &known, baseline.as_deref_mut())?;
        if failing.is_empty() {
            break;
        }
        for path in failing {
            left.extend(files.remove(&path).into_iter().flat_map(|file| unwritten(&file)));
        }
    }
    write(files.values())?;
    for (place, rule) in left {
        say(&format!("{}: no comment written for `{rule}`: none can stand above this line", escape(&place)));
    }
    Ok(())
}

/// The files with their comments, by their paths.
fn commented(
    run: &Run<'_>,
    reason: &str,
    left: &mut Vec<(String, String)>,
) -> Result<BTreeMap<PathBuf, Commented>, Failure> {
    let project = &run.loaded.project;
    let mut wanted: HashMap<FileId, Comments> = HashMap::new();
    for found in run.findings.iter().filter(|found| found.finding.severity >= run.threshold) {
        let site = found.finding.primary.site;
        let line = project.file(site.file).lines().line(site.span.start);
        if is_json(project, site.file) {
            left.push((format!("{}:{line}", project.file(site.file).path), found.finding.rule.id.clone()));
            continue;
        }
        let comments = wanted.entry(site.file).or_default();
        comments.lines.entry(line).or_default().insert(found.finding.rule.id.clone());
        comments.fingerprints.insert(found.fingerprint.clone());
    }
    let mut files = BTreeMap::new();
    for (file, comments) in wanted {
        let path = &run.loaded.paths[file.0 as usize];
        if path == Path::new(NOWHERE) {
            return Err(Failure::said("a dump of `nginx -T` can hold no comment of yours")
                .help("run --add-ignore on the files that the dump was made of"));
        }
        let entry = run.loaded.territory.enter_file(path);
        let entry = entry.map_err(|error| Failure::at(path, &error.to_string()))?;
        let source = project.file(file);
        files.insert(
            path.clone(),
            Commented {
                path: path.clone(),
                real: entry.real,
                identity: entry.identity,
                shown: source.path.clone(),
                before: source.source().to_vec(),
                after: Rc::new(with_comments(project, file, &comments, reason)),
                comments,
            },
        );
    }
    Ok(files)
}

/// Whether a file is JSON, which knows no comments, although YAML does that may look like it.
fn is_json(project: &Project, file: FileId) -> bool {
    let file = project.file(file);
    let Content::Beside(_) = &file.content else { return false };
    match Format::by_name(Path::new(&file.path)) {
        Some(format) => format == Format::Json,
        None => serde_json::from_slice::<IgnoredAny>(file.source()).is_ok(),
    }
}

/// The text of a file with a comment above each of these lines, indented as they are.
fn with_comments(project: &Project, file: FileId, comments: &Comments, reason: &str) -> Vec<u8> {
    let (source, lines) = (project.file(file).source(), project.file(file).lines());
    let mut text = Vec::with_capacity(source.len());
    let mut done = 0;
    for (&line, rules) in &comments.lines {
        let span = lines.span(line, source);
        let bytes = &source[span.range()];
        let indented = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        text.extend_from_slice(&source[done..span.start as usize]);
        text.extend_from_slice(&bytes[..indented]);
        text.extend_from_slice(comment(rules, reason).as_bytes());
        text.extend_from_slice(if bytes.ends_with(b"\r") { b"\r\n" } else { b"\n" });
        done = span.start as usize;
    }
    text.extend_from_slice(&source[done..]);
    text
}

/// The files in which the comments do not do what they are for: something that they should accept is still found,
/// something new is, or the file cannot be read any more.
fn failing(
    fixer: &Fixer<'_>,
    files: &BTreeMap<PathBuf, Commented>,
    known: &HashSet<String>,
    baseline: Option<&mut Baseline>,
) -> Result<Vec<PathBuf>, Failure> {
    let overlay: Overlay = files.values().map(|file| (file.identity, Rc::clone(&file.after))).collect();
    let loaded = fixer.load_over(&overlay)?;
    let run = fixer.look(&loaded, baseline, false);
    let mut failing: BTreeSet<PathBuf> = broken(&loaded).into_iter().collect();
    for found in run.findings.iter().filter(|found| found.finding.severity >= run.threshold) {
        let path = &loaded.paths[found.finding.primary.site.file.0 as usize];
        let still_found = |file: &Commented| file.comments.fingerprints.contains(&found.fingerprint);
        if let Some((path, _)) = files.iter().find(|(_, file)| still_found(file)) {
            failing.insert(path.clone());
        } else if !known.contains(&found.fingerprint) {
            failing.insert(path.clone());
        }
    }
    Ok(failing.into_iter().filter(|path| files.contains_key(path)).collect())
}

/// The files that could not be read.
fn broken(loaded: &Loaded) -> Vec<PathBuf> {
    let errors = loaded.problems.iter().filter(|problem| problem.level == Level::Error);
    let path = |place: &Place| match place {
        Place::Site(site) => loaded.paths[site.file.0 as usize].clone(),
        Place::Path(path) => PathBuf::from(path),
    };
    errors.map(|problem| path(&problem.place)).collect()
}

/// The places of a file that get no comment, with their rules.
fn unwritten(file: &Commented) -> Vec<(String, String)> {
    let lines = file.comments.lines.iter();
    let place = |line: u32| format!("{}:{line}", file.shown);
    lines.flat_map(|(&line, rules)| rules.iter().map(move |rule| (place(line), rule.clone()))).collect()
}

fn write<'f>(files: impl Iterator<Item = &'f Commented> + Clone) -> Result<(), Failure> {
    let changes = files.clone().map(|file| Change {
        path: &file.path,
        real: &file.real,
        before: &file.before,
        after: &file.after,
    });
    let number = files.clone().count();
    if number == 0 {
        return Ok(());
    }
    let findings: usize = files.map(|file| file.comments.fingerprints.len()).sum();
    let (findings, files) = (count(findings, "finding"), count(number, "file"));
    replace(changes, "no comment written", &format!("Wrote comments that accept {findings} in {files}."))
}
