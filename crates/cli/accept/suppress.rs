//! Suppression: `# wslint: ignore[rule-id] reason` at the end of the line that a finding points at, or on lines of its
//! own right above it; `# wslint: ignore-file[rule-id] reason` anywhere in the file.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use wslint_model::{Content, FileId, Project, Proxy, Root, Site};
use wslint_rules::{Finding, Rule, Rules, Scope};
use wslint_syntax::Span;

use super::comment::{ADDRESS, Reach, Said, begins, in_template, read};
use crate::project::{Place, Problem};
use crate::rule_word::unknown_rule;
use crate::select::Selection;

/// How many notes on comments there are at most of those that are wrong, and of those that nothing needs.
const MOST_NOTES: usize = 1000;

/// In place of the line of those that speak of a file; lines begin with 1.
const WHOLE_FILE: u32 = 0;

/// The suppressions of a project.
#[derive(Default)]
pub(crate) struct Suppressions<'r> {
    /// By the line that they speak of, or [`WHOLE_FILE`], and the id of the rule.
    entries: HashMap<(FileId, u32, &'r str), Vec<usize>>,
    /// Each rule of each comment.
    told: Vec<Told<'r>>,
    /// What is wrong with the comments themselves.
    notes: Vec<Problem>,
}

struct Told<'r> {
    site: Site,
    rule: &'r Rule,
    used: bool,
}

impl<'r> Suppressions<'r> {
    /// Collects the comments of all files that a proxy would read.
    pub(crate) fn new(project: &Project, rules: &'r Rules) -> Self {
        let mut suppressions = Self::default();
        let files: BTreeSet<FileId> = project.roots.iter().flat_map(Root::files).collect();
        let held = files.iter().filter_map(|&file| Some(project.file(file).host.as_ref()?.file));
        let hosts: BTreeSet<FileId> = held.collect();
        for file in files.into_iter().chain(hosts) {
            suppressions.collect(project, rules, file);
        }
        suppressions
    }

    fn collect(&mut self, project: &Project, rules: &'r Rules, id: FileId) {
        let file = project.file(id);
        let comments = match &file.content {
            Content::Nginx(tree) => tree.comments(),
            Content::Haproxy(tree) => tree.comments(),
            Content::Beside(_) => &in_host(project, id),
        };
        let mut comments = Cow::Borrowed(comments);
        if file.template {
            comments.to_mut().extend(in_template(file.source()));
            comments.to_mut().sort();
        }
        let mut line = 0;
        for &span in comments.iter() {
            let bytes = &file.source()[span.range()];
            if memchr::memmem::find(bytes, ADDRESS).is_none() {
                continue;
            }
            let text = String::from_utf8_lossy(bytes);
            let Some(said) = read(&text) else { continue };
            let site = Site { file: id, span };
            let Said::Ignore(reach, ids, reason) = said else {
                let words = "this comment is not understood; write `# wslint: ignore[rule-id] reason`";
                self.note("suppression-unclear", site, words.to_owned());
                continue;
            };
            if reason.is_empty() {
                let words = "this suppression gives no reason; write one behind the bracket";
                self.note("suppression-reason", site, words.to_owned());
            }
            // Comments that stand in a row speak of the same line.
            if file.lines().line(span.start) >= line {
                line = spoken_of(project, site);
            }
            let of = if reach == Reach::File { WHOLE_FILE } else { line };
            for id in ids {
                let own = file.proxy().map_or(&Scope::ALL[..], |proxy| match proxy {
                    Proxy::Nginx => &[Scope::Proxy(Proxy::Nginx), Scope::Any, Scope::Embed],
                    Proxy::Haproxy => &[Scope::Proxy(Proxy::Haproxy), Scope::Any],
                });
                let mut scopes = own.iter().copied();
                let in_scope = |scope: Scope| rules.get(&format!("{}/{id}", scope.name()));
                let rule = rules.get(id).or_else(|| scopes.find_map(in_scope));
                match rule {
                    Some(rule) => self.tell(site, of, rule),
                    None => {
                        let (message, hint) = unknown_rule(id, rules);
                        self.note("suppression-unknown", site, format!("{message}; {hint}"));
                    }
                }
            }
        }
    }

