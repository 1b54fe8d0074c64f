//! What rules do to the CORS fields of answers, which browsers ask of polls from other origins.

use super::cause::{says, set_at};
use super::http::{rules_of_stage, site_of};
use super::tried::Tried;
use crate::acl::format::{Format, Piece};
use crate::acl::pattern::Method;
use crate::choices;
use crate::config::action::{Action, Rule, Stage};
use crate::config::proxy::ProxyId;
use crate::questions as ask;
use wslint_model::{Facts, Origin, Role, Site};

/// Answers the questions about CORS.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    added(tried, facts);
    wildcard(tried, facts);
}

/// Fields that are added beside those of the server.
fn added(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let added = rules_of_stage(tried, Stage::HttpResponse).find_map(|(proxy, rule)| match &rule.action {
        Action::AddHeader(name, _) if name.to_ascii_lowercase().starts_with("access-control-allow-") => {
            Some(site_of(tried, proxy, rule))
        }
        _ => None,
    });
    if let Some(site) = added {
        let words = "a second value beside the server's own";
        facts.answer(&ask::CORS_ADDED, true, says(Origin::Set, site, words));
    }
}

/// Whether every origin is allowed, and with credentials. Where rules disagree on a field, under whatever condition, they
/// say it for some origins only, and nothing is told.
fn wildcard(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let Field::Always(origin) = field(tried, "access-control-allow-origin", "*") else { return };
    let (word, cause) = match field(tried, "access-control-allow-credentials", "true") {
        Field::Always(credentials) => {
            (choices::CorsWildcard::WithCredentials, set_at(origin).and(credentials, Role::SetHere))
        }
        Field::Never => (choices::CorsWildcard::Without, set_at(origin)),
        Field::Sometimes => return,
    };
    facts.answer(&ask::CORS_WILDCARD, word, cause);
}

/// What the rules make of a field of answers.
enum Field {
    /// No rule is about it.
    Never,
    /// All that are about it give it this value; the line of the first.
    Always(Site),
    /// Some give it another one, or take it away.
    Sometimes,
}

fn field(tried: &Tried<'_, '_>, name: &str, wanted: &str) -> Field {
    let stages = [Stage::HttpResponse, Stage::HttpAfterResponse];
    let mut rules = stages
        .iter()
        .flat_map(|&stage| rules_of_stage(tried, stage))
        .filter_map(|(proxy, rule): (ProxyId, &Rule)| Some((proxy, rule, gives(&rule.action, name, wanted)?)))
        .peekable();
    let Some(&(proxy, first, _)) = rules.peek() else { return Field::Never };
    match rules.all(|(_, _, gives)| gives) {
        true => Field::Always(site_of(tried, proxy, first)),
        false => Field::Sometimes,
    }
}

/// Whether an action gives a field this value; none where it is not about the field.
fn gives(action: &Action, name: &str, wanted: &str) -> Option<bool> {
    match action {
        Action::SetHeader(set, format) | Action::AddHeader(set, format) => {
            set.eq_ignore_ascii_case(name).then(|| is_text(format, wanted))
        }
        Action::ReplaceHeader { name: replaced, .. } => replaced.eq_ignore_ascii_case(name).then_some(false),
        Action::DelHeader(deleted, Method::Str) => deleted.eq_ignore_ascii_case(name).then_some(false),
        Action::DelHeader(..) => Some(false),
        _ => None,
    }
}

fn is_text(format: &Format, wanted: &str) -> bool {
    matches!(format.pieces.as_slice(), [Piece::Text(text)] if text == wanted)
}
