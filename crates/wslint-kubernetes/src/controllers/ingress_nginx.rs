//! ingress-nginx: what it writes into `nginx.conf`, as far as a WebSocket notices it.

use std::collections::BTreeMap;

use wslint_model::Site;

use super::nginx::{self, Method, Upstreams};
use crate::balancer::ends_tls;
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::evidence;
use crate::objects::{Backend, Ingress};
use crate::quoted;
use crate::settings::{Setting, Settings};
use crate::text::{Cause, Text};
use crate::word::Word;

/// A location before it is written.
struct Location<'o> {
    ingress: &'o Ingress,
    path: Word,
    kind: Option<&'o Word>,
    backend: &'o Backend,
    site: Site,
}

/// What one host serves.
#[derive(Default)]
struct Host<'o> {
    locations: Vec<Location<'o>>,
    ingresses: Vec<&'o Ingress>,
    /// Whether every location is a pattern, because one is.
    regex: bool,
}

/// The server that a location stands in: its host, and whether its locations have their headers apart.
struct Server<'h> {
    name: &'h str,
    apart: bool,
}

/// A location as it is written: its head, and whether its path is a pattern.
struct Head {
    words: String,
    pattern: bool,
}

/// The lines that every location has the headers of.
const HEADERS: &[&str] = &[
    "proxy_http_version 1.1;",
    "proxy_set_header Host $http_host;",
    "proxy_set_header Upgrade $http_upgrade;",
    "proxy_set_header Connection $connection_upgrade;",
    "proxy_set_header X-Real-IP $remote_addr;",
    "proxy_set_header X-Forwarded-For $remote_addr;",
    "proxy_set_header X-Forwarded-Host $http_host;",
    "proxy_set_header X-Forwarded-Proto $scheme;",
];

/// Writes the configuration for some Ingresses.
pub(super) fn compile(cluster: &Cluster<'_>, ingresses: &[&Ingress]) -> Text {
    let mut text = Text::default();
    let Some(first) = ingresses.first() else { return text };
    let whole = Cause::at(first.meta.name.site);
    let config_map = cluster.config_map(Controller::IngressNginx);
    if let Some(entry) = config_map.and_then(|map| map.entry("worker-shutdown-timeout")) {
        text.line(
            0,
            &format!("worker_shutdown_timeout {};", quoted::nginx(&entry.value.text)),
            &Cause::at(entry.site()),
        );
    }
    text.line(0, "events { worker_connections 16384; }", &whole);
    text.line(0, "http {", &whole);
    text.line(1, "map $http_upgrade $connection_upgrade { default upgrade; '' ''; }", &whole);
    text.line(1, "proxy_buffering off;", &whole);
    if let Some(entry) = config_map.and_then(|map| map.entry("http-snippet")) {
        text.snippet(1, &entry.value, |_| true);
    }
    let settings = |ingress| settings(cluster, ingress);
    let told = ["use-forwarded-headers", "use-proxy-protocol"].iter().any(|key| {
        let entry = config_map.and_then(|map| map.entry(key));
        entry.is_some_and(|entry| entry.value.text == "true")
    });
    let balancer = ends_tls(cluster, Controller::IngressNginx).filter(|_| !told);
    let mut upstreams = Upstreams::default();
    let hosts = hosts(cluster, ingresses);
    zones(&mut text, ingresses, &settings);
    let mut servers = Vec::new();
    for (name, host) in &hosts {
        let mut bodies = Vec::new();
        for location in &host.locations {
            let settings = settings(location.ingress);
            let heads = heads(location, host.regex);
            let pattern = heads.iter().any(|head| head.pattern);
            let method = method(cluster, &settings, location, pattern);
            let upstream = upstreams.write(
                &mut text,
                cluster,
                &location.ingress.meta,
                location.backend,
                location.site,
                &method,
            );
            bodies.push((location, heads, upstream));
        }
        servers.push((name, host, bodies));
    }
    for (name, host, bodies) in servers {
        let cause = Cause::at(host.ingresses.first().map_or(whole.site, |ingress| ingress.meta.name.site));
        text.line(1, "server {", &cause);
        text.line(2, "listen 80;", &cause);
        // What comes through a balancer that ends TLS looks like plain HTTP.
        if balancer.is_none() {
            nginx::certificate(&mut text, &cause);
        }
        let shown = if name.is_empty() { "_".to_owned() } else { quoted::nginx(name) };
        text.line(2, &format!("server_name {shown};"), &cause);
        // A location of a snippet has none of what the controller writes into its own.
        let apart = host.ingresses.iter().any(|ingress| {
            settings(ingress).word("server-snippet").is_some_and(|snippet| snippet.text.contains("location"))
        });
        for line in HEADERS.iter().filter(|_| !apart) {
            text.line(2, line, &cause);
        }
        for ingress in &host.ingresses {
            let settings = settings(ingress);
            if let Some(root) = settings.own("app-root") {
                let target = quoted::nginx(&root.value.text);
                text.line(2, &format!("if ($uri = /) {{ return 302 {target}; }}"), &Cause::at(root.site()));
            }
            if let Some(snippet) = settings.word("server-snippet") {
                text.snippet(2, snippet, |_| true);
            }
        }
        if let Some(entry) = config_map.and_then(|map| map.entry("server-snippet")) {
            text.snippet(2, &entry.value, |_| true);
        }
        let mut root = false;
        for (location, heads, upstream) in bodies {
            root |= location.path.text == "/";
            for head in heads {
                let settings = settings(location.ingress);
                write(&mut text, cluster, &settings, location, &Server { name, apart }, &head, &upstream);
            }
        }
        if !root {
            let head = if host.regex { "location ~* \"^/\"" } else { "location /" };
            text.line(2, &format!("{head} {{ return 404; }}"), &cause);
        }
        text.line(1, "}", &cause);
    }
    text.line(0, "}", &whole);
    if let Some(site) = balancer {
        let words = "TLS ends at this balancer, so that every request looks plain";
        text.explain_all(&["nginx/redirected"], site, words);
    }
    text
}

