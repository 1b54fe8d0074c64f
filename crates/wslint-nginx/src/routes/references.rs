//! What may lead to a named location: a word that is its name, or a variable that may become it.

use std::collections::{HashMap, HashSet};

use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind, Line};
use crate::model::Model;
use crate::variables::template;
use wslint_model::Known;

/// What the lines of a config refer to by name, for each server, and for the levels around all servers.
#[derive(Debug, Default)]
pub(crate) struct References {
    by_server: HashMap<Option<ContextId>, Mentions>,
}

/// What the lines of one server refer to.
#[derive(Debug, Default)]
struct Mentions {
    /// The words that are names.
    names: HashSet<String>,
    /// Other words that hold a name, and words with variables by which a request is sent on.
    doubtful: Vec<(String, bool)>,
    /// Whether a script, or what is not at hand, may refer to any.
    any: bool,
}

impl References {
    /// Reads all lines.
    pub(crate) fn new(model: &Model<'_>) -> Self {
        let config = model.config();
        let mut references = Self::default();
        for (level, context) in config.contexts() {
            let server = config.enclosing(level, ContextKind::Server);
            let mentions = references.by_server.entry(server).or_default();
            mentions.any |= context.open;
            for &line in &context.lines {
                let directive = config.name(line);
                // What a script does is not read.
                mentions.any |= directive.contains("_by_lua")
                    || directive.starts_with("js_")
                    || directive.starts_with("perl");
                if line.name == Some(Directive::Location) {
                    continue;
                }
                let redirects = matches!(line.name, Some(Directive::TryFiles | Directive::ErrorPage));
                for word in config.args(line) {
                    match word {
                        Known::Unknown => mentions.any |= redirects,
                        Known::Known(word) if redirects && word.contains('$') => {
                            mentions.doubtful.push((word.into_owned(), true));
                        }
                        Known::Known(word) if word.starts_with('@') => {
                            mentions.names.insert(word.into_owned());
                        }
                        Known::Known(word) if word.contains('@') => {
                            mentions.doubtful.push((word.into_owned(), false));
                        }
                        Known::Known(_) => {}
                    }
                }
            }
        }
        references
    }

    /// Whether anything that is at hand, or what is not, may send a request to the location of this name.
    pub(crate) fn may_lead_to(&self, model: &Model<'_>, location: ContextId, name: &str) -> bool {
        let server = model.config().enclosing(location, ContextKind::Server);
        // The server around a fragment is not at hand.
        if server.is_none() {
            return true;
        }
        let mut near = [self.by_server.get(&None), self.by_server.get(&server)].into_iter().flatten();
        near.any(|mentions| {
            mentions.any
                || mentions.names.contains(name)
                || mentions.doubtful.iter().any(|(word, redirects)| {
                    word.contains(name) || (*redirects && may_become(model, word, name))
                })
        })
    }
}

/// Whether a word with variables may become the name: one of a table only if the table has such a value.
fn may_become(model: &Model<'_>, word: &str, name: &str) -> bool {
    if !word.starts_with(['@', '$']) {
        return false;
    }
    let config = model.config();
    let variable = word.strip_prefix('@').unwrap_or(word);
    let wanted = if variable.len() < word.len() { name.strip_prefix('@').unwrap_or(name) } else { name };
    let Some(variable) = template::sole_variable(variable) else { return word.starts_with('@') };
    let Some(table) = model.tables().of(&variable) else {
        // A path of the request is no name; what is assigned may be one.
        return word.starts_with('@') || model.assigned().contains(variable.as_str());
    };
    let Some(block) = table.line.block else { return true };
    let context = config.context(block);
    let value = |line: &Line| config.known_arg(*line, 0);
    context.open
        || context
            .lines
            .iter()
            .any(|line| value(line).is_none_or(|value| value == wanted || value.contains('$')))
}
