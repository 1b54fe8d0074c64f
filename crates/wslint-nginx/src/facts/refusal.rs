//! Whether nginx would load the config.

use crate::config::Config;
use crate::questions;
use crate::refusal::{Refusal, RefusalKind};
use wslint_model::{Cause, Facts, Origin, Role, Value};

/// Answers the questions about a refusal, which ends every route at once.
pub(crate) fn tell(refusal: &Refusal, config: &Config<'_>, facts: &mut Facts) {
    let word = match refusal.kind {
        RefusalKind::WebSocketScheme => "websocket-scheme",
        RefusalKind::UnknownVariable => "unknown-variable",
        RefusalKind::UriPart => "uri-part",
        RefusalKind::TooNew => "too-new",
        RefusalKind::Other => "other",
    };
    let cause = Cause::at(Origin::Set, refusal.site(config), Role::Says("nginx refuses this".to_owned()));
    if refusal.kind == RefusalKind::WebSocketScheme {
        facts.answer(&questions::WEBSOCKET_SCHEME, Value::Flag(true), cause.clone());
    }
    facts.answer(&questions::REJECTED, Value::Choice(word), cause.clone());
    facts.answer(&questions::REJECTION, Value::Text(refusal.reason.clone()), cause);
}
