//! Why the upstream gets what it gets: the lines that set it, or drop it, as causes.

use super::exit::Pass;
use super::header::{self, Sent};
use super::pass::TargetFate;
use crate::config::{ContextId, Line};
use crate::model::Model;
use wslint_model::length::shortened;
use wslint_model::{Cause, NginxContext, Origin, Role, Site};

/// The cause of a value that a line sets at or above a level.
pub(crate) fn set_by(model: &Model<'_>, level: ContextId, line: Line) -> Cause {
    let config = model.config();
    let here = config.holds(level, line);
    let role = match config.default_arg(line, 0) {
        Some(value) => {
            Role::Says(format!("`{}` unless the template is given another value", shortened(&value)))
        }
        None if here => Role::SetHere,
        None => Role::Inherited,
    };
    Cause::at(Origin::Set, config.site(line), role)
}

/// The cause of a value that no line sets.
pub(crate) fn by_default(model: &Model<'_>) -> Cause {
    Cause::nowhere(Origin::Default(model.version()))
}

/// The cause of a scalar that no line at or above a level sets, in the words of what is not at hand and could.
pub(crate) fn unset(model: &Model<'_>, level: ContextId, setting: &str) -> Cause {
    let config = model.config();
    let gap = config.outwards(level).find_map(|(_, context)| context.gap);
    let elsewhere = match gap {
        Some(gap) => format!("in `{}`", shortened(&config.known_arg(gap, 0).unwrap_or_default())),
        None if config.assumed != NginxContext::Main => "where this file is included".to_owned(),
        None => return by_default(model),
    };
    let words =
        format!("unless `{setting}` is set {elsewhere}, the default of nginx {} applies", model.version());
    Cause::at(Origin::Default(model.version()), config.opener_site(level), Role::Says(words))
}

/// A cause at a line, in words.
pub(crate) fn says(model: &Model<'_>, line: Line, words: &str) -> Cause {
    Cause::at(Origin::Derived, model.config().site(line), Role::Says(words.to_owned()))
}

/// The cause of the path that the upstream gets: the line that changed it last, where nothing changes it behind that.
pub(crate) fn of_path(model: &Model<'_>, pass: &Pass, rewritten: Option<Site>) -> Cause {
    let site = rewritten.filter(|_| pass.fate == TargetFate::Rewritten);
    let words = Role::Says("this decides the path that the upstream gets".to_owned());
    Cause::at(Origin::Derived, site.unwrap_or_else(|| model.config().site(pass.line)), words)
}

/// The cause of a value that several lines of one list set.
pub(crate) fn set_by_all(model: &Model<'_>, level: ContextId, lines: &[Line]) -> Cause {
    let Some((&first, rest)) = lines.split_first() else { return by_default(model) };
    let first = set_by(model, level, first);
    rest.iter().fold(first, |cause, &line| cause.and(model.config().site(line), Role::SetHere))
}

/// Why a header that `proxy_pass` sends, or does not, is what it is; none for one that is passed on.
pub(super) fn why_header(model: &Model<'_>, pass: &Pass, header: &str, sent: &Sent) -> Option<Cause> {
    let level = model.config().proper_level(pass.state.level);
    if !sent.lines.is_empty() {
        return Some(set_by_all(model, level, &sent.lines));
    }
    let client = pass.state.message.values(header).known();
    let passed_on = client.is_some_and(|values| {
        sent.values.as_ref().is_some_and(|sent| sent.iter().map(String::as_str).eq(values))
    });
    if passed_on {
        return None;
    }
    Some(lost_above(model, header, pass.state.level).unwrap_or_else(|| not_passed(model, header, pass)))
}

/// The cause of a header that no line passes on.
pub(crate) fn not_passed(model: &Model<'_>, header: &str, pass: &Pass) -> Cause {
    let config = model.config();
    let level = config.proper_level(pass.state.level);
    let words = Role::Says(format!("nothing here passes `{header}` on"));
    Cause::at(Origin::Default(model.version()), config.opener_site(level), words)
        .and(config.site(pass.line), Role::Says("the request is passed on here".to_owned()))
}

/// The cause of a header that is set above, by a list that the one in force replaces.
pub(crate) fn lost_above(model: &Model<'_>, header: &str, level: ContextId) -> Option<Cause> {
    let config = model.config();
    let set = header::lines(model, level);
    let list = &set.list;
    let own = list.level?;
    let above = |level: ContextId| config.context(level).parent.map(|parent| model.header_lines(parent));
    let mut lists = std::iter::successors(above(own), |above_own| above(above_own.list.level?));
    let lost = lists.find_map(|list| {
        let (lines, _) = list.of(header);
        lines.into_iter().find(|&line| config.known_arg(line, 1).is_none_or(|text| !text.is_empty()))
    })?;
    let drops = config.site(*list.lines.first()?);
    let opener = config.opener_site(own);
    // A shared snippet is no place to point at: the level that includes it is.
    let cause = if drops.file == opener.file {
        Cause::at(Origin::Dropped, drops, Role::Drops)
    } else {
        let words = "its own proxy_set_header lines drop those set above it".to_owned();
        Cause::at(Origin::Dropped, opener, Role::Says(words)).and(drops, Role::Drops)
    };
    Some(cause.and(config.site(lost), Role::Lost))
}
