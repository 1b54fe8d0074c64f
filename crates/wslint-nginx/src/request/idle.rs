//! After how long a silent connection is cut, and by which directive.

use super::exit::Pass;
use crate::config::inherit::Scalar;
use crate::config::names::Directive;
use crate::config::time;
use crate::config::{ContextId, Line};
use crate::model::Model;
use wslint_model::Known;
use wslint_model::way::Idle;

/// The default of every `*_read_timeout`.
const READ_TIMEOUT: u64 = 60_000;
/// The default of `proxy_timeout` in `stream {}`.
const STREAM_TIMEOUT: u64 = 600_000;

impl Model<'_> {
    /// The idle limit of a request that was handed on. The timer runs for both directions: any byte either way starts it
    /// anew.
    pub(crate) fn idle_of(&self, pass: &Pass) -> Idle {
        let directive = match pass.directive {
            Directive::UwsgiPass => Directive::UwsgiReadTimeout,
            Directive::ScgiPass => Directive::ScgiReadTimeout,
            Directive::FastcgiPass => Directive::FastcgiReadTimeout,
            Directive::GrpcPass => Directive::GrpcReadTimeout,
            _ => Directive::ProxyReadTimeout,
        };
        self.idle(self.config().proper_level(pass.state.level), directive, READ_TIMEOUT)
    }

    /// The idle limit of a connection that `stream {}` hands on.
    pub(super) fn idle_of_stream(&self, server: ContextId) -> Idle {
        self.idle(server, Directive::ProxyTimeout, STREAM_TIMEOUT)
    }

    fn idle(&self, level: ContextId, directive: Directive, default: u64) -> Idle {
        let (limit, line) = self.time_limit(level, directive, default);
        Idle {
            limit,
            by: Some(directive.spec().name.to_owned()),
            site: line.map(|line| self.config().site(line)),
            cause: line.map_or_else(|| self.by_default(), |line| self.set_by(level, line)),
        }
    }

    /// A limit in milliseconds at a level, and the line that sets it.
    pub(crate) fn time_limit(
        &self,
        level: ContextId,
        directive: Directive,
        default: u64,
    ) -> (Known<u64>, Option<Line>) {
        match self.config().scalar(level, directive) {
            Scalar::Default => (Known::Known(default), None),
            Scalar::Unknown => (Known::Unknown, None),
            Scalar::Set(line, _) => {
                let value = self.config().known_arg(line, 0);
                (value.and_then(|value| time::milliseconds(&value)).into(), Some(line))
            }
        }
    }
}
