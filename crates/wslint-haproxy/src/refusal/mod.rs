//! Why HAProxy would refuse to load the configuration, as far as the tables of [`keywords`](crate::keywords) go and what
//! was measured with `haproxy -c` on 1.8 to 3.5.

mod arguments;
mod conditions;
mod references;
mod words;

use super::config::Config;
use super::config::duration::{self, BadTime};
use super::config::proxy::Proxy;
use super::keywords;
use super::statement::Statement;
use wslint_model::length::cut;
use wslint_model::{Project, Site, Version};

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    /// The version does not know the keyword or option any more.
    Removed,
    /// The version does not know the word yet.
    TooNew,
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

impl Fault {
    /// Whether a line is wrong by itself. The branches of a template stand side by side in it, and one of them may bring
    /// what another one lacks.
    fn is_of_one_line(self) -> bool {
        matches!(
            self,
            Self::Removed
                | Self::OptionInWrongSection
                | Self::TimeTooLong
                | Self::TimeUnreadable
                | Self::SetTimeout
        )
    }

    /// Whether another version would take the line.
    pub(crate) fn is_of_version(self) -> bool {
        matches!(self, Self::Removed | Self::TooNew)
    }
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
pub(crate) fn complaints(config: &Config<'_>, project: &Project) -> Vec<Complaint> {
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
    found
        .complaints
        .retain(|complaint| !project.file(complaint.site.file).template || complaint.fault.is_of_one_line());
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
        self.global_keyword(statement);
        match statement.word(0) {
            "hard-stop-after" => self.time(statement, 1),
            "expose-experimental-directives" => self.exposed = true,
            _ => {}
        }
    }

    fn statement(&mut self, proxy: &Proxy<'_>, statement: &Statement<'_>) {
        if !self.proxy_keyword(proxy, statement) {
            return;
        }
        match statement.word(0) {
            "timeout" => self.time(statement, 2),
            "tcp-request" | "tcp-response" if statement.word(1) == "inspect-delay" => self.time(statement, 2),
            list @ ("tcp-request" | "tcp-response") => {
                self.action(statement, &format!("{list} {}", statement.word(1)), 2);
            }
            list @ ("http-request" | "http-response" | "http-after-response" | "quic-initial") => {
                self.action(statement, list, 1);
            }
            "option" => self.option(proxy, statement),
            "mode" | "balance" | "filter" | "http-reuse" => self.choice(statement),
            "bind" => self.line_words(&keywords::BIND, statement, 2),
            "default-server" => self.line_words(&keywords::SERVER, statement, 1),
            "server" => self.line_words(&keywords::SERVER, statement, 3),
            "server-template" => self.line_words(&keywords::SERVER, statement, 4),
            "use_backend" => self.condition_word(statement, 2),
            "use-server" if !matches!(statement.word(2), "if" | "unless") => {
                let words = "`use-server` takes a server and a condition".to_owned();
                self.say(Fault::UnknownWord, statement.site(), words);
            }
            "redirect" => self.redirect(statement, 1),
            "cookie" => self.cookie(statement),
            "errorfile" | "errorloc" | "errorloc302" | "errorloc303" => self.error_page(statement),
            _ => {}
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
}
