//! What HAProxy refuses in sections that are no proxies: words that they do not take, and names that nobody has.

use super::complaint::Fault;
use super::found::Found;
use super::words::Wanted;
use crate::config::Config;
use crate::config::proxy::Kind;
use crate::keywords::{self, place};
use crate::statement::Statement;

/// Whether a line may name a section that is no proxy. What a placeholder or an undecided branch hides may be right.
fn names_others(line: &Statement<'_>) -> bool {
    let keyword = matches!(line.word(0), "server" | "server-template" | "stick-table" | "filter");
    keyword && !line.undecided && !line.has_unknown()
}

impl Found<'_> {
    /// The lines of a section such as `resolvers`.
    pub(super) fn other_section(&mut self, header: &Statement<'_>, lines: &[Statement<'_>]) {
        let section = header.word(0);
        let Some(&(_, bit)) = place::OTHERS.iter().find(|(name, _)| *name == section) else { return };
        if header.words.len() < 2 && !header.undecided {
            self.say(Fault::UnknownWord, header.site(), format!("`{section}` takes a name"));
        }
        let alone = matches!(section, "cache" | "peers" | "userlist") && header.words.len() > 2;
        if alone && !header.has_unknown() {
            let words = format!("`{section}` takes a name and nothing else");
            self.say(Fault::UnknownWord, header.word_site(2), words);
        }
        // What a placeholder or an undecided branch hides may be right.
        for line in lines.iter().filter(|line| !line.undecided && !line.has_unknown()) {
            let compound = self.is_compound(&keywords::OTHERS, line.word(0), bit);
            let word = match compound {
                true => format!("{} {}", line.word(0), line.word(1)),
                false => line.word(0).to_owned(),
            };
            let of_proxies =
                keywords::OTHERS.named(&word).is_empty() && !keywords::PROXY.named(&word).is_empty();
            if of_proxies {
                let words = format!("`{word}` is a keyword of proxies, and not of `{section}`");
                self.say(Fault::Misplaced, line.word_site(0), words);
                continue;
            }
            let elsewhere = keywords::OTHERS.named(&word);
            if !elsewhere.is_empty() && elsewhere.iter().all(|known| known.places & bit == 0) {
                let words = format!("`{word}` is not taken in `{section}`");
                self.say(Fault::Misplaced, line.word_site(0), words);
                continue;
            }
            let place = format!(" in `{section}`");
            let wanted = Wanted { table: &keywords::OTHERS, before: "", word: &word, place: &place };
            let Some(known) = self.known(&wanted, bit, line.word_site(0)) else { continue };
            if line.prefix.is_none() {
                self.count(line, known, if compound { 2 } else { 1 });
            }
        }
    }

    /// Names of sections that servers, filters and stick tables speak of. In fragments they may stand elsewhere.
    pub(super) fn names_of_others(&mut self, config: &Config<'_>) {
        let hidden = config.others.iter().any(|(header, _)| header.has_unknown());
        if hidden || !config.may_hold(&[b"resolvers", b"peers", b"filter"]) {
            return;
        }
        for proxy in &config.proxies {
            for line in proxy.statements.iter().filter(|line| names_others(line)) {
                let value = |word: &str| {
                    let at = line.words.iter().position(|other| other.text == word)? + 1;
                    Some((line.known(at).filter(|name| !name.is_empty())?, at))
                };
                let named = match line.word(0) {
                    "server" | "server-template" => value("resolvers").map(|name| ("resolvers", name)),
                    "stick-table" => value("peers").map(|name| ("peers", name)),
                    "filter" if line.word(1) == "cache" && proxy.kind != Kind::Defaults => {
                        value("cache").map(|name| ("cache", name))
                    }
                    _ => None,
                };
                let Some((section, (name, at))) = named else { continue };
                // HAProxy itself brings a section `resolvers default` since 2.7.
                let brought = section == "resolvers" && name == "default";
                let mut all = config.others.iter().map(|(header, _)| (header.word(0), header.word(1)));
                if !brought && !all.any(|other| other == (section, name)) {
                    let words = format!("no `{section} {name}` in this configuration");
                    self.say(Fault::Undefined, line.word_site(at), words);
                }
            }
        }
    }
}
