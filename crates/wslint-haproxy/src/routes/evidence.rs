//! Why a way through the configuration is taken for WebSocket traffic.
//!
//! The levels are those that were counted on public configurations: a test of `Upgrade` or the path of Socket.IO
//! is certain, names and paths that say WebSocket are strong, anything else is silent.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::probe;
use crate::acl::condition::{Asked, Condition};
use crate::acl::test::Test;
use crate::config::Config;
use crate::config::action::{Action, Rule, Stage};
use crate::config::proxy::{Proxy, ProxyId};
use wslint_model::{
    Cause, Origin, Role, Site, regular, sample,
    traffic::{self, Confidence, Framework, Sign},
};

/// What speaks for WebSocket traffic.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    /// How sure it is.
    pub(crate) confidence: Confidence,
    /// What serves the route, if that tells.
    pub(crate) framework: Option<Framework>,
    /// The line that tells.
    pub(crate) cause: Cause,
    /// Whether it is nothing but a tunnel timeout in `defaults`, which covers ways of every kind.
    pub(crate) inherited: bool,
}

impl Evidence {
    fn at(confidence: Confidence, framework: Option<&str>, site: Site) -> Self {
        let framework = framework.and_then(Framework::named);
        Self { confidence, framework, cause: Cause::at(Origin::Set, site, Role::Evidence), inherited: false }
    }

    pub(crate) fn of_sign(Sign { confidence, framework }: Sign, site: Site) -> Self {
        Self { confidence, framework, cause: Cause::at(Origin::Set, site, Role::Evidence), inherited: false }
    }

    /// The stronger of two, which takes the other's framework where it tells none.
    pub(crate) fn or(self, other: Option<Self>) -> Self {
        let Some(other) = other else { return self };
        let stronger = other.confidence > self.confidence;
        let (mut best, rest) = if stronger { (other, self) } else { (self, other) };
        best.framework = best.framework.or(rest.framework);
        best
    }
}

/// The stronger of two, if there is any.
pub(crate) fn stronger(one: Option<Evidence>, other: Option<Evidence>) -> Option<Evidence> {
    match one {
        Some(one) => Some(one.or(other)),
        None => other,
    }
}

/// What the tests of a condition say.
pub(crate) fn of_tests(tests: &[&Test], site: Site) -> Option<Evidence> {
    tests.iter().map(|test| of_test(test, site)).fold(None, stronger)
}

fn of_test(test: &Test, site: Site) -> Option<Evidence> {
    let call = test.subject()?;
    let name = call.name.strip_prefix("req.").or(call.name.strip_prefix("req_")).unwrap_or(&call.name);
    let says =
        |word: &str| test.patterns.iter().any(|pattern| pattern.text.to_ascii_lowercase().contains(word));
    match name {
        "path" | "pathq" | "url" | "uri" | "base" => {
            let paths = probe::paths_of(test).into_iter();
            let signs = paths.filter_map(|path| traffic::sign_of_path(&path));
            signs
                .map(|sign| Evidence {
                    confidence: sign.confidence,
                    framework: sign.framework,
                    cause: Cause::at(Origin::Set, site, Role::Evidence),
                    inherited: false,
                })
                .fold(None, |best, next| stronger(best, Some(next)))
        }
        "url_param" | "urlp" if matches!(call.arg(0), "transport" | "EIO" | "sid") => {
            Some(Evidence::at(Confidence::Certain, Some("socket.io"), site))
        }
        "query" if says("eio=") || says("transport=") => {
            Some(Evidence::at(Confidence::Certain, Some("socket.io"), site))
        }
        "hdr" | "fhdr" | "hdr_cnt" | "fhdr_cnt" => match call.arg(0).to_ascii_lowercase().as_str() {
            "upgrade" if test.patterns.is_empty() || says("websocket") => {
                Some(Evidence::at(Confidence::Certain, None, site))
            }
            ":protocol" if says("websocket") => Some(Evidence::at(Confidence::Certain, None, site)),
            "connection" if says("upgrade") => Some(Evidence::at(Confidence::Certain, None, site)),
            header if header.starts_with("sec-websocket") => {
                Some(Evidence::at(Confidence::Certain, None, site))
            }
            "host" => of_host(test, site),
            _ => None,
        },
        "ssl_fc_sni" | "ssl_sni" => of_host(test, site),
        _ => None,
    }
}

/// A virtual host whose first label says what it is for.
fn of_host(test: &Test, site: Site) -> Option<Evidence> {
    let sign = test.patterns.iter().find_map(|pattern| traffic::sign_of_host(&pattern.text))?;
    Some(Evidence::of_sign(sign, site))
}

