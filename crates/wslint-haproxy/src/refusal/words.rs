//! What HAProxy refuses of words by its tables: those that no version has, those that the target does not have yet or
//! has no more, those that stand in a wrong section, and prefixes and arguments that they do not take.

use std::borrow::Cow;

use wslint_syntax::haproxy::Prefix;

use super::complaint::{Complaint, Fault};
use super::found::Found;
use crate::config::proxy::{Kind, Proxy};
use crate::keywords::place::{self, Places};
use crate::keywords::{self, Keyword, Lookup, Table};
use crate::statement::Statement;
use wslint_model::{Site, Version};

/// The first version in which `expose-experimental-directives` exists.
const EXPERIMENTS: Version = Version(2, 4, 0);

/// HAProxy gives up after so many errors. What was meant is not sought for more of them, since the search takes its time.
const SOUGHT: usize = 50;

/// A word that is looked up, as messages show it: `option httplog`, of which only the end is in the table.
pub(super) struct Wanted<'a> {
    /// Where to look.
    pub(super) table: &'static Table,
    /// What stands before the word when it is shown: `option `.
    pub(super) before: &'a str,
    /// The word.
    pub(super) word: &'a str,
    /// What stands behind the words that say that it is not known: ` in `global``.
    pub(super) place: &'a str,
}

