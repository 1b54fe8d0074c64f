//! What nginx routes answer: each case is a config and the answers that it must have, `question=value`.

mod support;

use support::{facts_of, load};
use wslint_model::{Endpoint, NginxContext, Settings};

/// Checks the answers of the only route with evidence, or of the one for a declared path.
#[track_caller]
fn check(about: &str, declared: &[&str], config: &str, expected: &[&str]) {
    check_version(about, "1.22.1", declared, config, expected);
}

#[track_caller]
fn check_version(about: &str, version: &str, declared: &[&str], config: &str, expected: &[&str]) {
    let context = match config.trim_start() {
        text if text.starts_with("events") || text.starts_with("http") => NginxContext::Main,
        text if text.starts_with("location") => NginxContext::Server,
        text if text.starts_with("proxy") => NginxContext::Location,
        _ => NginxContext::Http,
    };
    let (project, root) = load(&[("nginx.conf".to_owned(), config.to_owned())], context);
    let settings = Settings {
        nginx_version: version.parse().expect("a version"),
        nginx_version_given: true,
        endpoints: declared.iter().map(|path| Endpoint::at(*path)).collect(),
        ..Settings::default()
    };
    let told = facts_of(&project, &root, &settings);
    let missing: Vec<&&str> =
        expected.iter().filter(|wanted| !told.contains(&(**wanted).to_owned())).collect();
    assert!(missing.is_empty(), "{about}: {missing:?} not among\n{}", told.join("\n"));
}

/// Checks that no route carries evidence.
#[track_caller]
fn check_silent(about: &str, config: &str) {
    check(about, &[], config, &[]);
    let (project, root) = load(&[("nginx.conf".to_owned(), config.to_owned())], NginxContext::Http);
    let told = facts_of(&project, &root, &Settings::default());
    assert!(told.is_empty(), "{about}: {told:?}");
}

const WS: &str = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; \
                  proxy_set_header Connection upgrade;";

fn server(inside: &str) -> String {
    format!("server {{ listen 80; {} }}", inside.replace("WS;", WS))
}

fn location(inside: &str) -> String {
    server(&format!("location /ws {{ proxy_pass http://127.0.0.1:3000; {inside} }}"))
}

#[test]
fn headers_of_the_handshake() {
    let check = |about, inside: &str, expected| check(about, &[], &location(inside), expected);
    check("bare", "", &["websocket=strong", "upgrade=dropped", "connection=dropped", "http-version=1.0"]);
    check(
        "complete",
        "WS;",
        &["websocket=certain", "upgrade=passed", "connection=passed", "http-version=1.1"],
    );
    check(
        "no connection",
        "proxy_set_header Upgrade $http_upgrade;",
        &["upgrade=passed", "connection=dropped"],
    );
    check(
        "close",
        "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection close;",
        &["connection=wrong"],
    );
    check(
        "word",
        "proxy_set_header Upgrade upgrade; proxy_set_header Connection upgrade;",
        &["upgrade=wrong"],
    );
    check("empty", "proxy_set_header Upgrade ''; proxy_set_header Connection upgrade;", &["upgrade=wrong"]);
    check("twice", "WS; proxy_set_header Upgrade $http_upgrade;", &["upgrade=repeated"]);
    check("second is empty", "WS; proxy_set_header Connection '';", &["connection=passed"]);
    check("key", "WS; proxy_set_header Sec-WebSocket-Key '';", &["key-headers=overridden"]);
    check(
        "own key",
        "WS; proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key;",
        &["key-headers=kept"],
    );
    check("method", "WS; proxy_method POST;", &["method=overridden"]);
    check("no headers", "WS; proxy_pass_request_headers off;", &["request-headers=dropped"]);
    check("hidden", "WS; proxy_hide_header Sec-WebSocket-Accept;", &["response-headers=hidden"]);
    check(
        "hidden and shown",
        "WS; proxy_hide_header Upgrade; proxy_pass_header Upgrade;",
        &["response-headers=passed"],
    );
    check("colon", "proxy_set_header Upgrade: $http_upgrade;", &["header-name=colon", "upgrade=dropped"]);
    check("misplaced", "add_header Upgrade $http_upgrade;", &["misplaced=add_header", "upgrade=dropped"]);
    check("misplaced", "proxy_pass_header Upgrade;", &["misplaced=proxy_pass_header"]);
    check("hard-coded", "WS;", &["plain-connection=upgrade", "host=upstream", "origin=kept"]);
    check("host", "WS; proxy_set_header Host $host;", &["host=without-port"]);
    check("host", "WS; proxy_set_header Host $http_host;", &["host=client"]);
    check("host", "WS; proxy_set_header Host $server_name;", &["host=missing"]);
    check(
        "two hosts",
        "WS; proxy_set_header Host $host; proxy_set_header Host $http_host;",
        &["host=repeated"],
    );
    check("origin", "WS; proxy_set_header Origin '';", &["origin=removed"]);
    check("origin", "WS; proxy_set_header Origin http://$proxy_host;", &["origin=rewritten"]);
}