/// What the sections on a way say beside the condition that leads there.
pub(crate) fn of_sections(config: &Config<'_>, frontend: ProxyId, backend: ProxyId) -> Option<Evidence> {
    // Names and timeouts are the same whatever goes through.
    if config.generated {
        return config.said(backend).map(|(confidence, site)| Evidence::at(confidence, None, site));
    }
    let http = config.is_http(frontend) || config.is_http(backend);
    let mut best = None;
    for section in [backend, frontend] {
        best = stronger(best, of_name(config.proxy(section)));
        best = stronger(best, of_servers(config.proxy(section)));
        if http {
            best = stronger(best, of_settings(config, section));
        }
        if http && section == backend && backend != frontend {
            best = stronger(best, of_paths_in_rules(config.proxy(section)));
        }
    }
    if http
        && let Some(timeout) = config.setting(backend, "timeout tunnel")
        && config.proxy(timeout.owner).kind != crate::config::proxy::Kind::Defaults
    {
        best = stronger(best, Some(Evidence::at(Confidence::Strong, None, timeout.statement.site())));
    }
    if http && let Some(tunnel) = config.proxy(frontend).own("timeout tunnel").next_back() {
        best = stronger(best, Some(Evidence::at(Confidence::Strong, None, tunnel.site())));
    }
    if http
        && best.is_none()
        && !config.proxy(backend).servers.is_empty()
        && let Some(timeout) = config.setting(backend, "timeout tunnel")
        && !timeout.statement.undecided
    {
        let site = timeout.statement.site();
        best = Some(Evidence { inherited: true, ..Evidence::at(Confidence::Strong, None, site) });
    }
    best
}

fn of_name(proxy: &Proxy<'_>) -> Option<Evidence> {
    Some(Evidence::of_sign(traffic::sign_of_name(&proxy.name)?, proxy.header.site()))
}

fn of_servers(proxy: &Proxy<'_>) -> Option<Evidence> {
    let mut best = None;
    for server in &proxy.servers {
        let site = proxy.statements[server.statement].site();
        if server.settings.ws.is_some() {
            best = stronger(best, Some(Evidence::at(Confidence::Certain, None, site)));
        }
        let sign = traffic::sign_of_name(&server.name);
        best = stronger(best, sign.map(|sign| Evidence::of_sign(sign, site)));
    }
    best
}

/// Health checks, cookies, sticky keys and rules that are about WebSockets or Socket.IO.
fn of_settings(config: &Config<'_>, id: ProxyId) -> Option<Evidence> {
    let mut best = None;
    let proxy = config.proxy(id);
    let mut say = |confidence, framework, site| {
        best = stronger(best.take(), Some(Evidence::at(confidence, framework, site)));
    };
    if let Some(found) = config.option(id, "httpchk") {
        let words: Vec<&str> = found.statement.words.iter().map(|word| word.text).collect();
        let text = words.join(" ").to_ascii_lowercase();
        if text.contains("/socket.io") {
            say(Confidence::Certain, Some("socket.io"), found.statement.site());
        } else if text.contains("upgrade:") {
            say(Confidence::Certain, None, found.statement.site());
        }
    }
    for key in ["http-check send", "http-check expect"] {
        if let Some(found) = config.setting(id, key) {
            let text: Vec<&str> = found.statement.words.iter().map(|word| word.text).collect();
            let text = text.join(" ").to_ascii_lowercase();
            if text.contains("upgrade websocket") || text.ends_with("status 101") {
                say(Confidence::Certain, None, found.statement.site());
            }
        }
    }
    for key in ["stick on", "balance", "cookie"] {
        let Some(found) = config.setting(id, key) else { continue };
        let words: Vec<&str> = found.statement.words.iter().map(|word| word.text).collect();
        let keyed = match key {
            "stick on" => matches!(
                words.get(2),
                Some(&"urlp(sid)" | &"url_param(sid)" | &"req.cook(io)" | &"cookie(io)")
            ),
            "balance" => matches!(words.get(1..), Some(["url_param", "sid", ..])),
            _ => words.get(1) == Some(&"io"),
        };
        if keyed {
            say(Confidence::Certain, Some("socket.io"), found.statement.site());
        }
    }
    for rule in &proxy.rules {
        let site = proxy.statements[rule.statement].site();
        match &rule.action {
            Action::SetTimeout { name, .. } if name == "tunnel" => say(Confidence::Certain, None, site),
            Action::SetHeader(name, _) | Action::AddHeader(name, _)
                if rule.stage == Stage::HttpRequest
                    && (name.eq_ignore_ascii_case("upgrade")
                        || name.eq_ignore_ascii_case("connection")
                            && proxy.statements[rule.statement]
                                .word(3)
                                .to_ascii_lowercase()
                                .contains("upgrade")) =>
            {
                say(Confidence::Certain, None, site);
            }
            _ => {}
        }
    }
    best
}

/// Whether a rule keeps requests out: what it tests is not expected.
fn keeps_out(action: &Action) -> bool {
    matches!(action, Action::Drop { .. } | Action::Answer { keyword: "deny" | "tarpit", .. })
}

/// Whether a rule answers with an error of its own.
fn answers_error(action: &Action) -> bool {
    matches!(action, Action::Answer { keyword: "return", status: Some(400..), .. })
}

/// What the names of the fields of a handshake begin with.
const SEC_WEBSOCKET: &[u8] = b"sec-websocket";

