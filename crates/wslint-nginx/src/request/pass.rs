//! `proxy_pass`: the address that it names and the request target that the upstream gets.

use std::borrow::Cow;

use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind, Line};
use crate::model::Model;
use crate::variables::state::State;
use crate::variables::{template, uri};
use wslint_model::Known;

/// What a `proxy_pass` value says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    /// Whether TLS is spoken to the upstream.
    pub(crate) tls: bool,
    /// Host and port as they are connected to, or `unix:` and a path.
    pub(crate) address: String,
    /// Host without the port.
    pub(crate) host: String,
    /// `$proxy_host`, which is the `Host` that the upstream gets by default.
    pub(crate) proxy_host: String,
    /// `$proxy_port`: empty for a unix socket.
    pub(crate) proxy_port: String,
    /// What follows host and port.
    pub(crate) uri: String,
}

/// Why a `proxy_pass` value is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadDestination {
    /// It begins with neither `http://` nor `https://`.
    Prefix,
    /// It has no host.
    Host,
}

/// The parts of a `proxy_pass` value, as they are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'v> {
    tls: bool,
    /// The path of a unix socket, which takes the place of host and port.
    pub(crate) socket: Option<&'v str>,
    host: &'v str,
    port: Option<&'v str>,
    /// Host and port.
    authority: &'v str,
    /// What follows them.
    pub(crate) uri: &'v str,
}

impl<'v> Parts<'v> {
    /// The parts of a value whose variables have been replaced.
    pub(crate) fn of(value: &'v str) -> Result<Self, BadDestination> {
        let behind = |scheme: &str| {
            let (start, rest) = value.split_at_checked(scheme.len())?;
            start.eq_ignore_ascii_case(scheme).then_some(rest)
        };
        let (tls, rest) = match behind("http://") {
            Some(rest) => (false, rest),
            None => (true, behind("https://").ok_or(BadDestination::Prefix)?),
        };
        if let Some(path) = rest.strip_prefix("unix:") {
            let (path, uri) = path.split_once(':').unwrap_or((path, ""));
            return Ok(Self { tls, socket: Some(path), host: "localhost", port: None, authority: "", uri });
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, uri) = rest.split_at(end);
        if authority.is_empty() {
            return Err(BadDestination::Host);
        }
        let bracket = authority.rfind(']').map_or(0, |at| at + 1);
        let (host, port) = match authority[bracket..].find(':') {
            Some(colon) => (&authority[..bracket + colon], &authority[bracket + colon + 1..]),
            None => (authority, ""),
        };
        Ok(Self { tls, socket: None, host, port: Some(port).filter(|port| !port.is_empty()), authority, uri })
    }

    fn default_port(&self) -> &'static str {
        if self.tls { "443" } else { "80" }
    }

    /// Host and port as they are connected to.
    pub(crate) fn address(&self) -> Cow<'v, str> {
        match (self.socket, self.port) {
            (Some(path), _) => Cow::Owned(format!("unix:{path}")),
            (None, Some(_)) => Cow::Borrowed(self.authority),
            (None, None) => Cow::Owned(format!("{}:{}", self.host, self.default_port())),
        }
    }
}

/// Reads a `proxy_pass` value whose variables have been replaced.
pub(crate) fn destination(value: &str) -> Result<Destination, BadDestination> {
    let parts = Parts::of(value)?;
    let Parts { tls, socket, host, port, authority, uri } = parts;
    let port = port.unwrap_or(parts.default_port());
    let is_default = port == parts.default_port();
    Ok(Destination {
        tls,
        address: parts.address().into_owned(),
        host: host.to_owned(),
        proxy_host: if is_default { host } else { authority }.to_owned(),
        proxy_port: if socket.is_some() { "" } else { port }.to_owned(),
        uri: uri.to_owned(),
    })
}

/// What is done to the request target on its way to the upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetFate {
    /// It is sent on byte for byte.
    Original,
    /// The path that a rewrite left, with the query.
    Rewritten,
    /// The location's prefix is replaced by the URI part of `proxy_pass`.
    Replaced,
    /// `proxy_pass` with variables says all of it.
    Fixed,
}