#[test]
fn inheritance() {
    let check = |about, inside: &str, expected| check(about, &[], &server(inside), expected);
    check(
        "lost",
        "WS; location /ws { proxy_pass http://b; proxy_set_header Host $host; }",
        &["upgrade=lost", "connection=lost", "http-version=1.1"],
    );
    check("inherited", "WS; location /ws { proxy_pass http://b; }", &["upgrade=passed"]);
    check(
        "an empty line drops them too",
        "WS; location / { proxy_pass http://b; proxy_set_header X-Foo ''; }",
        &["websocket=certain", "scope=general", "upgrade=lost"],
    );
    check(
        "nested without a handler",
        "location / { proxy_pass http://b; WS; location /ws { proxy_read_timeout 1h; } }",
        &["handler=static"],
    );
}

#[test]
fn maps() {
    let map = |map: &str| {
        format!(
            "{map} server {{ location /ws {{ proxy_pass http://b; proxy_set_header Upgrade $http_upgrade; \
             proxy_set_header Connection $c; }} }}"
        )
    };
    let check = |about, table: &str, expected| check(about, &[], &map(table), expected);
    check(
        "good",
        "map $http_upgrade $c { default upgrade; '' close; }",
        &["connection=passed", "plain-connection=close"],
    );
    check("reversed", "map $http_upgrade $c { default close; '' upgrade; }", &["connection=wrong-by-map"]);
    check(
        "case",
        "map $http_upgrade $c { default close; ~WebSocket upgrade; }",
        &["connection=wrong-by-map"],
    );
    check(
        "exact key",
        "map $http_connection $c { default close; upgrade upgrade; }",
        &["connection=chrome-only"],
    );
    check(
        "expression",
        "map $http_connection $c { ~*upgrade upgrade; default close; }",
        &["connection=passed"],
    );
    check(
        "two",
        "map $http_upgrade $c { default upgrade; } map $http_upgrade $c { default close; }",
        &["connection=wrong-by-map", "map-rivals=yes"],
    );
}

#[test]
fn paths() {
    let check = |about, inside: &str, expected| check(about, &[], &server(inside), expected);
    check("kept", "location /socket.io/ { proxy_pass http://b; WS; }", &["upstream-path=kept", "query=kept"]);
    check("stripped", "location /socket.io/ { proxy_pass http://b/; WS; }", &["upstream-path=mangled"]);
    check("doubled", "location /socket.io { proxy_pass http://b/; WS; }", &["upstream-path=mangled"]);
    check(
        "fixed",
        "location /socket.io/ { set $x 127.0.0.1:1; proxy_pass http://$x/; WS; }",
        &["upstream-path=mangled", "query=lost"],
    );
    check(
        "request_uri",
        "location /socket.io/ { set $x 127.0.0.1:1; proxy_pass http://$x$request_uri; WS; }",
        &["upstream-path=kept", "query=kept"],
    );
    check("below", "location /app/socket.io/ { proxy_pass http://b; WS; }", &["subpath=yes"]);
    check(
        "set behind break",
        "location /app/ws { rewrite ^/app/(.*)$ /$1 break; set $x 127.0.0.1:1; proxy_pass http://$x; WS; }",
        &["handler=bad-scheme", "set-after-break=yes"],
    );
    check(
        "shadowed",
        "location /ws { proxy_pass http://b; WS; } location ~ w { return 404; }",
        &["selected=by-pattern", "handler=return"],
    );
    check("slash", "location /ws/ { proxy_pass http://b; WS; }", &["without-slash=would-be-redirected"]);
    check(
        "both",
        "location /ws/ { proxy_pass http://b; WS; } location = /ws { proxy_pass http://b; WS; }",
        &["without-slash=served"],
    );
}

#[test]
fn declared_paths() {
    let check = |about, inside: &str, expected| check(about, &["/ws"], &server(inside), expected);
    check("static", "location / { root /srv; }", &["declared=yes", "handler=static"]);
    check("fallback", "location / { try_files $uri /index.html; }", &["handler=static"]);
    check("not found", "location / { try_files $uri =404; }", &["handler=try-files", "answer=404"]);
    check("slash", "location /ws/ { proxy_pass http://b; WS; }", &["handler=slash-redirect"]);
    check("redirect", "return 301 https://$host$request_uri;", &["handler=redirect", "https-redirect=yes"]);
    check("denied", "location / { deny all; proxy_pass http://b; }", &["handler=denied"]);
    check("password", "location / { auth_basic x; proxy_pass http://b; }", &["handler=proxy", "auth=basic"]);
    check("internal", "location / { internal; proxy_pass http://b; }", &["handler=internal"]);
    check("fastcgi", "location / { fastcgi_pass b; }", &["handler=fastcgi"]);
    check("resolver", "location / { set $x b; proxy_pass http://$x:81; }", &["handler=no-resolver"]);
    check("scheme", "location / { set $x ws://127.0.0.1; proxy_pass $x; }", &["handler=bad-scheme"]);
    check(
        "named",
        "location / { try_files $uri @app; } location @app { proxy_pass http://b; WS; }",
        &["handler=proxy", "upgrade=passed"],
    );
    check(
        "by upgrade",
        "location / { proxy_pass http://b; if ($http_upgrade) { proxy_pass http://c; } }",
        &["handler=proxy"],
    );
    check(
        "referer",
        "location / { valid_referers server_names; if ($invalid_referer) { return 403; } proxy_pass http://b; }",
        &["handler=return", "answer=403"],
    );
}

