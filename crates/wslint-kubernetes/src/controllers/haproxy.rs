//! What all controllers that run HAProxy write: one frontend for both ports, and a backend for each Service.

use std::collections::BTreeMap;

use wslint_model::Site;
use wslint_model::traffic::{Confidence, SAID};
use wslint_syntax::Span;

use super::nginx::target_port;
use crate::cluster::{Cluster, MOST_PODS, Pods};
use crate::evidence::Evidence;
use crate::objects::{Annotation, Backend, Meta};
use crate::quoted;
use crate::text::{Cause, Text};
use crate::word::Word;

/// The rules that look at which server gets a request.
const AFFINITY: &[&str] = &["haproxy/socketio-no-affinity"];

/// How requests of one path come to a backend.
#[derive(Debug)]
pub(super) struct Way {
    /// The host; none for whatever host.
    pub(super) host: Option<String>,
    /// The tests of the path, each alone enough.
    pub(super) tests: Vec<String>,
    /// Longer and exact paths come first.
    pub(super) rank: (bool, usize),
    /// The line of the path.
    pub(super) site: Site,
    /// The backend.
    pub(super) backend: String,
    /// What redirects plain HTTP, if anything does: the code and the place.
    pub(super) redirect: Option<(u16, Site)>,
}

impl Way {
    /// Of all requests that no other way takes.
    pub(super) fn of_the_rest(site: Site, backend: String) -> Self {
        Self { host: None, tests: segments("/"), rank: (false, 0), site, backend, redirect: None }
    }
}

/// The line of a backend for what an annotation calls the way to balance, without what no name of one holds.
pub(super) fn balance(value: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || " _-()".contains(*c);
    format!("balance {}", value.chars().filter(plain).collect::<String>())
}

/// The part of a condition that spares the networks of an annotation, if it has any.
pub(super) fn sparing(networks: Option<&Annotation>) -> String {
    let text = networks.map_or("", |one| one.value.text.as_str());
    let plain = |c: &char| c.is_ascii_hexdigit() || ".:/".contains(*c);
    let networks = text.split([',', ' ', '\n']).map(|one| one.chars().filter(plain).collect::<String>());
    let networks: Vec<String> = networks.filter(|one| !one.is_empty()).collect();
    match networks.is_empty() {
        true => String::new(),
        false => format!("!{{ src {} }} ", networks.join(" ")),
    }
}

/// What is set in answers for browsers; one of several origins as the client names it.
pub(super) fn cors(enabled: &Annotation, origin: Option<&Annotation>, credentials: bool) -> Vec<Line> {
    let cause = Cause::at(origin.unwrap_or(enabled).site());
    let value = origin.map_or("*", |one| one.value.text.as_str());
    let mut lines: Vec<Line> = Vec::new();
    let value = match value.contains(',') {
        true => {
            // The request is gone when the answer comes.
            lines.push(("http-request set-var(txn.origin) req.hdr(Origin)".to_owned(), cause.clone()));
            "%[var(txn.origin)]".to_owned()
        }
        false => quoted::haproxy(value),
    };
    let line = |name: &str, value: &str| {
        (format!("http-response set-header Access-Control-Allow-{name} {value}"), cause.clone())
    };
    lines.push(line("Origin", &value));
    lines.extend(credentials.then(|| line("Credentials", "true")));
    lines
}

/// A line of a backend and its cause.
pub(super) type Line = (String, Cause);

/// A backend before it is written.
#[derive(Debug)]
pub(super) struct Section<'o> {
    pub(super) meta: &'o Meta,
    pub(super) backend: &'o Backend,
    /// The line of the path.
    pub(super) site: Site,
    pub(super) evidence: Option<Evidence>,
    /// What stands in it beside its servers.
    pub(super) lines: Vec<Line>,
    /// The line of the section, where that is more telling than the path.
    pub(super) head: Option<Cause>,
    /// What stands behind the address of each server; `%` is the server's number.
    pub(super) server: Vec<Line>,
    /// How several Services share the requests, where they do.
    pub(super) shares: Option<Shares<'o>>,
}

