//! After how long a silent connection is cut, and by which directive.

use super::end::Passed;
use crate::config::inherit::Scalar;
use crate::config::names::Directive;
use crate::config::time;
use crate::config::{ContextId, Line};
use crate::model::Model;
use wslint_model::Known;

/// The default of every `*_read_timeout`.
const READ_TIMEOUT: u64 = 60_000;
/// The default of `proxy_timeout` in `stream {}`.
const STREAM_TIMEOUT: u64 = 600_000;

/// An idle limit and what sets it.
#[derive(Clone, Debug)]
pub(crate) struct Idle {
    /// Milliseconds. The timer runs for both directions: any byte either way starts it anew.
    pub(crate) limit: Known<u64>,
    /// The directive's name.
    pub(crate) directive: &'static str,
    /// The line that sets it, and its level; none for a default.
    pub(crate) set: Option<(Line, ContextId)>,
}

impl Model<'_> {
    /// The idle limit of a request that was handed on.
    pub(crate) fn idle_of(&self, passed: &Passed) -> Idle {
        let directive = match passed.directive {
            Directive::UwsgiPass => Directive::UwsgiReadTimeout,
            Directive::ScgiPass => Directive::ScgiReadTimeout,
            Directive::FastcgiPass => Directive::FastcgiReadTimeout,
            Directive::GrpcPass => Directive::GrpcReadTimeout,
            _ => Directive::ProxyReadTimeout,
        };
        self.idle(self.config().proper_level(passed.state.level), directive, READ_TIMEOUT)
    }

    /// The idle limit of a connection that `stream {}` hands on.
    pub(crate) fn idle_of_stream(&self, server: ContextId) -> Idle {
        self.idle(server, Directive::ProxyTimeout, STREAM_TIMEOUT)
    }

    /// The limits that `proxy_send_timeout` and `send_timeout` set on a peer that does not read.
    pub(crate) fn idle(&self, level: ContextId, directive: Directive, default: u64) -> Idle {
        let name = directive.spec().name;
        match self.config().scalar(level, directive) {
            Scalar::Default => Idle { limit: Known::Known(default), directive: name, set: None },
            Scalar::Unknown => Idle { limit: Known::Unknown, directive: name, set: None },
            Scalar::Set(line, level) => {
                let value = self.config().known_arg(line, 0);
                let limit = value.and_then(|value| time::milliseconds(&value));
                let limit = limit.map_or(Known::Unknown, Known::Known);
                Idle { limit, directive: name, set: Some((line, level)) }
            }
        }
    }
}