#[test]
fn timing() {
    let check = |about, inside: &str, expected| check(about, &[], &location(inside), expected);
    check(
        "default",
        "WS;",
        &["idle-timeout=60000", "idle-verdict=short", "idle-is-default=yes", "scope=dedicated"],
    );
    check("long", "WS; proxy_read_timeout 1d;", &["idle-verdict=long", "idle-is-default=no"]);
    check("moderate", "WS; proxy_read_timeout 10m;", &["idle-verdict=moderate"]);
    check("zero", "WS; proxy_read_timeout 0;", &["idle-timeout=0"]);
    check("buffering", "WS; proxy_buffering off;", &["buffering=off"]);
    check("rate", "WS; limit_rate 10;", &["send-rate=10"]);
}

#[test]
fn socketio() {
    let check = |about, config: &str, expected| check(about, &[], config, expected);
    let io = |inside: &str| server(&format!("location /socket.io/ {{ proxy_pass http://io; WS; {inside} }}"));
    let pool =
        |inside: &str| format!("upstream io {{ {inside} server 10.0.0.1; server 10.0.0.2; }} {}", io(""));
    let scripts = |inside: &str| {
        server(&format!(
            "location /socket.io/ {{ proxy_pass http://io; WS; }} location ~ \\.js$ {{ {inside} }}"
        ))
    };
    check("script", &scripts("expires 1d;"), &["client-script=shadowed"]);
    check("kept alive", &io(""), &["framework=socket.io", "heartbeat=25000", "idle-verdict=kept-alive"]);
    check("cut", &io("proxy_read_timeout 20s;"), &["idle-verdict=below-heartbeat"]);
    check("no affinity", &pool(""), &["servers=2", "affinity=none"]);
    check("affinity", &pool("ip_hash;"), &["affinity=sticky"]);
    check("least_conn", &pool("least_conn;"), &["affinity=none"]);
    check("by address", &pool("hash $remote_addr consistent;"), &["affinity=sticky"]);
    check("by cookie", &pool("hash $cookie_io;"), &["affinity=unstable-key", "sticky-key=$cookie_io"]);
    check("by port", &pool("hash $remote_addr$remote_port;"), &["affinity=unstable-key"]);
    check("by session", &pool("hash $arg_sid;"), &["affinity=unstable-key"]);
    check("by the application's own parameter", &pool("hash $arg_room;"), &["affinity=unknown"]);
    check(
        "one server",
        &format!("upstream io {{ server 10.0.0.1; server 10.0.0.2 backup; }} {}", io("")),
        &["affinity=single"],
    );
    check("no POST", &io("limit_except GET { deny all; }"), &["poll-post=refused"]);
    check(
        "cors",
        &io("add_header Access-Control-Allow-Origin *; add_header Access-Control-Allow-Credentials true;"),
        &["cors-origin=added", "cors-wildcard=with-credentials", "cors-always=no"],
    );
    check(
        "cors hidden",
        &io("proxy_hide_header Access-Control-Allow-Origin; add_header Access-Control-Allow-Origin *;"),
        &["cors-origin=added-and-hidden"],
    );
    check(
        "cors lost",
        &server(
            "add_header Access-Control-Allow-Origin *; location /socket.io/ { proxy_pass http://io; WS; add_header X-A b; }",
        ),
        &["cors-origin=lost"],
    );
    check("body", &io("client_max_body_size 1k;"), &["body-limit=1024"]);
    let limited =
        format!("limit_req_zone $binary_remote_addr zone=z:1m rate=1r/s; {}", io("limit_req zone=z;"));
    check("limit", &limited, &["request-burst=0", "request-rate=60", "limit-key=address"]);
    let limited = format!("limit_conn_zone $http_x_forwarded_for zone=z:1m; {}", io("limit_conn z 1;"));
    check("limit", &limited, &["limit-key=forwarded-header"]);
    let limited = format!("limit_conn_zone $binary_remote_addr zone=z:1m; {}", io("limit_conn z 1;"));
    check("limit", &limited, &["connection-limit=1"]);
    check("cache", &io("proxy_cache z; proxy_cache_valid any 1m;"), &["cache=on"]);
    let raw = server("location /ws { proxy_pass http://io; WS; proxy_cache z; proxy_cache_valid any 1m; }");
    check("cache of a raw WebSocket", &raw, &["cache=replays"]);
    check(
        "cache key",
        &io("proxy_cache z; proxy_cache_valid any 1m; proxy_cache_key $uri;"),
        &["cache=shared"],
    );
    check(
        "cache bypass",
        &io("proxy_cache z; proxy_cache_valid any 1m; proxy_cache_bypass $http_upgrade;"),
        &["cache=on"],
    );
}

