//! The lines that a handshake needs and that are not in force where it comes to.

use crate::config::ContextId;
use crate::model::Model;
use crate::questions;
use crate::request::header;
use wslint_model::way::Http;
use wslint_model::{Cause, Facts, Known, Origin};

/// The lines that pass the two headers of a handshake on.
const HEADERS: [(&str, &str); 2] = [
    ("Upgrade", "`proxy_set_header Upgrade $http_upgrade;`"),
    ("Connection", "`proxy_set_header Connection \"upgrade\";`"),
];

/// Tells which lines are missing at a level. What a line that cannot be read sets is not missing.
pub(super) fn tell(model: &Model<'_>, level: ContextId, facts: &mut Facts) {
    let level = model.config().proper_level(level);
    let set = header::lines(model, level);
    let sets = |name: &str| {
        let (lines, unsure) = set.of(name);
        unsure || !lines.is_empty()
    };
    // The first line of a level drops all that are set above it.
    let inherits = set.list.level != Some(level);
    let drops = inherits && HEADERS.iter().any(|(name, _)| !sets(name));
    let mut missing = Vec::new();
    if header::upstream_http(model, level).0 == Known::Known(Http::V10) {
        missing.push("`proxy_http_version 1.1;`");
    }
    missing.extend(HEADERS.iter().filter(|(name, _)| drops || !sets(name)).map(|(_, line)| *line));
    let told = match missing.split_last() {
        None => "the header lines that it inherits".to_owned(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    };
    let told = match drops && !set.list.lines.is_empty() {
        true => {
            format!("{told}; and repeat the other `proxy_set_header` lines from above, which one here drops")
        }
        false => told,
    };
    facts.answer(&questions::MISSING_LINES, told, Cause::nowhere(Origin::Derived));
}
