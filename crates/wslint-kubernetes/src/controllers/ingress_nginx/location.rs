//! What stands in one location.

use super::auth;
use super::cors;
use super::headers::Headers;
use super::hosts::{Head, Location};
use super::limits;
use crate::cluster::Cluster;
use crate::controllers::nginx;
use crate::evidence;
use crate::quoted;
use crate::settings::{Setting, Settings};
use crate::text::{Cause, Text};

/// The server that a location stands in.
pub(super) struct Server<'h> {
    pub(super) name: &'h str,
    /// Whether its locations have their headers apart.
    pub(super) apart: bool,
    pub(super) headers: &'h Headers,
}

/// Writes one location.
pub(super) fn write(
    text: &mut Text,
    cluster: &Cluster<'_>,
    settings: &Settings<'_>,
    location: &Location<'_>,
    server: &Server<'_>,
    head: &Head,
    (number, upstream): (usize, &str),
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
    auth::ask(text, settings, location, number);
    limits::write(text, settings, ingress);
    for (directive, short, default) in [
        ("proxy_connect_timeout", "proxy-connect-timeout", "5s"),
        ("proxy_send_timeout", "proxy-send-timeout", "60s"),
        ("proxy_read_timeout", "proxy-read-timeout", "60s"),
    ] {
        let Setting { value, cause, .. } = settings.value(short, &[short], default, nginx::time);
        text.line(3, &format!("{directive} {value};"), &cause);
    }
    if let Some(version) = settings.own("proxy-http-version").filter(|one| settings.fault(one).is_none()) {
        text.line(3, &format!("proxy_http_version {};", version.value.text), &Cause::at(version.site()));
    }
    if let Some(buffering) = settings.own("proxy-buffering").filter(|one| settings.fault(one).is_none()) {
        text.line(3, &format!("proxy_buffering {};", buffering.value.text), &Cause::at(buffering.site()));
    }
    server.headers.of_location(text, settings, &cause, server.apart);
    rewrite(text, settings, location);
    cors::write(text, settings);
    let snippets = [settings.entry("location-snippet"), settings.own("configuration-snippet")];
    for snippet in snippets.into_iter().flatten() {
        text.snippet(3, &snippet.value, |line| !nginx::is_idle_header(line));
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
