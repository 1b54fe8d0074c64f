//! Timeouts, buffering, and what a reload or a full worker does to connections.

use super::Teller;
use crate::config::inherit::Scalar;
use crate::config::names::Directive;
use crate::config::time;
use crate::questions;
use crate::request::end::{End, Passed};
use crate::request::timeout::Idle;
use wslint_model::{Cause, Known, Origin, Value, traffic};

/// What is short in every answer about timeouts: nginx's default.
const SHORT: u64 = 60_000;
/// nginx's default for `worker_connections`.
const WORKER_CONNECTIONS: u64 = 512;

impl Teller<'_, '_> {
    pub(super) fn tell_timing(&mut self, passed: &Passed) {
        let mut idles: Vec<Idle> = self.chrome.hops.iter().map(|hop| self.model.idle_of(hop)).collect();
        if let End::Passed(last) = &self.chrome.end {
            idles.push(self.model.idle_of(last));
        }
        let shortest = idles.into_iter().min_by_key(|idle| idle.limit.as_ref().copied().unwrap_or(0));
        if let Some(idle) = shortest.filter(|_| self.is_passed()) {
            self.tell_idle(&idle);
        }
        // Of the limits on writing, one for each side, the shorter one is told.
        let sides = [Directive::ProxySendTimeout, Directive::SendTimeout];
        let set = sides.into_iter().filter_map(|side| {
            let send = self.model.idle(self.level(), side, SHORT);
            Some((send.limit.known()?, send.set?.0, side.spec().name))
        });
        if let Some((limit, line, name)) = set.min_by_key(|(limit, ..)| *limit) {
            let cause = self.set_by(line);
            self.tell(&questions::SEND_TIMEOUT, Value::Duration(limit), cause.clone());
            self.tell(&questions::SEND_TIMEOUT_BY, Value::Text(name.to_owned()), cause);
        }
        match self.model.config().scalar(passed.state.level, Directive::ProxyBuffering) {
            Scalar::Default => self.tell_default(&questions::BUFFERING, "default"),
            Scalar::Unknown => {}
            Scalar::Set(line, _) => {
                let on = self.model.config().known_arg(line, 0).is_some_and(|value| value != "off");
                self.tell_line(&questions::BUFFERING, if on { "on" } else { "off" }, line);
            }
        }
        if let Some((rate, line)) = self.model.limit_rate(passed) {
            let cause = self.set_by(line);
            self.tell(&questions::SEND_RATE, Value::Number(rate), cause);
        }
        self.tell_worker();
    }

    pub(super) fn tell_idle(&mut self, idle: &Idle) {
        let cause = idle.set.map_or_else(|| self.default(), |(line, _)| self.set_by(line));
        let Known::Known(limit) = idle.limit else { return };
        self.tell(&traffic::IDLE_TIMEOUT, Value::Duration(limit), cause.clone());
        self.tell(&questions::READ_TIMEOUT_BY, Value::Text(idle.directive.to_owned()), cause.clone());
        self.tell(&questions::IDLE_IS_DEFAULT, Value::Flag(idle.set.is_none()), cause.clone());
        if limit == 0 {
            return;
        }
        let word = traffic::idle_verdict(limit, self.heartbeat(), self.minimum_idle());
        self.tell(&traffic::IDLE_VERDICT, Value::Choice(word), cause);
    }

    /// What the whole process does to connections: it ends them after a reload, and holds so many.
    fn tell_worker(&mut self) {
        let config = self.model.config();
        let outermost = config.outermost();
        if let Some(line) = config.own_last(outermost, Directive::WorkerShutdownTimeout) {
            let limit = config.known_arg(line, 0).and_then(|value| time::milliseconds(&value));
            if let Some(limit) = limit {
                let cause = self.says(line, "after a reload, connections end when this has passed");
                self.tell(&questions::WORKER_SHUTDOWN, Value::Duration(limit), cause);
            }
        }
        let events = config.own_last(outermost, Directive::Events).and_then(|line| line.block);
        let Some(events) = events else { return };
        let (count, cause) = match config.own_last(events, Directive::WorkerConnections) {
            Some(line) => {
                let count = config.known_arg(line, 0).and_then(|value| value.parse().ok());
                (count, self.says(line, "a proxied WebSocket takes two of these"))
            }
            None => (Some(WORKER_CONNECTIONS), Cause::nowhere(Origin::Default(self.model.version()))),
        };
        if let Some(count) = count {
            self.tell(&questions::WORKER_CONNECTIONS, Value::Number(count), cause);
        }
    }
}
