//! Draws a diagnostic. miette does it, but for the breaking of lines, nearly all of which fit.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, Severity};
use textwrap::core::display_width;
use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_width::UnicodeWidthStr;

use super::console::Console;
use super::report::Report;

/// Columns that miette keeps free at the right.
const MARGIN: usize = 2;
/// Columns in front of a headline, and of what is drawn below a report.
const HEADLINE: usize = 4;
const BELOW: usize = 6;
/// What stands in front of a help, in columns.
const HELP: usize = 8;

/// Draws diagnostics for one output.
pub(crate) struct Drawer {
    theme: GraphicalTheme,
    width: usize,
    links: bool,
    /// Words that were broken into lines, by the room that they had: many findings say the same.
    broken: RefCell<HashMap<(usize, String), String>>,
    /// What draws in a width.
    handlers: RefCell<HashMap<usize, GraphicalReportHandler>>,
}

/// How many words that were broken into lines are remembered.
const MOST_BROKEN: usize = 1_000;

impl Console {
    /// The drawer of diagnostics for this output.
    pub(crate) fn drawer(&self) -> Drawer {
        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        Drawer::new(theme, self.width, self.links)
    }
}

impl Drawer {
    fn new(theme: GraphicalTheme, width: usize, links: bool) -> Self {
        Self { theme, width, links, broken: RefCell::default(), handlers: RefCell::default() }
    }

    /// A report and, below it, the places elsewhere that explain it.
    pub(crate) fn draw(&self, mut report: Report) -> Result<String, fmt::Error> {
        let severity = report.severity();
        let related = report.take_related();
        let mut drawn = String::new();
        self.draw_one(report, self.width, &mut drawn)?;
        let count = related.len();
        for (number, aside) in related.into_iter().enumerate() {
            self.draw_below(aside, severity, number + 1 == count, &mut drawn)?;
        }
        Ok(drawn)
    }

    fn draw_one(&self, report: Report, width: usize, drawn: &mut String) -> fmt::Result {
        let broken = |indent: usize| {
            let room = width.saturating_sub(MARGIN + indent);
            move |words: &str| self.broken(words, room)
        };
        let report = report.broken(broken(HEADLINE), broken(HELP));
        let report = if self.links { report } else { report.with_written_url() };
        let mut handlers = self.handlers.borrow_mut();
        handlers.entry(width).or_insert_with(|| self.handler(width)).render_report(drawn, &report)
    }

    /// Words broken into lines that fit in `room` columns.
    fn broken(&self, words: &str, room: usize) -> String {
        let mut broken = self.broken.borrow_mut();
        if broken.len() >= MOST_BROKEN {
            broken.clear();
        }
        broken.entry((room, words.to_owned())).or_insert_with(|| textwrap::fill(words, options(room))).clone()
    }

    /// One of the places below a report of this severity, with the line that leads to it.
    fn draw_below(
        &self,
        aside: Report,
        severity: Option<Severity>,
        last: bool,
        drawn: &mut String,
    ) -> fmt::Result {
        let (styles, signs) = (&self.theme.styles, &self.theme.characters);
        let style = match severity {
            Some(Severity::Error) | None => styles.error,
            Some(Severity::Warning) => styles.warning,
            Some(Severity::Advice) => styles.advice,
        };
        let branch = if last { signs.lbot } else { signs.lcross };
        let arrow = style.style(format!("  {branch}{}{} ", signs.hbar, signs.rarrow)).to_string();
        let rest = style.style(format!("  {}   ", if last { ' ' } else { signs.vbar })).to_string();
        let mut inner = String::new();
        self.draw_one(aside, self.width.saturating_sub(rest.width()), &mut inner)?;
        let room = self.width.saturating_sub(MARGIN + BELOW);
        for (number, line) in inner.trim_matches('\n').split('\n').enumerate() {
            let line = line.trim_end_matches(' ');
            let indent = if number == 0 { &arrow } else { &rest };
            // No character takes more columns than bytes.
            if line.len() > room && display_width(line) > room {
                let options = options(self.width.saturating_sub(MARGIN));
                drawn
                    .push_str(&textwrap::fill(line, options.initial_indent(indent).subsequent_indent(&rest)));
            } else if !line.is_empty() {
                drawn.extend([indent.as_str(), line]);
            }
            drawn.push('\n');
        }
        Ok(())
    }

    fn handler(&self, width: usize) -> GraphicalReportHandler {
        GraphicalReportHandler::new_themed(self.theme.clone())
            .with_width(width)
            .with_links(self.links)
            .with_urls(self.links)
            .with_link_display_text("(docs)")
            .without_syntax_highlighting()
            .with_context_lines(1)
            .with_wrap_lines(false)
    }
}

/// How lines are broken. Directives are full of hyphens: one that is broken at them cannot be searched for.
fn options(width: usize) -> Options<'static> {
    Options::new(width).word_splitter(WordSplitter::NoHyphenation).word_separator(WordSeparator::AsciiSpace)
}

#[cfg(test)]
mod tests {
    use miette::{GraphicalTheme, Severity};
    use wslint_model::{Content, File, FileId, Mark, Project, Role, Site};
    use wslint_syntax::{Span, nginx};

    use super::super::locate::Locator;
    use super::super::report::Report;
    use super::Drawer;
    use crate::secret::Veil;

    const WIDTH: usize = 80;

    /// Draws a report over files, with a mark at each occurrence of a text: `(file, text, words)`; the first is primary.
    fn draw(files: &[(&str, &[u8])], marks: &[(u32, &str, &str)]) -> String {
        let parse = |(path, text): &(&str, &[u8])| {
            File::new(
                *path,
                Content::Nginx(nginx::parse(*text, nginx::Options::default()).tree.into()),
                false,
            )
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
        let drawer = Drawer::new(GraphicalTheme::unicode_nocolor(), WIDTH, false);
        let drawn = drawer.draw(report).expect("it can be drawn");
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
