//! Why HAProxy would refuse to load the configuration, as far as the tables go that were measured with
//! `haproxy -c` on 1.8 to 3.5. What is not in a table is taken to be fine.

use std::collections::HashSet;

use wslint_syntax::haproxy::Prefix;

use super::action::{Action, Stage};
use super::condition::{Asked, Condition, Test};
use super::config::Config;
use super::duration::{self, BadTime};
use super::keywords;
use super::proxy::{Kind, Proxy, ProxyId, Target};
use super::statement::Statement;
use crate::project::Site;
use crate::version::Version;

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    /// The version does not know the keyword or option any more.
    Removed,
    /// An option of a proxy without the capability: refused since 3.2, ignored before.
    OptionInWrongSection,
    /// A keyword that the section does not take.
    Misplaced,
    /// A keyword, option, mode or algorithm that no version knows.
    UnknownWord,
    /// An ACL, a backend or a `defaults` section that nobody defines.
    Undefined,
    /// A time above 24.8 days.
    TimeTooLong,
    /// A time that cannot be read.
    TimeUnreadable,
    /// `set-timeout` where it cannot work.
    SetTimeout,
    /// A frontend in `mode http` that leads to a backend in `mode tcp`.
    ModeMismatch,
    /// Two sections or servers of one name.
    Duplicate,
}

/// A line that HAProxy complains about.
#[derive(Clone, Debug)]
pub(crate) struct Complaint {
    /// What is wrong.
    pub(crate) fault: Fault,
    /// The line.
    pub(crate) site: Site,
    /// What is wrong, in a clause.
    pub(crate) words: String,
    /// Whether HAProxy refuses to start; it only warns otherwise.
    pub(crate) fatal: bool,
}

/// All complaints, in the order in which HAProxy comes to them: line by line, then what spans lines.
pub(crate) fn complaints(config: &Config<'_>) -> Vec<Complaint> {
    let mut found = Found { version: config.version, complaints: Vec::new() };
    for statement in &config.global {
        found.global(statement);
    }
    for &site in &config.unknown_bases {
        found.say(Fault::Undefined, site, "no `defaults` section above has this name".to_owned());
    }
    for proxy in &config.proxies {
        for statement in &proxy.statements {
            // What a placeholder or an undecided branch hides may be right.
            if !statement.undecided && !statement.has_unknown() {
                found.statement(proxy, statement);
            }
        }
        if config.whole {
            found.conditions(proxy);
        }
    }
    if config.whole {
        found.references(config);
        found.names(config);
    }
    found.complaints
}

struct Found {
    version: Version,
    complaints: Vec<Complaint>,
}

impl Found {
    fn say(&mut self, fault: Fault, site: Site, words: String) {
        self.complaints.push(Complaint { fault, site, words, fatal: true });
    }

    fn global(&mut self, statement: &Statement<'_>) {
        let keyword = statement.word(0);
        if let Some(note) = keywords::removed_from_global(keyword, self.version) {
            self.say(Fault::Removed, statement.site(), note.to_owned());
        } else if statement.prefix.is_some() && keyword.starts_with("h2-workaround") {
            self.say(Fault::UnknownWord, statement.site(), format!("`no` is not taken before `{keyword}`"));
        } else if keyword == "hard-stop-after" {
            self.time(statement, 1);
        } else if keyword == "timeout" {
            self.say(Fault::Misplaced, statement.site(), "`global` has no timeouts of proxies".to_owned());
        }
    }

