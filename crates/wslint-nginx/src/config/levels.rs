//! The levels of a configuration as nginx sees them after `include`, which is textual. A level is a context with its
//! directives in order; a shared snippet is parsed once and only its directives are listed again.

use std::borrow::Cow;
use std::sync::OnceLock;

use wslint_syntax::Span;
use wslint_syntax::nginx::{DirectiveId, Tree};

use super::location_kind::LocationKind;
use super::names::Directive;
use crate::directives::context::{self, Contexts};
use wslint_model::length::shortened;
use wslint_model::{FileId, Known, NginxContext, Project, Site, placeholder};

/// nginx reads no longer word, its quotes included (`NGX_CONF_BUFFER` in `ngx_conf_file.c`).
const LONGEST_WORD: usize = 4096;

/// The directives of the rewrite module.
const OF_REWRITES: [Directive; 5] =
    [Directive::Set, Directive::If, Directive::Rewrite, Directive::Return, Directive::Break];

/// More words of a line do not show in a label.
const LONGEST_HEADLINE: usize = 100;

/// Number of a context in a [`Config`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ContextId(pub(crate) u32);

/// What kind of level a context is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ContextKind {
    Main,
    Events,
    Http,
    Server,
    Location,
    If,
    LimitExcept,
    Upstream,
    Stream,
    StreamServer,
    StreamUpstream,
    /// A table such as `map`: its children are data.
    Data,
    /// A block whose content the model does not look at.
    Other,
}

/// What files that are not at hand may add to a level, beside blocks: each also what the ones before it may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unseen {
    /// Nothing: all is at hand.
    #[default]
    Nothing,
    /// Servers, and what else stands in a file of its own. It says nothing about requests to other servers.
    Servers,
    /// Lists too, such as header lines. Times and the like, which hardly any file sets for others, are taken to be the
    /// default.
    Headers,
    /// Whatever may stand there.
    Anything,
}

/// One directive of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Which directive it is, if the model knows it.
    pub(crate) name: Option<Directive>,
    /// The file that it stands in.
    pub(crate) file: FileId,
    /// The directive in that file.
    pub(crate) id: DirectiveId,
    /// The level that its block opens.
    pub(crate) block: Option<ContextId>,
}

/// One level.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) kind: ContextKind,
    pub(crate) parent: Option<ContextId>,
    /// The directive that opens the level; none for the outermost one.
    pub(crate) opener: Option<Line>,
    /// Its directives, includes expanded, in order.
    pub(crate) lines: Vec<Line>,
    /// Whether a file that is not at hand could add directives here.
    pub(crate) open: bool,
    /// What such a file may add that counts for the levels below too.
    pub(crate) unseen: Unseen,
    /// The `include` of such a file.
    pub(crate) gap: Option<Line>,
    /// Whether Lua runs here before a request is passed on.
    pub(crate) runs_lua: bool,
    /// Which known directives stand here, a bit for each.
    present: u128,
    /// The known directives sorted by name, then by order.
    index: Vec<(Directive, u32)>,
    /// The directives of the rewrite module, in order.
    script: Vec<u32>,
    /// The directives by which modules decide who may enter, in order.
    deciding: Vec<u32>,
}

/// The levels of one configuration. It lives as long as the project that it looks at.
#[derive(Debug)]
pub(crate) struct Config<'p> {
    project: &'p Project,
    contexts: Vec<Context>,
    /// Each file with the levels that its own statements stand in.
    included: Vec<(FileId, ContextId)>,
    /// The levels by the directives that open them, sorted when first asked for.
    opened: OnceLock<Vec<(FileId, DirectiveId, ContextId)>>,
    /// How each level that is a location is written, read when the first is asked for.
    pub(super) location_kinds: OnceLock<Vec<Option<LocationKind<'p>>>>,
    /// Where the outermost level's statements stand.
    pub(crate) assumed: NginxContext,
    /// Whether any include anywhere is not at hand.
    pub(crate) has_gaps: bool,
}

impl<'p> Config<'p> {
    /// A configuration with its outermost level, in which nothing stands yet.
    pub(super) fn empty(project: &'p Project, assumed: NginxContext) -> Self {
        let outermost = match assumed {
            NginxContext::Main => ContextKind::Main,
            NginxContext::Http => ContextKind::Http,
            NginxContext::Server => ContextKind::Server,
            NginxContext::Location => ContextKind::Location,
            NginxContext::Stream => ContextKind::Stream,
        };
        Self {
            project,
            contexts: vec![Context::new(outermost, None, None)],
            included: Vec::new(),
            opened: OnceLock::new(),
            location_kinds: OnceLock::new(),
            assumed,
            has_gaps: false,
        }
    }

    /// Notes that the statements of a file stand in a level.
    pub(super) fn note_file(&mut self, file: FileId, level: ContextId) {
        self.included.push((file, level));
    }

