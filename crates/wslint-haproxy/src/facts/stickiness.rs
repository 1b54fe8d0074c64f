//! Whether all requests of one Socket.IO client reach one server: long polling needs that (measured: without it
//! 0 to 1 of 6 clients connect).

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::cause::{answer_agreed, says, set_at};
use super::tried::Tried;
use crate::acl::expression::Expression;
use crate::choices::Affinity;
use crate::config::action::{Action, Rule};
use crate::config::proxy::ProxyId;
use crate::config::server::Server;
use crate::questions as ask;
use wslint_model::{Cause, Facts, Known, Origin, Role};

/// Answers the questions about affinity.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let polled = tried.polled().map(|way| Some(affinity(tried, tried.way(&way)?, way.first().http)));
    answer_agreed(facts, &tried.plain, &ask::AFFINITY, polled);
    same_site(tried, facts);
}

/// Browsers send a cookie to a page of another site only if it says `SameSite=None` (RFC 6265bis, section 5.6.7.2).
fn same_site(tried: &Tried<'_, '_>, facts: &mut Facts) {
    if facts.value(&ask::AFFINITY) != Some(Affinity::KeptByCookie) {
        return;
    }
    let names = |rule: &Rule, wanted: &str| match &rule.action {
        Action::SetHeader(name, _) | Action::AddHeader(name, _) => name.eq_ignore_ascii_case(wanted),
        Action::ReplaceHeader { name, .. } => name.eq_ignore_ascii_case(wanted),
        _ => false,
    };
    let lets_in = tried.rules().find(|(rule, _)| names(rule, "access-control-allow-credentials"));
    let rewritten = tried.rules().any(|(rule, _)| names(rule, "set-cookie"));
    let same = tried.rules().any(|(rule, line)| {
        let of_host = |host: &str| line.words.iter().any(|word| is_of_site(word.text, host));
        names(rule, "access-control-allow-origin")
            && tried.candidate.wish.host.as_deref().is_some_and(of_host)
    });
    let cookie = tried.backend().and_then(|backend| tried.config.setting(backend, "cookie"));
    let (Some((_, line)), Some(cookie), false) = (lets_in, cookie, rewritten || same) else { return };
    let says_so = |word: &str| word.to_ascii_lowercase().replace(' ', "").contains("samesite=none");
    if !cookie.statement.words.iter().any(|word| says_so(word.text)) {
        let words = "this cookie is for pages of the same site alone";
        let others = Role::Says("pages of other sites are let in here".to_owned());
        let cause = says(Origin::Set, cookie.statement.site(), words).and(line.site(), others);
        facts.answer(&ask::SAME_SITE_MISSING, true, cause);
    }
}

/// Whether an origin is of the same site as a host, going by the last two labels of the names.
fn is_of_site(origin: &str, host: &str) -> bool {
    fn site(name: &str) -> Option<&str> {
        let name = name.split([':', '/']).next()?;
        let (dot, _) =
            name.rmatch_indices('.').nth(1).or(name.rmatch_indices('.').next().map(|_| (0, "")))?;
        Some(name[dot..].trim_start_matches('.'))
    }
    let of_origin = origin.split_once("://").and_then(|(_, authority)| site(authority));
    of_origin
        .is_some_and(|of_origin| site(host).is_some_and(|of_host| of_origin.eq_ignore_ascii_case(of_host)))
}

fn affinity(tried: &Tried<'_, '_>, backend: ProxyId, http: bool) -> (Known<Affinity>, Cause) {
    let config = tried.config;
    let section = config.proxy(backend);
    let servers = config.usable(backend);
    let count = config.different(backend);
    let header = section.header.site();
    let hidden = section.statements.iter().any(crate::statement::Statement::has_unknown);
    if count <= 1 {
        // A template may make more servers of its one line, and a name on several lines may be that of several servers.
        let several = servers.len() > 1 && servers.iter().all(|server| server.has_name());
        let value = if hidden || several { Known::Unknown } else { Known::Known(Affinity::Single) };
        return (value, Cause::nowhere(Origin::Derived));
    }
    let mut failed = None;
    for kept in
        [by_balance(tried, backend), by_stick(tried, backend), by_cookie(tried, backend, &servers, http)]
    {
        match kept {
            Some((Known::Known(affinity), cause)) if !keeps(affinity) => failed = Some((affinity, cause)),
            Some(decided) => return decided,
            None => {}
        }
    }
    match failed {
        Some((affinity, cause)) => (Known::Known(affinity), cause),
        None => {
            let words = format!("nothing keeps a client on one of the {count} servers");
            let cause = match config.setting(backend, "balance") {
                Some(found) => says(Origin::Set, found.statement.site(), words)
                    .and(header, Role::Says("nor does anything else in this section".to_owned())),
                None => says(Origin::Default(config.version), header, words),
            };
            // In mode tcp all polls on one connection reach one server.
            (Known::Known(if http { Affinity::None } else { Affinity::NoneInTcp }), cause)
        }
    }
}

