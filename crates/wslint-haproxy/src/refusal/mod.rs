//! Why HAProxy would refuse to load the configuration, as far as the tables of [`keywords`](crate::keywords) go and what
//! was measured with `haproxy -c` on 1.8 to 3.5.

mod arguments;
mod complaint;
mod conditions;
mod formats;
mod found;
mod others;
mod references;
mod regular;
mod tests;
mod times;
mod values;
mod words;

pub(crate) use self::complaint::{Complaint, Fault};
use self::found::Found;
use super::config::Config;
use super::config::proxy::Proxy;
use super::keywords;
use super::statement::Statement;
use wslint_model::Project;

/// Keywords of `global` that take one value, no more and no less (measured).
const ONE_VALUE: [&str; 16] = [
    "chroot",
    "gid",
    "group",
    "maxconn",
    "maxconnrate",
    "maxsessrate",
    "nbthread",
    "spread-checks",
    "ssl-default-bind-ciphers",
    "ssl-default-bind-ciphersuites",
    "ssl-default-server-ciphers",
    "tune.bufsize",
    "tune.http.maxhdr",
    "tune.maxrewrite",
    "tune.ssl.default-dh-param",
    "uid",
];

/// All complaints, in the order in which HAProxy comes to them: line by line, then what spans lines.
pub(crate) fn complaints(config: &Config<'_>, project: &Project) -> Vec<Complaint> {
    let mut found = Found::new(config.version);
    for statement in &config.global {
        found.global(statement);
    }
    for (header, lines) in &config.others {
        found.other_section(header, lines);
    }
    for &site in &config.unknown_bases {
        found.say(Fault::Undefined, site, "no `defaults` section above has this name".to_owned());
    }
    for proxy in &config.proxies {
        found.header(proxy);
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
        found.names_of_others(config);
        found.names_of_tests(config);
        found.tables(config);
        found.names(config);
        found.bases(config);
    }
    found
        .complaints
        .retain(|complaint| !project.file(complaint.site.file).template || complaint.fault.is_of_one_line());
    found.complaints
}

impl<'c> Found<'c> {
    fn global(&mut self, statement: &Statement<'_>) {
        // What a placeholder or an undecided branch hides may be right.
        if statement.undecided || statement.words.first().is_none_or(|word| word.unknown) {
            return;
        }
        self.global_keyword(statement);
        match statement.word(0) {
            "hard-stop-after" => self.time(statement, 1),
            "log" if !statement.has_unknown() => self.log(statement),
            "expose-experimental-directives" => self.exposed = true,
            keyword if ONE_VALUE.contains(&keyword) && !statement.has_unknown() => {
                let words = format!("`{keyword}` takes one value");
                if statement.word(1).is_empty() {
                    self.say(Fault::UnknownWord, statement.site(), words);
                } else if !statement.word(2).is_empty() {
                    self.say(Fault::UnknownWord, statement.word_site(2), words);
                }
            }
            _ => {}
        }
    }

    fn statement(&mut self, proxy: &Proxy<'_>, statement: &Statement<'c>) {
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
            "mode" | "balance" | "filter" | "http-reuse" | "stats" | "tcp-check" | "email-alert"
            | "compression" => self.choice(statement),
            "hash-type" => {
                self.choice(statement);
                self.hash_type(statement);
            }
            "http-check" => {
                self.choice(statement);
                self.http_check(statement);
            }
            "log" => self.log(statement),
            "stick-table" => self.stick_table(statement),
            "capture" => self.capture(statement),
            "bind" => {
                self.port(statement, 1);
                self.line_words(&keywords::BIND, statement, 2);
                self.certificate(proxy, statement);
            }
            "stick" => {
                self.choice(statement);
                self.expression(statement, 2);
            }
            "default-server" => self.line_words(&keywords::SERVER, statement, 1),
            "server" => {
                self.port(statement, 2);
                self.line_words(&keywords::SERVER, statement, 3);
            }
            "server-template" => {
                self.port(statement, 3);
                self.line_words(&keywords::SERVER, statement, 4);
            }
            "use_backend" => {
                self.format(statement, 1);
                self.condition_word(statement, 2);
            }
            "log-format" | "unique-id-format" => self.format(statement, 1),
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
}