    /// Adds the level that a directive opens, and notes there that it does.
    pub(super) fn open_level(
        &mut self,
        kind: ContextKind,
        parent: ContextId,
        opener: &mut Line,
    ) -> ContextId {
        let level = ContextId(self.contexts.len() as u32);
        opener.block = Some(level);
        self.contexts.push(Context::new(kind, Some(parent), Some(*opener)));
        level
    }

    /// Makes room for so many levels: a list that grows is there twice while it does.
    pub(super) fn reserve(&mut self, levels: usize) {
        self.contexts.reserve_exact(levels);
    }

    /// A level that is still being read.
    pub(super) fn level_mut(&mut self, level: ContextId) -> &mut Context {
        &mut self.contexts[level.0 as usize]
    }

    /// Makes all levels ready to be asked, once all that stands in them is there.
    pub(super) fn finish(mut self) -> Self {
        self.contexts.iter_mut().for_each(Context::sort);
        self.included.sort_unstable();
        self.included.dedup();
        self
    }

    /// The levels that the own statements of a file stand in.
    pub(crate) fn levels_of(&self, file: FileId) -> impl Iterator<Item = ContextId> + '_ {
        let first = self.included.partition_point(|&(other, _)| other < file);
        self.included[first..].iter().take_while(move |&&(other, _)| other == file).map(|&(_, level)| level)
    }

    /// All contexts, in file order.
    pub(crate) fn contexts(&self) -> impl Iterator<Item = (ContextId, &Context)> {
        self.contexts.iter().enumerate().map(|(number, context)| (ContextId(number as u32), context))
    }

    /// The outermost level.
    pub(crate) fn outermost(&self) -> ContextId {
        ContextId(0)
    }

    /// One level.
    pub(crate) fn context(&self, id: ContextId) -> &Context {
        &self.contexts[id.0 as usize]
    }

    /// A level and the levels around it, from the inside out.
    pub(crate) fn outwards(&self, from: ContextId) -> impl Iterator<Item = (ContextId, &Context)> {
        std::iter::successors(Some(from), |&id| self.context(id).parent).map(|id| (id, self.context(id)))
    }

    /// The level around `from` that has this kind, or `from` itself.
    pub(crate) fn enclosing(&self, from: ContextId, kind: ContextKind) -> Option<ContextId> {
        self.outwards(from).find(|(_, context)| context.kind == kind).map(|(id, _)| id)
    }

    /// The lines of one directive at one level, in order.
    pub(crate) fn own(&self, at: ContextId, name: Directive) -> impl DoubleEndedIterator<Item = Line> + '_ {
        let context = self.context(at);
        context.numbers(name).map(|&number| context.lines[number as usize])
    }

    /// The lines of several directives at one level, in order.
    pub(crate) fn own_of(&self, at: ContextId, names: &[Directive]) -> Vec<Line> {
        if let &[name] = names {
            return self.own(at, name).collect();
        }
        let context = self.context(at);
        let mut numbers: Vec<u32> = names.iter().flat_map(|&name| context.numbers(name)).copied().collect();
        numbers.sort_unstable();
        numbers.into_iter().map(|number| context.lines[number as usize]).collect()
    }

    /// Whether a level has a line of one directive.
    pub(crate) fn has(&self, at: ContextId, name: Directive) -> bool {
        self.context(at).has(name)
    }

    /// The last line of one directive at one level.
    pub(crate) fn own_last(&self, at: ContextId, name: Directive) -> Option<Line> {
        self.own(at, name).next_back()
    }

    /// The directives of the rewrite module at one level, in order.
    pub(crate) fn script(&self, at: ContextId) -> impl Iterator<Item = Line> + '_ {
        let context = self.context(at);
        context.script.iter().map(|&number| context.lines[number as usize])
    }

    /// The one with this number among them.
    pub(crate) fn script_line(&self, at: ContextId, number: usize) -> Option<Line> {
        let context = self.context(at);
        context.script.get(number).map(|&number| context.lines[number as usize])
    }

    /// The same behind the first `count` of them.
    pub(crate) fn script_behind(&self, at: ContextId, count: usize) -> impl Iterator<Item = Line> + '_ {
        let context = self.context(at);
        context.script.iter().skip(count).map(|&number| context.lines[number as usize])
    }

    /// The directives of one level by which modules decide who may enter, in order.
    pub(crate) fn deciding(&self, at: ContextId) -> impl DoubleEndedIterator<Item = Line> + '_ {
        let context = self.context(at);
        context.deciding.iter().map(|&number| context.lines[number as usize])
    }

    /// Whether a line stands at a level.
    pub(crate) fn holds(&self, at: ContextId, line: Line) -> bool {
        match line.name {
            Some(name) => self.own(at, name).any(|own| own == line),
            None => self.context(at).lines.contains(&line),
        }
    }

    /// The levels that a directive opens, one for each time that its file is included, in order.
    fn opened_by(&self, file: FileId, id: DirectiveId) -> impl Iterator<Item = ContextId> + '_ {
        let opened = self.opened.get_or_init(|| {
            let openers = self.contexts().filter_map(|(level, context)| Some((level, context.opener?)));
            let mut opened: Vec<_> = openers.map(|(level, line)| (line.file, line.id, level)).collect();
            opened.sort_unstable();
            opened
        });
        let first = opened.partition_point(|&(other, number, _)| (other, number) < (file, id));
        let here =
            opened[first..].iter().take_while(move |&&(other, number, _)| (other, number) == (file, id));
        here.map(|&(.., level)| level)
    }

    /// The directive that stands at a place.
    fn directive_at(&self, site: Site) -> Option<DirectiveId> {
        let tree = self.project.nginx(site.file)?;
        let id = tree.first_from(site.span.start)?;
        let line = Line { name: None, file: site.file, id, block: None };
        (self.site(line) == site).then_some(id)
    }

    /// The first level that the directive at a place opens.
    pub(crate) fn opened_at(&self, site: Site) -> Option<ContextId> {
        self.opened_by(site.file, self.directive_at(site)?).next()
    }

    /// The line at a place, in the first level that it stands in.
    pub(crate) fn line_at(&self, site: Site) -> Option<Line> {
        let id = self.directive_at(site)?;
        let in_level = |level: ContextId| {
            self.context(level).lines.iter().copied().find(|line| line.file == site.file && line.id == id)
        };
        match self.project.nginx(site.file)?.parent(id) {
            Some(parent) => self.opened_by(site.file, parent).find_map(in_level),
            None => self.levels_of(site.file).find_map(in_level),
        }
    }

    /// The tree that a line stands in.
    pub(crate) fn tree(&self, line: Line) -> &'p Tree {
        self.project.nginx(line.file).expect("lines come from nginx files only")
    }

    /// The project behind the config.
    pub(crate) fn project(&self) -> &'p Project {
        self.project
    }

    /// Where a line stands: from its first word up to, not including, the `;` or `{`.
    pub(crate) fn site(&self, line: Line) -> Site {
        let words = self.tree(line).words(line.id);
        let start = words.first().map_or(0, |word| word.span.start);
        let end = words.last().map_or(start, |word| word.span.end);
        Site { file: line.file, span: Span { start, end } }
    }

    /// Whether a line of `proxy_set_header` is an `include` that stands for those of a file which packages ship.
    pub(crate) fn stands_for_file(&self, line: Line) -> bool {
        line.name == Some(Directive::ProxySetHeader) && *self.tree(line).name(line.id) == *b"include"
    }

    /// Whether a template may leave a line out.
    pub(crate) fn is_optional(&self, line: Line) -> bool {
        self.tree(line).is_optional(line.id)
    }

    /// Where a level begins; the first byte of the main file for the outermost one.
    pub(crate) fn opener_site(&self, at: ContextId) -> Site {
        match self.context(at).opener {
            Some(line) => self.site(line),
            None => match self.context(at).lines.first() {
                Some(&line) => self.site(line),
                None => Site { file: FileId(0), span: Span::new(0, 0) },
            },
        }
    }

    /// The text of an argument; 0 is the word behind the name. `None` beyond the end. A word that nginx refuses for its
    /// length is not known.
    pub(crate) fn arg(&self, line: Line, index: usize) -> Option<Known<Cow<'p, str>>> {
        let tree = self.tree(line);
        let word = tree.words(line.id).get(index + 1)?;
        let known = !word.unknown && word.span.len() <= LONGEST_WORD;
        Some(if known { Known::Known(tree.string(word)) } else { Known::Unknown })
    }

    /// The text of an argument if it is there and known.
    pub(crate) fn known_arg(&self, line: Line, index: usize) -> Option<Cow<'p, str>> {
        self.arg(line, index)?.known()
    }

    /// An argument with the template's own defaults in the places that it fills in; `None` where one of them has none.
    pub(crate) fn default_arg(&self, line: Line, index: usize) -> Option<String> {
        let tree = self.tree(line);
        let word = tree.words(line.id).get(index + 1).filter(|word| word.unknown)?;
        placeholder::with_defaults(std::str::from_utf8(&tree.text(word)).ok()?)
    }

    /// The texts of all arguments.
    pub(crate) fn args(&self, line: Line) -> Vec<Known<Cow<'p, str>>> {
        (0..self.arg_count(line)).filter_map(|index| self.arg(line, index)).collect()
    }

    /// The number of arguments.
    pub(crate) fn arg_count(&self, line: Line) -> usize {
        self.tree(line).words(line.id).len().saturating_sub(1)
    }

    /// The name as written.
    pub(crate) fn name(&self, line: Line) -> Cow<'p, str> {
        let tree = self.tree(line);
        tree.words(line.id).first().map_or(Cow::Borrowed(""), |word| tree.string(word))
    }

    /// The words of a line with single blanks between them, as people quote it.
    pub(crate) fn quoted(&self, line: Line) -> String {
        let tree = self.tree(line);
        let words: Vec<Cow<'_, str>> = tree
            .words(line.id)
            .iter()
            .map(|word| String::from_utf8_lossy(&tree.source()[word.span.range()]))
            .collect();
        words.join(" ")
    }

    /// The same for a label: of a long line the beginning.
    pub(crate) fn headline(&self, line: Line) -> String {
        let tree = self.tree(line);
        let mut headline = String::new();
        for word in tree.words(line.id).iter().take(LONGEST_HEADLINE) {
            let separator = if headline.is_empty() { "" } else { " " };
            let text = &tree.source()[word.span.range()];
            let text = String::from_utf8_lossy(&text[..text.len().min(LONGEST_WORD)]);
            headline.extend([separator, text.as_ref()]);
        }
        match shortened(&headline) {
            Cow::Owned(short) => short,
            Cow::Borrowed(_) => headline,
        }
    }
}