fn settings<'o>(cluster: &Cluster<'o>, ingress: &'o Ingress) -> Settings<'o> {
    Settings {
        controller: Controller::IngressNginx,
        meta: &ingress.meta,
        parent: None,
        config_map: cluster.config_map(Controller::IngressNginx),
    }
}

/// The hosts with their locations, in the order in which nginx looks at patterns.
fn hosts<'o>(cluster: &Cluster<'o>, ingresses: &[&'o Ingress]) -> BTreeMap<String, Host<'o>> {
    let mut hosts: BTreeMap<String, Host<'o>> = BTreeMap::new();
    for &ingress in ingresses {
        let settings = settings(cluster, ingress);
        if settings.flag("canary", false).0 {
            continue;
        }
        let mut add = |name: &str, location: Location<'o>| {
            let host = hosts.entry(name.to_owned()).or_default();
            if !host.ingresses.iter().any(|other| std::ptr::eq(*other, ingress)) {
                host.ingresses.push(ingress);
            }
            let target = settings.word("rewrite-target").map(|word| word.text.as_str());
            host.regex |= settings.flag("use-regex", false).0
                || target.is_some_and(|target| target != location.path.text);
            let taken = host.locations.iter().any(|other| {
                other.path.text == location.path.text && is_exact(other.kind) == is_exact(location.kind)
            });
            // Of two, the older Ingress wins.
            if !taken {
                host.locations.push(location);
            }
        };
        for rule in &ingress.rules {
            let name = rule.host.as_ref().map_or("", |host| host.text.as_str());
            for path in &rule.paths {
                let Some(backend) = &path.backend else { continue };
                let location = || Location {
                    ingress,
                    path: path.path.clone(),
                    kind: path.kind.as_ref(),
                    backend,
                    site: path.site,
                };
                add(name, location());
                let aliases =
                    settings.word("server-alias").map(|word| word.text.as_str()).unwrap_or_default();
                for alias in aliases.split(',').map(str::trim).filter(|alias| !alias.is_empty()) {
                    add(alias, location());
                }
            }
        }
        if let Some((site, backend)) = &ingress.default_backend {
            let path = Word::unwritten("/", *site);
            add("", Location { ingress, path, kind: None, backend, site: *site });
        }
    }
    for host in hosts.values_mut() {
        host.locations.sort_by(|one, other| {
            let key = |location: &Location<'_>| location.path.text.len();
            key(other).cmp(&key(one)).then_with(|| other.path.text.cmp(&one.path.text))
        });
    }
    hosts
}

