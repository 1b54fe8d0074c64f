//! HAProxy Technologies' controller: what it writes for Ingresses, as far as a WebSocket notices it.

use wslint_model::Site;

use super::haproxy::{self, Backends, Front, Line, Section, Way};
use crate::annotations::{self, Level};
use crate::cluster::Cluster;
use crate::controller::Controller;
use crate::evidence;
use crate::objects::{Annotation, Backend, ConfigMap, Ingress};
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
    ("timeout-connect", "timeout connect", "5s"),
    ("timeout-client", "timeout client", "50s"),
    ("timeout-server", "timeout server", "50s"),
    ("timeout-tunnel", "timeout tunnel", "1h"),
    ("timeout-queue", "timeout queue", "5s"),
    ("timeout-http-request", "timeout http-request", "5s"),
    ("timeout-http-keep-alive", "timeout http-keep-alive", "1m"),
];

impl<'o> Said<'o> {
    /// The annotation that decides for a backend: of the Service, else of the Ingress, else of the ConfigMap, as far as
    /// each may say it.
    fn of(&self, short: &str, backend: Option<&Backend>) -> Option<&'o Annotation> {
        let levels = annotations::known(Controller::Haproxytech, "haproxy.org", short)?.levels;
        let own = |annotations: &'o [Annotation]| {
            let prefixes = Controller::Haproxytech.prefixes();
            annotations.iter().rev().find(|one| one.short() == short && prefixes.contains(&one.prefix()))
        };
        let service = backend.and_then(|backend| self.cluster.service(&self.ingress.meta, backend));
        let of_service = service.filter(|_| levels.contains(&Level::Service));
        let of_ingress = levels.contains(&Level::Ingress).then_some(&self.ingress.meta);
        let of_map = self.map.filter(|_| levels.contains(&Level::ConfigMap));
        let found = of_service.and_then(|service| own(&service.meta.annotations));
        let found = found.or_else(|| of_ingress.and_then(|meta| own(&meta.annotations)));
        found.or_else(|| of_map.and_then(|map| map.entry(short)))
    }

    /// The same, if the controller takes the value.
    fn taken(&self, short: &str, backend: Option<&Backend>) -> Option<&'o Annotation> {
        self.of(short, backend).filter(|one| fault(one).is_none())
    }

    fn flag(&self, short: &str, default: bool) -> (bool, Site) {
        match self.of(short, None) {
            Some(one) => (one.value.text.eq_ignore_ascii_case("true"), one.site()),
            None => (default, self.ingress.meta.name.site),
        }
    }
}

fn fault(annotation: &Annotation) -> Option<annotations::Fault> {
    let known = annotations::known(Controller::Haproxytech, "haproxy.org", annotation.short())?;
    known.fault(Controller::Haproxytech, &annotation.value.text).filter(|_| !annotation.value.open)
}

/// A time with the unit that the controller assumes.
fn time(word: &Word) -> String {
    let text = word.text.trim();
    if word.open {
        return "{{time}}".to_owned();
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) { format!("{text}ms") } else { text.to_owned() }
}

/// Writes the configuration for some Ingresses.
pub(super) fn compile(cluster: &Cluster<'_>, ingresses: &[&Ingress]) -> Text {
    let mut text = Text::default();
    let Some(first) = ingresses.first() else { return text };
    let whole = Cause::at(first.meta.name.site);
    let map = cluster.config_map(Controller::Haproxytech);
    let entry = |short: &str| map.and_then(|map| map.entry(short)).filter(|entry| fault(entry).is_none());
    text.line(0, "global", &whole);
    if let Some(entry) = entry("hard-stop-after") {
        text.line(1, &format!("hard-stop-after {}", time(&entry.value)), &Cause::at(entry.site()));
    }
    if let Some(entry) = entry("maxconn") {
        text.line(1, &format!("maxconn {}", entry.value.text), &Cause::at(entry.site()));
    }
    text.line(0, "defaults", &whole);
    text.line(1, "mode http", &whole);
    for (short, keyword, default) in TIMEOUTS {
        match entry(short) {
            Some(entry) => {
                text.line(1, &format!("{keyword} {}", time(&entry.value)), &Cause::at(entry.site()))
            }
            None => text.line(1, &format!("{keyword} {default}"), &whole),
        };
    }
    let mut ways = Vec::new();
    let mut backends = Backends::default();
    for &ingress in ingresses {
        let said = Said { cluster: *cluster, ingress, map };
        for rule in &ingress.rules {
            let host = rule.host.as_ref().map(|host| host.text.clone());
            for path in &rule.paths {
                let Some(backend) = &path.backend else { continue };
                let name = backends.add(section(&said, backend, path.site));
                let certificate = ingress.has_certificate(host.as_deref().unwrap_or_default());
                let (redirects, site) = said.flag("ssl-redirect", certificate);
                let code = said.of("ssl-redirect-code", None).and_then(|one| one.value.text.parse().ok());
                let code = code.filter(|code| matches!(code, 301 | 302 | 303 | 307 | 308)).unwrap_or(302);
                let kind = path.kind.as_ref().map_or("", |kind| kind.text.as_str());
                let text = &path.path.text;
                ways.push(Way {
                    host: host.clone(),
                    tests: match kind {
                        "Exact" => vec![format!("{{ path {} }}", quoted::haproxy(text))],
                        "Prefix" => haproxy::segments(text),
                        _ => vec![format!("{{ path_beg {} }}", quoted::haproxy(text))],
                    },
                    rank: (kind == "Exact", text.len()),
                    site: path.site,
                    backend: name,
                    redirect: redirects.then_some((code, site)),
                });
            }
        }
        if let Some((site, backend)) = &ingress.default_backend {
            let backend = backends.add(section(&said, backend, *site));
            ways.push(Way::of_the_rest(*site, backend));
        }
    }
    haproxy::frontend(&mut text, &whole, &Front::SHARED, ways, &[]);
    backends.write(&mut text, cluster);
    text
}