impl Context {
    fn new(kind: ContextKind, parent: Option<ContextId>, opener: Option<Line>) -> Self {
        Self {
            kind,
            parent,
            opener,
            lines: Vec::new(),
            open: false,
            unseen: Unseen::Nothing,
            gap: None,
            runs_lua: false,
            present: 0,
            index: Vec::new(),
            script: Vec::new(),
            deciding: Vec::new(),
        }
    }

    /// Adds a line. `decides` says whether a module decides by it who may enter.
    pub(super) fn push(&mut self, line: Line, decides: bool) {
        if decides {
            self.deciding.push(self.lines.len() as u32);
        }
        self.lines.push(line);
    }

    /// The numbers of the lines of one directive, in order.
    fn numbers(&self, name: Directive) -> impl DoubleEndedIterator<Item = &u32> {
        // Most levels have none of most directives.
        let of_name = if self.has(name) {
            let start = self.index.partition_point(|&(other, _)| other < name);
            let count = self.index[start..].partition_point(|&(other, _)| other == name);
            &self.index[start..start + count]
        } else {
            &[]
        };
        of_name.iter().map(|(_, number)| number)
    }

    /// Whether any line is of a directive.
    fn has(&self, name: Directive) -> bool {
        self.has_any(name.bit())
    }

    /// Whether any line is of one of these directives, a bit for each.
    pub(super) fn has_any(&self, wanted: u128) -> bool {
        self.present & wanted != 0
    }

