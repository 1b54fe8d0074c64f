//! The clients of a route: a browser, and where its clients poll, some that do.

use std::time::Duration;

use wslint_lab::{Client, Hold, Open};
use wslint_model::way::{Address, Arrival};
use wslint_model::{Known, NEVER};

use super::copy::Speed;
use super::group::Group;
use super::plan::Planned;
use crate::output::first_line;
use crate::project::Loaded;

/// The browser that makes the handshake of a route.
pub(super) fn client(
    loaded: &Loaded,
    open: &Open<'_>,
    group: &Group,
    planned: &Planned,
    speed: Speed,
) -> Option<Client> {
    let request = &planned.request;
    let proxy = group.roots.iter().position(|&root| root == planned.root)?;
    let port = match Arrival::of(request).address {
        Address::Port { port, .. } => port,
        Address::Unix(_) => return None,
    };
    let line = planned.listener.map(|site| first_line(&loaded.project, &loaded.veil, site));
    let line = String::from_utf8_lossy(&line.unwrap_or_default()).into_owned();
    let tls = request.scheme.is_tls();
    let at_port = |written: &str| written.rsplit_once(':').is_some_and(|(_, own)| own == port.to_string());
    let at_port = open.listens(proxy).filter(|(written, _)| at_port(written));
    let (listen, _) = at_port.max_by_key(|(written, speaks)| {
        let named = line.contains(written.trim_start_matches('*'));
        // The request comes over IPv4, unless the listener has an address of the other kind.
        (named, !written.starts_with('['), *speaks == tls)
    })?;
    // What is not cut when it should be is waited for to the longest time that there is.
    let limit = match (&planned.outcome.idle_timeout, speed) {
        (Known::Known(NEVER) | Known::Unknown, _) | (_, Speed::Slow | Speed::Slowest) => None,
        (Known::Known(limit), Speed::Quick) => Some(Duration::from_millis(*limit)),
    };
    let mut client = Client::websocket(&request.target)
        .listen(listen)
        .host(&request.host)
        .serves(planned.application.clone());
    client.proxy = proxy;
    client.tls = Some(tls);
    client.hold = Some(Hold::UntilCut(limit));
    let own = ["Connection", "Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key"];
    let more =
        request.headers.iter().filter(|(name, _)| !own.iter().any(|own| own.eq_ignore_ascii_case(name)));
    client.headers = more.cloned().collect();
    Some(client)
}

/// How many clients poll: where servers share them, one alone may be lucky.
const SESSIONS: usize = 6;

/// The same client's polls.
pub(super) fn poll(client: &Client, planned: &Planned) -> Client {
    let mut polls = Client::upgrading(planned.request.path());
    polls.proxy = client.proxy;
    polls.count = SESSIONS;
    polls.listen.clone_from(&client.listen);
    polls.tls = client.tls;
    polls.host.clone_from(&client.host);
    polls.serves = client.serves.clone();
    polls.headers = client.headers.clone();
    polls
}
