//! Secrets in the tree of a file: those of all its statements, or of what stands on one line.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use foldhash::fast::RandomState;
use memchr::memmem;
use wslint_model::Content;
use wslint_syntax::nginx::{BlockKind, DirectiveId};
use wslint_syntax::{Span, haproxy, nginx};

use super::statement::{self, Look, Table, Word};

/// How many names of directives are remembered.
const MOST_NAMES: usize = 1000;
/// How many statements of one line are looked at.
const MOST_ON_A_LINE: usize = 200;

/// Seeks the secrets of all statements. A large configuration has the same few names again and again: what was found of
/// each is remembered.
#[derive(Default)]
pub(super) struct Seeker<'p> {
    /// Where nginx's directives of a name may hold a secret.
    directives: HashMap<Cow<'p, [u8]>, Look, RandomState>,
    /// The words behind such names, with whether they may be names of secrets.
    firsts: HashMap<Cow<'p, str>, bool, RandomState>,
    /// The words of HAProxy that fetch something, with whether it may be a secret.
    fetches: HashMap<&'p [u8], bool, RandomState>,
}

impl<'p> Seeker<'p> {
    /// Tells of each secret of a file's statements where it stands, and its value.
    pub(super) fn seek(&mut self, content: &'p Content, mut found: impl FnMut(Range<usize>, &str)) {
        match content {
            Content::Nginx(tree) => self.seek_nginx(tree, &mut found),
            Content::Haproxy(tree) => self.seek_haproxy(tree, &mut found),
            Content::Beside(_) => {}
        }
    }

    fn seek_nginx(&mut self, tree: &'p nginx::Tree, found: &mut impl FnMut(Range<usize>, &str)) {
        for id in tree.ids() {
            if !(in_table(tree, id) || self.may_hold(tree, id)) {
                continue;
            }
            let words = words_of(tree, id);
            for range in statement::of_nginx(&words, table_of(tree, id).as_ref().map(Names::table)) {
                found(range.clone(), &String::from_utf8_lossy(&tree.source()[range]));
            }
        }
    }

    fn may_hold(&mut self, tree: &'p nginx::Tree, id: DirectiveId) -> bool {
        let Self { directives, firsts, .. } = self;
        let look = |name| known(directives, name, |name| Look::at(&String::from_utf8_lossy(name)));
        let names = |first| known(firsts, first, |first| statement::may_name_secret(first));
        may_hold(tree, id, look, names)
    }

    fn seek_haproxy(&mut self, tree: &'p haproxy::Tree, found: &mut impl FnMut(Range<usize>, &str)) {
        // What is nowhere in the file need not be sought in its lines.
        let here = TELLING.iter().filter(|word| tree.may_hold(word));
        let finders: Vec<memmem::Finder<'_>> = here.map(memmem::Finder::new).collect();
        let tells = |line: &[u8]| finders.iter().any(|finder| finder.find(line).is_some());
        for line in tree.lines().iter().filter(|line| tree.line_may_hold(line, tells)) {
            if !tree.words(line).iter().any(|word| self.may_tell(tree.text(word))) {
                continue;
            }
            let words = line_words(tree, line);
            for range in statement::of_haproxy(&words) {
                let word = words.iter().find(|word| word.range == range);
                let part = || String::from_utf8_lossy(&tree.source()[range.clone()]);
                found(range.clone(), &word.map_or_else(part, |word| word.text.clone()));
            }
        }
    }

    /// Whether it is worth looking for secrets in a line of HAProxy that has this word.
    fn may_tell(&mut self, word: &'p [u8]) -> bool {
        if is_telling(word) {
            return true;
        }
        if memchr::memchr(b'(', word).is_none() {
            return false;
        }
        known(&mut self.fetches, word, |word| statement::names_secret(&String::from_utf8_lossy(word)))
    }
}

/// What is found of a name, which is remembered unless that is known of so many already.
fn known<K: Eq + Hash, V: Copy>(
    known: &mut HashMap<K, V, RandomState>,
    name: K,
    find: impl FnOnce(&K) -> V,
) -> V {
    if let Some(found) = known.get(&name) {
        return *found;
    }
    let found = find(&name);
    if known.len() < MOST_NAMES {
        known.insert(name, found);
    }
    found
}

