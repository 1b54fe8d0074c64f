//! Markdown on a terminal: the pages of rules and products, and those of people's own rules, whatever they hold.

use comfy_table::{ContentArrangement, Table, presets};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::words::unbroken;
use crate::escape::{escape, escape_lines};

const BOLD: &str = "\x1b[1m";
const ITALIC: &str = "\x1b[3m";
const CODE: &str = "\x1b[36m";
const ADDED: &str = "\x1b[32m";
const TAKEN: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";

/// Draws a text for a terminal with colours. Nothing in it reaches the terminal unescaped, not as a reference either.
pub(crate) fn drawn(markdown: &str, width: usize) -> String {
    let mut page = Page { width, begun: true, ..Page::default() };
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        page.take(event);
    }
    page.drawn
}

/// A page on its way to the terminal.
#[derive(Default)]
struct Page {
    width: usize,
    drawn: String,
    /// What the lines of the lists and quotes begin with that are open.
    levels: Vec<Level>,
    /// The paragraph, item or cell that is being read.
    text: String,
    /// The styles that hold there.
    styles: Vec<&'static str>,
    /// Whether a list, a quote or the page has only begun, so that no empty line separates what comes first.
    begun: bool,
    /// The numbers of the next items of the lists that are open; none in a list with bullets.
    numbers: Vec<Option<u64>>,
    /// The language of the block of code that is open, if one is.
    code: Option<String>,
    /// The address of the link that is open.
    address: String,
    table: Option<Table>,
    /// The row of it that is being read.
    row: Vec<String>,
}

/// A list's item or a quote.
struct Level {
    /// What stands before its first line, until that is drawn.
    first: Option<String>,
    /// What stands before the others.
    others: &'static str,
}

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) if self.code.is_some() => self.text.push_str(&text),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.text.push_str(&escape(text.trim_end_matches('\n')));
            }
            Event::Code(code) => {
                self.open(CODE);
                self.text.push_str(&escape(&code));
                self.close();
            }
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::Rule => self.block("───"),
            // The parser makes no others of what it is asked to read.
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } | Tag::Strong => self.open(BOLD),
            Tag::Emphasis => self.open(ITALIC),
            Tag::BlockQuote(_) => self.begin(None, "  │ "),
            Tag::CodeBlock(kind) => {
                self.flush();
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some(language);
            }
            Tag::List(number) => {
                self.flush();
                // A list within an item goes on with it.
                if self.numbers.is_empty() {
                    self.separate();
                }
                self.begun = true;
                self.numbers.push(number);
            }
            Tag::Item => {
                let bullet = match self.numbers.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{:>3}. ", *number - 1)
                    }
                    _ => "  • ".to_owned(),
                };
                self.begun = true;
                self.begin(Some(bullet), "    ");
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.address = dest_url.into_string(),
            Tag::Table(_) => {
                let mut table = Table::new();
                table.load_style(presets::UTF8_HORIZONTAL_ONLY);
                table.set_content_arrangement(ContentArrangement::Dynamic);
                self.table = Some(table);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong | TagEnd::Emphasis => self.close(),
            TagEnd::Heading(_) => {
                self.close();
                self.flush();
            }
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush(),
            TagEnd::BlockQuote(_) | TagEnd::Item => {
                self.flush();
                self.levels.pop();
                self.begun = false;
            }
            TagEnd::List(_) => {
                self.numbers.pop();
            }
            TagEnd::CodeBlock => self.block_of_code(),
            TagEnd::Link | TagEnd::Image => {
                let address = std::mem::take(&mut self.address);
                // An address that is its own text is told once, and one within a book leads nowhere on a terminal.
                if address.contains("://") && !self.text.ends_with(&*escape(&address)) {
                    self.text.push_str(&format!(" ({})", escape(&address)));
                }
            }
            TagEnd::TableCell => self.row.push(std::mem::take(&mut self.text)),
            TagEnd::TableHead => {
                let row = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    table.set_header(row);
                }
            }
            TagEnd::TableRow => {
                let row = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    table.add_row(row);
                }
            }
            TagEnd::Table => self.block_of_table(),
            _ => {}
        }
    }

    /// A style holds from here on, except in tables, whose layout knows no styles.
    fn open(&mut self, style: &'static str) {
        if self.table.is_none() {
            self.styles.push(style);
            self.text.push_str(style);
        }
    }

    /// What held before the last style holds again.
    fn close(&mut self) {
        if self.styles.pop().is_some() {
            self.text.push_str(PLAIN);
            self.text.extend(self.styles.iter().copied());
        }
    }

    /// Begins an item or a quote.
    fn begin(&mut self, first: Option<String>, others: &'static str) {
        self.flush();
        self.separate();
        self.levels.push(Level { first, others });
        self.begun = true;
    }

    /// An empty line, unless nothing stands before it.
    fn separate(&mut self) {
        if !self.begun {
            let margin: String = self.levels.iter().map(|level| level.others).collect();
            self.drawn.extend([margin.trim_end(), "\n"]);
            self.begun = true;
        }
    }

    /// What the first line of the next block begins with, and what the others do.
    fn margins(&mut self) -> (String, String) {
        let first =
            self.levels.iter_mut().map(|level| level.first.take().unwrap_or_else(|| level.others.to_owned()));
        let first = first.collect();
        (first, self.levels.iter().map(|level| level.others).collect())
    }

    /// Draws the text that was read.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            self.block(&text);
        }
    }

    /// Draws a paragraph.
    fn block(&mut self, text: &str) {
        self.separate();
        let (first, others) = self.margins();
        let options = unbroken(self.width).initial_indent(&first).subsequent_indent(&others);
        self.drawn.push_str(&textwrap::fill(text, options));
        self.drawn.push('\n');
        self.begun = false;
    }

    /// Draws the lines of a block of code as they stand.
    fn block_of_code(&mut self) {
        let (code, language) = (std::mem::take(&mut self.text), self.code.take().unwrap_or_default());
        self.separate();
        for line in escape_lines(&code).lines() {
            let (margin, _) = self.margins();
            match line.as_bytes().first() {
                Some(b'-') if language == "diff" => {
                    self.drawn.extend([&margin, "    ", TAKEN, line, PLAIN, "\n"])
                }
                Some(b'+') if language == "diff" => {
                    self.drawn.extend([&margin, "    ", ADDED, line, PLAIN, "\n"])
                }
                _ => self.drawn.extend([format!("{margin}    {line}").trim_end(), "\n"]),
            }
        }
        self.begun = false;
    }

    /// Draws a table, as narrow as its columns allow.
    fn block_of_table(&mut self) {
        let Some(mut table) = self.table.take() else { return };
        self.separate();
        let (mut margin, others) = self.margins();
        let indent = unicode_width::UnicodeWidthStr::width(others.as_str());
        table.set_width(self.width.saturating_sub(indent).try_into().unwrap_or(u16::MAX));
        for line in table.lines() {
            self.drawn.extend([format!("{margin}{line}").trim_end(), "\n"]);
            margin.clone_from(&others);
        }
        self.begun = false;
    }
}

