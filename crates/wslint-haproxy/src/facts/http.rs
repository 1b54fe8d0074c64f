//! What becomes of the handshake's headers, target and answer.

use std::rc::Rc;

use super::cause::{answer_agreed, set_at};
use super::changed::follow_changed;
use super::tried::Tried;
use crate::acl::pattern::Method;
use crate::choices;
use crate::config::action::{Action, Stage};
use crate::config::proxy::ProxyId;
use crate::questions as ask;
use crate::routes::probe;
use crate::routes::ways::{Leaves, Way, Ways};
use wslint_model::service::SocketIo;
use wslint_model::way::Flaw;
use wslint_model::way::socketio::{PathFate, is_socketio, path_fate};
use wslint_model::{Cause, Facts, Known, Mark, Origin, Role, Site};

/// Answers the questions about HTTP.
pub(super) fn answer(tried: &Tried<'_, '_>, facts: &mut Facts) {
    upgrade(tried, facts);
    connection(tried, facts);
    key(tried, facts);
    forced(tried, facts);
    response(tried, facts);
    target(tried, facts);
    mode(tried, facts);
}

/// Whether the server gets the client's `Upgrade: websocket`.
fn upgrade(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let answers = arriving(tried, "upgrade", "websocket", |arrives| match arrives {
        Arrives::With => choices::Upgrade::Passed,
        Arrives::Without => choices::Upgrade::Wrong,
        Arrives::Not => choices::Upgrade::Dropped,
    });
    answer_agreed(facts, &tried.handshakes, &ask::UPGRADE, answers);
}

/// Whether the server gets a `Connection` that names `upgrade`.
fn connection(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let answers = arriving(tried, "connection", "upgrade", |arrives| match arrives {
        Arrives::With => choices::Connection::Passed,
        Arrives::Without => choices::Connection::Wrong,
        Arrives::Not => choices::Connection::Dropped,
    });
    answer_agreed(facts, &tried.handshakes, &ask::CONNECTION, answers);
}

/// How a field of the handshake arrives at the server.
enum Arrives {
    /// With the token that makes it one of a handshake.
    With,
    /// Without that token.
    Without,
    /// Not at all.
    Not,
}

/// How a field of the handshake arrives in each run, with its cause.
fn arriving<'t, T>(
    tried: &'t Tried<'_, '_>,
    name: &'static str,
    token: &'static str,
    answer: impl Fn(Arrives) -> T + 't,
) -> impl Iterator<Item = Option<(Option<T>, Cause)>> + 't {
    sent(tried).map(move |way| {
        let message = way.sent()?;
        let arrives = match (message.value(name), message.holds(name, token)) {
            (Known::Known(None), _) => Some(Arrives::Not),
            (_, Some(true)) => Some(Arrives::With),
            (_, Some(false)) => Some(Arrives::Without),
            (_, None) => None,
        };
        Some((arrives.map(&answer), by_default(tried, way.cause(name))))
    })
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
        let fate = if cause.is_some() { choices::KeyHeaders::Overridden } else { choices::KeyHeaders::Kept };
        Some((fate, by_default(tried, cause)))
    });
    answer_agreed(facts, &tried.handshakes, &ask::KEY_HEADERS, removed);
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
        facts.answer(&ask::SUBPROTOCOL_REMOVED, true, set_at(site));
    }
}

/// `http-request` rules of the way, with their sections.
fn rules_of<'c>(
    tried: &'c Tried<'_, '_>,
) -> impl Iterator<Item = (ProxyId, &'c crate::config::action::Rule)> {
    rules_of_stage(tried, Stage::HttpRequest)
}

pub(super) fn rules_of_stage<'c>(
    tried: &'c Tried<'_, '_>,
    stage: Stage,
) -> impl Iterator<Item = (ProxyId, &'c crate::config::action::Rule)> {
    let config = tried.config;
    let mut sections = vec![tried.candidate.frontend];
    sections.extend(tried.backend().filter(|&backend| backend != tried.candidate.frontend));
    sections
        .into_iter()
        .flat_map(move |section| config.ruled(section).collect::<Vec<_>>())
        .flat_map(move |owner| config.proxy(owner).rules.iter().map(move |rule| (owner, rule)))
        .filter(move |(_, rule)| rule.stage == stage)
}

