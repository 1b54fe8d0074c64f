//! OpenShift's router: what it writes for Routes, and for Ingresses that become Routes.

use wslint_model::Site;

use super::haproxy::{self, Backends, Front, Line, Section, Shares, Way};
use super::rounds::of_round;
use crate::annotations::milliseconds;
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::evidence;
use crate::objects::{Backend, Ingress, Meta};
use crate::quoted;
use crate::router::{default_tunnel, taken};
use crate::text::{Cause, Text};
use crate::word::Word;

/// Where the section that ends TLS takes connections from the one that all of them come to.
const SOCKET: &str = "unix@/var/lib/haproxy/run/haproxy-sni.sock";

/// The frontend for plain HTTP.
const PUBLIC: Front = Front { name: "public", binds: &["*:80"] };

/// The frontend that ends TLS. The first one only looks at the name of the host, and hands connections on as they are.
const BEHIND_TLS: Front = Front {
    name: "fe_sni",
    binds: &[
        "unix@/var/lib/haproxy/run/haproxy-sni.sock ssl crt /var/lib/haproxy/router/certs/default.pem accept-proxy",
    ],
};

/// A Route, or a path of an Ingress that becomes one.
struct Route<'o> {
    meta: &'o Meta,
    host: Option<String>,
    path: Option<&'o Word>,
    backend: Backend,
    site: Site,
    termination: &'o str,
    insecure: Option<&'o Word>,
    /// The share of its Service, and the others with theirs.
    weight: Option<&'o Word>,
    others: Vec<(Backend, Option<Word>)>,
}

impl Route<'_> {
    /// Whether its Service ends TLS itself.
    fn is_passed(&self) -> bool {
        self.termination == "passthrough"
    }

    /// Whether clients come by TLS that the router ends.
    fn is_secure(&self) -> bool {
        !self.is_passed() && !self.termination.is_empty()
    }

    /// Whether a template says how TLS ends.
    fn is_open(&self) -> bool {
        self.termination.contains("{{")
    }
}

/// Writes the configuration for some Ingresses, and for the Routes of one round.
pub(super) fn compile(cluster: &Cluster<'_>, ingresses: &[&Ingress], round: usize) -> Text {
    let mut text = Text::default();
    let routes = routes(cluster, ingresses, round);
    let Some(first) = routes.first() else { return text };
    let whole = Cause::at(first.meta.name.site);
    text.line(0, "global", &whole);
    text.line(1, "maxconn 50000", &whole);
    text.line(0, "defaults", &whole);
    text.line(1, "mode http", &whole);
    let router = cluster.objects.routers.first();
    let is_time = |word: &&Word| milliseconds(Controller::Openshift, &word.text).is_some();
    let client = router.and_then(|router| router.client.as_ref()).filter(is_time);
    let server = router.and_then(|router| router.server.as_ref()).filter(is_time);
    let (tunnel, tunnel_site) = default_tunnel(cluster);
    let cause = |site: Option<Site>| site.map_or(whole.clone(), Cause::at);
    let value = |word: Option<&Word>| word.map_or("30s".to_owned(), time);
    text.line(1, "timeout connect 5s", &whole);
    text.line(1, &format!("timeout client {}", value(client)), &cause(client.map(|word| word.site)));
    text.line(1, &format!("timeout server {}", value(server)), &cause(server.map(|word| word.site)));
    text.line(1, "timeout http-request 10s", &whole);
    text.line(1, "timeout http-keep-alive 300s", &whole);
    text.line(1, &format!("timeout tunnel {tunnel}ms"), &cause(tunnel_site));
    let (mut plain, mut secure, mut passed) = (Vec::new(), Vec::new(), Vec::new());
    let mut backends = Backends::default();
    for route in &routes {
        let path = route.path.map_or("/", |path| path.text.as_str());
        let name = backends.add(section(cluster, route, path));
        if route.is_passed() {
            passed.push((route, name));
            continue;
        }
        let way = |redirect| Way {
            host: route.host.clone(),
            tests: haproxy::segments(path),
            rank: (false, path.len()),
            site: route.site,
            backend: name.clone(),
            redirect,
        };
        match route.insecure.map(|word| (word.text.as_str(), word.site)) {
            _ if !route.is_secure() => plain.push(way(None)),
            Some(("Redirect", site)) => plain.push(way(Some((302, site)))),
            Some(("Allow", _)) => plain.push(way(None)),
            _ if route.is_open() => plain.push(way(None)),
            _ => {}
        }
        if route.is_secure() {
            secure.push(way(None));
        }
    }
    if !plain.is_empty() {
        haproxy::frontend(&mut text, &whole, &PUBLIC, plain, &[]);
    }
    if !secure.is_empty() || !passed.is_empty() {
        text.line(0, "frontend public_ssl", &whole);
        text.line(1, "mode tcp", &whole);
        text.line(1, "bind *:443", &whole);
        text.line(1, "tcp-request inspect-delay 5s", &whole);
        text.line(1, "tcp-request content accept if { req.ssl_hello_type 1 }", &whole);
    }
    for (route, name) in passed {
        let host = quoted::haproxy(route.host.as_deref().unwrap_or_default());
        let line = format!("use_backend {name} if {{ req.ssl_sni -i {host} }}");
        text.line(1, &line, &Cause::at(route.site));
    }
    if !secure.is_empty() {
        text.line(1, "default_backend be_sni", &whole);
        text.line(0, "backend be_sni", &whole);
        text.line(1, "mode tcp", &whole);
        text.line(1, &format!("server fe_sni {SOCKET} send-proxy"), &whole);
        haproxy::frontend(&mut text, &whole, &BEHIND_TLS, secure, &[]);
    }
    backends.write(&mut text, cluster);
    text
}

