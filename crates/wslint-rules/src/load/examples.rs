//! Reading `examples`.

use wslint_model::{Proxy, Version};

use super::fields::{self, Complaints, Fields};
use super::form;
use crate::duration;
use crate::example::{Browser, Client, Example, Fate, Peer, Proof, Run};
use crate::node::{Node, Value};
use crate::rule::Severity;
use crate::scope::Scope;

/// The examples of a rule of this severity. `None` where an example could not be read.
pub(super) fn read(
    node: &Node,
    scope: Scope,
    severity: Severity,
    complaints: &Complaints,
) -> Option<Vec<Example>> {
    let items = fields::list(node, "examples", complaints)?;
    let read: Vec<_> = items.iter().map(|item| example(item, scope, severity, complaints)).collect();
    read.into_iter().collect()
}

/// Whether the examples show what a rule says, if it `speaks`, and what it leaves alone.
pub(super) fn check(node: &Node, examples: &[Example], scope: Scope, speaks: bool, complaints: &Complaints) {
    if !speaks {
        if examples.iter().any(|example| example.bad.is_some()) {
            complaints.at(node, "without `when` the rule never speaks, and no example has `bad`");
        }
        return;
    }
    let proxies: &[Proxy] =
        if scope == Scope::Kubernetes { &[Proxy::Nginx] } else { &scope.proxies().collect::<Vec<_>>() };
    for &proxy in proxies {
        let mut own = examples.iter().filter(|example| example.proxy == proxy);
        if !own.any(|example| example.bad.is_some() && example.good.is_some()) {
            let of = if scope == Scope::Any { format!(" of {}", proxy.title()) } else { String::new() };
            complaints.at(node, format!("no example{of} has both `bad` and `good`"));
        }
    }
    if examples.iter().filter(|example| example.good.is_some()).count() < 2 {
        complaints.at(
            node,
            "a second `good` is missing: the nearest harmless config that looks like the trigger (it needs no `bad`)",
        );
    }
    let bad = || examples.iter().filter(|example| example.bad.is_some());
    if bad().next().is_some() && bad().all(|example| example.marked_lines().is_empty()) {
        complaints.at(
            node,
            format!(
                "no `bad` has a mark; write `{}` behind the line on which the finding stands",
                crate::MARK
            ),
        );
    }
}

fn example(node: &Node, scope: Scope, severity: Severity, complaints: &Complaints) -> Option<Example> {
    let proxy = proxy(node, scope, complaints)?;
    let (own, other) = match proxy {
        Proxy::Nginx => ("nginx-version", "haproxy-version"),
        Proxy::Haproxy => ("haproxy-version", "nginx-version"),
    };
    let lacks: &[&str] = match scope {
        Scope::Any => &[other],
        Scope::Proxy(_) | Scope::Embed => &[other, "proxy"],
        Scope::Kubernetes => &[own, other, "proxy", "websocket", "host"],
    };
    let given = Fields::lacking(node, &form::EXAMPLE, lacks, complaints)?;
    let text = |node: Option<&Node>| node.and_then(|node| fields::text(node, complaints)).map(str::to_owned);
    let about = text(given.get("about"));
    let websocket = given.get("websocket").and_then(|node| paths(node, complaints)).unwrap_or_default();
    let host = text(given.get("host"));
    let version = given.get(own).and_then(|node| fields::parsed(node, complaints, str::parse::<Version>));
    let bad = text(given.get("bad"));
    let good_node = given.get("good");
    let good = text(good_node);
    let proof = given.get("proof");
    if bad.is_none() && good.is_none() {
        complaints.at(node, "an example needs `bad`, `good` or both");
    }
    if good.as_deref().is_some_and(|good| good.contains(crate::MARK)) {
        complaints.at(good_node.unwrap_or(node), format!("`{}` belongs into `bad`", crate::MARK));
    }
    let proof = match proof {
        Some(proof) => self::proof(proof, severity, complaints)?,
        None => Proof::Run(Box::new(default_run(Client::WebSocket, severity))),
    };
    Some(Example { proxy, about, websocket, host, version, bad, good, proof })
}

