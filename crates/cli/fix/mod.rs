//! `--fix` and `--diff`: fixes what the models can fix, in memory, until nothing is left to fix; then writes or shows it.

mod diff;
mod write;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use wslint_model::FileId;
use wslint_rules::edits::{Plan, apply};
use wslint_rules::{Rule, Safety, Severity};

use crate::accept::{Accepting, Baseline};
use crate::analysis::Analysis;
use crate::args::LintArgs;
use crate::config::Configuration;
use crate::escape::escape;
use crate::exit::Failure;
use crate::look::{Read, look};
use crate::output::{Progress, Run};
use crate::project::{Level, Loaded, NOWHERE, Overlay, Place, load_over};
use crate::secret::merged;
use crate::select::Selection;

pub(crate) use diff::print_diff;
pub(crate) use write::{replace, write};

/// Fixes that wait for each other need a few rounds; more than this and two of them undo each other.
const MOST_ROUNDS: usize = 10;

/// What to fix.
pub(crate) struct Fixer<'a> {
    /// The flags.
    pub(crate) args: &'a LintArgs,
    /// The rules.
    pub(crate) selection: &'a Selection<'a>,
    /// What the run goes by.
    pub(crate) configuration: &'a Configuration,
}

/// What fixing changes.
#[derive(Default)]
pub(crate) struct Fixed {
    /// The files that change, by their path.
    files: BTreeMap<PathBuf, FixedFile>,
    /// How many findings are fixed.
    findings: usize,
    /// What could not be read, and why. What stands there may decide what a fix has to be.
    unread: Option<String>,
}

impl Fixed {
    /// The files that change, as people should read their paths.
    #[cfg(all(feature = "live", unix))]
    pub(crate) fn shown(&self) -> impl Iterator<Item = &str> {
        self.files.values().map(|file| file.shown.as_str())
    }

    /// Whether no file changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// One file before and after.
struct FixedFile {
    /// Where it lies, without links.
    real: PathBuf,
    shown: String,
    before: Vec<u8>,
    /// Shared with what the next round reads.
    after: Rc<Vec<u8>>,
    /// Where either holds secrets, if the change is to be shown.
    secrets: Secrets,
}

/// Where secrets stand in a file, in their order, before and after it is fixed.
#[derive(Default)]
struct Secrets {
    before: Vec<Range<usize>>,
    after: Vec<Range<usize>>,
}

impl Fixer<'_> {
    /// Loads what is to be fixed.
    pub(crate) fn load(&self) -> Result<Loaded, Failure> {
        if self.args.paths.iter().any(|path| path == Path::new(NOWHERE)) {
            return Err(Failure::said("standard input cannot be fixed").help("name the file"));
        }
        self.load_over(&Overlay::default())
    }

    /// Loads it with other bytes in the place of some files.
    pub(crate) fn load_over(&self, overlay: &Overlay) -> Result<Loaded, Failure> {
        let mut loaded = load_over(&self.args.linted(), self.configuration, overlay);
        if self.args.changed {
            loaded.narrow(&self.args.paths)?;
        }
        Ok(loaded)
    }

    /// Fixes what was loaded in memory, and leaves alone what the baseline accepts.
    pub(crate) fn fix(&self, loaded: Loaded, baseline: Option<&mut Baseline>) -> Result<Fixed, Failure> {
        self.fix_to(loaded, baseline).map(|(fixed, _)| fixed)
    }

