//! F5's NGINX Ingress Controller: what it writes for Ingresses, as far as a WebSocket notices it.

use std::collections::BTreeMap;

use wslint_model::{Site, Version};

use super::nginx::{self, Method, Share, Upstreams};
use super::virtual_server;
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::evidence;
use crate::objects::{Backend, Ingress, Path};
use crate::quoted;
use crate::refusal::rejection;
use crate::settings::Settings;
use crate::text::{Cause, Text};
use crate::word::Word;

/// What one host serves: the Ingresses that hold its paths, and the one that holds its settings.
#[derive(Default)]
struct Host<'o> {
    paths: Vec<(&'o Ingress, &'o Path)>,
    main: Option<&'o Ingress>,
    master: Option<&'o Ingress>,
}

/// The rules that ask whether the upgrade reaches the upstream.
const UPGRADE: &[&str] = &["nginx/upgrade-missing", "nginx/connection-missing", "any/endpoint-fails"];

/// The release from which on cookies keep clients at their pods without NGINX Plus.
const COOKIES: Version = Version(5, 4, 0);

/// The headers of every location.
const HEADERS: &[&str] = &[
    "proxy_set_header Host $host;",
    "proxy_set_header X-Real-IP $remote_addr;",
    "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
    "proxy_set_header X-Forwarded-Host $host;",
    "proxy_set_header X-Forwarded-Port $server_port;",
    "proxy_set_header X-Forwarded-Proto $scheme;",
];

/// Writes the configuration for some Ingresses, and for the VirtualServers of one round.
pub(super) fn compile(cluster: &Cluster<'_>, ingresses: &[&Ingress], round: usize) -> Text {
    let mut text = Text::default();
    let taken: Vec<&Ingress> = ingresses
        .iter()
        .copied()
        .filter(|ingress| rejection(cluster, Controller::NginxIngress, ingress).is_none())
        .collect();
    let places = taken.iter().map(|ingress| ingress.meta.name.site);
    let servers = cluster.objects.virtual_servers.iter().map(|server| server.meta.name.site);
    let Some(place) = places.chain(servers).next() else { return text };
    let whole = Cause::at(place);
    let map = cluster.config_map(Controller::NginxIngress);
    let entry = |key: &str| map.and_then(|map| map.entry(key));
    if let Some(entry) = entry("worker-shutdown-timeout") {
        let line = format!("worker_shutdown_timeout {};", nginx::time(&entry.value));
        text.copied(0, &line, &Cause::at(entry.site()));
    }
    text.line(0, "events { worker_connections 1024; }", &whole);
    text.line(0, "http {", &whole);
    if let Some(entry) = entry("http-snippets") {
        text.snippet(1, &entry.value, |_| true);
    }
    if let Some(entry) = entry("proxy-hide-headers") {
        for name in entry.value.text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            text.line(1, &format!("proxy_hide_header {};", quoted::name(name)), &Cause::at(entry.site()));
        }
    }
    text.line(1, "map $http_upgrade $connection_upgrade { default upgrade; '' close; }", &whole);
    let hosts = hosts(&taken);
    for ingress in &taken {
        if let Some((rate, site)) = limit(&settings(cluster, ingress, None)) {
            let line = format!("limit_req_zone $binary_remote_addr zone={}:10m rate={rate};", zone(ingress));
            text.line(1, &line, &Cause::at(site));
        }
    }
    let mut upstreams = Upstreams::default();
    let mut servers = Vec::new();
    for (name, host) in &hosts {
        let mut bodies = Vec::new();
        for &(ingress, path) in &host.paths {
            let Some(backend) = &path.backend else { continue };
            let settings = settings(cluster, ingress, host.master);
            let method = method(cluster, &settings, backend);
            let share = Share { meta: &ingress.meta, backend };
            let upstream = upstreams.write(&mut text, cluster, &[share], path.site, &method);
            bodies.push((settings, ingress, path, backend, upstream));
        }
        servers.push((name, host, bodies));
    }
    for (name, host, bodies) in servers {
        let Some(main) = host.master.or(host.main) else { continue };
        let cause = Cause::at(main.meta.name.site);
        let settings = settings(cluster, main, None);
        text.line(1, "server {", &cause);
        text.line(2, "listen 80;", &cause);
        let shown = if name.is_empty() { "_".to_owned() } else { quoted::nginx(name) };
        if main.has_certificate(name) {
            nginx::certificate(&mut text, &cause);
            let (redirects, site) = settings.flag("ssl-redirect", true);
            if redirects {
                text.line(
                    2,
                    "if ($scheme = http) { return 301 https://$host:443$request_uri; }",
                    &Cause::at(site),
                );
            }
        }
        let (behind, site) = settings.flag("redirect-to-https", false);
        if behind {
            let line = "if ($http_x_forwarded_proto = 'http') { return 301 https://$host$request_uri; }";
            text.line(2, line, &Cause::at(site));
        }
        if let Some(root) = settings.own("app-root") {
            let target = quoted::nginx(&root.value.text);
            text.line(2, &format!("if ($uri = /) {{ return 302 {target}; }}"), &Cause::at(root.site()));
        }
        text.line(2, &format!("server_name {shown};"), &cause);
        text.line(2, "proxy_http_version 1.1;", &cause);
        for line in HEADERS {
            text.line(2, line, &cause);
        }
        if let Some(snippet) = settings.own("server-snippets").or_else(|| settings.entry("server-snippets")) {
            text.snippet(2, &snippet.value, |_| true);
        }
        let mut root = false;
        for (settings, ingress, path, backend, upstream) in bodies {
            root |= path.path.text == "/";
            write(&mut text, cluster, &settings, ingress, path, backend, &upstream);
        }
        if !root {
            text.line(2, "location / { return 404; }", &cause);
        }
        text.line(1, "}", &cause);
    }
    virtual_server::write(&mut text, cluster, &mut upstreams, round);
    text.line(0, "}", &whole);
    text
}

