//! What an affinity by address rests on: a table that remembers, and addresses that tell clients apart.

use super::cause::says;
use super::shared::Sought;
use super::tried::Tried;
use crate::choices;
use crate::config::duration;
use crate::questions as ask;
use crate::statement::Statement;
use wslint_model::{Facts, Origin};

/// Answers the questions about the memory of clients.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    behind_proxy(tried, facts);
    sticky_memory(tried, facts);
}

/// An entry must outlive the silence between two polls, and a busy site has more clients than a small table holds
/// (measured: with `expire 1s`, or `size 1`, polling clients lose their server).
fn sticky_memory(tried: &Tried<'_, '_>, facts: &mut Facts) {
    // Ping interval and ping timeout of Socket.IO.
    const SILENCE: u64 = 45_000;
    const FEW: u64 = 1_000;
    let config = tried.config;
    let Some(backend) = tried.backend() else { return };
    if !tried.polls() {
        return;
    }
    let Some(rule) = config.setting(backend, "stick on") else { return };
    let words = &rule.statement.words;
    let named = words.iter().position(|word| word.text == "table").and_then(|at| words.get(at + 1));
    let owner = named.and_then(|name| config.backend(name.text)).unwrap_or(backend);
    let Some(table) = config.setting(owner, "stick-table") else { return };
    let site = table.statement.site();
    let after = |keyword: &str| {
        let at = (1..table.statement.words.len()).find(|&at| table.statement.word(at) == keyword)?;
        table.statement.known(at + 1)
    };
    let expire = after("expire").and_then(|text| duration::parse(text).ok()).map(|time| time.milliseconds);
    let (word, words) = match (expire, after("size").and_then(size)) {
        (Some(expire), _) if expire < SILENCE => (
            choices::StickyMemory::ExpiresEarly,
            format!("an entry is forgotten after {}", duration::in_words(expire)),
        ),
        (_, Some(size)) if size < FEW => {
            (choices::StickyMemory::Small, format!("the table holds {size} clients"))
        }
        _ => (choices::StickyMemory::Fits, "the table remembers the clients".to_owned()),
    };
    facts.answer(&ask::STICKY_MEMORY, word, says(Origin::Set, site, words));
}

/// A size with the suffix `k`, `m` or `g` (manual, section 4.2 "stick-table").
fn size(text: &str) -> Option<u64> {
    let number = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let factor = match &text[number.len()..] {
        "" => 1,
        "k" | "K" => 1 << 10,
        "m" | "M" => 1 << 20,
        "g" | "G" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// Whether the configuration reads the client's address from a header, so that what connects is another proxy.
fn behind_proxy(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let section = tried.config.proxy(tried.candidate.frontend);
    if section.binds.iter().any(|bind| bind.accept_proxy) {
        return;
    }
    let first = |sought: Sought, is: fn(&Statement<'_>) -> bool| {
        tried.ends().find_map(|end| {
            let (section, place) = tried.shared.place_above(sought, end, is)?;
            Some(&tried.config.proxy(section).statements[place])
        })
    };
    if tried.shared.may_set_source() && first(Sought::SetSource, |line| line.word(1) == "set-src").is_some() {
        return;
    }
    if let Some(line) = first(Sought::ForwardedFor, reads_forwarded_for) {
        let words = "this takes the client's address from a header: another proxy stands in front";
        facts.answer(&ask::BEHIND_PROXY, true, says(Origin::Set, line.site(), words));
    }
}

/// Whether a line asks a header for the address of the client.
fn reads_forwarded_for(line: &Statement<'_>) -> bool {
    const NAME: &[u8] = b"forwarded-for";
    let names = |written: &[u8]| {
        memchr::memchr2_iter(b'f', b'F', written)
            .any(|at| written.get(at..at + NAME.len()).is_some_and(|there| there.eq_ignore_ascii_case(NAME)))
    };
    let asks = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("hdr(x-forwarded-for") || text.contains("hdr_ip(x-forwarded-for")
    };
    line.words.may_hold(names) && line.words.iter().any(|word| asks(word.text))
}
