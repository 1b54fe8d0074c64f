//! Which location takes the path, and what answers it without its last slash.

use super::answer::REDIRECTS_TO_SLASH;
use super::route::RouteFacts;
use crate::choices;
use crate::config::Line;
use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind};
use crate::questions;
use crate::request::exit::{AnswerKind, Exit};
use crate::routes::candidate::Candidate;
use crate::routes::evidence::is_generated;
use wslint_model::{Cause, Origin, Role};

impl RouteFacts<'_, '_> {
    /// Whether the location that is named after the path answers it, and what answers the path without its slash.
    pub(super) fn tell_selection(&mut self) {
        let config = self.model.config();
        let told = self.facts.fact(&questions::SELECTED).is_some();
        if let Some(location) = self.candidate().location.filter(|_| !told) {
            let end = self.level();
            let site = config.opener_site(end);
            let own = config.opener_site(location);
            let (word, cause) = if let Some(parent) = self.handler_left_behind(end) {
                let role =
                    Role::Says("proxy_pass stands here, and no location inside inherits it".to_owned());
                let words = "nothing in here passes the request on".to_owned();
                let cause = Cause::at(Origin::Derived, config.opener_site(end), Role::Says(words));
                (choices::Selected::Nested, cause.and(config.site(parent), role))
            } else if end == location || self.candidate().evidence.forced {
                (choices::Selected::Own, Cause::at(Origin::Derived, own, Role::Routed))
            } else {
                let kind = config.location_kind(end);
                let word = match kind {
                    _ if self.passage.rewritten.is_some()
                        && config.outwards(end).all(|(id, _)| id != location) =>
                    {
                        choices::Selected::Rewritten
                    }
                    Some(LocationKind::Pattern { .. }) => choices::Selected::ByPattern,
                    _ if config.outwards(end).any(|(id, _)| id == location) => choices::Selected::Own,
                    _ => choices::Selected::Other,
                };
                let role = Role::Says("the path is named after this location".to_owned());
                let decides = match self.passage.rewritten.filter(|_| word == choices::Selected::Rewritten) {
                    Some(rewrite) => {
                        let role = Role::Says("this gives the request another path".to_owned());
                        Cause::at(Origin::Derived, rewrite, role).and(own, Role::Routed)
                    }
                    None => Cause::at(Origin::Derived, site, Role::Routed).and(own, role),
                };
                (word, decides)
            };
            if word == choices::Selected::ByPattern {
                self.tell_taken(location, end, &cause);
            }
            self.tell(&questions::SELECTED, word, cause);
        }
        self.tell_without_slash();
    }

    /// What becomes of the handshake in the location that takes it by its expression.
    fn tell_taken(&mut self, location: ContextId, end: ContextId, cause: &Cause) {
        use wslint_model::choices::Handler;
        let config = self.model.config();
        let pass = |level| config.known_arg(config.own_last(level, Directive::ProxyPass)?, 0);
        // Whoever writes an expression by hand may mean the path as well; a controller has it from another path.
        let elsewhere = || is_generated(self.model, end) && pass(location) != pass(end);
        let taken = match self.facts.value(&questions::HANDLER) {
            Some(
                Handler::Static
                | Handler::TryFiles
                | Handler::Return
                | Handler::Internal
                | Handler::Error
                | Handler::Fastcgi
                | Handler::Grpc
                | Handler::Memcached,
            ) => choices::Taken::Nothing,
            Some(Handler::Proxy) if elsewhere() => choices::Taken::OtherServers,
            _ => return,
        };
        self.tell(&questions::TAKEN, taken, cause.clone());
    }

    /// The `proxy_pass` of the location around one that has no handler and so looks for a file.
    fn handler_left_behind(&self, end: ContextId) -> Option<Line> {
        let looks_for_a_file =
            matches!(&self.passage.exit, Exit::Answered(answer) if answer.kind == AnswerKind::Static);
        let parent = self.model.config().context(end).parent.filter(|_| looks_for_a_file)?;
        self.model.config().own_last(parent, Directive::ProxyPass)
    }

