//! What HAProxy refuses of the values of `bind` and server lines, of logs, stick tables and headers of sections. Numbers it
//! mostly takes as far as it can read them, so that few are looked at (all of it measured on 2.6).

use super::complaint::{Fault, did_you_mean};
use super::found::Found;
use crate::config::duration;
use crate::config::proxy::{Kind, Proxy};
use crate::config::server::{ServerSettings, split_address};
use crate::keywords::{Keyword, SERVER, Table};
use crate::statement::Statement;
use wslint_model::way::is_broken_ipv4;

/// The facilities of syslog.
const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "auth2", "ftp", "ntp",
    "audit", "alert", "cron2", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
    "local7",
];

/// The formats of logs.
const FORMATS: [&str; 8] = ["local", "rfc3164", "rfc5424", "priority", "short", "timed", "iso", "raw"];

/// The levels of logs.
const LEVELS: [&str; 8] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

/// The words of lists of `http-check`, each with the number of its values.
const OF_CHECKS: [(&str, &[(&str, usize)]); 2] = [
    (
        "send",
        &[
            ("comment", 1),
            ("meth", 1),
            ("uri", 1),
            ("uri-lf", 1),
            ("ver", 1),
            ("hdr", 2),
            ("body", 1),
            ("body-lf", 1),
        ],
    ),
    (
        "connect",
        &[
            ("comment", 1),
            ("port", 1),
            ("addr", 1),
            ("send-proxy", 0),
            ("ssl", 0),
            ("sni", 1),
            ("alpn", 1),
            ("proto", 1),
            ("via-socks4", 0),
            ("linger", 0),
            ("default", 0),
        ],
    ),
];

/// The words of a stick table that take a value. Those of later versions stand among them.
const OF_TABLES: [&str; 8] =
    ["type", "size", "expire", "peers", "store", "srvkey", "write-to", "brates-factor"];

/// The values that keywords of server lines take.
const CHOICES: [(&str, &[&str]); 4] = [
    ("on-error", &["fastinter", "fail-check", "sudden-death", "mark-down"]),
    ("observe", &["none", "layer4", "layer7"]),
    ("ws", &["auto", "h1", "h2"]),
    ("verify", &["none", "optional", "required"]),
];

