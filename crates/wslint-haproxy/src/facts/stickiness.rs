//! Whether all requests of one Socket.IO client reach one server: long polling needs that (measured: without it
//! 0 to 1 of 6 clients connect).

use crate::acl::expression::Expression;
use crate::config::proxy::ProxyId;
use crate::config::server::Server;
use crate::facts::{Tried, answer_agreed, says, set_at};
use crate::questions as ask;
use wslint_model::{Cause, Facts, Origin, Role, Value};

/// Answers the questions about affinity.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let polled = tried.polled().map(|way| Some(affinity(tried, tried.way(&way)?, way.first().http)));
    answer_agreed(facts, &tried.plain, &ask::AFFINITY, polled);
    if let Some(backend) = tried.backend() {
        let servers: usize = tried.config.usable(backend).iter().map(|server| server.count).sum();
        let cause = Cause::nowhere(Origin::Derived);
        facts.answer(&ask::SERVERS, Value::Number(servers as u64), cause);
    }
}

fn affinity(tried: &Tried<'_, '_>, backend: ProxyId, http: bool) -> (Value, Cause) {
    let config = tried.config;
    let section = config.proxy(backend);
    let servers = config.usable(backend);
    let count: usize = servers.iter().map(|server| server.count).sum();
    let header = section.header.site();
    let hidden = section.statements.iter().any(crate::statement::Statement::has_unknown);
    if count <= 1 {
        // A template may make more servers of its one line.
        let value = if hidden { Value::Unknown } else { Value::Choice("one-server") };
        return (value, Cause::nowhere(Origin::Derived));
    }
    let mut failed = None;
    for kept in
        [by_balance(tried, backend), by_stick(tried, backend), by_cookie(tried, backend, &servers, http)]
    {
        match kept {
            Some((word @ ("kept" | "kept-by-address" | "kept-by-cookie" | "all-on-one"), cause)) => {
                return (Value::Choice(word), cause);
            }
            Some(("unknown", cause)) => return (Value::Unknown, cause),
            Some(other) => failed = Some(other),
            None => {}
        }
    }
    match failed {
        Some((word, cause)) => (Value::Choice(word), cause),
        None => {
            let words = format!("nothing keeps a client on one of the {count} servers");
            let cause = match config.setting(backend, "balance") {
                Some(found) => says(Origin::Set, found.statement.site(), words)
                    .and(header, Role::Says("nor does anything else in this section".to_owned())),
                None => says(Origin::Default(config.version), header, words),
            };
            // In mode tcp all polls on one connection reach one server.
            (Value::Choice(if http { "none" } else { "none-in-tcp" }), cause)
        }
    }
}

type Affinity = Option<(&'static str, Cause)>;

/// Algorithms that pick by something that stays the same for a client.
fn by_balance(tried: &Tried<'_, '_>, backend: ProxyId) -> Affinity {
    let found = tried.config.setting(backend, "balance")?;
    let statement = found.statement;
    if statement.undecided || statement.has_unknown() {
        return Some(("unknown", Cause::at(Origin::Unknown, statement.site(), Role::SetHere)));
    }
    let site = statement.site();
    let algorithm = statement.word(1);
    let call = Expression::parse(algorithm).map(|expression| expression.fetch);
    match call.as_ref().map_or(algorithm, |call| call.name.as_str()) {
        "source" => Some(("kept-by-address", set_at(site))),
        // `uri` hashes the path, which is one for all; `first` fills one server after the other.
        "uri" | "first" => Some(("all-on-one", set_at(site))),
        "hash" => Some((key_word(statement.word(2)), set_at(site))),
        "hdr" => Some(("kept", set_at(site))),
        "url_param" => Some(("varying-key", set_at(site))),
        "rdp-cookie" => Some(("varying-key", set_at(site))),
        _ => None,
    }
}

/// Whether the key of a hash or of a stick table is one for all requests of a client.
fn key_word(key: &str) -> &'static str {
    let Some(expression) = Expression::parse(key) else { return "unknown" };
    let call = &expression.fetch;
    let name = call.name.strip_prefix("req.").unwrap_or(&call.name);
    match name {
        "src" => "kept-by-address",
        "path" | "dst" | "ssl_fc_sni" => "all-on-one",
        "base" | "ssl_c_sha1" | "ssl_fc_session_id" => "kept",
        "hdr" | "fhdr" | "hdr_ip" => "kept",
        // The first request of a session has none of them, the next ones do.
        "urlp" | "url_param" if matches!(call.arg(0), "sid") => "varying-key",
        "cook" | "cookie" if matches!(call.arg(0), "io") => "varying-key",
        "cook" | "cookie" | "urlp" | "url_param" | "var" => "unknown",
        _ => "unknown",
    }
}

