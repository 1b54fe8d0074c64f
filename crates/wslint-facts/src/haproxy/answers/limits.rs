//! How much fits through, and for how long: connections, rates, memory, reloads.

use super::super::config::Config;
use super::super::condition::Test;
use super::super::dispatch::usable;
use super::super::duration;
use super::super::questions as ask;
use super::refusals::refuses;
use super::{Context, says, set_at};
use crate::fact::{Facts, Origin, Value};
use crate::traffic::Framework;

/// Answers the questions about limits.
pub(super) fn answer(context: &Context<'_, '_>, facts: &mut Facts) {
    of_servers(context, facts);
    of_frontend(context, facts);
    rate(context, facts);
    sticky_memory(context, facts);
    head(context.config, facts);
    hard_stop(context.config, facts);
    bandwidth(context, facts);
}

/// A WebSocket holds its place on a server for life. With `minconn` the limit stays there until the backend is
/// loaded, and without `maxconn` `minconn` is the limit (measured; server.c).
fn of_servers(context: &Context<'_, '_>, facts: &mut Facts) {
    let Some(backend) = context.backend() else { return };
    let section = context.config.proxy(backend);
    let narrowest = usable(&section.servers)
        .into_iter()
        .filter_map(|server| {
            let limit = |value: Option<u64>| value.filter(|&value| value > 0);
            let slots = [limit(server.settings.minconn), limit(server.settings.maxconn)];
            Some((slots.into_iter().flatten().min()?, server))
        })
        .min_by_key(|(slots, _)| *slots);
    if let Some((slots, server)) = narrowest {
        let site = section.statements[server.statement].site();
        let words = format!("this server takes {slots} connections at once");
        facts.answer(&ask::SERVER_SLOTS, Value::Number(slots), says(Origin::Set, site, words));
    }
}

/// What is beyond `maxconn` of the frontend or of the process stays in the kernel's queue, without an answer and
/// without a line in the log (measured).
fn of_frontend(context: &Context<'_, '_>, facts: &mut Facts) {
    let config = context.config;
    let number = |text: Option<&str>| text?.parse::<u64>().ok().filter(|&number| number > 0);
    let own = config.setting(context.attempt.frontend, "maxconn");
    let own = own.and_then(|found| Some((number(found.statement.known(1))?, found.statement.site())));
    let of_process = config.global("maxconn");
    let of_process = of_process.and_then(|line| Some((number(line.known(1))?, line.site())));
    if let Some((slots, site)) = own.into_iter().chain(of_process).min_by_key(|(slots, _)| *slots) {
        let words = format!("no more than {slots} connections are accepted");
        facts.answer(&ask::FRONTEND_SLOTS, Value::Number(slots), says(Origin::Set, site, words));
    }
}

/// The lowest rate or count of one address at which a rule refuses the handshake or the poll.
fn rate(context: &Context<'_, '_>, facts: &mut Facts) {
    let mut lowest = None;
    for journey in context.handshakes.iter().chain(&context.polls) {
        let Some((section, rule)) = context.ended_by(journey).filter(|(_, rule)| refuses(rule)) else {
            continue;
        };
        let site = context.config.proxy(section).statements[rule.statement].site();
        for threshold in context.tests(section, rule).into_iter().filter_map(threshold) {
            if lowest.is_none_or(|(before, _)| threshold < before) {
                lowest = Some((threshold, site));
            }
        }
    }
    if let Some((threshold, site)) = lowest {
        let words = format!("an address that exceeds {threshold} is refused");
        facts.answer(&ask::RATE_LIMIT, Value::Number(threshold), says(Origin::Set, site, words));
    }
}

/// The number that a test of a counter of requests or connections compares with.
fn threshold(test: &Test) -> Option<u64> {
    let name = test.fetch()?.name.as_str();
    let counts = ["http_req_rate", "conn_rate", "conn_cur", "sess_rate", "http_req_cnt", "conn_cnt", "sess_cnt"];
    let converter = test.expression.as_ref().and_then(|expression| expression.converters.last());
    let counts_by = |name: &str| counts.iter().any(|count| name.ends_with(count));
    let of_client = name.starts_with("sc") || name.starts_with("src_");
    if !(of_client && counts_by(name) || converter.is_some_and(|call| counts_by(&call.name))) {
        return None;
    }
    let text = test.patterns.first()?.text.as_str();
    let (operator, number) = text.split_once(' ').unwrap_or(("eq", text));
    let number: u64 = number.trim().parse().ok()?;
    match operator {
        "gt" => Some(number),
        "ge" => number.checked_sub(1),
        _ => None,
    }
}