fn settings<'o>(cluster: &Cluster<'o>, ingress: &'o Ingress, master: Option<&'o Ingress>) -> Settings<'o> {
    Settings {
        controller: Controller::NginxIngress,
        meta: &ingress.meta,
        parent: master.map(|master| &master.meta).filter(|meta| !std::ptr::eq(*meta, &ingress.meta)),
        config_map: cluster.config_map(Controller::NginxIngress),
    }
}

fn mergeable(ingress: &Ingress) -> &str {
    ingress.meta.annotation("nginx.org/mergeable-ingress-type").map_or("", |one| one.value.text.as_str())
}

fn hosts<'o>(ingresses: &[&'o Ingress]) -> BTreeMap<String, Host<'o>> {
    let mut hosts: BTreeMap<String, Host<'o>> = BTreeMap::new();
    for &ingress in ingresses {
        for rule in &ingress.rules {
            let name = rule.host.as_ref().map_or("", |host| host.text.as_str());
            let host = hosts.entry(name.to_owned()).or_default();
            if mergeable(ingress) == "master" {
                host.master = Some(ingress);
            } else {
                host.main.get_or_insert(ingress);
            }
            host.paths.extend(rule.paths.iter().map(|path| (ingress, path)));
        }
    }
    hosts
}

/// Whether an annotation that lists Services names one.
fn names(word: Option<&Word>, service: &str) -> bool {
    word.is_some_and(|word| word.text.split(',').any(|name| name.trim() == service))
}

/// The options that an annotation such as `serviceName=s rewrite=/; serviceName=t …` gives for a Service.
fn options_of(text: &str, service: &str) -> Option<String> {
    let of = |part: &str| {
        let (name, options) = part.trim().strip_prefix("serviceName=")?.split_once(' ')?;
        (name == service).then(|| options.trim().to_owned())
    };
    text.split(';').find_map(of)
}