    fn statement(&mut self, proxy: &Proxy<'_>, statement: &Statement<'_>) {
        let keyword = statement.word(0);
        let site = statement.site();
        if let Some(note) = keywords::removed_from_proxies(keyword, self.version) {
            self.say(Fault::Removed, site, note.to_owned());
            return;
        }
        match keyword {
            "timeout" => self.timeout(statement),
            "option" => self.option(proxy, statement),
            "mode" => self.mode(statement),
            "use_backend" if !matches!(statement.word(2), "" | "if" | "unless") => {
                let words = format!("`{}` stands where only `if` or `unless` may", statement.word(2));
                self.say(Fault::UnknownWord, statement.word_site(2), words);
            }
            "http-request" | "http-response" | "http-after-response" => self.action(statement),
            "balance" => self.balance(statement),
            "http-reuse" if !matches!(statement.word(1), "never" | "safe" | "aggressive" | "always") => {
                self.say(Fault::UnknownWord, site, format!("`http-reuse` knows no `{}`", statement.word(1)));
            }
            _ => {}
        }
        if !matches!(keyword, "option" | "log") && statement.prefix.is_some() {
            self.say(
                Fault::UnknownWord,
                site,
                format!("`no` and `default` are not taken before `{keyword}`"),
            );
        }
        if let Some(note) = keywords::misplaced(proxy.kind, &proxy.name, statement, self.version) {
            self.say(Fault::Misplaced, site, note);
        } else if !keywords::is_known(keyword) {
            self.say(Fault::UnknownWord, site, format!("HAProxy knows no keyword `{keyword}`"));
        }
    }

    fn timeout(&mut self, statement: &Statement<'_>) {
        let name = statement.word(1);
        if !keywords::is_timeout(name, self.version) {
            self.say(
                Fault::UnknownWord,
                statement.word_site(1),
                format!("HAProxy knows no `timeout {name}`"),
            );
        } else if statement.words.len() > 3 {
            let words = format!("`timeout {name}` takes one value");
            self.say(Fault::TimeUnreadable, statement.word_site(3), words);
        } else {
            self.time(statement, 2);
        }
    }

    fn time(&mut self, statement: &Statement<'_>, at: usize) {
        let text = statement.word(at);
        let (fault, words) = match duration::parse(text) {
            Ok(_) => return,
            Err(BadTime::TooLong) => (
                Fault::TimeTooLong,
                format!("`{text}` is more than 24.8 days, the longest time that HAProxy takes"),
            ),
            Err(BadTime::NotANumber) => {
                (Fault::TimeUnreadable, format!("`{text}` is not a number with a unit"))
            }
            Err(BadTime::BadUnit) => {
                (Fault::TimeUnreadable, format!("the unit of `{text}` is none of `us ms s m h d`"))
            }
        };
        self.say(fault, statement.word_site(at), words);
    }

    fn option(&mut self, proxy: &Proxy<'_>, statement: &Statement<'_>) {
        let name = statement.word(1);
        let site = statement.site();
        if let Some(note) = keywords::removed_option(name, self.version) {
            self.say(Fault::Removed, site, note.to_owned());
        } else if !keywords::is_option(name, self.version) {
            self.say(Fault::UnknownWord, statement.word_site(1), format!("HAProxy knows no `option {name}`"));
        } else if statement.prefix.is_some()
            && !keywords::takes_prefix(name, statement.prefix == Some(Prefix::Default))
        {
            self.say(Fault::UnknownWord, site, format!("`option {name}` cannot be negated"));
        } else if name == "httpchk" && statement.word(4).contains("\r\n") && self.version >= Version(2, 8, 0)
        {
            let words = "headers hidden in the version string are refused since 2.8; use `http-check send`";
            self.say(Fault::Removed, site, words.to_owned());
        } else if keywords::option_in_wrong_section(name, proxy.kind, self.version) {
            let fatal = self.version >= Version(3, 2, 0);
            let words = format!("`option {name}` is no option of a `{}`", proxy.kind.keyword());
            self.complaints.push(Complaint { fault: Fault::OptionInWrongSection, site, words, fatal });
        }
    }

    /// The actions of HTTP rules, and the two arguments of those that set a field.
    fn action(&mut self, statement: &Statement<'_>) {
        let action = statement.word(1);
        if !keywords::is_http_action(action) {
            let words = format!("`{}` knows no action `{action}`", statement.word(0));
            self.say(Fault::UnknownWord, statement.word_site(1), words);
        }
        let ends = |index: usize| matches!(statement.word(index), "" | "if" | "unless");
        let sets = matches!(action, "set-header" | "add-header");
        if sets && (statement.words.len() < 4 || !ends(4)) {
            let words = format!("`{action}` takes a name and a value; a value with blanks needs quotes");
            self.say(Fault::UnknownWord, statement.site(), words);
        }
    }