#[test]
fn guards() {
    check(
        "a leak",
        &["/ws"],
        &server(
            "WS; location / { auth_request /auth; proxy_pass http://b; } location = /auth { internal; proxy_pass http://a/ok; }",
        ),
        &["auth=subrequest-leaks"],
    );
    check(
        "no leak",
        &["/ws"],
        &server(
            "location / { auth_request /auth; proxy_pass http://b; WS; } location = /auth { internal; proxy_pass http://a/ok; proxy_set_header X y; }",
        ),
        &["auth=subrequest"],
    );
    check(
        "an answer from the config",
        &["/ws"],
        &server(
            "location / { auth_request /auth; proxy_pass http://b; WS; } location = /auth { internal; return 401; }",
        ),
        &["handler=denied"],
    );
    check(
        "an answer for those without a session",
        &["/ws"],
        &server(
            "location / { auth_request /auth; proxy_pass http://b; WS; } location = /auth { if ($cookie_s) { return 204; } return 401; }",
        ),
        &["handler=proxy", "auth=subrequest"],
    );
    check(
        "the access phase is not for subrequests",
        &["/ws"],
        &server(
            "location / { auth_request /auth; proxy_pass http://b; WS; } location = /auth { deny all; proxy_pass http://a/ok; }",
        ),
        &["handler=proxy", "auth=subrequest"],
    );
    check(
        "a test of the page that asks",
        &["/ws"],
        &server(
            "location / { if ($http_origin !~ ^https://app) { return 403; } proxy_pass http://b; WS; proxy_set_header Origin $http_origin; }",
        ),
        &["handler=proxy", "origin=kept"],
    );
    check(
        "a test of the host, of which the server names none",
        &["/ws"],
        &server("if ($host != app.example) { return 444; } location / { proxy_pass http://b; WS; }"),
        &["handler=proxy"],
    );
    check(
        "a table of hosts",
        &["/ws"],
        &format!(
            "map $host $known {{ default 0; app.example 1; }} {}",
            server("location / { if ($known = 0) { return 404; } proxy_pass http://b; WS; }")
        ),
        &["handler=proxy"],
    );
    check(
        "a test of another host than that of the server",
        &["/ws"],
        &server(
            "server_name b.example; if ($host != app.example) { return 403; } location / { proxy_pass http://b; }",
        ),
        &["handler=return"],
    );
    check(
        "a test of a token",
        &["/ws"],
        &server("location / { if ($http_authorization != x) { return 401; } proxy_pass http://b; WS; }"),
        &["handler=proxy"],
    );
}

#[test]
fn a_declared_path_is_that_of_servers_that_requests_come_to() {
    let with = |first: &str, second: &str| {
        format!(
            "{} {}",
            server(&format!("{first} location /ws {{ return 403; }}")),
            server(&format!("{second} location /ws {{ proxy_pass http://b; WS; }}"))
        )
    };
    let named = "server_name a.example;";
    check("one that another one takes all requests from", &["/ws"], &with(named, named), &["handler=return"]);
    let two = "server_name a.example b.example;";
    check("one with a name that nobody else has", &["/ws"], &with(named, two), &["handler=proxy"]);
    check("one without a name, which is not the first", &["/ws"], &with(named, ""), &["handler=proxy"]);
}

#[test]
fn refusals() {
    let whole = |inside: &str| format!("http {{ {} }}", server(inside));
    let check = |about, inside: &str, expected| check(about, &["/ws"], &whole(inside), expected);
    check("ws://", "location /ws { proxy_pass ws://127.0.0.1; }", &["rejected=websocket-scheme"]);
    check(
        "no map",
        "location /ws { proxy_pass http://127.0.0.1; proxy_set_header Connection $connection_upgrade; }",
        &["rejected=unknown-variable", "rejection=unknown \"connection_upgrade\" variable"],
    );
    check("uri", "location ~ ^/ws { proxy_pass http://127.0.0.1/; }", &["rejected=uri-part"]);
    check("new", "http2 on; location /ws { proxy_pass http://127.0.0.1; }", &["rejected=other-version"]);
    check(
        "unit",
        "location /ws { proxy_pass http://127.0.0.1; proxy_read_timeout 60sec; }",
        &["rejected=other"],
    );
    check(
        "twice",
        "location /ws { proxy_pass http://127.0.0.1; proxy_pass http://127.0.0.1; }",
        &["rejected=other"],
    );
    check(
        "place",
        "location /ws { proxy_pass http://127.0.0.1; if ($http_upgrade) { proxy_set_header A b; } }",
        &["rejected=other"],
    );
    check(
        "location",
        "location /ws { proxy_pass http://a; } location /ws { proxy_pass http://b; }",
        &["rejected=other"],
    );
}

#[test]
fn versions() {
    let bare = location("");
    check_version("modern", "1.29.7", &[], &bare, &["http-version=1.1", "plain-connection=none"]);
    check_version("old", "1.22.1", &[], &bare, &["http-version=1.0", "plain-connection=close"]);
    let http2 = "server { listen 80 http2; location /ws { proxy_pass http://b; } }";
    check_version("http2 alone", "1.22.1", &[], http2, &["plain-http2=all"]);
}

#[test]
fn server_sent_events() {
    check(
        "path",
        &[],
        &server("location /sse { proxy_pass http://b; }"),
        &["events=strong", "buffering=default", "http-version=1.0"],
    );
    check(
        "header",
        &[],
        &server("location / { proxy_pass http://b; proxy_set_header X-Accel-Buffering no; }"),
        &["accel-buffering=proxy_set_header"],
    );
}

