//! What no rule asks and people compare: headers of the configuration's own, and the shares and checks of servers.

use super::http::{rules_of_stage, site_of};
use super::server_lines::{MOST_TOLD, ServerLines};
use super::tried::Tried;
use crate::config::action::{Action, Stage};
use crate::questions as ask;
use wslint_model::{Cause, Facts, Mark, Origin, Question, Role, Site, answer};

/// Answers these questions.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    own_headers(tried, facts);
    let Some(backend) = tried.backend() else { return };
    let lines = ServerLines::of(tried.config, backend);
    tell(&ask::SHARES, &lines.shares, facts);
    tell(&ask::CHECKS, &lines.checks, facts);
}

/// The rules about other headers of requests, as the configuration writes them.
fn own_headers(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let asked = answer::is_asked_for;
    let mut own: Vec<(String, Site)> = Vec::new();
    for (proxy, rule) in rules_of_stage(tried, Stage::HttpRequest) {
        let tells = match &rule.action {
            Action::SetHeader(name, _) | Action::AddHeader(name, _) | Action::DelHeader(name, _) => {
                !asked(name)
            }
            Action::ReplaceHeader { name, .. } => !asked(name),
            _ => false,
        };
        if tells {
            let statement = &tried.config.proxy(proxy).statements[rule.statement];
            own.push((statement.shown(1..), site_of(tried, proxy, rule)));
        }
        if own.len() > MOST_TOLD {
            return;
        }
    }
    tell(&ask::OWN_HEADERS, &own, facts);
}

fn tell(question: &'static Question<String>, texts: &[(String, Site)], facts: &mut Facts) {
    if !texts.is_empty() {
        let marks = texts.iter().map(|(_, site)| Mark { site: *site, role: Role::SetHere });
        let cause = Cause { origin: Origin::Set, marks: marks.collect() };
        let texts: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
        facts.answer(question, texts.join("; "), cause);
    }
}
