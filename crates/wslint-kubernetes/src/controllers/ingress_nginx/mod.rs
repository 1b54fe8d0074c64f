//! ingress-nginx: what it writes into `nginx.conf`, as far as a WebSocket notices it.

mod auth;
mod canary;
mod cors;
mod headers;
mod hosts;
mod limits;
mod location;
mod method;

use self::headers::Headers;
use self::hosts::{heads, hosts};
use self::location::Server;
use self::method::method;
use super::nginx::{self, Share, Upstreams};
use crate::balancer::ends_tls;
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::objects::Ingress;
use crate::quoted;
use crate::settings::Settings;
use crate::text::{Cause, Text};

/// The settings of each Ingress.
fn of_ingress<'o>(cluster: &Cluster<'o>) -> impl Fn(&'o Ingress) -> Settings<'o> {
    let cluster = *cluster;
    move |ingress| Settings::of(&cluster, Controller::IngressNginx, &ingress.meta)
}

/// Writes the configuration for some Ingresses.
pub(super) fn compile<'o>(cluster: &Cluster<'o>, ingresses: &[&'o Ingress]) -> Text {
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
    headers::of_answers(&mut text, cluster);
    let settings = of_ingress(cluster);
    let told = ["use-forwarded-headers", "use-proxy-protocol"].iter().any(|key| {
        let entry = config_map.and_then(|map| map.entry(key));
        entry.is_some_and(|entry| entry.value.text == "true")
    });
    let balancer = ends_tls(cluster, Controller::IngressNginx).filter(|_| !told);
    let mut upstreams = Upstreams::default();
    let hosts = hosts(cluster, ingresses);
    limits::zones(&mut text, cluster, ingresses);
    let headers = Headers::of(cluster);
    let mut servers = Vec::new();
    for (name, host) in &hosts {
        let mut bodies = Vec::new();
        for location in &host.locations {
            let settings = settings(location.ingress);
            let heads = heads(location, host.regex);
            let pattern = heads.iter().any(|head| head.pattern);
            let method = method(cluster, &settings, location, pattern);
            let own = Share { meta: &location.ingress.meta, backend: location.backend };
            let canaries = location.canaries.iter();
            let canaries = canaries.map(|one| Share { meta: &one.ingress.meta, backend: one.backend });
            let shares: Vec<Share<'_>> = std::iter::once(own).chain(canaries).collect();
            let upstream = upstreams.write(&mut text, cluster, &shares, location.site, &method);
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
        if !apart {
            headers.of_server(&mut text, &cause);
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
        let server = Server { name, apart, headers: &headers };
        let mut root = false;
        for (number, (location, heads, upstream)) in bodies.into_iter().enumerate() {
            root |= location.path.text == "/";
            let settings = settings(location.ingress);
            for head in heads {
                let served = (number, upstream.as_str());
                location::write(&mut text, cluster, &settings, location, &server, &head, served);
            }
            auth::answer(&mut text, &settings, location, number);
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
