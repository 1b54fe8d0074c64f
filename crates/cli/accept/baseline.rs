//! A baseline: the findings of one day, which are accepted from then on, so that only new ones count.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wslint_model::Project;

use crate::escape::shown_path;
use crate::exit::Failure;
use crate::files::{ReadError, read_named};
use crate::output::{Found, count};
use crate::project::{Place, Problem};
use crate::select::Selection;
use crate::write::ReportFile;

/// The file that `--write-baseline` writes if none is named.
pub(crate) const DEFAULT: &str = "wslint-baseline.json";

/// The largest file that is read, in bytes: a hundred thousand findings.
const LARGEST: u64 = 16 << 20;

/// The version of the file's form.
const VERSION: u32 = 1;

/// The accepted findings.
#[derive(Debug)]
pub(crate) struct Baseline {
    path: PathBuf,
    entries: Vec<Entry>,
    /// For each fingerprint the entry that has it.
    index: HashMap<String, usize>,
    used: Vec<bool>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Document {
    version: u32,
    findings: Vec<Entry>,
}

/// An accepted finding. Its fingerprint decides, the rest is for those who read the file.
#[derive(Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    file: String,
    rule: String,
    fingerprint: String,
}

impl Baseline {
    /// Reads the file, which a link may lead to out of its repository only into a permitted folder.
    pub(crate) fn read(path: &Path, permitted: &[PathBuf]) -> Result<Self, Failure> {
        let refuse = |words: &str| {
            Failure::at(path, words).help("`--write-baseline` makes a new one of the present findings")
        };
        let bytes = read_named(path, permitted, LARGEST).map_err(|error| match error {
            ReadError::LeadsOut { .. } => Failure::at(path, &error.to_string()).help(error.advice()),
            error => refuse(&error.to_string()),
        })?;
        let document: Document = serde_json::from_slice(&bytes).map_err(|error| {
            let text = error.to_string();
            let words = text.split(" at line ").next().unwrap_or_default();
            refuse(&format!("{}:{}: not a baseline: {words}", error.line(), error.column()))
        })?;
        if document.version != VERSION {
            return Err(refuse(&format!(
                "a baseline of version {}, and this is wslint for {VERSION}",
                document.version
            )));
        }
        let entries = document.findings;
        let index = entries.iter().enumerate().map(|(at, entry)| (entry.fingerprint.clone(), at)).collect();
        let used = vec![false; entries.len()];
        Ok(Self { path: path.to_owned(), entries, index, used })
    }

    /// Whether a finding is accepted. Its entry counts as used from then on.
    pub(crate) fn take(&mut self, fingerprint: &str) -> bool {
        let entry = self.index.get(fingerprint);
        if let Some(&at) = entry {
            self.used[at] = true;
        }
        entry.is_some()
    }

    /// A word on entries that accept nothing any more, as far as this run can tell.
    pub(crate) fn stale(&self, project: &Project, selection: &Selection<'_>) -> Option<Problem> {
        let linted: HashSet<&str> = project.files.iter().map(|file| file.path.as_str()).collect();
        let could_speak = |entry: &Entry| {
            let rule = selection.rules().get(&entry.rule);
            rule.is_none_or(|rule| selection.takes(rule))
                && (linted.contains(entry.file.as_str()) || !Path::new(&entry.file).exists())
        };
        let stale: Vec<&Entry> = self
            .entries
            .iter()
            .zip(&self.used)
            .filter(|(entry, used)| !**used && could_speak(entry))
            .map(|(entry, _)| entry)
            .collect();
        let first = stale.first()?;
        let words = format!(
            "{} of the baseline found no more, such as `{}` in {}; `--write-baseline` drops what is stale",
            count(stale.len(), "finding"),
            first.rule,
            first.file,
        );
        Some(Problem::note("baseline-stale", Place::Path(shown_path(&self.path)), words))
    }
}

/// Writes the present findings as a baseline; returns their number.
pub(crate) fn write(path: &Path, project: &Project, found: &[Found<'_>]) -> Result<usize, Failure> {
    let mut findings: Vec<Entry> = found
        .iter()
        .map(|found| Entry {
            file: project.file(found.finding.primary.site.file).path.clone(),
            rule: found.finding.rule.id.clone(),
            fingerprint: found.fingerprint.clone(),
        })
        .collect();
    findings.sort();
    let written = findings.len();
    let mut text = serde_json::to_string_pretty(&Document { version: VERSION, findings })
        .map_err(|error| Failure::at(path, &error.to_string()))?;
    text.push('\n');
    let mut file = ReportFile::create(path)?;
    file.write(&text)?;
    file.finish()?;
    Ok(written)
}
