//! Secrets that a statement of a configuration holds: which of its words they are, by the directives of both proxies.

use std::borrow::Cow;
use std::ops::Range;

use super::literal::is_literal;
use super::names::{
    is_secret, is_secret_cookie, is_secret_header, is_secret_parameter, is_secret_variable, is_set_cookie,
    mentions_secret, secret_cookie,
};

/// A word of a statement.
#[derive(Clone, Debug)]
pub(super) struct Word<'t> {
    /// Its value: without quotes, as far as they are understood.
    pub(super) text: Cow<'t, str>,
    /// Where it stands, quotes included.
    pub(super) range: Range<usize>,
}

/// The `map` or other table that a statement is an entry of: what it looks up, and the variable that it gives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'t> {
    pub(super) source: &'t str,
    pub(super) variable: &'t str,
}

/// Where a directive of nginx may hold a secret, as its name tells.
#[derive(Clone, Copy, Debug)]
pub(super) enum Look {
    /// Nowhere.
    Nowhere,
    /// Behind its first argument, if that may be the name of one.
    BehindName,
    /// Anywhere.
    Anywhere,
}

impl Look {
    /// Where directives of this name, which stand in no table, may hold one.
    pub(super) fn at(name: &str) -> Self {
        match name {
            "env" | "secure_link_md5" | "if" => Self::Anywhere,
            _ if name.ends_with("certificate_key") || is_identifier(name) && is_secret(name) => {
                Self::Anywhere
            }
            _ if name.starts_with("set_hmac") => Self::Anywhere,
            _ if sets_variable(name) || names_header(name) || name.ends_with("_param") => Self::BehindName,
            _ if is_query_of_redis(name) => Self::BehindName,
            _ => Self::Nowhere,
        }
    }
}

/// Whether a variable, a header or a parameter of this name may hold a secret.
pub(super) fn may_name_secret(name: &str) -> bool {
    is_secret_variable(name) || is_secret_header(name) || is_set_cookie(name)
}

/// Whether the first argument of directives of this name is a header.
fn names_header(name: &str) -> bool {
    name.ends_with("_header") || name == "add_trailer"
}

/// Whether the first argument of directives of this name is a variable that gets a value.
fn sets_variable(name: &str) -> bool {
    matches!(name, "set" | "js_var")
}

/// Whether directives of this name send what they say to a Redis.
fn is_query_of_redis(name: &str) -> bool {
    name.starts_with("redis") && name.ends_with("query")
}