    fn mode(&mut self, statement: &Statement<'_>) {
        let mode = statement.word(1);
        let known = matches!(mode, "http" | "tcp")
            || mode == "log" && self.version >= Version(2, 9, 0)
            || mode == "spop" && self.version >= Version(3, 1, 0)
            || mode == "haterm" && self.version >= Version(3, 4, 0)
            || mode == "health" && self.version < Version(2, 4, 0);
        if !known {
            self.say(Fault::UnknownWord, statement.word_site(1), format!("HAProxy knows no `mode {mode}`"));
        }
    }

    fn balance(&mut self, statement: &Statement<'_>) {
        let algorithm = statement.word(1).split('(').next().unwrap_or_default();
        let known = matches!(
            algorithm,
            "roundrobin"
                | "static-rr"
                | "leastconn"
                | "first"
                | "source"
                | "uri"
                | "url_param"
                | "hdr"
                | "random"
                | "rdp-cookie"
                | "hash"
                | "log-hash"
                | "sticky"
                | ""
        );
        if !known {
            self.say(
                Fault::UnknownWord,
                statement.word_site(1),
                format!("HAProxy knows no `balance {algorithm}`"),
            );
        }
    }

    /// ACLs belong to the section that defines them; names are case-sensitive.
    fn conditions(&mut self, proxy: &Proxy<'_>) {
        let rules = proxy.rules.iter().map(|rule| (rule.condition.as_ref(), rule.statement));
        let switches = proxy.switches.iter().map(|switch| (switch.condition.as_ref(), switch.statement));
        for (condition, statement) in rules.chain(switches) {
            let statement = &proxy.statements[statement];
            if let Some(condition) = condition.filter(|_| !statement.undecided && !statement.has_unknown()) {
                self.condition(proxy, condition, statement);
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

    fn condition(&mut self, proxy: &Proxy<'_>, condition: &Condition, statement: &Statement<'_>) {
        for term in condition.terms() {
            let name = match &term.asked {
                Asked::Named(name) => name,
                Asked::Anonymous(test) => {
                    self.test(test, statement.word_site(term.word + 1));
                    continue;
                }
            };
            if proxy.acl_names.contains_key(name) || Test::predefined(name).is_some() {
                continue;
            }
            let words = match name.starts_with('{') || name == "}" || name.ends_with('}') {
                true => "the braces of a test stand alone, with blanks around them".to_owned(),
                false => format!("no `acl {name}` in this section"),
            };
            self.say(Fault::Undefined, statement.word_site(term.word), words);
            return;
        }
    }

    /// A variable has no type of its own, so that a test of it must say how it is compared (measured).
    fn test(&mut self, test: &Test, site: Site) {
        let untyped = test
            .expression
            .as_ref()
            .is_some_and(|expression| expression.fetch.name == "var" && expression.converters.is_empty());
        if untyped && !test.explicit_method && !test.patterns.is_empty() {
            self.say(Fault::UnknownWord, site, "a test of `var` needs `-m`, such as `-m str`".to_owned());
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
            _ => true,
        };
        if !fits {
            let words = format!("`set-timeout {name}` cannot stand in a `{}`", proxy.kind.keyword());
            self.say(Fault::SetTimeout, statement.site(), words);
        } else if milliseconds.is_none()
            && statement.word(3).bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        {
            self.time(statement, 3);
        }
    }

    /// Backends that rules name, and the modes of both ends.
    fn references(&mut self, config: &Config<'_>) {
        for id in config.frontends() {
            let section = config.proxy(id);
            let default = config
                .value(id, "default_backend")
                .and_then(|(name, found)| Some((name?.to_owned(), found.statement)));
            let switches = section.switches.iter().filter_map(|switch| match &switch.target {
                Target::Named(name) => Some((name.clone(), &section.statements[switch.statement])),
                _ => None,
            });
            for (name, statement) in switches.chain(default) {
                if statement.undecided {
                    continue;
                }
                let Some(backend) = config.backend(&name) else {
                    let words = format!("no `backend {name}` in this configuration");
                    self.say(Fault::Undefined, statement.word_site(1), words);
                    continue;
                };
                if config.mode(id) == Some("http") && config.mode(backend) == Some("tcp") {
                    let words = format!(
                        "`{}` works in `mode tcp`, the frontend in `mode http`",
                        config.proxy(backend).label()
                    );
                    self.say(Fault::ModeMismatch, statement.site(), words);
                }
            }
        }
        for id in config.backends() {
            self.servers(config, id);
        }
    }

    fn servers(&mut self, config: &Config<'_>, id: ProxyId) {
        let section = config.proxy(id);
        let mut names: HashSet<&str> = HashSet::new();
        let verifies_nothing = config.global("ssl-server-verify").is_some_and(|line| line.word(1) == "none");
        for server in &section.servers {
            let statement = &section.statements[server.statement];
            let settings = &server.settings;
            if settings.tls && !settings.verified && !verifies_nothing && !settings.unknown {
                let words = "`ssl` needs `verify none`, or a `ca-file` to verify the server with".to_owned();
                self.say(Fault::UnknownWord, statement.site(), words);
            }
            if statement.word(0) == "server" && !statement.has_unknown() && !names.insert(&server.name) {
                let words = format!("another server of this section is named `{}`", server.name);
                self.say(Fault::Duplicate, statement.word_site(1), words);
            }
        }
        for statement in
            section.statements.iter().filter(|line| line.word(0) == "use-server" && !line.has_unknown())
        {
            let name = statement.word(1);
            let computed = name.contains('%');
            if !computed
                && !section.servers.iter().any(|server| server.name == name)
                && section.kind.is_backend()
            {
                let words = format!("no `server {name}` in this section");
                self.say(Fault::Undefined, statement.word_site(1), words);
            }
        }
        if let Some(stick) = config.setting(id, "stick on")
            && stick.owner == id
            && !stick.statement.words.iter().any(|word| word.text == "table")
            && config.setting(id, "stick-table").is_none()
        {
            let words = "`stick on` has no `stick-table` in this section".to_owned();
            self.say(Fault::Undefined, stick.statement.site(), words);
        }
    }

    /// Since 3.3 a frontend and a backend cannot share a name; two of one kind never could.
    fn names(&mut self, config: &Config<'_>) {
        let (mut frontends, mut backends) = (HashSet::new(), HashSet::new());
        for proxy in config.proxies.iter().filter(|proxy| proxy.kind != Kind::Defaults) {
            if proxy.header.has_unknown() || proxy.header.undecided {
                continue;
            }
            let front = proxy.kind.is_frontend() && !frontends.insert(proxy.name.as_str());
            let back = proxy.kind.is_backend() && !backends.insert(proxy.name.as_str());
            let shared = self.version >= Version(3, 3, 0)
                && frontends.contains(proxy.name.as_str())
                && backends.contains(proxy.name.as_str())
                && proxy.kind != Kind::Listen;
            if front || back || shared {
                let words = format!("another section is named `{}`", proxy.name);
                self.say(Fault::Duplicate, proxy.header.site(), words);
            }
        }
    }
}

/// Rules that only named `defaults` may hold since 2.5, and none before (measured).
pub(crate) fn is_rule_list(keyword: &str, second: &str) -> bool {
    match keyword {
        "acl" | "http-request" | "http-response" | "http-after-response" => true,
        "tcp-request" | "tcp-response" => second != "inspect-delay",
        _ => false,
    }
}

/// The list that a rule belongs to, for sections that take only some.
pub(crate) fn stage_of(statement: &Statement<'_>) -> Option<Stage> {
    super::action::Rule::parse(statement, 0).map(|rule| rule.stage)
}