#[test]
fn what_carries_no_websocket_traffic() {
    check_silent("plain", &server("location / { proxy_pass http://b; proxy_set_header Host $host; }"));
    check_silent("keepalive", &server("location / { proxy_pass http://b; proxy_set_header Connection ''; }"));
    check_silent("php", &server("location /ws { fastcgi_pass php; }"));
    check_silent("static", &server("location /live/ { root /srv; }"));
    check_silent("graphql", &server("location /graphql { proxy_pass http://b; }"));
    check_silent(
        "beside",
        &server("location /ws/metrics { proxy_pass http://b; proxy_set_header Host $host; }"),
    );
    check_silent(
        "dropped on purpose",
        &server("location / { proxy_pass http://b; proxy_set_header Upgrade ''; }"),
    );
}

#[test]
fn what_an_unseen_file_could_say_is_unknown() {
    check(
        "include",
        &[],
        &server("location /ws { proxy_pass http://b; include unseen.conf; }"),
        &["upgrade=unknown"],
    );
    check(
        "decided",
        &[],
        &server("include unseen.conf; location /ws { proxy_pass http://b; proxy_set_header A b; }"),
        &["upgrade=dropped"],
    );
    check(
        "addresses",
        &[],
        &location("include trusted.conf; deny all; proxy_pass http://b; WS;"),
        &["handler=proxy"],
    );
    let events =
        |inside: &str| server(&format!("location /socket.io/ {{ proxy_pass http://b; WS; {inside} }}"));
    let added = "add_header Access-Control-Allow-Origin *;";
    check("headers", &[], &events(added), &["cors-origin=added"]);
    check("hidden elsewhere", &[], &events(&format!("include cors.conf; {added}")), &["cors-origin=unknown"]);
    check("snippet", &[], "proxy_set_header Upgrade $http_upgrade;", &["websocket=certain", "explicit=yes"]);
    check("fragment", &[], "location /ws { proxy_pass http://b; }", &["upgrade=unknown"]);
}

#[test]
fn what_sets_some_clients_apart_does_not_concern_the_others() {
    let check = |about, inside: &str, expected| check(about, &[], &location(inside), expected);
    check(
        "cookie",
        "if ($cookie_session = '') { return 302 /login; }",
        &["handler=proxy", "upgrade=dropped"],
    );
    check(
        "agent",
        "if ($http_user_agent ~ bot) { rewrite ^ /bots last; }",
        &["handler=proxy", "upgrade=dropped"],
    );
    check("proto", "if ($http_x_forwarded_proto = http) { return 301 https://$host; }", &["handler=proxy"]);
    check("everybody", "if ($http_upgrade) { return 403; }", &["handler=return"]);
}

#[test]
fn a_location_for_everything_is_not_judged_by_its_bare_path() {
    let inside = "location / { if ($uri = /) { return 302 /home; } proxy_pass http://b; WS; }";
    check("the front page", &[], &server(inside), &["scope=general", "handler=proxy", "upgrade=passed"]);
}

#[test]
fn streams() {
    let stream = |inside: &str| {
        format!(
            "events {{}} stream {{ upstream s {{ {inside} server a:1; server b:1; }} server {{ listen 9000; proxy_pass s; }} }}"
        )
    };
    let expected =
        ["handler=stream", "idle-timeout=600000", "idle-timeout-by=proxy_timeout", "affinity=none"];
    check("tunnel", &["/socket.io/"], &stream(""), &expected);
    check("by address", &["/socket.io/"], &stream("hash $remote_addr;"), &["affinity=sticky"]);
}

#[test]
fn a_location_that_holds_another_for_handshakes_is_for_everything() {
    let inside = "location /console/ { proxy_pass http://b; WS; } \
                  location /console/shell/ { proxy_pass http://b; WS; }";
    let config = server(inside);
    let (project, root) = load(&[("nginx.conf".to_owned(), config)], NginxContext::Http);
    let told = facts_of(&project, &root, &Settings::default());
    let scopes: Vec<&String> = told.iter().filter(|fact| fact.starts_with("scope=")).collect();
    assert_eq!(scopes, ["scope=general", "scope=folder"]);
    check("alone", &[], &server("location /console/ { proxy_pass http://b; WS; }"), &["scope=folder"]);
    check(
        "an endpoint",
        &[],
        &server("location /console { proxy_pass http://b; WS; }"),
        &["scope=dedicated"],
    );
    check(
        "an endpoint by its name",
        &[],
        &server("location /stream/ { proxy_pass http://b; WS; }"),
        &["scope=dedicated"],
    );
    check(
        "an API below",
        &[],
        &server("location /shop/api/ { proxy_pass http://b; WS; }"),
        &["scope=general"],
    );
}

#[test]
fn lua_may_assign_what_the_config_does() {
    let check = |about: &str, handler: &str, expected: &str| {
        let inside =
            format!("location /ws {{ {handler} proxy_set_header Host $name; proxy_pass http://b; WS; }}");
        check(about, &[], &server(&format!("set $name ''; {inside}")), &[expected]);
    };
    check("no Lua", "", "host=missing");
    check("Lua that runs after the answer", "log_by_lua_block { }", "host=missing");
    check("Lua that runs before", "access_by_lua_block { ngx.var.name = 'a' }", "host=unknown");
    check("Lua in a file", "rewrite_by_lua_file a.lua;", "host=unknown");
}

