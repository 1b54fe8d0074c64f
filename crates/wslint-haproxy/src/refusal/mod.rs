//! Why HAProxy would refuse to load the configuration, as far as the tables go that were measured with
//! `haproxy -c` on 1.8 to 3.5. What is not in a table is taken to be fine.

mod actions;
mod arguments;
mod conditions;
mod globals;
mod keywords;
mod options;
mod references;

use wslint_syntax::haproxy::Prefix;

use super::config::Config;
use super::config::duration::{self, BadTime};
use super::config::proxy::Proxy;
use super::statement::Statement;
use wslint_model::length::cut;
use wslint_model::{Site, Version};

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

/// How many complaints are kept.
const MOST_COMPLAINTS: usize = 1000;

/// How many characters a clause has at most.
const LONGEST_CLAUSE: usize = 300;

/// All complaints, in the order in which HAProxy comes to them: line by line, then what spans lines.
pub(crate) fn complaints(config: &Config<'_>) -> Vec<Complaint> {
    let mut found = Found { version: config.version, exposed: false, complaints: Vec::new() };
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
        found.bases(config);
    }
    found.complaints
}

struct Found {
    version: Version,
    /// Whether `expose-experimental-directives` was met.
    exposed: bool,
    complaints: Vec<Complaint>,
}

impl Found {
    fn say(&mut self, fault: Fault, site: Site, words: String) {
        // HAProxy itself stops at fifty errors: whatever comes after so many is no news to any route.
        if self.complaints.len() < MOST_COMPLAINTS {
            let words = cut(&words, LONGEST_CLAUSE).into_owned();
            self.complaints.push(Complaint { fault, site, words, fatal: true });
        }
    }

    fn global(&mut self, statement: &Statement<'_>) {
        // What a placeholder or an undecided branch hides may be right.
        if statement.undecided || statement.words.first().is_none_or(|word| word.unknown) {
            return;
        }
        let keyword = statement.word(0);
        let site = statement.site();
        if let Some(note) = keywords::removed_from_global(keyword, self.version) {
            self.say(Fault::Removed, site, note.to_owned());
        } else if keyword == "timeout" {
            self.say(Fault::Misplaced, site, "`global` has no timeouts of proxies".to_owned());
        } else if !globals::is_known(keyword, self.version) {
            let words = format!("HAProxy {} knows no `{keyword}` in `global`", self.version);
            self.say(Fault::UnknownWord, statement.word_site(0), words);
        } else if statement.prefix.is_some() && !globals::takes_prefix(keyword) {
            let words = format!("`no` and `default` are not taken before `{keyword}`");
            self.say(Fault::UnknownWord, site, words);
        } else if keyword == "hard-stop-after" {
            self.time(statement, 1);
        } else if keyword == "stats"
            && statement
                .known(1)
                .is_some_and(|what| !matches!(what, "socket" | "maxconn" | "bind-process" | "timeout"))
        {
            let words = format!("`stats {}` is no setting of `global`", statement.word(1));
            self.say(Fault::Misplaced, site, words);
        }
        let exposed = &mut self.exposed;
        *exposed |= keyword == "expose-experimental-directives";
        if globals::is_experimental(keyword, self.version) && !*exposed {
            let words = format!("`{keyword}` needs `expose-experimental-directives` above it");
            self.say(Fault::UnknownWord, site, words);
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
            "use_backend" => self.condition_word(statement, 2),
            "use-server" if !matches!(statement.word(2), "if" | "unless") => {
                let words = "`use-server` takes a server and a condition".to_owned();
                self.say(Fault::UnknownWord, site, words);
            }
            "http-request" | "http-response" | "http-after-response" => self.action(statement),
            "redirect" => self.redirect(statement, 1),
            "cookie" => self.cookie(statement),
            "errorfile" | "errorloc" | "errorloc302" | "errorloc303" => self.error_page(statement),
            "tcp-request" => self.tcp_request(statement),
            "balance" => self.balance(statement),
            "filter" if statement.word(1).starts_with("bwlim-") && self.version < Version(2, 7, 0) => {
                self.say(Fault::UnknownWord, site, format!("`filter {}` came with 2.7", statement.word(1)));
            }
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
        self.enough(statement);
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
        if statement.words.get(at).is_some_and(|word| word.unknown) {
            return;
        }
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
        if let Some(note) = options::removed_option(name, self.version) {
            self.say(Fault::Removed, site, note.to_owned());
        } else if !options::is_option(name, self.version) {
            self.say(Fault::UnknownWord, statement.word_site(1), format!("HAProxy knows no `option {name}`"));
        } else if statement.prefix.is_some()
            && !options::takes_prefix(name, statement.prefix == Some(Prefix::Default))
        {
            self.say(Fault::UnknownWord, site, format!("`option {name}` cannot be negated"));
        } else if name == "httpchk" && statement.word(4).contains("\r\n") && self.version >= Version(2, 8, 0)
        {
            let words = "headers hidden in the version string are refused since 2.8; use `http-check send`";
            self.say(Fault::Removed, site, words.to_owned());
        } else if options::option_in_wrong_section(name, proxy.kind, self.version) {
            let fatal = self.version >= Version(3, 2, 0);
            let words = format!("`option {name}` is no option of a `{}`", proxy.kind.keyword());
            self.complaints.push(Complaint { fault: Fault::OptionInWrongSection, site, words, fatal });
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
}
