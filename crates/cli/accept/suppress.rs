//! Suppression: `# wslint: ignore[rule-id] reason` at the end of the line that a finding points at, or on lines of its
//! own right above it; `# wslint: ignore-file[rule-id] reason` anywhere in the file.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use wslint_model::{Content, FileId, Project, Root, Site};
use wslint_rules::{Finding, Rule, Scope, builtin};
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
pub(crate) struct Suppressions {
    /// By the line that they speak of, or [`WHOLE_FILE`], and the id of the rule.
    entries: HashMap<(FileId, u32, &'static str), Vec<usize>>,
    /// Each rule of each comment.
    told: Vec<Told>,
    /// What is wrong with the comments themselves.
    notes: Vec<Problem>,
}

struct Told {
    site: Site,
    rule: &'static Rule,
    used: bool,
}

impl Suppressions {
    /// Collects the comments of all files that a proxy would read.
    pub(crate) fn new(project: &Project) -> Self {
        let mut suppressions = Self::default();
        let files: BTreeSet<FileId> = project.roots.iter().flat_map(Root::files).collect();
        for file in files {
            suppressions.collect(project, file);
        }
        suppressions
    }

    fn collect(&mut self, project: &Project, id: FileId) {
        let file = project.file(id);
        let comments = match &file.content {
            Content::Nginx(tree) => tree.comments(),
            Content::Haproxy(tree) => tree.comments(),
            Content::Beside(_) => return,
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
                let scopes = file.proxy().map(Scope::Proxy).into_iter().chain([Scope::Any]);
                let in_scope = |scope: Scope| builtin().get(&format!("{}/{id}", scope.name()));
                let rule = builtin().get(id).or_else(|| scopes.clone().find_map(in_scope));
                match rule {
                    Some(rule) => self.tell(site, of, rule),
                    None => {
                        let (message, hint) = unknown_rule(id);
                        self.note("suppression-unknown", site, format!("{message}; {hint}"));
                    }
                }
            }
        }
    }

    fn tell(&mut self, site: Site, line: u32, rule: &'static Rule) {
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
    pub(crate) fn take(&mut self, project: &Project, finding: &Finding<'static>) -> bool {
        let Site { file, span } = finding.primary.site;
        let lines = project.file(file).lines();
        // The comment of a directive over several lines stands behind its last one.
        let (first, last) = (lines.line(span.start), lines.line(span.end.max(span.start + 1) - 1));
        let rule: &'static str = &finding.rule.id;
        let mut taken = false;
        for line in [WHOLE_FILE, first, last] {
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