/// An entry must outlive the silence between two polls, and a busy site has more clients than a small table holds
/// (measured: with `expire 1s`, or `size 1`, polling clients lose their server).
fn sticky_memory(context: &Context<'_, '_>, facts: &mut Facts) {
    // Ping interval and ping timeout of Socket.IO.
    const SILENCE: u64 = 45_000;
    const FEW: u64 = 1_000;
    let config = context.config;
    let Some(backend) = context.backend() else { return };
    if !context.attempt.evidence.framework.is_some_and(Framework::polls) {
        return;
    }
    let Some(rule) = config.setting(backend, "stick on") else { return };
    let words = &rule.statement.words;
    let named = words.iter().position(|word| word.text == "table").and_then(|at| words.get(at + 1));
    let owner = named.and_then(|name| config.backend(&name.text)).unwrap_or(backend);
    let Some(table) = config.setting(owner, "stick-table") else { return };
    let site = table.statement.site();
    let after = |keyword: &str| {
        let at = (1..table.statement.words.len()).find(|&at| table.statement.word(at) == keyword)?;
        table.statement.known(at + 1)
    };
    let expire = after("expire").and_then(|text| duration::parse(text).ok()).map(|time| time.milliseconds);
    let (word, words) = match (expire, after("size").and_then(size)) {
        (Some(expire), _) if expire < SILENCE => {
            ("expires-early", format!("an entry is forgotten after {}", duration::in_words(expire)))
        }
        (_, Some(size)) if size < FEW => ("small", format!("the table holds {size} clients")),
        _ => ("fits", "the table remembers the clients".to_owned()),
    };
    facts.answer(&ask::STICKY_MEMORY, Value::Choice(word), says(Origin::Set, site, words));
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

/// Longer heads than `tune.bufsize` less `tune.maxrewrite` are refused (measured: 400; 414 and 431 from 3.2 on).
fn head(config: &Config<'_>, facts: &mut Facts) {
    let Some(line) = config.global("tune.bufsize").or(config.global("tune.maxrewrite")) else { return };
    let buffer = config.global_number("tune.bufsize").unwrap_or(16_384);
    let room = buffer.saturating_sub(config.global_number("tune.maxrewrite").unwrap_or(1_024));
    let words = format!("the head of a request may have {room} bytes");
    facts.answer(&ask::HEAD_ROOM, Value::Number(room), says(Origin::Set, line.site(), words));
}

/// After a reload the old process keeps its WebSockets, for ever or until this (measured).
fn hard_stop(config: &Config<'_>, facts: &mut Facts) {
    let Some(line) = config.global("hard-stop-after") else { return };
    if let Some(time) = line.known(1).and_then(|text| duration::parse(text).ok()) {
        facts.answer(&ask::HARD_STOP, Value::Duration(time.milliseconds), set_at(line.site()));
    }
}

/// `filter bwlim-in` and `bwlim-out` see the frames of a tunnel (measured).
fn bandwidth(context: &Context<'_, '_>, facts: &mut Facts) {
    let by_default = context.sections().into_iter().find_map(|section| {
        let proxy = context.config.proxy(section);
        let filters = proxy.own("filter bwlim-in").chain(proxy.own("filter bwlim-out"));
        let limits = |word: &str| matches!(word, "default-limit" | "limit");
        let mut limiting = filters.filter(|line| line.words.iter().any(|word| limits(&word.text)));
        limiting.next().map(|line| line.site())
    });
    let by_rule = || {
        context.rules().find_map(|(_, line)| {
            let sets = line.words.iter().any(|word| word.text == "set-bandwidth-limit");
            sets.then(|| line.site())
        })
    };
    if let Some(site) = by_default.or_else(by_rule) {
        facts.answer(&ask::BANDWIDTH_LIMIT, Value::Flag(true), set_at(site));
    }
}