#[test]
fn a_handshake_fails_only_where_nothing_unseen_could_help_it() {
    let check = |about: &str, connection: &str, expected: &[&str]| {
        let lines =
            format!("proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection {connection};");
        check(about, &[], &server(&format!("location /ws {{ proxy_pass http://b; {lines} }}")), expected);
    };
    check("lost", "close", &["handshake=fails", "idle-verdict=short"]);
    check("a map that is not here", "$connection_upgrade", &["connection=unknown", "idle-verdict=short"]);
}

#[test]
fn half_of_a_pair_beside_a_whole_one_is_a_copy() {
    let rest = "location / { proxy_pass http://b; proxy_set_header Connection upgrade; }";
    let told = |config: &str| {
        let (project, root) = load(&[("nginx.conf".to_owned(), server(config))], NginxContext::Http);
        facts_of(&project, &root, &Settings::default()).join("\n")
    };
    assert!(told(rest).contains("upgrade=dropped"));
    assert!(
        !told(&format!("location /ws {{ proxy_pass http://b; WS; }} {rest}")).contains("upgrade=dropped")
    );
}

#[test]
fn paths_that_say_websocket() {
    for path in ["/websockify", "/colibri-ws/default-id", "/chat-websocket", "/api/v4/websocket", "/app/ws/"]
    {
        let inside = format!("location {path} {{ proxy_pass http://b; proxy_set_header Host $host; }}");
        check(path, &[], &server(&inside), &["websocket=strong", "upgrade=dropped"]);
    }
}

#[test]
fn products_with_a_heartbeat_of_their_own() {
    let at = |path: &str, lines: &str| server(&format!("location {path} {{ proxy_pass http://b; {lines} }}"));
    let kept = ["heartbeat=18000", "idle-verdict=kept-alive"];
    check("Collabora", &[], &at("~ ^/cool/(.*)/ws$", "WS;"), &kept);
    let kept = ["framework=guacamole", "heartbeat=500", "idle-verdict=kept-alive"];
    check("Guacamole", &[], &at("/guacamole/", "WS;"), &kept);
    check_silent("Guacamole over plain requests", &at("/guacamole/", "proxy_set_header Host $host;"));
}

#[test]
fn only_what_all_runs_agree_on_is_certain() {
    let canary = |there: &str| {
        format!(
            "server {{ listen 80; location /ws {{ if ($request_id ~ \"^[0-7]\") {{ rewrite ^ /canary last; }} \
             proxy_pass http://b; }} location /canary {{ proxy_pass http://b; {there} }} }}"
        )
    };
    check(
        "half of the clients",
        &["/ws"],
        &canary(WS),
        &[
            "upgrade=unknown",
            "handshake=sometimes",
            "handshake-reason=the upstream gets no `Upgrade` header",
            "depends-on=`$request_id ~ \"^[0-7]\"`",
            "handler=proxy",
        ],
    );
    check("all of them", &["/ws"], &canary(""), &["upgrade=dropped", "handshake=fails"]);
}

#[test]
fn a_declared_endpoint_takes_no_other_route_away() {
    let told = |declared: &str| {
        let config = server("location /app/ { proxy_pass http://b; WS; }");
        let (project, root) = load(&[("nginx.conf".to_owned(), config)], NginxContext::Http);
        let settings = Settings { endpoints: vec![Endpoint::at(declared)], ..Settings::default() };
        let facts = facts_of(&project, &root, &settings);
        facts.into_iter().filter(|fact| fact.starts_with("path=")).collect::<Vec<_>>()
    };
    assert_eq!(told("/app/ws"), ["path=/app/ws", "path=/app/"]);
    assert_eq!(told("/app/"), ["path=/app/"]);
}

#[test]
fn a_declared_endpoint_takes_the_place_of_the_sample_of_an_expression() {
    let told = |declared: &str| {
        let config = server("location ~ ^/api/v[0-9]/websocket$ { proxy_pass http://b; WS; }");
        let (project, root) = load(&[("nginx.conf".to_owned(), config)], NginxContext::Http);
        let settings = Settings { endpoints: vec![Endpoint::at(declared)], ..Settings::default() };
        let facts = facts_of(&project, &root, &settings);
        facts.into_iter().filter(|fact| fact.starts_with("path=")).collect::<Vec<_>>()
    };
    assert_eq!(told("/api/v4/websocket"), ["path=/api/v4/websocket"]);
    assert_eq!(told("/other").last().map(String::as_str), Some("path=/api/v0/websocket"));
}

#[test]
fn the_most_impatient_hop_cuts() {
    let config = |inner: &str| {
        format!(
            "server {{ listen 80; location /ws {{ proxy_pass http://127.0.0.1:81; WS; proxy_read_timeout 1h; }} }} \
             server {{ listen 127.0.0.1:81; location / {{ proxy_pass http://b; WS; {inner} }} }}"
        )
        .replace("WS;", WS)
    };
    let check = |about, inner: &str, expected: &[&str]| check(about, &["/ws"], &config(inner), expected);
    check("the default", "", &["idle-timeout=60000", "idle-is-default=yes", "idle-proxy=nginx", "hops=2"]);
    check("a line", "proxy_read_timeout 10s;", &["idle-timeout=10000", "idle-is-default=no"]);
    check("the first one", "proxy_read_timeout 2h;", &["idle-timeout=3600000"]);
}

