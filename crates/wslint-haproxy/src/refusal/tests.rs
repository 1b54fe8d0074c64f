//! What HAProxy refuses of tests: numbers that are none, and names of other sections that nobody has (measured on 2.6).

use std::collections::HashSet;

use super::complaint::Fault;
use super::found::Found;
use crate::acl::condition::{Asked, Condition};
use crate::acl::expression::{Call, Expression};
use crate::acl::pattern::Method;
use crate::acl::test::Test;
use crate::config::Config;
use crate::config::proxy::Kind;
use crate::statement::Statement;
use wslint_model::Site;

/// The scopes of variables.
const SCOPES: [&str; 6] = ["proc", "sess", "txn", "req", "res", "check"];

/// The fetch methods whose first argument names a backend.
const OF_BACKENDS: [&str; 7] =
    ["avg_queue", "be_conn", "be_conn_free", "be_sess_rate", "connslots", "nbsrv", "queue"];

impl Found<'_> {
    /// The numbers that a test compares with.
    pub(super) fn numbers(&mut self, test: &Test, site: Site) {
        // Versions of TLS have a grammar of their own.
        let of_tls = test.fetch().is_some_and(|call| call.name.ends_with("ssl_ver"));
        if test.method != Method::Int || test.unknown || of_tls {
            return;
        }
        let number = |text: &str| {
            let bounds = text.split_once(':').map_or(vec![text], |(low, high)| vec![low, high]);
            let digits = |bound: &str| {
                let bound = bound.strip_prefix('-').unwrap_or(bound);
                // What follows a dot is read as a minor number, and the rest of it is ignored.
                let whole = bound.split_once('.').map_or(bound, |(whole, _)| whole);
                whole.bytes().all(|byte| byte.is_ascii_digit())
            };
            !text.is_empty() && bounds.into_iter().all(digits)
        };
        for pattern in &test.patterns {
            let compared = pattern.text.split_once(' ').map_or(&*pattern.text, |(_, compared)| compared);
            if !number(compared) {
                self.say(Fault::UnknownWord, site, format!("`{compared}` is not a number"));
                return;
            }
        }
    }

    /// A variable, whose name begins with its scope.
    pub(super) fn variable(&mut self, name: &str, site: Site) {
        let scope = name.split_once('.').map(|(scope, _)| scope);
        if !scope.is_some_and(|scope| SCOPES.contains(&scope)) {
            let words = format!("the variable `{name}` has none of the scopes `{}`", SCOPES.join("`, `"));
            self.say(Fault::UnknownWord, site, words);
        }
    }

    /// The variables that an expression reads.
    pub(super) fn variables(&mut self, expression: &Expression, site: Site) {
        if expression.fetch.name == "var" {
            self.variable(expression.fetch.arg(0), site);
        }
    }

    /// The sections that tests name. In fragments they may stand elsewhere.
    pub(super) fn names_of_tests(&mut self, config: &Config<'_>) {
        let hidden = config.others.iter().any(|(header, _)| header.has_unknown())
            || config.proxies.iter().any(|proxy| proxy.header.has_unknown());
        if hidden {
            return;
        }
        let tables = Tables::of(config);
        for proxy in &config.proxies {
            let of_rules = proxy.rules.iter().map(|rule| (rule.condition.as_ref(), rule.statement));
            let of_switches =
                proxy.switches.iter().map(|switch| (switch.condition.as_ref(), switch.statement));
            let mut tests: Vec<(&Test, &Statement<'_>)> =
                proxy.acls.iter().map(|acl| (&acl.test, &proxy.statements[acl.statement])).collect();
            for (condition, at) in of_rules.chain(of_switches) {
                let terms = condition.into_iter().flat_map(Condition::terms);
                tests.extend(terms.filter_map(|term| match &term.asked {
                    Asked::Anonymous(braces) => Some((&braces.test, &proxy.statements[at])),
                    Asked::Named(_) => None,
                }));
            }
            for (test, line) in tests.into_iter().filter(|(test, line)| !test.unknown && !line.undecided) {
                if let Some(call) = test.fetch() {
                    self.section_of(config, &tables, call, line.site());
                }
            }
        }
    }

    fn section_of(&mut self, config: &Config<'_>, tables: &Tables<'_>, call: &Call, site: Site) {
        let name = call.arg(0);
        let backend = |name: &str| config.backend(name).is_some();
        let list = |name: &str| {
            let mut all = config.others.iter().map(|(header, _)| (header.word(0), header.word(1)));
            all.any(|other| other == ("userlist", name))
        };
        let missing = match call.name.as_str() {
            _ if name.is_empty() => return,
            "http_auth" | "http_auth_group" if !list(name) => "userlist",
            fetch if OF_BACKENDS.contains(&fetch) && !backend(name) => "backend",
            // A table of `peers` has a slash in its name.
            fetch if counts_clients(fetch) && !name.contains('/') && !tables.has(name) => {
                let words = format!("no `stick-table` in a section named `{name}`");
                self.say(Fault::Undefined, site, words);
                return;
            }
            _ => return,
        };
        self.say(Fault::Undefined, site, format!("no `{missing} {name}` in this configuration"));
    }

    /// What rules say of stick tables: each needs one, and the one that it names has to be there.
    pub(super) fn tables(&mut self, config: &Config<'_>) {
        if config.proxies.iter().any(|proxy| proxy.header.has_unknown()) {
            return;
        }
        let tables = Tables::of(config);
        for proxy in config.proxies.iter().filter(|proxy| proxy.kind != Kind::Defaults) {
            for line in proxy.statements.iter().filter(|line| !line.undecided && !line.has_unknown()) {
                let asks = match line.word(0) {
                    "stick" => proxy.kind.is_backend(),
                    "http-request" | "http-response" => line.word(1).starts_with("track-sc"),
                    "tcp-request" => line.word(2).starts_with("track-sc"),
                    _ => false,
                };
                if !asks {
                    continue;
                }
                let at = line.words.iter().position(|word| word.text == "table").map(|at| at + 1);
                let name = at.map_or(proxy.name.as_str(), |at| line.word(at));
                // A table of `peers` has a slash in its name.
                if !name.contains('/') && !tables.has(name) {
                    let shown = if at.is_none() { proxy.label() } else { name.to_owned() };
                    let words = format!("`{shown}` has no `stick-table`");
                    self.say(Fault::Undefined, at.map_or(line.site(), |at| line.word_site(at)), words);
                }
            }
        }
    }
}

/// The names of the sections that have a stick table.
struct Tables<'c>(HashSet<&'c str>);

impl<'c> Tables<'c> {
    fn of(config: &'c Config<'_>) -> Self {
        let sections = config.proxies.iter().filter(|proxy| proxy.own("stick-table").next().is_some());
        Self(sections.map(|proxy| proxy.name.as_str()).collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

/// Whether a fetch method looks up the client in a stick table, which its argument names.
fn counts_clients(fetch: &str) -> bool {
    let counters =
        ["_rate", "_cnt", "_cur", "_gpc0", "_gpc1", "_gpt0", "_kbytes_in", "_kbytes_out", "_glitch_rate"];
    fetch.starts_with("src_") && counters.iter().any(|counter| fetch.ends_with(counter))
}
