//! Variables: what they are for one request, as far as the config and the request determine it.

pub(in crate::nginx) mod builtins;
pub(in crate::nginx) mod decide;
mod geo;
mod split;
pub(in crate::nginx) mod tables;
pub(in crate::nginx) mod template;

use std::collections::HashSet;

use self::tables::Table;
use self::template::Part;
use super::config::ContextKind;
use super::config::names::Directive;
use super::model::Model;
use super::request::state::State;
use crate::length::{Growing, Kept, concat};
use crate::trace::Known;
use crate::version::Version;

/// Variables that feed on each other are followed this far; nginx itself refuses a cycle at run time.
const MAX_DEPTH: usize = 16;
/// From this version on `$http_…` holds every line of a header.
const JOINED_HEADERS: Version = Version(1, 23, 0);

/// The variables of tables on the way to one value. Each is looked up once, as nginx keeps them for a request: tables
/// that feed on each other twice would otherwise double the work with each of them.
#[derive(Debug, Default)]
pub(in crate::nginx) struct Resolving {
    depth: usize,
    values: Kept<Known<String>>,
}

impl Model<'_> {
    /// The value of a text with variables in it; not known where it is too long.
    pub(in crate::nginx) fn evaluate(&self, text: &str, state: &State) -> Known<String> {
        self.evaluate_deep(text, state, &mut Resolving::default())
    }

    /// The same while other variables are being resolved.
    pub(in crate::nginx) fn evaluate_deep(
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
                Part::Capture(number) => {
                    value.push(state.captures.groups.get(number).map_or("", String::as_str))
                }
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
        if let Some(table) = self.tables().of(name) {
            return self.table_variable(name, table, state, resolving);
        }
        if let Some(value) = self.built_in(name, state) {
            return value;
        }
        if let Some(header) = name.strip_prefix("http_") {
            return self.header_variable(header, state);
        }
        if let Some(argument) = name.strip_prefix("arg_") {
            return match argument_of(&state.args, argument) {
                Some(value) => Known::Known(value.to_owned()),
                None if state.representative => Known::Unknown,
                None => Known::Known(String::new()),
            };
        }
        if let Some(cookie) = name.strip_prefix("cookie_") {
            return match state.header("Cookie") {
                Known::Known(_) if state.representative => Known::Unknown,
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
        match state.headers.iter().find(|(given, _)| is_named(given)) {
            Some((given, _)) if joined => state.header(given),
            Some((_, value)) => value.clone(),
            None if state.representative && !is_part_of_handshake(name) => Known::Unknown,
            None => Known::Known(String::new()),
        }
    }

    fn built_in(&self, name: &str, state: &State) -> Option<Known<String>> {
        let known = |text: &str| Some(Known::Known(text.to_owned()).bounded());
        match name {
            "args" | "query_string" => known(&state.args),
            "is_args" => known(if state.args.is_empty() { "" } else { "?" }),
            "uri" | "document_uri" => known(&state.uri),
            "request_uri" => known(&state.target),
            "host" => Some(self.host_variable(state)),
            "scheme" => known(if state.tls { "https" } else { "http" }),
            "https" => known(if state.tls { "on" } else { "" }),
            "server_port" => known(&state.port.to_string()),
            "remote_addr" => Some(match state.client {
                Some(client) => Known::Known(client.to_string()),
                None => Known::Unknown,
            }),
            "server_name" => known(&self.server_name(state)),
            "server_protocol" => known(state.http.name()),
            "request_method" => known(&state.method),
            "request" => Some(concat([&state.method, " ", &state.target, " ", state.http.name()]).into()),
            "content_type" => Some(state.header("Content-Type")),
            "content_length" => Some(state.header("Content-Length")),
            "proxy_host" => state.proxy_host.clone(),
            "http2" => known(if state.http != super::request::state::Http::V2 {
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

    /// Whether only the client decides about a value: what it sends, and from where. Then most clients are alike.
    pub(in crate::nginx) fn is_up_to_clients(&self, text: &str) -> bool {
        let mut open = template::variables(text);
        // Of tables that feed each other each is looked at once.
        let mut seen: HashSet<String> = HashSet::new();
        let mut any = false;
        while let Some(name) = open.pop() {
            match self.tables().of(&name) {
                None if is_from_client(&name) => any = true,
                None => return false,
                Some(table) if seen.insert(name) => {
                    let geo = table.line.name == Some(Directive::Geo);
                    let source = self.config().known_arg(table.line, 0).filter(|_| !geo);
                    open.extend(template::variables(source.as_deref().unwrap_or("$remote_addr")));
                }
                Some(_) => {}
            }
        }
        any
    }

    /// The levels at which `set` and named groups assign variables, by name.
    pub(in crate::nginx) fn find_assigned(&self) -> HashSet<String> {
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

/// Whether a variable holds what only the client decides about.
fn is_from_client(variable: &str) -> bool {
    ["http_", "cookie_", "arg_", "ssl_", "geoip_", "geoip2_", "realip_", "remote_", "binary_remote_"]
        .iter()
        .any(|prefix| variable.starts_with(prefix))
        || matches!(variable, "request_id" | "msec" | "host" | "request_method")
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
pub(in crate::nginx) fn host_without_port(host: &str) -> &str {
    let bracket = host.rfind(']').unwrap_or(0);
    match host[bracket..].find(':') {
        Some(colon) => &host[..bracket + colon],
        None => host,
    }
}
