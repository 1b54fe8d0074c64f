//! A diagnostic as miette draws it, from a finding or a problem.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};
use wslint_model::{Mark, Project, Site};

use super::excerpt::{Excerpt, Label};
use super::locate::Locator;
use crate::escape::{escape, escape_lines};
use crate::secret::Veil;

/// Marks of the same file with no more lines than this between them share a snippet.
const NEAR: u32 = 12;

/// Columns that miette puts in front of a nested report, and what it keeps free at the right.
const NESTED: usize = 10;

/// What is drawn.
#[derive(Debug)]
pub(crate) struct Report {
    headline: String,
    code: Option<String>,
    url: Option<String>,
    help: Option<String>,
    severity: Severity,
    excerpt: Option<Excerpt>,
    labels: Vec<LabeledSpan>,
    related: Vec<Report>,
}

impl Report {
    /// A report without a place.
    pub(crate) fn new(severity: Severity, headline: &str) -> Self {
        Self {
            headline: escape(headline.trim_end()).into_owned(),
            code: None,
            url: None,
            help: None,
            severity,
            excerpt: None,
            labels: Vec::new(),
            related: Vec::new(),
        }
    }

    /// The same report with a name for its kind.
    pub(crate) fn code(self, code: String) -> Self {
        Self { code: Some(code), ..self }
    }

    /// The same report with a page that explains it.
    pub(crate) fn url(self, url: String) -> Self {
        Self { url: Some(url), ..self }
    }

    /// The same report with what to do.
    pub(crate) fn help(self, help: &str) -> Self {
        Self { help: Some(escape_lines(help)), ..self }
    }

    /// The same report with its places: the primary one and what lies near it in one snippet, the others each in one
    /// of their own.
    pub(crate) fn places(
        mut self,
        (project, veil): (&Project, &Veil),
        locator: &mut Locator<'_>,
        primary: &Mark,
        marks: &[Mark],
        width: usize,
    ) -> Self {
        let line = |site: Site| project.file(site.file).lines().line(site.span.start);
        let (near, far): (Vec<&Mark>, Vec<&Mark>) = marks.iter().partition(|mark| {
            mark.site.file == primary.site.file && line(mark.site).abs_diff(line(primary.site)) <= NEAR
        });
        let words = primary.role.to_string();
        let others: Vec<(Site, String)> =
            near.iter().map(|mark| (mark.site, mark.role.to_string())).collect();
        let mut labels = vec![Label { site: primary.site, words: Some(&words), primary: true }];
        labels.extend(others.iter().map(|(site, words)| Label {
            site: *site,
            words: Some(words),
            primary: false,
        }));
        let (excerpt, labels) = Excerpt::new((project, veil), locator, primary.site.file, &labels, width);
        self.excerpt = Some(excerpt);
        self.labels = labels;
        let aside = |mark: &&Mark| Self::aside((project, veil), locator, mark, width - NESTED);
        self.related = far.iter().map(aside).collect();
        self
    }

    /// The reports on places elsewhere, which are drawn below it.
    pub(super) fn take_related(&mut self) -> Vec<Self> {
        std::mem::take(&mut self.related)
    }

    /// The same report with its words broken into lines: those of its headline and those of its help.
    pub(super) fn broken(self, headline: impl Fn(&str) -> String, help: impl Fn(&str) -> String) -> Self {
        Self { headline: headline(&self.headline), help: self.help.map(|words| help(&words)), ..self }
    }

    /// The same report with the address of its page below its help, for outputs that show no links.
    pub(super) fn with_written_url(mut self) -> Self {
        self.help = match (self.help.take(), self.url.take()) {
            (Some(help), Some(url)) => Some(format!("{help}\n{url}")),
            (help, url) => help.or(url),
        };
        self
    }

    /// A place elsewhere that explains the report.
    fn aside(seen: (&Project, &Veil), locator: &mut Locator<'_>, mark: &Mark, width: usize) -> Self {
        let label = Label { site: mark.site, words: None, primary: true };
        let (excerpt, labels) = Excerpt::new(seen, locator, mark.site.file, &[label], width);
        let mut aside = Self::new(Severity::Advice, &mark.role.to_string());
        aside.excerpt = Some(excerpt);
        aside.labels = labels;
        aside
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl std::error::Error for Report {}

impl Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.url.as_ref().map(|url| Box::new(url) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
