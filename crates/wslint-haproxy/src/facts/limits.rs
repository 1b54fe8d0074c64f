//! Limits, health checks and reloads: what ends or blocks long-lived connections beside timeouts.

use super::cause::{says, set_at};
use super::refusals::refuses;
use super::tls::HTTPS;
use super::tried::Tried;
use crate::acl::condition::Asked;
use crate::acl::test::Test;
use crate::choices;
use crate::config::Config;
use crate::config::action::{Rule, Stage};
use crate::config::duration;
use crate::config::proxy::ProxyId;
use crate::config::server::Server;
use crate::questions as ask;
use crate::routes::probe;
use wslint_model::duration::in_words;
use wslint_model::{Cause, Facts, Known, Milliseconds, Origin, Role};

/// Answers the questions about limits, checks and reloads.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    if let Some(line) = config.global("hard-stop-after")
        && let Some(time) = line.known(1).and_then(|text| duration::parse(text).ok())
    {
        facts.answer(&ask::HARD_STOP, Milliseconds(time.milliseconds), set_at(line.site()));
    }
    head_room(config, facts);
    frontend_limit(tried, facts);
    rate_limit(tried, facts);
    let Some(backend) = tried.backend() else { return };
    server_limit(tried, backend, facts);
    health_check(tried, backend, facts);
    balance(tried, backend, facts);
}

/// `maxconn` of the frontend, its `defaults` or `global`, whichever is the smallest.
fn frontend_limit(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let own = config.setting(tried.candidate.frontend, "maxconn").map(|found| found.statement);
    let all = own.into_iter().chain(config.global("maxconn"));
    let smallest = all
        .filter_map(|line| Some((line.known(1)?.parse::<u64>().ok()?, line.site())))
        .filter(|(limit, _)| *limit > 0)
        .min_by_key(|(limit, _)| *limit);
    if let Some((limit, site)) = smallest {
        facts.answer(&ask::FRONTEND_LIMIT, limit, set_at(site));
    }
}

/// A WebSocket holds its place on a server for life. `minconn` makes the limit grow with the load of the backend,
/// up to `maxconn` at `fullconn`: where it grows more slowly than the load, `minconn` is what counts (measured).
/// Without `maxconn` `minconn` is the limit (server.c).
fn server_limit(tried: &Tried<'_, '_>, backend: ProxyId, facts: &mut Facts) {
    let config = tried.config;
    let section = config.proxy(backend);
    let servers = config.usable(backend);
    let site = |server: &Server| section.statements[server.statement].site();
    let limit = |value: Option<u64>| value.filter(|&value| value > 0);
    let full = config.setting(backend, "fullconn").and_then(|found| found.statement.known(1)?.parse().ok());
    let grows_slowly = |most: u64| full.is_some_and(|full: u64| most * (servers.len() as u64) < full);
    let narrowest = servers
        .iter()
        .filter_map(|server| {
            let limits = (limit(server.settings.minconn), limit(server.settings.maxconn));
            let slots = match limits {
                (Some(least), Some(most)) if least < most && grows_slowly(most) => least,
                (least, most) => most.or(least)?,
            };
            Some((slots, server))
        })
        .min_by_key(|(limit, _)| *limit);
    if let Some((limit, server)) = narrowest {
        let words = format!("this server takes {limit} connections at once");
        facts.answer(&ask::SERVER_LIMIT, limit, says(Origin::Set, site(server), words));
    }
    if let Some(server) = servers.iter().find(|server| server.settings.shutdown_when_down) {
        let words = "a failed check closes all connections to this server";
        facts.answer(&ask::SHUTDOWN_WHEN_DOWN, true, says(Origin::Set, site(server), words));
    }
}

/// Longer heads than `tune.bufsize` less `tune.maxrewrite` are refused (measured: 400; 414 and 431 from 3.2 on).
fn head_room(config: &Config<'_>, facts: &mut Facts) {
    let Some(line) = config.global("tune.bufsize").or(config.global("tune.maxrewrite")) else { return };
    let buffer = config.global_number("tune.bufsize").unwrap_or(16_384);
    let room = buffer.saturating_sub(config.global_number("tune.maxrewrite").unwrap_or(1_024));
    let words = format!("the head of a request may have {room} bytes");
    facts.answer(&ask::HEAD_ROOM, room, says(Origin::Set, line.site(), words));
}