pub(super) fn site_of(tried: &Tried<'_, '_>, proxy: ProxyId, rule: &crate::config::action::Rule) -> Site {
    tried.config.proxy(proxy).statements[rule.statement].site()
}

/// Whether a plain request on the same way is turned into a handshake by rules that set `Upgrade`.
fn forced(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let beside = pages(tried);
    let pages = beside.as_ref().unwrap_or(&tried.plain);
    let answers = pages.iter().filter(|way| beside.is_some() || tried.way(way).is_some()).map(|way| {
        let sent = way.sent()?;
        let forced = match (sent.holds("Upgrade", "websocket"), sent.holds("Connection", "upgrade")) {
            (Some(false), _) | (_, Some(false)) => Known::Known(false),
            (Some(true), Some(true)) => Known::Known(true),
            _ => return Some((Known::Unknown, Cause::nowhere(Origin::Unknown))),
        };
        let site = |name| Some(way.cause(name)?.marks.first()?.site);
        let cause = match (site("Upgrade"), site("Connection")) {
            (Some(site), Some(other)) => set_at(site).and(other, Role::SetHere),
            (Some(site), None) | (None, Some(site)) => set_at(site),
            (None, None) => Cause::nowhere(Origin::Default(tried.config.version)),
        };
        Some((forced, cause))
    });
    answer_agreed(facts, pages, &ask::FORCED_UPGRADE, answers);
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
        facts.answer(&ask::UPGRADE_COPIED, true, set_at(site));
    }
}

/// The runs of a page beside an endpoint that nobody asks for as a page: of the nearest folder above it that takes the same
/// way, else of `/`. `None` where the path of the endpoint is that of pages or polls too.
fn pages(tried: &Tried<'_, '_>) -> Option<Rc<Ways>> {
    let path = tried.candidate.wish.path.as_deref().filter(|_| !tried.polls())?;
    let path = path.split('?').next().unwrap_or_default();
    let folders = path.rmatch_indices('/').map(|(at, _)| &path[..=at]).filter(|folder| *folder != path);
    let of_folder =
        |folder: &str| follow_changed(tried, false, false, |request| folder.clone_into(&mut request.target));
    let mut all: Vec<Rc<Ways>> = folders.map(of_folder).collect();
    let same_way = |ways: &Rc<Ways>| ways.iter().any(|way| tried.way(&way).is_some());
    match all.iter().position(same_way) {
        Some(nearest) => Some(all.swap_remove(nearest)),
        None => all.pop(),
    }
}

