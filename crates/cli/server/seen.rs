//! What was seen in a folder: its files, and what the rules say of them, as a run of the command would find it. A large
//! folder can be looked at in part: at the files that people have open, with what tells about them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wslint_model::{Content, File, FileId, Root, Site};
use wslint_rules::{Severity, builtin};
use wslint_syntax::Span;

use super::finding::Finding;
use super::position::Lines;
use super::reach::Reach;
use super::touched::Touched;
use super::unsaved;
use crate::accept::Accepting;
use crate::analysis::{Analysis, Filter, Telling};
use crate::config::Configuration;
use crate::exit::Failure;
use crate::look::{Read, look};
use crate::project::{Known, Level, Loaded, NOWHERE, Overlay, Place, Problem, load_over};
use crate::select::Selection;

/// A folder with more bytes of configuration than this is large: to look at all of it takes longer than people wait for
/// an answer while they type.
const LARGE: usize = 256 << 10;

/// What was seen in a folder, or of a file that lies in none.
pub(super) struct Seen {
    /// What was read. Its roots are those of the part that is looked at.
    pub(super) loaded: Loaded,
    /// What the rules say.
    pub(super) findings: Vec<Finding>,
    /// What is worth knowing about comments.
    pub(super) notes: Vec<Problem>,
    /// What a run goes by.
    configuration: Configuration,
    /// What the text in place of standard input is the text of, and the name that it is read by.
    unsaved: Option<Unsaved>,
    /// The files, by their absolute paths; texts that stand in a host go by the host.
    by_path: BTreeMap<PathBuf, FileId>,
    /// What tells which files of a large folder are about others.
    reach: Option<Reach>,
    /// The part that is looked at, if it is not all.
    part: Option<Part>,
    /// What changed in files since the rules were asked about them; nothing where that is not one stretch.
    changed: BTreeMap<FileId, Option<Span>>,
}

/// A text that lies nowhere on disk.
pub(super) struct Unsaved {
    /// What its buffer goes by.
    pub(super) path: PathBuf,
    /// What it is read by.
    pub(super) name: PathBuf,
}

/// A part of a folder.
struct Part {
    /// The roots as they were read.
    roots: Vec<Root>,
    /// The files that it is about.
    files: BTreeSet<FileId>,
    /// The files that include these, as far as they are looked at.
    holders: HashSet<FileId>,
}

/// What is asked of the rules.
struct Asked<'a> {
    /// Whether their findings are fixed.
    fixes: bool,
    /// The lines of nginx whose routes are looked at, and the headers of sections of HAProxy.
    lines: &'a dyn Fn(Site) -> bool,
    sections: &'a dyn Fn(Site) -> bool,
    /// Whether the work is to be given up.
    stops: &'a dyn Fn() -> bool,
}

/// What the rules say.
struct Told {
    findings: Vec<Finding>,
    notes: Vec<Problem>,
    /// What else is to be said of the job.
    problems: Vec<Problem>,
}

