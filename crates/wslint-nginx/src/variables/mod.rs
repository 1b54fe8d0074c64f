//! Variables: what they are for one request, as far as the config and the request determine it.

pub(crate) mod builtins;
pub(crate) mod decide;
mod geo;
mod split;
pub(crate) mod tables;
pub(crate) mod template;

use std::collections::HashSet;

use self::tables::Table;
use self::template::Part;
use super::config::ContextKind;
use super::config::names::Directive;
use super::model::Model;
use super::request::state::State;
use wslint_model::length::{Growing, Kept, concat};
use wslint_model::way::Http;
use wslint_model::{Known, Version};

/// Variables that feed on each other are followed this far; nginx itself refuses a cycle at run time.
const MAX_DEPTH: usize = 16;
/// From this version on `$http_…` holds every line of a header.
const JOINED_HEADERS: Version = Version(1, 23, 0);

/// The variables of tables on the way to one value. Each is looked up once, as nginx keeps them for a request: tables
/// that feed on each other twice would otherwise double the work with each of them.
#[derive(Debug, Default)]
pub(crate) struct Resolving {
    depth: usize,
    values: Kept<Known<String>>,
}

impl Model<'_> {
    /// The value of a text with variables in it; not known where it is too long.
    pub(crate) fn evaluate(&self, text: &str, state: &State) -> Known<String> {
        self.evaluate_deep(text, state, &mut Resolving::default())
    }

    /// The same while other variables are being resolved.
    pub(crate) fn evaluate_deep(
        &self,
        text: &str,
        state: &State,
        resolving: &mut Resolving,
    ) -> Known<String> {
        if !text.contains('$') {
            return Known::Known(text.to_owned()).bounded();
        }
        let Some(parts) = template::parts(text) else { return Known::Unknown };
        let mut value = Growing::default();
        for part in parts {
            let grown = match part {
                Part::Text(text) => value.push(&text),
                Part::Capture(number) => state
                    .captures
                    .as_ref()
                    .and_then(|captures| value.push(captures.groups.get(number).map_or("", String::as_str))),
                Part::Variable(name) => {
                    self.variable(&name, state, resolving).known().and_then(|text| value.push(&text))
                }
            };
            if grown.is_none() {
                return Known::Unknown;
            }
        }
        Known::Known(value.finish())
    }

    fn variable(&self, name: &str, state: &State, resolving: &mut Resolving) -> Known<String> {
        if let Some(value) = state.variables.get(name) {
            return value.clone();
        }
        if state.variables.is_incomplete() && self.assigned().contains(name) {
            return Known::Unknown;
        }
        if let Some(table) = self.tables_for(state).of(name) {
            return self.table_variable(name, table, state, resolving);
        }
        if let Some(value) = self.built_in(name, state) {
            return value;
        }
        if let Some(header) = name.strip_prefix("http_") {
            return self.header_variable(header, state);
        }
        if let Some(argument) = name.strip_prefix("arg_") {
            let Known::Known(args) = &state.args else { return Known::Unknown };
            return match argument_of(args, argument) {
                Some(value) => Known::Known(value.to_owned()),
                None if state.is_representative() => Known::Unknown,
                None => Known::Known(String::new()),
            };
        }
        if let Some(cookie) = name.strip_prefix("cookie_") {
            return match state.header("Cookie") {
                Known::Known(_) if state.is_representative() => Known::Unknown,
                Known::Known(cookies) => Known::Known(cookie_of(&cookies, cookie)),
                Known::Unknown => Known::Unknown,
            };
        }
        // A variable that some `set` or group of the config assigns is empty until it does.
        if self.assigned().contains(name) { Known::Known(String::new()) } else { Known::Unknown }
    }

    fn table_variable(
        &self,
        name: &str,
        table: Table,
        state: &State,
        resolving: &mut Resolving,
    ) -> Known<String> {
        if let Some(value) = resolving.values.get(name) {
            return value.clone();
        }
        if resolving.depth == MAX_DEPTH || resolving.values.is_incomplete() {
            return Known::Unknown;
        }
        resolving.depth += 1;
        let value = self.decide_deep(table, state, resolving).value;
        resolving.depth -= 1;
        resolving.values.insert(name, value.clone());
        value
    }

    /// A header's variable: the name in lower case with `_` for `-`. Several lines are joined since 1.23.0; before, only
    /// those of two headers were.
    fn header_variable(&self, name: &str, state: &State) -> Known<String> {
        let is_named = |given: &str| {
            given.len() == name.len()
                && given.bytes().zip(name.bytes()).all(|(given, wanted)| match given {
                    b'-' => wanted == b'_',
                    given => given.eq_ignore_ascii_case(&wanted),
                })
        };
        let joined = self.version() >= JOINED_HEADERS || matches!(name, "cookie" | "x_forwarded_for");
        match state.message.fields.iter().find(|field| is_named(&field.name)) {
            Some(field) if joined => state.header(&field.name),
            Some(field) => field.value.clone(),
            None if state.is_representative() && !is_part_of_handshake(name) => Known::Unknown,
            None => Known::Known(String::new()),
        }
    }

    fn built_in(&self, name: &str, state: &State) -> Option<Known<String>> {
        let known = |text: &str| Some(Known::Known(text.to_owned()).bounded());
        match name {
            "args" | "query_string" => Some(state.args.clone()),
            "is_args" => {
                let mark = |args: &String| if args.is_empty() { "" } else { "?" }.to_owned();
                Some(state.args.as_ref().map(mark).into())
            }
            "uri" | "document_uri" => Some(state.uri.clone()),
            "request_uri" => Some(state.target().clone()),
            "host" => Some(self.host_variable(state)),
            "scheme" => known(if state.tls { "https" } else { "http" }),
            "https" => known(if state.tls { "on" } else { "" }),
            "server_port" => known(&state.port.to_string()),
            "remote_addr" => Some(match state.client {
                Some(client) => Known::Known(client.to_string()),
                None => Known::Unknown,
            }),
            "server_name" => known(&self.server_name(state)),
            "server_protocol" => known(state.http().name()),
            "request_method" => Some(state.method.clone()),
            "request" => Some(match (&state.method, state.target()) {
                (Known::Known(method), Known::Known(target)) => {
                    concat([method, " ", target, " ", state.http().name()]).into()
                }
                _ => Known::Unknown,
            }),
            "content_type" => Some(state.header("Content-Type")),
            "content_length" => Some(state.header("Content-Length")),
            "proxy_host" => state.proxy_host.clone(),
            "http2" => known(if state.http() != Http::V2 {
                ""
            } else if state.tls {
                "h2"
            } else {
                "h2c"
            }),
            "http3" => known(""),
            "nginx_version" => known(&self.version().to_string()),
            "invalid_referer" => Some(self.invalid_referer(state)),
            _ => None,
        }
    }

    /// `$host`: the name in `Host` without its port, in lower case; the server's name where there is none.
    fn host_variable(&self, state: &State) -> Known<String> {
        match state.header("Host") {
            Known::Known(host) if host.is_empty() => Known::Known(self.server_name(state)),
            Known::Known(host) => {
                let host = host_without_port(&host).to_lowercase();
                Known::Known(host.strip_suffix('.').unwrap_or(&host).to_owned())
            }
            Known::Unknown => Known::Unknown,
        }
    }

    /// `$server_name`: the first name of the server without a leading dot, empty without one.
    fn server_name(&self, state: &State) -> String {
        let config = self.config();
        let line = config.own(state.server, Directive::ServerName).next();
        let name = line.and_then(|line| config.known_arg(line, 0)).unwrap_or_default();
        name.strip_prefix('.').unwrap_or(&name).to_owned()
    }

    /// `$invalid_referer`: `1` where `valid_referers` does not name what the request carries.
    fn invalid_referer(&self, state: &State) -> Known<String> {
        let config = self.config();
        let level = config.proper_level(state.level);
        let list = config.list(level, Directive::ValidReferers);
        if list.lines.is_empty() {
            return if list.open { Known::Unknown } else { Known::Known(String::new()) };
        }
        let names: Vec<_> = list.lines.iter().flat_map(|&line| config.args(line)).collect();
        let lists = |wanted: &str| {
            names.iter().any(|name| matches!(name, Known::Known(name) if name.as_ref() == wanted))
        };
        let verdict = |valid: bool| Known::Known(if valid { "" } else { "1" }.to_owned());
        match state.header("Referer") {
            Known::Unknown => Known::Unknown,
            Known::Known(referer) if referer.is_empty() => verdict(lists("none")),
            Known::Known(referer) if !referer.starts_with("http://") && !referer.starts_with("https://") => {
                verdict(lists("blocked"))
            }
            Known::Known(_) => Known::Unknown,
        }
    }

    /// The variables that decide about a text, also through tables, each once.
    pub(crate) fn sources(&self, text: &str) -> Vec<String> {
        let mut open = template::variables(text);
        // Of tables that feed each other each is looked at once.
        let mut seen: HashSet<String> = HashSet::new();
        let mut sources = Vec::new();
        while let Some(name) = open.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            match self.tables().of(&name) {
                None => sources.push(name),
                Some(table) => {
                    let geo = table.line.name == Some(Directive::Geo);
                    let source = self.config().known_arg(table.line, 0).filter(|_| !geo);
                    open.extend(template::variables(source.as_deref().unwrap_or("$remote_addr")));
                }
            }
        }
        sources
    }

    /// The levels at which `set` and named groups assign variables, by name.
    pub(crate) fn find_assigned(&self) -> HashSet<String> {
        let config = self.config();
        let mut names = HashSet::new();
        for (_, context) in config.contexts() {
            let skip = matches!(context.kind, ContextKind::Upstream | ContextKind::Other);
            for &line in context.lines.iter().filter(|_| !skip) {
                let assigns = matches!(
                    line.name,
                    Some(
                        Directive::Set
                            | Directive::Rewrite
                            | Directive::If
                            | Directive::Location
                            | Directive::ServerName
                            | Directive::AuthRequestSet
                    )
                ) || (context.kind == ContextKind::Data && config.name(line).starts_with('~'));
                if !assigns {
                    continue;
                }
                if matches!(line.name, Some(Directive::Set | Directive::AuthRequestSet)) {
                    let name = config.known_arg(line, 0);
                    names.extend(name.and_then(|name| Some(name.strip_prefix('$')?.to_owned())));
                    continue;
                }
                let words = config.args(line).into_iter().filter_map(Known::known);
                for word in words.chain([config.name(line)]) {
                    if word.contains("(?") {
                        names.extend(super::config::pattern::group_names(&word));
                    }
                }
            }
        }
        names
    }
}

/// Whether a browser's handshake determines a header: it carries those of RFC 6455, and no script can add the others.
fn is_part_of_handshake(name: &str) -> bool {
    name.starts_with("sec_websocket_")
        || matches!(
            name,
            "upgrade" | "connection" | "host" | "origin" | "referer" | "authorization" | "content_type"
        )
}

fn argument_of<'a>(args: &'a str, name: &str) -> Option<&'a str> {
    args.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

fn cookie_of(cookies: &str, name: &str) -> String {
    let found = cookies.split([';', ',']).find_map(|pair| {
        let (key, value) = pair.trim_start().split_once('=')?;
        key.eq_ignore_ascii_case(name).then_some(value)
    });
    found.unwrap_or_default().to_owned()
}

/// A `Host` without its port; an IPv6 address keeps its brackets.
pub(crate) fn host_without_port(host: &str) -> &str {
    let bracket = host.rfind(']').unwrap_or(0);
    match host[bracket..].find(':') {
        Some(colon) => &host[..bracket + colon],
        None => host,
    }
}
