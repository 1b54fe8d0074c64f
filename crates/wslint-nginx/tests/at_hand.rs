//! What is not at hand: files that are included and are not there, and lines that a template may leave out.

mod support;

use support::{facts_of, load};
use wslint_model::{NginxContext, Settings};

/// Checks answers, `question=value`, and that others are not given.
#[track_caller]
fn check(about: &str, config: &str, expected: &[&str], not: &[&str]) {
    let context = match config {
        text if text.starts_with("events") => NginxContext::Main,
        text if text.starts_with("location") => NginxContext::Server,
        _ => NginxContext::Http,
    };
    let (project, root) = load(&[("nginx.conf.j2".to_owned(), config.to_owned())], context);
    let told = facts_of(&project, &root, &Settings::default());
    let given = |wanted: &&&str| told.iter().any(|answer| answer == **wanted);
    let missing: Vec<_> = expected.iter().filter(|wanted| !given(wanted)).collect();
    let false_ones: Vec<_> = not.iter().filter(given).collect();
    assert!(
        missing.is_empty() && false_ones.is_empty(),
        "{about}: {missing:?}, {false_ones:?}\n{}",
        told.join("\n")
    );
}

const WS: &str = "proxy_pass http://127.0.0.1:3000; proxy_set_header Host $host; \
                  proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;";

#[test]
fn a_pattern_without_a_match_sets_nothing_for_others() {
    let http = |inside: &str| {
        format!("events {{}} http {{ {inside} server {{ listen 80; location /ws {{ {WS} }} }} }}")
    };
    let defaults = ["http-version=1.0", "idle-timeout=60000"];
    check("all is at hand", &http(""), &defaults, &[]);
    check("a file without servers", &http("include conf.d/sites.conf;"), &defaults, &[]);
    check("a file about upstreams", &http("include proxy.conf;"), &[], &defaults);
    let server = format!("server {{ listen 80; include snippets/app.conf; location /ws {{ {WS} }} }}");
    check("a snippet of the server", &server, &[], &defaults);
}

#[test]
fn around_a_lone_location_may_be_header_lines_only() {
    check("times and versions", &format!("location /ws {{ {WS} }}"), &["http-version=1.0"], &[]);
    check("headers", "location /ws { proxy_pass http://127.0.0.1:3000; }", &[], &["upgrade=dropped"]);
}

#[test]
fn what_packages_ship_is_known_by_its_name() {
    let location = |inside: &str| {
        format!("server {{ listen 80; location /ws {{ {inside} proxy_pass http://127.0.0.1:3000; }} }}")
    };
    check(
        "Debian's header lines",
        &location("include proxy_params;"),
        &["upgrade=dropped"],
        &["host=upstream"],
    );
    check("a snippet of one's own", &location("include websocket.conf;"), &[], &["upgrade=dropped"]);
    let server = "server { listen 80; include snippets/letsencrypt.conf; location /ws { proxy_pass http://127.0.0.1:3000; } }";
    check("a snippet about certificates", server, &["upgrade=dropped"], &[]);
    let above = "server { listen 80; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; \
                 location /ws { include proxy_params; proxy_pass http://127.0.0.1:3000; } }";
    check("lines that drop those above", above, &["upgrade=lost"], &[]);
}

#[test]
fn a_template_may_leave_a_refusal_out() {
    let location = |optional: &str| {
        format!("server {{ listen 80; location /ws {{\n{optional}\nproxy_http_version 1.1; {WS} }} }}")
    };
    let passed = ["handler=proxy", "handshake=succeeds"];
    check("a status", &location("{% if closed %}\nreturn 403;\n{% endif %}"), &passed, &[]);
    check("an address", &location("{% if closed %}\ndeny all;\n{% endif %}"), &passed, &[]);
    check("a test", &location("{% if closed %}\nif (-f /srv/x) { return 503; }\n{% endif %}"), &passed, &[]);
    check("internal", &location("{% if closed %}\ninternal;\n{% endif %}"), &passed, &[]);
    check("certain", &location("return 403;"), &["handler=return"], &[]);
    let alternatives = format!(
        "server {{ listen 80;\n{{% if closed %}}\nlocation / {{ return 503; }}\n{{% else %}}\nlocation / {{ proxy_http_version 1.1; {WS} }}\n{{% endif %}}\n}}"
    );
    check("a location for each case", &alternatives, &passed, &[]);
}

#[test]
fn of_lines_for_several_cases_one_is_rendered() {
    let location = |optional: &str| format!("server {{ listen 80; location /ws {{ {WS}\n{optional}\n }} }}");
    let headers = "{% if a %}\nproxy_set_header Origin a;\n{% else %}\nproxy_set_header Host b;\n{% endif %}";
    check("a header for another case", &location(headers), &[], &["host=repeated"]);
    let times = "{% if a %}\nproxy_read_timeout 30s;\n{% else %}\nproxy_read_timeout 1h;\n{% endif %}";
    let default = "proxy_read_timeout {{ limit | default('30s') }};";
    check("a time by default", &location(default), &["idle-timeout=30000"], &[]);
    check("a time for each case", &location(times), &[], &["idle-timeout=30000", "idle-timeout=3600000"]);
}
