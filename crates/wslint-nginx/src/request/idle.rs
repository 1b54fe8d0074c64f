//! After how long a silent connection is cut, and by which directive.

use super::cause;
use super::exit::Pass;
use crate::config::ContextId;
use crate::config::names::Directive;
use crate::model::Model;
use wslint_model::way::Idle;

/// The default of every `*_read_timeout`.
const READ_TIMEOUT: u64 = 60_000;
/// The default of `proxy_timeout` in `stream {}`.
const STREAM_TIMEOUT: u64 = 600_000;

/// The idle limit of a request that was passed on. The timer runs for both directions: any byte either way starts it
/// anew.
pub(crate) fn of(model: &Model<'_>, pass: &Pass) -> Idle {
    let directive = match pass.directive {
        Directive::UwsgiPass => Directive::UwsgiReadTimeout,
        Directive::ScgiPass => Directive::ScgiReadTimeout,
        Directive::FastcgiPass => Directive::FastcgiReadTimeout,
        Directive::GrpcPass => Directive::GrpcReadTimeout,
        _ => Directive::ProxyReadTimeout,
    };
    idle(model, model.config().proper_level(pass.state.level), directive, READ_TIMEOUT)
}

/// The idle limit of a connection that `stream {}` passes on.
pub(super) fn of_stream(model: &Model<'_>, server: ContextId) -> Idle {
    idle(model, server, Directive::ProxyTimeout, STREAM_TIMEOUT)
}

fn idle(model: &Model<'_>, level: ContextId, directive: Directive, default: u64) -> Idle {
    let (limit, line) = model.config().time_limit(level, directive, default);
    Idle {
        limit,
        longest: None,
        by: Some(directive.spec().name.to_owned()),
        site: line.map(|line| model.config().site(line)),
        cause: line.map_or_else(
            || cause::unset(model, level, directive.spec().name),
            |line| cause::set_by(model, level, line),
        ),
    }
}
