//! Whether nginx would load the config.

use crate::choices::Rejected;
use crate::config::{Config, Swallowed};
use crate::questions;
use crate::refusal::{Refusal, RefusalKind};
use wslint_model::{Cause, Facts, Origin, Role, Site};

/// Answers the questions about a refusal, which ends every route at once.
pub(crate) fn tell(refusal: &Refusal, config: &Config<'_>, facts: &mut Facts) {
    let word = match refusal.kind {
        RefusalKind::WebSocketScheme => Rejected::WebsocketScheme,
        RefusalKind::UnknownVariable => Rejected::UnknownVariable,
        RefusalKind::UriPart => Rejected::UriPart,
        RefusalKind::OtherVersion => Rejected::OtherVersion,
        RefusalKind::Value | RefusalKind::Other => Rejected::Other,
    };
    let says = Role::Says("nginx refuses this".to_owned());
    let cause = Cause::at(Origin::Set, refusal.site(config), says);
    if refusal.kind == RefusalKind::WebSocketScheme {
        facts.answer(&questions::WEBSOCKET_SCHEME, true, cause.clone());
    }
    facts.answer(&questions::REJECTED, word, cause.clone());
    facts.answer(&questions::REJECTION, refusal.reason.clone(), cause);
}

/// The answer about a directive that nobody is known to have.
pub(crate) fn foreign(name: String, site: Site) -> Facts {
    let mut facts = Facts::default();
    let words = Role::Says("this tool knows nobody who has it".to_owned());
    facts.answer(&questions::FOREIGN_DIRECTIVE, name, Cause::at(Origin::Set, site, words));
    facts
}

/// The answers about a directive that the one above takes for arguments. Its own may be secrets, so that they are not said.
pub(crate) fn swallowed(swallowed: &Swallowed) -> Facts {
    let mut facts = Facts::default();
    let cause = Cause::at(Origin::Dropped, swallowed.site, Role::Says("this does nothing".to_owned()))
        .and(swallowed.before, Role::Says("no semicolon stands behind this".to_owned()));
    facts.answer(&questions::SWALLOWED_DIRECTIVE, swallowed.name.clone(), cause.clone());
    facts.answer(&questions::SWALLOWED_BY, swallowed.by.clone(), cause);
    facts
}
