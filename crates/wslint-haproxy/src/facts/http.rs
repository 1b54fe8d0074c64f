//! What becomes of the handshake's headers, target and answer.

use crate::acl::pattern::Method;
use crate::config::action::{Action, Stage};
use crate::config::proxy::ProxyId;
use crate::facts::{Context, answer_agreed, says, set_at};
use crate::questions as ask;
use crate::request::journey::{End, Journey};
use crate::routes::probe;
use wslint_model::Site;
use wslint_model::{Cause, Facts, Origin, Role, Value};

/// Answers the questions about HTTP.
pub(super) fn answer(context: &Context<'_, '_>, facts: &mut Facts) {
    header(context, facts, &ask::UPGRADE, "upgrade", "websocket");
    header(context, facts, &ask::CONNECTION, "connection", "upgrade");
    key(context, facts);
    forced(context, facts);
    response(context, facts);
    target(context, facts);
    mode(context, facts);
    cross_origin(context, facts);
}

/// Whether the server gets a field of the handshake with the token that makes it one.
fn header(
    context: &Context<'_, '_>,
    facts: &mut Facts,
    question: &'static crate::Question,
    name: &'static str,
    token: &str,
) {
    let answers = sent(context).map(|journey| {
        let site = journey.message.header_sites.get(name).copied();
        let cause = site.map_or(Cause::nowhere(Origin::Default(context.config.version)), set_at);
        let Some(value) = journey.message.joined(name) else {
            return Some((Value::Choice("dropped"), cause));
        };
        let Some(value) = value else { return Some((Value::Unknown, cause)) };
        let has = value.split(',').any(|part| part.trim().eq_ignore_ascii_case(token));
        Some((Value::Choice(if has { "passed" } else { "changed" }), cause))
    });
    let answers: Vec<_> = answers.collect();
    answer_agreed(facts, question, answers);
}

/// The runs of the handshake that take the way as HTTP and are sent to a server, or refused only then.
fn sent<'c>(context: &'c Context<'_, '_>) -> impl Iterator<Item = &'c Journey> {
    context.arrived().filter(|journey| {
        let http = context.way(journey).is_some_and(|(hop, _)| hop.http);
        http && matches!(journey.end, End::Sent { .. } | End::Answered { keyword: "forced upgrade", .. })
    })
}

/// HAProxy puts a key of its own in the place of one that a rule removes; the client refuses the answer to it.
fn key(context: &Context<'_, '_>, facts: &mut Facts) {
    let removed = |name: &'static str| {
        sent(context)
            .map(|journey| {
                let site = journey.message.header_sites.get(name).copied();
                let gone = journey.message.header(name).next().is_none();
                let cause = site.map_or(Cause::nowhere(Origin::Default(context.config.version)), set_at);
                Some((Value::Flag(gone && site.is_some()), cause))
            })
            .collect::<Vec<_>>()
    };
    answer_agreed(facts, &ask::KEY_REMOVED, removed("sec-websocket-key"));
    // The handshake that is tried asks for no sub-protocol: look at the rules that its way passes.
    let lost = rules_of(context).find_map(|(proxy, rule)| match &rule.action {
        Action::DelHeader(name, Method::Str)
            if rule.condition.is_none() && name.eq_ignore_ascii_case("sec-websocket-protocol") =>
        {
            Some(site_of(context, proxy, rule))
        }
        _ => None,
    });
    if let Some(site) = lost {
        facts.answer(&ask::SUBPROTOCOL_REMOVED, Value::Flag(true), set_at(site));
    }
}

/// `http-request` rules of the way, with their sections.
fn rules_of<'c>(
    context: &'c Context<'_, '_>,
) -> impl Iterator<Item = (ProxyId, &'c crate::config::action::Rule)> {
    rules_of_stage(context, Stage::HttpRequest)
}

fn rules_of_stage<'c>(
    context: &'c Context<'_, '_>,
    stage: Stage,
) -> impl Iterator<Item = (ProxyId, &'c crate::config::action::Rule)> {
    let config = context.config;
    let mut sections = vec![context.attempt.frontend];
    sections.extend(context.backend().filter(|&backend| backend != context.attempt.frontend));
    sections
        .into_iter()
        .flat_map(move |section| config.lineage(section).collect::<Vec<_>>())
        .flat_map(move |owner| config.proxy(owner).rules.iter().map(move |rule| (owner, rule)))
        .filter(move |(_, rule)| rule.stage == stage)
}

fn site_of(context: &Context<'_, '_>, proxy: ProxyId, rule: &crate::config::action::Rule) -> Site {
    context.config.proxy(proxy).statements[rule.statement].site()
}

