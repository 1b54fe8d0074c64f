//! What HAProxy refuses about the arguments of rules and settings. An empty word counts as none (measured).

use super::complaint::{Fault, did_you_mean};
use super::found::Found;
use super::words::Wanted;
use crate::config::proxy::Proxy;
use crate::keywords::place::{self, Places};
use crate::keywords::{self, Lookup};
use crate::statement::Statement;
use wslint_model::Version;

/// What says what an answer of HAProxy's own holds; a value follows each.
const OF_PAGE: [&str; 8] =
    ["status", "content-type", "string", "file", "lf-string", "lf-file", "errorfile", "errorfiles"];

/// The statuses that HAProxy has pages for.
const WITH_PAGE: [&str; 21] = [
    "200", "400", "401", "403", "404", "405", "407", "408", "410", "413", "414", "421", "422", "425", "429",
    "431", "500", "501", "502", "503", "504",
];

impl Found<'_> {
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
        self.formats_of_action(statement, at);
        match action {
            "redirect" => self.redirect(statement, at + 1),
            "deny" | "tarpit" => {
                self.refusal_status(statement, at + 1);
                self.page(statement, at + 1);
            }
            "return" => self.page(statement, at + 1),
            "capture" if statement.words.len() > at + 1 => {
                self.expression(statement, at + 1);
                let length = matches!(statement.word(at + 2), "len" | "id");
                if !length || statement.word(at + 3).parse::<u64>().is_err() {
                    let words = "`capture` takes an expression and `len BYTES`, or `id NUMBER`".to_owned();
                    self.say(Fault::UnknownWord, statement.site(), words);
                } else {
                    self.condition_word(statement, at + 4);
                }
            }
            "set-status" if statement.word(at + 1).parse::<u16>().is_err() => {
                let words = "`set-status` takes a status".to_owned();
                self.say(Fault::UnknownWord, statement.word_site(at + 1), words);
            }
            "allow" | "accept" | "cache-use" | "cache-store" => {
                self.condition_word(statement, at + 1 + usize::from(action.starts_with("cache-")));
            }
            _ if action.starts_with("track-sc") => self.expression(statement, at + 1),
            _ => {}
        }
        self.variable_of_action(statement, at);
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

    /// `set-var(txn.x)` and its kin: the variable, and its value where one is set.
    fn variable_of_action(&mut self, statement: &Statement<'_>, at: usize) {
        let action = statement.word(at);
        let Some((name, inside)) = action.split_once('(').filter(|(name, _)| name.contains("set-var")) else {
            return;
        };
        // Since 2.8 the name may be followed by a condition of its own.
        match inside.strip_suffix(')') {
            Some(inside) => {
                self.variable(inside.split(',').next().unwrap_or_default(), statement.word_site(at));
            }
            None => {
                let words = format!("the parenthesis of `{action}` does not close");
                self.say(Fault::UnknownWord, statement.word_site(at), words);
            }
        }
        if name == "set-var" {
            if matches!(statement.word(at + 1), "" | "if" | "unless") {
                let words = format!("`{action}` takes an expression");
                self.say(Fault::UnknownWord, statement.word_site(at), words);
                return;
            }
            self.expression(statement, at + 1);
            self.condition_word(statement, at + 2);
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
            let is_target = matches!(word, "location" | "prefix" | "scheme");
            target |= is_target;
            if is_target {
                self.format(statement, at + 1);
            }
            at += 1 + count;
        }
        if !target {
            let words = "a redirect takes `location`, `prefix` or `scheme`".to_owned();
            self.say(Fault::UnknownWord, statement.site(), words);
        }
    }

    /// A listener that ends TLS has a certificate. With `strict-sni` HAProxy only warns (measured).
    pub(super) fn certificate(&mut self, proxy: &Proxy<'_>, statement: &Statement<'_>) {
        let has = |names: &[&str]| statement.words.iter().any(|word| names.contains(&word.text));
        let named = ["crt", "crt-list", "default-crt", "generate-certificates", "strict-sni"];
        let of_section = proxy.own("ssl-f-use").next().is_some();
        if has(&["ssl"]) && !has(&named) && !of_section {
            let words = "`ssl` needs a certificate: `crt` or `crt-list`".to_owned();
            self.say(Fault::UnknownWord, statement.site(), words);
        }
    }

    /// The words of an answer of HAProxy's own, up to the condition.
    fn page(&mut self, statement: &Statement<'_>, from: usize) {
        let mut at = from;
        loop {
            at += match statement.word(at) {
                "hdr" => 3,
                "default-errorfiles" => 1,
                "deny_status" => 2,
                word if OF_PAGE.contains(&word) => 2,
                _ => break,
            };
        }
        self.condition_word(statement, at);
    }

    /// `deny_status` takes the statuses that HAProxy has pages for, unless the rule brings a page of its own. Before 2.2
    /// another status is taken for 403 with a warning.
    fn refusal_status(&mut self, statement: &Statement<'_>, from: usize) {
        let end = (from..statement.words.len())
            .find(|&index| matches!(statement.word(index), "if" | "unless"))
            .unwrap_or(statement.words.len());
        let has_page = (from..end).any(|index| {
            let word = statement.word(index);
            word == "hdr" || OF_PAGE.contains(&word)
        });
        let Some(at) = (from..end).find(|&index| statement.word(index) == "deny_status") else { return };
        let code = statement.word(at + 1);
        if !has_page && !WITH_PAGE.contains(&code) && self.version >= Version(2, 2, 0) {
            let words = format!("HAProxy has no page for the status `{code}`");
            self.say(Fault::UnknownWord, statement.word_site(at + 1), words);
        }
    }

    /// The status of an error page.
    pub(super) fn error_page(&mut self, statement: &Statement<'_>) {
        let code = statement.word(1);
        if !WITH_PAGE.contains(&code) {
            let words = format!("`{}` knows no status `{code}`", statement.word(0));
            self.say(Fault::UnknownWord, statement.word_site(1), words);
        }
    }

    /// One of `insert`, `rewrite` and `prefix` at most.
    pub(super) fn cookie(&mut self, statement: &Statement<'_>) {
        let modes = ["insert", "rewrite", "prefix"];
        const OTHERS: [&str; 5] = ["indirect", "nocache", "postonly", "preserve", "dynamic"];
        const WITH_VALUE: [&str; 4] = ["domain", "maxidle", "maxlife", "attr"];
        let mut at = 2;
        while !statement.word(at).is_empty() {
            let word = statement.word(at);
            let bare =
                modes.contains(&word) || matches!(word, "httponly" | "secure") || OTHERS.contains(&word);
            if !bare && !WITH_VALUE.contains(&word) {
                let known = modes.iter().chain(&OTHERS).chain(&WITH_VALUE).copied();
                let meant = did_you_mean(word, known.chain(["httponly", "secure"]));
                self.say(
                    Fault::UnknownWord,
                    statement.word_site(at),
                    format!("`cookie` takes no `{word}`{meant}"),
                );
                return;
            }
            at += if bare { 1 } else { 2 };
        }
        let given = statement.words.iter().skip(2).filter(|word| modes.contains(&word.text)).count();
        if statement.word(1).is_empty() || given > 1 {
            let words = "`cookie` takes a name and one of `insert`, `rewrite` and `prefix`".to_owned();
            self.say(Fault::UnknownWord, statement.site(), words);
        }
    }
}
