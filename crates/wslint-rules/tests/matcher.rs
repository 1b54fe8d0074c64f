//! What rules match, and what findings say, on small routes with given answers.

use wslint_model::traffic::Framework;
use wslint_model::{
    Cause, Facts, FileId, Mark, Milliseconds, NEVER, Origin, Proxy, Role, Route, Settings, Site, Version,
    questions, traffic,
};
use wslint_rules::{Confidence, Finding, Rules, Severity};
use wslint_syntax::Span;

/// A rule with this text in the place of its tests.
fn rule(name: &str, at: &str, tests: &str, message: &str) -> (String, String) {
    let text = format!(
        "id: nginx/{name}\ntitle: Something is wrong\nseverity: warning\nat: {at}\n{tests}\n\
         message: \"{message}\"\nhelp: \"type something\"\nwhy: because\n\
         examples:\n  - bad: \"a # <- here\"\n    good: b\n  - good: c\n"
    );
    (format!("rules/nginx/{name}.yaml"), text)
}

fn load(rules: &[(String, String)]) -> Rules {
    wslint_rules::load(rules).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn site(start: usize) -> Site {
    Site { file: FileId(0), span: Span::new(start, start + 1) }
}

/// A cause that is decided at `start`, and also by the byte after it.
fn at(start: usize) -> Cause {
    Cause::at(Origin::Set, site(start), Role::SetHere).and(site(start + 1), Role::Inherited)
}

fn route(facts: Facts) -> Route {
    Route {
        proxy: Proxy::Nginx,
        label: "location /ws".to_owned(),
        server: None,
        host: None,
        site: site(500),
        path: "/ws".to_owned(),
        request: None,
        facts,
        index: 0,
    }
}

/// A route with this framework, idle limit in milliseconds and evidence, decided at 10, 20 and 30. `None` is unknown.
fn chat(framework: Option<&str>, idle: Option<u64>, websocket: traffic::Confidence) -> Route {
    let mut facts = Facts::default();
    facts.answer(&questions::WEBSOCKET, websocket, at(30));
    facts.answer(&questions::FRAMEWORK, framework.and_then(Framework::named), at(10));
    facts.answer(&questions::IDLE_TIMEOUT, idle.map(Milliseconds), at(20));
    route(facts)
}

fn fires(tests: &str, route: &Route) -> bool {
    let rules = load(&[rule("one", "websocket", tests, "it fails")]);
    !rules.check(std::slice::from_ref(route), &Settings::default(), |_| true).is_empty()
}

#[test]
fn tests_match_what_they_say() {
    let known = chat(Some("socket.io"), Some(60_000), traffic::Confidence::Certain);
    let unknown = chat(None, None, traffic::Confidence::Certain);
    let never = chat(Some("phoenix"), Some(NEVER), traffic::Confidence::Certain);
    for (tests, on_known, on_unknown, on_never) in [
        ("when: {framework: socket.io}", true, false, false),
        ("when: {framework: [phoenix, socket.io]}", true, false, true),
        ("when: {framework: present}", true, false, true),
        ("when: {idle-timeout: {at-most: 60s}}", true, false, false),
        ("when: {idle-timeout: {below: 60s}}", false, false, false),
        ("when: {idle-timeout: {at-least: 1m}}", true, false, true),
        ("when: {idle-timeout: {above: 60s}}", false, false, true),
        ("when: {idle-timeout: {above: 59s, below: 61s}}", true, false, false),
        ("when: {idle-timeout: {at-least: never}}", false, false, true),
        ("when: {idle-timeout: {below: never}}", true, false, false),
        // All of a `when` hold.
        ("when: {framework: socket.io, idle-timeout: {at-most: 60s}}", true, false, false),
        // A question without an answer does not match and does not veto.
        ("when: {heartbeat: present}", false, false, false),
        ("when: {websocket: certain}\nunless: {heartbeat: {at-least: 0s}}", true, true, true),
        // An unknown answer vetoes.
        ("when: {websocket: certain}\nunless: {framework: socket.io}", false, false, true),
        // Any of an `unless` vetoes.
        (
            "when: {websocket: certain}\nunless: {framework: socket.io, idle-timeout: {at-least: 1h}}",
            false,
            false,
            false,
        ),
    ] {
        let told = [&known, &unknown, &never].map(|route| fires(tests, route));
        assert_eq!(told, [on_known, on_unknown, on_never], "{tests}");
    }
}

#[test]
fn a_route_of_the_other_proxy_or_without_answers_is_left_alone() {
    let tests = "when: {websocket: certain}";
    let mut other = chat(None, None, traffic::Confidence::Certain);
    assert!(fires(tests, &other));
    other.proxy = Proxy::Haproxy;
    assert!(!fires(tests, &other));
    assert!(!fires(tests, &route(Facts::default())));
}

fn check<'r>(rules: &'r Rules, routes: &[Route]) -> Vec<Finding<'r>> {
    rules.check(routes, &Settings::default(), |_| true)
}

