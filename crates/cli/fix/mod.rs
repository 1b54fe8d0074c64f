//! `--fix` and `--diff`: mends what the models can mend, in memory, until nothing is left to mend; then writes or shows it.

mod replace;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use similar::TextDiff;
use wslint_rules::edits::{Plan, apply};
use wslint_rules::{Safety, Severity};

use self::replace::{ReplaceError, Replacement};
use crate::accept::Baseline;
use crate::analysis::Analysis;
use crate::args::LintArgs;
use crate::config::Configuration;
use crate::escape::escape;
use crate::exit::Failure;
use crate::look::look;
use crate::output::{Console, Progress, count};
use crate::project::{Loaded, NOWHERE, Overlay, load_over, strip_here};
use crate::read::identify;
use crate::select::Selection;

/// Fixes that wait for each other need a few rounds; more than this and two of them undo each other.
const MOST_ROUNDS: usize = 10;

/// What to mend.
pub(crate) struct Mending<'a> {
    /// The flags.
    pub(crate) args: &'a LintArgs,
    /// The rules.
    pub(crate) selection: &'a Selection<'a>,
    /// What the run goes by.
    pub(crate) configuration: &'a Configuration,
}

/// What mending changes.
#[derive(Default)]
pub(crate) struct Mended {
    /// The files that change, by their path.
    files: BTreeMap<PathBuf, Change>,
    /// How many findings are mended.
    findings: usize,
}

impl Mended {
    /// Whether no file changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// One file before and after.
struct Change {
    shown: String,
    before: Vec<u8>,
    after: Vec<u8>,
}

impl Mending<'_> {
    /// Loads what is to be mended.
    pub(crate) fn load(&self) -> Result<Loaded, Failure> {
        if self.args.paths.iter().any(|path| path == Path::new(NOWHERE)) {
            return Err(Failure::said("standard input cannot be mended").help("name the file"));
        }
        self.load_over(&Overlay::default())
    }

    fn load_over(&self, overlay: &Overlay) -> Result<Loaded, Failure> {
        let mut loaded = load_over(&self.args.linted(), self.configuration, overlay);
        if self.args.changed {
            loaded.narrow(&self.args.paths)?;
        }
        Ok(loaded)
    }

    /// Mends what was loaded in memory, and leaves alone what the baseline accepts.
    pub(crate) fn mend(
        &self,
        mut loaded: Loaded,
        mut baseline: Option<&mut Baseline>,
    ) -> Result<Mended, Failure> {
        let _progress = Progress::start(self.args.terminal.quiet, "mending");
        let mut mended = Mended::default();
        let mut overlay = Overlay::default();
        for _ in 0..MOST_ROUNDS {
            let (plan, findings) = self.plan(&loaded, baseline.as_deref_mut());
            if plan.is_empty() {
                break;
            }
            mended.findings += findings;
            for (file, edits) in plan.files() {
                let path = &loaded.paths[file.0 as usize];
                if path == Path::new(NOWHERE) {
                    return Err(Failure::said("what stands in a dump of `nginx -T` cannot be mended")
                        .help("run --fix on the files that the dump was made of"));
                }
                let source = loaded.project.file(file);
                let after = apply(source.source(), edits);
                let identity = identify(path).map_err(|error| Failure::at(path, &error.to_string()))?;
                overlay.insert(identity, after.clone());
                let change = mended.files.entry(path.clone()).or_insert_with(|| Change {
                    shown: source.path.clone(),
                    before: source.source().to_vec(),
                    after: Vec::new(),
                });
                change.after = after;
            }
            loaded = self.load_over(&overlay)?;
        }
        Ok(mended)
    }

    /// The fixes of one round.
    fn plan(&self, loaded: &Loaded, baseline: Option<&mut Baseline>) -> (Plan, usize) {
        let analysis = Analysis::new(&loaded.project, &self.configuration.settings);
        let threshold: Severity = self.args.severity.into();
        let run = look(loaded, &analysis, self.selection, baseline, threshold, Instant::now());
        let mut plan = Plan::default();
        let mut findings = 0;
        for found in run.findings.iter().filter(|found| found.finding.severity >= threshold) {
            match &found.fix {
                Some((Safety::Unsafe, _)) if !self.args.unsafe_fixes => {}
                Some((_, edits)) => findings += usize::from(plan.add(edits)),
                None => {}
            }
        }
        (plan, findings)
    }
}

/// Writes the changed files and says on standard error what was done. One fix may concern several files, of which a
/// single one would make things worse: nothing is replaced before all can be.
pub(crate) fn write(mended: &Mended) -> Result<(), Failure> {
    let mut replacements = Vec::with_capacity(mended.files.len());
    for (path, change) in &mended.files {
        let kept = |reason| not_mended(path, &reason).help("no file was changed");
        let replacement = Replacement::prepare(path, &change.after).map_err(kept)?;
        replacement.check(&change.before).map_err(kept)?;
        replacements.push((path, replacement));
    }
    for (path, replacement) in replacements {
        replacement.finish().map_err(|reason| not_mended(path, &reason))?;
    }
    if !mended.files.is_empty() {
        let (findings, files) = (count(mended.findings, "finding"), count(mended.files.len(), "file"));
        writeln!(io::stderr().lock(), "Mended {findings} in {files}.")?;
    }
    Ok(())
}

fn not_mended(path: &Path, reason: &ReplaceError) -> Failure {
    Failure::at(strip_here(path), &format!("not mended: {reason}"))
}

/// Prints what would change. Control characters are written out, so that the diff is safe to look at.
pub(crate) fn print_diff(mended: &Mended, console: &mut Console) -> Result<(), Failure> {
    for change in mended.files.values() {
        let (before, after) =
            (String::from_utf8_lossy(&change.before), String::from_utf8_lossy(&change.after));
        let diff = TextDiff::from_lines(&*before, &*after);
        let (old, new) = (format!("a/{}", escape(&change.shown)), format!("b/{}", escape(&change.shown)));
        let text = diff.unified_diff().context_radius(3).header(&old, &new).to_string();
        for line in text.split_inclusive('\n') {
            let end = line.trim_end_matches(['\n', '\r']);
            writeln!(console, "{}", escape(end).replace("\\t", "\t"))?;
        }
    }
    console.flush()?;
    Ok(())
}
