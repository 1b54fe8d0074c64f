//! How a request leaves nginx, with nginx's own lines: hops are made of it, and the facts of a route look at it.

use std::cell::RefCell;
use std::rc::Rc;

use super::header::{self, Sent};
use super::pass::{Destination, TargetFate};
use crate::config::names::Directive;
use crate::config::{ContextId, Line};
use crate::model::Model;
use crate::variables::state::State;
use wslint_model::choices::Handler;
use wslint_model::way::{PROXY_HEADER, Step};
use wslint_model::{Choice, Known, Site};

/// What answers a request that nginx answers itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerKind {
    /// `return` with a status.
    Return,
    /// `return` with a text of its own, which `error_page` leaves alone.
    ReturnText,
    /// `return` or `rewrite` with a redirect.
    Redirect,
    /// The automatic redirect from `/x` to `/x/`.
    SlashRedirect,
    /// The access phase.
    Denied,
    /// A location for internal redirects only.
    Internal,
    /// A file, or that there is none.
    Static,
    /// The last argument of `try_files`.
    TryFiles,
    /// A request that nginx cannot read or a `proxy_pass` that it cannot carry out.
    Error,
    /// `proxy_pass` to a name without `resolver`.
    NoResolver,
    /// `proxy_pass` with a variable that does not begin with `http://`.
    BadScheme,
    /// Plain HTTP to a socket that speaks TLS.
    PlainToTls,
    /// A PROXY header to a socket that does not read it.
    ProxyHeader,
}

impl AnswerKind {
    /// The word for it in hops and facts.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::ProxyHeader => PROXY_HEADER,
            _ => self.handler().word(),
        }
    }

    /// Who answers by it.
    pub(crate) fn handler(self) -> Handler {
        match self {
            Self::Return | Self::ReturnText => Handler::Return,
            Self::Redirect => Handler::Redirect,
            Self::SlashRedirect => Handler::SlashRedirect,
            Self::Denied => Handler::Denied,
            Self::Internal => Handler::Internal,
            Self::Static => Handler::Static,
            Self::TryFiles => Handler::TryFiles,
            Self::Error => Handler::Error,
            Self::NoResolver => Handler::NoResolver,
            Self::BadScheme => Handler::BadScheme,
            Self::PlainToTls => Handler::PlainToTls,
            Self::ProxyHeader => Handler::ProxyHeader,
        }
    }

    /// Whether it sends the client elsewhere.
    pub(crate) fn redirects(self) -> bool {
        matches!(self, Self::Redirect | Self::SlashRedirect)
    }
}

/// The word for a plain request at a socket that speaks TLS.
pub(crate) const PLAIN_TO_TLS: &str = "plain-to-tls";
/// The word for a TLS connection at a socket that speaks none.
pub(crate) const TLS_TO_PLAIN: &str = "tls-to-plain";

/// An answer that nginx gives itself.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: Known<u16>,
    pub(crate) kind: AnswerKind,
    /// The line that decides.
    pub(crate) line: Option<Line>,
    /// Where a redirect leads, or the address that is none.
    pub(crate) target: Option<String>,
}

impl Answer {
    /// An answer that a line decides.
    pub(crate) fn new(status: u16, kind: AnswerKind, line: Line) -> Self {
        Self { status: Known::Known(status), kind, line: Some(line), target: None }
    }

    /// An error that a line causes.
    pub(crate) fn error(status: u16, line: Line) -> Self {
        Self::new(status, AnswerKind::Error, line)
    }
}

/// A request that a `…_pass` directive hands to another program.
#[derive(Clone, Debug)]
pub(crate) struct Pass {
    /// `proxy_pass`, `uwsgi_pass` …
    pub(crate) directive: Directive,
    /// The line.
    pub(crate) line: Line,
    /// The request as it is passed on.
    pub(crate) state: State,
    /// Where `proxy_pass` sends it, if the value is known.
    pub(crate) destination: Option<Destination>,
    /// The request target that the upstream gets, and what was done to it.
    pub(crate) target: Known<String>,
    pub(crate) fate: TargetFate,
    /// The name of the upstream block; unknown where the address is.
    pub(crate) pool: Known<Option<String>>,
    /// The address of the server.
    pub(crate) upstream: Known<Option<String>>,
    /// The headers that were asked for already: most are asked for again and again.
    headers: RefCell<Vec<(&'static str, Rc<Sent>)>>,
}

impl Pass {
    /// One header as the upstream gets it.
    pub(crate) fn sent(&self, model: &Model<'_>, header: &'static str) -> Rc<Sent> {
        let known = |headers: &[(&str, Rc<Sent>)]| {
            headers.iter().find(|(name, _)| *name == header).map(|(_, sent)| Rc::clone(sent))
        };
        let known = known(&self.headers.borrow());
        known.unwrap_or_else(|| {
            let sent = Rc::new(header::sent(model, &self.state, header));
            self.headers.borrow_mut().push((header, Rc::clone(&sent)));
            sent
        })
    }