fn method(cluster: &Cluster<'_>, settings: &Settings<'_>, backend: &Backend) -> Method {
    let service = &backend.service.text;
    let (by_address, site) = settings.flag("use-cluster-ip", false);
    if by_address {
        return nginx::by_service(cluster, settings.meta, backend, site);
    }
    let sticky = settings.own("sticky-cookie-services");
    let release = cluster.selection.version(settings.controller);
    if let (Some(one), Some(release)) = (sticky, release.filter(|release| *release < COOKIES)) {
        let note = format!("release {release} does not read this: it came with {COOKIES}");
        return Method { line: None, head: Some(Cause::noted(one.site(), note)) };
    }
    if let Some(options) = sticky.and_then(|one| options_of(&one.value.text, service)) {
        let plain = |c: char| c.is_ascii_alphanumeric() || " =/_-.".contains(c);
        let options: String = options.chars().filter(|c| plain(*c)).collect();
        let site = sticky.map_or(settings.meta.name.site, crate::objects::Annotation::site);
        return Method { line: Some((format!("sticky cookie {options};"), Cause::at(site))), head: None };
    }
    let meant = settings.meant(&["affinity", "upstream-hash-by", "cookie-persistence"]);
    let title = settings.controller.title();
    let head = meant.map(|annotation| {
        let note = format!("{title} does not read this annotation, so nothing keeps a client at one pod");
        Cause::noted(annotation.site(), note)
    });
    let said = settings.own("lb-method").or_else(|| settings.entry("lb-method"));
    let Some(said) = said else { return Method { line: None, head } };
    let line = nginx::load_balancing(&said.value.text);
    Method { line: line.map(|line| (line, Cause::at(said.site()))), head }
}

fn limit<'o>(settings: &Settings<'o>) -> Option<(&'o str, Site)> {
    let rate = settings.own("limit-req-rate")?;
    let text = rate.value.text.trim();
    let number = text.strip_suffix("r/s").or_else(|| text.strip_suffix("r/m"))?;
    number.parse::<u32>().ok().map(|_| (text, rate.site()))
}

fn zone(ingress: &Ingress) -> String {
    let namespace = ingress.meta.namespace.as_deref().unwrap_or("default");
    quoted::name(&format!("{namespace}_{}", ingress.meta.name.text))
}

/// The head of a location of a path.
fn head(settings: &Settings<'_>, path: &Path) -> String {
    let text = &path.path.text;
    match settings.word("path-regex").map(|word| word.text.as_str()) {
        Some("case_sensitive") => format!("~ {}", quoted::nginx(&format!("^{text}"))),
        Some("case_insensitive") => format!("~* {}", quoted::nginx(&format!("^{text}"))),
        Some("exact") => format!("= {}", quoted::nginx(text)),
        _ if path.kind.as_ref().is_some_and(|kind| kind.text == "Exact") => {
            format!("= {}", quoted::nginx(text))
        }
        _ => quoted::nginx(text),
    }
}