/// How Services share the requests of a backend.
#[derive(Debug)]
pub(super) struct Shares<'o> {
    /// The share of the backend's own Service.
    pub(super) own: Option<&'o Word>,
    /// The others, each with its share.
    pub(super) others: Vec<(&'o Backend, Option<&'o Word>)>,
}

impl<'o> Shares<'o> {
    /// The weight of each server of a Service: shares go up to 256, as HAProxy's weights do.
    fn line(weight: Option<&'o Word>, backend: &Backend) -> Line {
        let share = weight.and_then(|word| word.text.parse::<u64>().ok()).map_or(1, |share| share.min(256));
        (format!("weight {share}"), Cause::at(weight.unwrap_or(&backend.service).site))
    }
}

/// The backends of a configuration: two that are the same are one.
#[derive(Debug, Default)]
pub(super) struct Backends<'o> {
    sections: Vec<(String, Section<'o>)>,
    names: BTreeMap<String, usize>,
}

impl<'o> Backends<'o> {
    /// Adds a backend, and gives its name.
    pub(super) fn add(&mut self, section: Section<'o>) -> String {
        let same = |other: &Section<'_>| {
            let lines = |section: &Section<'_>| {
                let all = section.lines.iter().chain(&section.server);
                all.map(|(line, _)| line.clone()).collect::<Vec<_>>()
            };
            other.backend.service.text == section.backend.service.text
                && other.backend.port.as_ref().map(|port| &port.text)
                    == section.backend.port.as_ref().map(|port| &port.text)
                && other.meta.namespace == section.meta.namespace
                && other.evidence == section.evidence
                && other.shares.is_none()
                && section.shares.is_none()
                && lines(other) == lines(&section)
        };
        if let Some((name, _)) = self.sections.iter().find(|(_, other)| same(other)) {
            return name.clone();
        }
        let namespace = section.meta.namespace.as_deref().unwrap_or("default");
        let port = section.backend.port.as_ref().map_or("80", |port| port.text.as_str());
        let base = quoted::name(&format!("{namespace}_{}_{port}", section.backend.service.text));
        let number = self.names.entry(base.clone()).and_modify(|number| *number += 1).or_insert(1);
        let name = if *number == 1 { base } else { format!("{base}_{number}") };
        self.sections.push((name.clone(), section));
        name
    }

    /// Writes all of them.
    pub(super) fn write(self, text: &mut Text, cluster: &Cluster<'_>) {
        for (name, section) in self.sections {
            write(text, cluster, &name, &section);
        }
    }
}

fn write(text: &mut Text, cluster: &Cluster<'_>, name: &str, section: &Section<'_>) {
    if let Some(evidence) = &section.evidence {
        let sure = if evidence.confidence > Confidence::Weak { "strong" } else { "weak" };
        text.line(0, &format!("{SAID}{sure}"), &Cause::at(evidence.site));
    }
    let head = section.head.clone().unwrap_or(Cause::at(section.site));
    let span = text.line(0, &format!("backend {name}"), &head);
    for (line, cause) in &section.lines {
        text.line(1, line, cause);
    }
    let mut number = write_servers(text, cluster, section, (span, section.backend), 1);
    for (backend, weight) in section.shares.iter().flat_map(|shares| &shares.others) {
        if weight.is_none_or(|weight| weight.text != "0") {
            text.explain(span, AFFINITY, backend.service.site, "another Service gets a part of the requests");
        }
        number = write_servers(text, cluster, section, (span, backend), number);
    }
}