fn time(word: &Word) -> String {
    let text = word.text.trim();
    if word.open {
        return "{{time}}".to_owned();
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) { format!("{text}ms") } else { text.to_owned() }
}

fn routes<'o>(cluster: &Cluster<'o>, ingresses: &[&'o Ingress], round: usize) -> Vec<Route<'o>> {
    let of_route = |route: &'o crate::objects::OpenshiftRoute| Route {
        meta: &route.meta,
        host: route.host.as_ref().map(|host| host.text.clone()),
        path: route.path.as_ref(),
        backend: route.backend(),
        site: route.path.as_ref().or(route.host.as_ref()).unwrap_or(&route.meta.name).site,
        termination: route.termination.as_ref().map_or("", |word| word.text.as_str()),
        insecure: route.insecure.as_ref(),
        weight: route.weight.as_ref(),
        others: route.others(),
    };
    let own = of_round(&cluster.objects.routes, address, round).into_iter();
    let mut routes: Vec<Route<'o>> = own.map(of_route).collect();
    for ingress in ingresses {
        for rule in &ingress.rules {
            let host = rule.host.as_ref().map(|host| host.text.clone());
            let edge = ingress.has_certificate(host.as_deref().unwrap_or_default());
            for path in &rule.paths {
                let Some(backend) = &path.backend else { continue };
                routes.push(Route {
                    meta: &ingress.meta,
                    host: host.clone(),
                    path: Some(&path.path),
                    backend: backend.clone(),
                    site: path.site,
                    termination: if edge { "edge" } else { "" },
                    insecure: None,
                    weight: None,
                    others: Vec::new(),
                });
            }
        }
    }
    routes
}

/// What no two Routes of a cluster have alike: host and path.
pub(super) fn address(route: &crate::objects::OpenshiftRoute) -> String {
    let text = |word: &Option<Word>| word.as_ref().map_or(String::new(), |word| word.text.clone());
    format!("{}{}", text(&route.host), text(&route.path))
}

/// How many connections and requests of one address a Route takes, if it says that it limits them at all.
fn limits(meta: &Meta, passed: bool) -> Vec<Line> {
    let switch = taken(meta, "rate-limit-connections");
    if switch.is_none_or(|one| !one.value.text.eq_ignore_ascii_case("true")) {
        return Vec::new();
    }
    let mut lines: Vec<Line> = Vec::new();
    for (short, counter) in [
        ("rate-limit-connections.concurrent-tcp", "src_conn_cur"),
        ("rate-limit-connections.rate-tcp", "src_conn_rate"),
        ("rate-limit-connections.rate-http", "src_http_req_rate"),
    ] {
        let Some(one) = taken(meta, short) else { continue };
        let Some(most) = one.value.text.parse::<u32>().ok() else { continue };
        if passed && counter == "src_http_req_rate" {
            continue;
        }
        let cause = Cause::at(one.site());
        if lines.is_empty() {
            let table =
                "stick-table type ip size 100k expire 30s store conn_cur,conn_rate(3s),http_req_rate(10s)";
            lines.push((table.to_owned(), cause.clone()));
            lines.push(("tcp-request content track-sc2 src".to_owned(), cause.clone()));
        }
        lines.push((format!("tcp-request content reject if {{ {counter} ge {most} }}"), cause));
    }
    lines
}