impl Seen {
    /// Looks at a folder or file, with the texts of the overlay in place of those on disk; nothing if the work is given up.
    pub(super) fn new(
        path: &Path,
        configuration: Configuration,
        overlay: &Overlay,
        stops: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, Failure> {
        Self::of(load_over(&[path.to_owned()], &configuration, overlay), configuration, None, stops)
    }

    /// Looks at a text that lies nowhere on disk, with what it includes.
    pub(super) fn of_unsaved(
        unsaved: Unsaved,
        text: &str,
        mut configuration: Configuration,
        overlay: &Overlay,
        stops: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, Failure> {
        let loaded = unsaved::load(&unsaved.name, text, &mut configuration, overlay);
        Self::of(loaded, configuration, Some(unsaved), stops)
    }

    fn of(
        loaded: Loaded,
        configuration: Configuration,
        unsaved: Option<Unsaved>,
        stops: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, Failure> {
        let hosts = |(number, file): (usize, &File)| {
            let id = FileId(u32::try_from(number).ok()?);
            file.host.is_none().then(|| (absolute(&loaded, unsaved.as_ref(), id), id))
        };
        let by_path = loaded.project.files.iter().enumerate().filter_map(hosts).collect();
        let size: usize = loaded.project.files.iter().map(|file| file.source().len()).sum();
        let reach = (size > LARGE).then(|| Reach::new(&loaded.project));
        let (findings, notes, part, changed) = (Vec::new(), Vec::new(), None, BTreeMap::new());
        let mut seen =
            Self { loaded, findings, notes, configuration, unsaved, by_path, reach, part, changed };
        let everything = Asked { fixes: false, lines: &|_| true, sections: &|_| true, stops };
        let Some(told) = seen.ask(&everything)? else { return Ok(None) };
        seen.findings = told.findings;
        seen.notes = told.notes;
        seen.loaded.problems.extend(told.problems);
        Ok(Some(seen))
    }

    /// What the rules say; nothing if the work is given up.
    fn ask(&self, asked: &Asked<'_>) -> Result<Option<Told>, Failure> {
        let (loaded, configuration) = (&self.loaded, &self.configuration);
        let selection = Selection::new(&[], &[], configuration)?;
        let (addresses, rules) = (&configuration.addresses, configuration.rules());
        let analysis = Analysis::new(&loaded.project, &loaded.settings, addresses, rules);
        let wanted = Filter {
            lines: &|_, site| (asked.lines)(site),
            sections: &|_, site| (asked.sections)(site),
            stops: asked.stops,
            ..Filter::RULES
        };
        let telling = Telling { fixes: asked.fixes, ..Telling::ALL };
        let mut checked = analysis.check_with(|rule| selection.asks(rule), telling, &wanted, |_, _, _| {});
        if (asked.stops)() {
            return Ok(None);
        }
        let problems = checked.limit.take().into_iter().chain(checked.unreached.drain(..)).collect();
        let accepting = Accepting { comments: true, baseline: None };
        let run = look(loaded, 0, checked, &selection, accepting, Read::from(Severity::Info));
        let findings = run.findings.into_iter().map(|found| Finding::new(loaded, found)).collect();
        Ok(Some(Told { findings, notes: run.notes, problems }))
    }

    /// Whether it takes long to look at all of it.
    pub(super) fn is_large(&self) -> bool {
        self.reach.is_some()
    }

    /// Puts a text in place of that of a file, if that changes nothing about which files are read; whether it does not.
    /// What was found moves along.
    pub(super) fn replace(&mut self, path: &Path, text: &[u8]) -> bool {
        let Some(file) = self.file(path) else { return false };
        if self.text(file) == text {
            return true;
        }
        self.widen();
        let Some(moved) = self.loaded.replace(file, text, &self.configuration) else { return false };
        self.findings.retain_mut(|finding| finding.follow(file, moved));
        self.notes.retain(|note| !matches!(note.place, Place::Site(site) if site.file == file));
        if let Some(reach) = &mut self.reach {
            reach.update(&self.loaded.project, file);
        }
        let several = self.changed.contains_key(&file);
        self.changed.insert(file, Some(moved.changed()).filter(|_| !several));
        true
    }

    /// From now on looks at some files of a large folder, with what tells about them.
    pub(super) fn narrow(&mut self, paths: &mut dyn Iterator<Item = &Path>) {
        let files: BTreeSet<FileId> = paths.filter_map(|path| self.file(path)).collect();
        if self.reach.is_none() || self.part.as_ref().is_some_and(|part| part.files.is_superset(&files)) {
            return;
        }
        self.widen();
        let Some(reach) = &self.reach else { return };
        let project = &mut self.loaded.project;
        let (narrowed, holders) = reach.narrowed(project, &project.roots, &files);
        let roots = std::mem::replace(&mut project.roots, narrowed);
        self.part = Some(Part { roots, files, holders });
    }

    /// From now on looks at all files.
    fn widen(&mut self) {
        if let Some(part) = self.part.take() {
            self.loaded.project.roots = part.roots;
        }
    }

    /// Asks the rules about the files of the part that is looked at, and keeps what they said of others.
    pub(super) fn refresh(&mut self, stops: &dyn Fn() -> bool) -> Result<(), Failure> {
        let Some(part) = &self.part else { return Ok(()) };
        let touched = self.touched(part);
        let any = |holds: &dyn Fn(&Touched) -> bool| touched.as_ref().map(|all| all.iter().any(holds));
        let files = |file: FileId| part.files.contains(&file) || part.holders.contains(&file);
        let asked = Asked {
            fixes: false,
            lines: &|site| any(&|touched| touched.begins(site)).unwrap_or_else(|| files(site.file)),
            // What stands in one file tells of routes of others.
            sections: &|site| any(&|touched| touched.begins(site)).unwrap_or(true),
            stops,
        };
        let Some(told) = self.ask(&asked)? else { return Ok(()) };
        let within = |site: Site| {
            any(&|touched| touched.holds(site)).unwrap_or_else(|| part.files.contains(&site.file))
        };
        self.findings.retain(|finding| !within(finding.site));
        self.findings.extend(told.findings.into_iter().filter(|finding| within(finding.site)));
        let of_part = |note: &Problem| matches!(note.place, Place::Site(site) if within(site));
        self.notes.retain(|note| !of_part(note));
        self.notes.extend(told.notes.into_iter().filter(of_part));
        self.changed.clear();
        Ok(())
    }

    /// The servers and proxies of the changes, where the files that are looked at are large and nothing else changed.
    fn touched(&self, part: &Part) -> Option<Vec<Touched>> {
        let size: usize = part.files.iter().map(|&file| self.text(file).len()).sum();
        let changes = self.changed.iter().filter(|_| size > LARGE);
        let touched =
            |(&file, stretch): (&FileId, &Option<Span>)| Touched::of(&self.loaded.project, file, (*stretch)?);
        let touched: Vec<Touched> = changes.map(touched).collect::<Option<_>>()?;
        (!touched.is_empty()).then_some(touched)
    }

    /// What the rules say of a file, with what fixes it.
    pub(super) fn fixed(&self, file: FileId, stops: &dyn Fn() -> bool) -> Vec<Finding> {
        let project = &self.loaded.project;
        let holders = |other: FileId| self.part.as_ref().is_some_and(|part| part.holders.contains(&other));
        // What stands in a host, or comes from one, is told there.
        let lines = |site: Site| self.part.is_none() || site.file == file || holders(site.file);
        let asked = Asked { fixes: true, lines: &lines, sections: &|_| true, stops };
        // The configuration was understood when the folder was looked at.
        let told = self.ask(&asked).ok().flatten().map(|told| told.findings).unwrap_or_default();
        told.into_iter().filter(|finding| project.written(finding.site).file == file).collect()
    }

    /// The model of what is looked at.
    pub(super) fn analysis(&self) -> Analysis<'_, '_> {
        let addresses = &self.configuration.addresses;
        Analysis::new(&self.loaded.project, &self.loaded.settings, addresses, builtin())
    }

    /// All roots that were read.
    pub(super) fn roots(&self) -> &[Root] {
        self.part.as_ref().map_or(&self.loaded.project.roots, |part| &part.roots)
    }

    /// The file at an absolute path.
    pub(super) fn file(&self, path: &Path) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// What a file goes by: its absolute path, or the name of its buffer.
    pub(super) fn path(&self, file: FileId) -> PathBuf {
        absolute(&self.loaded, self.unsaved.as_ref(), file)
    }

    /// The file that a problem shows in; folders have no diagnostics.
    pub(super) fn place(&self, problem: &Problem) -> Option<PathBuf> {
        match &problem.place {
            Place::Site(site) => Some(self.path(site.file)),
            Place::Path(path) => {
                let path = Path::new(path);
                let unsaved = self.unsaved.as_ref().filter(|unsaved| unsaved.name == path);
                let buffer = unsaved.map(|unsaved| unsaved.path.clone());
                buffer.or_else(|| (path.is_absolute() && !path.is_dir()).then(|| path.to_owned()))
            }
        }
    }

    /// All that is to be said of the job, in the order of the work.
    pub(super) fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.loaded.problems.iter().chain(&self.notes)
    }

    /// The files that could not be read to their end.
    pub(super) fn broken(&self) -> HashSet<PathBuf> {
        let site = |problem: &Problem| match problem.place {
            Place::Site(site) if problem.level == Level::Error => Some(self.path(site.file)),
            _ => None,
        };
        self.loaded.problems.iter().filter(|problem| problem.code == "syntax").filter_map(site).collect()
    }

    /// The files of nginx in which nothing is wrong, which the next look need not parse again.
    pub(super) fn known(&self) -> HashMap<PathBuf, Known> {
        let Loaded { project, paths, problems, .. } = &self.loaded;
        let wrong: HashSet<FileId> = problems
            .iter()
            .filter_map(|problem| match problem.place {
                Place::Site(site) => Some(site.file),
                Place::Path(_) => None,
            })
            .collect();
        let files = project.files.iter().zip(paths).zip(0..);
        let known = files.filter_map(|((file, path), number)| match &file.content {
            Content::Nginx(tree) if file.host.is_none() && !wrong.contains(&FileId(number)) => {
                let known = Known { tree: Arc::clone(tree), template: file.template };
                (path != Path::new(NOWHERE)).then(|| (path.clone(), known))
            }
            _ => None,
        });
        known.collect()
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

/// The absolute path of a file; of what stands in place of standard input the name of its buffer.
fn absolute(loaded: &Loaded, unsaved: Option<&Unsaved>, file: FileId) -> PathBuf {
    let nowhere = loaded.paths.get(file.0 as usize).is_some_and(|path| path == Path::new(NOWHERE));
    match unsaved.filter(|_| nowhere) {
        Some(unsaved) => unsaved.path.clone(),
        None => loaded.absolute(file),
    }
}