impl<'c> Found<'c> {
    /// The line of the table for a word; says why there is none.
    pub(super) fn known(
        &mut self,
        wanted: &Wanted<'_>,
        places: Places,
        site: Site,
    ) -> Option<&'static Keyword> {
        let Wanted { table, before, word, place } = wanted;
        let (fault, words) = match table.find_at(word, self.version, places) {
            Lookup::Known(keyword) => return Some(keyword),
            Lookup::TooNew(keyword, since) => {
                let target = self.version;
                let name = keyword.name;
                let words = format!(
                    "`{before}{name}` came with HAProxy {}, and the target is {target}",
                    since.short()
                );
                (Fault::TooNew, words)
            }
            Lookup::Gone(keyword, until) => {
                let gone = format!("`{before}{}` is gone since {}", keyword.name, until.short());
                let words = match keyword.life.instead {
                    "" => gone,
                    instead => format!("{gone}; write `{instead}`"),
                };
                (Fault::Removed, words)
            }
            Lookup::Unknown => {
                let unknown = format!("HAProxy knows no `{before}{word}`{place}");
                let sought = self.complaints.len() < SOUGHT;
                let meant = sought.then(|| table.did_you_mean(word, self.version)).flatten();
                let words = match meant {
                    Some(meant) => format!("{unknown}; did you mean `{before}{meant}`?"),
                    None => unknown,
                };
                (Fault::UnknownWord, words)
            }
        };
        self.say(fault, site, words);
        None
    }

    /// A keyword of `global`.
    pub(super) fn global_keyword(&mut self, statement: &Statement<'_>) {
        let keyword = statement.word(0);
        let compound = starts_compound(&keywords::GLOBAL, keyword);
        if compound && statement.known(1).is_none() {
            return;
        }
        let word = &name(statement, compound);
        if self.section_of_another_version(keyword, statement.word_site(0)) {
            return;
        }
        if is_foreign(&keywords::GLOBAL, &keywords::PROXY, keyword) {
            let words = format!("`{keyword}` is a keyword of proxies, and not of `global`");
            self.say(Fault::Misplaced, statement.word_site(0), words);
            return;
        }
        let wanted = Wanted { table: &keywords::GLOBAL, before: "", word, place: " in `global`" };
        let Some(known) = self.known(&wanted, Places::MAX, statement.word_site(0)) else { return };
        self.prefix(statement, known, keyword);
        self.experimental(known, statement.site());
    }

    /// A keyword of a proxy; says whether its line may be read further.
    pub(super) fn proxy_keyword(&mut self, proxy: &Proxy<'_>, statement: &Statement<'c>) -> bool {
        let keyword = statement.word(0);
        let bit = bit(proxy.kind, &proxy.name);
        if let Some(&known) = self.keywords.get(&(bit, keyword)) {
            self.prefix(statement, known, keyword);
            if statement.prefix.is_none() {
                self.count(statement, known, 1);
            }
            return true;
        }
        let before = self.complaints.len();
        let compound = starts_compound(&keywords::PROXY, keyword);
        let word = &name(statement, compound);
        let site = statement.word_site(usize::from(compound));
        if self.section_of_another_version(keyword, site) {
            return false;
        }
        if is_foreign(&keywords::PROXY, &keywords::GLOBAL, keyword) {
            self.say(Fault::Misplaced, site, format!("`{keyword}` is a keyword of `global` only"));
            return false;
        }
        if keywords::PROXY.named(word).is_empty() && !keywords::OPTIONS.named(word).is_empty() {
            let words = match keywords::OPTIONS.find_at(word, self.version, Places::MAX) {
                Lookup::TooNew(_, since) => {
                    let since = since.short();
                    format!(
                        "HAProxy {} knows no `{word}`; as `option {word}` it came with {since}",
                        self.version
                    )
                }
                _ => format!("HAProxy knows no `{word}`; did you mean `option {word}`?"),
            };
            self.say(Fault::UnknownWord, site, words);
            return false;
        }
        let wanted = Wanted { table: &keywords::PROXY, before: "", word, place: "" };
        let Some(known) = self.known(&wanted, Places::MAX, site) else { return false };
        self.prefix(statement, known, keyword);
        self.section(proxy, statement, known);
        // `no log` takes back all of them.
        if statement.prefix.is_none() {
            self.count(statement, known, if compound { 2 } else { 1 });
        }
        if let Some(written) =
            statement.words.text_of(0).filter(|_| !compound && self.complaints.len() == before)
        {
            self.keywords.insert((bit, written), known);
        }
        true
    }

    /// Whether the lines of a keyword name its second word as well, in some places.
    pub(super) fn is_compound(&self, table: &Table, keyword: &str, places: Places) -> bool {
        let here = |known: &&Keyword| known.places & places != 0;
        let mut all = table.all().iter().filter(here);
        all.any(|known| known.name.strip_prefix(keyword).is_some_and(|rest| rest.starts_with(' ')))
    }

    /// A word that opens a section in another version stands in the section above it as if it were a keyword.
    fn section_of_another_version(&mut self, keyword: &str, site: Site) -> bool {
        let wanted = Wanted { table: &keywords::SECTIONS, before: "", word: keyword, place: "" };
        let opens = !keywords::SECTIONS.named(keyword).is_empty();
        opens && self.known(&wanted, Places::MAX, site).is_none()
    }

    /// Whether a section takes a keyword. What is merely ignored is no refusal.
    fn section(&mut self, proxy: &Proxy<'_>, statement: &Statement<'_>, known: &Keyword) {
        let name = known.name;
        let bit = bit(proxy.kind, &proxy.name);
        let words = if (known.places | known.ignored) & bit == 0 {
            let here = match proxy.kind {
                Kind::Defaults if known.places & place::NAMED_DEFAULTS != 0 => "`defaults` without a name",
                kind => &format!("a `{}` section", kind.keyword()),
            };
            format!("`{name}` is not taken in {here}")
        } else if bit == place::NAMED_DEFAULTS
            && known.places & place::DEFAULTS == 0
            && self.version < Version(2, 5, 0)
        {
            format!("`{name}` is not taken in `defaults` before 2.5")
        } else {
            return;
        };
        self.say(Fault::Misplaced, statement.site(), words);
    }

    /// The number of arguments. An empty word counts as none (measured).
    pub(super) fn count(&mut self, statement: &Statement<'_>, known: &Keyword, from: usize) {
        // More than enough need not be counted.
        let enough = known.arguments.most.map_or(0, |most| most + 1).max(known.arguments.least);
        let given = statement.words.filled(from, enough);
        if given < known.arguments.least {
            let words = format!("`{}` takes more than what stands here", known.name);
            self.say(Fault::UnknownWord, statement.site(), words);
        } else if let Some(most) = known.arguments.most.filter(|&most| given > most) {
            let words = match most {
                0 => format!("`{}` takes no value", known.name),
                1 => format!("`{}` takes one value", known.name),
                most => format!("`{}` takes {most} values", known.name),
            };
            self.say(Fault::UnknownWord, statement.word_site(from + most), words);
        }
    }

    /// `no` and `default`.
    fn prefix(&mut self, statement: &Statement<'_>, known: &Keyword, shown: &str) {
        if !self.takes(known, statement, 1) {
            let words = format!("`no` and `default` are not taken before `{shown}`");
            self.say(Fault::UnknownWord, statement.site(), words);
        }
    }

    /// Whether a keyword takes the prefix of its line. Before 3.4 HAProxy reads the last word of a line that begins with
    /// `default` twice, which most keywords refuse (measured).
    fn takes(&self, known: &Keyword, statement: &Statement<'_>, from: usize) -> bool {
        let twice = statement.words.len() - from + 1;
        match statement.prefix {
            None => true,
            Some(Prefix::No) => known.no,
            Some(Prefix::Default) => {
                known.default && (self.version >= Version(3, 4, 0) || known.arguments.take(twice))
            }
        }
    }

    /// What has to be allowed by `expose-experimental-directives`.
    pub(super) fn experimental(&mut self, known: &Keyword, site: Site) {
        let needs =
            known.experimental.is_some_and(|until| self.version < until) && self.version >= EXPERIMENTS;
        if needs && !self.exposed {
            let words =
                format!("`{}` needs `expose-experimental-directives` in `global`, above it", known.name);
            self.say(Fault::UnknownWord, site, words);
        }
    }

    /// A word of `option`.
    pub(super) fn option(&mut self, proxy: &Proxy<'_>, statement: &Statement<'_>) {
        let name = statement.word(1);
        let site = statement.site();
        let wanted = Wanted { table: &keywords::OPTIONS, before: "option ", word: name, place: "" };
        let Some(known) = self.known(&wanted, Places::MAX, statement.word_site(1)) else { return };
        let bit = bit(proxy.kind, &proxy.name);
        self.count(statement, known, 2);
        if !self.takes(known, statement, 2) {
            let prefix = if statement.prefix == Some(Prefix::No) { "no" } else { "default" };
            let words = format!("HAProxy {} takes no `{prefix}` before `option {name}`", self.version);
            self.say(Fault::UnknownWord, site, words);
        } else if name == "httpchk" && statement.word(4).contains("\r\n") && self.version >= Version(2, 8, 0)
        {
            let words = "headers hidden in the version string are refused since 2.8; use `http-check send`";
            self.say(Fault::Removed, site, words.to_owned());
        } else if known.places & bit == 0 {
            let fatal = known.ignored & bit == 0;
            // Where no version refuses it, it is a matter of taste.
            let refused_later = |later: &Keyword| {
                later.life.since > self.version && (later.places | later.ignored) & bit == 0
            };
            if fatal || keywords::OPTIONS.named(name).iter().any(refused_later) {
                let words = format!("`option {name}` is no option of a `{}`", proxy.kind.keyword());
                self.complaints.push(Complaint { fault: Fault::OptionInWrongSection, site, words, fatal });
            }
        }
    }

    /// The word behind a keyword that takes only some: `mode http`. What follows a parenthesis belongs to the word.
    pub(super) fn choice(&mut self, statement: &Statement<'_>) {
        let before = format!("{} ", statement.word(0));
        let word = statement.word(1);
        let name = word.split('(').next().unwrap_or_default();
        // Lua brings filters of its own.
        if name.is_empty() || name.starts_with("lua.") {
            return;
        }
        let wanted = Wanted { table: &keywords::WORDS, before: "", word: &(before + name), place: "" };
        self.known(&wanted, Places::MAX, statement.word_site(1));
    }

    /// The words of `bind` and of server lines, from a word on.
    pub(super) fn line_words(&mut self, table: &'static Table, statement: &Statement<'c>, from: usize) {
        let written = statement.words.written(from).map(|written| (&raw const *table, written));
        if written.is_some_and(|written| self.lines.contains(&written)) {
            return;
        }
        let complaints = self.complaints.len();
        self.each_line_word(table, statement, from);
        if let Some(written) = written.filter(|_| self.complaints.len() == complaints) {
            self.lines.insert(written);
        }
    }

    fn each_line_word(&mut self, table: &'static Table, statement: &Statement<'_>, from: usize) {
        let before = [statement.word(0), " … "].concat();
        let mut at = from;
        loop {
            let word = statement.word(at);
            if word.is_empty() {
                return;
            }
            let wanted = Wanted { table, before: &before, word, place: "" };
            let Some(known) = self.known(&wanted, Places::MAX, statement.word_site(at)) else { return };
            self.value(table, known, statement, at);
            at += keywords::width(known, statement.words.iter().skip(at + 1).map(|word| word.text));
        }
    }
}

/// Whether the lines of a keyword name its second word as well, as those of `timeout` do.
fn starts_compound(table: &Table, keyword: &str) -> bool {
    let begins = |known: &Keyword| known.name.strip_prefix(keyword).is_some_and(|rest| rest.starts_with(' '));
    table.named(keyword).is_empty() && table.all().iter().any(begins)
}

/// What the line of a statement is called in a table: its first word, or its first two.
fn name<'s>(statement: &'s Statement<'_>, compound: bool) -> Cow<'s, str> {
    match compound {
        true => format!("{} {}", statement.word(0), statement.word(1)).into(),
        false => statement.word(0).into(),
    }
}

/// Whether a word is known, but by another table.
fn is_foreign(table: &Table, other: &Table, keyword: &str) -> bool {
    let has = |table: &Table| !table.named(keyword).is_empty() || starts_compound(table, keyword);
    !has(table) && has(other)
}

fn bit(kind: Kind, name: &str) -> Places {
    match kind {
        Kind::Defaults if name.is_empty() => place::DEFAULTS,
        Kind::Defaults => place::NAMED_DEFAULTS,
        Kind::Frontend => place::FRONTEND,
        Kind::Listen => place::LISTEN,
        Kind::Backend => place::BACKEND,
    }
}