#[test]
fn severity_follows_the_first_adjustment_and_the_evidence() {
    let rules = load(&[rule(
        "one",
        "websocket",
        "when: {websocket: present}\nadjust:\n  - {when: {framework: socket.io}, severity: info}\n  \
         - {when: {framework: present}, severity: error}",
        "it fails",
    )]);
    for (framework, websocket, severity, confidence) in [
        (Some("socket.io"), traffic::Confidence::Certain, Severity::Info, Confidence::High),
        (Some("phoenix"), traffic::Confidence::Certain, Severity::Error, Confidence::High),
        (None, traffic::Confidence::Strong, Severity::Warning, Confidence::Medium),
        // Weak evidence is never more than a note.
        (Some("phoenix"), traffic::Confidence::Weak, Severity::Info, Confidence::Low),
    ] {
        let routes = [chat(framework, None, websocket)];
        let findings = check(&rules, &routes);
        assert_eq!((findings[0].severity, findings[0].confidence), (severity, confidence), "{framework:?}");
    }
}

fn starts(marks: &[Mark]) -> Vec<u32> {
    marks.iter().map(|mark| mark.site.span.start).collect()
}

#[test]
fn marks_are_the_causes_of_what_was_tested() {
    let tests = "when: {websocket: certain, idle-timeout: present, framework: socket.io}";
    let rules = load(&[rule("one", "framework", tests, "it fails")]);
    let routes = [chat(Some("socket.io"), Some(1), traffic::Confidence::Certain)];
    let findings = check(&rules, &routes);
    // First what else decides the fact pointed at, then the other facts, the evidence last.
    assert_eq!(findings[0].primary, Mark { site: site(10), role: Role::SetHere });
    assert_eq!(starts(&findings[0].marks), [11, 20, 30]);
}

#[test]
fn a_default_is_shown_at_the_route() {
    let rules = load(&[rule("one", "idle-timeout", "when: {idle-timeout: {at-most: 60s}}", "cut")]);
    let default = Cause::nowhere(Origin::Default(Version(1, 22, 1)));
    let mut facts = Facts::default();
    facts.answer(&questions::IDLE_TIMEOUT, Milliseconds(60_000), default);
    let routes = [route(facts)];
    let findings = check(&rules, &routes);
    let says = "no line is in force here, so the default of nginx 1.22.1 applies";
    assert_eq!(findings[0].primary, Mark { site: site(500), role: Role::Says(says.to_owned()) });
    assert_eq!(findings[0].confidence, Confidence::Medium);
}

#[test]
fn routes_that_share_the_place_share_the_finding() {
    let tests = "when: {idle-timeout: present}\nadjust: [{when: {framework: phoenix}, severity: error}]";
    let rules = load(&[
        rule("two", "idle-timeout", tests, "`{route}` is cut after {idle-timeout}"),
        rule("one", "websocket", "when: {websocket: present}", "it fails"),
    ]);
    let mut routes = vec![
        chat(Some("socket.io"), Some(60_000), traffic::Confidence::Weak),
        chat(Some("phoenix"), Some(90_000), traffic::Confidence::Certain),
        chat(Some("phoenix"), Some(90_000), traffic::Confidence::Certain),
    ];
    routes[1].label = "location /live".to_owned();
    let findings = check(&rules, &routes);
    let ids: Vec<_> = findings.iter().map(|finding| finding.rule.id.as_str()).collect();
    // Sorted by place: 20 comes before 30.
    assert_eq!(ids, ["nginx/two", "nginx/one"]);
    assert_eq!(findings[0].routes, ["location /ws", "location /live"]);
    assert_eq!(findings[0].route_indexes, [0, 1, 2]);
    // The words, the severity and the confidence are those of the route that suffers most.
    assert_eq!(findings[0].message, "`location /live` is cut after 90 s");
    assert_eq!((findings[0].severity, findings[0].confidence), (Severity::Error, Confidence::High));
    let selected = rules.check(&routes, &Settings::default(), |rule| rule.name() == "one");
    assert_eq!(selected.len(), 1);
}

