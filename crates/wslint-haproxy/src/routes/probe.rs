//! Requests that a condition asks for: from the tests of a `use_backend` rule to a handshake that satisfies them, and
//! to all its runs.

use std::rc::Rc;

use crate::acl::condition::{Asked, Condition, Term};
use crate::acl::pattern::Method;
use crate::acl::sample::Value;
use crate::acl::test::Test;
use crate::config::Config;
use crate::config::action::Action;
use crate::config::proxy::{Proxy, ProxyId, Target};
use crate::config::server::Destination;
use crate::routes::ways::{Surroundings, Ways};
use crate::routes::wish::Wish;
use wslint_model::way::{Address, Listens};
use wslint_model::{
    Browser, Request, Scheme, sample,
    traffic::{self, Framework},
};

/// Requests that say nothing about WebSockets: a test that they satisfy too says nothing either.
const NEUTRAL: [&str; 2] = ["/", "/index.html"];

/// What a test wants of a request in longer text is not tried, in bytes: hardly any server reads such a line.
const LONGEST_WISH: usize = 8 << 10;

/// All positive tests of one alternative: a named ACL counts with each of its lines.
pub(crate) fn positive_tests<'c>(proxy: &'c Proxy<'_>, terms: &'c [Term]) -> Vec<&'c Test> {
    terms.iter().filter(|term| !term.negated).flat_map(|term| tests_of(proxy, term)).collect()
}

/// Of a name with more lines than this the first ones stand for all: every rule that asks it asks each of its lines.
const MOST_LINES: usize = 1000;

/// The tests that a term asks.
pub(crate) fn tests_of<'c>(proxy: &'c Proxy<'_>, term: &'c Term) -> Vec<&'c Test> {
    match &term.asked {
        Asked::Anonymous(braces) => vec![&braces.test],
        Asked::Named(name) => {
            let lines = proxy.acls_named(name).into_iter().flatten().take(MOST_LINES);
            lines.map(|&index| &proxy.acls[index].test).collect()
        }
    }
}

/// The alternatives of a condition that a request can satisfy on purpose: for `unless` there are none.
pub(crate) fn alternatives(condition: Option<&Condition>) -> Vec<&[Term]> {
    match condition {
        Some(condition) if !condition.unless => condition.alternatives.iter().map(Vec::as_slice).collect(),
        _ => Vec::new(),
    }
}

/// The wishes of a conjunction: one for each path that it names, the first few.
pub(crate) fn wishes(proxy: &Proxy<'_>, terms: &[Term]) -> Vec<Wish> {
    const MOST: usize = 8;
    let mut base = Wish::default();
    let mut paths: Vec<String> = Vec::new();
    for test in positive_tests(proxy, terms) {
        add(test, &mut base, &mut paths);
    }
    base.host.take_if(|host| host.len() > LONGEST_WISH);
    base.headers.retain(|(_, value)| value.len() <= LONGEST_WISH);
    paths.retain(|path| path.len() <= LONGEST_WISH);
    if paths.is_empty() {
        return vec![base];
    }
    paths.dedup();
    paths.truncate(MOST);
    paths.into_iter().map(|path| Wish { path: Some(path), ..base.clone() }).collect()
}

fn add(test: &Test, wish: &mut Wish, paths: &mut Vec<String>) {
    let Some(call) = test.subject() else { return };
    let name = call.name.strip_prefix("req.").or(call.name.strip_prefix("req_")).unwrap_or(&call.name);
    match name {
        "path" | "pathq" | "url" | "uri" => paths.extend(paths_of(test)),
        "base" => {
            paths.extend(paths_of(test));
            wish.host = wish.host.take().or_else(|| host_of(test));
        }
        "url_param" | "urlp" => {
            let value = test.patterns.first().map_or("1", |pattern| &*pattern.text);
            paths.extend(path_of_parameter(call.arg(0), value));
        }
        "query" => {
            let socketio = |text: &str| text.contains("EIO=") || text.contains("transport=");
            if test.patterns.iter().any(|pattern| socketio(&pattern.text)) {
                paths.push("/socket.io/?EIO=4&transport=websocket".to_owned());
            }
        }
        "hdr" | "fhdr" if call.arg(0).eq_ignore_ascii_case("host") => {
            wish.host = wish.host.take().or_else(|| host_of(test));
        }
        "ssl_fc_sni" | "ssl_sni" => {
            wish.host = wish.host.take().or_else(|| host_of(test));
            wish.tls = Some(true);
        }
        "hdr" | "fhdr" => {
            let field = call.arg(0);
            // What a handshake carries is settled, and no client can send a pseudo-header field.
            let settled = matches!(field.to_ascii_lowercase().as_str(), "upgrade" | "connection")
                || field.starts_with(':')
                || field.to_ascii_lowercase().starts_with("sec-websocket");
            if let (false, Some(pattern)) = (settled, test.patterns.first()) {
                wish.headers.push((field.to_owned(), pattern.text.to_string()));
            }
        }
        "ssl_fc" => wish.tls = Some(true),
        "dst_port" => wish.port = test.patterns.first().and_then(|pattern| pattern.text.parse().ok()),
        _ => {}
    }
}