/// Where a directive of nginx holds secrets, or an entry of a table.
pub(super) fn of_nginx(words: &[Word<'_>], table: Option<Table<'_>>) -> Vec<Range<usize>> {
    let statement = Statement { words };
    table.map_or_else(|| statement.nginx(), |table| statement.entry(table))
}

/// Where a line of HAProxy holds secrets.
pub(super) fn of_haproxy(words: &[Word<'_>]) -> Vec<Range<usize>> {
    Statement { words }.haproxy()
}

struct Statement<'s, 't> {
    words: &'s [Word<'t>],
}

impl Statement<'_, '_> {
    fn text(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &word.text)
    }

    /// A word, if it says something itself.
    fn word(&self, at: usize) -> Vec<Range<usize>> {
        let word = self.words.get(at).filter(|word| is_literal(&word.text));
        word.map(|word| word.range.clone()).into_iter().collect()
    }

    /// The words from one on up to a condition, or to the last word of `add_header`.
    fn words_from(&self, at: usize) -> Vec<Range<usize>> {
        let goes_on = |at: &usize| !matches!(self.text(*at), "if" | "unless" | "always");
        (at..self.words.len()).take_while(goes_on).flat_map(|at| self.word(at)).collect()
    }

    /// The value of a cookie that is a secret, in the word that a header is set to.
    fn cookie(&self, header: &str, at: usize) -> Vec<Range<usize>> {
        let Some((word, cookie)) = self.words.get(at).zip(secret_cookie(header, self.text(at))) else {
            return Vec::new();
        };
        let Range { start, end } = word.range;
        // Between quotes, or as it is; where more was written than is read, all of it.
        let cookie = match (end - start).checked_sub(word.text.len()) {
            Some(0) => start + cookie.start..start + cookie.end,
            Some(2) => start + 1 + cookie.start..start + 1 + cookie.end,
            _ => start..end,
        };
        std::iter::once(cookie).collect()
    }

    /// What stands behind the `=` of a word.
    fn assigned(&self, at: usize) -> Vec<Range<usize>> {
        let Some((name, value)) = self.text(at).split_once('=') else { return Vec::new() };
        if !is_secret_variable(name) || !is_literal(value) {
            return Vec::new();
        }
        let range = &self.words[at].range;
        let start = range.end.saturating_sub(value.len() + 1).max(range.start);
        std::iter::once(start..range.end).collect()
    }

    /// An entry of a table: its key where a secret is looked up, its value where it is one.
    fn entry(&self, table: Table<'_>) -> Vec<Range<usize>> {
        if matches!(self.text(0), "default" | "hostnames" | "volatile" | "include") && self.words.len() < 2 {
            return Vec::new();
        }
        let mut found = Vec::new();
        if mentions_secret(table.source) && !matches!(self.text(0), "default" | "include") {
            found.extend(self.word(0));
        }
        if is_secret(table.variable.trim_start_matches('$')) {
            found.extend(self.word(1));
        }
        found
    }

    fn nginx(&self) -> Vec<Range<usize>> {
        let (name, first) = (self.text(0), self.text(1));
        match name {
            _ if sets_variable(name) => match is_secret(first.trim_start_matches('$')) {
                true => self.words_from(2),
                false => Vec::new(),
            },
            _ if name.starts_with("set_hmac") => self.word(2),
            _ if is_query_of_redis(name) => match first.eq_ignore_ascii_case("auth") {
                true => self.words_from(2),
                false => Vec::new(),
            },
            "env" => self.assigned(1),
            "secure_link_md5" => self.words_from(1),
            "if" => self.compared(),
            _ if names_header(name) && self.words.len() > 2 => match is_secret_header(first) {
                true => self.words_from(2),
                false => self.cookie(first, 2),
            },
            _ if name.ends_with("_param") && is_secret_variable(first) => self.words_from(2),
            _ if name.ends_with("certificate_key") => {
                let data = first.strip_prefix("data:").is_some_and(is_literal);
                if data { self.words_from(1) } else { Vec::new() }
            }
            // A directive of a module that is called after a secret; a path only leads to one.
            _ if is_identifier(name) && is_secret(name) && !first.starts_with(['/', '=']) => {
                self.words_from(1)
            }
            _ => Vec::new(),
        }
    }

    /// What the condition of an `if` compares a secret with.
    fn compared(&self) -> Vec<Range<usize>> {
        let operator = self.text(2).trim_start_matches('!');
        if !matches!(operator, "=" | "~" | "~*") {
            return Vec::new();
        }
        if !mentions_secret(self.text(1)) {
            let whole = ["$args", "$query_string", "$request_uri"];
            let is_query = whole.contains(&self.text(1).trim_start_matches('('));
            return if is_query { self.parameters(3) } else { Vec::new() };
        }
        let wanted = |at: usize| {
            let word = &self.words[at];
            let closing = self.closing(at);
            let text = &word.text[..word.text.len() - closing];
            // Of an expression that allows anything nothing can be learnt.
            let telling = operator == "=" || longest_run(text) >= TELLING;
            (is_literal(text) && telling).then(|| word.range.start..word.range.end - closing)
        };
        (3..self.words.len()).filter_map(wanted).collect()
    }

    /// The words that hold a parameter with a secret, from one on up to the end of a condition.
    fn parameters(&self, from: usize) -> Vec<Range<usize>> {
        let goes_on = |at: &usize| !matches!(self.text(*at), "}" | "{" | "or" | "||" | "if" | "unless");
        let holds = |at: &usize| {
            let parts = self.text(*at).split(['&', '?', '(', '|', '^']);
            parts.filter_map(|part| part.split_once('=')).any(|(name, value)| {
                is_secret_parameter(name) && longest_run(value) >= TELLING && is_literal(value)
            })
        };
        let written = |at: usize| self.words[at].range.start..self.words[at].range.end - self.closing(at);
        (from..self.words.len()).take_while(goes_on).filter(holds).map(written).collect()
    }

    /// How many bytes at the end of a word end the condition of an `if`.
    fn closing(&self, at: usize) -> usize {
        let is_last = at + 1 == self.words.len();
        usize::from(is_last && self.text(0) == "if" && self.text(at).ends_with(')'))
    }

    fn haproxy(&self) -> Vec<Range<usize>> {
        let mut found = match (self.text(0), self.text(1)) {
            ("stats", "auth") => self.words_from(2),
            ("setenv" | "presetenv", name) if is_secret_variable(name) => self.words_from(2),
            ("set-var" | "set-var-fmt", name) if is_secret(name) => self.words_from(2),
            ("dynamic-cookie-key", _) => self.words_from(1),
            ("tcp-check", "send" | "send-lf" | "send-binary" | "send-binary-lf")
                if authenticates(self.text(2)) =>
            {
                self.words_from(2)
            }
            (".if" | ".elif", _) if self.words.iter().any(|word| mentions_secret(&word.text)) => {
                self.words_from(1)
            }
            _ => Vec::new(),
        };
        for at in 0..self.words.len() {
            let next = self.text(at + 1);
            match self.text(at) {
                "set-header" | "add-header" | "hdr" if is_secret_header(next) => {
                    found.extend(self.words_from(at + 2))
                }
                "replace-header" | "replace-value" if is_secret_header(next) => {
                    found.extend(self.words_from(at + 2))
                }
                "set-header" | "add-header" | "hdr" => found.extend(self.cookie(next, at + 2)),
                "replace-header" | "replace-value" => found.extend(self.cookie(next, at + 3)),
                "password" | "insecure-password" if self.text(0) == "user" => found.extend(self.word(at + 1)),
                word if is_set_variable(word) => found.extend(self.words_from(at + 1)),
                word if fetches_secret(word) => found.extend(self.patterns(at + 1)),
                word if fetches_query(word) => found.extend(self.parameters(at + 1)),
                word if word.strip_prefix("lua.").is_some_and(is_secret) => {
                    found.extend(self.patterns(at + 1))
                }
                _ => {}
            }
        }
        found
    }

    /// The patterns of a test, which end with its brace or with the condition that goes on.
    fn patterns(&self, from: usize) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut at = from;
        while at < self.words.len() {
            match self.text(at) {
                "}" | "{" | "or" | "||" | "if" | "unless" => break,
                "-m" | "-f" | "-M" => at += 1,
                flag if flag.len() == 2 && flag.starts_with('-') => {}
                number if number.parse::<u64>().is_ok_and(|number| number < SMALL) => {}
                "eq" | "ge" | "gt" | "le" | "lt" => {}
                text if longest_run(text) >= TELLING => found.extend(self.word(at)),
                _ => {}
            }
            at += 1;
        }
        found
    }
}

