//! What HAProxy refuses of regular expressions: parentheses that do not close.

use super::complaint::Fault;
use super::found::Found;
use wslint_model::Site;

impl Found<'_> {
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
