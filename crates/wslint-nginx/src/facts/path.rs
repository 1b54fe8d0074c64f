//! The path that the upstream gets.

use super::route::RouteFacts;
use crate::choices::{Below, Query, UpstreamPath};
use crate::config::Line;
use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::questions;
use crate::request::cause;
use crate::request::exit::Pass;
use crate::request::pass::TargetFate;
use crate::variables::template;
use wslint_model::service::SocketIo;
use wslint_model::way::socketio::{PathFate, is_socketio, path_fate};
use wslint_model::{Cause, Known, Origin, Role, traffic};

/// What to type where a `proxy_pass` with a URI part makes a path that hardly any server has.
const MANGLED: &str = "if the prefix must go, let both the location and `proxy_pass` end in `/`; if the upstream serves the same \
                       path, drop everything after the port in `proxy_pass`";

/// What to do where a `rewrite` makes it.
const REWRITTEN: &str = "let the `rewrite` make the path at which the upstream answers, or take it out if the upstream serves the \
                         path as clients ask for it";

impl RouteFacts<'_, '_> {
    pub(super) fn tell_path(&mut self, pass: &Pass) {
        let Known::Known(sent) = &pass.target else { return };
        if pass.directive != Directive::ProxyPass {
            return;
        }
        let asked = self.candidate().evidence.target();
        let cause = cause::of_path(self.model, pass, self.passage.rewritten);
        let cause = cause.and(self.model.config().opener_site(self.level()), Role::Routed);
        let socketio = is_socketio(&asked);
        let fate = path_fate(&asked, sent, socketio);
        let (asked_path, asked_query) = asked.split_once('?').unwrap_or((&asked, ""));
        let (sent_path, sent_query) = sent.split_once('?').unwrap_or((sent, ""));
        // A query that arrives as it was asked for tells nothing.
        let told = if asked_query == sent_query { sent_path } else { sent };
        // Nor does what is asked for beside the path that people speak of, where slashes double in front of it.
        let doubled = fate == PathFate::Mangled && !socketio && pass.fate != TargetFate::Fixed;
        let beside = asked.strip_prefix(&self.candidate().evidence.path).filter(|_| doubled);
        let told = told.strip_suffix(beside.unwrap_or_default()).unwrap_or(told);
        self.tell(&questions::UPSTREAM_URI, told.to_owned(), cause.clone());
        let candidate = self.candidate();
        let service = candidate.service.filter(|_| socketio && candidate.endpoint.is_none());
        let answers = service.and_then(|service| service.socketio_at(sent_path));
        let elsewhere = answers.and_then(SocketIo::elsewhere).filter(|_| fate != PathFate::Mangled);
        let mut decided = cause.clone();
        let word = if let Some((other, mark)) = elsewhere {
            decided.marks.push(mark);
            let becomes = if asked_path == sent_path { String::new() } else { format!("as `{sent_path}` ") };
            let fault = format!("{becomes}to an upstream whose code answers Socket.IO at `{other}` only");
            let remedy = format!(
                "give the clients `path: \"{other}\"` and let the location match that, or pass it on so: `location \
                 {asked_path}` with `proxy_pass http://ADDRESS{other};`"
            );
            self.tell(&questions::PATH_FAULT, fault, decided.clone());
            self.tell(&questions::PATH_REMEDY, remedy, decided.clone());
            UpstreamPath::Elsewhere
        } else if asked_path == sent_path {
            UpstreamPath::Kept
        } else if answers.is_some_and(|answers| matches!(answers, SocketIo::Here)) {
            UpstreamPath::Moved
        } else if fate == PathFate::Mangled {
            let rewritten = self.passage.rewritten.is_some() && pass.fate == TargetFate::Rewritten;
            let remedy = if rewritten { REWRITTEN } else { MANGLED };
            self.tell(&questions::PATH_REMEDY, remedy.to_owned(), cause.clone());
            if socketio {
                let fault = format!("as `{told}`, which the upstream does not serve");
                self.tell(&questions::PATH_FAULT, fault, cause.clone());
                UpstreamPath::Mangled
            } else {
                UpstreamPath::DoubleSlash
            }
        } else if pass.fate == TargetFate::Fixed && !self.is_exact(pass) {
            UpstreamPath::Fixed
        } else {
            UpstreamPath::Moved
        };
        self.tell(&questions::UPSTREAM_PATH, word, decided);
        let loses = pass.fate == TargetFate::Fixed
            && sent_query.is_empty()
            && (!asked_query.is_empty() || !(self.names_query(pass) || is_endpoint(asked_path, sent_path)));
        let query = if loses { Query::Lost } else { Query::Kept };
        self.tell(&questions::QUERY, query, cause.clone());
        if socketio {
            let framework = self.candidate().evidence.framework;
            let own = framework.is_some_and(|framework| framework.record().endpoints.contains(&sent_path));
            let known = own || answers.is_some_and(|answers| matches!(answers, SocketIo::Here));
            let below = asked_path == sent_path && !asked_path.starts_with("/socket.io") && !known;
            self.tell(&questions::SUBPATH, below, cause);
        }
    }

