//! A request as nginx holds it while it decides: what arrived, and what rewrites, redirects and captures made of it.

use std::net::IpAddr;

use super::uri;
use crate::config::ContextId;
use crate::config::pattern::{Captures, group_names};
use crate::variables::template;
use wslint_model::Known;
use wslint_model::length::{Keep, Kept, concat};
use wslint_model::way::{Arrival, Http, Message, Shared};

/// A request on its way through the phases.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// The request as it arrived. Behind another proxy a part of it may not be known; where it is open it stands for all
    /// requests of a route, and what a client may add to it is not known.
    pub(crate) message: Shared<Message>,
    /// The method, which `error_page` may have changed.
    pub(crate) method: Known<String>,
    /// Whether it came over TLS.
    pub(crate) tls: bool,
    /// The path, decoded and normalised, or what a rewrite made of it.
    pub(crate) uri: Known<String>,
    /// The query without the `?`.
    pub(crate) args: Known<String>,
    /// Whether the target held an escape.
    pub(crate) quoted: bool,
    /// The port that it arrived at.
    pub(crate) port: u16,
    /// The address that it comes from, if that is certain.
    pub(crate) client: Option<IpAddr>,
    /// The server that answers.
    pub(crate) server: ContextId,
    /// The level whose directives are in force: the server, a location, an `if` or a `limit_except`.
    pub(crate) level: ContextId,
    /// Whether it has been redirected inside nginx, which opens `internal` locations.
    pub(crate) internal: bool,
    /// Whether `try_files` or `error_page` sent it to a path of their own, where a file is expected to be.
    pub(crate) fallback: bool,
    /// Whether the path may be sent on byte for byte: no rewrite has changed it.
    pub(crate) original_target: bool,
    /// Whether the location's prefix may be cut off: no `rewrite … break` has changed the path.
    pub(crate) prefix_counts: bool,
    /// Status that an `error_page` without `=` forces on whatever answers.
    pub(crate) forced_status: Option<u16>,
    /// What the last regular expression captured; none where it cannot be told.
    pub(crate) captures: Known<Captures>,
    /// Variables that `set` and named groups assigned, and those that the oracle was asked about.
    pub(crate) variables: Kept<Known<String>>,
    /// Variables that an `if` assigns of which it cannot be told whether it holds.
    pub(crate) pending: Kept<Pending>,
    /// The `$proxy_host` of the `proxy_pass` in force.
    pub(crate) proxy_host: Option<Known<String>>,
    /// The `$proxy_port` of it.
    pub(crate) proxy_port: Option<Known<String>>,
    /// Whether this is the subrequest of an `auth_request`.
    pub(crate) subrequest: bool,
    /// Whether it is a connection that `stream {}` looks at, where nothing is known of the request.
    pub(crate) is_stream: bool,
    /// Whether it asks for a WebSocket, or comes from a client that does.
    pub(crate) websocket: bool,
    /// Whether its host stands for all others: whatever looks for a certain one cannot be told.
    pub(crate) any_host: bool,
}

/// What a variable may be.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    /// Where none of the tests holds.
    pub(crate) before: Known<String>,
    /// The tests in the order in which they run, and what each makes of it where it holds.
    pub(crate) tests: Vec<(String, Known<String>)>,
}

impl Keep for Pending {
    fn size(&self) -> usize {
        let tests = self
            .tests
            .iter()
            .map(|(test, value)| test.len() + value.size() + size_of::<(String, Known<String>)>());
        self.before.size() + tests.sum::<usize>()
    }
}

impl State {
    /// The request as it arrives at a server, with `merge_slashes` on or off. `None` for a target that nginx answers
    /// with 400.
    pub(crate) fn new(
        message: &Shared<Message>,
        server: ContextId,
        port: u16,
        merge_slashes: bool,
    ) -> Option<Self> {
        let (path, args, quoted) = match &message.target.value {
            Known::Known(target) => {
                let target = uri::read(target, merge_slashes)?;
                (Known::Known(target.path), Known::Known(target.args), target.quoted)
            }
            Known::Unknown => (Known::Unknown, Known::Unknown, false),
        };
        Some(Self {
            method: message.method.value.clone(),
            message: message.clone(),
            tls: false,
            uri: path,
            args,
            quoted,
            port,
            client: None,
            server,
            level: server,
            internal: false,
            fallback: false,
            original_target: true,
            prefix_counts: true,
            forced_status: None,
            captures: Known::Known(Captures::default()),
            variables: Kept::default(),
            pending: Kept::default(),
            proxy_host: None,
            proxy_port: None,
            subrequest: false,
            is_stream: false,
            websocket: false,
            any_host: false,
        })
    }

