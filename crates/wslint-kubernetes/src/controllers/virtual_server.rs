//! VirtualServers and VirtualServerRoutes: every route passes upgrades on.

use wslint_model::Site;

use super::nginx::{self, Method, Share, Upstreams};
use super::rounds::of_round;
use crate::cluster::Cluster;
use crate::evidence;
use crate::objects::{Action, Meta, Upstream, VirtualRoute, VirtualServer};
use crate::quoted;
use crate::text::{Cause, Text};
use crate::word::Word;

/// Writes a server for each VirtualServer, with the routes of its VirtualServerRoutes.
pub(super) fn write(text: &mut Text, cluster: &Cluster<'_>, upstreams: &mut Upstreams, round: usize) {
    let servers = of_round(&cluster.objects.virtual_servers, address, round);
    for server in servers.into_iter().filter(|one| one.meta.kind == "VirtualServer") {
        let mut routes = Vec::new();
        for route in &server.routes {
            match route.route.as_ref().and_then(|name| route_object(cluster, server, name)) {
                Some(other) => routes.extend(other.routes.iter().map(|route| (other, route))),
                None => routes.push((server, route)),
            }
        }
        let mut bodies = Vec::new();
        for (holder, route) in routes {
            let named = |name: &Word| holder.upstreams.iter().find(|one| one.name.text == name.text);
            let served = served(route, named);
            let upstream = served.first().map(|&upstream| {
                let method = match &route.action {
                    Some(Action::Split(site, _)) => dealt(*site),
                    _ => method(cluster, &holder.meta, upstream),
                };
                let backends = served.iter().map(|upstream| &upstream.backend);
                let shares: Vec<Share<'_>> =
                    backends.map(|backend| Share { meta: &holder.meta, backend }).collect();
                (upstream, upstreams.write(text, cluster, &shares, route.path.site, &method))
            });
            bodies.push((holder, route, upstream));
        }
        let cause = Cause::at(server.meta.name.site);
        text.line(1, "server {", &cause);
        text.line(2, "listen 80;", &cause);
        if server.tls {
            nginx::certificate(text, &cause);
        }
        if let Some(enable) = &server.redirects {
            let line = "if ($scheme = http) { return 301 https://$host$request_uri; }";
            text.line(2, line, &Cause::at(enable.site));
        }
        let name = server.host.as_ref().map_or("_", |host| host.text.as_str());
        text.line(2, &format!("server_name {};", quoted::nginx(name)), &cause);
        text.line(2, "proxy_http_version 1.1;", &cause);
        headers(text, 2, &cause, &[]);
        if let Some(snippet) = &server.snippets {
            text.snippet(2, snippet, |_| true);
        }
        let mut root = false;
        for (holder, route, upstream) in bodies {
            root |= route.path.text == "/";
            location(text, cluster, &holder.meta, route, upstream.as_ref());
        }
        if !root {
            text.line(2, "location / { return 404; }", &cause);
        }
        text.line(1, "}", &cause);
    }
}

/// What no two VirtualServers of a cluster have alike: the host. A VirtualServerRoute has its name.
pub(super) fn address(server: &VirtualServer) -> String {
    match (&server.host, server.meta.kind.as_str()) {
        (Some(host), "VirtualServer") => host.text.clone(),
        _ => format!("{}/{}", server.meta.kind, server.meta.name.text),
    }
}

/// The VirtualServerRoute of a name, which may have its namespace before it.
fn route_object<'o>(cluster: &Cluster<'o>, server: &VirtualServer, name: &Word) -> Option<&'o VirtualServer> {
    let (namespace, name) = match name.text.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (server.meta.namespace.as_deref(), name.text.as_str()),
    };
    cluster.objects.virtual_servers.iter().find(|one| {
        one.meta.kind == "VirtualServerRoute"
            && one.meta.name.text == name
            && one.meta.shares_namespace(namespace)
    })
}

/// The upstreams that a route hands requests to.
fn served<'o>(route: &VirtualRoute, named: impl Fn(&Word) -> Option<&'o Upstream>) -> Vec<&'o Upstream> {
    match route.action.as_ref() {
        Some(Action::Pass(upstream) | Action::Proxy { upstream, .. }) => {
            named(upstream).into_iter().collect()
        }
        Some(Action::Split(_, upstreams)) => upstreams.iter().filter_map(named).collect(),
        None | Some(Action::Redirect(_) | Action::Return(_) | Action::Divided(_)) => Vec::new(),
    }
}

/// How requests are dealt by weights, whatever the upstreams do with theirs.
fn dealt(site: Site) -> Method {
    let note = "each request is dealt by itself to one of these upstreams";
    Method { line: None, head: Some(Cause::noted(site, note)) }
}

fn method(cluster: &Cluster<'_>, meta: &Meta, upstream: &Upstream) -> Method {
    if let Some(by_address) = &upstream.cluster_ip {
        return nginx::by_service(cluster, meta, &upstream.backend, by_address.site);
    }
    if let Some(cookie) = &upstream.cookie {
        return Method {
            line: Some(("sticky cookie srv_id;".to_owned(), Cause::at(cookie.site))),
            head: None,
        };
    }
    let line = upstream
        .method
        .as_ref()
        .and_then(|word| Some((nginx::load_balancing(&word.text)?, Cause::at(word.site))));
    Method { line, head: None }
}