/// The names that conditions ask.
fn names<'c>(conditions: impl Iterator<Item = &'c Condition>) -> HashSet<&'c str, RandomState> {
    conditions
        .flat_map(|condition| condition.terms())
        .filter_map(|term| match &term.asked {
            Asked::Named(name) => Some(name.as_str()),
            Asked::Anonymous(_) => None,
        })
        .collect()
}

/// The names that rules ask which keep requests out.
fn names_of_refusals<'c>(proxy: &'c Proxy<'_>) -> HashSet<&'c str, RandomState> {
    names(
        proxy.rules.iter().filter(|rule| keeps_out(&rule.action)).filter_map(|rule| rule.condition.as_ref()),
    )
}

/// A path that says WebSocket and that a rule keeps out, whoever asks for it.
pub(crate) fn refused_path(proxy: &Proxy<'_>) -> Option<String> {
    let refusals = proxy.rules.iter().filter(|rule| keeps_out(&rule.action) || answers_error(&rule.action));
    let alone = refusals.flat_map(|rule| probe::alternatives(rule.condition.as_ref()));
    let tests = alone.filter(|terms| terms.len() == 1).flat_map(|terms| probe::positive_tests(proxy, terms));
    let of_path = tests.filter(|test| {
        let name = test.subject().map_or("", |call| call.name.as_str());
        matches!(name.trim_start_matches("req."), "path" | "pathq" | "url" | "uri")
    });
    let says =
        |path: &str| traffic::sign_of_path(path).is_some_and(|sign| sign.confidence > Confidence::Weak);
    // Of what stands below an endpoint it is not known that anybody opens a WebSocket there.
    let telling = |path: &String| {
        let above = path.trim_end_matches('/').rsplit_once('/').map_or("", |(above, _)| above);
        says(path) && !says(above)
    };
    of_path.flat_map(probe::paths_of).find(telling)
}

/// What the rules of a backend ask of the path, which only requests that come to it can satisfy.
fn of_paths_in_rules(proxy: &Proxy<'_>) -> Option<Evidence> {
    let refused = names_of_refusals(proxy);
    let mut best = None;
    let mut say = |test: &Test, site| {
        if test.header().is_none() {
            best = stronger(best.take(), of_test(test, site));
        }
    };
    for acl in proxy.acls.iter().filter(|acl| !refused.contains(&*acl.name)) {
        say(&acl.test, proxy.statements[acl.statement].site());
    }
    for rule in proxy.rules.iter().filter(|rule| !keeps_out(&rule.action)) {
        let terms = rule.condition.iter().flat_map(|condition| condition.terms());
        for term in terms.filter(|term| !term.negated) {
            if let Asked::Anonymous(braces) = &term.asked {
                say(&braces.test, proxy.statements[rule.statement].site());
            }
        }
    }
    best
}

/// Rules that take a telling path away before the request goes on: the author expects it here.
pub(crate) fn of_rewrites(proxy: &Proxy<'_>) -> Option<Evidence> {
    let of_rule = |rule: &Rule| {
        let pattern = match &rule.action {
            Action::ReplaceUri(_, Some(pattern), _) => pattern.as_str(),
            Action::SetUri(_, format) => format
                .expressions()
                .flat_map(|expression| &expression.converters)
                .find(|call| call.name == "regsub")?
                .arg(0),
            _ => return None,
        };
        let test = |path: &str| {
            regular::compiled(pattern, false).is_some_and(|regex| matches!(regex.is_match(path), Ok(true)))
        };
        let paths = sample::of_expression(pattern, test).into_iter();
        let site = proxy.statements[rule.statement].site();
        let signs = paths.filter_map(|path| traffic::sign_of_path(&path));
        signs
            .map(|sign| Evidence {
                confidence: sign.confidence,
                framework: sign.framework,
                cause: Cause::at(Origin::Set, site, Role::Evidence),
                inherited: false,
            })
            .fold(None, |best, next| stronger(best, Some(next)))
    };
    proxy.rules.iter().map(of_rule).fold(None, stronger)
}

/// A named test of the handshake that no `use_backend` rule asks: the author expects handshakes on the others.
pub(crate) fn of_unused_tests(proxy: &Proxy<'_>) -> Option<Evidence> {
    let switched = names(proxy.switches.iter().filter_map(|switch| switch.condition.as_ref()));
    let refused = names_of_refusals(proxy);
    let mut best = None;
    let unused = |name: &str| !switched.contains(name) && !refused.contains(name);
    for acl in proxy.acls.iter().filter(|acl| unused(&acl.name)) {
        let of_handshake = acl.test.written_header().is_some_and(|name| {
            let websocket = name.as_bytes().get(..SEC_WEBSOCKET.len());
            ["upgrade", "connection"].iter().any(|field| name.eq_ignore_ascii_case(field))
                || websocket.is_some_and(|start| start.eq_ignore_ascii_case(SEC_WEBSOCKET))
        });
        if of_handshake {
            best = stronger(best, of_test(&acl.test, proxy.statements[acl.statement].site()));
        }
    }
    best
}
