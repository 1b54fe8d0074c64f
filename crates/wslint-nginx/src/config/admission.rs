//! `allow` and `deny`: whom the lines of a level let in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::IpAddr;

use super::inherit::List;
use super::levels::{Config, ContextId, Line};
use super::names::Directive;
use super::network::Network;
use wslint_model::Known;

/// The directives that make up the list.
pub(crate) const LIST: [Directive; 2] = [Directive::Allow, Directive::Deny];

/// What the lines of a level say of a client.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Admission {
    /// It is let in; `true` where a line says so.
    Allowed(bool),
    /// This line refuses it.
    Denied(Line),
    /// It depends on who asks: this line may refuse it.
    Open(Line),
}

impl Admission {
    /// Asks the lines in order: the first one that names the client decides.
    pub(crate) fn of(config: &Config<'_>, list: &List, client: Option<IpAddr>) -> Self {
        let mut may_allow = None;
        let mut may_deny = None;
        for &line in &list.lines {
            let allows = line.name == Some(Directive::Allow);
            let names = names_client(config.arg(line, 0), client);
            match names.filter(|_| !config.is_optional(line)) {
                Some(false) => {}
                Some(true) => {
                    let (same, other) = if allows { (may_allow, may_deny) } else { (may_deny, may_allow) };
                    return match other {
                        Some(other) => Self::Open(if allows { other } else { line }),
                        None if allows => Self::Allowed(true),
                        // A file of addresses that is not at hand mostly stands before the line that denies all.
                        None if list.open => Self::Open(line),
                        None => Self::Denied(same.unwrap_or(line)),
                    };
                }
                None => {
                    let slot = if allows { &mut may_allow } else { &mut may_deny };
                    *slot = slot.or(Some(line));
                }
            }
        }
        match may_deny {
            Some(line) => Self::Open(line),
            None => Self::Allowed(may_allow.is_some()),
        }
    }

    /// What the levels with lines of their own say of a client whose address is not known: read once for all locations that
    /// inherit them.
    pub(crate) fn of_unknown(config: &Config<'_>) -> HashMap<ContextId, Self> {
        let having = config.contexts().map(|(level, _)| level);
        let having = having.filter(|&level| LIST.iter().any(|&name| config.has(level, name)));
        having.map(|level| (level, Self::of(config, &config.lists(level, &LIST), None))).collect()
    }
}

/// Whether an `allow` or `deny` names the client; `None` if that cannot be told.
fn names_client(who: Option<Known<Cow<'_, str>>>, client: Option<IpAddr>) -> Option<bool> {
    let who = who?.known()?;
    match (who.as_ref(), client) {
        ("all", _) => Some(true),
        ("unix:", Some(_)) => Some(false),
        (who, Some(client)) => Some(Network::read(who)?.holds(client)),
        (_, None) => None,
    }
}