/// Writes the servers of a Service, from a number on, and gives the number of the next one.
fn write_servers(
    text: &mut Text,
    cluster: &Cluster<'_>,
    section: &Section<'_>,
    (span, backend): (Span, &Backend),
    first: u64,
) -> u64 {
    let tls = section.server.iter().any(|(words, _)| words.starts_with("ssl "));
    let usual = if tls { "443" } else { "80" };
    let port = target_port(cluster, section.meta, backend).unwrap_or_else(|| usual.to_owned());
    let host = quoted::name(&backend.service.text);
    let (count, cause) = match cluster.pods(section.meta, backend) {
        Pods::Unknown => (1, Cause::at(backend.service.site)),
        Pods::Some { count, site, words } => {
            if count > 1 {
                text.explain(span, AFFINITY, site, words.clone());
                text.explain(span, AFFINITY, section.site, "the path that is spread");
            }
            (count.min(MOST_PODS), Cause::noted(site, words))
        }
    };
    // What is said of the servers beside their cookies is more telling than how many there are.
    let telling = section.server.iter().find(|(words, _)| !words.starts_with("cookie "));
    let cause = telling.map_or(cause, |(_, cause)| cause.clone());
    let weight = section.shares.as_ref().map(|shares| {
        let other = shares.others.iter().find(|(other, _)| std::ptr::eq(*other, backend));
        Shares::line(other.map_or(shares.own, |(_, weight)| *weight), backend)
    });
    let said: Vec<Line> = section.server.iter().cloned().chain(weight).collect();
    for number in 0..count {
        let suffix = if number == 0 { String::new() } else { format!("-{}", number + 1) };
        let number = first + number;
        let start = format!("server SRV_{number} {host}{suffix}:{port} check");
        // The pieces of a line have causes of their own.
        text.pieces(1, &start, &cause, &said, &number.to_string());
    }
    first + count
}

/// A frontend by its name and its sockets.
#[derive(Debug)]
pub(super) struct Front {
    pub(super) name: &'static str,
    pub(super) binds: &'static [&'static str],
}

impl Front {
    /// The one that all hosts share, in plain HTTP and behind TLS.
    pub(super) const SHARED: Self = Self {
        name: "http",
        binds: &["*:80", "*:443 ssl crt /etc/haproxy/certs/default.pem alpn h2,http/1.1"],
    };
}

/// Writes a frontend with the ways that lead on from it.
pub(super) fn frontend(text: &mut Text, whole: &Cause, front: &Front, mut ways: Vec<Way>, rules: &[Line]) {
    ways.sort_by(|one, other| {
        let key = |way: &Way| (way.host.is_some(), way.rank);
        key(other).cmp(&key(one))
    });
    text.line(0, &format!("frontend {}", front.name), whole);
    for bind in front.binds {
        text.line(1, &format!("bind {bind}"), whole);
    }
    text.line(1, "option forwardfor", whole);
    text.line(1, "http-request set-header X-Forwarded-Proto https if { ssl_fc }", whole);
    text.line(1, "http-request set-header X-Forwarded-Proto http if !{ ssl_fc }", whole);
    for (line, cause) in rules {
        text.line(1, line, cause);
    }
    for way in &ways {
        if let Some((code, site)) = way.redirect {
            let condition = condition(way, "!{ ssl_fc } ");
            text.line(
                1,
                &format!("http-request redirect scheme https code {code} if {condition}"),
                &Cause::at(site),
            );
        }
    }
    for way in &ways {
        let condition = condition(way, "");
        text.line(1, &format!("use_backend {} if {condition}", way.backend), &Cause::at(way.site));
    }
}

/// The condition of a way: each test of its path with that of its host.
fn condition(way: &Way, before: &str) -> String {
    let host = match way.host.as_deref() {
        None => String::new(),
        Some(host) => match host.strip_prefix('*') {
            Some(rest) => format!("{{ req.hdr(host),field(1,:) -i -m end {} }} ", quoted::haproxy(rest)),
            None => format!("{{ req.hdr(host),field(1,:) -i {} }} ", quoted::haproxy(host)),
        },
    };
    let each = way.tests.iter().map(|test| format!("{before}{host}{test}").trim().to_owned());
    each.collect::<Vec<_>>().join(" || ")
}

/// The tests of a path that is matched by whole segments: `/ws` and `/ws/…`.
pub(super) fn segments(path: &str) -> Vec<String> {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return vec!["{ path_beg / }".to_owned()];
    }
    vec![
        format!("{{ path {} }}", quoted::haproxy(trimmed)),
        format!("{{ path_beg {} }}", quoted::haproxy(&format!("{trimmed}/"))),
    ]
}
