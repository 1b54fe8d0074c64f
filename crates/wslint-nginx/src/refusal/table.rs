//! What nginx refuses of a line by its table of directives, before anything reads the value: an unknown version, a
//! wrong level, a block too many or too few, the number of arguments, a second line, a value of the wrong kind.
//!
//! What a module or NGINX Plus has is left alone: its version is not known.

use super::reason::{Refusal, RefusalKind};
use super::value;
use crate::config::{ContextId, Line};
use crate::directives::context::Contexts;
use crate::directives::{self, Owner, Spec};
use crate::model::Model;
use wslint_model::{NginxContext, Version};
use wslint_syntax::nginx::{DirectiveId, Tree};

/// What people write who take the configuration for a language; no module has them.
const OF_OTHER_LANGUAGES: [&str; 4] = ["else", "elseif", "elsif", "elif"];

/// Why a line of a level would be refused. `seen` holds the directives that the level has already and that may not
/// be repeated.
pub(super) fn refused_by_table(
    model: &Model<'_>,
    level: ContextId,
    line: Line,
    bit: Contexts,
    seen: &mut Vec<&'static str>,
    room: &mut usize,
) -> Option<Refusal> {
    let config = model.config();
    let specs = match line.name {
        Some(name) => name.specs(),
        None => directives::named(&config.tree(line).name(line.id)),
    };
    let own = || specs.iter().filter(|spec| spec.owner == Owner::Nginx);
    let refuse = |kind, reason| Some(Refusal { kind, line, reason });
    let other = |reason| refuse(RefusalKind::Other, reason);
    let Some(name) = own().next().map(|spec| spec.name) else {
        if !specs.is_empty() || *room == 0 {
            return None;
        }
        *room -= 1;
        // A file that stands alone may hold the entries of a map.
        let entry = level == config.outermost();
        let name = config.tree(line).name(line.id);
        return misspelt(std::str::from_utf8(&name).ok()?, entry).and_then(other);
    };
    // The version that is not named is an assumption, which a line of another version proves wrong.
    let given = model.settings().nginx_version_given;
    let alive = || own().filter(|spec| !given || spec.life.has(model.version()));
    if alive().next().is_none() {
        return refuse(RefusalKind::OtherVersion, other_version(own(), model.version())?);
    }
    let foreign = specs.iter().any(|spec| spec.owner != Owner::Nginx && spec.contexts & bit != 0);
    if foreign {
        return None;
    }
    let fragment_top = level == config.outermost() && config.assumed != NginxContext::Main;
    let here = || alive().filter(|spec| fragment_top || spec.contexts & bit != 0);
    if here().next().is_none() {
        return other(format!("\"{name}\" directive is not allowed here"));
    }
    let tree = config.tree(line);
    let block = tree.has_block(line.id);
    if here().all(|spec| spec.block != block) {
        if block && is_placeholder(tree, line.id) {
            return None;
        }
        let lacks = if block { "is not terminated by \";\"" } else { "has no opening \"{\"" };
        return other(format!("directive \"{name}\" {lacks}"));
    }
    let count = config.arg_count(line);
    let takers = || here().filter(|spec| spec.block == block && spec.arguments.take(count));
    let Some(spec) = takers().next() else {
        return other(format!("invalid number of arguments in \"{name}\" directive"));
    };
    if spec.once {
        if seen.contains(&spec.name) {
            return other(format!("\"{name}\" directive is duplicate"));
        }
        seen.push(spec.name);
    }
    let refused: Option<Vec<Refusal>> = takers().map(|spec| value::bad_value(model, line, spec)).collect();
    refused?.into_iter().next()
}

/// A name that nobody has, and that is a slip of one that nginx has. Any other one may be a module's.
pub(super) fn misspelt(name: &str, may_be_entry: bool) -> Option<String> {
    if OF_OTHER_LANGUAGES.contains(&name) {
        return Some(format!("unknown directive \"{name}\": an `if` of nginx has no other branch"));
    }
    if is_no_name(name) && !may_be_entry {
        return Some(format!("unknown directive \"{name}\""));
    }
    let meant = directives::did_you_mean(name)?;
    Some(format!("unknown directive \"{name}\"; did you mean \"{meant}\"?"))
}

/// Whether no directive of nginx or of a module can be called so: their names are words of C. Whatever a template fills in
/// has other signs.
fn is_no_name(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain && !name.contains("__") && (!is_word || name.starts_with(|first: char| first.is_ascii_digit()))
}

/// Whether an upper-case word in braces follows, which something fills in: `server_name {NAME};`.
fn is_placeholder(tree: &Tree, id: DirectiveId) -> bool {
    let Some(block) = tree.block(id) else { return false };
    let inside = &tree.source()[block.open.end as usize..];
    let name = inside.iter().take_while(|byte| byte.is_ascii_uppercase() || **byte == b'_').count();
    name > 0 && inside.get(name) == Some(&b'}')
}

/// Why a version does not know a directive: by the next version that does, else by the last one that did.
fn other_version<'s>(specs: impl Iterator<Item = &'s Spec> + Clone, version: Version) -> Option<String> {
    let later = specs.clone().filter(|spec| spec.life.since > version).min_by_key(|spec| spec.life.since);
    if let Some(spec) = later {
        return Some(format!("\"{}\" exists since nginx {}", spec.name, spec.life.since));
    }
    let spec = specs.max_by_key(|spec| spec.life.until)?;
    let gone = format!("\"{}\" is gone since nginx {}", spec.name, spec.life.until?);
    Some(match spec.life.instead {
        "" => gone,
        instead => format!("{gone}; write `{instead}`"),
    })
}
