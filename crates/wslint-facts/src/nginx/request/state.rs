//! A request as nginx holds it while it decides: what arrived, and what rewrites, redirects and captures made of it.

use std::net::IpAddr;

use super::uri;
use crate::length::{Growing, Kept};
use crate::nginx::config::ContextId;
use crate::nginx::config::pattern::Captures;
use crate::nginx::variables::template;
use crate::request::Request;
use crate::trace::Known;

/// The protocol that a request arrives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::nginx) enum Http {
    V10,
    V11,
    V2,
}

impl Http {
    /// The name as in `$server_protocol`.
    pub(in crate::nginx) fn name(self) -> &'static str {
        match self {
            Self::V10 => "HTTP/1.0",
            Self::V11 => "HTTP/1.1",
            Self::V2 => "HTTP/2.0",
        }
    }
}

/// A request on its way through the phases.
#[derive(Clone, Debug)]
pub(in crate::nginx) struct State {
    /// The method.
    pub(in crate::nginx) method: String,
    /// The protocol.
    pub(in crate::nginx) http: Http,
    /// Whether it came over TLS.
    pub(in crate::nginx) tls: bool,
    /// The header lines as they arrived. Behind another proxy a value may not be known.
    pub(in crate::nginx) headers: Vec<(String, Known<String>)>,
    /// The request target as it arrived.
    pub(in crate::nginx) target: String,
    /// The path, decoded and normalised, or what a rewrite made of it.
    pub(in crate::nginx) uri: String,
    /// The query without the `?`.
    pub(in crate::nginx) args: String,
    /// Whether the target held an escape.
    pub(in crate::nginx) quoted: bool,
    /// The port that it arrived at.
    pub(in crate::nginx) port: u16,
    /// The address that it comes from, if that is certain.
    pub(in crate::nginx) client: Option<IpAddr>,
    /// The server that answers.
    pub(in crate::nginx) server: ContextId,
    /// The level whose directives are in force: the server, a location, an `if` or a `limit_except`.
    pub(in crate::nginx) level: ContextId,
    /// Whether it has been redirected inside nginx, which opens `internal` locations.
    pub(in crate::nginx) internal: bool,
    /// Whether `try_files` or `error_page` sent it to a path of their own, where a file is expected to be.
    pub(in crate::nginx) fallback: bool,
    /// Whether the path may be sent on byte for byte: no rewrite has changed it.
    pub(in crate::nginx) original_target: bool,
    /// Whether the location's prefix may be cut off: no `rewrite … break` has changed the path.
    pub(in crate::nginx) prefix_counts: bool,
    /// Status that an `error_page` without `=` forces on whatever answers.
    pub(in crate::nginx) forced_status: Option<u16>,
    /// What the last regular expression captured.
    pub(in crate::nginx) captures: Captures,
    /// Variables that `set` and named groups assigned.
    pub(in crate::nginx) variables: Kept<Known<String>>,
    /// The `$proxy_host` of the `proxy_pass` in force.
    pub(in crate::nginx) proxy_host: Option<Known<String>>,
    /// Whether this is the subrequest of an `auth_request`.
    pub(in crate::nginx) subrequest: bool,
    /// Whether it stands for all requests of a route: what a client may add to it is not known then.
    pub(in crate::nginx) representative: bool,
    /// Whether its host stands for all others: whatever looks for a certain one cannot be told.
    pub(in crate::nginx) any_host: bool,
}

impl State {
    /// The request as it arrives at a server, with `merge_slashes` on or off. `None` for a target that nginx answers
    /// with 400.
    pub(in crate::nginx) fn new(
        request: &Request,
        server: ContextId,
        port: u16,
        merge_slashes: bool,
    ) -> Option<Self> {
        let target = uri::read(&request.target, merge_slashes)?;
        Some(Self {
            method: request.method.clone(),
            http: match request.http.as_str() {
                "1.0" => Http::V10,
                "2" | "2.0" => Http::V2,
                _ => Http::V11,
            },
            tls: request.scheme.is_tls(),
            headers: request
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), Known::Known(value.clone())))
                .collect(),
            target: request.target.clone(),
            uri: target.path,
            args: target.args,
            quoted: target.quoted,
            port,
            client: None,
            server,
            level: server,
            internal: false,
            fallback: false,
            original_target: true,
            prefix_counts: true,
            forced_status: None,
            captures: Captures::default(),
            variables: Kept::default(),
            proxy_host: None,
            subrequest: false,
            representative: false,
            any_host: false,
        })
    }

    /// The value of a header, its lines joined, or the empty text where none arrived.
    pub(in crate::nginx) fn header(&self, name: &str) -> Known<String> {
        let named = self.headers.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
        let mut joined = Growing::default();
        for (number, (_, value)) in named.enumerate() {
            let separator = if number > 0 { ", " } else { "" };
            let grown = value.as_ref().and_then(|value| joined.push(separator).and(joined.push(value)));
            if grown.is_none() {
                return Known::Unknown;
            }
        }
        Known::Known(joined.finish())
    }

    /// Whether a text with variables in it would be another one for a client that calls another host.
    pub(in crate::nginx) fn varies_by_host(&self, text: &str) -> bool {
        let by_host = |name: &String| matches!(name.as_str(), "host" | "http_host");
        self.any_host && template::variables(text).iter().any(by_host)
    }

    /// Takes over what an expression captured, as every regular expression of the config does.
    pub(in crate::nginx) fn take(&mut self, captures: Captures) {
        for (name, value) in &captures.named {
            self.variables.insert(name, Known::Known(value.clone()));
        }
        self.captures = captures;
    }

    /// Forgets the numbered captures, as each expression of `if` and `rewrite` does before it captures any itself: where
    /// one does not match, `$1` is empty from there on. Named groups stay.
    pub(in crate::nginx) fn forget_captures(&mut self) {
        self.captures = Captures::default();
    }

    /// Puts a new path and query in place, as an internal redirect does.
    pub(in crate::nginx) fn redirect(&mut self, path: String, args: String) {
        self.uri = path;
        self.args = args;
        self.internal = true;
        self.original_target = false;
        self.prefix_counts = true;
    }
}