/// What the health check asks for, and whether a server of WebSockets passes it.
fn health_check(tried: &Tried<'_, '_>, backend: ProxyId, facts: &mut Facts) {
    let config = tried.config;
    let section = config.proxy(backend);
    let checked = section.servers.iter().any(|server| server.settings.check);
    let Some(found) = config.option(backend, "httpchk") else {
        let by_default = Origin::Default(config.version);
        let (word, cause) = match checked {
            true => (choices::HealthCheck::Tcp, Cause::nowhere(by_default)),
            false => (
                choices::HealthCheck::None,
                says(by_default, section.header.site(), "none of its servers is checked"),
            ),
        };
        facts.answer(&ask::HEALTH_CHECK, word, cause);
        return;
    };
    let statement = found.statement;
    if statement.has_unknown() {
        facts.answer(&ask::HEALTH_CHECK, Known::Unknown, set_at(statement.site()));
        return;
    }
    let words: Vec<&str> = statement.words.iter().skip(2).map(|word| word.text).collect();
    let expects = config.setting(backend, "http-check expect").is_some();
    let sends = config.setting(backend, "http-check send").is_some();
    let text = words.join(" ");
    let connects = config.setting(backend, "http-check connect").is_some();
    let in_clear = |server: &Server| !server.settings.check || server.is_checked_in_clear(&HTTPS);
    // Where TLS lacks for everything that is another fault.
    let traffic_in_clear =
        config.is_http(backend) && section.servers.iter().any(|server| !server.settings.tls);
    let word = if words.iter().any(|word| word.contains("\\r\\n") || word.contains("\r\n")) {
        choices::HealthCheck::HiddenHeaders
    } else if !checked {
        choices::HealthCheck::Unused
    } else if !(expects || connects || traffic_in_clear) && section.servers.iter().all(in_clear) {
        choices::HealthCheck::ClearToTls
    } else if text.contains("transport=polling") {
        choices::HealthCheck::OpensSessions
    } else if expects || sends {
        choices::HealthCheck::Http
    } else if text.contains("/socket.io") && !text.contains("EIO=") {
        choices::HealthCheck::Refused
    } else if words.is_empty() {
        choices::HealthCheck::Bare
    } else {
        choices::HealthCheck::Http
    };
    facts.answer(&ask::HEALTH_CHECK, word, set_at(statement.site()));
}

/// Algorithms that leave a restarted server without connections for long.
fn balance(tried: &Tried<'_, '_>, backend: ProxyId, facts: &mut Facts) {
    let config = tried.config;
    let (word, cause) = match config.setting(backend, "balance") {
        None => (choices::Balance::Default, Cause::nowhere(Origin::Default(config.version))),
        Some(found) if found.statement.has_unknown() => return,
        Some(found) => {
            let name = found.statement.word(1);
            let word = match name.split('(').next().unwrap_or_default() {
                "roundrobin" => choices::Balance::Roundrobin,
                "static-rr" => choices::Balance::StaticRr,
                "leastconn" => choices::Balance::Leastconn,
                "source" => choices::Balance::Source,
                "first" => choices::Balance::First,
                "uri" => choices::Balance::Uri,
                "random" => choices::Balance::Random,
                _ => choices::Balance::Other,
            };
            (word, set_at(found.statement.site()))
        }
    };
    facts.answer(&ask::BALANCE, word, cause);
}

/// Rules that refuse a client after a number of requests or connections: a polling client makes about nine
/// requests to connect, and all clients behind one address count together.
fn rate_limit(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let mut sections = vec![tried.candidate.frontend];
    sections.extend(tried.backend().filter(|&backend| backend != tried.candidate.frontend));
    let mut lowest: Option<(Beyond, Cause)> = None;
    for id in sections {
        let section = config.proxy(id);
        for rule in section.rules.iter().filter(|rule| refuses(rule)) {
            let Some(limit) = limit_of(id, rule, tried) else { continue };
            if lowest.as_ref().is_none_or(|(before, _)| limit.count < before.count) {
                let words = format!("refuses a client with {}", limit.words);
                lowest = Some((limit, says(Origin::Set, section.statements[rule.statement].site(), words)));
            }
        }
    }
    if let Some((limit, cause)) = lowest {
        facts.answer(&ask::RATE_LIMIT, limit.count, cause.clone());
        facts.answer(&ask::REFUSED_BEYOND, limit.words, cause);
    }
}

