//! Findings and traces are views of the same runs, so they cannot contradict each other: whoever declares an endpoint
//! is told an error if, and only if, no handshake on it succeeds. Asked of every example of every rule, and of every
//! configuration that the real proxies were watched with (`fixtures/behaviour`).

// The test is where the observations are read from disk.
#![allow(clippy::disallowed_methods)]

mod support;

use std::collections::BTreeSet;

use support::{report, rules};
use wslint_model::way::{Handshake as Outcome, Network, outcome};
use wslint_model::{Browser, Endpoint, Known, Proxy, Request, Route, Scheme, Settings, choices, questions};
use wslint_rules::trial::{project, settings, with_network};
use wslint_rules::{Rules, Scope, Severity, Verdict};

/// Where a client may call: the port and scheme of each listener, and each name.
struct Doors {
    listeners: BTreeSet<(u16, bool)>,
    hosts: BTreeSet<String>,
    /// How many blocks or sections listen.
    servers: usize,
}

impl Doors {
    /// Reads the lines that listen and name hosts. What is not written out is no door.
    fn of(text: &str) -> Self {
        let mut doors =
            Self { listeners: BTreeSet::new(), hosts: BTreeSet::from(["localhost".to_owned()]), servers: 0 };
        for line in text.split(['\n', ';', '{']) {
            let words: Vec<&str> = line.split_whitespace().collect();
            doors.servers += usize::from(
                words.first().is_some_and(|word| matches!(*word, "server" | "frontend" | "listen")),
            );
            match words.split_first() {
                // What waits for a PROXY header is called by another proxy only.
                Some((&("listen" | "bind"), rest))
                    if !rest.iter().any(|word| matches!(*word, "accept-proxy" | "proxy_protocol")) =>
                {
                    let port = rest.first().and_then(|address| address.rsplit(':').next()?.parse().ok());
                    doors.listeners.extend(port.map(|port| (port, rest.contains(&"ssl"))));
                }
                Some((&"server_name", names)) => {
                    let spelt = names.iter().map(|name| name.replacen('*', "www", 1));
                    let spelt = spelt.map(|name| name.trim_start_matches('.').to_owned());
                    let plain =
                        |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
                    doors.hosts.extend(spelt.filter(plain));
                }
                _ => {}
            }
        }
        doors
    }

    fn requests<'d>(&'d self, path: &'d str) -> impl Iterator<Item = Request> + 'd {
        self.listeners.iter().flat_map(move |&(port, tls)| {
            self.hosts.iter().map(move |host| {
                let scheme = if tls { Scheme::Wss } else { Scheme::Ws };
                let listen = Some(format!("127.0.0.1:{port}"));
                Request { listen, ..Request::handshake(scheme, host, port, path, Browser::Chrome) }
            })
        })
    }
}

/// What traces of a declared path say, and what is said below: where they contradict each other.
fn contradiction(
    rules: &Rules,
    routes: &[Route],
    network: &Network<'_>,
    refused: bool,
    settings: &Settings,
    doors: &Doors,
) -> Option<String> {
    let path = &settings.endpoints[0].path;
    // As clients of Socket.IO ask.
    let query = if path.contains("socket.io") { "?EIO=4&transport=websocket" } else { "" };
    let target = format!("{path}{query}");
    let mut verdicts = BTreeSet::new();
    for request in doors.requests(&target) {
        let outcome = outcome(&network.follow(&request), None);
        verdicts.insert(Verdict::of(&outcome, true, refused, []).name());
        // A redirect may lead to where the handshake succeeds, and a client may know the password.
        let asks = outcome.status == Known::Known(Some(401));
        if outcome.handshake == Outcome::Fails && (outcome.location.is_some() || asks) {
            return None;
        }
    }
    let certain =
        |words: &[&str]| !verdicts.is_empty() && verdicts.iter().all(|verdict| words.contains(verdict));
    let declared = routes.iter().filter(|route| route.facts.value(&questions::DECLARED) == Some(true));
    let facts: Vec<_> = declared.filter_map(|route| route.facts.value(&questions::HANDSHAKE)).collect();
    let all = |word| !facts.is_empty() && facts.iter().all(|fact| *fact == word);
    // A trace knows each header of its one request; other clients may bring a cookie that lets them in.
    let decided =
        facts.iter().all(|fact| matches!(fact, choices::Handshake::Succeeds | choices::Handshake::Fails));
    let findings = rules.check(routes, settings, |_| true);
    let error = findings.iter().find(|finding| finding.severity == Severity::Error);
    if certain(&["fails", "breaks"]) && decided && error.is_none() {
        return Some(format!("every trace of {path} fails, and nothing below says error"));
    }
    if certain(&["works"]) && all(choices::Handshake::Fails) {
        return Some(format!("every trace of {path} works, and its facts say that it fails"));
    }
    // A server that no client can name, and a socket that speaks HTTP/2 alone, have questions of their own.
    let told_elsewhere = doors.servers > 1 || routes.iter().any(speaks_http2_only);
    if certain(&["fails"]) && !refused && !told_elsewhere && all(choices::Handshake::Succeeds) {
        return Some(format!("every trace of {path} fails, and its facts say that it succeeds"));
    }
    None
}

