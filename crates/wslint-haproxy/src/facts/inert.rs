//! Lines that do nothing, or that keep others from doing anything, and look as if they did.

use super::cause::{says, set_at};
use super::tried::Tried;
use crate::config::action::{Action, Part};
use crate::config::server::Server;
use crate::questions as ask;
use wslint_model::{Facts, Origin, regular};

/// Answers the questions about such lines.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    case_adjust(tried, facts);
    unresolved(tried, facts);
    query_in_path(tried, facts);
}

/// `h1-case-adjust` says how names of header fields are written where an option of a proxy asks for that.
fn case_adjust(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let global = ["h1-case-adjust", "h1-case-adjust-file"].into_iter().find_map(|key| config.global(key));
    let Some(line) = global else { return };
    let options = ["h1-case-adjust-bogus-client", "h1-case-adjust-bogus-server"];
    let sections = [Some(tried.candidate.frontend), tried.candidate.backend.or(tried.backend())];
    let asked = sections
        .into_iter()
        .flatten()
        .any(|section| options.iter().any(|option| config.option(section, option).is_some()));
    if !asked {
        facts.answer(&ask::CASE_ADJUST_UNUSED, true, set_at(line.site()));
    }
}

/// With `init-addr none` a server has no address until a resolver finds one.
fn unresolved(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let Some(backend) = tried.candidate.backend.or(tried.backend()) else { return };
    if !config.usable(backend).is_empty() {
        return;
    }
    let section = config.proxy(backend);
    let nameless = |server: &&Server| config.never_resolved(backend, server);
    if let Some(server) = section.servers.iter().find(nameless) {
        let site = section.statements[server.statement].site();
        let words = "it gets no address, and nothing looks for one";
        facts.answer(&ask::UNRESOLVED, true, says(Origin::Set, site, words));
    }
}

/// A path has no query, so that a pattern with a `?` in it never matches one.
fn query_in_path(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let path = tried.candidate.wish.path.as_deref().and_then(|path| path.split('?').next());
    let Some(path) = path else { return };
    let with_query = [format!("{path}?x=1"), format!("{path}?x=1&y=2")];
    let rule = tried.rules().find(|(rule, _)| {
        let Action::ReplaceUri(Part::Path, Some(pattern), _) = &rule.action else { return false };
        let Some(regex) = regular::compiled(pattern, false) else { return false };
        let hits = |text: &str| matches!(regex.is_match(text), Ok(true));
        pattern.contains("\\?") && !hits(path) && with_query.iter().any(|target| hits(target))
    });
    if let Some((_, line)) = rule {
        let words = "`replace-path` sees the path without its query";
        facts.answer(&ask::QUERY_IN_PATTERN, true, says(Origin::Set, line.site(), words));
    }
}