/// Whether a plain request on the same way is turned into a handshake by rules that set `Upgrade`.
fn forced(context: &Context<'_, '_>, facts: &mut Facts) {
    let answers: Vec<_> = context
        .plain
        .iter()
        .filter(|journey| context.way(journey).is_some())
        .map(|journey| {
            let forced = journey.message.asks_for_websocket()?;
            let site = journey.message.header_sites.get("upgrade").copied();
            let other = journey.message.header_sites.get("connection").copied();
            let cause = match (site, other) {
                (Some(site), Some(other)) => set_at(site).and(other, Role::SetHere),
                (Some(site), None) | (None, Some(site)) => set_at(site),
                (None, None) => Cause::nowhere(Origin::Default(context.config.version)),
            };
            Some((Value::Flag(forced), cause))
        })
        .collect();
    answer_agreed(facts, &ask::FORCED_UPGRADE, answers);
    let copied = rules_of(context).find_map(|(proxy, rule)| match &rule.action {
        Action::SetHeader(name, format)
            if matches!(name.to_ascii_lowercase().as_str(), "upgrade" | "connection")
                && format.expressions().any(|expression| {
                    expression.fetch.name.ends_with("hdr")
                        && expression.fetch.arg(0).eq_ignore_ascii_case(name)
                }) =>
        {
            Some(site_of(context, proxy, rule))
        }
        _ => None,
    });
    if let Some(site) = copied {
        facts.answer(&ask::UPGRADE_COPIED, Value::Flag(true), set_at(site));
    }
}

/// What `http-response` rules do to the 101.
fn response(context: &Context<'_, '_>, facts: &mut Facts) {
    let answers: Vec<_> = sent(context)
        .map(|journey| {
            if journey.answer.unsure {
                return Some((Value::Unknown, Cause::nowhere(Origin::Unknown)));
            }
            let cause =
                journey.answer.altered.map_or(Cause::nowhere(Origin::Derived), |(_, site)| set_at(site));
            Some((Value::Flag(journey.answer.altered.is_some()), cause))
        })
        .collect();
    answer_agreed(facts, &ask::RESPONSE_ALTERED, answers);
}

/// What becomes of path and query on the way to the server.
fn target(context: &Context<'_, '_>, facts: &mut Facts) {
    if context.attempt.wish.path.is_none() {
        return;
    }
    let asked = probe::target(&context.attempt.wish, true);
    let (path, query) = asked.split_once('?').unwrap_or((&asked, ""));
    let answers: Vec<_> = sent(context)
        .map(|journey| {
            let site = journey.message.uri_site;
            let cause = site.map_or(Cause::nowhere(Origin::Default(context.config.version)), set_at);
            let (Some(sent_path), Some(sent_query)) = (&journey.message.path, &journey.message.query) else {
                return Some((Value::Unknown, cause));
            };
            let of_socketio = |path: &str| path.contains("/socket.io/") || path.contains("/engine.io/");
            let word = if of_socketio(path) && !of_socketio(sent_path) {
                "socketio-lost"
            } else if sent_path != path {
                "path-changed"
            } else if !query.is_empty() && sent_query.as_deref().unwrap_or_default().is_empty() {
                "query-lost"
            } else {
                "kept"
            };
            Some((Value::Choice(word), cause))
        })
        .collect();
    answer_agreed(facts, &ask::TARGET, answers);
    let sent_path: Vec<_> = sent(context)
        .map(|journey| {
            let cause = journey.message.uri_site.map_or(Cause::nowhere(Origin::Derived), set_at);
            Some((Value::Text(journey.message.path.clone()?), cause))
        })
        .collect();
    answer_agreed(facts, &ask::SENT_PATH, sent_path);
}

/// `option http-server-close` and its sisters: folklore, harmless to handshakes since 1.8 at least.
fn mode(context: &Context<'_, '_>, facts: &mut Facts) {
    let config = context.config;
    let Some(backend) = context.backend().filter(|&backend| config.is_http(backend)) else { return };
    let found = [backend, context.attempt.frontend].into_iter().find_map(|proxy| {
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
fn cross_origin(context: &Context<'_, '_>, facts: &mut Facts) {
    let added = rules_of_stage(context, Stage::HttpResponse).find_map(|(proxy, rule)| match &rule.action {
        Action::AddHeader(name, _) if name.to_ascii_lowercase().starts_with("access-control-allow-") => {
            Some(site_of(context, proxy, rule))
        }
        _ => None,
    });
    if let Some(site) = added {
        let words = "a second value beside the server's own";
        facts.answer(&ask::CORS_ADDED, Value::Flag(true), says(Origin::Set, site, words));
    }
}
