//! The variables that lines of the config define, beside those of tables.

use std::collections::HashSet;

use super::levels::{Config, ContextKind};
use super::names::Directive;
use super::pattern;
use crate::directives::{self, Owner};
use wslint_model::{Content, Known};

/// The variables that `set` and named groups assign anywhere.
pub(crate) fn assigned(config: &Config<'_>) -> HashSet<String> {
    let mut names = HashSet::new();
    for (_, context) in config.contexts() {
        let skip = matches!(context.kind, ContextKind::Upstream | ContextKind::Other);
        for &line in context.lines.iter().filter(|_| !skip) {
            let assigns = matches!(
                line.name,
                Some(
                    Directive::Set
                        | Directive::Rewrite
                        | Directive::If
                        | Directive::Location
                        | Directive::ServerName
                        | Directive::AuthRequestSet
                )
            ) || (context.kind == ContextKind::Data && config.name(line).starts_with('~'));
            if !assigns {
                continue;
            }
            if matches!(line.name, Some(Directive::Set | Directive::AuthRequestSet)) {
                let name = config.known_arg(line, 0);
                names.extend(name.and_then(|name| Some(name.strip_prefix('$')?.to_ascii_lowercase())));
                continue;
            }
            // Most lines hold no group at all.
            let written = config.site(line).span;
            let source = config.tree(line).source();
            if memchr::memmem::find(&source[written.range()], b"(?").is_none() {
                continue;
            }
            let words = config.args(line).into_iter().filter_map(Known::known);
            for word in words.chain([config.name(line)]) {
                if word.contains("(?") {
                    names.extend(pattern::group_names(&word));
                }
            }
        }
    }
    names
}

/// Variables that directives of modules, which this model does not know, may define: every word of theirs that is a
/// variable and nothing else.
pub(crate) fn defined_by_modules(config: &Config<'_>) -> HashSet<String> {
    let mut names = HashSet::new();
    for file in &config.project().files {
        let Content::Nginx(tree) = &file.content else { continue };
        let foreign = tree.ids().filter(|&id| may_define(&tree.name(id)));
        for word in foreign.flat_map(|id| tree.words(id)) {
            let text = tree.text(word);
            names.extend(
                text.strip_prefix(b"$").map(|name| String::from_utf8_lossy(name).to_ascii_lowercase()),
            );
        }
    }
    names
}

/// Whether a directive is none of nginx's own, or one of those few that define variables without being read here.
fn may_define(name: &[u8]) -> bool {
    let mut own = directives::named(name).iter().filter(|spec| spec.owner == Owner::Nginx);
    name == b"perl_set" || own.next().is_none()
}
