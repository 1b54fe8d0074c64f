//! The directives of nginx.

use std::collections::BTreeMap;

use lsp_types::{CompletionItem, CompletionItemKind};
use wslint_model::{Content, FileId, NginxContext, Root, Version};
use wslint_nginx::directives::context::{self, Contexts};
use wslint_nginx::directives::{Inherits, Owner, Spec, all, named};
use wslint_syntax::nginx::{DirectiveId, Tree};

use super::offered::{defined, item, life, typed};
use crate::server::names::Kind;
use crate::server::seen::Seen;

/// Files that include each other are followed so far to find the block that a file stands in.
const MOST_INCLUDES: usize = 16;

/// What may be written behind a text: a directive at the beginning of a statement, else a name.
pub(super) fn complete(seen: &Seen, file: FileId, tree: &Tree, text: &[u8]) -> Vec<CompletionItem> {
    let word = typed(text);
    let before = text[..text.len() - word.len()].trim_ascii_end();
    if word.contains(&b'$') {
        return defined(seen, Kind::Variable);
    }
    let begins = before.last().is_none_or(|last| matches!(last, b';' | b'{' | b'}')) || after_comment(before);
    if !begins {
        return defined(seen, Kind::Upstream);
    }
    let contexts = contexts(seen, file, Some(tree), before.len(), 0);
    let version = seen.loaded.settings.nginx_version;
    let mut items: BTreeMap<&str, CompletionItem> = BTreeMap::new();
    for spec in all().iter().filter(|spec| spec.contexts & contexts != 0 && spec.life.has(version)) {
        if spec.owner == Owner::Nginx {
            let kind = if spec.block { CompletionItemKind::MODULE } else { CompletionItemKind::KEYWORD };
            let told = item(spec.name.to_owned(), kind, Some(module(spec)));
            items.entry(spec.name).or_insert(told);
        }
    }
    items.into_values().collect()
}

fn after_comment(before: &[u8]) -> bool {
    let line = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    line.trim_ascii_start().starts_with(b"#")
}

/// The levels that a place may stand at: those of the block around it, or of what includes the file.
fn contexts(seen: &Seen, file: FileId, tree: Option<&Tree>, offset: usize, depth: usize) -> Contexts {
    let around = tree.and_then(|tree| block_around(tree, offset).map(|id| (tree, id)));
    if let Some((tree, id)) = around {
        let outer = || tree.parent(id).map(|outer| tree.name(outer));
        let within = |name: &[u8]| outer().is_some_and(|outer| *outer == *name);
        return match &*tree.name(id) {
            b"events" => context::EVENTS,
            b"http" => context::HTTP,
            b"stream" => context::STREAM,
            b"mail" => context::MAIL,
            b"server" if within(b"stream") => context::STREAM_SERVER,
            b"server" if within(b"mail") => context::MAIL_SERVER,
            b"server" => context::SERVER,
            b"upstream" if within(b"stream") => context::STREAM_UPSTREAM,
            b"upstream" => context::UPSTREAM,
            b"location" => context::LOCATION,
            b"if" if within(b"server") => context::SERVER_IF,
            b"if" => context::IF,
            b"limit_except" => context::LIMIT_EXCEPT,
            _ => 0,
        };
    }
    let mut found = 0;
    for root in seen.roots() {
        let Root::Nginx(root) = root else { continue };
        if root.main == file {
            found |= match root.context {
                NginxContext::Main => context::MAIN,
                NginxContext::Http => context::HTTP,
                NginxContext::Server => context::SERVER,
                NginxContext::Location => context::LOCATION,
                NginxContext::Stream => context::STREAM,
            };
        }
        for (&(holder, directive), include) in &root.includes {
            let Content::Nginx(tree) = &seen.loaded.project.file(holder).content else { continue };
            if include.files().contains(&file) && depth < MOST_INCLUDES {
                let at = tree.statement(directive).start as usize;
                found |= contexts(seen, holder, Some(tree), at, depth + 1);
            }
        }
    }
    found
}

/// The innermost block around a place.
fn block_around(tree: &Tree, offset: usize) -> Option<DirectiveId> {
    let holds = |id: &DirectiveId| {
        tree.has_block(*id) && {
            let (head, whole) = (tree.statement(*id), tree.span(*id));
            head.end as usize <= offset && offset < whole.end as usize
        }
    };
    let mut around = tree.roots().find(holds)?;
    while let Some(inner) = tree.children(around).find(holds) {
        around = inner;
    }
    Some(around)
}

/// What the directive at a place is.
pub(super) fn describe(tree: &Tree, offset: usize, version: Version) -> Option<String> {
    let stands_here = |id: &DirectiveId| {
        let name = tree.words(*id).first();
        name.is_some_and(|name| (name.span.start as usize..=name.span.end as usize).contains(&offset))
    };
    let id = tree.ids().find(stands_here)?;
    let specs = named(&tree.name(id));
    let lines: Vec<String> = specs.iter().map(|spec| line(spec, version)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn line(spec: &Spec, version: Version) -> String {
    let mut words = vec![format!("- `{}` of {}", spec.name, module(spec))];
    let levels = |&&(_, bit): &&(&str, Contexts)| bit != Contexts::MAX && spec.contexts & bit != 0;
    let levels: Vec<&str> = context::WORDS.iter().filter(levels).map(|(word, _)| *word).collect();
    words.push(format!("in {}", levels.join(", ")));
    if let Some(default) = spec.defaults.at(version) {
        words.push(format!("default in {version}: `{default}`"));
    }
    words.extend(spec.inherits.map(|inherits| {
        match inherits {
            Inherits::Replace => "inherited until a level sets it anew",
            Inherits::List => "inherited as long as a level has no such line of its own",
            Inherits::Merge => "added to what is inherited",
            Inherits::Nothing => "not inherited",
        }
        .to_owned()
    }));
    let life = life(Some("nginx").filter(|_| spec.owner == Owner::Nginx), &spec.life);
    words.extend(Some(life).filter(|life| !life.is_empty()));
    words.join("; ")
}

fn module(spec: &Spec) -> String {
    match spec.owner {
        Owner::Nginx => format!("ngx_{}_module", spec.module),
        Owner::Plus => format!("NGINX Plus ({})", spec.module),
        Owner::Module => format!("module {}", spec.module),
    }
}
