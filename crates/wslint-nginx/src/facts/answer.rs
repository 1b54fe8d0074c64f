//! Who answers, whether nginx would load the config, and which location takes the path.

use super::Teller;
use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind, Line};
use crate::questions;
use crate::refusal::RefusalKind;
use crate::request::end::{Answer, AnswerKind, End};
use wslint_model::{Cause, Known, Origin, Request, Role, Value};

impl Teller<'_, '_> {
    pub(super) fn tell_refusal(&mut self) {
        let Some(refusal) = self.model.refusal() else { return };
        let word = match refusal.kind {
            RefusalKind::WebSocketScheme => "websocket-scheme",
            RefusalKind::UnknownVariable => "unknown-variable",
            RefusalKind::UriPart => "uri-part",
            RefusalKind::TooNew => "too-new",
            RefusalKind::Other => "other",
        };
        let site = refusal.site(self.model.config());
        let cause = Cause::at(Origin::Set, site, Role::Says("nginx refuses this".to_owned()));
        if refusal.kind == RefusalKind::WebSocketScheme {
            self.tell(&questions::WEBSOCKET_SCHEME, Value::Flag(true), cause.clone());
        }
        self.tell(&questions::REJECTED, Value::Choice(word), cause.clone());
        self.tell(&questions::REJECTION, Value::Text(refusal.reason.clone()), cause);
    }

    pub(super) fn tell_answer(&mut self) {
        if let Some(line) = self.seed.only_http2 {
            let cause = self.says(line, "without TLS this speaks HTTP/2 and nothing else");
            self.tell(&questions::PLAIN_HTTP2, Value::Flag(true), cause);
        }
        let (word, cause) = match &self.chrome.end {
            End::Passed(passed) => {
                let word = match passed.directive {
                    Directive::UwsgiPass => "uwsgi",
                    Directive::ScgiPass => "scgi",
                    Directive::FastcgiPass => "fastcgi",
                    Directive::GrpcPass => "grpc",
                    Directive::MemcachedPass => "memcached",
                    _ => "proxy",
                };
                (word, self.says(passed.pass, "the request is handed on here"))
            }
            End::Tunnelled { pass, .. } => ("stream", self.says(*pass, "the connection is handed on here")),
            End::Closed(line) => {
                let cause = self.at_line(*line, "this closes the connection");
                let nothing = Value::Text("nothing at all".to_owned());
                self.tell(&questions::ANSWER, nothing, cause.clone());
                ("closed", cause)
            }
            End::Unknown => return,
            End::Answered(answer) => {
                let (word, words) = told(answer);
                self.tell_status(answer);
                let cause = self.at_line(answer.line, words);
                if answer.kind == AnswerKind::BadScheme && answer.target.as_deref().is_some_and(is_websocket)
                {
                    self.tell(&questions::WEBSOCKET_SCHEME, Value::Flag(true), cause.clone());
                }
                (word, cause)
            }
        };
        let cause = match self.chrome.hops.first() {
            Some(hop) => {
                let tls = matches!(&self.chrome.end, End::Answered(answer) if answer.kind == AnswerKind::PlainToTls);
                let spoken = hop.destination.as_ref().is_some_and(|destination| destination.tls);
                let failed =
                    matches!(&self.chrome.end, End::Answered(answer) if answer.kind == AnswerKind::Error);
                if tls || (failed && spoken) {
                    let cause =
                        self.says(hop.pass, "this speaks to a server of this config in the wrong scheme");
                    self.tell(&questions::PEER, Value::Choice("tls-mismatch"), cause);
                }
                cause.and(self.model.config().site(hop.pass), Role::Routed)
            }
            None => cause,
        };
        self.tell(&questions::HANDLER, Value::Choice(word), cause);
        let redirected = self.model.redirects_to_tls(self.seed, self.chrome);
        self.tell(&questions::TLS_ELSEWHERE, Value::Flag(redirected), Cause::nowhere(Origin::Derived));
    }

