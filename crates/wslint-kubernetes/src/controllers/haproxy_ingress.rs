//! HAProxy Ingress: what it writes for Ingresses, as far as a WebSocket notices it.

use wslint_model::Site;

use super::haproxy::{self, Backends, Front, Line, Section, Way};
use crate::annotations;
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::evidence;
use crate::objects::{Annotation, Backend, ConfigMap, Ingress, Path};
use crate::quoted;
use crate::text::{Cause, Text};
use crate::word::Word;

/// What one Ingress, the Services behind it and the ConfigMap say.
#[derive(Clone, Copy)]
struct Said<'o> {
    cluster: Cluster<'o>,
    ingress: &'o Ingress,
    map: Option<&'o ConfigMap>,
}

/// The timeouts of `defaults` with the values that the controller gives them.
const TIMEOUTS: &[(&str, &str, &str)] = &[
    ("timeout-client", "timeout client", "50s"),
    ("timeout-server", "timeout server", "50s"),
    ("timeout-connect", "timeout connect", "5s"),
    ("timeout-queue", "timeout queue", "5s"),
    ("timeout-http-request", "timeout http-request", "5s"),
    ("timeout-keep-alive", "timeout http-keep-alive", "1m"),
    ("timeout-tunnel", "timeout tunnel", "1h"),
];

/// The timeouts without which the controller's template writes no configuration that HAProxy takes.
const NEEDED: &[&str] = &["timeout-client", "timeout-server", "timeout-connect"];

/// The timeouts that an Ingress or a Service may have of its own.
const OWN_TIMEOUTS: &[(&str, &str)] = &[
    ("timeout-server", "timeout server"),
    ("timeout-connect", "timeout connect"),
    ("timeout-queue", "timeout queue"),
    ("timeout-tunnel", "timeout tunnel"),
];

impl<'o> Said<'o> {
    /// The annotation that decides for a backend, if the controller takes its value: of the Ingress, else of the Service,
    /// else the ConfigMap's key.
    fn of(&self, short: &str, backend: &Backend) -> Option<&'o Annotation> {
        let service = self.cluster.service(&self.ingress.meta, backend);
        let own = [Some(&self.ingress.meta), service.map(|service| &service.meta)];
        let own = own.into_iter().flatten().find_map(|meta| self.annotation(&meta.annotations, short));
        own.or_else(|| self.map.and_then(|map| map.entry(short))).filter(|one| fault(one).is_none())
    }

    /// The same without the ConfigMap.
    fn own(&self, short: &str, backend: &Backend) -> Option<&'o Annotation> {
        Self { map: None, ..*self }.of(short, backend)
    }

    fn annotation(&self, annotations: &'o [Annotation], short: &str) -> Option<&'o Annotation> {
        let prefixes = Controller::HaproxyIngress.prefixes();
        annotations.iter().rev().find(|one| one.short() == short && prefixes.contains(&one.prefix()))
    }

    fn flag(&self, short: &str, backend: &Backend, default: bool) -> (bool, Site) {
        match self.of(short, backend) {
            Some(one) => (one.value.text.eq_ignore_ascii_case("true"), one.site()),
            None => (default, self.ingress.meta.name.site),
        }
    }
}

fn fault(annotation: &Annotation) -> Option<annotations::Fault> {
    let known =
        annotations::known(Controller::HaproxyIngress, "haproxy-ingress.github.io", annotation.short())?;
    known.fault(Controller::HaproxyIngress, &annotation.value.text).filter(|_| !annotation.value.open)
}

fn time(word: &Word) -> String {
    if word.open { "{{time}}".to_owned() } else { word.text.trim().to_owned() }
}

