//! Which requests are made, and what is predicted of each: by the same code as `wslint trace`.

use std::collections::HashSet;

use wslint_lab::{Application, Handshake as Takes};
use wslint_model::choices::{Affinity, Http10, OriginCheck, Polls};
use wslint_model::way::{AnsweredBy, End, Handshake, Outcome, Protocol, Run, Runs, outcome};
use wslint_model::{Known, Request, Route, Scheme, Site, questions};

use super::left_out::LeftOut;
use super::minimal;
use crate::analysis::Analysis;
use crate::project::{Loaded, Place, Problem};

/// What is to be done.
pub(super) struct Plan {
    pub(super) routes: Vec<Planned>,
    /// What is not.
    pub(super) left_out: Vec<LeftOut>,
}

/// One route with the request that stands for it.
pub(super) struct Planned {
    /// The number of its root.
    pub(super) root: usize,
    pub(super) label: String,
    pub(super) server: Option<String>,
    pub(super) site: Site,
    pub(super) request: Request,
    /// What all runs agree on.
    pub(super) outcome: Outcome,
    /// Whether Engine.IO's polls of one client stay together and arrive, where its clients poll.
    pub(super) polls: Option<Known<bool>>,
    /// Whether clients that have polled go on by WebSocket.
    pub(super) upgrades: Known<bool>,
    /// The numbers of the roots on the way.
    pub(super) way: Vec<usize>,
    /// The line of the listener that takes the connection.
    pub(super) listener: Option<Site>,
    /// What is taken to be behind the proxy.
    pub(super) application: Application,
    /// Whether HTTP/1 leaves the last proxy, which is all that the peers of the lab speak.
    pub(super) is_spoken: bool,
    /// The lines that decide.
    pub(super) lines: Vec<Site>,
    /// Why the proxies on the way would not start, if so.
    pub(super) refused: Option<String>,
}

/// Plans all routes with WebSocket traffic.
pub(super) fn plan(loaded: &Loaded, analysis: &Analysis<'_, '_>) -> Plan {
    let mut plan = Plan { routes: Vec::new(), left_out: Vec::new() };
    let mut seen = HashSet::new();
    analysis.each_route(&mut |root, route| {
        if !route.carries_websocket() {
            return;
        }
        let Some(request) = request(&route) else { return };
        if !seen.insert((root, route.site, request.target.clone(), request.host.clone())) {
            return;
        }
        match planned(loaded, analysis, root, &route, request) {
            Ok(planned) => plan.routes.push(planned),
            Err(why) => plan.left_out.push(LeftOut::route(loaded, &route, why)),
        }
    });
    plan
}

/// The browser's handshake that stands for a route: from a page of the same host, and from this machine.
fn request(route: &Route) -> Option<Request> {
    let mut request = (**route.request.as_ref()?).clone();
    let is_socketio = route.facts.value(&questions::FRAMEWORK).is_some_and(|one| one.is("socket.io"));
    if is_socketio && engine(&request).is_some() && request.query().is_none() {
        request.target.push_str("?EIO=4&transport=websocket");
    }
    let scheme = if request.scheme.is_tls() { "https" } else { "http" };
    let page = format!("{scheme}://{}", request.header("Host").unwrap_or_default());
    request.set_header("Origin", &page);
    request.source = Some([127, 0, 0, 1].into());
    Some(request)
}

/// The path of Engine.IO that a request asks for.
fn engine(request: &Request) -> Option<String> {
    let path = request.path();
    path.split('/').any(|segment| matches!(segment, "socket.io" | "engine.io")).then(|| path.to_owned())
}