/// What `http-response` rules do to the 101.
fn response(tried: &Tried<'_, '_>, facts: &mut Facts) {
    let script = rules_of_stage(tried, Stage::HttpResponse)
        .find(|(_, rule)| matches!(rule.action, Action::Script))
        .map(|(proxy, rule)| site_of(tried, proxy, rule));
    let answers = sent(tried).map(|way| match (damage(&way, Flaw::Lost), script) {
        (Some(cause), _) => Some((Some(choices::ResponseHeaders::Hidden), cause.clone())),
        (None, Some(script)) => Some((None, set_at(script))),
        (None, None) => Some((Some(choices::ResponseHeaders::Passed), Cause::nowhere(Origin::Derived))),
    });
    answer_agreed(facts, &tried.handshakes, &ask::RESPONSE_HEADERS, answers);
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
    let (asked_path, asked_query) = asked.split_once('?').unwrap_or((&asked, ""));
    let cause = |way: &Way<'_>| by_default(tried, way.target_cause());
    let service = tried.candidate.service.filter(|_| of_socketio && tried.candidate.endpoint.is_none());
    let arrivals: Vec<Option<(Option<Arrival>, Cause)>> = sent(tried)
        .map(|way| {
            let mut cause = cause(&way);
            let arrival = way.sent_target().map(|(path, query)| {
                let sent = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
                let answers = service.and_then(|service| service.socketio_at(path));
                let mangled = path_fate(&asked, &sent, of_socketio) == PathFate::Mangled;
                match answers.and_then(SocketIo::elsewhere) {
                    Some((other, mark)) if !mangled => {
                        if let (true, Some(&site)) = (cause.marks.is_empty(), way.first().routes.last()) {
                            cause.marks.push(Mark { site, role: Role::Routed });
                        }
                        cause.marks.push(mark);
                        Arrival::elsewhere(asked_path, path, other)
                    }
                    _ if mangled && of_socketio && !matches!(answers, Some(SocketIo::Here)) => {
                        Arrival::mangled(&told(path, query, asked_query))
                    }
                    _ if path == asked_path => Arrival::fine(choices::UpstreamPath::Kept),
                    _ => Arrival::fine(choices::UpstreamPath::Moved),
                }
            });
            Some((arrival, cause))
        })
        .collect();
    let of = |part: fn(&Arrival) -> Option<String>| {
        arrivals.iter().flatten().map(move |(arrival, cause)| Some((part(arrival.as_ref()?)?, cause.clone())))
    };
    answer_agreed(facts, &tried.handshakes, &ask::PATH_FAULT, of(|arrival| arrival.fault.clone()));
    answer_agreed(facts, &tried.handshakes, &ask::PATH_REMEDY, of(|arrival| arrival.remedy.clone()));
    let paths = arrivals
        .into_iter()
        .map(|arrival| arrival.map(|(arrival, cause)| (arrival.map(|arrival| arrival.path), cause)));
    answer_agreed(facts, &tried.handshakes, &ask::UPSTREAM_PATH, paths);
    let queries = sent(tried).map(|way| {
        let query = way.sent_target().map(|(_, query)| {
            let lost = !asked_query.is_empty() && query.unwrap_or_default().is_empty();
            if lost { choices::Query::Lost } else { choices::Query::Kept }
        });
        Some((query, cause(&way)))
    });
    answer_agreed(facts, &tried.handshakes, &ask::QUERY, queries);
    let uris = sent(tried).map(|way| {
        let cause = way.target_cause().cloned().unwrap_or(Cause::nowhere(Origin::Derived));
        let (path, query) = way.sent_target()?;
        Some((told(path, query, asked_query), cause))
    });
    answer_agreed(facts, &tried.handshakes, &ask::UPSTREAM_URI, uris);
}

/// What the server gets, as people are told: a query that arrives as it was asked for tells nothing.
fn told(path: &str, query: Option<&str>, asked: &str) -> String {
    match query {
        Some(query) if query != asked => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

/// How the path of the handshake arrives at the server.
struct Arrival {
    path: choices::UpstreamPath,
    /// Why no Socket.IO server answers at it, if none does.
    fault: Option<String>,
    /// What to type about that.
    remedy: Option<String>,
}

impl Arrival {
    fn fine(path: choices::UpstreamPath) -> Self {
        Self { path, fault: None, remedy: None }
    }

    /// What no Socket.IO server answers at.
    fn mangled(told: &str) -> Self {
        let remedy = "delete the rule that rewrites the path (for a prefix: `http-request replace-path /chat/(.*) /\\1`)";
        Self {
            path: choices::UpstreamPath::Mangled,
            fault: Some(format!("to the server as `{told}`, where no Socket.IO server listens")),
            remedy: Some(remedy.to_owned()),
        }
    }

    /// What the code of the server does not answer at, since it says `other`.
    fn elsewhere(asked: &str, sent: &str, other: &str) -> Self {
        let becomes = if asked == sent { String::new() } else { format!("as `{sent}` ") };
        Self {
            path: choices::UpstreamPath::Elsewhere,
            fault: Some(format!("{becomes}to a server whose code answers Socket.IO at `{other}` only")),
            remedy: Some(format!(
                "give the clients `path: \"{other}\"` and let the rules here match that, or write into the backend: \
                 `http-request replace-path {asked}(.*) {other}\\1`"
            )),
        }
    }
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
            (choices::ConnectionMode::HttpServerClose, set_at(found.statement.site()))
        }
        Some(found) => (choices::ConnectionMode::Httpclose, set_at(found.statement.site())),
        None => (choices::ConnectionMode::KeepAlive, Cause::nowhere(Origin::Default(config.version))),
    };
    facts.answer(&ask::CONNECTION_MODE, word, cause);
}