    /// Notes that a file which is not at hand could add directives.
    pub(super) fn leave_open(&mut self, unseen: Unseen) {
        self.open = true;
        self.unseen = self.unseen.max(unseen);
    }

    fn sort(&mut self) {
        let known =
            || self.lines.iter().enumerate().filter_map(|(number, line)| Some((line.name?, number as u32)));
        self.present = known().fold(0, |present, (name, _)| present | name.bit());
        let mut index = Vec::with_capacity(known().count());
        index.extend(known());
        index.sort_unstable();
        self.index = index;
        if OF_REWRITES.iter().any(|&name| self.has(name)) {
            let rewrites = |line: &Line| line.name.is_some_and(|name| OF_REWRITES.contains(&name));
            let lines = self.lines.iter().enumerate().filter(|(_, line)| rewrites(line));
            self.script = lines.map(|(number, _)| number as u32).collect();
            self.script.shrink_to_fit();
        }
        self.lines.shrink_to_fit();
    }
}

/// The bit that stands for a level in the table of directives.
pub(crate) fn context_bit(config: &Config<'_>, at: ContextId) -> Contexts {
    let level = config.context(at);
    match level.kind {
        ContextKind::Main => context::MAIN,
        ContextKind::Events => context::EVENTS,
        ContextKind::Http => context::HTTP,
        ContextKind::Server => context::SERVER,
        ContextKind::Location => context::LOCATION,
        ContextKind::If => match level.parent.map(|parent| config.context(parent).kind) {
            Some(ContextKind::Server) => context::SERVER_IF,
            _ => context::IF,
        },
        ContextKind::LimitExcept => context::LIMIT_EXCEPT,
        ContextKind::Upstream => context::UPSTREAM,
        ContextKind::Stream => context::STREAM,
        ContextKind::StreamServer => context::STREAM_SERVER,
        ContextKind::StreamUpstream => context::STREAM_UPSTREAM,
        ContextKind::Data | ContextKind::Other => context::OTHER,
    }
}