fn is_exact(kind: Option<&Word>) -> bool {
    kind.is_some_and(|kind| kind.text == "Exact")
}

/// The heads of the locations of a path.
fn heads(location: &Location<'_>, regex: bool) -> Vec<Head> {
    let path = &location.path.text;
    let head = |words: String| Head { words, pattern: regex };
    if regex {
        return vec![head(format!("~* {}", quoted::nginx(&format!("^{path}"))))];
    }
    if is_exact(location.kind) {
        return vec![head(format!("= {}", quoted::nginx(path)))];
    }
    if path.ends_with('/') {
        return vec![head(quoted::nginx(path))];
    }
    vec![head(quoted::nginx(&format!("{path}/"))), head(format!("= {}", quoted::nginx(path)))]
}

/// The zones that limits count in.
fn zones<'o>(text: &mut Text, ingresses: &[&'o Ingress], settings: &impl Fn(&'o Ingress) -> Settings<'o>) {
    for ingress in ingresses {
        let settings = settings(ingress);
        let zone = zone(ingress);
        for (short, line) in [
            ("limit-connections", format!("limit_conn_zone $binary_remote_addr zone={zone}_conn:5m;")),
            ("limit-rps", format!("limit_req_zone $binary_remote_addr zone={zone}_rps:5m rate=%r/s;")),
            ("limit-rpm", format!("limit_req_zone $binary_remote_addr zone={zone}_rpm:5m rate=%r/m;")),
        ] {
            if let Some((number, site)) = limit(&settings, short) {
                text.line(1, &line.replace('%', &number.to_string()), &Cause::at(site));
            }
        }
    }
}

fn zone(ingress: &Ingress) -> String {
    let namespace = ingress.meta.namespace.as_deref().unwrap_or("default");
    quoted::name(&format!("{namespace}_{}", ingress.meta.name.text))
}

fn limit(settings: &Settings<'_>, short: &str) -> Option<(u32, Site)> {
    let annotation = settings.own(short)?;
    let number = annotation.value.text.parse::<u32>().ok().filter(|number| *number > 0)?;
    Some((number, annotation.site()))
}

/// How a pod is picked for a location.
fn method(cluster: &Cluster<'_>, settings: &Settings<'_>, location: &Location<'_>, pattern: bool) -> Method {
    let mut head = None;
    let (by_service, site) = settings.flag("service-upstream", false);
    if by_service {
        return nginx::by_service(cluster, &location.ingress.meta, location.backend, site);
    }
    if let Some(affinity) = settings.own("affinity") {
        let path = settings.own("session-cookie-path");
        let is_pattern = pattern
            && path.is_none()
            && location.path.text.contains(['(', '[', '*', '\\', '|', '$', '^', '+', '?']);
        if settings.fault(affinity).is_some() {
            let value = quoted::shown(&affinity.value.text);
            let note = format!("{value} is not `cookie`, the only affinity that ingress-nginx has");
            head = Some(Cause::noted(affinity.site(), note));
        } else if is_pattern {
            let note = "the cookie's Path is the text of this pattern, so no browser sends it back";
            head = Some(Cause::noted(affinity.site(), note));
        } else {
            let name =
                settings.word("session-cookie-name").map_or("INGRESSCOOKIE", |word| word.text.as_str());
            let line = format!("sticky cookie {};", quoted::nginx(name));
            return Method { line: Some((line, Cause::at(affinity.site()))), head: None };
        }
    }
    if let Some(key) = settings.own("upstream-hash-by") {
        let line = format!("hash {} consistent;", quoted::nginx(&key.value.text));
        return Method { line: Some((line, Cause::at(key.site()))), head };
    }
    let meant = settings.meant(&["affinity", "sticky-cookie-services", "cookie-persistence"]);
    let head = head.or_else(|| {
        let note = "ingress-nginx does not read this annotation, so nothing keeps a client at one pod";
        meant.map(|annotation| Cause::noted(annotation.site(), note))
    });
    Method { line: None, head }
}

