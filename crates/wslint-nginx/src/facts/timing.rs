//! Timeouts, buffering, and what a reload or a full worker does to connections.

use super::route::RouteFacts;
use crate::choices;
use crate::config::inherit::Scalar;
use crate::config::names::Directive;
use crate::config::time;
use crate::questions;
use crate::request::exit::Pass;
use crate::request::reply;
use wslint_model::{Cause, Milliseconds, Origin, Role};

/// What is short in every answer about timeouts: nginx's default.
const SHORT: u64 = 60_000;
/// nginx's default for `worker_connections`.
const WORKER_CONNECTIONS: u64 = 512;

impl RouteFacts<'_, '_> {
    pub(super) fn tell_timing(&mut self, pass: &Pass) {
        // Of the limits on writing, one for each side, the shorter one is told.
        let sides = [Directive::ProxySendTimeout, Directive::SendTimeout];
        let set = sides.into_iter().filter_map(|side| {
            let (limit, line) = self.model.config().time_limit(self.level(), side, SHORT);
            Some((limit.known()?, line?, side.spec().name))
        });
        if let Some((limit, line, name)) = set.min_by_key(|(limit, ..)| *limit) {
            let cause = self.set_by(line);
            self.tell(&questions::SEND_TIMEOUT, Milliseconds(limit), cause.clone());
            self.tell(&questions::SEND_TIMEOUT_BY, name.to_owned(), cause);
        }
        match self.model.config().scalar(pass.state.level, Directive::ProxyBuffering) {
            Scalar::Default => self.tell_default(&questions::BUFFERING, choices::Buffering::Default),
            Scalar::Unknown => {}
            Scalar::Set(line, _) => {
                let on = self.model.config().known_arg(line, 0).is_some_and(|value| value != "off");
                self.tell_line(
                    &questions::BUFFERING,
                    if on { choices::Buffering::On } else { choices::Buffering::Off },
                    line,
                );
            }
        }
        if let Some((rate, line)) = reply::limit_rate(self.model, pass) {
            let cause = self.set_by(line);
            self.tell(&questions::SEND_RATE, rate, cause);
        }
        self.tell_worker();
    }

    /// What the whole process does to connections: it ends them after a reload, and holds so many.
    fn tell_worker(&mut self) {
        let config = self.model.config();
        let outermost = config.outermost();
        if let Some(line) = config.own_last(outermost, Directive::WorkerShutdownTimeout) {
            let limit = config.known_arg(line, 0).and_then(|value| time::milliseconds(&value));
            if let Some(limit) = limit {
                let cause = self.says(line, "after a reload, connections end when this has passed");
                self.tell(&questions::WORKER_SHUTDOWN, Milliseconds(limit), cause);
            }
        }
        let events = config.own_last(outermost, Directive::Events).and_then(|line| line.block);
        let Some(events) = events else { return };
        let (count, cause) = match config.own_last(events, Directive::WorkerConnections) {
            Some(line) => {
                let count = config.known_arg(line, 0).and_then(|value| value.parse().ok());
                (count, self.says(line, "a proxied WebSocket takes two of these"))
            }
            None => {
                let version = self.model.version();
                let words =
                    format!("no `worker_connections` is set, so the default of nginx {version} applies");
                let site = self.model.config().opener_site(self.level());
                (Some(WORKER_CONNECTIONS), Cause::at(Origin::Default(version), site, Role::Says(words)))
            }
        };
        if let Some(count) = count {
            self.tell(&questions::WORKER_CONNECTIONS, count, cause);
        }
    }
}