    /// A prefix that does not begin with a slash matches no request, one that is written like an expression none that clients
    /// make, and a name that nothing refers to is of no use.
    pub(super) fn tell_unreachable(&mut self) {
        let Some(location) = self.candidate().location else { return };
        let config = self.model.config();
        let kind = config.location_kind(location);
        if self.candidate().unreferenced {
            let words = Role::Says("nothing refers to this name".to_owned());
            let cause = Cause::at(Origin::Derived, config.opener_site(location), words);
            return self.tell(&questions::SELECTED, choices::Selected::Unreferenced, cause);
        }
        if self.candidate().literal {
            let words =
                Role::Says("this is no expression: paths are compared with it as it stands".to_owned());
            let cause = Cause::at(Origin::Derived, config.opener_site(location), words);
            return self.tell(&questions::SELECTED, choices::Selected::Literal, cause);
        }
        if let Some(LocationKind::Prefix(name) | LocationKind::PrefixFirst(name) | LocationKind::Exact(name)) =
            kind
            && !name.starts_with('/')
        {
            let words = Role::Says("every path begins with a slash, this does not".to_owned());
            let cause = Cause::at(Origin::Derived, config.opener_site(location), words);
            self.tell(&questions::SELECTED, choices::Selected::Never, cause);
        }
    }

    /// The path of the route, which ends in a slash: for an expression the folder of its sample, if that is taken too.
    fn folder(&self) -> Option<String> {
        let path = self.candidate().evidence.path.split('?').next()?.to_owned();
        if !self.candidate().evidence.forced {
            return path.ends_with('/').then_some(path);
        }
        let location = self.candidate().location?;
        let by_pattern =
            matches!(self.model.config().location_kind(location), Some(LocationKind::Pattern { .. }));
        let folder = path[..=path.rfind('/')?].to_owned();
        let taken =
            self.by_path(self.candidate().plain(&folder)).filter(|_| by_pattern && folder.len() > 1)?;
        (self.model.config().proper_level(taken.level) == location).then_some(folder)
    }

    /// Whether clients are known to ask for the path of a folder with its last slash: it is declared so, or the product
    /// calls its endpoint so.
    fn is_asked_for_with_slash(&self, folder: &str) -> bool {
        let Candidate { endpoint, evidence, .. } = self.candidate();
        let declared = endpoint.is_some_and(|endpoint| endpoint.path == folder);
        let own = evidence.framework.map_or(&[][..], |framework| framework.record().endpoints);
        declared || own.iter().any(|path| path.ends_with('/') && folder.ends_with(path))
    }

    fn tell_without_slash(&mut self) {
        if let Exit::Answered(answer) = &self.passage.exit
            && answer.kind == AnswerKind::SlashRedirect
        {
            let cause = self.at_line(answer.line, REDIRECTS_TO_SLASH);
            return self.tell(&questions::WITHOUT_SLASH, choices::WithoutSlash::Redirected, cause);
        }
        let Some(folder) = self.folder() else { return };
        let Some(bare) = folder.strip_suffix('/').filter(|bare| !bare.is_empty()) else { return };
        let polls = self.candidate().evidence.framework.is_some_and(|framework| framework.is("socket.io"));
        let located = self.model.config().context(self.level()).kind == ContextKind::Location;
        if !located || polls {
            return;
        }
        let request = self.candidate().plain(bare);
        let asked_for = is_asked_for(bare) && !self.is_asked_for_with_slash(&folder);
        let Some(answered) = self.by_path(request) else { return };
        let (word, cause) = match &answered.exit {
            Exit::Answered(answer)
                if answer.kind == AnswerKind::SlashRedirect
                    || (answer.kind == AnswerKind::Redirect
                        && adds_slash(answer.target.as_deref(), bare)) =>
            {
                let word = if asked_for {
                    choices::WithoutSlash::Redirected
                } else {
                    choices::WithoutSlash::WouldBeRedirected
                };
                (word, self.at_line(answer.line, REDIRECTS_TO_SLASH))
            }
            _ => (choices::WithoutSlash::Served, Cause::nowhere(Origin::Derived)),
        };
        self.tell(&questions::WITHOUT_SLASH, word, cause);
    }
}

/// Whether a redirect leads to the same path with a slash behind it.
fn adds_slash(target: Option<&str>, bare: &str) -> bool {
    let path = target.unwrap_or_default().split('?').next().unwrap_or_default();
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => path,
    };
    path.strip_suffix('/') == Some(bare)
}

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