/// Stick tables.
fn by_stick(tried: &Tried<'_, '_>, backend: ProxyId) -> Affinity {
    let config = tried.config;
    let rule = ["stick on", "stick match"].into_iter().find_map(|key| config.setting(backend, key));
    let Some(rule) = rule else {
        let table = config.setting(backend, "stick-table")?;
        let stored = table.statement.words.iter().any(|word| word.text == "store");
        // A table that only counts is no attempt at affinity.
        return (!stored).then(|| ("table-without-stick", set_at(table.statement.site())));
    };
    let statement = rule.statement;
    if statement.undecided || statement.has_unknown() {
        return Some(("unknown", Cause::at(Origin::Unknown, statement.site(), Role::SetHere)));
    }
    if statement.word(1) == "match" && config.setting(backend, "stick store-request").is_none() {
        let stores = config.setting(backend, "stick store-response").is_some();
        return Some((if stores { "varying-key" } else { "table-without-stick" }, set_at(statement.site())));
    }
    Some((key_word(statement.word(2)), set_at(statement.site())))
}

/// The persistence cookie.
fn by_cookie(tried: &Tried<'_, '_>, backend: ProxyId, servers: &[&Server], http: bool) -> Affinity {
    let config = tried.config;
    let section = config.proxy(backend);
    let line = |server: &Server| section.statements[server.statement].site();
    let Some(found) = config.setting(backend, "cookie") else {
        let named = servers.iter().find(|server| server.settings.cookie.is_some());
        if let Some(server) = named {
            let words = "this value is never sent: the section has no `cookie` line";
            return Some(("cookie-undeclared", says(Origin::Set, line(server), words)));
        }
        let frontend = config.proxy(tried.candidate.frontend).own("cookie").next_back()?;
        return Some((
            "cookie-in-frontend",
            says(Origin::Dropped, frontend.site(), "HAProxy ignores this in a `frontend`"),
        ));
    };
    let statement = found.statement;
    let site = statement.site();
    if statement.undecided || statement.has_unknown() {
        return Some(("unknown", Cause::at(Origin::Unknown, site, Role::SetHere)));
    }
    if !http {
        return Some((
            "cookie-in-tcp",
            says(Origin::Dropped, site, "in `mode tcp` HAProxy neither reads nor sets cookies"),
        ));
    }
    let has = |option: &str| statement.words.iter().skip(2).any(|word| word.text == option);
    if has("dynamic") {
        return match config.setting(backend, "dynamic-cookie-key") {
            Some(_) => Some(("kept-by-cookie", set_at(site))),
            None => Some((
                "cookie-without-key",
                says(Origin::Set, site, "`dynamic` makes no value without a key"),
            )),
        };
    }
    if has("postonly") {
        return Some((
            "cookie-not-inserted",
            says(Origin::Set, site, "`postonly` sets no cookie on the first request, a GET"),
        ));
    }
    if !has("insert") {
        let name = statement.word(1);
        let words = format!("this relies on the application to set the cookie `{name}`");
        // Socket.IO sets no cookie of its own since version 3.
        let word = if name == "io" { "cookie-not-inserted" } else { "cookie-of-application" };
        return Some((word, says(Origin::Set, site, words)));
    }
    if let Some(server) =
        servers.iter().find(|server| server.settings.cookie.is_none() && !server.settings.unknown)
    {
        let words = "this server has no cookie value of its own";
        let cause = says(Origin::Set, site, "this cookie names a server by the `cookie` value of its line");
        return Some(("cookie-without-values", cause.and(line(server), Role::Says(words.to_owned()))));
    }
    for (index, server) in servers.iter().enumerate() {
        let same =
            |other: &&&Server| other.settings.cookie == server.settings.cookie && !other.settings.unknown;
        if let Some(other) = servers[..index].iter().find(same) {
            let words = "the same value as another server";
            let cause = says(Origin::Set, line(server), words);
            return Some(("cookie-duplicate", cause.and(line(other), Role::Says("this one".to_owned()))));
        }
    }
    if has("secure") {
        let listens_without_tls = config.proxy(tried.candidate.frontend).binds.iter().any(|bind| !bind.tls);
        let any_tls = config.proxy(tried.candidate.frontend).binds.iter().any(|bind| bind.tls);
        if listens_without_tls && !any_tls {
            return Some((
                "cookie-secure",
                says(Origin::Set, site, "`secure` cookies are not sent back over plain HTTP"),
            ));
        }
    }
    Some(("kept-by-cookie", set_at(site)))
}
