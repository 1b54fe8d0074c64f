//! What keeps HAProxy from starting: it ends every route at once.

use std::collections::HashSet;

use super::cause::says;
use super::tried::Tried;
use crate::choices::{OptionPlace, Rejected};
use crate::config::proxy::ProxyId;
use crate::questions as ask;
use crate::refusal::{Complaint, Fault};
use wslint_model::{Fact, Facts, Origin, Proxy, Question, Role, Route, Settings};

/// How many lines are shown that complain of the same.
const MOST_MARKS: usize = 4;

/// Answers the questions about loading, each with all lines that complain of the same.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    if tried.shared.has_no_complaints() {
        return;
    }
    // A line on the way itself tells more than one elsewhere that ends it just as well.
    let ends = [Some(tried.candidate.frontend), tried.candidate.backend].into_iter().flatten();
    let sections: HashSet<ProxyId> = ends.flat_map(|section| tried.config.lineage(section)).collect();
    tell(tried.shared.complaints(&sections).into_iter(), facts);
}

/// What stands for a configuration without WebSocket traffic that HAProxy does not load. A word of another version is no
/// reason where the user named none: whoever runs the configuration has that version.
pub(crate) fn of_configuration(complaints: &[Complaint], settings: &Settings) -> Option<Route> {
    let certain = |complaint: &&Complaint| {
        complaint.fatal && (settings.haproxy_version_given || !complaint.fault.is_of_version())
    };
    let first = complaints.iter().find(certain)?;
    let mut facts = Facts::default();
    tell(complaints.iter().filter(certain), &mut facts);
    Some(Route::of_configuration(Proxy::Haproxy, first.site, facts.finish()))
}

fn tell<'c>(complaints: impl Iterator<Item = &'c Complaint>, facts: &mut Facts) {
    for complaint in complaints {
        if complaint.fatal && facts.fact(&ask::REJECTED).is_none() {
            let cause = says(Origin::Set, complaint.site, "HAProxy refuses this");
            facts.answer(&ask::REJECTED, rejected(complaint.fault), cause.clone());
            facts.answer(&ask::REJECTION, complaint.words.clone(), cause);
        }
        let cause = |before: Option<&Fact>| match before {
            None => Some(says(Origin::Set, complaint.site, complaint.words.clone())),
            Some(before) if before.cause.marks.len() < MOST_MARKS => {
                Some(before.cause.clone().and(complaint.site, Role::Says(complaint.words.clone())))
            }
            Some(_) => None,
        };
        match asked(complaint.fault) {
            Asked::Whether(question) => {
                if let Some(cause) = cause(facts.fact(question)) {
                    facts.answer(question, true, cause);
                }
            }
            Asked::Why(question) => {
                if let Some(cause) = cause(facts.fact(question)) {
                    if let Some(remedy) = complaint.fault.remedy().filter(|_| facts.fact(question).is_none())
                    {
                        facts.answer(&ask::REFUSED_REMEDY, remedy.to_owned(), cause.clone());
                    }
                    let first = facts.value(question).unwrap_or_else(|| complaint.words.clone());
                    facts.answer(question, first, cause);
                }
            }
            Asked::OptionPlace => {
                if let Some(cause) = cause(facts.fact(&ask::OPTION_PLACE)) {
                    let (place, does) = match complaint.fatal {
                        true => (OptionPlace::Refused, "refuses to start"),
                        false => (OptionPlace::Ignored, "ignores an option with which 3.2 refuses to start"),
                    };
                    let first = facts.value(&ask::OPTION_FAULT);
                    let fault = first.unwrap_or_else(|| format!("{does}: {}", complaint.words));
                    facts.answer(&ask::OPTION_FAULT, fault, cause.clone());
                    facts.answer(&ask::OPTION_PLACE, place, cause);
                }
            }
        }
    }
}

/// The fault in the words of both proxies.
fn rejected(fault: Fault) -> Rejected {
    match fault {
        Fault::Removed | Fault::TooNew => Rejected::OtherVersion,
        Fault::Undefined => Rejected::Undefined,
        Fault::TimeTooLong | Fault::TimeUnreadable => Rejected::Time,
        Fault::OptionInWrongSection
        | Fault::Misplaced
        | Fault::UnknownWord
        | Fault::SetTimeout
        | Fault::ModeMismatch
        | Fault::Duplicate => Rejected::Other,
    }
}

/// What is asked about a fault.
enum Asked {
    /// Whether there is one.
    Whether(&'static Question<bool>),
    /// What is wrong, in the words of the first one.
    Why(&'static Question<String>),
    /// What happens to an option in a wrong section.
    OptionPlace,
}

fn asked(fault: Fault) -> Asked {
    match fault {
        Fault::OptionInWrongSection => Asked::OptionPlace,
        Fault::Removed => Asked::Why(&ask::REMOVED_KEYWORD),
        Fault::Undefined => Asked::Why(&ask::UNDEFINED),
        Fault::TimeTooLong => Asked::Whether(&ask::TIME_TOO_LONG),
        Fault::TimeUnreadable => Asked::Whether(&ask::TIME_UNREADABLE),
        Fault::SetTimeout => Asked::Whether(&ask::SET_TIMEOUT_PLACE),
        Fault::ModeMismatch => Asked::Whether(&ask::MODE_MISMATCH),
        Fault::Misplaced | Fault::TooNew | Fault::UnknownWord | Fault::Duplicate => Asked::Why(&ask::REFUSED),
    }
}
