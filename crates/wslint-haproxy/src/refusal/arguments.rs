//! What HAProxy refuses about the arguments of rules and settings. An empty word counts as none (measured).

use super::complaint::Fault;
use super::found::Found;
use super::words::Wanted;
use crate::keywords::place::{self, Places};
use crate::keywords::{self, Lookup};
use crate::statement::Statement;
use wslint_model::Version;

impl Found {
    /// The action of a rule, which stands behind the name of its list, and its arguments where their number is fixed.
    pub(super) fn action(&mut self, statement: &Statement<'_>, list: &str, at: usize) {
        let action = statement.word(at);
        let site = statement.word_site(at);
        let Some(&(_, bit)) = place::RULES.iter().find(|(name, _)| *name == list) else { return };
        // Lua brings actions of its own.
        if action.is_empty() || action.starts_with("lua.") {
            return;
        }
        let elsewhere = matches!(keywords::ACTIONS.find_at(action, self.version, bit), Lookup::Unknown)
            && !keywords::ACTIONS.named(action).is_empty();
        if elsewhere {
            self.say(Fault::UnknownWord, site, format!("`{list}` takes no `{action}`"));
            return;
        }
        let before = format!("{list} ");
        let wanted = Wanted { table: &keywords::ACTIONS, before: &before, word: action, place: "" };
        let Some(known) = self.known(&wanted, bit, site) else { return };
        self.experimental(known, site);
        if action == "redirect" {
            self.redirect(statement, at + 1);
        }
        let Some(count) = known.arguments.most else { return };
        let from = at + 1;
        let missing = (from..from + count).any(|index| matches!(statement.word(index), "" | "if" | "unless"));
        // A way of matching may follow the name since 2.4.
        let matching =
            action == "del-header" && statement.word(from + 1) == "-m" && self.version >= Version(2, 4, 0);
        if missing {
            let words = match count {
                1 => format!("`{action}` takes a value"),
                count => format!("`{action}` takes {count} values"),
            };
            self.say(Fault::UnknownWord, statement.site(), words);
        } else if !matching {
            self.condition_word(statement, from + count);
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

    /// The words of a redirect.
    pub(super) fn redirect(&mut self, statement: &Statement<'_>, from: usize) {
        let mut at = from;
        let mut target = false;
        while !matches!(statement.word(at), "" | "if" | "unless") {
            let word = statement.word(at);
            let name = format!("redirect {word}");
            let wanted = Wanted { table: &keywords::WORDS, before: "", word: &name, place: "" };
            let Some(known) = self.known(&wanted, Places::MAX, statement.word_site(at)) else { return };
            let count = known.arguments.least;
            if count > 0 && statement.word(at + 1).is_empty() {
                self.say(Fault::UnknownWord, statement.word_site(at), format!("`{word}` takes a value"));
                return;
            }
            target |= matches!(word, "location" | "prefix" | "scheme");
            at += 1 + count;
        }
        if !target {
            let words = "a redirect takes `location`, `prefix` or `scheme`".to_owned();
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
}
