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

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.related.iter().map(|report| report as &dyn Diagnostic)))
    }
}

#[cfg(test)]
mod tests {
    use miette::{GraphicalReportHandler, GraphicalTheme, Severity};
    use wslint_model::{Content, File, FileId, Mark, Project, Role, Site};
    use wslint_syntax::{Span, nginx};

    use super::super::locate::Locator;
    use super::Report;
    use crate::secret::Veil;

    const WIDTH: usize = 80;

    /// Draws a report over files, with a mark at each occurrence of a text: `(file, text, words)`; the first is primary.
    fn draw(files: &[(&str, &[u8])], marks: &[(u32, &str, &str)]) -> String {
        let parse = |(path, text): &(&str, &[u8])| File {
            path: (*path).to_owned(),
            content: Content::Nginx(nginx::parse(*text, nginx::Options::default()).tree),
            template: false,
        };
        let project = Project { files: files.iter().map(parse).collect(), ..Project::default() };
        let mark = |&(file, text, words): &(u32, &str, &str)| {
            let source = project.files[file as usize].source();
            let start = memchr::memmem::find(source, text.as_bytes()).expect("the text is there");
            let site = Site { file: FileId(file), span: Span::new(start, start + text.len()) };
            Mark { site, role: Role::Says(words.to_owned()) }
        };
        let marks: Vec<Mark> = marks.iter().map(mark).collect();
        let report = Report::new(Severity::Error, "`location /ws` drops the client's `Upgrade` header")
            .code("error[nginx/upgrade-missing]".to_owned())
            .help("add `proxy_set_header Upgrade $http_upgrade;` in this block")
            .places((&project, &Veil::default()), &mut Locator::new(&project), &marks[0], &marks[1..], WIDTH);
        let mut drawn = String::new();
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
            .with_width(WIDTH)
            .with_show_related_as_nested(true)
            .render_report(&mut drawn, &report)
            .expect("it can be drawn");
        let widest = drawn.lines().map(textwrap::core::display_width).max();
        assert!(widest <= Some(WIDTH), "{drawn}");
        drawn
    }

    #[test]
    fn causes_are_shown_where_they_stand() {
        let main = b"http {\n    proxy_set_header Upgrade $http_upgrade;\n    include app.conf;\n}\n";
        let app = b"server {\n\tlocation /ws {\n\t\tproxy_set_header Host $host;\n\t\tproxy_pass http://app;\r\n\t}\n}\n";
        insta::assert_snapshot!(draw(
            &[("app.conf", app), ("nginx.conf", main)],
            &[
                (0, "proxy_pass http://app;", "the upstream gets no `Upgrade`"),
                (0, "proxy_set_header Host $host;", "this line drops everything set above it"),
                (1, "proxy_set_header Upgrade $http_upgrade;", "set here, but it does not reach this route"),
            ],
        ));
    }

    #[test]
    fn long_lines_are_cut_around_the_mark_and_keep_their_columns() {
        let line = format!("server {{ {} location /ws {{ }} {} }}\n", "é ".repeat(70_000), "x".repeat(200));
        insta::assert_snapshot!(draw(&[("one.conf", line.as_bytes())], &[(0, "location /ws", "here")]));
    }

    #[test]
    fn what_a_terminal_would_obey_is_a_picture() {
        let text = b"# \x1b[31m\xff\x9b \xe2\x80\xae \xe6\xbc\xa2\nserver { # \x00\x07\x7f\n listen 80;";
        insta::assert_snapshot!(draw(&[("a\u{1b}[2J\n.conf", text)], &[(0, "server", "here")]));
    }

    #[test]
    fn a_mark_at_the_end_of_a_file_is_visible() {
        let drawn = draw(&[("end.conf", b"server {\n")], &[(0, "\n", "nothing closes the block")]);
        assert!(drawn.contains("end.conf:1:9") && drawn.contains("╰── nothing closes the block"), "{drawn}");
    }

    #[test]
    fn places_far_apart_do_not_pull_in_what_lies_between() {
        let text = format!("server {{\n{}location /ws {{ }}\n}}\n", "a b;\n".repeat(400));
        let drawn =
            draw(&[("far.conf", text.as_bytes())], &[(0, "location", "here"), (0, "server", "there")]);
        assert!(drawn.lines().count() < 25, "{drawn}");
    }
}