    /// Whether all requests of the location ask for one path, so that another one for all of them loses nothing of it.
    fn is_exact(&self, pass: &Pass) -> bool {
        let config = self.model.config();
        let location = config.proper_level(pass.state.level);
        matches!(config.location_kind(location), Some(LocationKind::Exact(_)))
    }

    /// A location whose prefix is cut off by `proxy_pass`, where only one of the two ends in a slash. What is named like an
    /// endpoint is asked for by its own path.
    pub(super) fn tell_below(&mut self, pass: &Pass) {
        let config = self.model.config();
        let evidence = &self.candidate().evidence;
        let level = config.proper_level(pass.state.level);
        let (Some(LocationKind::Prefix(name) | LocationKind::PrefixFirst(name)), Some(destination)) =
            (config.location_kind(level), &pass.destination)
        else {
            return;
        };
        let plain = pass.fate == TargetFate::Replaced && !destination.uri.contains('?');
        if !plain || evidence.framework.is_some() || traffic::sign_of_path(&name).is_some() {
            return;
        }
        let word = match (name.ends_with('/'), destination.uri.ends_with('/')) {
            (false, true) => Below::DoubleSlash,
            (true, false) if !destination.uri.is_empty() => Below::Glued,
            _ => return,
        };
        let cause = self.says(pass.line, "the prefix is replaced by this path");
        let cause = cause.and(config.opener_site(level), Role::Says("this is the prefix".to_owned()));
        self.tell(&questions::BELOW, word, cause);
    }

    /// Whether a `proxy_pass` with variables mentions the query.
    fn names_query(&self, pass: &Pass) -> bool {
        let written = self.model.config().known_arg(pass.line, 0).unwrap_or_default();
        template::variables(&written)
            .iter()
            .any(|name| matches!(name.as_str(), "args" | "query_string" | "request_uri" | "is_args"))
    }

    /// A `set` behind a `rewrite … break` never runs, which leaves its variable empty.
    pub(super) fn tell_set_after_break(&mut self) {
        let pass = self.model.config().own_last(self.level(), Directive::ProxyPass);
        if let Some(cause) = pass.and_then(|pass| self.set_behind_break(pass)) {
            self.tell(&questions::SET_AFTER_BREAK, true, cause);
        }
    }

    /// The `set` of a variable of this `proxy_pass` that stands behind a `rewrite … break`, as a cause.
    fn set_behind_break(&self, pass: Line) -> Option<Cause> {
        let config = self.model.config();
        let level = self.level();
        let used = template::variables(&config.known_arg(pass, 0)?);
        let mut broken = None;
        for line in config.script(level) {
            match line.name {
                Some(Directive::Break) => broken = broken.or(Some(line)),
                Some(Directive::Rewrite) => {
                    let breaks = config.known_arg(line, 2).is_some_and(|flag| flag == "break")
                        && self.passage.rewritten == Some(config.site(line));
                    broken = broken.or(breaks.then_some(line));
                }
                Some(Directive::Set) => {
                    let name = config.known_arg(line, 0)?;
                    let name = name.strip_prefix('$').unwrap_or(&name).to_ascii_lowercase();
                    if let (Some(broken), true) = (broken, used.contains(&name)) {
                        let words = "this never runs".to_owned();
                        let cause = Cause::at(Origin::Derived, config.site(line), Role::Says(words));
                        let words = "behind this no set runs".to_owned();
                        return Some(cause.and(config.site(broken), Role::Says(words)));
                    }
                }
                _ => {}
            }
        }
        None
    }
}

/// Whether a fixed path is that of the one endpoint which is asked for, without what stands in front of it. Of a folder more
/// would be asked for.
fn is_endpoint(asked: &str, sent: &str) -> bool {
    asked.ends_with(sent) && !sent.ends_with('/')
}