/// Writes the configuration for some Ingresses.
pub(super) fn compile(cluster: &Cluster<'_>, ingresses: &[&Ingress]) -> Text {
    let mut text = Text::default();
    let Some(first) = ingresses.first() else { return text };
    let whole = Cause::at(first.meta.name.site);
    let map = cluster.config_map(Controller::HaproxyIngress);
    let entry = |short: &str| map.and_then(|map| map.entry(short));
    text.line(0, "global", &whole);
    if let Some(entry) = entry("timeout-stop").filter(|entry| fault(entry).is_none()) {
        text.line(1, &format!("hard-stop-after {}", time(&entry.value)), &Cause::at(entry.site()));
    }
    if let Some(entry) = entry("max-connections").filter(|entry| fault(entry).is_none()) {
        text.line(1, &format!("maxconn {}", entry.value.text), &Cause::at(entry.site()));
    }
    text.line(0, "defaults", &whole);
    text.line(1, "mode http", &whole);
    let mut vanished = Vec::new();
    for (short, keyword, default) in TIMEOUTS {
        match entry(short) {
            None => {
                text.line(1, &format!("{keyword} {default}"), &whole);
            }
            Some(entry) if fault(entry).is_none() => {
                text.line(1, &format!("{keyword} {}", time(&entry.value)), &Cause::at(entry.site()));
            }
            // For a time that it does not take the template writes dashes, or no line.
            Some(entry) if NEEDED.contains(short) => {
                let value = quoted::shown(&entry.value.text);
                let note = format!("{value} has no unit, so that `--` is written in its place");
                text.copied(1, &format!("{keyword} --"), &Cause::noted(entry.site(), note));
            }
            Some(entry) => {
                let value = quoted::shown(&entry.value.text);
                vanished.push((
                    *keyword,
                    entry.site(),
                    format!("{value} has no unit, so that the line vanishes"),
                ));
            }
        }
    }
    let mut ways = Vec::new();
    let mut backends = Backends::default();
    for &ingress in ingresses {
        let said = Said { cluster: *cluster, ingress, map };
        for rule in &ingress.rules {
            let host = rule.host.as_ref().map(|host| host.text.clone());
            for path in &rule.paths {
                let Some(backend) = &path.backend else { continue };
                let section = section(&said, backend, path.site, &path.path.text);
                let certificate = ingress.has_certificate(host.as_deref().unwrap_or_default());
                let (redirects, site) = said.flag("ssl-redirect", backend, true);
                ways.push(Way {
                    host: host.clone(),
                    tests: tests(&said, path, backend),
                    rank: (path.kind.as_ref().is_some_and(|kind| kind.text == "Exact"), path.path.text.len()),
                    site: path.site,
                    backend: backends.add(section),
                    redirect: (redirects && certificate).then_some((302, site)),
                });
            }
        }
        if let Some((site, backend)) = &ingress.default_backend {
            let backend = backends.add(section(&said, backend, *site, "/"));
            ways.push(Way::of_the_rest(*site, backend));
        }
    }
    haproxy::frontend(&mut text, &whole, &Front::SHARED, ways, &[]);
    backends.write(&mut text, cluster);
    for (_, site, note) in vanished.into_iter().filter(|(keyword, ..)| *keyword == "timeout tunnel") {
        text.explain_all(&["haproxy/tunnel-timeout-missing", "haproxy/tunnel-timeout-too-short"], site, note);
    }
    text
}

fn tests(said: &Said<'_>, path: &Path, backend: &Backend) -> Vec<String> {
    let kind = path.kind.as_ref().map_or("", |kind| kind.text.as_str());
    let configured = said.of("path-type", backend).map_or("begin", |one| one.value.text.as_str());
    let text = &path.path.text;
    match (kind, configured) {
        ("Exact", _) | ("ImplementationSpecific" | "", "exact") => {
            vec![format!("{{ path {} }}", quoted::haproxy(text))]
        }
        ("Prefix", _) | ("ImplementationSpecific" | "", "prefix") => haproxy::segments(text),
        (_, "regex") => vec![format!("{{ path_reg {} }}", quoted::haproxy(text))],
        _ => vec![format!("{{ path_beg -i {} }}", quoted::haproxy(text))],
    }
}

/// How many connections and requests of one address a backend takes.
fn limits(said: &Said<'_>, backend: &Backend) -> Vec<Line> {
    let mut lines = Vec::new();
    for (short, counter) in [("limit-connections", "sc1_conn_cur"), ("limit-rps", "sc1_conn_rate")] {
        let Some(one) = said.of(short, backend) else { continue };
        let Some(most) = one.value.text.parse::<u32>().ok().filter(|most| *most > 0) else { continue };
        let cause = Cause::at(one.site());
        if lines.is_empty() {
            let table = "stick-table type ip size 200k expire 5m store conn_cur,conn_rate(1s)";
            lines.push((table.to_owned(), cause.clone()));
            lines.push(("http-request track-sc1 src".to_owned(), cause.clone()));
        }
        let spared = haproxy::sparing(said.of("limit-whitelist", backend));
        lines
            .push((format!("http-request deny deny_status 429 if {spared}{{ {counter} gt {most} }}"), cause));
    }
    lines
}