/// Writes one location.
fn write(
    text: &mut Text,
    cluster: &Cluster<'_>,
    settings: &Settings<'_>,
    location: &Location<'_>,
    server: &Server<'_>,
    head: &Head,
    upstream: &str,
) {
    let cause = Cause::at(location.site);
    let ingress = location.ingress;
    nginx::evidence_line(text, evidence::of_ingress_path(cluster, ingress, location.backend).as_ref());
    text.line(2, &format!("location {} {{", head.words), &cause);
    let (redirects, site) = settings.flag("ssl-redirect", true);
    let (forced, forced_site) = settings.flag("force-ssl-redirect", false);
    if forced || redirects && ingress.has_certificate(server.name) {
        let cause = Cause::at(if forced { forced_site } else { site });
        text.line(3, "if ($scheme = http) { return 308 https://$host$request_uri; }", &cause);
    }
    for (short, given, code) in [
        ("temporal-redirect", "temporal-redirect-code", "302"),
        ("permanent-redirect", "permanent-redirect-code", "301"),
    ] {
        if let Some(redirect) = settings.own(short) {
            let given = settings.word(given).map(|word| word.text.as_str());
            let code =
                given.filter(|code| matches!(*code, "301" | "302" | "303" | "307" | "308")).unwrap_or(code);
            let line = format!("return {code} {};", quoted::nginx(&redirect.value.text));
            text.line(3, &line, &Cause::at(redirect.site()));
        }
    }
    limits(text, settings, ingress);
    for (directive, short, default) in [
        ("proxy_connect_timeout", "proxy-connect-timeout", "5s"),
        ("proxy_send_timeout", "proxy-send-timeout", "60s"),
        ("proxy_read_timeout", "proxy-read-timeout", "60s"),
    ] {
        let Setting { value, cause } = settings.value(short, &[short], default, nginx::time);
        text.line(3, &format!("{directive} {value};"), &cause);
    }
    if let Some(version) = settings.own("proxy-http-version").filter(|one| settings.fault(one).is_none()) {
        text.line(3, &format!("proxy_http_version {};", version.value.text), &Cause::at(version.site()));
    }
    if let Some(buffering) = settings.own("proxy-buffering").filter(|one| settings.fault(one).is_none()) {
        text.line(3, &format!("proxy_buffering {};", buffering.value.text), &Cause::at(buffering.site()));
    }
    headers(text, settings, &cause, server.apart);
    rewrite(text, settings, location);
    cors(text, settings);
    if let Some(snippet) = settings.word("configuration-snippet") {
        text.snippet(3, snippet, |line| !nginx::is_idle_header(line));
    }
    let protocol = settings.own("backend-protocol").filter(|one| settings.fault(one).is_none());
    let word = protocol.map(|one| one.value.text.to_ascii_uppercase()).unwrap_or_default();
    let name = quoted::nginx(upstream);
    let name = name.trim_matches('"');
    let (line, pass) = match word.as_str() {
        "HTTPS" => (format!("proxy_pass https://{name};"), protocol),
        "AUTO_HTTP" => (format!("proxy_pass $scheme://{name};"), protocol),
        "GRPC" => (format!("grpc_pass grpc://{name};"), protocol),
        "GRPCS" => (format!("grpc_pass grpcs://{name};"), protocol),
        "FCGI" => (format!("fastcgi_pass {name};"), protocol),
        _ => (format!("proxy_pass http://{name};"), None),
    };
    let rewrites = settings.own("rewrite-target").filter(|one| one.value.text != location.path.text);
    text.line(3, &line, &pass.or(rewrites).map_or(cause.clone(), |one| Cause::at(one.site())));
    text.line(2, "}", &cause);
}

