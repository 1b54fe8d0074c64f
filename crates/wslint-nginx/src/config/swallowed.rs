//! Directives that nginx takes for arguments of the one above, since no semicolon ends that.

use super::levels::{Config, ContextId, ContextKind, Line, context_bit};
use crate::directives::context::Contexts;
use crate::directives::{self, Owner};
use wslint_model::Site;
use wslint_syntax::nginx::{Tree, Word};

/// How many are told.
const MOST: usize = 64;

/// A directive among the arguments of another one.
#[derive(Clone, Debug)]
pub(crate) struct Swallowed {
    /// Its words.
    pub(crate) site: Site,
    /// The name of the directive that takes them.
    pub(crate) by: String,
    /// The last word in front of them, behind which the semicolon is missing.
    pub(crate) before: Site,
}

/// Those that stand on lines of their own and would be good ones at their level. What a template leaves open is not asked.
pub(crate) fn swallowed(config: &Config<'_>) -> Vec<Swallowed> {
    let of_directives = config
        .contexts()
        .filter(|(_, context)| !matches!(context.kind, ContextKind::Other | ContextKind::Data));
    let lines =
        of_directives.flat_map(|(level, context)| context.lines.iter().map(move |&line| (level, line)));
    lines.filter_map(|(level, line)| in_line(config, level, line)).take(MOST).collect()
}

fn in_line(config: &Config<'_>, level: ContextId, line: Line) -> Option<Swallowed> {
    let tree = config.tree(line);
    let words = tree.words(line.id);
    let several =
        words.len() > 2 && memchr::memchr(b'\n', config.project().text(config.site(line))).is_some();
    if !several || config.project().file(line.file).template {
        return None;
    }
    let bit = context_bit(config, level);
    let at = (2..words.len()).find(|&at| {
        let between = words[at - 1].span.end as usize..words[at].span.start as usize;
        tree.source()[between].contains(&b'\n') && is_directive(tree, &words[at..], bit)
    })?;
    let site =
        |words: &[Word]| Some(Site { file: line.file, span: words.first()?.span.to(words.last()?.span) });
    Some(Swallowed {
        site: site(&words[at..])?,
        by: config.name(line).into_owned(),
        before: site(&words[at - 1..at])?,
    })
}

/// Whether words make a directive that nginx takes at a level.
fn is_directive(tree: &Tree, words: &[Word], bit: Contexts) -> bool {
    let Some((name, arguments)) = words.split_first() else { return false };
    let takes = |spec: &directives::Spec| {
        let here = spec.owner == Owner::Nginx && spec.contexts & bit != 0 && !spec.block;
        here && !arguments.is_empty() && spec.arguments.take(arguments.len())
    };
    name.quote.is_none() && !name.unknown && directives::named(&tree.text(name)).iter().any(takes)
}