/// Beyond what a rule refuses a client.
struct Beyond {
    count: u64,
    /// `more than 5 requests in 10 s`.
    words: String,
}

/// What counters of a client count, by the end of their name, and how people call it.
const COUNTERS: [(&str, &str); 4] = [
    ("conn_cur", "connections at once"),
    ("conn_rate", "connections"),
    ("http_req_rate", "requests"),
    ("sess_rate", "sessions"),
];

/// The threshold of a rule on counters of the client, if the handshake may meet the rule at all.
fn limit_of(id: ProxyId, rule: &Rule, tried: &Tried<'_, '_>) -> Option<Beyond> {
    let section = tried.config.proxy(id);
    let condition = rule.condition.as_ref().filter(|condition| !condition.unless)?;
    let counter = |test: &Test| -> Option<Beyond> {
        let fetch = test.fetch()?;
        let name = fetch.name.as_str();
        let (counter, things) = COUNTERS.iter().find(|(counter, _)| name.ends_with(counter))?;
        let of_client = name.starts_with("sc") || name.starts_with("src_");
        let pattern = test.patterns.first().filter(|_| of_client)?;
        let count = match pattern.text.split_once(' ')? {
            ("gt", number) => number.parse().ok()?,
            ("ge", number) => number.parse::<u64>().ok()?.saturating_sub(1),
            _ => return None,
        };
        let named = fetch.args.last().and_then(|name| tried.config.backend(name));
        let within = period(tried.config, named.unwrap_or(id), counter);
        let within = within.map_or(String::new(), |period| format!(" in {}", in_words(period)));
        Some(Beyond { count, words: format!("more than {count} {things}{within}") })
    };
    let path = tried.candidate.wish.path.as_deref().unwrap_or("/").split('?').next().unwrap_or("/");
    condition.alternatives.iter().find_map(|terms| {
        let spares = terms.iter().any(|term| {
            probe::tests_of(section, term).into_iter().any(|test| excludes(test, term.negated, path))
        });
        let limit = terms.iter().filter(|term| !term.negated).find_map(|term| match &term.asked {
            Asked::Anonymous(braces) => counter(&braces.test),
            Asked::Named(_) => probe::tests_of(section, term).into_iter().find_map(counter),
        });
        limit.filter(|_| !spares)
    })
}

/// Over how many milliseconds the stick table of a section takes the rate that this counter is, if it is one.
fn period(config: &Config<'_>, owner: ProxyId, counter: &str) -> Option<u64> {
    let table = config.setting(owner, "stick-table")?.statement;
    let stored = (1..table.words.len()).flat_map(|at| table.word(at).split(','));
    let mut periods =
        stored.filter_map(|data| data.strip_prefix(counter)?.strip_prefix('(')?.strip_suffix(')'));
    duration::parse(periods.next()?).ok().map(|time| time.milliseconds)
}

/// Whether a test of the path or of `Upgrade` keeps handshakes out of a rule.
fn excludes(test: &Test, negated: bool, path: &str) -> bool {
    if test.header().as_deref() == Some("upgrade") {
        return negated;
    }
    let of_path = test.fetch().is_some_and(|call| matches!(call.name.as_str(), "path" | "url" | "req.path"));
    let value = crate::acl::sample::Value::Text(path.to_owned());
    let hits = test
        .patterns
        .iter()
        .any(|pattern| pattern.matches(test.method, test.ignore_case, &value) == Some(true));
    of_path && hits == negated
}

/// Whether a rule belongs to `http-request`, for the notes that speak of frames.
pub(super) fn is_request_rule(rule: &Rule) -> bool {
    rule.stage == Stage::HttpRequest
}

/// A role in words, for causes with several marks.
pub(super) fn role(words: &str) -> Role {
    Role::Says(words.to_owned())
}
