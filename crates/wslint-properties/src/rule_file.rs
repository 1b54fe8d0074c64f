//! Rule files: what is wrong is told with its place, and a rule that loads cannot fail later.

use std::sync::LazyLock;

use wslint_model::{Proxy, Route, Settings};
use wslint_rules::{LoadError, builtin_and, load, page};

use crate::subject::Subject;

/// Configurations with routes, over which a rule that loads is tried.
static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let nginx =
        b"events {} http { server { listen 80; location /ws { proxy_pass http://127.0.0.1:3000; } } }";
    let haproxy = b"frontend f\n mode http\n bind :80\n default_backend b\nbackend b\n mode http\n server s 127.0.0.1:1\n";
    let texts = [(Proxy::Nginx, &nginx[..]), (Proxy::Haproxy, &haproxy[..])];
    texts.into_iter().flat_map(|(proxy, text)| Subject::new(proxy, text).model().routes()).collect()
});

/// What ends a line of YAML 1.1; CR and LF together end one, which is no more than two.
const YAML_BREAKS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

/// A rule file with this text, at the place that its `id` asks for.
///
/// # Panics
/// Where an error stands outside of the file, or a rule that was loaded fails at work.
pub fn rule_file(text: &str) {
    let id = text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap_or("nginx/rule");
    let path = format!("rules/{}.yaml", id.trim());
    match load(&[(path.clone(), text.to_owned())]) {
        Ok(rules) => {
            for finding in rules.check(&ROUTES, &Settings::default(), |_| true) {
                assert!(!finding.routes.is_empty(), "{finding:?}");
            }
            for rule in rules.iter() {
                assert!(!page::page(&rules, rule).is_empty());
                assert!(rules.get(&rule.id).is_some(), "{}", rule.id);
            }
        }
        Err(errors) => have_places(&errors, &path, text),
    }
    // As somebody's own rule it keeps the same promises.
    if let Err(errors) = builtin_and(&[(path.clone(), text.to_owned())]) {
        have_places(&errors, &path, text);
    }
}

fn have_places(errors: &[LoadError], path: &str, text: &str) {
    assert!(!errors.is_empty(), "what does not load says why");
    // What ends too early is told behind the last line.
    let lines = text.split(YAML_BREAKS).count() + 1;
    for error in errors {
        assert!(error.path == path && (1..=lines).contains(&error.line), "{error:?}");
        assert!(error.column >= 1 && !error.message.is_empty(), "{error:?}");
    }
}
