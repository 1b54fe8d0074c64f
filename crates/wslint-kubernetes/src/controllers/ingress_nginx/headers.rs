//! The headers of requests to upstreams.

use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::controllers::nginx;
use crate::objects::{Annotation, ConfigMap};
use crate::quoted;
use crate::settings::Settings;
use crate::text::{Cause, Text};

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

/// The headers that the controller sets by itself, and those of the ConfigMap that its own names.
pub(super) struct Headers {
    more: Vec<(String, Cause)>,
}

impl Headers {
    /// Looks for the ConfigMap that `proxy-set-headers` names.
    pub(super) fn of(cluster: &Cluster<'_>) -> Self {
        let entries = named(cluster, "proxy-set-headers").map_or(&[][..], |map| &map.data);
        let line = |entry: &Annotation| {
            let (name, value) = (quoted::name(&entry.name.text), quoted::nginx(&entry.value.text));
            (format!("proxy_set_header {name} {value};"), Cause::at(entry.site()))
        };
        let more = entries.iter().map(line).filter(|(line, _)| !nginx::is_idle_header(line));
        Self { more: more.collect() }
    }

    /// Writes them for all locations of a server.
    pub(super) fn of_server(&self, text: &mut Text, cause: &Cause) {
        for line in HEADERS {
            text.line(2, line, cause);
        }
        self.write_more(text, 2);
    }

    fn write_more(&self, text: &mut Text, depth: usize) {
        for (line, cause) in &self.more {
            text.line(depth, line, cause);
        }
    }

    /// The headers of a location that has some of its own: nginx then inherits none. `apart` tells that the server has none.
    pub(super) fn of_location(&self, text: &mut Text, settings: &Settings<'_>, cause: &Cause, apart: bool) {
        let host = settings.own("upstream-vhost");
        let connection = settings.own("connection-proxy-header").filter(|one| settings.fault(one).is_none());
        let snippets = [settings.entry("location-snippet"), settings.own("configuration-snippet")];
        let sets =
            |(line, _): (&str, _)| line.starts_with("proxy_set_header") && !nginx::is_idle_header(line);
        let of_snippet = snippets.into_iter().flatten().any(|snippet| snippet.value.lines().any(sets));
        if host.is_none() && connection.is_none() && !of_snippet && !apart {
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
                    let line = format!("proxy_set_header Connection {value};");
                    text.line(3, &line, &Cause::at(connection.site()));
                }
                _ => {
                    text.line(3, line, cause);
                }
            }
        }
        self.write_more(text, 3);
    }
}

/// Writes what the ConfigMap says of the headers of answers: those that are hidden, and those that `add-headers` names.
pub(super) fn of_answers(text: &mut Text, cluster: &Cluster<'_>) {
    let map = cluster.config_map(Controller::IngressNginx);
    if let Some(hidden) = map.and_then(|map| map.entry("hide-headers")) {
        let names = hidden.value.text.split(',').map(str::trim).filter(|name| !name.is_empty());
        for name in names {
            let line = format!("proxy_hide_header {};", quoted::name(name));
            text.line(1, &line, &Cause::at(hidden.site()));
        }
    }
    for entry in named(cluster, "add-headers").map_or(&[][..], |map| &map.data) {
        let name = quoted::name(&entry.name.text);
        let noticed = ["upgrade", "connection", "sec-websocket-", "access-control-"];
        if noticed.iter().any(|start| name.to_ascii_lowercase().starts_with(start)) {
            let cause = Cause::at(entry.site());
            text.line(1, &format!("proxy_hide_header {name};"), &cause);
            text.line(1, &format!("add_header {name} {} always;", quoted::nginx(&entry.value.text)), &cause);
        }
    }
}

/// The ConfigMap that a key of the controller's own names, with its namespace before it.
fn named<'o>(cluster: &Cluster<'o>, key: &str) -> Option<&'o ConfigMap> {
    let entry = cluster.config_map(Controller::IngressNginx)?.entry(key)?;
    let (namespace, name) = match entry.value.text.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, entry.value.text.as_str()),
    };
    let is = |map: &&ConfigMap| map.meta.name.text == name && map.meta.shares_namespace(namespace);
    cluster.objects.config_maps.iter().find(is)
}