/// Whether all requests of one client reach one server.
fn keeps(affinity: Affinity) -> bool {
    matches!(
        affinity,
        Affinity::Sticky | Affinity::KeptByAddress | Affinity::KeptByCookie | Affinity::AllOnOne
    )
}

/// What one of the ways to keep a client on a server does; `None` where it is not tried.
type Attempt = Option<(Known<Affinity>, Cause)>;

fn attempt(affinity: impl Into<Known<Affinity>>, cause: Cause) -> Attempt {
    Some((affinity.into(), cause))
}

/// Algorithms that pick by something that stays the same for a client.
fn by_balance(tried: &Tried<'_, '_>, backend: ProxyId) -> Attempt {
    let found = tried.config.setting(backend, "balance")?;
    let statement = found.statement;
    if statement.undecided || statement.has_unknown() {
        return attempt(Known::Unknown, Cause::at(Origin::Unknown, statement.site(), Role::SetHere));
    }
    let site = statement.site();
    let algorithm = statement.word(1);
    let call = Expression::parse(algorithm).map(|expression| expression.fetch);
    match call.as_ref().map_or(algorithm, |call| call.name.as_str()) {
        "source" => attempt(Affinity::KeptByAddress, set_at(site)),
        // `uri` hashes the path, which is one for all; `first` fills one server after the other.
        "uri" | "first" => attempt(Affinity::AllOnOne, set_at(site)),
        "hash" => attempt(of_key(tried, statement.word(2)), set_at(site)),
        "hdr" => attempt(of_header(tried, call.as_ref().map_or("", |call| call.arg(0))), set_at(site)),
        "url_param" => attempt(of_parameter(statement.word(2)), set_at(site)),
        "rdp-cookie" => attempt(Affinity::UnstableKey, set_at(site)),
        _ => None,
    }
}

/// Whether a header field is one for all requests of a client. What HAProxy itself adds by `option forwardfor` comes after the
/// server was picked (measured).
fn of_header(tried: &Tried<'_, '_>, name: &str) -> Known<Affinity> {
    /// What browsers send with polls and handshakes alike.
    const OF_BROWSERS: [&str; 4] = ["user-agent", "accept-language", "accept-encoding", "dnt"];
    /// What proxies and delivery networks in front say of the client.
    const OF_PROXIES: [&str; 9] = [
        "x-forwarded-for",
        "x-real-ip",
        "forwarded",
        "cf-connecting-ip",
        "true-client-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "fastly-client-ip",
        "x-original-forwarded-for",
    ];
    let name = name.to_ascii_lowercase();
    let is_set = tried.rules().any(|(rule, _)| match &rule.action {
        Action::SetHeader(set, _) | Action::AddHeader(set, _) => set.eq_ignore_ascii_case(&name),
        Action::Script | Action::Agent => true,
        _ => false,
    });
    let ends = [Some(tried.candidate.frontend), tried.backend()];
    let added_later = name == "x-forwarded-for"
        && ends.into_iter().flatten().any(|end| tried.config.option(end, "forwardfor").is_some());
    Known::Known(match name.as_str() {
        "host" => Affinity::AllOnOne,
        "cookie" | "authorization" | "origin" | "referer" => return Known::Unknown,
        _ if is_set || OF_BROWSERS.contains(&name.as_str()) => Affinity::Sticky,
        _ if OF_PROXIES.contains(&name.as_str()) && !added_later => Affinity::Sticky,
        _ => Affinity::AbsentHeader,
    })
}

/// Whether the key of a hash or of a stick table is one for all requests of a client.
fn of_key(tried: &Tried<'_, '_>, key: &str) -> Known<Affinity> {
    let Some(expression) = Expression::parse(key) else { return Known::Unknown };
    let call = &expression.fetch;
    let name = call.name.strip_prefix("req.").unwrap_or(&call.name);
    match name {
        "src" => Known::Known(Affinity::KeptByAddress),
        "path" | "dst" | "ssl_fc_sni" => Known::Known(Affinity::AllOnOne),
        "base" | "ssl_c_sha1" | "ssl_fc_session_id" => Known::Known(Affinity::Sticky),
        "hdr" | "fhdr" | "hdr_ip" => of_header(tried, call.arg(0)),
        "urlp" | "url_param" => of_parameter(call.arg(0)),
        // The first request of a session has none, the next ones do.
        "cook" | "cookie" if matches!(call.arg(0), "io") => Known::Known(Affinity::UnstableKey),
        _ => Known::Unknown,
    }
}

/// Whether a parameter of the query is one for all requests of a client. The server makes the id of a session when it answers
/// the first request, each poll has a time of its own, and the transport changes; what the page adds goes with all of them.
fn of_parameter(name: &str) -> Known<Affinity> {
    match name {
        "sid" | "t" | "transport" => Known::Known(Affinity::UnstableKey),
        "EIO" => Known::Known(Affinity::AllOnOne),
        _ => Known::Unknown,
    }
}

