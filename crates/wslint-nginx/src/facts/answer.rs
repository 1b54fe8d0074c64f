//! Who answers.

use super::route::RouteFacts;
use crate::choices::{self, Handler};
use crate::config::names::Directive;
use crate::config::{ContextKind, Line};
use crate::questions;
use crate::request::exit::{AnswerKind, Exit, PLAIN_TO_TLS, TLS_TO_PLAIN};
use crate::routes::candidate;
use wslint_model::way::End;
use wslint_model::{Cause, Choice, Known, Origin, Proxy, Role, Site};

impl RouteFacts<'_, '_> {
    pub(super) fn tell_answer(&mut self) {
        let passed_by = match &self.passage.exit {
            Exit::Passed(pass) => Some((handler(pass.directive), pass.line)),
            Exit::Tunnelled(tunnel) => Some((Handler::Stream, tunnel.line)),
            Exit::Answered(_) | Exit::Closed { .. } => None,
            Exit::Unknown => return,
        };
        let (word, cause) = match (&self.passage.exit, passed_by) {
            (Exit::Answered(answer), _) => {
                self.tell_status(&answer.status, answer.target.as_deref(), answer.kind, answer.line);
                let cause = self.at_line(answer.line, label(answer.kind.word()));
                if answer.kind == AnswerKind::BadScheme && answer.target.as_deref().is_some_and(is_websocket)
                {
                    self.tell(&questions::WEBSOCKET_SCHEME, true, cause.clone());
                }
                (Some(answer.kind.handler()), cause)
            }
            (Exit::Closed { line, .. }, _) => {
                let cause = self.at_line(*line, "this closes the connection");
                self.tell(&questions::ANSWER, NOTHING.to_owned(), cause.clone());
                (Some(Handler::Closed), cause)
            }
            (_, Some((word, line))) => self
                .answer_behind(line)
                .unwrap_or_else(|| (Some(word), self.says(line, "the request is passed on here"))),
            _ => return,
        };
        let cause = match self.passage.redirected {
            Some(site) => cause.and(site, Role::Says("this sends the request there".to_owned())),
            None => cause,
        };
        self.tell(&questions::HANDLER, word, cause);
        let redirected = candidate::redirects_to_tls(self.model, self.candidate(), self.passage);
        self.tell(&questions::TLS_ELSEWHERE, redirected, Cause::nowhere(Origin::Derived));
    }

    /// What answers where the request is handed to another server of nginx that hands it no further. What another proxy
    /// answers is told in words of its own, as the reason why the handshake fails.
    fn answer_behind(&mut self, line: Line) -> Option<(Option<Handler>, Cause)> {
        let run = self.run();
        let last = run.last();
        if run.hops.len() < 2 || last.proxy != Proxy::Nginx {
            return None;
        }
        let here = self.model.config().site(line);
        let at = |site: Option<Site>, words: &str| {
            let first = site.map_or_else(
                || Cause::nowhere(Origin::Derived),
                |site| Cause::at(Origin::Derived, site, Role::Says(words.to_owned())),
            );
            first.and(here, Role::Routed)
        };
        let (by, answer, cause) = match &last.end {
            End::Answered { by, status, location, site, .. } => {
                (*by, status_text(status, location.as_deref()), at(*site, label(by)))
            }
            End::Dropped { by, site, .. } => match run.closed_on() {
                Some(_) => (*by, "502".to_owned(), at(*site, "this closes the connection")),
                None => (*by, NOTHING.to_owned(), at(*site, "this closes the connection")),
            },
            End::Sent(_) | End::Unknown => return None,
        };
        if matches!(by, PLAIN_TO_TLS | TLS_TO_PLAIN) && last.config == self.tried.config {
            let cause = self.says(line, "this speaks to a server of this config in the wrong scheme");
            self.tell(&questions::PEER, choices::Peer::TlsMismatch, cause);
        }
        let word = match &last.end {
            End::Answered { .. } => Handler::of_word(by),
            _ if run.closed_on().is_some() => Some(Handler::Error),
            _ => Some(Handler::Closed),
        };
        self.tell(&questions::ANSWER, answer, cause.clone());
        Some((word, cause))
    }