    fn tell(&mut self, site: Site, line: u32, rule: &'r Rule) {
        self.entries.entry((site.file, line, &rule.id)).or_default().push(self.told.len());
        self.told.push(Told { site, rule, used: false });
    }

    fn note(&mut self, code: &'static str, site: Site, words: String) {
        // A file may hold nothing but comments that nobody understands.
        if self.notes.len() < MOST_NOTES {
            self.notes.push(Problem::note(code, Place::Site(site), words));
        }
    }

    /// Whether a comment accepts the finding. It counts as used from then on.
    pub(crate) fn take(&mut self, project: &Project, finding: &Finding<'_>) -> bool {
        let rule = finding.rule.id.as_str();
        let mut taken = false;
        for (file, line) in lines_of(project, finding.primary.site) {
            for &at in self.entries.get(&(file, line, rule)).into_iter().flatten() {
                self.told[at].used = true;
                taken = true;
            }
        }
        taken
    }

    /// What is wrong with the comments. Unused ones are told only where nothing else kept their rule from speaking.
    pub(crate) fn into_notes(self, selection: &Selection<'_>, whole: bool) -> Vec<Problem> {
        let unused = self.told.iter().filter(|told| whole && !told.used && selection.takes(told.rule));
        let unused = unused.map(|told| {
            let words = format!("nothing to suppress here: `{}` finds nothing", told.rule.id);
            Problem::note("suppression-unused", Place::Site(told.site), words)
        });
        self.notes.into_iter().chain(unused.take(MOST_NOTES)).collect()
    }
}

/// The lines whose comments accept a finding at a place: the first and the last of a directive, and in a host those that it
/// is written on and the one that begins to speak of its text; and the file as a whole.
fn lines_of(project: &Project, site: Site) -> Vec<(FileId, u32)> {
    let ends = |Site { file, span }: Site| {
        let lines = project.file(file).lines();
        [(file, lines.line(span.start)), (file, lines.line(span.end.max(span.start + 1) - 1))]
    };
    let mut found = ends(site).to_vec();
    if let Some(host) = &project.file(site.file).host {
        let opens = Site { file: host.file, span: host.opens };
        found.extend([project.written(site), opens].into_iter().flat_map(ends));
    }
    let files: Vec<FileId> = found.iter().map(|(file, _)| *file).collect();
    found.extend(files.into_iter().map(|file| (file, WHOLE_FILE)));
    found.sort_unstable();
    found.dedup();
    found
}

/// The comments of a host that speak to wslint. Those of the texts that it holds are theirs.
fn in_host(project: &Project, id: FileId) -> Vec<Span> {
    let file = project.file(id);
    let source = file.source();
    let found = memchr::memmem::find_iter(source, ADDRESS).filter_map(|at| {
        let line = file.lines().span(file.lines().line(at as u32), source);
        let before = &source[line.start as usize..at];
        let start = memchr::memrchr(b'#', before)? + line.start as usize;
        let site = Site { file: id, span: Span::new(start, line.end as usize) };
        project.held(site).is_none().then_some(site.span)
    });
    found.collect()
}

/// The line that a comment speaks of: its own, or if nothing else stands there the next one that is more than a comment.
fn spoken_of(project: &Project, site: Site) -> u32 {
    let file = project.file(site.file);
    let (source, lines) = (file.source(), file.lines());
    let own = lines.line(site.span.start);
    let starts_with_comment = |line: u32| {
        let Span { start, end } = lines.span(line, source);
        begins(&source[start as usize..end as usize], file.template)
    };
    let mut line = own;
    while (line as usize) < lines.len() && starts_with_comment(line) {
        line += 1;
    }
    line
}
