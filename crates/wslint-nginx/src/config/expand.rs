//! From files to levels: `include` is textual, and each block opens a level.

use wslint_syntax::nginx::{BlockKind, DirectiveId, Tree};

use super::levels::{Config, ContextId, ContextKind, Line, Unseen};
use super::modules;
use super::names::Directive;
use super::shipped::shipped_headers;
use wslint_model::{FileId, Include, NginxContext, NginxRoot, Project};

/// Includes deeper than this are cut: no real config has them, and a cycle that the loader let through ends here.
const MAX_INCLUDE_DEPTH: usize = 64;

/// Blocks that nest deeper than this are not looked into. nginx itself crashes on some 13,000 of them, and real configs
/// stay below 10.
pub const MAX_BLOCK_DEPTH: usize = 1_000;

/// Where directives are read from, and into which level.
#[derive(Clone, Copy)]
struct Place<'p> {
    context: ContextId,
    file: FileId,
    tree: &'p Tree,
    /// The includes that lead here, and the blocks around it.
    includes: usize,
    blocks: usize,
}

/// A file, or the block of a directive, of which the rest is still to be read.
struct Frame<'p> {
    place: Place<'p>,
    rest: Box<dyn Iterator<Item = DirectiveId> + 'p>,
}

/// Reads the statements of a root into levels, from the outermost one on. A root that is not an nginx file has none.
pub(crate) fn expand<'p>(project: &'p Project, root: &NginxRoot) -> Config<'p> {
    let mut config = Config::empty(project, root.context);
    if let Some(tree) = project.nginx(root.main) {
        config.reserve(tree.ids().filter(|&id| tree.has_block(id)).count());
        let place = Place { context: config.outermost(), file: root.main, tree, includes: 0, blocks: 0 };
        config.note_file(root.main, place.context);
        let mut frames = vec![Frame { place, rest: Box::new(tree.roots()) }];
        while let Some(frame) = frames.last_mut() {
            let Some(id) = frame.rest.next() else {
                frames.pop();
                continue;
            };
            let place = frame.place;
            let written = place.tree.name(id);
            match Directive::named(&written) {
                Some(Directive::Include) => include(&mut config, root, place, id, &mut frames),
                name => add(&mut config, place, (id, &written, name), &mut frames),
            }
        }
    }
    // Bare directives of a location are a part of one: what includes them has more.
    if root.context == NginxContext::Location {
        let outermost = config.outermost();
        config.level_mut(outermost).leave_open(Unseen::Anything);
    }
    config.finish()
}

/// Puts the files of an `include` in front of what follows it.
fn include<'p>(
    config: &mut Config<'p>,
    root: &NginxRoot,
    place: Place<'p>,
    id: DirectiveId,
    frames: &mut Vec<Frame<'p>>,
) {
    match root.includes.get(&(place.file, id)) {
        Some(include @ (Include::Files(_) | Include::Likely(_))) if place.includes < MAX_INCLUDE_DEPTH => {
            config.has_gaps |= matches!(include, Include::Likely(_));
            for &file in include.files().iter().rev() {
                if let Some(tree) = config.project().nginx(file) {
                    config.note_file(file, place.context);
                    let included = Place { file, tree, includes: place.includes + 1, ..place };
                    frames.push(Frame { place: included, rest: Box::new(tree.roots()) });
                }
            }
        }
        Some(Include::Shipped) => {
            if !shipped_headers(&place.tree.arg(id, 0).unwrap_or_default()).is_empty() {
                // The line stands for those of the file.
                let header =
                    Line { name: Some(Directive::ProxySetHeader), file: place.file, id, block: None };
                config.level_mut(place.context).push(header, false);
            }
        }
        _ => {
            let gap = Line { name: Some(Directive::Include), file: place.file, id, block: None };
            let level = config.level_mut(place.context);
            level.leave_open(unseen(level.kind, &place.tree.arg(id, 0).unwrap_or_default()));
            level.gap = level.gap.or(Some(gap));
            config.has_gaps = true;
        }
    }
}

