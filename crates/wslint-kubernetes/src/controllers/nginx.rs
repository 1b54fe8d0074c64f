//! What all controllers that run nginx write: upstreams, servers, locations.

use std::collections::BTreeMap;

use wslint_model::Site;
use wslint_model::traffic::{Confidence, SAID};

use crate::cluster::{Cluster, MOST_PODS, Pods};
use crate::evidence::Evidence;
use crate::objects::{Backend, Meta};
use crate::quoted;
use crate::text::{Cause, Text};
use crate::word::Word;

/// The rules that look at which server gets a request.
pub(super) const AFFINITY: &[&str] = &["nginx/socketio-no-sticky", "nginx/socketio-bad-sticky-key"];

/// How one of several pods is picked.
#[derive(Clone, Debug)]
pub(super) struct Method {
    /// The line that says so; none for one after the other.
    pub(super) line: Option<(String, Cause)>,
    /// The line of the upstream, where that is more telling than the path.
    pub(super) head: Option<Cause>,
}

/// A Service that requests of a path go to, with the object that says so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share<'o> {
    pub(super) meta: &'o Meta,
    pub(super) backend: &'o Backend,
}

impl Share<'_> {
    /// What its upstream is called.
    fn name(&self) -> String {
        let namespace = self.meta.namespace.as_deref().unwrap_or("default");
        let port = self.backend.port.as_ref().map_or("80", |port| port.text.as_str());
        quoted::name(&format!("{namespace}-{}-{port}", self.backend.service.text))
    }
}

/// The upstreams of a configuration, written before the servers that use them.
#[derive(Debug, Default)]
pub(super) struct Upstreams {
    names: BTreeMap<String, String>,
}

impl Upstreams {
    /// Writes the upstream of the Services that a path leads to once, and gives its name: that of the first of them.
    pub(super) fn write(
        &mut self,
        text: &mut Text,
        cluster: &Cluster<'_>,
        shares: &[Share<'_>],
        path: Site,
        method: &Method,
    ) -> String {
        let names: Vec<String> = shares.iter().map(Share::name).collect();
        let base = names.first().cloned().unwrap_or_default();
        let line = method.line.as_ref().map_or("", |(line, _)| line.as_str());
        let why = method.head.as_ref().and_then(|cause| cause.note.as_deref()).unwrap_or_default();
        let key = format!("{base}\n{line}\n{why}\n{}", names.join("\n"));
        if let Some(name) = self.names.get(&key) {
            return name.clone();
        }
        let others = self.names.keys().filter(|key| key.split('\n').next() == Some(&base)).count();
        let name = if others == 0 { base } else { format!("{base}-{}", others + 1) };
        self.names.insert(key, name.clone());
        let head = method.head.clone().unwrap_or(Cause::at(path));
        let span = text.line(1, &format!("upstream {} {{", quoted::nginx(&name)), &head);
        if let Some((line, cause)) = &method.line {
            text.line(2, line, cause);
        }
        for share in shares {
            let several = servers(text, cluster, share, shares.len() > 1);
            if let Some((site, words)) = several {
                text.explain(span, AFFINITY, site, words);
            }
        }
        if head.site != path {
            text.explain(span, AFFINITY, path, "the path that is spread");
        }
        text.line(1, "}", &head);
        name
    }
}

/// Writes the servers of a Service, of which there is at least one where others stand beside it; and says where it has
/// several.
fn servers(
    text: &mut Text,
    cluster: &Cluster<'_>,
    share: &Share<'_>,
    beside: bool,
) -> Option<(Site, String)> {
    let Share { meta, backend } = *share;
    let port = target_port(cluster, meta, backend).unwrap_or_else(|| "80".to_owned());
    let host = quoted::name(&backend.service.text);
    match cluster.pods(meta, backend) {
        Pods::Unknown => {
            let host = if beside { host } else { format!("{{{{{host}}}}}") };
            text.line(2, &format!("server {host}:{port};"), &Cause::at(backend.service.site));
            None
        }
        Pods::Some { count, site, words } => {
            for number in 1..=count.min(MOST_PODS) {
                let suffix = if number == 1 { String::new() } else { format!("-{number}") };
                let cause = Cause::noted(site, words.clone());
                text.line(2, &format!("server {host}{suffix}:{port};"), &cause);
            }
            (count > 1).then_some((site, words))
        }
    }
}

/// How a pod is picked where the proxy calls the Service by its own address: as the cluster does it for each connection.
pub(super) fn by_service(cluster: &Cluster<'_>, meta: &Meta, backend: &Backend, site: Site) -> Method {
    if let Some(affinity) = cluster.service(meta, backend).and_then(|service| service.affinity.as_ref()) {
        return Method { line: Some(("ip_hash;".to_owned(), Cause::at(affinity.site))), head: None };
    }
    let note = "requests go to the Service's own address, and the cluster picks a pod for each connection";
    Method { line: None, head: Some(Cause::noted(site, note)) }
}

/// The number of the port that a backend names.
pub(super) fn target_port(cluster: &Cluster<'_>, meta: &Meta, backend: &Backend) -> Option<String> {
    let written = backend.port.as_ref();
    if let Some(number) = written.filter(|word| word.text.parse::<u16>().is_ok()) {
        return Some(number.text.clone());
    }
    let port = cluster.service(meta, backend)?.port(written)?;
    Some(port.number.to_string())
}

/// The comment that says what speaks for WebSocket traffic of the location below it.
pub(super) fn evidence_line(text: &mut Text, evidence: Option<&Evidence>) {
    if let Some(evidence) = evidence {
        let sure = if evidence.confidence > Confidence::Weak { "strong" } else { "weak" };
        text.line(2, &format!("{SAID}{sure}"), &Cause::at(evidence.site));
    }
}

/// The name of a file with a certificate, which every server that speaks TLS has.
pub(super) fn certificate(text: &mut Text, cause: &Cause) {
    text.line(2, "listen 443 ssl;", cause);
    text.line(2, "ssl_certificate /etc/ingress-controller/ssl/default.pem;", cause);
    text.line(2, "ssl_certificate_key /etc/ingress-controller/ssl/default.key;", cause);
}

/// Whether a line of a snippet sets a header that no handshake notices.
pub(super) fn is_idle_header(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("proxy_set_header") else { return false };
    let name = rest.split_whitespace().next().unwrap_or_default();
    let name = name.trim_matches(['"', '\'']).to_ascii_lowercase();
    let noticed = ["upgrade", "connection", "host", "origin"];
    !noticed.contains(&name.as_str()) && !name.starts_with("sec-websocket") && line.ends_with(';')
}

/// A time of nginx, of which a bare number is seconds; what a template decides stays unknown.
pub(super) fn time(word: &Word) -> String {
    let text = word.text.trim();
    if word.open {
        return "{{time}}".to_owned();
    }
    let plain: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect();
    if plain.bytes().all(|byte| byte.is_ascii_digit()) { format!("{plain}s") } else { plain }
}

/// The line of a `lb-method`; none for one after the other.
pub(super) fn load_balancing(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || " _=$".contains(c);
    let words: String = text.chars().filter(|c| plain(*c)).collect();
    let first = words.split_whitespace().next()?;
    matches!(first, "least_conn" | "ip_hash" | "random" | "hash").then(|| format!("{};", words.trim()))
}