#[test]
fn browsers_are_no_bots() {
    let check = |about, tested: &str, expected: &[&str]| {
        let inside = format!(
            "location /ws {{ if ($http_user_agent ~* {tested}) {{ rewrite ^ /x last; }} proxy_pass http://b; WS; }}"
        );
        check(about, &[], &server(&inside), expected);
    };
    check("no browser", "bot", &["handler=proxy", "handshake=succeeds"]);
    check("some browsers", "iphone", &["handshake=sometimes", "depends-on=`$http_user_agent ~* iphone`"]);
    check("every browser", "mozilla", &["handler=static", "handshake=fails"]);
}

#[test]
fn copies_of_a_handshake() {
    let copied = |above: &str, inside: &str, copy: &str| {
        let locations = format!(
            "{above} location /ws {{ {inside} proxy_pass http://127.0.0.1:3000; }} \
             location = /copy {{ internal; {copy} }} location @later {{ proxy_pass http://127.0.0.1:3000; }}"
        );
        format!("upstream io {{ server 127.0.0.1:3000; }} {}", server(&locations))
    };
    let other = "proxy_pass http://127.0.0.1:4000$request_uri;";
    let cases = [
        ("to another server", copied("WS;", "mirror /copy;", other), "may-upgrade"),
        (
            "to the server of the request",
            copied("WS;", "mirror /copy;", "proxy_pass http://io$request_uri;"),
            "upgrade",
        ),
        ("the second of two", copied("WS;", "mirror /none; mirror /copy;", other), "may-upgrade"),
        ("set by the server", copied("WS; mirror /copy;", "", other), "may-upgrade"),
        ("switched off", copied("WS; mirror /copy;", "mirror off;", other), "harmless"),
        (
            "with headers of its own",
            copied("WS;", "mirror /copy;", &format!("{other} proxy_set_header Host $host;")),
            "harmless",
        ),
        ("without headers above it", copied("", "WS; mirror /copy;", other), "harmless"),
        ("answered by nginx", copied("WS;", "mirror /copy;", "return 204;"), "harmless"),
        ("redirected before it", copied("WS;", "mirror /copy; try_files /none @later;", other), "harmless"),
    ];
    for (about, text, expected) in cases {
        check(about, &["/ws"], &text, &[&format!("copies={expected}")]);
    }
}

#[test]
fn headers_are_lost_where_no_client_keeps_them() {
    let server = |inside: &str| {
        format!(
            "server {{ listen 80; {WS} location = /_auth {{ internal; proxy_pass http://a; }} \
             location ~* \\.(js|css)$ {{ proxy_pass http://b; }} {inside} }}"
        )
    };
    let lost = server(
        "location /api/ { auth_request /_auth; proxy_set_header X-User $remote_user; proxy_pass http://b; }",
    );
    check("subrequests and files keep them", &[], &lost, &["upgrade=lost", "path=/api/"]);
    let kept = server("location /api/ { auth_request /_auth; proxy_pass http://b; }");
    check("the subrequest has them too", &[], &kept, &["upgrade=passed", "auth=subrequest-leaks"]);
}

#[test]
fn a_rewrite_that_does_not_match_ends_nothing() {
    let rewrite = |pattern: &str| {
        server(&format!(
            "location /ws {{ rewrite {pattern} /$1 break; set $app 127.0.0.1; proxy_pass http://$app:3000; WS; }}"
        ))
    };
    check("it matches", &[], &rewrite("^/ws(.*)$"), &["set-after-break=yes"]);
    check("it does not", &[], &rewrite("^/api/(.*)$"), &["handler=proxy"]);
}

#[test]
fn a_fixed_path_may_be_that_of_the_endpoint() {
    let to = |path: &str| {
        format!(
            "server {{ listen 80; location /app/ws {{ set $a 127.0.0.1; proxy_pass http://$a:3000{path}; {WS} }} }}"
        )
    };
    check("its own", &[], &to("/ws"), &["query=kept"]);
    check("another one", &[], &to("/live"), &["query=lost"]);
    check("a folder", &[], &to("/"), &["query=lost"]);
}

#[test]
fn a_cache_may_keep_what_is_no_error() {
    let cache = |valid: &str| location(&format!("proxy_cache a; proxy_cache_valid {valid}; WS;"));
    check("whatever is answered", &[], &cache("any 1m"), &["cache=replays"]);
    check("errors", &[], &cache("404 1m"), &["cache=replays"]);
    check("what is found", &[], &cache("200 301 1m"), &["cache=may-replay"]);
}