/// A request that carries a query parameter: those of Socket.IO stand on its own path.
fn path_of_parameter(name: &str, value: &str) -> Option<String> {
    match name {
        "transport" => Some(format!("/socket.io/?EIO=4&transport={value}")),
        "EIO" => Some(format!("/socket.io/?EIO={value}&transport=websocket")),
        "" => None,
        name => Some(format!("/?{name}={value}")),
    }
}

/// The paths that satisfy a test of the path, or of host and path.
pub(crate) fn paths_of(test: &Test) -> Vec<String> {
    if test.method == Method::Reg {
        return of_regular_expression(test);
    }
    let with_host = test.subject().is_some_and(|call| call.name == "base");
    let satisfies = |path: &str| {
        let value = Value::Text(path.to_owned());
        test.patterns
            .iter()
            .any(|pattern| pattern.matches(test.method, test.ignore_case, &value) == Some(true))
    };
    let rooted = |text: &str| if text.starts_with('/') { text.to_owned() } else { format!("/{text}") };
    test.patterns
        .iter()
        .filter(|pattern| !pattern.text.is_empty())
        .filter_map(|pattern| {
            let text = match pattern.text.find('/').filter(|_| with_host) {
                Some(path) => &pattern.text[path..],
                None => &*pattern.text,
            };
            let path = match test.method {
                Method::Str | Method::Beg if text.starts_with('/') => text.to_owned(),
                Method::End | Method::Sub => rooted(text),
                Method::Dir => format!("/{}/", text.trim_matches('/')),
                _ => return None,
            };
            // Socket.IO's clients ask for the path with a slash at its end.
            let with_slash = format!("{path}/");
            let natural = path.ends_with("/socket.io") || path.ends_with("/engine.io");
            Some(if natural && satisfies(&with_slash) { with_slash } else { path })
        })
        .collect()
}

/// Paths that stand for what regular expressions match; none where they match what says nothing.
fn of_regular_expression(test: &Test) -> Vec<String> {
    let hits = |path: &str| {
        let value = Value::Text(path.to_owned());
        test.patterns
            .iter()
            .any(|pattern| pattern.matches(Method::Reg, test.ignore_case, &value) == Some(true))
    };
    if NEUTRAL.iter().any(|path| hits(path)) {
        return Vec::new();
    }
    test.patterns.iter().flat_map(|pattern| sample::of_expression(&pattern.text, hits)).collect()
}

fn host_of(test: &Test) -> Option<String> {
    let with_path = test.subject().is_some_and(|call| call.name == "base");
    let text = &test.patterns.first()?.text;
    let text = match text.find('/').filter(|_| with_path) {
        Some(0) => return None,
        Some(path) => &text[..path],
        None => text,
    };
    Some(match test.method {
        Method::Reg if !with_path => return host_of_regular_expression(test),
        Method::Str | Method::Dom | Method::Sub => text.trim_matches('.').to_owned(),
        Method::End if text.starts_with('.') => format!("app{text}"),
        Method::End => text.to_owned(),
        Method::Beg if text.ends_with('.') => format!("{text}example"),
        Method::Beg => text.to_owned(),
        _ => return None,
    })
}

/// A host that a regular expression matches; none where it matches what says nothing.
fn host_of_regular_expression(test: &Test) -> Option<String> {
    let hits = |host: &str| {
        let value = Value::Text(host.to_owned());
        let mut patterns = test.patterns.iter();
        patterns.any(|pattern| pattern.matches(Method::Reg, test.ignore_case, &value) == Some(true))
    };
    if hits(ANY_HOST) {
        return None;
    }
    let samples = test.patterns.iter().flat_map(|pattern| {
        sample::of_expression(&pattern.text, |path| path.strip_prefix('/').is_some_and(hits))
    });
    samples.map(|path| path[1..].to_owned()).find(|host| !host.is_empty())
}