    /// A connection as it arrives at a server of `stream {}`.
    pub(crate) fn of_connection(arrival: &Arrival, server: ContextId) -> Option<Self> {
        let mut message = arrival.message.clone();
        message.open = true;
        let mut state = Self::new(&message, server, 0, true)?;
        state.is_stream = true;
        state.client = arrival.client;
        let name = match &arrival.sni {
            Some(name) => Known::Known(name.clone()),
            None if arrival.message.open && arrival.tls => Known::Unknown,
            None => Known::Known(String::new()),
        };
        state.assign("ssl_preread_server_name", name);
        Some(state)
    }

    /// Whether it has only just arrived: nothing was assigned or captured yet.
    pub(crate) fn is_new(&self) -> bool {
        let captures = matches!(&self.captures, Known::Known(captures) if captures.is_empty());
        captures && self.variables.is_empty() && self.pending.is_empty() && !self.internal && !self.subrequest
    }

    /// Whether another one differs in its path only, both as they arrived.
    pub(crate) fn asks_alike(&self, other: &Self) -> bool {
        let (one, another) = (&self.message, &other.message);
        self.server == other.server
            && (self.port, self.client, self.tls) == (other.port, other.client, other.tls)
            && (self.websocket, self.any_host) == (other.websocket, other.any_host)
            && (&self.method, &self.args) == (&other.method, &other.args)
            && (one.open, &one.http) == (another.open, &another.http)
            && (&one.fields, &one.dropped) == (&another.fields, &another.dropped)
    }

    /// The version of HTTP that it arrived in; what is not known is mostly HTTP/1.1.
    pub(crate) fn http(&self) -> Http {
        self.message.http.value.as_ref().copied().unwrap_or(Http::V11)
    }

    /// Whether it stands for all requests of a route.
    pub(crate) fn is_representative(&self) -> bool {
        self.message.open
    }

    /// The request target as it arrived.
    pub(crate) fn target(&self) -> &Known<String> {
        &self.message.target.value
    }

    /// The path, where it is known.
    pub(crate) fn path(&self) -> Option<&str> {
        self.uri.as_ref().map(String::as_str)
    }

    /// The path as a trace tells it.
    pub(crate) fn told_path(&self) -> &str {
        self.path().unwrap_or("a path that cannot be told")
    }

    /// A path with the query, if there is one, behind it.
    pub(crate) fn with_query(&self, path: &str) -> Known<String> {
        let Known::Known(args) = &self.args else { return Known::Unknown };
        let mark = if args.is_empty() { "" } else { "?" };
        concat([path, mark, args]).into()
    }

    /// The value of a header, its lines joined, or the empty text where none arrived.
    pub(crate) fn header(&self, name: &str) -> Known<String> {
        let Known::Known(values) = self.message.values(name) else { return Known::Unknown };
        let separators = std::iter::once("").chain(std::iter::repeat(", "));
        concat(separators.zip(values).flat_map(|(separator, value)| [separator, value])).into()
    }

    /// Whether a text with variables in it would be another one for a client that calls another host.
    pub(crate) fn varies_by_host(&self, text: &str) -> bool {
        let by_host = |name: &String| {
            matches!(name.as_str(), "host" | "http_host") && self.variables.get(name).is_none()
        };
        self.any_host && template::variables(text).iter().any(by_host)
    }

    /// Takes over what an expression captured, as every regular expression of the config does.
    pub(crate) fn take(&mut self, captures: Captures) {
        for (name, value) in &captures.named {
            self.assign(name, Known::Known(value.clone()));
        }
        self.captures = Known::Known(captures);
    }

    /// The same where an expression is taken to match of which it cannot be told what it captures.
    pub(crate) fn take_unknown(&mut self, expression: &str) {
        for name in group_names(expression) {
            self.assign(&name, Known::Unknown);
        }
        self.captures = Known::Unknown;
    }

    /// Gives a variable a value.
    pub(crate) fn assign(&mut self, name: &str, value: Known<String>) {
        self.pending.remove(name);
        self.variables.insert(name, value);
    }

    /// Forgets the numbered captures, as each expression of `if` and `rewrite` does before it captures any itself: where
    /// one does not match, `$1` is empty from there on. Named groups stay.
    pub(crate) fn forget_captures(&mut self) {
        self.captures = Known::Known(Captures::default());
    }

    /// Puts a new path and query in place, as an internal redirect does.
    pub(crate) fn redirect(&mut self, path: String, args: Known<String>) {
        self.uri = Known::Known(path);
        self.args = args;
        self.internal = true;
        self.original_target = false;
        self.prefix_counts = true;
    }
}