fn limits(text: &mut Text, settings: &Settings<'_>, ingress: &Ingress) {
    let zone = zone(ingress);
    if let Some((number, site)) = limit(settings, "limit-connections") {
        text.line(3, &format!("limit_conn {zone}_conn {number};"), &Cause::at(site));
    }
    let times = limit(settings, "limit-burst-multiplier").map_or(5, |(number, _)| number);
    for (short, suffix) in [("limit-rps", "rps"), ("limit-rpm", "rpm")] {
        if let Some((number, site)) = limit(settings, short) {
            let burst = number.saturating_mul(times);
            text.line(3, &format!("limit_req zone={zone}_{suffix} burst={burst} nodelay;"), &Cause::at(site));
        }
    }
}

/// The headers of a location that has some of its own: nginx then inherits none.
fn headers(text: &mut Text, settings: &Settings<'_>, cause: &Cause, apart: bool) {
    let host = settings.own("upstream-vhost");
    let connection = settings.own("connection-proxy-header").filter(|one| settings.fault(one).is_none());
    let snippet = settings.word("configuration-snippet");
    let snippet = snippet.filter(|snippet| {
        snippet.lines().any(|(line, _)| line.starts_with("proxy_set_header") && !nginx::is_idle_header(line))
    });
    if host.is_none() && connection.is_none() && snippet.is_none() && !apart {
        return;
    }
    for line in HEADERS.iter().filter(|line| apart || line.starts_with("proxy_set_header")) {
        match (line.split(' ').nth(1), host, connection) {
            (Some("Host"), Some(host), _) => {
                let value = quoted::nginx(&host.value.text);
                text.line(3, &format!("proxy_set_header Host {value};"), &Cause::at(host.site()));
            }
            (Some("Connection"), _, Some(connection)) => {
                let value = &connection.value.text;
                text.line(3, &format!("proxy_set_header Connection {value};"), &Cause::at(connection.site()));
            }
            _ => {
                text.line(3, line, cause);
            }
        }
    }
}

fn rewrite(text: &mut Text, settings: &Settings<'_>, location: &Location<'_>) {
    let Some(target) = settings.own("rewrite-target") else { return };
    let path = &location.path.text;
    if target.value.text == *path {
        return;
    }
    let pattern = quoted::nginx(&format!("(?i){path}"));
    let line = format!("rewrite {pattern} {} break;", quoted::nginx(&target.value.text));
    text.line(3, &line, &Cause::at(target.site()));
}

fn cors(text: &mut Text, settings: &Settings<'_>) {
    let (enabled, site) = settings.flag("enable-cors", false);
    if !enabled {
        return;
    }
    let origin = settings.own("cors-allow-origin");
    let (credentials, _) = settings.flag("cors-allow-credentials", true);
    let value = origin.map_or("*", |one| one.value.text.as_str());
    // One of several origins is answered as the client names it.
    let value = if value.contains(',') { "$http_origin".to_owned() } else { quoted::nginx(value) };
    let cause = Cause::at(origin.map_or(site, crate::objects::Annotation::site));
    text.line(3, "proxy_hide_header Access-Control-Allow-Origin;", &cause);
    text.line(3, "proxy_hide_header Access-Control-Allow-Credentials;", &cause);
    text.line(3, &format!("add_header Access-Control-Allow-Origin {value} always;"), &cause);
    if credentials {
        text.line(3, "add_header Access-Control-Allow-Credentials true always;", &cause);
    }
}