#[test]
fn leave_for_every_origin_may_come_from_a_variable_in_an_if() {
    let cors = |test: &str| {
        location(&format!(
            "set $all *; {test} {{ add_header Access-Control-Allow-Origin $all; \
             add_header Access-Control-Allow-Credentials true; }} WS;"
        ))
    };
    let answer = ["cors-wildcard=with-credentials"];
    check("it holds", &[], &cors("if ($request_method = GET)"), &answer);
    check("it depends on the page", &[], &cors("if ($http_origin ~ example)"), &answer);
}

#[test]
fn an_upstream_may_stand_in_another_file() {
    let pass = |to: &str| format!("location /ws {{ proxy_pass http://{to}$request_uri; {WS} }}");
    let lone = |to: &str| format!("server {{ listen 80; {} }}", pass(to));
    let whole = |to: &str| format!("events {{}} http {{ {} }}", lone(to));
    check("of a lone server", &[], &lone("app"), &["handler=proxy"]);
    check("with a port it is none", &[], &lone("app:3000"), &["handler=no-resolver"]);
    check("all is at hand", &[], &whole("app"), &["handler=no-resolver"]);
}

#[test]
fn left_over_lines_are_no_traffic() {
    check_silent("files", &format!("server {{ listen 80; location / {{ root /srv; {WS} }} }}"));
    check_silent(
        "a page",
        &format!("server {{ listen 80; location / {{ try_files $uri /index.html; {WS} }} }}"),
    );
    let named = format!("server {{ listen 80; location /ws {{ root /srv; {WS} }} }}");
    check("where the name says otherwise", &[], &named, &["handler=static"]);
    let half = "location ~ ^/(printer|server)/ { proxy_pass http://127.0.0.1:3000; proxy_set_header Upgrade $http_upgrade; }";
    let beside = server(&format!("location /ws {{ proxy_pass http://127.0.0.1:3000; WS; }} {half}"));
    check("half of them, copied", &[], &beside, &["connection=passed"]);
    check("half of them, alone", &[], &server(half), &["connection=dropped"]);
}

#[test]
fn names_of_variables_are_the_same_in_any_case() {
    let config = "map $Http_Upgrade $Connection_Upgrade { default upgrade; '' close; } server { listen 80; location /ws { \
                  proxy_pass http://b; proxy_http_version 1.1; proxy_set_header Upgrade $HTTP_UPGRADE; \
                  proxy_set_header Connection $connection_upgrade; } }";
    check("another case", &[], config, &["upgrade=passed", "connection=passed", "handshake=succeeds"]);
}

#[test]
fn messages_name_the_folder_of_rooms() {
    let of = |expression: &str| server(&format!("location ~ {expression} {{ proxy_pass http://b; }}"));
    check("a room", &[], &of("^/ws/(?<room>[a-z0-9]+)$"), &["path=/ws/"]);
    check("endpoints by name", &[], &of("^/app/(ws|live)$"), &["path=/app/ws"]);
    check("declared", &["/ws/a"], &of("^/ws/(?<room>[a-z0-9]+)$"), &["path=/ws/a"]);
}

#[test]
fn a_hidden_timeout_does_not_hide_a_short_one() {
    let chain = |outer: &str, inner: &str| {
        format!(
            "server {{ listen 80; location /ws {{ proxy_pass http://127.0.0.1:81; {WS} proxy_read_timeout {outer}; }} }} \
             server {{ listen 81; location / {{ proxy_pass http://b; {WS} proxy_read_timeout {inner}; }} }}"
        )
    };
    check("behind", &[], &chain("{{ t }}", "20s"), &["idle-timeout=20000", "idle-verdict=short"]);
    check("in front", &[], &chain("20s", "{{ t }}"), &["idle-timeout=20000", "idle-verdict=short"]);
    check("a long one may be undercut", &[], &chain("2h", "{{ t }}"), &["idle-verdict=unknown"]);
}

#[test]
fn a_script_of_the_server_says_of_each_route_what_it_says_of_one_alone() {
    let location = |path: &str| {
        format!(
            "location {path} {{ proxy_pass http://127.0.0.1:3000; proxy_set_header Upgrade $http_upgrade; \
             proxy_set_header Connection $c; proxy_set_header X-At $at; }}\n"
        )
    };
    let facts = |text: &str| {
        let (project, root) = load(&[("nginx.conf".to_owned(), text.to_owned())], NginxContext::Http);
        facts_of(&project, &root, &Settings::default())
    };
    for script in [
        "set $c upgrade;",
        "set $c $http_connection;",
        "set $c close; if ($http_upgrade) { set $c upgrade; }",
        "set $c upgrade; if ($arg_plain = 1) { set $c close; }",
        "set $c upgrade; if ($http_user_agent ~ bot) { return 403; }",
        "set $c upgrade; if ($cookie_old) { rewrite ^ /old/ws break; }",
        "set $c upgrade; if ($uri = /b/ws) { set $c close; }",
        "set $c upgrade; set $at $request_uri; if ($at ~ ^/b) { return 404; }",
        "set $c upgrade; if (-f $request_filename) { break; } return 403;",
    ] {
        let alone = facts(&server(&format!("{script}\n{}", location("/b/ws"))));
        let both = facts(&server(&format!("{script}\n{}{}", location("/a/ws"), location("/b/ws"))));
        assert!(!alone.is_empty() && both.ends_with(&alone), "{script}\n{both:#?}\n{alone:#?}");
    }
}