/// The `proxy_pass` in force at a level: its own, or for `if` and `limit_except` that of the location around.
pub(crate) fn pass_line(model: &Model<'_>, level: ContextId, pass: Directive) -> Option<Line> {
    let config = model.config();
    config
        .outwards(level)
        .take_while(|(_, context)| {
            matches!(context.kind, ContextKind::If | ContextKind::LimitExcept | ContextKind::Location)
        })
        .find_map(|(id, context)| {
            let line = config.own_last(id, pass).map(Some);
            // A location ends the search: a nested location does not inherit a handler.
            line.or((context.kind == ContextKind::Location).then_some(None))
        })
        .flatten()
}

/// The request target that the upstream gets from this `proxy_pass`, and what was done to it. `value` is the
/// directive's value with its variables replaced.
pub(crate) fn target_for(
    model: &Model<'_>,
    state: &State,
    pass: Line,
    destination: &Destination,
) -> (Known<String>, TargetFate) {
    let written = model.config().known_arg(pass, 0).unwrap_or_default();
    let with_variables = written.contains('$');
    let part = destination.uri.as_str();
    if with_variables && !part.is_empty() {
        let target = if part.starts_with('?') { format!("/{part}") } else { part.to_owned() };
        return (Known::Known(target), TargetFate::Fixed);
    }
    if part.is_empty() && state.original_target {
        return (state.target().clone(), TargetFate::Original);
    }
    let changed = state.quoted || state.internal;
    let escape = |path: &str| if changed { uri::escape(path) } else { path.to_owned() };
    let rewritten = part.is_empty() || !state.prefix_counts;
    let fate = if rewritten { TargetFate::Rewritten } else { TargetFate::Replaced };
    let Some(path) = state.path() else { return (Known::Unknown, fate) };
    if rewritten {
        return (state.with_query(&escape(path)), fate);
    }
    let rest = path.get(prefix_length(model, pass, state)..).unwrap_or_default();
    (state.with_query(&format!("{part}{}", escape(rest))), fate)
}

/// The length of the location's name, which `proxy_pass` with a URI part cuts off.
fn prefix_length(model: &Model<'_>, pass: Line, state: &State) -> usize {
    let config = model.config();
    let holder = config
        .outwards(state.level)
        .find(|&(id, _)| config.own(id, Directive::ProxyPass).any(|line| line.id == pass.id))
        .map_or(state.level, |(id, _)| id);
    let location = config.proper_level(holder);
    match model.config().location_kind(location) {
        Some(LocationKind::Prefix(name) | LocationKind::PrefixFirst(name) | LocationKind::Exact(name)) => {
            name.len()
        }
        _ => 0,
    }
}

/// Whether the value of a `proxy_pass` holds variables.
pub(crate) fn has_variables(model: &Model<'_>, pass: Line) -> bool {
    model.config().known_arg(pass, 0).is_some_and(|value| !template::variables(&value).is_empty())
}

#[cfg(test)]
mod tests {
    use super::{BadDestination, destination};

    #[test]
    fn destinations_are_read_as_nginx_reads_them() {
        let check = |value: &str, address: &str, proxy_host: &str, uri: &str| {
            let read = destination(value).unwrap();
            assert_eq!(
                (read.address.as_str(), read.proxy_host.as_str(), read.uri.as_str()),
                (address, proxy_host, uri),
                "{value}"
            );
        };
        check("http://127.0.0.1:3000", "127.0.0.1:3000", "127.0.0.1:3000", "");
        check("http://app/", "app:80", "app", "/");
        check("https://app:443/x", "app:443", "app", "/x");
        check("http://app:8080/socket.io/", "app:8080", "app:8080", "/socket.io/");
        check("http://unix:/run/app.sock", "unix:/run/app.sock", "localhost", "");
        check("http://unix:/run/app.sock:/ws/", "unix:/run/app.sock", "localhost", "/ws/");
        check("http://[::1]:3000/a", "[::1]:3000", "[::1]:3000", "/a");
        check("http://app?x=1", "app:80", "app", "?x=1");
        assert_eq!(destination("ws://app"), Err(BadDestination::Prefix));
        assert_eq!(destination("http:///x"), Err(BadDestination::Host));
    }
}
