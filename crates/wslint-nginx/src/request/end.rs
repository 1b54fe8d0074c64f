//! How a request ends, and what stays in doubt on the way.

use super::pass::{Destination, TargetFate};
use super::state::State;
use crate::config::names::Directive;
use crate::config::{ContextId, Line};
use wslint_model::Known;

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
}

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

/// A request that was handed to another program.
#[derive(Clone, Debug)]
pub(crate) struct Passed {
    /// `proxy_pass`, `uwsgi_pass` …
    pub(crate) directive: Directive,
    /// The line.
    pub(crate) pass: Line,
    /// The request as it is handed on.
    pub(crate) state: State,
    /// Where `proxy_pass` sends it, if the value is known.
    pub(crate) destination: Option<Destination>,
    /// The request target that the upstream gets, and what was done to it.
    pub(crate) target: Known<String>,
    pub(crate) fate: TargetFate,
    /// The name of the upstream block.
    pub(crate) pool: Option<String>,
    /// The address of the server.
    pub(crate) upstream: Known<Option<String>>,
}

/// How a request ends.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// nginx answers.
    Answered(Answer),
    /// It is handed on.
    Passed(Box<Passed>),
    /// The connection is handed on as it is, by `stream {}`.
    Tunnelled { server: ContextId, pass: Line, pool: Option<String>, upstream: Known<Option<String>> },
    /// The connection is closed or refused without an answer.
    Closed(Option<Line>),
    /// It cannot be told.
    Unknown,
}

/// A line of which it cannot be told what it does with the request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doubt {
    pub(crate) line: Line,
    /// Whether it could only answer the request, not send it elsewhere.
    pub(crate) only_answers: bool,
}

/// An `auth_request` whose answer is not in the config.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AuthDoubt {
    pub(crate) line: Line,
    /// Whether the client's upgrade reaches the program that is asked.
    pub(crate) leaks: bool,
}
