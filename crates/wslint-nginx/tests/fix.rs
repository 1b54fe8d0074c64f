//! What recipes make of a config: everything else stays byte for byte, and fixing again changes nothing.

mod support;

use support::load;
use wslint_model::{Edit, NginxContext, Settings};
use wslint_nginx::Nginx;

/// Fixes the routes with evidence by a recipe.
fn fix(config: &str, recipe: &str) -> String {
    let context = if config.starts_with("http") { NginxContext::Main } else { NginxContext::Http };
    let (project, root) = load(&[("nginx.conf".to_owned(), config.to_owned())], context);
    let settings = Settings::default();
    let model = Nginx::new(&project, &root, &settings);
    let mut edits: Vec<Edit> = Vec::new();
    for route in support::routes(&model) {
        for edit in model.fix(&route, recipe).into_iter().flatten() {
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
    }
    edits.sort();
    let mut text = config.as_bytes().to_vec();
    for edit in edits.iter().rev() {
        text.splice(edit.site.span.range(), edit.text.iter().copied());
    }
    String::from_utf8(text).expect("the config is UTF-8")
}

#[track_caller]
fn check(recipe: &str, before: &str, after: &str) {
    assert_eq!(fix(before, recipe), after, "{recipe}");
}

/// The same, and a second time changes nothing.
#[track_caller]
fn check_settles(recipe: &str, before: &str, after: &str) {
    check(recipe, before, after);
    assert_eq!(fix(after, recipe), after, "{recipe} for the second time");
}

#[test]
fn an_upgrade_is_forwarded() {
    check_settles(
        "forward-upgrade",
        "server {\n    location /ws {\n        proxy_pass http://b; # the app\n    }\n}\n",
        "server {\n    location /ws {\n        proxy_pass http://b; # the app\n        \
         proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection \"upgrade\";\n        \
         proxy_http_version 1.1;\n    }\n}\n",
    );
    check_settles(
        "forward-upgrade",
        "server {\r\n\tlocation /ws {\r\n\t\tproxy_pass http://b;\r\n\t\tproxy_http_version 1.1;\r\n\t\tproxy_set_header Host $host;\r\n\t}\r\n}\r\n",
        "server {\r\n\tlocation /ws {\r\n\t\tproxy_pass http://b;\r\n\t\tproxy_http_version 1.1;\r\n\t\tproxy_set_header Host $host;\r\n\t\tproxy_set_header Upgrade $http_upgrade;\r\n\t\tproxy_set_header Connection \"upgrade\";\r\n\t}\r\n}\r\n",
    );
}

#[test]
fn inherited_headers_are_repeated() {
    check_settles(
        "forward-upgrade",
        "server { proxy_http_version 1.1; proxy_set_header Host $host; location /ws { proxy_pass http://b; } }",
        "server { proxy_http_version 1.1; proxy_set_header Host $host; location /ws { proxy_pass http://b; \
         proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; \
         proxy_set_header Connection \"upgrade\"; } }",
    );
}

#[test]
fn lost_headers_come_back_with_all_others() {
    check_settles(
        "forward-upgrade",
        "server { proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header X-Real-IP a; \
         proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection; \
         location /api/ { proxy_set_header X-Real-IP b; proxy_pass http://b; } }",
        "server { proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header X-Real-IP a; \
         proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection; \
         location /api/ { proxy_set_header X-Real-IP b; proxy_set_header Host $http_host; \
         proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection; \
         proxy_pass http://b; } }",
    );
}

#[test]
fn a_good_map_is_used() {
    check_settles(
        "forward-upgrade",
        "map $http_upgrade $connection_upgrade { default upgrade; '' ''; }\n\
         server { location /ws { proxy_http_version 1.1; proxy_pass http://b; } }",
        "map $http_upgrade $connection_upgrade { default upgrade; '' ''; }\n\
         server { location /ws { proxy_http_version 1.1; proxy_pass http://b; \
         proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; } }",
    );
}

#[test]
fn a_shared_snippet_is_left_alone() {
    let files = [
        ("nginx.conf", "server { location /ws { proxy_pass http://b; include proxy.conf; } }"),
        ("proxy.conf", "proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection close;\n"),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()));
    let (project, root) = load(&files, NginxContext::Http);
    let settings = Settings::default();
    let model = Nginx::new(&project, &root, &settings);
    let route = &support::routes(&model)[0];
    assert_eq!(model.fix(route, "set-connection"), None);
}

#[test]
fn values_are_replaced() {
    let location = |inside: &str| format!("server {{ location /ws {{ proxy_pass http://b; {inside} }} }}");
    let upgrade = "proxy_set_header Upgrade $http_upgrade;";
    check_settles(
        "set-connection",
        &location(&format!("{upgrade} proxy_set_header Connection keep-alive;")),
        &location(&format!("{upgrade} proxy_set_header Connection \"upgrade\";")),
    );
    check_settles(
        "set-upgrade",
        &location("proxy_set_header Upgrade $connection_upgrade; proxy_set_header Connection upgrade;"),
        &location("proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"),
    );
    check_settles("use-http11", &location("proxy_http_version 1.0;"), &location("proxy_http_version 1.1;"));
    check_settles(
        "set-read-timeout",
        &location("proxy_read_timeout 60s;"),
        &location("proxy_read_timeout 1h;"),
    );
    check_settles(
        "set-read-timeout",
        "server {\n  location /ws {\n    proxy_pass http://b;\n  }\n}",
        "server {\n  location /ws {\n    proxy_pass http://b;\n    proxy_read_timeout 1h;\n  }\n}",
    );
    check_settles(
        "set-host",
        &location(&format!("{upgrade} proxy_set_header Host $host;")),
        &location(&format!("{upgrade} proxy_set_header Host $http_host;")),
    );
    check("drop-colon", &location("proxy_set_header Upgrade: a;"), &location("proxy_set_header Upgrade a;"));
    check(
        "delete-line",
        "server {\n location /ws {\n  proxy_pass http://b;\n  proxy_method POST;\n }\n}",
        "server {\n location /ws {\n  proxy_pass http://b;\n }\n}",
    );
}

