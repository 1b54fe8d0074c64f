//! What becomes of the handshake's headers, target and answer.

use crate::acl::pattern::Method;
use crate::config::action::{Action, Stage};
use crate::config::proxy::ProxyId;
use crate::facts::{Tried, answer_agreed, says, set_at};
use crate::questions as ask;
use crate::routes::probe;
use crate::routes::ways::{Leaves, Way};
use wslint_model::way::Flaw;
use wslint_model::way::socketio::{PathFate, is_socketio, path_fate};
use wslint_model::{Cause, Facts, Known, Origin, Role, Site, Value};

/// Answers the questions about HTTP.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    header(tried, facts, &ask::UPGRADE, "upgrade", "websocket");
    header(tried, facts, &ask::CONNECTION, "connection", "upgrade");
    key(tried, facts);
    forced(tried, facts);
    response(tried, facts);
    target(tried, facts);
    mode(tried, facts);
    cross_origin(tried, facts);
}

/// Whether the server gets a field of the handshake with the token that makes it one.
fn header(
    tried: &Tried<'_, '_>,
    facts: &mut Facts,
    question: &'static crate::Question,
    name: &'static str,
    token: &str,
) {
    let answers = sent(tried).map(|way| {
        let message = way.sent()?;
        let word = match (message.value(name), message.holds(name, token)) {
            (Known::Known(None), _) => "dropped",
            (_, Some(true)) => "passed",
            (_, Some(false)) => "changed",
            (_, None) => return Some((Value::Unknown, by_default(tried, way.cause(name)))),
        };
        Some((Value::Choice(word), by_default(tried, way.cause(name))))
    });
    answer_agreed(facts, &tried.handshakes, question, answers);
}

/// A cause, or that no line has one.
fn by_default(tried: &Tried<'_, '_>, cause: Option<&Cause>) -> Cause {
    cause.cloned().unwrap_or(Cause::nowhere(Origin::Default(tried.config.version)))
}

/// The runs of the handshake that take the way as HTTP and are sent to a server, or refused only then.
fn sent<'t>(tried: &'t Tried<'_, '_>) -> impl Iterator<Item = Way<'t>> + Clone {
    tried.arrived().filter(|way| {
        way.first().http
            && matches!(way.leaves(), Leaves::Sent | Leaves::Answered { by: "forced upgrade", .. })
    })
}

/// HAProxy puts a key of its own in the place of one that a rule removes; the client refuses the answer to it.
fn key(tried: &Tried<'_, '_>, facts: &mut Facts) {
    const KEY: &str = "Sec-WebSocket-Key";
    let removed = sent(tried).map(|way| {
        let replaced = damage(&way, Flaw::Foreign);
        let lost = || {
            way.cause(KEY).filter(|_| way.sent().is_some_and(|sent| sent.value(KEY) == Known::Known(None)))
        };
        let cause = replaced.or_else(lost).filter(|cause| !cause.marks.is_empty());
        Some((Value::Flag(cause.is_some()), by_default(tried, cause)))
    });
    answer_agreed(facts, &tried.handshakes, &ask::KEY_REMOVED, removed);
    // The handshake that is tried asks for no sub-protocol: look at the rules that its way passes.
    let lost = rules_of(tried).find_map(|(proxy, rule)| match &rule.action {
        Action::DelHeader(name, Method::Str)
            if rule.condition.is_none() && name.eq_ignore_ascii_case("sec-websocket-protocol") =>
        {
            Some(site_of(tried, proxy, rule))
        }
        _ => None,
    });
    if let Some(site) = lost {
        facts.answer(&ask::SUBPROTOCOL_REMOVED, Value::Flag(true), set_at(site));
    }
}

/// `http-request` rules of the way, with their sections.
fn rules_of<'c>(
    tried: &'c Tried<'_, '_>,
) -> impl Iterator<Item = (ProxyId, &'c crate::config::action::Rule)> {
    rules_of_stage(tried, Stage::HttpRequest)
}

fn rules_of_stage<'c>(
    tried: &'c Tried<'_, '_>,
    stage: Stage,
) -> impl Iterator<Item = (ProxyId, &'c crate::config::action::Rule)> {
    let config = tried.config;
    let mut sections = vec![tried.candidate.frontend];
    sections.extend(tried.backend().filter(|&backend| backend != tried.candidate.frontend));
    sections
        .into_iter()
        .flat_map(move |section| config.lineage(section).collect::<Vec<_>>())
        .flat_map(move |owner| config.proxy(owner).rules.iter().map(move |rule| (owner, rule)))
        .filter(move |(_, rule)| rule.stage == stage)
}

fn site_of(tried: &Tried<'_, '_>, proxy: ProxyId, rule: &crate::config::action::Rule) -> Site {
    tried.config.proxy(proxy).statements[rule.statement].site()
}