/// The headers of every location, with those that a route sets in their place.
fn headers(text: &mut Text, depth: usize, cause: &Cause, sets: &[(Word, Word)]) {
    for (name, value) in [
        ("Upgrade", "$http_upgrade"),
        ("Connection", "$connection_upgrade"),
        ("Host", "$host"),
        ("X-Real-IP", "$remote_addr"),
        ("X-Forwarded-For", "$proxy_add_x_forwarded_for"),
        ("X-Forwarded-Host", "$host"),
        ("X-Forwarded-Port", "$server_port"),
        ("X-Forwarded-Proto", "$scheme"),
    ] {
        if !sets.iter().any(|(set, _)| set.text.eq_ignore_ascii_case(name) && name == "Host") {
            text.line(depth, &format!("proxy_set_header {name} {value};"), cause);
        }
    }
    for (name, value) in sets {
        let line = format!("proxy_set_header {} {};", quoted::name(&name.text), quoted::nginx(&value.text));
        text.line(depth, &line, &Cause::at(name.site));
    }
}

fn location(
    text: &mut Text,
    cluster: &Cluster<'_>,
    meta: &Meta,
    route: &VirtualRoute,
    upstream: Option<&(&Upstream, String)>,
) {
    let cause = Cause::at(route.path.site);
    let path = route.path.text.trim();
    let head = match ["~*", "^~", "~", "="].iter().find_map(|sign| Some((sign, path.strip_prefix(sign)?))) {
        Some((sign, rest)) => format!("{sign} {}", quoted::nginx(rest.trim().trim_matches('"'))),
        None => quoted::nginx(path),
    };
    let found = upstream.and_then(|(upstream, _)| cluster.service(meta, &upstream.backend));
    let backend = upstream.map(|(upstream, _)| &upstream.backend);
    nginx::evidence_line(text, evidence::of_path(meta, backend, found).as_ref());
    text.line(2, &format!("location {head} {{"), &cause);
    match (route.action.as_ref(), upstream) {
        (Some(Action::Redirect(site)), _) => {
            text.line(3, "return 301 \"{{redirect}}\";", &Cause::at(*site));
        }
        (Some(Action::Return(site)), _) => {
            text.line(3, "return 200 \"{{answer}}\";", &Cause::at(*site));
        }
        (Some(action), Some((upstream, name))) => proxied(text, route, action, upstream, name),
        (Some(Action::Divided(site)), None) => {
            text.line(3, "proxy_pass http://{{divided}};", &Cause::at(*site));
        }
        _ => {
            text.line(3, "proxy_pass http://{{upstream}};", &cause);
        }
    }
    text.line(2, "}", &cause);
}

fn proxied(text: &mut Text, route: &VirtualRoute, action: &Action, upstream: &Upstream, name: &str) {
    let cause = Cause::at(route.path.site);
    if let Some(snippet) = &route.snippets {
        text.snippet(3, snippet, |_| true);
    }
    for (directive, said) in [
        ("proxy_connect_timeout", &upstream.connect_timeout),
        ("proxy_send_timeout", &upstream.send_timeout),
        ("proxy_read_timeout", &upstream.read_timeout),
    ] {
        let field = directive.trim_start_matches("proxy_").replace('_', "-");
        let (value, cause) = match said {
            Some(word) => (nginx::time(word), Cause::at(word.site)),
            None => {
                let note = format!("no `{field}` stands in this upstream: its default of 60s applies");
                ("60s".to_owned(), Cause::noted(upstream.name.site, note))
            }
        };
        text.line(3, &format!("{directive} {value};"), &cause);
    }
    let mut uri = String::new();
    let mut site = route.path.site;
    if let Action::Proxy { rewrite, drops_headers, sets, .. } = action {
        if let Some(pass) = drops_headers {
            text.line(3, "proxy_pass_request_headers off;", &Cause::at(pass.site));
        }
        if !sets.is_empty() {
            headers(text, 3, &cause, sets);
        }
        if let Some(target) = rewrite {
            let path = route.path.text.trim();
            if path.starts_with('~') {
                let pattern = path.trim_start_matches(['~', '*', ' ']).trim_matches('"');
                let line = format!(
                    "rewrite {} {} break;",
                    quoted::nginx(&format!("^{}", pattern.trim_start_matches('^'))),
                    quoted::nginx(&target.text)
                );
                text.line(3, &line, &Cause::at(target.site));
            } else {
                uri =
                    target.text.chars().filter(|c| !c.is_whitespace() && !";{}\"'\\".contains(*c)).collect();
                site = target.site;
            }
        }
    }
    let scheme = if upstream.tls { "https" } else { "http" };
    match &upstream.grpc {
        Some(kind) => text.line(3, &format!("grpc_pass grpc://{name};"), &Cause::at(kind.site)),
        None => text.line(3, &format!("proxy_pass {scheme}://{name}{uri};"), &Cause::at(site)),
    };
}
