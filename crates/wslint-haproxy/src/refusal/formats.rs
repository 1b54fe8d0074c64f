//! What HAProxy refuses of log-format strings.

use super::complaint::Fault;
use super::found::Found;
use crate::acl::format::Format;
use crate::statement::Statement;

impl Found<'_> {
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
}
