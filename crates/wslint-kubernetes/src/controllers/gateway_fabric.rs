//! NGINX Gateway Fabric: what it writes for HTTPRoutes, as far as a WebSocket notices it.

use std::collections::BTreeMap;

use super::nginx::{self, Method, Share, Upstreams};
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::evidence;
use crate::objects::{HttpRoute, HttpRule, Objects, ProxySettings};
use crate::quoted;
use crate::select::Chosen;
use crate::text::{Cause, Text};
use crate::word::Word;

/// Why the HTTPRoutes of a tree are read by NGINX Gateway Fabric, if they are.
pub(super) fn reader(objects: &Objects) -> Option<Chosen> {
    let controller = Controller::GatewayFabric;
    if objects.http_routes.is_empty() {
        return None;
    }
    if let Some(class) =
        objects.gateway_controllers.iter().find(|one| Controller::of_class(&one.text) == Some(controller))
    {
        let because = format!("the GatewayClass names `{}`", class.text);
        return Some(Chosen { controller, because, site: Some(class.site) });
    }
    if !objects.gateway_controllers.is_empty() {
        return None;
    }
    let policy = objects.proxy_settings.first()?;
    let site = policy.targets.first().map(|target| target.site);
    Some(Chosen { controller, because: "only it reads ProxySettingsPolicies".to_owned(), site })
}

/// A rule of a route with the upstream that it leads to.
type Served<'o> = (&'o HttpRoute, &'o HttpRule, Option<String>);

/// Writes a server for each host.
pub(super) fn compile(cluster: &Cluster<'_>) -> Text {
    let mut text = Text::default();
    let routes = &cluster.objects.http_routes;
    let Some(first) = routes.first() else { return text };
    let whole = Cause::at(first.meta.name.site);
    text.line(0, "events { worker_connections 1024; }", &whole);
    text.line(0, "http {", &whole);
    text.line(1, "map $http_upgrade $connection_upgrade { default upgrade; '' close; }", &whole);
    let mut upstreams = Upstreams::default();
    let mut hosts: BTreeMap<&str, Vec<Served<'_>>> = BTreeMap::new();
    for route in routes {
        for rule in route.rules.iter().filter(|rule| !rule.conditional && rule.refused.is_none()) {
            let shares: Vec<Share<'_>> =
                rule.backends.iter().map(|backend| Share { meta: &route.meta, backend }).collect();
            let method = method(rule);
            let upstream = (!shares.is_empty())
                .then(|| upstreams.write(&mut text, cluster, &shares, rule.site, &method));
            let names = route.hosts.iter().map(|host| host.text.as_str());
            for name in names.chain(route.hosts.is_empty().then_some("")) {
                hosts.entry(name).or_default().push((route, rule, upstream.clone()));
            }
        }
    }
    for (name, rules) in hosts {
        let cause = Cause::at(rules.first().map_or(whole.site, |(route, ..)| route.meta.name.site));
        text.line(1, "server {", &cause);
        text.line(2, "listen 80;", &cause);
        nginx::certificate(&mut text, &cause);
        let shown = if name.is_empty() { "_".to_owned() } else { quoted::nginx(name) };
        text.line(2, &format!("server_name {shown};"), &cause);
        for line in [
            "proxy_http_version 1.1;",
            "proxy_set_header Host $http_host;",
            "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
            "proxy_set_header X-Forwarded-Proto $scheme;",
            "proxy_set_header Upgrade $http_upgrade;",
            "proxy_set_header Connection $connection_upgrade;",
        ] {
            text.line(2, line, &cause);
        }
        let mut root = false;
        for (route, rule, upstream) in rules {
            for (path, kind) in &rule.paths {
                root |= path.text == "/";
                for head in heads(path, kind.as_ref()) {
                    location(&mut text, cluster, route, rule, &head, path, upstream.as_deref());
                }
            }
        }
        if !root {
            text.line(2, "location / { return 404; }", &cause);
        }
        text.line(1, "}", &cause);
    }
    text.line(0, "}", &whole);
    text
}