/// Whether a plain request on the same way is turned into a handshake by rules that set `Upgrade`.
fn forced(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let answers = tried.plain.iter().filter(|way| tried.way(way).is_some()).map(|way| {
        let sent = way.sent()?;
        let forced = match (sent.holds("Upgrade", "websocket"), sent.holds("Connection", "upgrade")) {
            (Some(false), _) | (_, Some(false)) => false,
            (Some(true), Some(true)) => true,
            _ => return Some((Value::Unknown, Cause::nowhere(Origin::Unknown))),
        };
        let site = |name| Some(way.cause(name)?.marks.first()?.site);
        let cause = match (site("Upgrade"), site("Connection")) {
            (Some(site), Some(other)) => set_at(site).and(other, Role::SetHere),
            (Some(site), None) | (None, Some(site)) => set_at(site),
            (None, None) => Cause::nowhere(Origin::Default(tried.config.version)),
        };
        Some((Value::Flag(forced), cause))
    });
    answer_agreed(facts, &tried.plain, &ask::FORCED_UPGRADE, answers);
    let copied = rules_of(tried).find_map(|(proxy, rule)| match &rule.action {
        Action::SetHeader(name, format)
            if matches!(name.to_ascii_lowercase().as_str(), "upgrade" | "connection")
                && format.expressions().any(|expression| {
                    expression.fetch.name.ends_with("hdr")
                        && expression.fetch.arg(0).eq_ignore_ascii_case(name)
                }) =>
        {
            Some(site_of(tried, proxy, rule))
        }
        _ => None,
    });
    if let Some(site) = copied {
        facts.answer(&ask::UPGRADE_COPIED, Value::Flag(true), set_at(site));
    }
}

/// What `http-response` rules do to the 101.
fn response(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let script = rules_of_stage(tried, Stage::HttpResponse)
        .find(|(_, rule)| matches!(rule.action, Action::Script))
        .map(|(proxy, rule)| site_of(tried, proxy, rule));
    let answers = sent(tried).map(|way| match (damage(&way, Flaw::Lost), script) {
        (Some(cause), _) => Some((Value::Flag(true), cause.clone())),
        (None, Some(script)) => Some((Value::Unknown, set_at(script))),
        (None, None) => Some((Value::Flag(false), Cause::nowhere(Origin::Derived))),
    });
    answer_agreed(facts, &tried.handshakes, &ask::RESPONSE_ALTERED, answers);
}

/// The line that does such a damage to the 101 within this configuration.
fn damage<'w>(way: &Way<'w>, flaw: Flaw) -> Option<&'w Cause> {
    let mut all = way.own().iter().flat_map(|hop| &hop.reply.damage);
    all.find(|(damage, _)| damage.flaw == flaw).map(|(_, cause)| cause)
}

/// What becomes of path and query on the way to the server.
fn target(tried: &Tried<'_, '_>, facts: &mut Facts) {
    if tried.candidate.wish.path.is_none() {
        return;
    }
    let asked = probe::target(&tried.candidate.wish, true);
    let of_socketio = is_socketio(&asked);
    let answers = sent(tried).map(|way| {
        let cause = by_default(tried, way.target_cause());
        let Some((path, query)) = way.sent_target() else { return Some((Value::Unknown, cause)) };
        let sent = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
        let word = match path_fate(&asked, &sent, of_socketio) {
            PathFate::Kept => "kept",
            PathFate::Mangled if of_socketio => "socketio-lost",
            PathFate::Moved | PathFate::Mangled => "path-changed",
            PathFate::QueryLost => "query-lost",
        };
        Some((Value::Choice(word), cause))
    });
    answer_agreed(facts, &tried.handshakes, &ask::TARGET, answers);
    let sent_path = sent(tried).map(|way| {
        let cause = way.target_cause().cloned().unwrap_or(Cause::nowhere(Origin::Derived));
        Some((Value::Text(way.sent_target()?.0.to_owned()), cause))
    });
    answer_agreed(facts, &tried.handshakes, &ask::SENT_PATH, sent_path);
}

/// `option http-server-close` and its sisters: folklore, harmless to handshakes since 1.8 at least.
fn mode(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let config = tried.config;
    let Some(backend) = tried.backend().filter(|&backend| config.is_http(backend)) else { return };
    let found = [backend, tried.candidate.frontend].into_iter().find_map(|proxy| {
        config.connection_mode(proxy).filter(|found| found.statement.word(1) != "http-keep-alive")
    });
    let (word, cause) = match found {
        Some(found) if found.statement.word(1) == "http-server-close" => {
            ("http-server-close", set_at(found.statement.site()))
        }
        Some(found) => ("httpclose", set_at(found.statement.site())),
        None => ("keep-alive", Cause::nowhere(Origin::Default(config.version))),
    };
    facts.answer(&ask::CONNECTION_MODE, Value::Choice(word), cause);
}

/// CORS fields that are added beside those of the server.
fn cross_origin(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let added = rules_of_stage(tried, Stage::HttpResponse).find_map(|(proxy, rule)| match &rule.action {
        Action::AddHeader(name, _) if name.to_ascii_lowercase().starts_with("access-control-allow-") => {
            Some(site_of(tried, proxy, rule))
        }
        _ => None,
    });
    if let Some(site) = added {
        let words = "a second value beside the server's own";
        facts.answer(&ask::CORS_ADDED, Value::Flag(true), says(Origin::Set, site, words));
    }
}