/// Stick tables.
fn by_stick(tried: &Tried<'_, '_>, backend: ProxyId) -> Attempt {
    let config = tried.config;
    let rule = ["stick on", "stick match"].into_iter().find_map(|key| config.setting(backend, key));
    let Some(rule) = rule else {
        let table = config.setting(backend, "stick-table")?;
        let stored = table.statement.words.iter().any(|word| word.text == "store");
        // A table that only counts is no attempt at affinity.
        return (!stored).then(|| (Affinity::TableWithoutStick.into(), set_at(table.statement.site())));
    };
    let statement = rule.statement;
    if statement.undecided || statement.has_unknown() {
        return attempt(Known::Unknown, Cause::at(Origin::Unknown, statement.site(), Role::SetHere));
    }
    if statement.word(1) == "match" && config.setting(backend, "stick store-request").is_none() {
        let stores = config.setting(backend, "stick store-response").is_some();
        return attempt(
            if stores { Affinity::UnstableKey } else { Affinity::TableWithoutStick },
            set_at(statement.site()),
        );
    }
    attempt(of_key(tried, statement.word(2)), set_at(statement.site()))
}

/// The persistence cookie.
fn by_cookie(tried: &Tried<'_, '_>, backend: ProxyId, servers: &[&Server], http: bool) -> Attempt {
    let config = tried.config;
    let section = config.proxy(backend);
    let line = |server: &Server| section.statements[server.statement].site();
    let Some(found) = config.setting(backend, "cookie") else {
        let named = servers.iter().find(|server| server.cookie.is_some());
        if let Some(server) = named {
            let words = "this value is never sent: the section has no `cookie` line";
            return attempt(Affinity::CookieUndeclared, says(Origin::Set, line(server), words));
        }
        let frontend = config.proxy(tried.candidate.frontend).own("cookie").next_back()?;
        return attempt(
            Affinity::CookieInFrontend,
            says(Origin::Dropped, frontend.site(), "HAProxy ignores this in a `frontend`"),
        );
    };
    let statement = found.statement;
    let site = statement.site();
    if statement.undecided || statement.has_unknown() {
        return attempt(Known::Unknown, Cause::at(Origin::Unknown, site, Role::SetHere));
    }
    if !http {
        return attempt(
            Affinity::CookieInTcp,
            says(Origin::Dropped, site, "in `mode tcp` HAProxy neither reads nor sets cookies"),
        );
    }
    let has = |option: &str| statement.words.iter().skip(2).any(|word| word.text == option);
    if has("dynamic") {
        return match config.setting(backend, "dynamic-cookie-key") {
            Some(_) => attempt(Affinity::KeptByCookie, set_at(site)),
            None => attempt(
                Affinity::CookieWithoutKey,
                says(Origin::Set, site, "`dynamic` makes no value without a key"),
            ),
        };
    }
    if has("postonly") {
        return attempt(
            Affinity::CookieNotInserted,
            says(Origin::Set, site, "`postonly` sets no cookie on the first request, a GET"),
        );
    }
    if !has("insert") {
        let name = statement.word(1);
        let words = format!("this relies on the application to set the cookie `{name}`");
        // Socket.IO sets no cookie of its own since version 3.
        let word = if name == "io" { Affinity::CookieNotInserted } else { Affinity::CookieOfApplication };
        return attempt(word, says(Origin::Set, site, words));
    }
    if let Some(server) = servers.iter().find(|server| server.cookie.is_none() && !server.settings.unknown) {
        let words = "this server has no cookie value of its own";
        let cause = says(Origin::Set, site, "this cookie names a server by the `cookie` value of its line");
        return attempt(Affinity::CookieWithoutValues, cause.and(line(server), Role::Says(words.to_owned())));
    }
    let mut first: HashMap<Option<&str>, &Server, RandomState> = HashMap::default();
    for server in servers {
        if let Some(other) = first.get(&server.cookie.as_deref()) {
            let words = "the same value as another server";
            let cause = says(Origin::Set, line(server), words);
            return attempt(
                Affinity::CookieDuplicate,
                cause.and(line(other), Role::Says("this one".to_owned())),
            );
        }
        if !server.settings.unknown {
            first.insert(server.cookie.as_deref(), server);
        }
    }
    if has("secure") {
        let listens_without_tls = config.proxy(tried.candidate.frontend).binds.iter().any(|bind| !bind.tls);
        let any_tls = config.proxy(tried.candidate.frontend).binds.iter().any(|bind| bind.tls);
        if listens_without_tls && !any_tls {
            return attempt(
                Affinity::CookieSecure,
                says(Origin::Set, site, "`secure` cookies are not sent back over plain HTTP"),
            );
        }
    }
    attempt(Affinity::KeptByCookie, set_at(site))
}
