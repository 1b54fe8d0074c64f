//! Markdown on a terminal. It knows the few marks that the pages of rules are written with: headings, paragraphs, lists,
//! quotes, blocks of code, addresses in lists, and code and emphasis within a paragraph.

use std::iter::Peekable;
use std::str::Lines;

use super::words::unbroken;

const BOLD: &str = "\x1b[1m";
const CODE: &str = "\x1b[36m";
const ADDED: &str = "\x1b[32m";
const TAKEN: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";

/// What headings begin with.
const HEADINGS: [&str; 3] = ["# ", "## ", "### "];

/// Draws a text for a terminal with colours.
pub(crate) fn drawn(markdown: &str, width: usize) -> String {
    let mut drawn = String::with_capacity(markdown.len());
    let mut lines = markdown.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            for code in lines.by_ref().take_while(|line| !line.starts_with("```")) {
                match code.as_bytes().first() {
                    Some(b'-') if language == "diff" => drawn.extend(["    ", TAKEN, code, PLAIN, "\n"]),
                    Some(b'+') if language == "diff" => drawn.extend(["    ", ADDED, code, PLAIN, "\n"]),
                    _ => drawn.extend(["    ", code, "\n"]),
                }
            }
        } else if let Some(heading) = HEADINGS.iter().find_map(|mark| line.strip_prefix(mark)) {
            drawn.extend([BOLD, heading, PLAIN, "\n"]);
        } else if let Some(quote) = line.strip_prefix('>') {
            drawn += &wrapped(quote.trim_start(), "  │ ", "  │ ", width);
        } else if let Some(item) = line.strip_prefix("- ") {
            let address = item.strip_prefix('<').and_then(|item| item.strip_suffix('>'));
            drawn += &wrapped(&joined(address.unwrap_or(item), &mut lines), "  • ", "    ", width);
        } else if line.is_empty() {
            drawn.push('\n');
        } else {
            drawn += &wrapped(&joined(line, &mut lines), "", "", width);
        }
    }
    drawn
}

/// A line and those that go on with its paragraph.
fn joined(first: &str, lines: &mut Peekable<Lines<'_>>) -> String {
    let mut paragraph = first.to_owned();
    let goes_on = |line: &&str| {
        let begins = |marks: &[&str]| marks.iter().any(|mark| line.starts_with(mark));
        !line.is_empty() && !begins(&HEADINGS) && !begins(&["- ", ">", "```"])
    };
    while let Some(line) = lines.next_if(goes_on) {
        paragraph.extend([" ", line.trim_start()]);
    }
    paragraph
}

fn wrapped(text: &str, first: &str, others: &str, width: usize) -> String {
    let options = unbroken(width).initial_indent(first).subsequent_indent(others);
    textwrap::fill(&inline(text), options) + "\n"
}

/// `code` and **emphasis** in one paragraph.
fn inline(text: &str) -> String {
    let mut drawn = String::with_capacity(text.len());
    for (number, part) in text.split('`').enumerate() {
        match number % 2 {
            1 => drawn.extend([CODE, part, PLAIN]),
            _ => drawn += &emphasised(part),
        }
    }
    drawn
}

fn emphasised(text: &str) -> String {
    let parts = text.split("**").enumerate();
    parts
        .map(|(number, part)| if number % 2 == 1 { format!("{BOLD}{part}{PLAIN}") } else { part.to_owned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::drawn;

    #[test]
    fn the_marks_of_a_page_are_drawn() {
        let page = "# nginx/a\n\nOne **bold** `word` and\nthe next line.\n\n> said\n>\n> more\n\n- an item that is\n  long\n\
                    - <https://example.com/>\n\n## Why\n\n```nginx\n# no heading\n```\n### A change\n```diff\n  a\n- b\n+ c\n```\n";
        let expected = "[1mnginx/a[0m\n\nOne [1mbold[0m [36mword[0m and the\nnext line.\n\n  │ said\n\n  │ more\n\n  \
                        • an item that is\n    long\n  • https://example.com/\n\n[1mWhy[0m\n\n    # no heading\n[1mA change[0m\n      a\n    [31m- b[0m\n    \
                        [32m+ c[0m\n";
        assert_eq!(drawn(page, 22).replace('\u{1b}', ""), expected);
    }
}