fn planned(
    loaded: &Loaded,
    analysis: &Analysis<'_, '_>,
    root: usize,
    route: &Route,
    mut request: Request,
) -> Result<Planned, String> {
    let framework = route.facts.value(&questions::FRAMEWORK);
    let network = analysis.network();
    let mut runs = network.follow_from(root, &request);
    let mut outcome = outcome(&runs, framework);
    if outcome.status == Known::Known(Some(401)) && outcome.answered_by == AnsweredBy::Proxy {
        // Clients that the proxy asks for a password have one; the copy knows this user.
        request.set_header("Authorization", "Basic d3NsaW50OndzbGludA==");
        runs = network.follow_from(root, &request);
        outcome = wslint_model::way::outcome(&runs, framework);
    }
    let facts = &route.facts;
    let may_succeed = facts.value(&questions::HANDSHAKE) == Some(wslint_model::choices::Handshake::Succeeds);
    if may_succeed && outcome.status == Known::Known(Some(403)) && outcome.answered_by == AnsweredBy::Proxy {
        return Err("it takes certain clients only: of other addresses than 127.0.0.1, or with a query or headers of \
                    their own"
            .to_owned());
    }
    let first = runs.results.first().and_then(|run| run.hops.first());
    if first.is_some_and(|hop| matches!(hop.end, End::Dropped { by: "no listener", .. })) {
        return Err("nothing of it listens for TCP where its requests arrive".to_owned());
    }
    let listener = first.and_then(|hop| hop.listener);
    let mut way: Vec<usize> = runs.results.iter().flat_map(|run| &run.hops).map(|hop| hop.config).collect();
    way.push(root);
    way.sort_unstable();
    way.dedup();
    let is_spoken = runs.results.iter().all(|run| match &run.last().end {
        End::Sent(connect) => matches!(connect.protocol, Protocol::Http1 | Protocol::Raw | Protocol::Either),
        _ => true,
    });
    let refused = refused(loaded, analysis, &way);
    if refused.is_some() {
        outcome = Outcome::refused();
    }
    let http10 = facts.value(&questions::HTTP10);
    let takes = match facts.value(&questions::ORIGIN_CHECK) {
        Some(OriginCheck::Host) => Takes::ChecksOrigin,
        _ if http10 == Some(Http10::Accepted) => Takes::TakesHttp10,
        _ => Takes::Strict,
    };
    let is_socketio = framework.is_some_and(|one| one.is("socket.io"));
    let engine = engine(&request).filter(|_| is_socketio);
    let polled = match facts.value(&questions::POLLS) {
        Some(Polls::First) if engine.is_some() && !is_limited(route) => {
            polls(analysis, root, route, &request, &outcome)
        }
        _ => None,
    };
    let (polls, upgrades) =
        polled.map_or((None, Known::Unknown), |(polls, upgrades)| (Some(polls), upgrades));
    let at = outcome.upstream.as_ref().cloned().flatten();
    let mut steps = runs.results.iter().flat_map(|run| &run.hops).flat_map(|hop| &hop.steps);
    if at.is_none() && steps.any(|step| step.what == "auth_request") {
        return Err("`auth_request` asks a server first, and which other one takes handshakes is not known"
            .to_owned());
    }
    Ok(Planned {
        root,
        label: route.label.clone(),
        server: route.server.clone(),
        site: route.site,
        application: Application { handshake: takes, engine, at },
        request,
        outcome,
        polls,
        upgrades,
        way,
        listener,
        is_spoken,
        lines: minimal::lines(loaded, &runs),
        refused,
    })
}

/// Why a proxy on the way would not start.
fn refused(loaded: &Loaded, analysis: &Analysis<'_, '_>, way: &[usize]) -> Option<String> {
    let of_reader = |problem: &&Problem| match &problem.place {
        Place::Site(site) => way.iter().any(|&root| loaded.project.roots[root].files().contains(&site.file)),
        Place::Path(_) => false,
    };
    let unreadable = loaded.refusals().find(of_reader).map(|problem| problem.message.clone());
    unreadable
        .or_else(|| way.iter().find_map(|&root| analysis.config(root).refusal()).map(|refusal| refusal.words))
}

/// Whether a rule refuses a client that asks too often or holds too many connections: here many clients have one address.
fn is_limited(route: &Route) -> bool {
    ["rate-limit", "request-rate", "connection-limit"].iter().any(|name| route.facts.get(name).is_some())
}

/// Whether the polls of one client arrive, and arrive at one server, and whether a handshake that goes on with their session
/// comes to that server. Where that hangs on something that was assumed, nothing is said.
fn polls(
    analysis: &Analysis<'_, '_>,
    root: usize,
    route: &Route,
    handshake: &Request,
    outcome: &Outcome,
) -> Option<(Known<bool>, Known<bool>)> {
    let scheme = if handshake.scheme.is_tls() { Scheme::Https } else { Scheme::Http };
    let target = format!("{}?EIO=4&transport=polling", handshake.path());
    let plain = Request {
        listen: handshake.listen.clone(),
        source: handshake.source,
        ..Request::plain(scheme, &handshake.host, handshake.port, &target)
    };
    let runs: Runs<Run> = analysis.network().follow_from(root, &plain);
    if !runs.assumed.is_empty() {
        return None;
    }
    let poll = wslint_model::way::outcome(&runs, None);
    let goes_through_another =
        runs.results.iter().any(|run| run.hops[1..].iter().any(|hop| hop.config == root));
    let together = match route.facts.value(&questions::AFFINITY) {
        // The only server is the next section of the same proxy, which may have several.
        Some(Affinity::Single) if goes_through_another => Known::Unknown,
        Some(Affinity::Single | Affinity::Sticky | Affinity::AllOnOne) => Known::Known(true),
        Some(Affinity::KeptByAddress | Affinity::KeptByCookie) => Known::Known(true),
        Some(Affinity::CookieOfApplication) | None => Known::Unknown,
        Some(_) => Known::Known(false),
    };
    let arrive = match poll.handshake {
        Handshake::Fails => Known::Known(false),
        // The path of a handshake that fails behind the proxy is that of the polls.
        Handshake::Succeeds if outcome.handshake == Handshake::Succeeds => together,
        Handshake::Succeeds | Handshake::Unknown => Known::Unknown,
    };
    let goes_on = match (&arrive, outcome.damage, &poll.upstream, &outcome.upstream) {
        (Known::Known(true), None, Known::Known(Some(one)), Known::Known(Some(other))) => {
            Known::Known(one == other)
        }
        _ => Known::Unknown,
    };
    Some((arrive, goes_on))
}