    /// `if ($invalid_referer)` with `valid_referers` that know no `none`: a browser names no page in a handshake.
    pub(super) fn tell_referer(&mut self) {
        let config = self.model.config();
        let branch = config.context(self.passage.level);
        let tests = branch.opener.filter(|_| branch.kind == ContextKind::If).is_some_and(|line| {
            config.args(line).iter().any(|word| {
                matches!(word, Known::Known(word) if word.trim_matches(['(', ')']) == "$invalid_referer")
            })
        });
        let names = config.list(self.level(), Directive::ValidReferers).lines.first().copied();
        let answers = matches!(self.passage.exit, Exit::Answered(_) | Exit::Closed { .. });
        if let (true, true, Some(names), Some(test)) = (tests, answers, names, branch.opener) {
            let cause = self.says(names, "names the pages that may ask, and no request without one");
            let cause = cause.and(config.site(test), Role::Says("handshakes end here".to_owned()));
            self.tell(&questions::REFERER, choices::Referer::Refused, cause);
        }
    }

    pub(super) fn at_line(&self, line: Option<Line>, words: &str) -> Cause {
        match line {
            Some(line) => self.says(line, words),
            None => Cause::nowhere(Origin::Derived),
        }
    }

    fn tell_status(
        &mut self,
        status: &Known<u16>,
        target: Option<&str>,
        kind: AnswerKind,
        line: Option<Line>,
    ) {
        let target = target.filter(|_| kind != AnswerKind::BadScheme);
        let value = match target {
            // It may lead to the same path over TLS, where browsers are mostly sent before they ask for a WebSocket.
            None if kind == AnswerKind::Redirect => Known::Unknown,
            target => Known::Known(status_text(status, target)),
        };
        let cause = self.at_line(line, "this answers");
        self.tell(&questions::ANSWER, value, cause);
    }
}

/// The label of a location that redirects to its own name.
pub(super) const REDIRECTS_TO_SLASH: &str = "this answers the path without its last slash by a redirect";

/// Whether an address has the scheme of a WebSocket.
fn is_websocket(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    address.starts_with("ws://") || address.starts_with("wss://")
}

/// What a client gets whose connection is closed.
const NOTHING: &str = "nothing at all";

/// A status and where it redirects to, as messages quote it.
fn status_text(status: &Known<u16>, target: Option<&str>) -> String {
    let status = status.as_ref().map_or_else(|| "a file or an error".to_owned(), u16::to_string);
    match target {
        Some(target) => format!("{status} to {target}"),
        None => status,
    }
}

/// The word for what a request is passed on by.
fn handler(directive: Directive) -> Handler {
    match directive {
        Directive::UwsgiPass => Handler::Uwsgi,
        Directive::ScgiPass => Handler::Scgi,
        Directive::FastcgiPass => Handler::Fastcgi,
        Directive::GrpcPass => Handler::Grpc,
        Directive::MemcachedPass => Handler::Memcached,
        _ => Handler::Proxy,
    }
}

/// The label of the line that decides an answer.
fn label(by: &str) -> &'static str {
    match by {
        "return" => "this answers every request",
        "redirect" => "this answers with a redirect",
        "slash-redirect" => REDIRECTS_TO_SLASH,
        "denied" => "this refuses the request",
        "internal" => "this hides the location from clients",
        "static" => "a file is looked for here, and nothing passes the request on",
        "try-files" => "this answers where no file is found",
        "no-resolver" => "this name can only be looked up with a resolver",
        "bad-scheme" => "this is not an http:// or https:// address",
        PLAIN_TO_TLS => "this speaks TLS only",
        _ => "this cannot be carried out",
    }
}