fn speaks_http2_only(route: &Route) -> bool {
    route.facts.iter().any(|(question, _)| question.name == "plain-http2")
}

fn check(rules: &Rules, proxy: Proxy, text: &str, settings: &Settings) -> Option<String> {
    let (project, errors) = project(proxy, text.as_bytes(), settings);
    if !errors.is_empty() {
        return None;
    }
    let doors = Doors::of(text);
    with_network(&project, settings, |routes, network, refused| {
        contradiction(rules, routes, network, refused, settings, &doors)
    })
}

#[test]
fn traces_and_findings_agree_on_the_examples() {
    let rules = rules();
    let mut failures = Vec::new();
    let mut asked = 0;
    for rule in rules.iter().filter(|rule| rule.scope != Scope::Kubernetes) {
        for (number, example) in (1..).zip(rule.examples()) {
            for (kind, text) in [("bad", &example.bad), ("good", &example.good)] {
                let Some(text) = text else { continue };
                let paths = match example.websocket.as_slice() {
                    [] => vec!["/ws".to_owned(), "/socket.io/".to_owned()],
                    declared => declared.to_vec(),
                };
                for path in paths {
                    let settings = Settings { endpoints: vec![Endpoint::at(path)], ..settings(example) };
                    asked += 1;
                    if let Some(words) = check(&rules, example.proxy, text, &settings) {
                        failures.push(format!("rules/{}.yaml, example {number}, {kind}: {words}", rule.id));
                    }
                }
            }
        }
    }
    assert!(asked > 500, "{asked} configurations");
    report(&failures);
}

#[test]
fn traces_and_findings_agree_on_what_was_observed() {
    let rules = rules();
    let mut failures = Vec::new();
    let mut asked = 0;
    for (file, proxy) in [("nginx.jsonl", Proxy::Nginx), ("haproxy.jsonl", Proxy::Haproxy)] {
        let path = support::workspace().join("fixtures/behaviour").join(file);
        let cases = std::fs::read_to_string(path).expect("the observations can be read");
        for (number, case) in (1..).zip(cases.lines()) {
            let case: serde_json::Value = serde_json::from_str(case).expect("one JSON object a line");
            let text = case["config"].as_str().expect("a configuration");
            // A trace knows each header of its one request, the linter not what else clients send: a cookie, say.
            let assumes = ["req.hdrs", "expect-proxy", "$cookie_"].iter().any(|word| text.contains(word));
            if assumes || !case["files"].is_null() {
                continue;
            }
            let mut settings = Settings::default();
            if let Some(version) = case["version"].as_str() {
                settings.nginx_version = version.parse().expect("a version");
                settings.nginx_version_given = true;
            }
            let probes = case["probes"].as_array().map_or(&[][..], Vec::as_slice);
            let paths: BTreeSet<&str> = probes
                .iter()
                .filter_map(|probe| path_of(probe["url"].as_str()?))
                .filter(|path| !path.contains("..") && path.len() < 500)
                .collect();
            asked += paths.len();
            for path in paths {
                let settings = Settings { endpoints: vec![Endpoint::at(path)], ..settings.clone() };
                if let Some(words) = check(&rules, proxy, text, &settings) {
                    failures.push(format!("{file}, line {number}: {words}"));
                }
            }
        }
    }
    assert!(asked > 500, "{asked} endpoints");
    report(&failures);
}

/// The path of a URL, without its query.
fn path_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let path = &rest[rest.find('/')?..];
    path.split('?').next()
}
