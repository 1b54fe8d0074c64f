//! Every word that HAProxy's configuration language knows, with the versions that know it. The lines stand in
//! `data/haproxy`; the build script makes the tables.

pub mod place;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use foldhash::fast::FixedState;
use wslint_model::{Arguments, Defaults, Life, Version, spelling};

use self::place::Places;

include!(concat!(env!("OUT_DIR"), "/keywords.rs"));

/// One line of a table. A name has several where places or versions differ.
#[derive(Debug)]
pub struct Keyword {
    /// The name; two words where the second one belongs to it, as in `timeout client`.
    pub name: &'static str,
    /// Whether anything may follow the name within the word, as in `set-var(txn.x)` and `track-sc0`.
    pub open: bool,
    /// Where it is taken: the sections of a keyword or an option, the lists of an action; none in other tables.
    pub places: Places,
    /// Where it is taken with a warning and has no effect.
    pub ignored: Places,
    /// How many arguments it takes.
    pub arguments: Arguments,
    /// Whether `no` may stand before it.
    pub no: bool,
    /// Whether `default` may stand before it.
    pub default: bool,
    /// The feature that a build needs to know it; empty where all have it.
    pub build: &'static str,
    /// The first version in which it needs no `expose-experimental-directives`, if it ever did.
    pub experimental: Option<Version>,
    /// What a fetch method or converter yields, `str`, `sint`, `bool` …; how a test of this name compares, `beg`, `reg` …
    pub kind: &'static str,
    /// The fetch method that a test of this name looks at.
    pub fetch: &'static str,
    /// A line that is good; keywords of proxies only.
    pub example: &'static str,
    /// What holds without it: a value, or the keyword whose value it is.
    pub defaults: Defaults,
    /// The versions that know it.
    pub life: Life,
}

/// The words of one kind, sorted by name.
#[derive(Debug)]
pub struct Table {
    keywords: &'static [Keyword],
    /// Where the names are, found when first asked for.
    names: OnceLock<Names>,
}

/// The names of a table.
#[derive(Debug)]
struct Names {
    /// Where the lines of each are.
    lines: HashMap<&'static str, Range<usize>, FixedState>,
    /// Those that are [open](Keyword::open), which are few.
    open: Vec<&'static str>,
}

/// What a version makes of a word.
#[derive(Clone, Copy, Debug)]
pub enum Lookup {
    /// It takes it; the line says how.
    Known(&'static Keyword),
    /// It came with this later version.
    TooNew(&'static Keyword, Version),
    /// It is gone since that version.
    Gone(&'static Keyword, Version),
    /// No version has it.
    Unknown,
}

impl Table {
    /// All lines.
    pub fn all(&self) -> &'static [Keyword] {
        self.keywords
    }

    const fn new(keywords: &'static [Keyword]) -> Self {
        Self { keywords, names: OnceLock::new() }
    }

    /// The lines of a name: the whole word, else the longest name that it begins with and that is [open](Keyword::open).
    pub fn named(&self, word: &str) -> &'static [Keyword] {
        let exact = self.exactly(word);
        if !exact.is_empty() {
            return exact;
        }
        let open = self.names().open.iter().filter(|name| word.starts_with(**name));
        open.max_by_key(|name| name.len()).map_or(&[], |name| self.exactly(name))
    }

    fn exactly(&self, name: &str) -> &'static [Keyword] {
        self.names().lines.get(name).map_or(&[], |lines| &self.keywords[lines.clone()])
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut lines: HashMap<&str, Range<usize>, FixedState> = HashMap::default();
            for (at, keyword) in self.keywords.iter().enumerate() {
                lines.entry(keyword.name).or_insert(at..at).end = at + 1;
            }
            let open = self.keywords.iter().filter(|keyword| keyword.open).map(|keyword| keyword.name);
            let mut open: Vec<&str> = open.collect();
            open.dedup();
            Names { lines, open }
        })
    }

    /// What a version makes of a word. Whether a build has a feature is not known, so that a word that needs one is
    /// taken as it is.
    pub fn find(&self, word: &str, version: Version) -> Lookup {
        self.find_at(word, version, Places::MAX)
    }

    /// The same, where only some places count.
    pub fn find_at(&self, word: &str, version: Version, places: Places) -> Lookup {
        let here =
            |keyword: &&Keyword| keyword.places == 0 || (keyword.places | keyword.ignored) & places != 0;
        let keywords = || self.named(word).iter().filter(here);
        if let Some(keyword) = keywords().find(|keyword| keyword.life.has(version)) {
            return Lookup::Known(keyword);
        }
        // The next version that has it, else the last one that had it.
        let later = keywords().filter(|keyword| keyword.life.since > version);
        if let Some(keyword) = later.min_by_key(|keyword| keyword.life.since) {
            return Lookup::TooNew(keyword, keyword.life.since);
        }
        match keywords().max_by_key(|keyword| keyword.life.until) {
            Some(keyword) => keyword.life.until.map_or(Lookup::Unknown, |until| Lookup::Gone(keyword, until)),
            None => Lookup::Unknown,
        }
    }

    /// The name that a word that no version knows was meant to be, among those that a version has.
    pub fn did_you_mean(&self, word: &str, version: Version) -> Option<&'static str> {
        let alive = self.keywords.iter().filter(|keyword| keyword.life.has(version));
        spelling::nearest(word, alive.map(|keyword| keyword.name))
    }
}

/// How many words of a `bind` or server line a keyword takes, itself included; `rest` is what follows it. The address
/// of `source` may be followed by words of its own.
pub fn width<'w>(keyword: &Keyword, rest: impl Iterator<Item = &'w str>) -> usize {
    match keyword.arguments.most {
        Some(most) => 1 + most,
        None => {
            let own: Vec<&str> =
                rest.skip(1).step_by(2).take_while(|word| ["usesrc", "interface"].contains(word)).collect();
            2 + 2 * own.len()
        }
    }
}

#[cfg(test)]
mod tests;