/// How one of several pods is picked: by a cookie, or each request by itself.
fn method(rule: &HttpRule) -> Method {
    if let Some(site) = rule.persistence {
        return Method { line: Some(("sticky cookie session;".to_owned(), Cause::at(site))), head: None };
    }
    let head = rule.backends.get(1).map(|second| {
        let note = "each request is dealt by itself to one of the Services of this rule";
        Cause::noted(second.service.site, note)
    });
    Method { line: None, head }
}

fn heads(path: &Word, kind: Option<&Word>) -> Vec<String> {
    let text = path.text.as_str();
    match kind.map_or("PathPrefix", |kind| kind.text.as_str()) {
        "Exact" => vec![format!("= {}", quoted::nginx(text))],
        "RegularExpression" => vec![format!("~ {}", quoted::nginx(text))],
        _ if text == "/" => vec![quoted::nginx(text)],
        _ => {
            let trimmed = text.trim_end_matches('/');
            vec![quoted::nginx(&format!("{trimmed}/")), format!("= {}", quoted::nginx(trimmed))]
        }
    }
}

/// The policy for a route: its own, or that of one of its Gateways.
fn policy<'o>(cluster: &Cluster<'o>, route: &HttpRoute) -> Option<&'o ProxySettings> {
    let names = |policy: &&ProxySettings, name: &str| policy.targets.iter().any(|target| target.text == name);
    let policies = &cluster.objects.proxy_settings;
    policies.iter().find(|policy| names(policy, &route.meta.name.text)).or_else(|| {
        policies.iter().find(|policy| route.parents.iter().any(|parent| names(policy, &parent.text)))
    })
}

fn location(
    text: &mut Text,
    cluster: &Cluster<'_>,
    route: &HttpRoute,
    rule: &HttpRule,
    head: &str,
    path: &Word,
    upstream: Option<&str>,
) {
    let cause = Cause::at(path.site);
    let backend = rule.backends.first();
    let service = backend.and_then(|backend| cluster.service(&route.meta, backend));
    nginx::evidence_line(text, evidence::of_path(&route.meta, backend, service).as_ref());
    text.line(2, &format!("location {head} {{"), &cause);
    if let Some(site) = rule.redirects {
        text.line(3, "return 302 \"{{redirect}}\";", &Cause::at(site));
    }
    let policy = policy(cluster, route);
    let said = [
        ("proxy_send_timeout", policy.and_then(|policy| policy.send.as_ref())),
        ("proxy_read_timeout", policy.and_then(|policy| policy.read.as_ref())),
    ];
    for (directive, word) in said {
        let (value, cause) = match word {
            Some(word) => (nginx::time(word), Cause::at(word.site)),
            None => {
                let note = "no ProxySettingsPolicy sets a timeout: nginx's default of 60s applies";
                ("60s".to_owned(), Cause::noted(route.meta.name.site, note))
            }
        };
        text.line(3, &format!("{directive} {value};"), &cause);
    }
    if let Some(target) = &rule.rewrites {
        text.line(3, &format!("rewrite ^ {} break;", quoted::nginx(&target.text)), &Cause::at(target.site));
    }
    if let Some(target) = &rule.replaces {
        let pattern = format!("^{}/?(.*)$", path.text.trim_end_matches('/'));
        let target_path = format!("{}/$1", target.text.trim_end_matches('/'));
        let line = format!("rewrite {} {} break;", quoted::nginx(&pattern), quoted::nginx(&target_path));
        text.line(3, &line, &Cause::at(target.site));
    }
    match upstream {
        Some(name) => text.line(3, &format!("proxy_pass http://{name};"), &cause),
        None => text.line(3, "return 500;", &cause),
    };
    text.line(2, "}", &cause);
}