/// Whether it is worth looking at a directive that stands in no table, by its name and by whether the word behind it may
/// name a secret.
fn may_hold<'t>(
    tree: &'t nginx::Tree,
    id: DirectiveId,
    look: impl FnOnce(Cow<'t, [u8]>) -> Look,
    names_secret: impl FnOnce(Cow<'t, str>) -> bool,
) -> bool {
    match look(tree.name(id)) {
        Look::Nowhere => false,
        Look::Anywhere => true,
        Look::BehindName => {
            let first = tree.words(id).get(1);
            names_secret(first.map_or(Cow::Borrowed(""), |word| tree.string(word)))
        }
    }
}

/// The words of HAProxy that may stand in front of a secret, and what is in each sample and in each variable that is set.
const TELLING: [&[u8]; 20] = [
    b"stats",
    b"setenv",
    b"presetenv",
    b"set-var",
    b"set-var-fmt",
    b"dynamic-cookie-key",
    b"tcp-check",
    b".if",
    b".elif",
    b"set-header",
    b"add-header",
    b"hdr",
    b"replace-header",
    b"replace-value",
    b"password",
    b"insecure-password",
    b"http_auth_pass",
    b"http_auth_bearer",
    LUA,
    b"(",
];

/// What the actions and samples of scripts begin with.
const LUA: &[u8] = b"lua.";

/// Whether a word is one of these that stand alone.
fn is_telling(word: &[u8]) -> bool {
    TELLING.contains(&word) || word.starts_with(LUA)
}

fn in_table(tree: &nginx::Tree, id: DirectiveId) -> bool {
    let block = tree.parent(id).and_then(|parent| tree.block(parent));
    block.is_some_and(|block| block.kind == BlockKind::Data)
}

/// What a table looks up, and the variable that it gives.
struct Names<'t> {
    source: Cow<'t, str>,
    variable: Cow<'t, str>,
}

impl Names<'_> {
    fn table(&self) -> Table<'_> {
        Table { source: &self.source, variable: &self.variable }
    }
}

fn table_of(tree: &nginx::Tree, id: DirectiveId) -> Option<Names<'_>> {
    let parent = tree.parent(id).filter(|_| in_table(tree, id))?;
    let words = tree.words(parent);
    let text = |at: usize| words.get(at).map_or(Cow::Borrowed(""), |word| tree.string(word));
    Some(Names { source: text(1), variable: text(words.len().saturating_sub(1)) })
}

fn words_of(tree: &nginx::Tree, id: DirectiveId) -> Vec<Word<'_>> {
    let word = |word: &nginx::Word| Word { text: tree.string(word), range: word.span.range() };
    tree.words(id).iter().map(word).collect()
}

fn line_words<'t>(tree: &'t haproxy::Tree, line: &haproxy::Line) -> Vec<Word<'t>> {
    let word = |word: &'t haproxy::Word| Word {
        text: match tree.string(word) {
            Some(text) => Cow::Borrowed(text),
            None => String::from_utf8_lossy(tree.text(word)),
        },
        range: word.span.range(),
    };
    tree.words(line).iter().map(word).collect()
}

/// Whether a line holds nothing but whole statements, none of them an entry of a table: others that are the same to the byte
/// hold the same secrets.
pub(super) fn holds_whole_statements(tree: &nginx::Tree, line: Span) -> bool {
    let low = tree.first_from(line.start).map_or(tree.len(), |id| id.0 as usize);
    let ids = |from: usize| (from..tree.len()).map(|id| DirectiveId(id as u32));
    let before = low.checked_sub(1).map(|id| tree.statement(DirectiveId(id as u32)).end);
    before.is_none_or(|end| end <= line.start)
        && ids(low)
            .take_while(|&id| tree.statement(id).start < line.end)
            .all(|id| tree.statement(id).end <= line.end && !in_table(tree, id))
}

/// The secrets of the statements that stand on a line, or reach onto it from an earlier one.
pub(super) fn of_nginx_line(tree: &nginx::Tree, line: Span) -> Vec<Range<usize>> {
    let start = |id: usize| tree.statement(DirectiveId(id as u32)).start;
    let low = tree.first_from(line.start).map_or(tree.len(), |id| id.0 as usize);
    let on_line =
        (low.saturating_sub(1)..tree.len()).take_while(|&id| start(id) < line.end.max(line.start + 1));
    let ids = on_line.take(MOST_ON_A_LINE).map(|id| DirectiveId(id as u32));
    let look = |name: Cow<'_, [u8]>| Look::at(&String::from_utf8_lossy(&name));
    let names = |first: Cow<'_, str>| statement::may_name_secret(&first);
    let telling = ids.filter(|&id| in_table(tree, id) || may_hold(tree, id, look, names));
    telling
        .flat_map(|id| {
            statement::of_nginx(&words_of(tree, id), table_of(tree, id).as_ref().map(Names::table))
        })
        .filter(|range| range.start < line.end as usize && range.end > line.start as usize)
        .collect()
}

/// The secrets of the statement that begins on a line.
pub(super) fn of_haproxy_line(tree: &haproxy::Tree, line: Span) -> Vec<Range<usize>> {
    let lines = tree.lines();
    let first = lines.partition_point(|statement| statement.span.start < line.start);
    let here = lines.get(first).filter(|statement| statement.span.start < line.end);
    here.into_iter().flat_map(|statement| statement::of_haproxy(&line_words(tree, statement))).collect()
}
