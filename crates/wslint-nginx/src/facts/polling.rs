//! What polling clients and event streams need: the POST, its body, the CORS headers, an unbuffered response.

use super::route::RouteFacts;
use crate::choices;
use crate::config::inherit::Scalar;
use crate::config::location::LocationKind;
use crate::config::names::Directive;
use crate::config::time;
use crate::config::{ContextId, ContextKind, Line};
use crate::questions;
use crate::request::exit::{Exit, Pass};
use crate::variables::decision::Decision;
use crate::variables::evaluate::{decide, evaluate};
use crate::variables::template;
use wslint_model::way::End;
use wslint_model::{Cause, Origin, Role};

const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";
const ALLOW_CREDENTIALS: &str = "Access-Control-Allow-Credentials";
/// What is said of the line beside one that allows every origin.
const CREDENTIALS_TOO: &str = "this allows credentials beside it";
const ACCEL_BUFFERING: &str = "X-Accel-Buffering";

impl RouteFacts<'_, '_> {
    pub(super) fn tell_polling(&mut self, pass: &Pass) {
        self.tell_accel_buffering(pass);
        self.tell_post();
        self.tell_client_script();
        self.tell_body_limit(pass);
        self.tell_cors(pass);
    }

    /// `X-Accel-Buffering` is read from the upstream's response and nowhere else.
    fn tell_accel_buffering(&mut self, pass: &Pass) {
        let level = pass.state.level;
        let sent = self.model.header_lines(level).of(ACCEL_BUFFERING).0.first().copied();
        let added = || self.about(level, Directive::AddHeader, ACCEL_BUFFERING).next();
        let word = match sent {
            Some(_) => choices::AccelBuffering::ProxySetHeader,
            None => choices::AccelBuffering::AddHeader,
        };
        if let Some(line) = sent.or_else(added) {
            self.tell_line(&questions::ACCEL_BUFFERING, word, line);
        }
    }