/// How many requests of one address a backend takes in a time.
fn rate(said: &Said<'_>, backend: &Backend) -> Vec<Line> {
    let Some(one) = said.taken("rate-limit-requests", Some(backend)) else { return Vec::new() };
    let Some(most) = one.value.text.parse::<u32>().ok().filter(|most| *most > 0) else { return Vec::new() };
    let period = said.taken("rate-limit-period", Some(backend)).map(|one| time(&one.value));
    let period = period.unwrap_or_else(|| "1s".to_owned());
    let code = said.taken("rate-limit-status-code", Some(backend));
    let code = code.and_then(|one| one.value.text.parse::<u16>().ok());
    let code = code.filter(|code| (200..600).contains(code)).unwrap_or(403);
    let spared = haproxy::sparing(said.taken("rate-limit-whitelist", Some(backend)));
    let cause = Cause::at(one.site());
    let lines = [
        format!("stick-table type ip size 100k expire {period} store http_req_rate({period})"),
        "http-request track-sc0 src".to_owned(),
        format!("http-request deny deny_status {code} if {spared}{{ sc0_http_req_rate gt {most} }}"),
    ];
    lines.into_iter().map(|line| (line, cause.clone())).collect()
}

/// What is set in answers for browsers, in the place of what the application says.
fn cors(said: &Said<'_>, backend: &Backend) -> Vec<Line> {
    let enabled = said.taken("cors-enable", Some(backend));
    let enabled = enabled.filter(|one| one.value.text.eq_ignore_ascii_case("true"));
    let Some(enabled) = enabled else { return Vec::new() };
    let origin = said.taken("cors-allow-origin", Some(backend));
    let credentials = said.taken("cors-allow-credentials", Some(backend));
    haproxy::cors(enabled, origin, credentials.is_some_and(|one| one.value.text.eq_ignore_ascii_case("true")))
}

fn section<'o>(said: &Said<'o>, backend: &'o Backend, site: Site) -> Section<'o> {
    let ingress = said.ingress;
    let mut lines: Vec<Line> = Vec::new();
    let mut put = |line: String, one: &Annotation| lines.push((line, Cause::at(one.site())));
    if let Some(one) = said.taken("load-balance", Some(backend)) {
        put(haproxy::balance(&one.value.text), one);
    }
    if let Some(one) = said.taken("timeout-server", Some(backend)) {
        put(format!("timeout server {}", time(&one.value)), one);
    }
    if let Some(one) = said.taken("set-host", Some(backend)) {
        put(format!("http-request set-header Host {}", quoted::haproxy(&one.value.text)), one);
    }
    if let Some(one) = said.taken("path-rewrite", Some(backend)) {
        let mut words = one.value.text.split_whitespace();
        let line = match (words.next(), words.next()) {
            (Some(pattern), Some(target)) => {
                format!("http-request replace-path {} {}", quoted::haproxy(pattern), quoted::haproxy(target))
            }
            (Some(target), None) => format!("http-request set-uri {}", quoted::haproxy(target)),
            _ => String::new(),
        };
        put(line, one);
    }
    let sticky = said.taken("cookie-persistence", Some(backend));
    if let Some(one) = sticky {
        put(format!("cookie {} insert indirect nocache", quoted::name(&one.value.text)), one);
    }
    lines.extend(rate(said, backend));
    lines.extend(cors(said, backend));
    let mut server: Vec<Line> = Vec::new();
    if let Some(one) = sticky {
        server.push(("cookie SRV_%".to_owned(), Cause::at(one.site())));
    }
    if let Some(one) = said.taken("server-proto", Some(backend)).filter(|one| one.value.text == "h2") {
        server.push(("proto h2".to_owned(), Cause::at(one.site())));
    }
    let tls = said.taken("server-ssl", Some(backend));
    if let Some(one) = tls.filter(|one| one.value.text.eq_ignore_ascii_case("true")) {
        server.push(("ssl verify none".to_owned(), Cause::at(one.site())));
    }
    let most = said.taken("pod-maxconn", Some(backend));
    if let Some(one) = most.filter(|one| one.value.text.parse::<u32>().is_ok()) {
        server.push((format!("maxconn {}", one.value.text), Cause::at(one.site())));
    }
    if let Some(one) = said.of("backend-config-snippet", Some(backend)) {
        lines.extend(one.value.lines().map(|(line, site)| (line.to_owned(), Cause::at(site))));
    }
    let lost = ["cookie-persistence", "affinity", "sticky-cookie-services"];
    let meant = ingress.meta.annotations.iter().find(|one| sticky.is_none() && lost.contains(&one.short()));
    let head = meant.map(|one| {
        let note = match one.short() {
            "cookie-persistence" => "it is read from a Service and from the ConfigMap only",
            _ => "the controller does not read this annotation",
        };
        Cause::noted(one.site(), format!("{note}, so nothing keeps a client at one pod"))
    });
    let evidence = evidence::of_ingress_path(&said.cluster, ingress, backend);
    Section { meta: &ingress.meta, backend, site, evidence, lines, head, server, shares: None }
}
