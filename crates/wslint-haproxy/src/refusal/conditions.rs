//! What HAProxy refuses about ACLs and the conditions of rules.

use std::sync::Arc;

use super::complaint::Fault;
use super::found::Found;
use super::words::Wanted;
use crate::acl::condition::{Asked, Condition};
use crate::acl::expression::Expression;
use crate::acl::pattern::Method;
use crate::acl::test::Test;
use crate::config::action::Action;
use crate::config::proxy::{Kind, Proxy};
use crate::keywords::place::Places;
use crate::keywords::{self, Table};
use crate::statement::Statement;
use wslint_model::{Site, Version};

impl Found<'_> {
    /// ACLs belong to the section that defines them; names are case-sensitive. A line knows those above it (measured).
    pub(super) fn conditions(&mut self, proxy: &Proxy<'_>) {
        let rules = proxy.rules.iter().map(|rule| (rule.condition.as_ref(), rule.statement));
        let switches = proxy.switches.iter().map(|switch| (switch.condition.as_ref(), switch.statement));
        let of_servers = proxy.use_servers.iter().map(|rule| (rule.condition.as_ref(), rule.statement));
        for (condition, at) in rules.chain(switches).chain(of_servers) {
            let statement = &proxy.statements[at];
            if let Some(condition) = condition.filter(|_| !statement.undecided && !statement.has_unknown()) {
                self.condition(proxy, condition, at);
            }
        }
        for acl in &proxy.acls {
            self.test(&acl.test, proxy.statements[acl.statement].site());
        }
        for rule in &proxy.rules {
            if let Action::SetTimeout { name, milliseconds, .. } = &rule.action {
                self.set_timeout(proxy, name, *milliseconds, &proxy.statements[rule.statement]);
            }
        }
    }

    fn condition(&mut self, proxy: &Proxy<'_>, condition: &Condition, at: usize) {
        let statement = &proxy.statements[at];
        for term in condition.terms() {
            let name = match &term.asked {
                Asked::Named(name) => name,
                Asked::Anonymous(braces) => {
                    if !braces.closed {
                        let words = "the test in braces is not closed".to_owned();
                        self.say(Fault::Undefined, statement.word_site(term.word), words);
                        return;
                    }
                    self.test(&braces.test, statement.word_site(term.word + 1));
                    continue;
                }
            };
            let lines = proxy.acls_named(name).unwrap_or_default();
            let first = lines.iter().map(|&acl| proxy.acls[acl].statement).min();
            if first.is_some_and(|first| first < at) || Test::predefined(name).is_some() {
                continue;
            }
            let words = match name.starts_with('{') || name == "}" || name.ends_with('}') {
                true => "the braces of a test stand alone, with blanks around them".to_owned(),
                false if first.is_some() => {
                    format!("`acl {name}` stands below this line, which knows those above")
                }
                false => format!("no `acl {name}` in this section"),
            };
            self.say(Fault::Undefined, statement.word_site(term.word), words);
            return;
        }
    }

    /// Variables, raw bytes and what may be of any type have no matching method of their own, so that a test of them must
    /// name one.
    fn test(&mut self, test: &Test, site: Site) {
        let Some(expression) = &test.expression else {
            self.unread(site);
            return;
        };
        // Tests that begin with the same word share what it says.
        let read = (Arc::as_ptr(expression), test.explicit_method);
        let before = self.complaints.len();
        let is_sound = self.sound.contains(&read);
        if !is_sound {
            self.calls(expression, site);
        }
        self.numbers(test, site);
        if test.method == Method::Reg && !test.unknown {
            for pattern in &test.patterns {
                self.regular(&pattern.text, site);
            }
        }
        if is_sound {
            return;
        }
        if test.lacks_method(self.version) {
            let name = &expression.converters.last().unwrap_or(&expression.fetch).name;
            self.say(Fault::UnknownWord, site, format!("a test of `{name}` needs `-m`, such as `-m str`"));
        }
        if self.complaints.len() == before {
            self.sound.insert(read);
        }
    }

    /// An expression whose parentheses do not close, or with words behind them.
    fn unread(&mut self, site: Site) {
        let words = "the parentheses of this expression do not close, or no comma follows them".to_owned();
        self.say(Fault::UnknownWord, site, words);
    }

    /// A word that holds an expression.
    pub(super) fn expression(&mut self, statement: &Statement<'_>, at: usize) {
        let Some(word) = statement.known(at).filter(|word| !word.is_empty()) else { return };
        match Expression::parse(word) {
            Some(expression) => self.fetches(&expression, statement.word_site(at)),
            None => self.unread(statement.word_site(at)),
        }
    }

    /// The names of the fetch method and of the converters, where no test's name may stand.
    pub(super) fn fetches(&mut self, expression: &Expression, site: Site) {
        self.known_names(&keywords::FETCHES, expression, site);
    }

    /// The names of the fetch method and of the converters. Where a name of neither is meant, a test's name may be.
    fn calls(&mut self, expression: &Expression, site: Site) {
        let name = expression.fetch.name.as_str();
        let fetches = &keywords::FETCHES;
        let is_fetch = !fetches.named(name).is_empty() || fetches.did_you_mean(name, self.version).is_some();
        self.known_names(if is_fetch { fetches } else { &keywords::ACLS }, expression, site);
    }

    fn known_names(&mut self, fetches: &'static Table, expression: &Expression, site: Site) {
        self.variables(expression, site);
        let first = (fetches, expression.fetch.name.as_str());
        let converters = expression.converters.iter().map(|call| (&keywords::CONVERTERS, call.name.as_str()));
        for (table, word) in [first].into_iter().chain(converters) {
            // Lua brings functions of its own.
            if !word.starts_with("lua.") {
                self.known(&Wanted { table, before: "", word, place: "" }, Places::MAX, site);
            }
        }
    }

    /// `set-timeout tunnel` and `server` need a backend; `client` came with 2.9.
    fn set_timeout(
        &mut self,
        proxy: &Proxy<'_>,
        name: &str,
        milliseconds: Option<u64>,
        statement: &Statement<'_>,
    ) {
        let client = name == "client" && self.version >= Version(2, 9, 0);
        let fits = match name {
            "client" => client && proxy.kind != Kind::Backend,
            "tunnel" | "server" => proxy.kind != Kind::Frontend,
            _ => false,
        };
        if !fits {
            let words = format!("`set-timeout {name}` cannot stand in a `{}`", proxy.kind.keyword());
            self.say(Fault::SetTimeout, statement.site(), words);
        } else if milliseconds == Some(0) {
            let words = format!("`set-timeout {name}` takes a time above 0");
            self.say(Fault::TimeUnreadable, statement.word_site(3), words);
        } else if milliseconds.is_none()
            && statement.word(3).bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        {
            self.time(statement, 3);
        }
    }
}
