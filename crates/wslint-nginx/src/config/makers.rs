//! The zones, caches and formats of logs that `http {}` makes, by the directives that make them.

use std::collections::{HashMap, HashSet};

use super::levels::{Config, ContextKind};

/// What each directive makes.
#[derive(Debug)]
pub(crate) struct Makers(HashMap<String, Made>);

/// What the lines of one directive make.
#[derive(Debug, Default)]
struct Made {
    names: HashSet<String>,
    /// Whether a word of a line is not known, so that it may make anything.
    hidden: bool,
}

impl Makers {
    /// Reads all lines of `http {}` that make something with a name.
    pub(crate) fn of(config: &Config<'_>) -> Self {
        let mut makers: HashMap<String, Made> = HashMap::new();
        let levels = config.contexts().filter(|(_, context)| context.kind == ContextKind::Http);
        for &line in levels.flat_map(|(_, context)| &context.lines) {
            let directive = config.name(line);
            let formats = directive == "log_format";
            if !formats && !directive.ends_with("_zone") && !directive.ends_with("_cache_path") {
                continue;
            }
            let made = makers.entry(directive.into_owned()).or_default();
            for word in config.args(line) {
                match word.known() {
                    None => made.hidden = true,
                    Some(word) if formats => {
                        made.names.insert(word.into_owned());
                    }
                    Some(word) => {
                        let zone = word.strip_prefix("zone=").or_else(|| word.strip_prefix("keys_zone="));
                        made.names.extend(zone.and_then(|zone| zone.split(':').next()).map(str::to_owned));
                    }
                }
            }
        }
        Self(makers)
    }

    /// Whether a directive may make what has this name.
    pub(crate) fn may_make(&self, directive: &str, name: &str) -> bool {
        self.0.get(directive).is_some_and(|made| made.hidden || made.names.contains(name))
    }
}