    /// `if ($invalid_referer)` with `valid_referers` that know no `none`: a browser names no page in a handshake.
    pub(super) fn tell_referer(&mut self) {
        let config = self.model.config();
        let branch = config.context(self.chrome.level);
        let tests = branch.opener.filter(|_| branch.kind == ContextKind::If).is_some_and(|line| {
            config.args(line).iter().any(|word| {
                matches!(word, Known::Known(word) if word.trim_matches(['(', ')']) == "$invalid_referer")
            })
        });
        let names = config.list(self.level(), Directive::ValidReferers).lines.first().copied();
        let answers = matches!(self.chrome.end, End::Answered(_) | End::Closed(_));
        if let (true, true, Some(names), Some(test)) = (tests, answers, names, branch.opener) {
            let cause = self.says(names, "names the pages that may ask, and no request without one");
            let cause = cause.and(config.site(test), Role::Says("handshakes end here".to_owned()));
            self.tell(&questions::REFERER, Value::Choice("refused"), cause);
        }
    }

    fn at_line(&self, line: Option<super::Line>, words: &str) -> Cause {
        match line {
            Some(line) => self.says(line, words),
            None => Cause::nowhere(Origin::Derived),
        }
    }

    fn tell_status(&mut self, answer: &Answer) {
        let status = match answer.status {
            Known::Known(status) => status.to_string(),
            Known::Unknown => "a file or an error".to_owned(),
        };
        let value = match &answer.target {
            Some(target) if answer.kind != AnswerKind::BadScheme => {
                Value::Text(format!("{status} to {target}"))
            }
            // It may lead to the same path over TLS, where browsers are mostly sent before they ask for a WebSocket.
            None if answer.kind == AnswerKind::Redirect => Value::Unknown,
            _ => Value::Text(status),
        };
        let cause = self.at_line(answer.line, "this answers");
        self.tell(&questions::ANSWER, value, cause);
    }

    /// Whether the location that is named after the path answers it, and what answers the path without its slash.
    pub(super) fn tell_selection(&mut self) {
        let config = self.model.config();
        if let Some(location) = self.seed.location {
            let end = self.level();
            let site = config.opener_site(end);
            let own = config.opener_site(location);
            let (word, cause) = if let Some(parent) = self.handler_left_behind(end) {
                let role =
                    Role::Says("proxy_pass stands here, and no location inside inherits it".to_owned());
                let words = "nothing in here hands the request on".to_owned();
                let cause = Cause::at(Origin::Derived, config.opener_site(end), Role::Says(words));
                ("nested", cause.and(config.site(parent), role))
            } else if end == location || self.seed.evidence.forced {
                ("own", Cause::at(Origin::Derived, own, Role::Routed))
            } else {
                let kind = config.location_kind(end);
                let word = match kind {
                    Some(LocationKind::Pattern { .. }) => "by-pattern",
                    _ if config.outwards(end).any(|(id, _)| id == location) => "own",
                    _ if self.chrome.rewritten.is_some() => "rewritten",
                    _ => "other",
                };
                let role = Role::Says("the path is named after this location".to_owned());
                let decides = match self.chrome.rewritten.filter(|_| word == "rewritten") {
                    Some(rewrite) => {
                        let role = Role::Says("this gives the request another path".to_owned());
                        Cause::at(Origin::Derived, rewrite, role).and(own, Role::Routed)
                    }
                    None => Cause::at(Origin::Derived, site, Role::Routed).and(own, role),
                };
                (word, decides)
            };
            self.tell(&questions::SELECTED, Value::Choice(word), cause);
        }
        self.tell_without_slash();
    }

    /// The `proxy_pass` of the location around one that has no handler and so looks for a file.
    fn handler_left_behind(&self, end: ContextId) -> Option<Line> {
        let looks_for_a_file =
            matches!(&self.chrome.end, End::Answered(answer) if answer.kind == AnswerKind::Static);
        let parent = self.model.config().context(end).parent.filter(|_| looks_for_a_file)?;
        self.model.config().own_last(parent, Directive::ProxyPass)
    }