/// The host that a probe asks for where no test names one.
pub(crate) const ANY_HOST: &str = "app.example";

/// A handshake, or the poll that a client of long polling begins with, that fulfils a wish at a section.
fn request(wish: &Wish, websocket: bool, tls: bool, default_host: &str) -> Request {
    let scheme = match (websocket, tls) {
        (true, true) => Scheme::Wss,
        (true, false) => Scheme::Ws,
        (false, true) => Scheme::Https,
        (false, false) => Scheme::Http,
    };
    let asked = wish.host.as_deref().unwrap_or(default_host);
    let (host, port) = match asked.split_once(':') {
        Some((host, port)) => (host, port.parse().ok()),
        None => (asked, None),
    };
    let port = wish.port.or(port).unwrap_or_else(|| scheme.default_port());
    let target = target(wish, websocket);
    let mut request = match websocket {
        true => Request::handshake(scheme, host, port, &target, Browser::Chrome),
        false => Request::plain(scheme, host, port, &target),
    };
    // The origin is the application's own, which no configuration can name to this model.
    request.headers.retain(|(name, _)| name != "Origin");
    for (name, value) in &wish.headers {
        request.set_header(name, value);
    }
    request
}

/// The request that fulfils a wish at a section, and the index of the `bind` line that it arrives at.
pub(crate) fn request_at(
    surroundings: &Surroundings<'_, '_>,
    frontend: ProxyId,
    wish: &Wish,
    websocket: bool,
) -> (Request, Option<usize>) {
    surroundings
        .recent
        .request((frontend, wish, websocket), || made_for(surroundings, frontend, wish, websocket))
}

fn made_for(
    surroundings: &Surroundings<'_, '_>,
    frontend: ProxyId,
    wish: &Wish,
    websocket: bool,
) -> (Request, Option<usize>) {
    let config = surroundings.config;
    let bind = bind_for(config, frontend, wish);
    let line = bind.and_then(|bind| config.proxy(frontend).binds.get(bind));
    // Through a listener of `mode tcp` TLS may pass as it is.
    let passes = !config.is_http(frontend)
        && wish
            .tls
            .unwrap_or_else(|| surroundings.recent.expects_tls(frontend, || expects_tls(config, frontend)));
    let tls = passes || line.map_or(wish.tls == Some(true), |line| line.tls);
    let host = surroundings.recent.only_host(frontend, || only_host(config.proxy(frontend)));
    (request(wish, websocket, tls, host.as_deref().unwrap_or(ANY_HOST)), bind)
}

/// The same handshake as whoever asks for it from outside sends it: it says where it arrives.
pub(crate) fn handshake_at(surroundings: &Surroundings<'_, '_>, frontend: ProxyId, wish: &Wish) -> Request {
    let (mut request, bind) = request_at(surroundings, frontend, wish, true);
    let line = bind.and_then(|bind| surroundings.config.proxy(frontend).binds.get(bind));
    request.listen = line.and_then(|line| line.reached_at(wish.port));
    request
}

/// The host to which a section is limited by a rule that refuses all others.
fn only_host(section: &Proxy<'_>) -> Option<String> {
    let refusals = section
        .rules
        .iter()
        .filter(|rule| matches!(&rule.action, Action::Drop { .. } | Action::Answer { .. }));
    refusals.filter_map(|rule| rule.condition.as_ref()).find_map(|condition| {
        let mut spared = condition.terms().filter(|term| term.negated != condition.unless);
        spared.find_map(|term| {
            let mut tests = tests_of(section, term).into_iter();
            tests.find_map(|test| (test.header()? == "host").then(|| host_of(test))?)
        })
    })
}

/// How many hosts that rules name are tried.
const MOST_HOSTS: usize = 4;