/// The proxy that an example is for.
fn proxy(node: &Node, scope: Scope, complaints: &Complaints) -> Option<Proxy> {
    match scope {
        // What becomes of manifests is not the example's to say.
        Scope::Kubernetes => return Some(Proxy::Nginx),
        Scope::Proxy(_) | Scope::Embed => return scope.proxies().next(),
        Scope::Any => {}
    }
    let pairs = fields::pairs(node, form::EXAMPLE.what, complaints)?;
    let Some((.., value)) = pairs.into_iter().find(|(key, ..)| *key == "proxy") else {
        complaints.at(node, "`proxy` is missing");
        return None;
    };
    let words = [Proxy::Nginx, Proxy::Haproxy].map(|proxy| (proxy.name(), proxy));
    fields::word(value, "proxy", &words, complaints)
}

fn default_run(client: Client, severity: Severity) -> Run {
    Run {
        client,
        path: if client.is_socketio() { "/socket.io/" } else { "/ws" }.to_owned(),
        hold: None,
        clients: 1,
        method: "GET".to_owned(),
        browser: Browser::Chrome,
        cookies: true,
        reload: false,
        tls: false,
        listen: None,
        host: None,
        headers: Vec::new(),
        peers: Vec::new(),
        bad: match severity {
            Severity::Error => Fate::Fails,
            Severity::Warning => Fate::Drops,
            Severity::Info => Fate::Works,
        },
        good: Fate::Works,
    }
}

fn proof(node: &Node, severity: Severity, complaints: &Complaints) -> Option<Proof> {
    let given = Fields::of(node, &form::PROOF, complaints)?;
    if let Some(reason) = given.get("unprovable") {
        for (name, place, _) in fields::pairs(node, "a proof", complaints)? {
            if name != "unprovable" {
                complaints.at(place, "what cannot be shown has no run");
            }
        }
        return Some(Proof::Unprovable(fields::text(reason, complaints)?.to_owned()));
    }
    let text = |node: &Node| fields::text(node, complaints).map(str::to_owned);
    let client = given.get("client");
    let client = client
        .map_or(Some(Client::WebSocket), |node| fields::word(node, "client", Client::WORDS, complaints));
    let mut run = default_run(client.unwrap_or(Client::WebSocket), severity);
    if let Some(node) = given.get("path") {
        run.path = path(node, complaints).unwrap_or(run.path);
    }
    run.hold = given.get("hold").and_then(|node| fields::parsed(node, complaints, duration::parse));
    if let Some(node) = given.get("clients") {
        match node.value {
            Value::Whole(clients @ 1..=64) => run.clients = clients,
            _ => complaints
                .at(node, format!("expected a number from 1 to 64, found {}", fields::describe(node))),
        }
    }
    if let Some(node) = given.get("method") {
        run.method = text(node).unwrap_or(run.method);
        if run.client != Client::Http {
            complaints.at(node, "only `client: http` has a method");
        }
    }
    if let Some(node) = given.get("browser") {
        run.browser = fields::word(node, "browser", Browser::WORDS, complaints).unwrap_or(run.browser);
    }
    for (key, slot) in [("cookies", &mut run.cookies), ("reload", &mut run.reload), ("tls", &mut run.tls)] {
        if let Some(node) = given.get(key) {
            *slot = fields::flag(node, complaints).unwrap_or(*slot);
        }
    }
    run.listen = given.get("listen").and_then(text);
    run.host = given.get("host").and_then(text);
    if let Some(node) = given.get("headers") {
        for (name, _, value) in fields::pairs(node, "header lines", complaints).unwrap_or_default() {
            run.headers.extend(text(value).map(|value| (name.to_owned(), value)));
        }
    }
    if let Some(node) = given.get("peers") {
        for (address, _, value) in fields::pairs(node, "addresses with peers", complaints).unwrap_or_default()
        {
            let peer = fields::word(value, "peer", Peer::WORDS, complaints);
            run.peers.extend(peer.map(|peer| (address.to_owned(), peer)));
        }
    }
    for (key, slot) in [("bad", &mut run.bad), ("good", &mut run.good)] {
        if let Some(node) = given.get(key) {
            *slot = fields::word(node, "outcome", Fate::WORDS, complaints).unwrap_or(*slot);
        }
    }
    Some(Proof::Run(Box::new(run)))
}

fn paths(node: &Node, complaints: &Complaints) -> Option<Vec<String>> {
    let items = fields::list(node, "paths", complaints)?;
    Some(items.iter().filter_map(|item| path(item, complaints)).collect())
}

fn path(node: &Node, complaints: &Complaints) -> Option<String> {
    fields::parsed(node, complaints, |text| match text.strip_prefix('/') {
        Some(_) => Ok(text.to_owned()),
        None => Err(format!("expected a path that begins with `/`, found `{text}`")),
    })
}