/// What is set in answers for browsers, in the place of what the application says.
fn cors(said: &Said<'_>, backend: &Backend) -> Vec<Line> {
    let enabled = said.of("cors-enable", backend).filter(|one| one.value.text.eq_ignore_ascii_case("true"));
    let Some(enabled) = enabled else { return Vec::new() };
    let origin = said.of("cors-allow-origin", backend);
    let credentials = said.of("cors-allow-credentials", backend);
    haproxy::cors(enabled, origin, credentials.is_none_or(|one| one.value.text == "true"))
}

fn section<'o>(said: &Said<'o>, backend: &'o Backend, site: Site, path: &str) -> Section<'o> {
    let ingress = said.ingress;
    let mut lines: Vec<Line> = Vec::new();
    let mut put = |line: String, one: &Annotation| lines.push((line, Cause::at(one.site())));
    if let Some(one) = said.of("balance-algorithm", backend) {
        put(haproxy::balance(&one.value.text), one);
    }
    for (short, keyword) in OWN_TIMEOUTS {
        if let Some(one) = said.own(short, backend) {
            put(format!("{keyword} {}", time(&one.value)), one);
        }
    }
    if let Some(one) = said.own("rewrite-target", backend) {
        let pattern = format!("^{}(.*)$", path.trim_end_matches('/'));
        let target = format!("{}\\1", one.value.text.trim_end_matches('/'));
        put(
            format!("http-request replace-path {} {}", quoted::haproxy(&pattern), quoted::haproxy(&target)),
            one,
        );
    }
    let sticky = said.of("affinity", backend);
    if let Some(one) = sticky {
        let name =
            said.of("session-cookie-name", backend).map_or("INGRESSCOOKIE", |one| one.value.text.as_str());
        put(format!("cookie {} insert indirect nocache httponly", quoted::name(name)), one);
    }
    lines.extend(limits(said, backend));
    lines.extend(cors(said, backend));
    if let Some(one) = said.own("config-backend", backend) {
        lines.extend(one.value.lines().map(|(line, site)| (line.to_owned(), Cause::at(site))));
    }
    let mut server: Vec<Line> = Vec::new();
    if let Some(one) = sticky {
        server.push(("cookie SRV_%".to_owned(), Cause::at(one.site())));
    }
    let protocol = said.of("backend-protocol", backend);
    let speaks = |words: &[&str]| {
        protocol.filter(|one| words.iter().any(|word| one.value.text.eq_ignore_ascii_case(word)))
    };
    if let Some(one) = speaks(&["h2", "h2-ssl", "grpc", "grpcs"]) {
        server.push(("proto h2".to_owned(), Cause::at(one.site())));
    }
    let tls = speaks(&["h1-ssl", "https", "h2-ssl", "grpcs"]);
    let secure =
        said.of("secure-backends", backend).filter(|one| one.value.text.eq_ignore_ascii_case("true"));
    if let Some(one) = tls.or(secure) {
        server.push(("ssl verify none".to_owned(), Cause::at(one.site())));
    }
    if let Some(one) = said.of("maxconn-server", backend) {
        server.push((format!("maxconn {}", one.value.text), Cause::at(one.site())));
    }
    let balanced = said.of("balance-algorithm", backend).is_some();
    let (by_service, address) = said.flag("service-upstream", backend, false);
    let meant = ["affinity", "sticky-cookie-services", "cookie-persistence"];
    let lost = ingress.meta.annotations.iter().find(|one| sticky.is_none() && meant.contains(&one.short()));
    let head = lost.map(|one| {
        Cause::noted(
            one.site(),
            "the controller does not take this annotation, so nothing keeps a client at one pod",
        )
    });
    let head = head.or_else(|| {
        let note =
            "requests go to the Service's own address, and the cluster picks a pod for each connection";
        by_service.then(|| Cause::noted(address, note))
    });
    if !balanced {
        let note = "no affinity is set, and the default picks the better one of two at random";
        let cause = head.clone().unwrap_or(Cause::noted(site, note));
        lines.insert(0, ("balance random(2)".to_owned(), cause));
    }
    let evidence = evidence::of_ingress_path(&said.cluster, ingress, backend);
    Section { meta: &ingress.meta, backend, site, evidence, lines, head, server, shares: None }
}