/// The hosts that the rules of sections name, whatever they do with requests for them.
pub(crate) fn hosts_of_rules(sections: &[&Proxy<'_>]) -> Vec<String> {
    let mut hosts = Vec::new();
    for section in sections {
        let conditions = section.rules.iter().filter_map(|rule| rule.condition.as_ref());
        let tests = conditions.flat_map(Condition::terms).flat_map(|term| tests_of(section, term));
        for host in tests.filter(|test| test.header().as_deref() == Some("host")).filter_map(host_of) {
            // With a port it is called on a certain socket only.
            if !host.contains(':') && hosts.len() < MOST_HOSTS && !hosts.contains(&host) {
                hosts.push(host);
            }
        }
    }
    hosts
}

/// Whether a tcp frontend takes connections for TLS: it looks at the first bytes of a handshake of TLS, or passes them on to
/// a listener that ends TLS.
fn expects_tls(config: &Config<'_>, frontend: ProxyId) -> bool {
    let section = config.proxy(frontend);
    let reads_hello = |test: &Test| {
        test.fetch()
            .is_some_and(|call| call.name.starts_with("req.ssl_") || call.name.starts_with("req_ssl_"))
    };
    let of_rules = section.rules.iter().filter_map(|rule| rule.condition.as_ref());
    let of_switches = section.switches.iter().filter_map(|switch| switch.condition.as_ref());
    let mut terms = of_rules.chain(of_switches).flat_map(Condition::terms);
    if terms.any(|term| tests_of(section, term).into_iter().any(reads_hello)) {
        return true;
    }
    let by_default = match config.value(frontend, "default_backend") {
        Some((name, _)) => name.and_then(|name| config.backend(name)),
        None => Some(frontend),
    };
    let by_rules = section.switches.iter().filter_map(|switch| match &switch.target {
        Target::Named(name) => config.backend(name),
        Target::Dynamic(_) | Target::Unknown => None,
    });
    let backends = by_rules.chain(by_default);
    let mut servers = backends.flat_map(|backend| &config.proxy(backend).servers);
    servers.any(|server| {
        if server.settings.tls {
            return false;
        }
        let address = server.address(Destination::default());
        address
            .and_then(|address| Address::read(&address))
            .is_some_and(|address| ends_tls_at(config, &address))
    })
}

/// Whether a listener of this configuration ends TLS at an address.
fn ends_tls_at(config: &Config<'_>, address: &Address) -> bool {
    let listener = listener_at(config, address);
    listener.is_some_and(|(frontend, index)| config.proxy(frontend).binds[index].tls)
}

/// The listener of this configuration at an address: the section and the index of its `bind` line.
pub(crate) fn listener_at(config: &Config<'_>, address: &Address) -> Option<(ProxyId, usize)> {
    let port = match address {
        Address::Port { port, .. } => Some(*port),
        Address::Unix(_) => None,
    };
    config.listeners(port).into_iter().find(|&(frontend, index)| {
        match config.proxy(frontend).binds[index].listens(address) {
            Listens::Exactly => true,
            Listens::AtEvery => address.is_local(),
            Listens::Perhaps | Listens::No => false,
        }
    })
}

/// The target that a client asks for. Those of Socket.IO always name the protocol and the transport.
pub(crate) fn target(wish: &Wish, websocket: bool) -> String {
    let asked = wish.path.as_deref().unwrap_or("/");
    let path = asked.split('?').next().unwrap_or_default();
    let of_socketio = traffic::sign_of_path(path)
        .and_then(|sign| sign.framework)
        .is_some_and(|framework: Framework| framework.is("socket.io"));
    match (of_socketio, websocket) {
        (true, true) if !asked.contains('?') => format!("{path}?EIO=4&transport=websocket"),
        (true, false) => format!("{path}?EIO=4&transport=polling"),
        _ => asked.to_owned(),
    }
}

/// The `bind` line that a probe with that wish arrives at: the right port, else TLS where the listener has it.
pub(crate) fn bind_for(config: &Config<'_>, frontend: ProxyId, wish: &Wish) -> Option<usize> {
    let binds = &config.proxy(frontend).binds;
    let by_port = wish.port.and_then(|port| binds.iter().position(|bind| bind.takes_port(port)));
    let tls = wish.tls.unwrap_or(true);
    by_port.or_else(|| binds.iter().position(|bind| bind.tls == tls)).or(if binds.is_empty() {
        None
    } else {
        Some(0)
    })
}

/// All runs of a request that fulfils a wish at a section.
pub(crate) fn follow(
    surroundings: &Surroundings<'_, '_>,
    frontend: ProxyId,
    wish: &Wish,
    websocket: bool,
) -> Rc<Ways> {
    let (request, bind) = request_at(surroundings, frontend, wish, websocket);
    surroundings.follow(&request, (frontend, bind), wish.open())
}
