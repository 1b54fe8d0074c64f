//! What HAProxy refuses of log-format strings and of regular expressions.

use super::complaint::Fault;
use super::found::Found;
use crate::acl::format::Format;
use crate::statement::Statement;
use wslint_model::Site;

impl Found {
    /// The words of an action that are log-format strings or regular expressions; `at` is where the action stands.
    pub(super) fn formats_of_action(&mut self, statement: &Statement<'_>, at: usize) {
        let action = statement.word(at);
        let formats = match action {
            "add-header" | "set-header" => at + 2,
            "replace-header" | "replace-value" => at + 3,
            "set-path" | "set-pathq" | "set-query" | "set-uri" | "set-method" => at + 1,
            "replace-path" | "replace-pathq" | "replace-uri" => at + 2,
            _ if action.starts_with("set-var-fmt(") => at + 1,
            _ => return,
        };
        self.format(statement, formats);
        if action.starts_with("replace-") {
            self.regular(statement.word(formats - 1), statement.word_site(formats - 1));
        }
    }

    /// A word that is a log-format string.
    pub(super) fn format(&mut self, statement: &Statement<'_>, at: usize) {
        let Some(text) = statement.known(at) else { return };
        let site = statement.word_site(at);
        for sample in Format::samples(text) {
            match sample {
                Some(expression) => self.fetches(&expression, site),
                None => {
                    let words =
                        "the brackets or parentheses of an expression in this do not close".to_owned();
                    self.say(Fault::UnknownWord, site, words);
                    return;
                }
            }
        }
    }

    /// A regular expression, whose parentheses must close.
    pub(super) fn regular(&mut self, pattern: &str, site: Site) {
        if !is_balanced(pattern) {
            let words = "the parentheses of this regular expression do not close".to_owned();
            self.say(Fault::UnknownWord, site, words);
        }
    }
}

/// Whether each parenthesis of a regular expression has its other half. What is quoted as a whole is not looked at.
fn is_balanced(pattern: &str) -> bool {
    if pattern.contains("\\Q") || pattern.contains("(?#") || pattern.contains("(?x") {
        return true;
    }
    let mut open = 0_usize;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '[' => {
                chars.next_if_eq(&'^');
                // At the beginning of a class its end is a character like any other.
                chars.next_if_eq(&']');
                while let Some(c) = chars.next() {
                    match c {
                        '\\' => drop(chars.next()),
                        ']' => break,
                        // `[:alpha:]` within a class.
                        '[' if chars.peek() == Some(&':') => {
                            chars.by_ref().find(|&c| c == ']');
                        }
                        _ => {}
                    }
                }
            }
            '(' => open += 1,
            ')' if open == 0 => return false,
            ')' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

#[cfg(test)]
mod tests {
    use super::is_balanced;

    #[test]
    fn parentheses_of_regular_expressions_close() {
        for pattern in ["^/a(/|$)", r"\(", "[(]", "[^)]", "[])(]", r"[\])]", "(?i)a", "[[:alpha:])]", ""] {
            assert!(is_balanced(pattern), "{pattern}");
        }
        for pattern in ["(", "^/(a", "a)", "(a))", r"(a\)"] {
            assert!(!is_balanced(pattern), "{pattern}");
        }
    }
}
