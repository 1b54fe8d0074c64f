//! What HAProxy refuses about the arguments of rules and settings. An empty word counts as none (measured).

use super::actions;
use crate::refusal::{Fault, Found};
use crate::statement::Statement;

impl Found {
    /// The actions of HTTP rules, and the arguments of those that take a fixed number.
    pub(super) fn action(&mut self, statement: &Statement<'_>) {
        let action = statement.word(1);
        if !actions::is_known(action) {
            let words = format!("`{}` knows no action `{action}`", statement.word(0));
            self.say(Fault::UnknownWord, statement.word_site(1), words);
        } else if actions::misplaced(statement.word(0), action, self.version) {
            let words = format!("`{}` of HAProxy {} takes no `{action}`", statement.word(0), self.version);
            self.say(Fault::UnknownWord, statement.word_site(1), words);
        }
        if action == "normalize-uri" && !self.exposed {
            let words = "`normalize-uri` needs `expose-experimental-directives` in `global`".to_owned();
            self.say(Fault::UnknownWord, statement.word_site(1), words);
        }
        if action == "redirect" {
            self.redirect(statement, 2);
        }
        let Some((count, what)) = arguments(action) else { return };
        let missing = (2..2 + count).any(|index| matches!(statement.word(index), "" | "if" | "unless"));
        let matching = action == "del-header" && statement.word(3) == "-m";
        if missing {
            self.say(Fault::UnknownWord, statement.site(), format!("`{action}` takes {what}"));
        } else if !matching {
            self.condition_word(statement, 2 + count);
        }
    }

    /// Where all arguments have been read only a condition may follow.
    pub(super) fn condition_word(&mut self, statement: &Statement<'_>, at: usize) {
        let word = statement.word(at);
        if !matches!(word, "" | "if" | "unless") {
            let words =
                format!("`{word}` stands where only `if` or `unless` may; a value with blanks needs quotes");
            self.say(Fault::UnknownWord, statement.word_site(at), words);
        }
    }

    /// The words of a redirect; `keep-query` came with 3.0.
    pub(super) fn redirect(&mut self, statement: &Statement<'_>, from: usize) {
        let mut at = from;
        let mut target = false;
        while !matches!(statement.word(at), "" | "if" | "unless") {
            let word = statement.word(at);
            let takes_value =
                matches!(word, "location" | "prefix" | "scheme" | "code" | "set-cookie" | "clear-cookie");
            target |= matches!(word, "location" | "prefix" | "scheme");
            let alone = matches!(word, "drop-query" | "append-slash" | "ignore-empty" | "keep-query");
            if !takes_value && !alone {
                let words =
                    format!("a redirect knows no `{word}`; it takes `location`, `prefix` or `scheme`");
                self.say(Fault::UnknownWord, statement.word_site(at), words);
                return;
            }
            if takes_value && statement.word(at + 1).is_empty() {
                self.say(Fault::UnknownWord, statement.word_site(at), format!("`{word}` takes a value"));
                return;
            }
            at += if takes_value { 2 } else { 1 };
        }
        if !target {
            let words = "a redirect takes `location`, `prefix` or `scheme`".to_owned();
            self.say(Fault::UnknownWord, statement.site(), words);
        }
    }

    /// Keywords that need a number of arguments at least.
    pub(super) fn enough(&mut self, statement: &Statement<'_>) {
        let keyword = statement.word(0);
        let least = match keyword {
            "bind"
            | "dynamic-cookie-key"
            | "filter"
            | "force-persist"
            | "http-send-name-header"
            | "ignore-persist"
            | "log-format"
            | "max-keep-alive-queue"
            | "monitor-uri"
            | "retries"
            | "source" => 1,
            "acl" | "compression" | "errorfile" | "errorloc" | "errorloc302" | "errorloc303" | "server" => 2,
            "server-template" => 3,
            _ => 0,
        };
        if (1..=least).any(|index| statement.word(index).is_empty()) {
            let words = format!("`{keyword}` takes more than what stands here");
            self.say(Fault::UnknownWord, statement.site(), words);
        }
    }

    /// The statuses that HAProxy has pages for.
    pub(super) fn error_page(&mut self, statement: &Statement<'_>) {
        const WITH_PAGE: [&str; 21] = [
            "200", "400", "401", "403", "404", "405", "407", "408", "410", "413", "414", "421", "422", "425",
            "429", "431", "500", "501", "502", "503", "504",
        ];
        let code = statement.word(1);
        if !WITH_PAGE.contains(&code) {
            let words = format!("`{}` knows no status `{code}`", statement.word(0));
            self.say(Fault::UnknownWord, statement.word_site(1), words);
        }
    }

    /// One of `insert`, `rewrite` and `prefix` at most.
    pub(super) fn cookie(&mut self, statement: &Statement<'_>) {
        let modes = ["insert", "rewrite", "prefix"];
        let given = statement.words.iter().skip(2).filter(|word| modes.contains(&word.text.as_ref())).count();
        if statement.word(1).is_empty() || given > 1 {
            let words = "`cookie` takes a name and one of `insert`, `rewrite` and `prefix`".to_owned();
            self.say(Fault::UnknownWord, statement.site(), words);
        }
    }

    /// The lists of `tcp-request`.
    pub(super) fn tcp_request(&mut self, statement: &Statement<'_>) {
        let list = statement.word(1);
        if !matches!(list, "connection" | "session" | "content" | "inspect-delay") {
            self.say(Fault::UnknownWord, statement.word_site(1), format!("`tcp-request` knows no `{list}`"));
        } else if list == "inspect-delay" {
            self.time(statement, 2);
        } else if statement.word(2).is_empty() {
            let words = format!("`tcp-request {list}` takes an action");
            self.say(Fault::UnknownWord, statement.site(), words);
        }
    }
}

/// How many arguments an action takes before its condition, and which.
fn arguments(action: &str) -> Option<(usize, &'static str)> {
    Some(match action {
        "set-header" | "add-header" => (2, "a name and a value"),
        "del-header" => (1, "a name"),
        "replace-header" | "replace-value" => (3, "a name, a regular expression and a value"),
        "set-path" | "set-pathq" | "set-query" | "set-uri" | "set-method" => (1, "a value"),
        "replace-path" | "replace-pathq" | "replace-uri" => (2, "a regular expression and a value"),
        _ => return None,
    })
}