    /// The same, with what would be loaded once it were written.
    pub(crate) fn fix_to(
        &self,
        mut loaded: Loaded,
        mut baseline: Option<&mut Baseline>,
    ) -> Result<(Fixed, Loaded), Failure> {
        let _progress = Progress::start(self.args.terminal.quiet, "fixing");
        let mut fixed = Fixed::default();
        let mut overlay = Overlay::default();
        for _ in 0..MOST_ROUNDS {
            fixed.unread = fixed.unread.or_else(|| unread(&loaded));
            let (plan, findings) = self.plan(&loaded, baseline.as_deref_mut());
            if plan.is_empty() {
                break;
            }
            fixed.findings += findings;
            let mut secrets = self.secrets(&loaded, plan.files().map(|(file, _)| file));
            for (file, edits) in plan.files() {
                let path = &loaded.paths[file.0 as usize];
                if path == Path::new(NOWHERE) {
                    return Err(Failure::said("what stands in a dump of `nginx -T` cannot be fixed")
                        .help("run --fix on the files that the dump was made of"));
                }
                let source = loaded.project.file(file);
                let after = Rc::new(apply(source.source(), edits));
                let entry = loaded
                    .territory
                    .enter_file(path)
                    .map_err(|error| Failure::at(path, &error.to_string()))?;
                overlay.bytes.insert(entry.identity, Rc::clone(&after));
                let change = fixed.files.entry(path.clone()).or_insert_with(|| FixedFile {
                    real: entry.real,
                    shown: source.path.clone(),
                    before: source.source().to_vec(),
                    after: Rc::default(),
                    secrets: Secrets {
                        before: secrets.remove(&file).unwrap_or_default(),
                        ..Secrets::default()
                    },
                });
                change.after = after;
            }
            // One tree is held at a time.
            let before = std::mem::take(&mut loaded.paths);
            drop((plan, loaded));
            loaded = self.load_over(&overlay)?;
            if loaded.paths != before {
                return Err(Failure::said("files came or went while they were read")
                    .help("no file was changed; run wslint again"));
            }
        }
        // A text that another file holds has the path of that one.
        let changed = |(number, path)| {
            let id = FileId(number as u32);
            let is_file = loaded.project.file(id).host.is_none();
            (is_file && fixed.files.contains_key(path)).then_some(id)
        };
        for (file, secrets) in self.secrets(&loaded, loaded.paths.iter().enumerate().filter_map(changed)) {
            if let Some(file) = fixed.files.get_mut(&loaded.paths[file.0 as usize]) {
                let known = std::mem::take(&mut file.secrets.after);
                file.secrets.after = merged([known, secrets].concat());
            }
        }
        Ok((fixed, loaded))
    }

    /// Where these files hold secrets, if the changes are to be shown.
    fn secrets(
        &self,
        loaded: &Loaded,
        files: impl Iterator<Item = FileId>,
    ) -> HashMap<FileId, Vec<Range<usize>>> {
        if !self.args.diff {
            return HashMap::new();
        }
        loaded.veil.in_files(&loaded.project, files)
    }

    /// What a run finds, or where `fixes` are asked for, what of it can be fixed, with the fixes.
    pub(crate) fn look<'l>(
        &'l self,
        loaded: &'l Loaded,
        baseline: Option<&mut Baseline>,
        fixes: bool,
    ) -> Run<'l> {
        let (addresses, rules) = (&self.configuration.addresses, self.configuration.rules());
        let analysis = Analysis::new(&loaded.project, &loaded.settings, addresses, rules);
        let threshold: Severity = self.args.severity.into();
        let accepting = Accepting { comments: !self.args.no_suppress, baseline };
        // Whoever looks before comments are written compares what is found then.
        let read = Read { fingerprints: !fixes, ..Read::from(threshold) };
        // Where fixes are asked for, what has none would only take the room of those that have.
        let selected = |rule: &Rule| self.selection.asks(rule) && (rule.fix.is_some() || !fixes);
        let checked = analysis.check(selected, fixes);
        let routes = analysis.route_count();
        // The models are not asked again, and take as much memory as the findings.
        drop(analysis);
        look(loaded, routes, checked, self.selection, accepting, read)
    }

    /// The fixes of one round.
    fn plan(&self, loaded: &Loaded, baseline: Option<&mut Baseline>) -> (Plan, usize) {
        // What is beyond the limit of findings is fixed in the next round.
        let Run { findings: found, threshold, .. } = self.look(loaded, baseline, true);
        let mut plan = Plan::default();
        let mut findings = 0;
        // Each is let go of as soon as its edits are in the plan.
        for found in found.into_iter().filter(|found| found.finding.severity >= threshold) {
            match found.fix {
                Some((Safety::Unsafe, _)) if !self.args.unsafe_fixes => {}
                Some((_, edits)) => findings += usize::from(plan.add(&edits)),
                None => {}
            }
        }
        (plan, findings)
    }
}

/// The first thing that could not be read, in words.
fn unread(loaded: &Loaded) -> Option<String> {
    let problem = loaded
        .problems
        .iter()
        .find(|problem| problem.level == Level::Error && problem.code == "unreadable")?;
    let path = match &problem.place {
        Place::Site(site) => &loaded.project.file(site.file).path,
        Place::Path(path) => path,
    };
    Some(format!("{}: {}", escape(path), problem.message))
}