impl Found<'_> {
    /// The value of a word of a `bind` or server line, which stands at an index.
    pub(super) fn value(
        &mut self,
        table: &'static Table,
        known: &Keyword,
        statement: &Statement<'_>,
        at: usize,
    ) {
        let name = known.name;
        let value = statement.word(at + 1);
        let site = statement.word_site(at + 1);
        // A number that lacks counts as 0.
        const NUMBERS: [&str; 9] = [
            "maxconn",
            "minconn",
            "weight",
            "port",
            "maxqueue",
            "error-limit",
            "id",
            "agent-port",
            "backlog",
        ];
        if known.arguments.least > 0 && value.is_empty() && !NUMBERS.contains(&name) {
            self.say(Fault::UnknownWord, statement.word_site(at), format!("`{name}` takes a value"));
            return;
        }
        // The words of `bind` that have the same names mean something else.
        if !std::ptr::eq(table, &raw const SERVER) {
            return;
        }
        if matches!(name, "inter" | "fastinter" | "downinter" | "agent-inter" | "slowstart") {
            match duration::parse(value) {
                Ok(time) if time.number == 0 && name != "slowstart" => {
                    self.say(Fault::TimeUnreadable, site, format!("`{name}` takes a time above 0"));
                }
                _ => self.time(statement, at + 1),
            }
        } else if matches!(name, "rise" | "fall")
            && value.starts_with(|first: char| !('1'..='9').contains(&first))
        {
            self.say(Fault::UnknownWord, site, format!("`{name}` takes a number above 0"));
        } else if name == "weight" && value.parse::<u64>().is_ok_and(|weight| weight > 256) {
            self.say(Fault::UnknownWord, site, "`weight` is 256 at most".to_owned());
        } else if let Some((_, choices)) = CHOICES.iter().find(|(keyword, _)| *keyword == name) {
            self.choices(name, value, choices, statement, at + 1);
        }
    }

    fn choices(
        &mut self,
        name: &str,
        value: &str,
        choices: &[&'static str],
        statement: &Statement<'_>,
        at: usize,
    ) {
        if !choices.contains(&value) {
            let meant = did_you_mean(value, choices.iter().copied());
            let words = format!("`{name}` takes one of `{}`{meant}", choices.join("`, `"));
            self.say(Fault::UnknownWord, statement.word_site(at), words);
        }
    }

    /// The port of an address.
    pub(super) fn port(&mut self, statement: &Statement<'_>, at: usize) {
        let Some(text) = statement.known(at) else { return };
        // Every number of fewer digits is one.
        let digits = |run: &[u8]| run.iter().all(u8::is_ascii_digit);
        if !text.as_bytes().windows(5).any(digits) {
            return;
        }
        for address in text.split(',') {
            let (_, port) = split_address(address);
            let ports = port.unwrap_or_default();
            let ports = ports.strip_prefix(['+', '-']).unwrap_or(ports);
            let is_number = |port: &str| digits(port.as_bytes()) && port.len() < 10 && !port.is_empty();
            if ports
                .split('-')
                .any(|port| is_number(port) && port.parse::<u32>().is_ok_and(|port| port > 65_535))
            {
                let words = format!("`{ports}` is no port: the highest is 65535");
                self.say(Fault::UnknownWord, statement.word_site(at), words);
            }
        }
    }

    /// Where `log` sends what.
    pub(super) fn log(&mut self, statement: &Statement<'_>) {
        if statement.prefix.is_some() || statement.word(1) == "global" && statement.words.len() == 2 {
            return;
        }
        let mut at = 2;
        while matches!(statement.word(at), "len" | "format" | "sample" | "profile") {
            let format = statement.word(at + 1);
            if statement.word(at) == "format" && !FORMATS.contains(&format) && !format.is_empty() {
                let meant = did_you_mean(format, FORMATS.iter().copied());
                let words = format!("`{format}` is no format of logs{meant}");
                self.say(Fault::UnknownWord, statement.word_site(at + 1), words);
                return;
            }
            at += 2;
        }
        let facility = statement.word(at);
        if facility.is_empty() {
            let words = "`log` takes an address and a facility, or `global`".to_owned();
            self.say(Fault::UnknownWord, statement.site(), words);
        } else if !FACILITIES.contains(&facility) {
            let meant = did_you_mean(facility, FACILITIES.iter().copied());
            let words = format!("`{facility}` is no facility of logs{meant}");
            self.say(Fault::UnknownWord, statement.word_site(at), words);
        } else {
            // The highest level, and the lowest.
            for at in [at + 1, at + 2] {
                let level = statement.word(at);
                if !level.is_empty() && !LEVELS.contains(&level) {
                    let meant = did_you_mean(level, LEVELS.iter().copied());
                    let words = format!("`{level}` is no level of logs{meant}");
                    self.say(Fault::UnknownWord, statement.word_site(at), words);
                    return;
                }
            }
        }
    }

    /// The function and the modifier of `hash-type`.
    pub(super) fn hash_type(&mut self, statement: &Statement<'_>) {
        const FUNCTIONS: [&str; 6] = ["", "sdbm", "djb2", "wt6", "crc32", "none"];
        let (function, modifier) = (statement.word(2), statement.word(3));
        let (known, modifiers) = (FUNCTIONS.contains(&function), ["", "avalanche"]);
        if !known && function != "avalanche" {
            let meant = did_you_mean(function, FUNCTIONS);
            let words = format!("`hash-type` takes no `{function}`{meant}");
            self.say(Fault::UnknownWord, statement.word_site(2), words);
        } else if known && !modifiers.contains(&modifier) {
            let words = format!("`hash-type` takes no `{modifier}` behind the function, but `avalanche`");
            self.say(Fault::UnknownWord, statement.word_site(3), words);
        }
    }

    /// The words of `http-check send` and `http-check connect`, up to the first that is none of them.
    pub(super) fn http_check(&mut self, statement: &Statement<'_>) {
        let list = statement.word(1);
        let Some((_, words)) = OF_CHECKS.iter().find(|(name, _)| *name == list) else { return };
        let mut at = 2;
        while !statement.word(at).is_empty() {
            let word = statement.word(at);
            let Some((_, values)) = words.iter().find(|(name, _)| *name == word) else {
                let meant = did_you_mean(word, words.iter().map(|(name, _)| *name));
                let words = format!("`http-check {list}` takes no `{word}`{meant}");
                self.say(Fault::UnknownWord, statement.word_site(at), words);
                return;
            };
            if *values > 0 && statement.word(at + values).is_empty() {
                let words = format!("`{word}` of `http-check {list}` takes a value");
                self.say(Fault::UnknownWord, statement.word_site(at), words);
                return;
            }
            at += 1 + values;
        }
    }

    /// The address of a server, which is looked up when HAProxy starts, unless its line says otherwise.
    pub(super) fn address(&mut self, statement: &Statement<'_>, settings: &ServerSettings, at: usize) {
        let Some(text) = statement.known(at) else { return };
        let looked_up = settings.init_addr.is_none() && !settings.resolvers && !settings.unknown;
        let (host, _) = split_address(text);
        if looked_up && is_broken_ipv4(host) {
            let words = format!("`{host}` is no address");
            self.say(Fault::UnknownWord, statement.word_site(at), words);
        }
    }

    /// The words of a stick table.
    pub(super) fn stick_table(&mut self, statement: &Statement<'_>) {
        let mut seen = Vec::new();
        let mut at = 1;
        while at < statement.words.len() && !statement.word(at).is_empty() {
            let word = statement.word(at);
            if matches!(word, "nopurge" | "recv-only") {
                at += 1;
                continue;
            }
            let value = statement.word(at + 1);
            let words = match OF_TABLES.contains(&word) {
                true if value.is_empty() => format!("`{word}` takes a value"),
                true => {
                    seen.push(word);
                    at += 2;
                    let length = matches!((word, value), ("type", "string" | "binary"));
                    at += if length && statement.word(at) == "len" { 2 } else { 0 };
                    continue;
                }
                false => {
                    let meant = did_you_mean(word, OF_TABLES.iter().copied());
                    format!("`stick-table` takes no `{word}`{meant}")
                }
            };
            self.say(Fault::UnknownWord, statement.word_site(at), words);
            return;
        }
        for needed in ["type", "size"] {
            if !seen.contains(&needed) {
                self.say(Fault::UnknownWord, statement.site(), format!("`stick-table` needs a `{needed}`"));
                return;
            }
        }
    }

    /// `capture request header NAME len BYTES` and its kin.
    pub(super) fn capture(&mut self, statement: &Statement<'_>) {
        let at = match (statement.word(1), statement.word(2)) {
            ("cookie", _) => 3,
            ("request" | "response", "header") => 4,
            _ => 0,
        };
        let length = statement.word(at + 1).parse::<u64>().is_ok_and(|length| length > 0);
        if at == 0 || statement.word(at) != "len" || !length {
            let words = "`capture` takes `request header NAME len BYTES`, `response header NAME len BYTES` or \
                         `cookie NAME len BYTES`";
            self.say(Fault::UnknownWord, statement.site(), words.to_owned());
        }
    }

    /// The first line of a proxy: its name, and no addresses.
    pub(super) fn header(&mut self, proxy: &Proxy<'_>) {
        let header = &proxy.header;
        if header.undecided || header.has_unknown() {
            return;
        }
        let name = header.word(1);
        let kind = proxy.kind.keyword();
        let bad = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'));
        if proxy.kind != Kind::Defaults && name.is_empty() {
            self.say(Fault::UnknownWord, header.site(), format!("`{kind}` takes a name"));
        } else if let Some(c) = name.chars().find(|&c| bad(c)) {
            let words = format!("a name of a `{kind}` cannot have `{c}` in it");
            self.say(Fault::UnknownWord, header.word_site(1), words);
        } else if proxy.kind == Kind::Backend && !matches!(header.word(2), "" | "from") {
            let words = format!("a `{kind}` takes one name, and `from` with that of a `defaults` section");
            self.say(Fault::UnknownWord, header.word_site(2), words);
        } else if proxy.kind.is_frontend() && !matches!(header.word(2), "" | "from") {
            let words = format!("a `{kind}` takes no addresses: write `bind {}` in it", header.word(2));
            self.say(Fault::Misplaced, header.word_site(2), words);
        }
    }
}