#[test]
fn a_path_that_is_refused_elsewhere_is_not_taken_from_here() {
    let text = "server {\n    location ~ ^/api { proxy_pass http://a/x; }\n    \
                location /ws/ { proxy_pass http://b/x; }\n}\n";
    check_settles("drop-uri-part", text, text);
    let own = "server {\n    location ~ ^/ws { proxy_pass http://a/x; }\n}\n";
    check_settles("drop-uri-part", own, &own.replace("/x", ""));
}

#[test]
fn an_address_of_another_protocol_has_no_path() {
    let text = "server {\n    location /ws/ {\n        scgi_pass ws//;\n    }\n}\n";
    check_settles("drop-uri-part", text, text);
}

#[test]
fn paths_are_passed_on() {
    let socketio = |pass: &str| format!("server {{ location /socket.io/ {{ proxy_pass {pass}; }} }}");
    check_settles("drop-uri-part", &socketio("http://b/"), &socketio("http://b"));
    check_settles("drop-uri-part", &socketio("http://unix:/run/a:/x/"), &socketio("http://unix:/run/a"));
    let prefix = |name: &str, pass: &str| {
        format!(
            "server {{ location {name} {{ proxy_pass {pass}; proxy_set_header Upgrade $http_upgrade; }} }}"
        )
    };
    check("drop-uri-part", &prefix("/chat", "http://b/"), &prefix("/chat/", "http://b/"));
    check("drop-uri-part", &prefix("^~ /chat", "http://b/x/"), &prefix("^~ /chat/", "http://b/x/"));
    check("drop-uri-part", &prefix("/chat/", "http://b/x"), &prefix("/chat/", "http://b/x/"));
    check("drop-uri-part", &prefix("/chat/", "http://b/"), &prefix("/chat/", "http://b/"));
    check("drop-uri-part", &prefix("/chat/", "http://$b/x/"), &prefix("/chat/", "http://$b/x/"));
    check("drop-uri-part", &prefix("/chat/", "http://$b/chat/"), &prefix("/chat/", "http://$b"));
    check_settles("use-http-scheme", &socketio("wss://b"), &socketio("https://b"));
    check_settles(
        "move-set-above-break",
        "server {\n  location /ws {\n    rewrite ^ /x break;\n    set $b 127.0.0.1;\n    proxy_pass http://$b;\n  }\n}",
        "server {\n  location /ws {\n    set $b 127.0.0.1;\n    rewrite ^ /x break;\n    proxy_pass http://$b;\n  }\n}",
    );
    check_settles(
        "stop-patterns",
        "server { location /ws { proxy_pass http://b; } location ~ w { return 404; } }",
        "server { location ^~ /ws { proxy_pass http://b; } location ~ w { return 404; } }",
    );
}

#[test]
fn maps_are_fixed() {
    let header = "server { location /ws { proxy_pass http://b; proxy_set_header Upgrade $http_upgrade; \
                  proxy_set_header Connection $c; } }\n";
    check_settles(
        "fix-map",
        &format!("map $http_connection $c {{\n    default close;\n    upgrade upgrade;\n}}\n{header}"),
        &format!(
            "map $http_upgrade $c {{\n    default upgrade;\n    upgrade upgrade;\n    ''      '';\n}}\n{header}"
        ),
    );
    check_settles(
        "insert-map",
        &format!("http {{\n    {header}}}\n"),
        &format!(
            "http {{\n    map $http_upgrade $c {{\n        default upgrade;\n        ''      '';\n    }}\n\n    {header}}}\n"
        ),
    );
}

#[test]
fn servers_limits_and_caches() {
    let io = "server { location /socket.io/ { proxy_pass http://io; } }\n";
    check_settles(
        "add-affinity",
        &format!("upstream io {{\n    server a;\n    server b;\n}}\n{io}"),
        &format!("upstream io {{\n    ip_hash;\n    server a;\n    server b;\n}}\n{io}"),
    );
    let limited = |limit: &str| {
        format!(
            "limit_req_zone $binary_remote_addr zone=z:1m rate=1r/s; \
             server {{ location /socket.io/ {{ proxy_pass http://io; {limit}; }} }}"
        )
    };
    check("allow-burst", &limited("limit_req zone=z"), &limited("limit_req zone=z burst=20 nodelay"));
    check("allow-burst", &limited("limit_req zone=z burst=1"), &limited("limit_req zone=z burst=20"));
    let location =
        |inside: &str| format!("server {{ location /socket.io/ {{ proxy_pass http://io; {inside} }} }}");
    check_settles("cache-off", &location("proxy_cache z;"), &location("proxy_cache off;"));
    check_settles("buffering-off", &location("proxy_buffering on;"), &location("proxy_buffering off;"));
    check(
        "add-always",
        &location("add_header Access-Control-Allow-Origin *;"),
        &location("add_header Access-Control-Allow-Origin * always;"),
    );
}