/// Fewer letters and digits than these in a row tell nothing: they are parts of an expression.
const TELLING: usize = 4;

/// Counts and lengths are below this.
const SMALL: u64 = 10_000;

/// The most letters and digits in a row.
fn longest_run(text: &str) -> usize {
    text.split(|c: char| !c.is_alphanumeric()).map(str::len).max().unwrap_or(0)
}

fn is_identifier(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Whether a check sends a password, as text or in hexadecimal digits: `AUTH`, `PASS`.
fn authenticates(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    ["AUTH ", "AUTH\\ ", "PASS ", "PASS\\ ", "41555448", "50415353"].iter().any(|sign| text.contains(sign))
}

/// Whether a word of HAProxy sets a variable that is a secret, or is a sample of one.
pub(super) fn names_secret(word: &str) -> bool {
    is_set_variable(word) || fetches_secret(word)
}

/// Whether a word is `set-var(txn.token)` or its kin.
fn is_set_variable(word: &str) -> bool {
    let inside = word.strip_prefix("set-var(").or(word.strip_prefix("set-var-fmt("));
    inside.is_some_and(|inside| is_secret(inside.split([',', ')']).next().unwrap_or_default()))
}

/// Whether a word is a sample of a secret: `req.hdr(Authorization)`, `url_param(token)`.
fn fetches_secret(word: &str) -> bool {
    let word = word.trim_start_matches('!');
    if is_credential(word) {
        return true;
    }
    let Some((fetch, rest)) = word.split_once('(') else { return false };
    let argument = rest.split([',', ')']).next().unwrap_or_default();
    let fetch = fetch.rsplit('.').next().unwrap_or_default();
    let base = fetch.split('_').next().unwrap_or_default();
    match base {
        "hdr" | "fhdr" | "shdr" if !fetch.ends_with("_cnt") => is_secret_header(argument),
        "url" | "urlp" | "body" => is_secret_parameter(argument),
        "cook" | "scook" => is_secret_cookie(argument),
        "var" => is_secret(argument),
        "env" => is_secret_variable(argument),
        _ => false,
    }
}

/// Whether a word is a sample of the credentials of HTTP.
fn is_credential(word: &str) -> bool {
    matches!(word.split(['(', ',']).next(), Some("http_auth_bearer" | "http_auth_pass"))
}

/// Whether a word is a sample of all parameters of a request.
fn fetches_query(word: &str) -> bool {
    let fetch = word.trim_start_matches('!').split(['(', ',']).next();
    matches!(fetch, Some("query" | "url" | "pathq" | "capture.req.uri"))
}
