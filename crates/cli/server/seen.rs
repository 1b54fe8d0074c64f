//! One look at a folder: its files, and what the rules say of them, as a run of the command would find it.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use wslint_model::{Edit, FileId, Mark, Site};
use wslint_rules::{Safety, Severity, builtin};

use super::position::Lines;
use crate::accept::Accepting;
use crate::analysis::Analysis;
use crate::config::Configuration;
use crate::escape::{escape, escape_lines};
use crate::exit::Failure;
use crate::look::look;
use crate::output::{Found, page, with_reason};
use crate::project::{Level, Loaded, Overlay, Place, Problem, load_over};
use crate::select::Selection;

/// What a rule says, as clients are told.
pub(super) struct Finding {
    /// The id of the rule.
    pub(super) rule: String,
    /// The page of the rule, if it has one.
    pub(super) page: Option<String>,
    /// How bad it is.
    pub(super) severity: Severity,
    /// Message with reason and help, safe to show.
    pub(super) text: String,
    /// What it points at.
    pub(super) site: Site,
    /// Other places that explain it.
    pub(super) marks: Vec<Mark>,
    /// What fixes it, if anything does.
    pub(super) fix: Option<(Safety, Vec<Edit>)>,
}

impl Finding {
    fn new(loaded: &Loaded, found: Found<'_>) -> Self {
        let Found { finding, fix, .. } = found;
        let mut text = escape(&with_reason((&loaded.project, &loaded.veil), &finding)).into_owned();
        if !finding.help.is_empty() {
            text.push_str(&format!("\nhelp: {}", escape_lines(&finding.help)));
        }
        Self {
            rule: finding.rule.id.clone(),
            page: page::url(finding.rule),
            severity: finding.severity,
            text,
            site: finding.primary.site,
            marks: finding.marks,
            fix,
        }
    }
}

/// What was seen in a folder, or of a file that lies in none.
pub(super) struct Seen {
    /// The files.
    pub(super) loaded: Loaded,
    /// What the rules say.
    pub(super) findings: Vec<Finding>,
    /// What is worth knowing about comments.
    pub(super) notes: Vec<Problem>,
    /// The addresses by which proxies call each other.
    addresses: BTreeMap<String, String>,
    /// The files, by their absolute paths; texts that stand in a host go by the host.
    by_path: BTreeMap<PathBuf, FileId>,
}

impl Seen {
    /// Looks at a folder or file, with the texts of the overlay in place of those on disk.
    pub(super) fn new(
        path: &Path,
        configuration: &Configuration,
        overlay: &Overlay,
    ) -> Result<Self, Failure> {
        let selection = Selection::new(&[], &[], configuration)?;
        let mut loaded = load_over(&[path.to_owned()], configuration, overlay);
        let (addresses, rules) = (&configuration.addresses, configuration.rules());
        let analysis = Analysis::new(&loaded.project, &loaded.settings, addresses, rules);
        let routes = analysis.route_count();
        let mut checked = analysis.check(|rule| selection.asks(rule), true);
        let more: Vec<Problem> =
            checked.limit.take().into_iter().chain(checked.unreached.drain(..)).collect();
        drop(analysis);
        loaded.problems.extend(more);
        let accepting = Accepting { comments: true, baseline: None };
        let run = look(&loaded, routes, checked, &selection, accepting, Severity::Info, None);
        let (findings, notes) = (run.findings, run.notes);
        let findings = findings.into_iter().map(|found| Finding::new(&loaded, found)).collect();
        let hosts = |(number, file): (usize, &wslint_model::File)| {
            let id = FileId(u32::try_from(number).ok()?);
            file.host.is_none().then(|| (loaded.absolute(id), id))
        };
        let by_path = loaded.project.files.iter().enumerate().filter_map(hosts).collect();
        let addresses = configuration.addresses.clone();
        Ok(Self { loaded, findings, notes, addresses, by_path })
    }

    /// The model of what was seen.
    pub(super) fn analysis(&self) -> Analysis<'_, '_> {
        Analysis::new(&self.loaded.project, &self.loaded.settings, &self.addresses, builtin())
    }

    /// The file at an absolute path.
    pub(super) fn file(&self, path: &Path) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// All that is to be said of the job, in the order of the work.
    pub(super) fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.loaded.problems.iter().chain(&self.notes)
    }

    /// The files that could not be read to their end.
    pub(super) fn broken(&self) -> HashSet<PathBuf> {
        let site = |problem: &Problem| match problem.place {
            Place::Site(site) if problem.level == Level::Error => Some(self.loaded.absolute(site.file)),
            _ => None,
        };
        self.loaded.problems.iter().filter(|problem| problem.code == "syntax").filter_map(site).collect()
    }

    /// The text of a file.
    pub(super) fn text(&self, file: FileId) -> &[u8] {
        self.loaded.project.file(file).source()
    }

    /// The lines of a file.
    pub(super) fn lines(&self, file: FileId) -> Lines {
        Lines::new(self.text(file))
    }
}