fn write(
    text: &mut Text,
    cluster: &Cluster<'_>,
    settings: &Settings<'_>,
    ingress: &Ingress,
    path: &Path,
    backend: &Backend,
    upstream: &str,
) {
    let cause = Cause::at(path.site);
    let service = &backend.service.text;
    nginx::evidence_line(text, evidence::of_ingress_path(cluster, ingress, backend).as_ref());
    let opener = text.line(2, &format!("location {} {{", head(settings, path)), &cause);
    if let Some((_, site)) = limit(settings) {
        let number = settings.word("limit-req-burst").and_then(|word| word.text.parse::<u32>().ok());
        let burst = number.map_or_else(String::new, |number| format!(" burst={number}"));
        let (nodelay, _) = settings.flag("limit-req-no-delay", false);
        let nodelay = if nodelay { " nodelay" } else { "" };
        text.line(3, &format!("limit_req zone={}{burst}{nodelay};", zone(ingress)), &Cause::at(site));
    }
    let snippet = settings.own("location-snippets").or_else(|| settings.entry("location-snippets"));
    let snippet = snippet.map(|one| &one.value);
    let noticed = |line: &str| line.starts_with("proxy_set_header") && !nginx::is_idle_header(line);
    let own_headers = snippet.is_some_and(|snippet| snippet.lines().any(|(line, _)| noticed(line)));
    if let Some(snippet) = snippet {
        text.snippet(3, snippet, |line| !nginx::is_idle_header(line));
    }
    // What a master says of Services is dropped.
    let websocket = settings.meta_only().own("websocket-services");
    let named = websocket.filter(|one| names(Some(&one.value), service));
    if named.is_some() || own_headers {
        let passes = named.map_or(cause.clone(), |one| Cause::at(one.site()));
        if named.is_some() {
            text.line(3, "proxy_set_header Upgrade $http_upgrade;", &passes);
            text.line(3, "proxy_set_header Connection $connection_upgrade;", &passes);
        }
        for line in HEADERS {
            text.line(3, line, &cause);
        }
    }
    if named.is_none() {
        match websocket {
            Some(one) => {
                let note = format!("`{service}` is none of the services that get upgrades");
                text.explain(opener, UPGRADE, one.site(), note);
            }
            None => {
                let note = format!("no `nginx.org/websocket-services` names `{service}`");
                text.explain(opener, UPGRADE, ingress.meta.name.site, note);
                if let Some(one) =
                    settings.meant(&["proxy-read-timeout", "proxy-send-timeout", "websocket-services"])
                {
                    let note = "F5's NGINX Ingress Controller does not read this annotation";
                    text.explain(opener, UPGRADE, one.site(), note);
                }
            }
        }
        let (keeps, site) = settings.flag_like("keepalive");
        if keeps && !own_headers {
            text.line(3, "proxy_set_header Connection \"\";", &Cause::at(site));
            for line in HEADERS {
                text.line(3, line, &cause);
            }
        }
    }
    for (directive, short) in [
        ("proxy_connect_timeout", "proxy-connect-timeout"),
        ("proxy_send_timeout", "proxy-send-timeout"),
        ("proxy_read_timeout", "proxy-read-timeout"),
    ] {
        let setting = settings.value(short, &[short], "60s", nginx::time);
        let line = format!("{directive} {};", setting.value);
        match setting.copied {
            true => text.copied(3, &line, &setting.cause),
            false => drop(text.line(3, &line, &setting.cause)),
        }
    }
    if let Some(hidden) = settings.own("proxy-hide-headers") {
        for name in hidden.value.text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            text.line(3, &format!("proxy_hide_header {};", quoted::name(name)), &Cause::at(hidden.site()));
        }
    }
    let (buffers, site) = settings.flag("proxy-buffering", true);
    if !buffers {
        text.line(3, "proxy_buffering off;", &Cause::at(site));
    }
    if let Some(target) = settings.own("rewrite-target") {
        let pattern = quoted::nginx(&format!("^{}", path.path.text));
        let line = format!("rewrite {pattern} {} break;", quoted::nginx(&target.value.text));
        text.line(3, &line, &Cause::at(target.site()));
    }
    let rewrites = settings.meta_only().own("rewrites");
    let rewrite = rewrites.and_then(|one| {
        let options = options_of(&one.value.text, service)?;
        Some((options.strip_prefix("rewrite=")?.to_owned(), one.site()))
    });
    let scheme = if names(settings.meta_only().word("ssl-services"), service) { "https" } else { "http" };
    let grpc = settings.own("grpc-services").filter(|one| names(Some(&one.value), service));
    let line = match (&rewrite, grpc) {
        (_, Some(_)) => format!("grpc_pass grpc://{upstream};"),
        (Some((uri, _)), None) => {
            let uri: String =
                uri.chars().filter(|c| !c.is_whitespace() && !";{}\"'\\".contains(*c)).collect();
            format!("proxy_pass {scheme}://{upstream}{uri};")
        }
        (None, None) => format!("proxy_pass {scheme}://{upstream};"),
    };
    let site =
        grpc.map(crate::objects::Annotation::site).or(rewrite.map(|(_, site)| site)).unwrap_or(path.site);
    let span = text.line(3, &line, &Cause::at(site));
    text.explain(
        span,
        &["nginx/socketio-path-mangled", "nginx/rewrite-moves-ws-path"],
        path.site,
        "the path that is replaced",
    );
    text.line(2, "}", &cause);
}