#[cfg(test)]
mod tests {
    use super::drawn;

    /// The page as it is drawn, without the character that begins a style.
    fn shown(page: &str, width: usize) -> String {
        drawn(page, width).replace('\u{1b}', "")
    }

    #[test]
    fn the_marks_of_a_page_are_drawn() {
        let page = "# nginx/a\n\nOne **bold** `word` and\nthe next line.\n\n> said\n>\n> more\n\n- an item that is\n  long\n\
                    - <https://example.com/>\n\n## Why\n\n```nginx\n# no heading\n```\n### A change\n```diff\n  a\n- b\n+ c\n```\n";
        let expected = "[1mnginx/a[0m\n\nOne [1mbold[0m [36mword[0m and the\nnext line.\n\n  │ said\n  │\n  │ more\n\n  \
                        • an item that is\n    long\n  • https://example.com/\n\n[1mWhy[0m\n\n    # no heading\n\n[1mA change[0m\n\n      a\n    [31m- b[0m\n    \
                        [32m+ c[0m\n";
        assert_eq!(shown(page, 22), expected);
    }

    #[test]
    fn what_people_write_beside_is_drawn_too() {
        let page = "A [page](https://a.example/x) and [a rule](../b.md), *so* **or `x` so**.\n\n1. one\n\n   and on\n2. two\n   - `` a`b ``\n     > c\n\n\
                    | what | holds |\n|---|---|\n| `a` | one or two words |\n| b | c |\n\n---\n\n<b>x</b>\n";
        insta::assert_snapshot!(shown(page, 40));
    }

    #[test]
    fn nothing_reaches_the_terminal_as_a_reference() {
        let page = "a&#27;[31m `b&#x9b;` [c](http://d/&#27;) <e\u{202e}>\n\n    \u{9b}f\n\n| &#27; |\n|---|\n| &#7; |\n";
        let drawn = drawn(page, 40);
        let obeyed = |text: &str| {
            text.chars().filter(|&character| character != '\n' && crate::escape::is_unsafe(character)).count()
        };
        // The two ends of the style of code.
        assert_eq!(
            (obeyed(&drawn), drawn.matches("\u{1b}[36m").count(), drawn.matches("\u{1b}[0m").count()),
            (2, 1, 1),
            "{drawn:?}"
        );
    }
}
