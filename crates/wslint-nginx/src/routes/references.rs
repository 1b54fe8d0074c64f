//! What may lead to a named location: a word that is its name, or a variable that may become it.

use crate::config::names::Directive;
use crate::config::{ContextId, ContextKind, Line};
use crate::model::Model;
use crate::variables::template;
use wslint_model::Known;

/// Whether anything that is at hand, or what is not, may send a request to the location of this name.
pub(crate) fn may_lead_to(model: &Model<'_>, location: ContextId, name: &str) -> bool {
    let config = model.config();
    let own = config.context(location).opener;
    let server = config.enclosing(location, ContextKind::Server);
    let unseen = server.is_none_or(|server| config.outwards(server).any(|(_, context)| context.open));
    unseen
        || config.contexts().any(|(level, context)| {
            let inside = config.enclosing(level, ContextKind::Server);
            let near = inside.is_none() || inside == server;
            let counts =
                |line: &&Line| near && own.is_none_or(|own| (own.file, own.id) != (line.file, line.id));
            context.open && near && inside.is_some()
                || context.lines.iter().filter(counts).any(|&line| line_leads_to(model, line, name))
        })
}

/// Whether a line names the location: in a word of its own, as scripts and headers do too, or by a variable.
fn line_leads_to(model: &Model<'_>, line: Line, name: &str) -> bool {
    let config = model.config();
    let directive = config.name(line);
    // What a script does is not read.
    if directive.contains("_by_lua") || directive.starts_with("js_") || directive.starts_with("perl") {
        return true;
    }
    let redirects = matches!(line.name, Some(Directive::TryFiles | Directive::ErrorPage));
    config.args(line).into_iter().any(|word| match word {
        Known::Unknown => redirects,
        Known::Known(word) => {
            word.contains(name) || (redirects && word.contains('$') && may_become(model, &word, name))
        }
    })
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