    /// Whether both halves of the client's upgrade reach the program that a request is handed to; `None` if it cannot be
    /// told.
    pub(crate) fn upgrade_reaches(&self, model: &Model<'_>) -> Option<bool> {
        if self.directive != Directive::ProxyPass {
            return Some(false);
        }
        let sends = |header, token| self.sent(model, header).holds(token);
        match (sends("Upgrade", "websocket"), sends("Connection", "upgrade")) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    /// A request that is handed to an address of which nothing is known.
    pub(crate) fn to_unknown(directive: Directive, line: Line, state: State, target: Known<String>) -> Self {
        Self {
            directive,
            line,
            state,
            destination: None,
            target,
            fate: TargetFate::Original,
            pool: Known::Unknown,
            upstream: Known::Unknown,
            headers: RefCell::default(),
        }
    }
}

/// A connection that `stream {}` passes on as it is.
#[derive(Clone, Debug)]
pub(crate) struct Tunnel {
    /// The server of `stream {}`.
    pub(crate) server: ContextId,
    /// Its `proxy_pass`.
    pub(crate) line: Line,
    /// The name of the upstream block; unknown where the address is.
    pub(crate) pool: Known<Option<String>>,
    /// The address of the server.
    pub(crate) upstream: Known<Option<String>>,
}

/// How a request leaves nginx.
#[derive(Clone, Debug)]
pub(crate) enum Exit {
    /// nginx answers.
    Answered(Answer),
    /// It is passed on.
    Passed(Box<Pass>),
    /// The connection is passed on.
    Tunnelled(Tunnel),
    /// The connection is closed or refused without an answer.
    Closed {
        /// What closes it, in a word.
        by: &'static str,
        /// The line that decides.
        line: Option<Line>,
    },
    /// It cannot be told.
    Unknown,
}

/// An `auth_request` whose answer is not in the config, and is taken to let the request in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Auth {
    pub(crate) line: Line,
    /// Whether the client's upgrade reaches the program that is asked.
    pub(crate) leaks: bool,
    /// Whether it is answered by what is not followed, such as a script.
    pub(crate) unseen: bool,
}

/// A copy of the request that `mirror` sends, with the client's upgrade in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Copied {
    pub(crate) line: Line,
    /// Whether it comes to the upstream, and with the path, that the request itself comes to.
    pub(crate) same: bool,
}

/// Where a request came in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// The line that accepts the connection.
    pub(crate) listen: Option<Line>,
    /// The server that the request comes to; none where nothing takes the connection.
    pub(crate) server: Option<ContextId>,
    /// Whether that server ends TLS.
    pub(crate) tls: bool,
    /// Whether it takes the PROXY header off the connection.
    pub(crate) proxy_protocol: bool,
}

/// A request's way through this nginx, of which a hop is made.
#[derive(Clone, Debug)]
pub(crate) struct Passage {
    pub(crate) entry: Entry,
    pub(crate) exit: Exit,
    /// What nginx answers in the place of an upstream that has no server in use.
    pub(crate) instead: Option<Answer>,
    /// The level in force at the end.
    pub(crate) level: ContextId,
    /// The locations that were chosen on the way, each once.
    pub(crate) chosen: Vec<ContextId>,
    pub(crate) auth: Option<Auth>,
    pub(crate) copied: Option<Copied>,
    /// The `rewrite` that changed the path last.
    pub(crate) rewritten: Option<Site>,
    /// The `try_files` or `error_page` that sent it on inside nginx last.
    pub(crate) redirected: Option<Site>,
    pub(crate) steps: Vec<Step>,
}

impl Passage {
    /// The request as it was passed on by a `…_pass` directive, if it was.
    pub(crate) fn pass(&self) -> Option<&Pass> {
        match &self.exit {
            Exit::Passed(pass) => Some(pass),
            _ => None,
        }
    }
}