/// Adds a directive, which comes with its name and which it is, to its level, and the level that its block opens.
fn add<'p>(
    config: &mut Config<'p>,
    place: Place<'p>,
    (id, written, name): (DirectiveId, &[u8], Option<Directive>),
    frames: &mut Vec<Frame<'p>>,
) {
    let Place { context, file, tree, blocks, .. } = place;
    let level = config.level_mut(context);
    let data = level.kind == ContextKind::Data;
    level.runs_lua |= name.is_none() && is_early_lua(written);
    let decides = name.is_none() && !data && modules::decides_on_access(written);
    let mut line = Line { name: name.filter(|_| !data), file, id, block: None };
    if let Some(block) = tree.block(id).filter(|block| block.kind != BlockKind::Lua) {
        let kind = match block.kind {
            BlockKind::Data => ContextKind::Data,
            _ if blocks >= MAX_BLOCK_DEPTH => ContextKind::Other,
            _ => inner_kind(level.kind, line.name),
        };
        // A block that nobody looks into is no level: a file may hold nothing but such.
        if kind != ContextKind::Other {
            let inner = config.open_level(kind, context, &mut line);
            let place = Place { context: inner, blocks: blocks + 1, ..place };
            frames.push(Frame { place, rest: Box::new(tree.children(id)) });
        }
    }
    config.level_mut(context).push(line, decides);
}

/// What an unseen file is likely to hold, by the level and the name. A pattern in `http {}` mostly means servers, and one in
/// a server locations; what its name says to be about upstreams may set anything.
fn unseen(level: ContextKind, path: &[u8]) -> Unseen {
    const TELLING: [&str; 7] = ["proxy", "websocket", "upgrade", "socket", "header", "timeout", "common"];
    let path = String::from_utf8_lossy(path).to_ascii_lowercase();
    let pattern = path.contains(['*', '?', '[']);
    let mut parts = path.rsplit('/').take(if pattern { 2 } else { 1 });
    let tells = parts.any(|part| TELLING.iter().any(|word| part.contains(word)));
    match level {
        ContextKind::Main | ContextKind::Http if pattern && !tells => Unseen::Servers,
        ContextKind::Main | ContextKind::Http if !tells => Unseen::Headers,
        ContextKind::Server if pattern && !tells => Unseen::Headers,
        _ => Unseen::Anything,
    }
}

/// Whether a directive names Lua that runs before a request is passed on.
fn is_early_lua(name: &[u8]) -> bool {
    const HANDLERS: [&[u8]; 4] =
        [b"set_by_lua", b"server_rewrite_by_lua", b"rewrite_by_lua", b"access_by_lua"];
    HANDLERS.iter().any(|handler| name.starts_with(handler))
}

/// The kind of level that a block opens, by where it stands.
fn inner_kind(outer: ContextKind, name: Option<Directive>) -> ContextKind {
    use ContextKind as Kind;
    match (outer, name) {
        (Kind::Main, Some(Directive::Http)) => Kind::Http,
        (Kind::Main, Some(Directive::Events)) => Kind::Events,
        (Kind::Main, Some(Directive::Stream)) => Kind::Stream,
        (Kind::Stream, Some(Directive::Server)) => Kind::StreamServer,
        (Kind::Stream, Some(Directive::Upstream)) => Kind::StreamUpstream,
        // Fragments mix levels, so these are what they say wherever they stand.
        (Kind::Main | Kind::Http | Kind::Server | Kind::Location, Some(Directive::Server)) => Kind::Server,
        (Kind::Main | Kind::Http | Kind::Server | Kind::Location, Some(Directive::Upstream)) => {
            Kind::Upstream
        }
        (Kind::Main | Kind::Http | Kind::Server | Kind::Location, Some(Directive::Location)) => {
            Kind::Location
        }
        (Kind::Http | Kind::Server | Kind::Location, Some(Directive::If)) => Kind::If,
        (Kind::Location, Some(Directive::LimitExcept)) => Kind::LimitExcept,
        _ => Kind::Other,
    }
}
