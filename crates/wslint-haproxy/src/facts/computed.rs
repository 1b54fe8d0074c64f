//! Names of backends that are computed.

use super::cause::says;
use super::shared::Sought;
use super::tried::Tried;
use crate::acl::format::Piece;
use crate::choices;
use crate::config::proxy::Target;
use crate::questions as ask;
use wslint_model::{Facts, Origin};

/// A computed name that no backend has ends the search: later rules are not asked, `default_backend` is used
/// (measured).
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let section = tried.config.proxy(tried.candidate.frontend);
    let find = || {
        let told = (0..section.switches.len()).filter_map(|switch| Some((switch, told(tried, switch)?.0)));
        let mut last = None;
        for (switch, word) in told {
            last = Some(switch);
            if word == choices::ComputedBackend::UnknownName {
                break;
            }
        }
        last
    };
    let switch = tried.shared.place(Sought::ComputedBackend, tried.candidate.frontend, find);
    if let Some((switch, (word, words))) = switch.and_then(|switch| Some((switch, told(tried, switch)?))) {
        let site = section.statements[section.switches[switch].statement].site();
        facts.answer(&ask::COMPUTED_BACKEND, word, says(Origin::Set, site, words));
    }
}

/// What the computed name of a rule tells, with words.
fn told(tried: &Tried<'_, '_>, switch: usize) -> Option<(choices::ComputedBackend, String)> {
    let config = tried.config;
    let switch = &config.proxy(tried.candidate.frontend).switches[switch];
    let Target::Dynamic(format) = &switch.target else { return None };
    let [Piece::Sample(expression)] = format.pieces.as_slice() else { return None };
    let map = expression.converters.iter().find(|call| call.name.starts_with("map"));
    let map = map?;
    let unknown = tried.shared.unknown_name(map.arg(0), || {
        let content = String::from_utf8_lossy(tried.root.pattern_files.get(map.arg(0))?).into_owned();
        content.lines().find_map(|line| {
            let mut words = line.split_whitespace();
            let key = words.next().filter(|key| !key.starts_with('#'))?;
            let value = words.next()?;
            config.backend(value).is_none().then(|| (key.to_owned(), value.to_owned()))
        })
    });
    let bad_default = (!map.arg(1).is_empty() && config.backend(map.arg(1)).is_none()).then(|| map.arg(1));
    Some(match (unknown, bad_default) {
        (Some((key, value)), _) => (
            choices::ComputedBackend::UnknownName,
            format!("for `{key}` the map says `{value}`, which is no backend"),
        ),
        (None, Some(name)) => {
            (choices::ComputedBackend::UnknownName, format!("the default `{name}` is no backend"))
        }
        (None, None) if map.arg(1).is_empty() => (
            choices::ComputedBackend::NoDefault,
            "what the map does not list ends the search for a backend".to_owned(),
        ),
        (None, None) => (choices::ComputedBackend::Known, "every entry names a backend".to_owned()),
    })
}
