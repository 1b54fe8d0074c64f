//! Names of backends that are computed.

use super::cause::says;
use super::tried::Tried;
use crate::acl::format::Piece;
use crate::choices;
use crate::config::proxy::Target;
use crate::questions as ask;
use wslint_model::{Facts, Origin};

/// A computed name that no backend has ends the search: later rules are not asked, `default_backend` is used
/// (measured).
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let section = config.proxy(tried.candidate.frontend);
    for switch in &section.switches {
        let Target::Dynamic(format) = &switch.target else { continue };
        let [Piece::Sample(expression)] = format.pieces.as_slice() else { continue };
        let map = expression.converters.iter().find(|call| call.name.starts_with("map"));
        let Some(map) = map else { continue };
        let site = section.statements[switch.statement].site();
        let unknown = tried.root.pattern_files.get(map.arg(0)).and_then(|content| {
            let content = String::from_utf8_lossy(content).into_owned();
            content.lines().find_map(|line| {
                let mut words = line.split_whitespace();
                let key = words.next().filter(|key| !key.starts_with('#'))?;
                let value = words.next()?;
                config.backend(value).is_none().then(|| (key.to_owned(), value.to_owned()))
            })
        });
        let bad_default =
            (!map.arg(1).is_empty() && config.backend(map.arg(1)).is_none()).then(|| map.arg(1));
        let (word, words) = match (unknown, bad_default) {
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
        };
        facts.answer(&ask::COMPUTED_BACKEND, word, says(Origin::Set, site, words));
        if word == choices::ComputedBackend::UnknownName {
            return;
        }
    }
}