    /// The lines in force at a level of a list for the client's response that are about a header.
    fn about(
        &self,
        level: ContextId,
        list: Directive,
        header: &'static str,
    ) -> impl Iterator<Item = Line> + use<'_> {
        self.model.lines_about(level, list, header).iter().map(|(_, line)| *line)
    }

    /// Polling clients send with POST.
    fn tell_post(&mut self) {
        let polls = self.candidate().polls();
        if !polls {
            return;
        }
        let path = self.candidate().evidence.path.replace("=websocket", "=polling");
        let mut request = self.candidate().plain(&path);
        "POST".clone_into(&mut request.method);
        let (word, cause) = match self.tried.end_beside(self.model, self.number, request) {
            Some(End::Sent(_)) => (choices::PollPost::Passed, Cause::nowhere(Origin::Derived)),
            Some(End::Answered { site, .. }) if self.is_sent() => {
                let words = "this refuses the POST of polling clients".to_owned();
                let cause = match site {
                    Some(site) => Cause::at(Origin::Derived, site, Role::Says(words)),
                    None => Cause::nowhere(Origin::Derived),
                };
                (choices::PollPost::Refused, cause)
            }
            _ => return,
        };
        self.tell(&questions::POLL_POST, word, cause);
    }

    /// A Socket.IO server hands out the script of its client too, below its own path.
    fn tell_client_script(&mut self) {
        let evidence = &self.candidate().evidence;
        let path = evidence.path.split('?').next().unwrap_or_default();
        let Some(location) =
            self.candidate().location.filter(|_| path.ends_with("/socket.io/") && !evidence.forced)
        else {
            return;
        };
        let Some(script) = self.beside(self.candidate().plain(&format!("{path}socket.io.js"))) else {
            return;
        };
        let config = self.model.config();
        let by_pattern =
            matches!(self.model.config().location_kind(script.level), Some(LocationKind::Pattern { .. }));
        if by_pattern && matches!(script.exit, Exit::Answered(_)) {
            let words = "this takes the script, and passes nothing on".to_owned();
            let cause = Cause::at(Origin::Derived, config.opener_site(script.level), Role::Says(words))
                .and(config.opener_site(location), Role::Routed);
            self.tell(&questions::CLIENT_SCRIPT, choices::ClientScript::Shadowed, cause);
        }
    }

    fn tell_body_limit(&mut self, pass: &Pass) {
        let config = self.model.config();
        if let Scalar::Set(line, _) = config.scalar(pass.state.level, Directive::ClientMaxBodySize)
            && let Some(limit) = config.known_arg(line, 0).and_then(|value| time::bytes(&value))
            && limit > 0
        {
            let cause = self.set_by(line);
            self.tell(&questions::BODY_LIMIT, limit, cause);
        }
    }

    /// Whether the origin that a line allows is that of the server itself, whose pages need no permission.
    fn is_own_site(&self, line: Line) -> bool {
        let config = self.model.config();
        let allowed = config.known_arg(line, 1).unwrap_or_default().to_ascii_lowercase();
        let Some((_, host)) = allowed.split_once("://") else { return false };
        config
            .own(self.candidate().server, Directive::ServerName)
            .flat_map(|names| config.args(names))
            .any(|name| name.known().is_some_and(|name| name.eq_ignore_ascii_case(host)))
    }

    fn tell_cors(&mut self, pass: &Pass) {
        let model = self.model;
        let config = model.config();
        let level = config.proper_level(pass.state.level);
        let origin = self.about(pass.state.level, Directive::AddHeader, ALLOW_ORIGIN).next();
        if let Some(line) = origin {
            let holder = config.place_of_list(pass.state.level, Directive::AddHeader);
            let word = match self.about(level, Directive::ProxyHideHeader, ALLOW_ORIGIN).next() {
                Some(_) => Some(choices::CorsOrigin::AddedAndHidden),
                None if self.is_own_site(line) => Some(choices::CorsOrigin::AddedForOwnSite),
                None if config.list_is_open(level, Directive::ProxyHideHeader) => None,
                None if holder == Some(pass.state.level) => Some(choices::CorsOrigin::Added),
                None => Some(choices::CorsOrigin::AddedForAll),
            };
            let cause = self.set_by(line);
            self.tell(&questions::CORS_ORIGIN, word, cause);
            let credentials =
                self.about(pass.state.level, Directive::AddHeader, ALLOW_CREDENTIALS).find(|&line| {
                    config.known_arg(line, 1).is_some_and(|value| value.eq_ignore_ascii_case("true"))
                });
            if self.allows_all(pass, line) {
                let word = if credentials.is_some() {
                    choices::CorsWildcard::WithCredentials
                } else {
                    choices::CorsWildcard::Without
                };
                let mut cause = self.allowed_by(pass, line);
                if let Some(credentials) = credentials {
                    cause = cause.and(config.site(credentials), Role::Says(CREDENTIALS_TOO.to_owned()));
                }
                self.tell(&questions::CORS_WILDCARD, word, cause);
            }
            let always = config.known_arg(line, 2).is_some_and(|word| word == "always");
            let cause = self.set_by(line);
            self.tell(&questions::CORS_ALWAYS, always, cause);
        }
        self.tell_cors_in_branches(pass);
        self.tell_lost_cors(pass);
    }

    /// Whether a line allows every origin, by a variable too.
    fn allows_all(&self, pass: &Pass, line: Line) -> bool {
        let value = self.model.config().known_arg(line, 1).unwrap_or_default();
        evaluate(self.model, &value, &pass.state).known().is_some_and(|value| value == "*")
    }

    /// Because of which line every origin is allowed: by a variable it is the entry of its map too.
    fn allowed_by(&self, pass: &Pass, line: Line) -> Cause {
        let config = self.model.config();
        let cause =
            Cause::at(Origin::Set, config.site(line), Role::Says("this allows every origin".to_owned()));
        let variable = config.known_arg(line, 1).and_then(|value| template::sole_variable(&value));
        let table = variable.and_then(|name| self.model.tables().of(&name));
        match table.map(|table| (table, decide(self.model, table, &pass.state))) {
            None => cause,
            Some((table, Decision { entry, .. })) => {
                let words = "this gives the variable the value `*`".to_owned();
                cause.and(config.site(entry.unwrap_or(table.line)), Role::Says(words))
            }
        }
    }

    /// An `if` of which it is not known whether it holds may have CORS headers of its own.
    fn tell_cors_in_branches(&mut self, pass: &Pass) {
        if self.facts.fact(&questions::CORS_WILDCARD).is_some() {
            return;
        }
        let config = self.model.config();
        let branches = config.own(config.proper_level(pass.state.level), Directive::If);
        for branch in branches.filter_map(|line| line.block) {
            let sets = |name: &str| {
                config.own(branch, Directive::AddHeader).find(|&line| {
                    config.known_arg(line, 0).is_some_and(|given| given.eq_ignore_ascii_case(name))
                })
            };
            let credentials = sets(ALLOW_CREDENTIALS).filter(|&line| {
                config.known_arg(line, 1).is_some_and(|value| value.eq_ignore_ascii_case("true"))
            });
            if let (Some(origin), Some(credentials)) = (sets(ALLOW_ORIGIN), credentials)
                && self.allows_all(pass, origin)
            {
                let cause = self
                    .allowed_by(pass, origin)
                    .and(config.site(credentials), Role::Says(CREDENTIALS_TOO.to_owned()));
                return self.tell(&questions::CORS_WILDCARD, choices::CorsWildcard::WithCredentials, cause);
            }
        }
    }

    /// CORS headers that an inner level's own `add_header` drops.
    fn tell_lost_cors(&mut self, pass: &Pass) {
        let config = self.model.config();
        let level = config.proper_level(pass.state.level);
        let inherits = |level| {
            matches!(
                config.scalar(level, Directive::AddHeaderInherit),
                Scalar::Set(line, _) if config.known_arg(line, 0).is_some_and(|value| value == "merge")
            )
        };
        let names = |line: &Line| {
            config.known_arg(*line, 0).is_some_and(|given| given.eq_ignore_ascii_case(ALLOW_ORIGIN))
        };
        let may_name = |line: &Line| config.known_arg(*line, 0).is_none() || names(line);
        // An `if` of the location with headers of its own drops those of the location for what it matches.
        let own = config.own(level, Directive::AddHeader).find(|line| names(line));
        if let Some(own) = own {
            let branch = config
                .own(level, Directive::If)
                .filter_map(|line| line.block)
                .filter(|&block| config.context(block).kind == ContextKind::If)
                .find_map(|block| {
                    let mut lines = config.own(block, Directive::AddHeader).peekable();
                    let first = *lines.peek()?;
                    (!lines.any(|line| may_name(&line)) && !inherits(block)).then_some(first)
                });
            if let Some(branch) = branch {
                let cause = Cause::at(Origin::Dropped, config.site(branch), Role::Drops)
                    .and(config.site(own), Role::Lost);
                self.tell(&questions::CORS_ORIGIN, choices::CorsOrigin::LostInIf, cause);
            }
            return;
        }
        let Some(holder) = config.place_of_list(level, Directive::AddHeader) else { return };
        if config.list_is_open(level, Directive::AddHeader) || inherits(holder) {
            return;
        }
        let Some(above) = config.context(holder).parent else { return };
        let Some(lost) = self.about(above, Directive::AddHeader, ALLOW_ORIGIN).next() else { return };
        let mut lines = config.own(holder, Directive::AddHeader);
        let drops = config.own(holder, Directive::AddHeader).next();
        if let (Some(drops), false) = (drops, lines.any(|line| may_name(&line))) {
            let cause = Cause::at(Origin::Dropped, config.site(drops), Role::Drops)
                .and(config.site(lost), Role::Lost);
            self.tell(&questions::CORS_ORIGIN, choices::CorsOrigin::Lost, cause);
        }
    }
}