#[test]
fn messages_quote_answers() {
    let message = "if { x } { server {} {{{framework}}} at {path} of {server} ({route}, nginx {version}): {idle-timeout}";
    let tests = "when: {framework: present, idle-timeout: present}";
    let rules = load(&[rule("one", "framework", tests, message)]);
    let routes = [chat(Some("socket.io"), Some(1_500), traffic::Confidence::Certain)];
    let expected =
        "if { x } { server {} {Socket.IO} at /ws of this server (location /ws, nginx 1.22.1): 1.5 s";
    assert_eq!(check(&rules, &routes)[0].message, expected);
}

/// A general rule for both proxies about certain traffic, pointed at 30.
fn general() -> (String, String) {
    let text = "id: any/general\ntitle: Something is wrong\nseverity: error\ngeneral: true\nat: websocket\n\
                when: {websocket: certain}\nmessage: it fails\nhelp: type something\nwhy: because\nexamples:\n";
    let example = |proxy: &str| format!("  - {{proxy: {proxy}, bad: \"a # <- here\", good: b}}\n");
    ("rules/any/general.yaml".to_owned(), format!("{text}{}{}", example("nginx"), example("haproxy")))
}

#[test]
fn a_general_rule_speaks_where_no_other_one_tells_why() {
    let certain = traffic::Confidence::Certain;
    let mut routes = [chat(None, Some(1), certain)];
    let ids = |rules: &Rules, routes: &[Route]| -> Vec<String> {
        check(rules, routes).iter().map(|finding| finding.rule.id.clone()).collect()
    };
    let when = "when: {idle-timeout: present}";
    let error = format!("{when}\nadjust: [{{when: {{websocket: certain}}, severity: error}}]");
    for (other, expected) in [
        // A warning at another place says nothing about why.
        (rule("other", "idle-timeout", when, "m"), &["nginx/other", "any/general"][..]),
        (rule("other", "idle-timeout", &error, "m"), &["nginx/other"]),
        (rule("other", "websocket", when, "m"), &["nginx/other"]),
    ] {
        assert_eq!(ids(&load(&[general(), other]), &routes), expected);
    }
    let rules = load(&[general(), rule("other", "idle-timeout", &error, "m")]);
    // Who does not want to hear the reason does not want to hear of the failure either.
    assert!(rules.check(&routes, &Settings::default(), |rule| rule.name() == "general").is_empty());
    routes[0].proxy = Proxy::Haproxy;
    assert_eq!(ids(&rules, &routes), ["any/general"]);
}

#[test]
fn rules_are_found_by_id_and_by_what_is_near() {
    let tests = "when: {websocket: present}";
    let rules =
        load(&[rule("upgrade-missing", "websocket", tests, "m"), rule("http10", "websocket", tests, "m")]);
    assert_eq!(rules.iter().map(|rule| rule.name()).collect::<Vec<_>>(), ["http10", "upgrade-missing"]);
    assert!(rules.get("nginx/http10").is_some());
    assert!(rules.get("http10").is_none());
    for (typed, meant) in [
        ("nginx/upgrade-mising", Some("nginx/upgrade-missing")),
        ("http10", Some("nginx/http10")),
        ("http1.0", Some("nginx/http10")),
        ("xyz", None),
    ] {
        assert_eq!(rules.nearest(typed).map(|rule| rule.id.as_str()), meant, "{typed}");
    }
}