fn section<'o>(cluster: &Cluster<'o>, route: &'o Route<'o>, path: &str) -> Section<'o> {
    let meta = route.meta;
    let passed = route.is_passed();
    let mut lines: Vec<Line> = Vec::new();
    let own = Cause::at(meta.name.site);
    if passed {
        lines.push(("mode tcp".to_owned(), own.clone()));
    }
    // The router takes turns as soon as more than one Service has a share.
    let usual = match (passed, shared(route)) {
        (true, _) => "source",
        (false, false) => "random",
        (false, true) => "roundrobin",
    };
    let balance = taken(meta, "balance");
    let method = balance.map_or(usual, |one| one.value.text.as_str());
    let disabled = taken(meta, "disable_cookies").filter(|one| one.value.text.eq_ignore_ascii_case("true"));
    let head = disabled
        .map(|one| Cause::noted(one.site(), "this switches off the cookie that keeps a client at one pod"));
    let cause = balance.map_or(head.clone().unwrap_or(own.clone()), |one| Cause::at(one.site()));
    lines.push((format!("balance {}", quoted::name(method)), cause));
    let tunnel = taken(meta, "timeout-tunnel");
    let timeout = taken(meta, "timeout");
    if let Some(one) = timeout.filter(|_| !passed) {
        lines.push((format!("timeout server {}", time(&one.value)), Cause::at(one.site())));
    }
    let tunnel = tunnel.or(timeout.filter(|_| passed));
    if let Some(one) = tunnel {
        lines.push((format!("timeout tunnel {}", time(&one.value)), Cause::at(one.site())));
    }
    if let (Some(one), false) = (taken(meta, "rewrite-target"), passed) {
        let pattern = format!("^{}(.*)$", path.trim_end_matches('/'));
        let target = format!("{}\\1", one.value.text.trim_end_matches('/'));
        let line =
            format!("http-request replace-path {} {}", quoted::haproxy(&pattern), quoted::haproxy(&target));
        lines.push((line, Cause::at(one.site())));
    }
    lines.extend(limits(meta, passed));
    let mut server: Vec<Line> = Vec::new();
    if !passed && disabled.is_none() {
        let secure = if route.termination.is_empty() { "" } else { " secure attr SameSite=None" };
        lines.push((format!("cookie route insert indirect nocache httponly{secure}"), own.clone()));
        server.push(("cookie pod-%".to_owned(), own.clone()));
    }
    let service = cluster.service(meta, &route.backend);
    let port = service.and_then(|service| service.port(route.backend.port.as_ref()));
    let h2 = port.and_then(|port| port.protocol.as_ref()).filter(|word| word.text.ends_with("h2c"));
    match (route.termination, h2) {
        ("passthrough", _) => {}
        ("reencrypt", _) => server.push(("ssl verify none".to_owned(), own)),
        (_, Some(word)) => server.push(("proto h2".to_owned(), Cause::at(word.site))),
        _ => {}
    }
    if let Some(one) = taken(meta, "pod-concurrent-connections") {
        server.push((format!("maxconn {}", quoted::name(&one.value.text)), Cause::at(one.site())));
    }
    let evidence = evidence::of_path(meta, Some(&route.backend), service);
    let others = route.others.iter().map(|(backend, weight)| (backend, weight.as_ref())).collect();
    let shares = if route.others.is_empty() { None } else { Some(Shares { own: route.weight, others }) };
    Section { meta, backend: &route.backend, site: route.site, evidence, lines, head, server, shares }
}

/// Whether more than one Service of a Route gets requests.
fn shared(route: &Route<'_>) -> bool {
    let weights = route.others.iter().map(|(_, weight)| weight.as_ref()).chain([route.weight]);
    weights.filter(|weight| weight.is_none_or(|weight| weight.text != "0")).count() > 1
}