    /// A prefix that does not begin with a slash matches no request.
    pub(super) fn tell_unreachable(&mut self) {
        let Some(location) = self.seed.location else { return };
        let config = self.model.config();
        let kind = config.location_kind(location);
        if let Some(LocationKind::Prefix(name) | LocationKind::PrefixFirst(name) | LocationKind::Exact(name)) =
            kind
            && !name.starts_with('/')
        {
            let words = Role::Says("every path begins with a slash, this does not".to_owned());
            let cause = Cause::at(Origin::Derived, config.opener_site(location), words);
            self.tell(&questions::SELECTED, Value::Choice("never"), cause);
        }
    }

    fn tell_without_slash(&mut self) {
        if let End::Answered(answer) = &self.chrome.end
            && answer.kind == AnswerKind::SlashRedirect
        {
            let cause = self.at_line(answer.line, REDIRECTS_TO_SLASH);
            return self.tell(&questions::WITHOUT_SLASH, Value::Choice("redirected"), cause);
        }
        let path = self.seed.evidence.path.split('?').next().unwrap_or_default().to_owned();
        let Some(bare) = path.strip_suffix('/').filter(|bare| !bare.is_empty()) else { return };
        let polls = self.seed.evidence.framework.is_some_and(|framework| framework.name() == "socket.io");
        let located = self.model.config().context(self.level()).kind == ContextKind::Location;
        if self.seed.evidence.forced || !located || polls {
            return;
        }
        let request = Request::plain(wslint_model::Scheme::Http, "localhost", 80, bare);
        let followed = self.model.follow_request(self.seed, &request);
        let (word, cause) = match &followed.end {
            End::Answered(answer) if answer.kind == AnswerKind::SlashRedirect => {
                let word = if is_asked_for(bare) { "redirected" } else { "would-be-redirected" };
                (word, self.at_line(answer.line, REDIRECTS_TO_SLASH))
            }
            _ => ("served", Cause::nowhere(Origin::Derived)),
        };
        self.tell(&questions::WITHOUT_SLASH, Value::Choice(word), cause);
    }
}

/// The label of a location that redirects to its own name.
const REDIRECTS_TO_SLASH: &str = "this answers the path without its last slash by a redirect";

/// Whether a path is a product's endpoint as its clients ask for it, rather than a prefix of endpoints.
fn is_asked_for(path: &str) -> bool {
    const ENDPOINTS: [&str; 9] = [
        "/cable",
        "/notifications/hub",
        "/_blazor",
        "/api/websocket",
        "/api/v4/websocket",
        "/live/websocket",
        "/socket/websocket",
        "/api/live/ws",
        "/_stcore/stream",
    ];
    ENDPOINTS.iter().any(|endpoint| path.ends_with(endpoint))
}

/// Whether an address has the scheme of a WebSocket.
fn is_websocket(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    address.starts_with("ws://") || address.starts_with("wss://")
}

/// The word for an answer, and the label of the line that decides it.
fn told(answer: &Answer) -> (&'static str, &'static str) {
    match answer.kind {
        AnswerKind::Return | AnswerKind::ReturnText => ("return", "this answers every request"),
        AnswerKind::Redirect => ("redirect", "this answers with a redirect"),
        AnswerKind::SlashRedirect => ("slash-redirect", REDIRECTS_TO_SLASH),
        AnswerKind::Denied => ("denied", "this refuses the request"),
        AnswerKind::Internal => ("internal", "this hides the location from clients"),
        AnswerKind::Static => ("static", "a file is looked for here, and nothing hands the request on"),
        AnswerKind::TryFiles => ("try-files", "this answers where no file is found"),
        AnswerKind::Error => ("error", "this cannot be carried out"),
        AnswerKind::NoResolver => ("no-resolver", "this name can only be looked up with a resolver"),
        AnswerKind::BadScheme => ("bad-scheme", "this is not an http:// or https:// address"),
        AnswerKind::PlainToTls => ("plain-to-tls", "this speaks TLS only"),
    }
}
