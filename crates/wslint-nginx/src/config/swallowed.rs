//! Directives that nginx takes for arguments of the one above, since no semicolon ends that.

use super::levels::{Config, ContextId, ContextKind, Line, context_bit};
use super::names::Directive;
use crate::directives::context::Contexts;
use crate::directives::{self, Owner};
use wslint_model::{Site, Version};
use wslint_syntax::Span;
use wslint_syntax::nginx::{Tree, Word};

/// How many are told.
const MOST: usize = 64;

/// What takes any number of arguments, none of them called like a directive. Of others nginx counts the arguments and refuses
/// too many, or has parameters of such names.
const TAKING_ANY: [Directive; 2] = [Directive::ServerName, Directive::Index];

/// A directive among the arguments of another one.
#[derive(Clone, Debug)]
pub(crate) struct Swallowed {
    /// Its words.
    pub(crate) site: Site,
    /// Its name.
    pub(crate) name: String,
    /// The name of the directive that takes them.
    pub(crate) by: String,
    /// The last word in front of them, behind which the semicolon is missing.
    pub(crate) before: Site,
}

/// Those that stand on lines of their own and would be good ones at their level. What a template leaves open is not asked.
pub(crate) fn swallowed(config: &Config<'_>, version: Version) -> Vec<Swallowed> {
    let of_servers = config.contexts().filter(|(_, context)| {
        matches!(context.kind, ContextKind::Http | ContextKind::Server | ContextKind::Location)
    });
    let lines = of_servers.flat_map(|(level, _)| {
        TAKING_ANY.into_iter().flat_map(move |name| config.own(level, name).map(move |line| (level, line)))
    });
    lines.filter_map(|(level, line)| in_line(config, version, level, line)).take(MOST).collect()
}

fn in_line(config: &Config<'_>, version: Version, level: ContextId, line: Line) -> Option<Swallowed> {
    let tree = config.tree(line);
    let words = tree.words(line.id);
    if config.project().file(line.file).template {
        return None;
    }
    let bit = context_bit(config, level);
    let starts_line = |at: usize| {
        let between = words[at - 1].span.end as usize..words[at].span.start as usize;
        memchr::memchr(b'\n', &tree.source()[between]).is_some()
    };
    let at =
        (2..words.len()).find(|&at| starts_line(at) && is_directive(tree, version, &words[at..], bit))?;
    let site = |span: Span| Site { file: line.file, span };
    Some(Swallowed {
        site: site(words[at].span.to(words[words.len() - 1].span)),
        name: tree.string(&words[at]).into_owned(),
        by: config.name(line).into_owned(),
        before: site(words[at - 1].span),
    })
}

/// Whether words make a directive that nginx takes at a level, and are no names of hosts or files.
fn is_directive(tree: &Tree, version: Version, words: &[Word], bit: Contexts) -> bool {
    let Some((name, arguments @ [first, ..])) = words.split_first() else { return false };
    let (text, value) = (tree.text(name), tree.text(first));
    // No host has an underscore in its name; what `listen` and the like take is no host.
    let tells = text.contains(&b'_')
        || matches!(&*text, b"listen" | b"root" | b"return")
            && value.first().is_some_and(|byte| byte.is_ascii_digit() || b"/[*".contains(byte));
    let takes = |spec: &directives::Spec| {
        let here = spec.owner == Owner::Nginx && spec.contexts & bit != 0 && !spec.block;
        here && spec.life.has(version) && spec.arguments.take(arguments.len())
    };
    tells && name.quote.is_none() && !name.unknown && directives::named(&text).iter().any(takes)
}
