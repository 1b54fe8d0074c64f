//! Passwords and tokens of a configuration: they decide what they decide, and come out nowhere.

use std::fmt::Write as _;

use crate::support::{Ran, SMALL, Scratch, formats};

/// What every secret of these tests holds.
const CANARY: &str = "c4naryhunter2";

/// Statements of a location, `@` for the canary.
const NGINX: [&str; 45] = [
    "proxy_set_header Authorization \"Basic @\";",
    "proxy_set_header  authorization  'Bearer @';",
    "proxy_set_header Proxy-Authorization @;",
    "proxy_set_header Cookie \"session=@; lang=en\";",
    "proxy_set_header X-Api-Key @;",
    "proxy_set_header X-Auth-Token \"@\";",
    "proxy_set_header Ocp-Apim-Subscription-Key @;",
    "proxy_set_header X-Client-Secret \"$host-@\";",
    "grpc_set_header X-Vault-Token @;",
    "add_header X-Session-Token @ always;",
    "add_header Set-Cookie \"sessionid=@; HttpOnly\" always;",
    "more_set_headers \"Set-Cookie: sessionid=@; Path=/\";",
    "more_set_headers 'Authorization: @';",
    "more_set_input_headers \"X-Api-Key: @\";",
    "fastcgi_param DB_PASSWORD @;",
    "uwsgi_param SECRET_KEY \"@\";",
    "set $api_key \"@\";",
    "set $db_password @;",
    "if ($http_authorization != \"Basic @\") { return 401; }",
    "if ($http_x_api_key = @) { set $ok 1; }",
    "if ($arg_token = \"@\") { set $ok 1; }",
    "secure_link_secret @;",
    "secure_link_md5 \"$secure_link_expires$uri @\";",
    "oidc_client_secret \"@\";",
    "auth_jwt_secret @;",
    "proxy_ssl_certificate_key \"data:-----BEGIN PRIVATE KEY-----@\";",
    "proxy_redirect https://bob:@@app.example/ /;",
    "sub_filter 'a' 'https://a.example/?x=1&access_key=@&y=2';",
    "access_by_lua 'ngx.req.set_header(\"X-Api-Key\", \"@\")';",
    "# proxy_set_header Authorization \"Basic @\";",
    "# the password: @",
    "set $a \"bearer.authorization.k8s.io.@\";",
    "proxy_set_header X-Hub-Signature sha1=@;",
    "proxy_set_header X-Internal-Auth @;",
    "proxy_set_header X-Session-Id @;",
    "set $jwt @;",
    "js_var $secret @;",
    "encrypted_session_key @;",
    "set_hmac_sha1 $sig '@' $uri;",
    "redis2_query auth @;",
    "if ($cookie_session = @) { return 403; }",
    "if ($arg_secret ~ ^@$) { return 403; }",
    "if ($arg_api_key !~ \"^(@|b)$\") { return 403; }",
    "if ($args ~ \"key=@\") { return 403; }",
    "sub_filter '</head>' '<script>var apiKey=\"@\"</script></head>';",
];

/// Lines of a frontend or backend, `@` for the canary.
const HAPROXY: [&str; 36] = [
    "stats auth admin:@",
    "http-request set-header Authorization \"Basic @\"",
    "http-request add-header X-Api-Key @ if TRUE",
    "http-request set-header Authorization Basic\\ @",
    "http-response set-header Set-Cookie sid=@",
    "http-response replace-header Set-Cookie (.*) sid=@",
    "http-request replace-header Authorization (.*) Basic\\ @",
    "http-request replace-value Cookie (.*) a=@",
    "http-request set-var(txn.token) str(@)",
    "http-request set-var-fmt(txn.api_key) x@",
    "http-request return status 200 hdr X-Auth-Token @ if FALSE",
    "http-request redirect location https://bob:@@a.example/ if FALSE",
    "http-request set-query token=@&x=1 if FALSE",
    "http-request set-uri /x?access_key=@ if FALSE",
    "http-request set-header X-Claims %[req.hdr(x),jwt_verify(alg,\"@\")]",
    "http-request deny if { req.hdr(Authorization) -m str \"Basic @\" }",
    "http-request deny unless { url_param(token) -m str @ } or TRUE",
    "http-request deny if { req.cook(session_token) @ }",
    "http-request deny if { var(txn.api_key) -m str @ }",
    "acl known req.hdr(X-Api-Key) -i @ other",
    "reqadd Authorization:\\ Basic\\ @",
    "option httpchk GET / HTTP/1.1\\r\\nAuthorization:\\ Basic\\ @",
    "http-check send meth GET uri / hdr Authorization \"Basic @\"",
    "tcp-check send AUTH\\ @\\r\\n",
    "dynamic-cookie-key @",
    "# stats auth admin:@",
    "http-request set-header Authorization \"Bearer %[str(@)]\"",
    "http-request set-header X-Plain %[str(a),aes_gcm_dec(128,txn.nonce,@,txn.tag)]",
    "http-request return status 200 content-type text/plain lf-string \"password: @\" if FALSE",
    "http-request deny if { req.hdr(X-Api-Key) -m reg ^@$ }",
    "http-request deny if { req.cook(sid) -m beg @ }",
    "http-request deny if { http_auth_bearer @ }",
    "http-request deny if { query -m sub key=@ }",
    "acl known http_auth_pass @",
    "http-request lua.check_token @",
    "http-request set-uri /live?streamkey=@ if FALSE",
];

#[track_caller]
fn check(ran: &Ran, what: &str) {
    let text = format!("{}{}", ran.stdout, ran.stderr);
    if let Some(at) = text.find(CANARY) {
        let start = text[..at].rfind('\n').map_or(0, |start| start + 1);
        let line = text[start..].lines().next().unwrap_or_default();
        panic!("{what} shows a secret: {line}");
    }
}

/// Runs everything that shows something of a configuration.
#[track_caller]
fn check_all(name: &str, scratch: &Scratch, file: &str) {
    for format in &formats() {
        check(&scratch.bounded(SMALL, &["--format", format, file]), &format!("{name}: --format {format}"));
    }
    check(&scratch.bounded(SMALL, &["--diff", "--unsafe-fixes", file]), &format!("{name}: --diff"));
    for format in ["full", "json"] {
        let facts = ["facts", "--format", format, file];
        check(&scratch.bounded(SMALL, &facts), &format!("{name}: facts --format {format}"));
        let trace = ["trace", "--format", format, "ws://localhost/ws", file];
        check(&scratch.bounded(SMALL, &trace), &format!("{name}: trace --format {format}"));
    }
}

/// The number of lines in which something is hidden.
fn hidden(text: &str) -> usize {
    text.lines().filter(|line| line.contains("*****")).count()
}

fn nginx(statements: &[&str]) -> String {
    let locations = statements.iter().enumerate().fold(String::new(), |mut text, (number, statement)| {
        let statement = statement.replace('@', CANARY).replace(&format!("{CANARY}{CANARY}"), &format!("{CANARY}@"));
        let _ = writeln!(
            text,
            "        location /{number}/ws {{\n            {statement}\n            proxy_pass http://127.0.0.1:3000;\n        }}\n\n\n\n"
        );
        text
    });
    format!(
        "events {{}}\nhttp {{\n    server {{\n        listen 80;\n{locations}        location /ws {{\n            \
         proxy_pass http://127.0.0.1:3000;\n        }}\n    }}\n}}\n"
    )
}

fn haproxy(line: &str) -> String {
    let line = line.replace('@', CANARY).replace(&format!("{CANARY}{CANARY}"), &format!("{CANARY}@"));
    format!(
        "defaults\n    mode http\n    timeout connect 5s\n    timeout client 30s\n    timeout server 30s\nfrontend web\n    \
         bind :80\n    acl ws hdr(Upgrade) -i websocket\n    {line}\n    use_backend app if ws\n    {line}\nbackend app\n    \
         {line}\n    server a 127.0.0.1:3000\n"
    )
}

#[test]
fn secrets_of_nginx_come_out_nowhere() {
    let scratch = Scratch::new(&[("nginx.conf", &nginx(&NGINX))]);
    check_all("all", &scratch, "nginx.conf");
    let shown = scratch.bounded(SMALL, &["nginx.conf"]);
    let hidden = hidden(&shown.stdout);
    assert!(hidden >= NGINX.len(), "{hidden} lines hide something: {}", shown.stdout);
}

#[test]
fn secrets_of_haproxy_come_out_nowhere() {
    let sections = HAPROXY.iter().enumerate().map(|(number, line)| {
        let own = haproxy(line).split_once("frontend web").expect("a frontend").1.to_owned();
        format!("frontend web{number}{own}")
            .replace(":80", &format!(":{}", 80 + number))
            .replace("app", &format!("app{number}"))
    });
    let whole = haproxy("");
    let defaults = whole.split("frontend").next().expect("defaults");
    let scratch = Scratch::new(&[("haproxy.cfg", &format!("{defaults}{}", sections.collect::<String>()))]);
    check_all("all", &scratch, "haproxy.cfg");
    let shown = scratch.bounded(SMALL, &["haproxy.cfg"]);
    let hidden = hidden(&shown.stdout);
    assert!(hidden >= HAPROXY.len(), "{hidden} lines hide something: {}", shown.stdout);
}

#[test]
fn a_line_that_another_one_swallows_keeps_its_secret() {
    for line in ["proxy_set_header X-Api-Key @;", "secure_link_secret @;", "add_header Set-Cookie session=@;"]
    {
        let line = line.replace('@', CANARY);
        let text = format!(
            "events {{}}\nhttp {{\n    server {{\n        listen 80;\n        server_name chat.example.org\n        {line}\n        \
             location /ws {{\n            proxy_pass http://127.0.0.1:3000;\n            \
             proxy_set_header Upgrade $http_upgrade;\n        }}\n    }}\n}}\n"
        );
        let scratch = Scratch::new(&[("nginx.conf", &text)]);
        check_all(&line, &scratch, "nginx.conf");
        let shown = scratch.bounded(SMALL, &["nginx.conf"]);
        assert!(shown.stdout.contains("nginx/semicolon-missing"), "{}", shown.stdout);
    }
}

#[test]
fn an_error_beside_a_secret_hides_it() {
    for statement in NGINX {
        let text = nginx(&[statement]).replace("proxy_pass http://127.0.0.1:3000;\n        }\n\n", "} } }\n");
        let scratch = Scratch::new(&[("nginx.conf", &text)]);
        let ran = scratch.bounded(SMALL, &["nginx.conf"]).expect(2);
        check(&ran, statement);
    }
    for line in HAPROXY {
        let text = haproxy(line).replace("use_backend app if ws", "use_backend app if \"ws");
        let scratch = Scratch::new(&[("haproxy.cfg", &text)]);
        check(&scratch.bounded(SMALL, &["haproxy.cfg"]).expect(2), line);
    }
}

#[test]
fn what_a_secret_becomes_is_hidden_too() {
    for (name, above, lines) in [
        ("a path", "", "set $api_key @; rewrite ^ /$api_key/ws break; proxy_pass http://127.0.0.1:3000;"),
        ("an address", "", "set $db_password \"@\"; proxy_pass http://127.0.0.1:3000/$db_password/;"),
        (
            "a host",
            "",
            "set $auth_token @; proxy_set_header Host $auth_token; proxy_pass http://127.0.0.1:3000;",
        ),
        ("a query", "", "rewrite ^ /x?token=@ break; proxy_pass http://127.0.0.1:3000;"),
        ("a user", "", "proxy_pass http://bob:@@127.0.0.1:3000;"),
        (
            "an upgrade",
            "",
            "set $api_key @; proxy_set_header Upgrade $api_key; proxy_pass http://127.0.0.1:3000;",
        ),
        ("a redirect", "", "return 302 https://a.example/?sig=@;"),
        ("an answer", "", "return 200 '{\"token\":\"@\"}';"),
        (
            "a table",
            "map $host $api_key { default @; }",
            "proxy_set_header Connection $api_key; proxy_pass http://127.0.0.1:3000/$api_key;",
        ),
        (
            "a key of a table",
            "map $http_authorization $ok { default 0; \"Basic @\" 1; }",
            "proxy_set_header Connection $ok; proxy_pass http://127.0.0.1:3000;",
        ),
    ] {
        let lines = lines.replace("@@", &format!("{CANARY}\u{1}")).replace('@', CANARY).replace('\u{1}', "@");
        let above = above.replace('@', CANARY);
        let text = format!(
            "events {{}}\nhttp {{\n    {above}\n    server {{\n        listen 80;\n        location /ws {{\n            {}\n        }}\n    }}\n}}\n",
            lines.replace("; ", ";\n            ")
        );
        let scratch = Scratch::new(&[("nginx.conf", &text)]);
        check_all(name, &scratch, "nginx.conf");
    }
    for (name, line) in [
        ("a path", "http-request set-path /x?token=@"),
        (
            "a variable",
            "http-request set-var(txn.api_key) str(@)\n    http-request set-path /%[var(txn.api_key)]",
        ),
        (
            "a header",
            "http-request set-header Authorization @\n    http-request set-header Host %[req.hdr(Authorization)]",
        ),
        (
            "an environment",
            "http-request set-path /%[env(SECRET)]\n    http-request set-header Host \"${API_TOKEN}\"",
        ),
    ] {
        let scratch = Scratch::new(&[
            ("haproxy.cfg", &haproxy(line)),
            ("wslint.yaml", &format!("haproxy:\n  env:\n    API_TOKEN: {CANARY}\n")),
        ]);
        check_all(name, &scratch, "haproxy.cfg");
    }
    let text = haproxy("http-request set-path \"/${DB_PASSWORD}/ws\"");
    let scratch =
        Scratch::new(&[("haproxy.cfg", &format!("global\n    setenv DB_PASSWORD {CANARY}\n{text}"))]);
    check_all("setenv", &scratch, "haproxy.cfg");
}

#[test]
fn no_line_of_a_map_file_comes_out() {
    let declared = "websockets:\n  - path: /socket.io/\n    framework: socket.io\n";
    for (name, line) in [
        ("a path", "http-request set-path %[str(machine),map_str(lines)]"),
        ("a path by another key", "http-request set-path /%[path,map_beg(lines,none)]"),
        ("a header", "http-request set-header Host %[str(machine),map(lines)]"),
        (
            "a variable",
            "http-request set-var(txn.a) str(machine),map(lines),lower\n    http-request set-uri /%[var(txn.a)]",
        ),
        ("a part", "http-request set-path /%[str(machine),map(lines),word(4,' ')]"),
        ("a method", "http-request set-method %[str(machine),map(lines)]"),
        (
            "a joined text",
            "http-request set-var(txn.b) str(machine),map(lines)\n    http-request set-path /%[str(x),concat(,txn.b,)]",
        ),
        ("a timeout", "http-request set-timeout tunnel str(number),map(lines)"),
    ] {
        let scratch = Scratch::new(&[
            ("haproxy.cfg", &haproxy(line)),
            ("wslint.yaml", declared),
            ("lines", &format!("machine github.com login bob word {CANARY}\n/ {CANARY}\nnumber 727272\n")),
        ]);
        check_all(name, &scratch, "haproxy.cfg");
        let traced =
            scratch.bounded(SMALL, &["trace", "--format", "json", "ws://localhost/ws", "haproxy.cfg"]);
        assert!(
            !traced.stdout.contains("727272") && !traced.stdout.contains("github.com"),
            "{name}: {traced:?}"
        );
    }
}

#[test]
fn the_name_of_a_backend_that_a_map_gives_is_told() {
    let text =
        haproxy("use_backend %[path,map_beg(lines)]").replace("if ws", "if ws\n    default_backend app");
    let scratch = Scratch::new(&[("haproxy.cfg", &text), ("lines", "/ws app\n/x elsewhere\n")]);
    for (path, backend) in [("/ws", "app"), ("/x", "app")] {
        let url = format!("ws://localhost{path}");
        let ran = scratch.bounded(SMALL, &["trace", "--format", "json", &url, "haproxy.cfg"]);
        assert_eq!(ran.json()["outcome"]["backend"], backend, "{ran:?}");
        assert!(!ran.stdout.contains("elsewhere"), "{ran:?}");
    }
}

#[test]
fn what_the_request_of_a_trace_brings_along_stays() {
    let scratch = Scratch::new(&[("nginx.conf", &nginx(&[]))]);
    let url = format!("ws://localhost/ws?token={CANARY}&x=1");
    let ran = scratch.bounded(SMALL, &["trace", "--format", "json", &url, "nginx.conf"]);
    assert_eq!(ran.json()["outcome"]["uri"], format!("/ws?token={CANARY}&x=1"), "{ran:?}");
}

#[test]
fn what_is_no_secret_is_shown() {
    for statement in [
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Authorization $http_authorization;",
        "proxy_set_header X-Token-Name session;",
        "proxy_cache_key \"$uri\";",
        "limit_req zone=token burst=5;",
        "rewrite ^/token/(.*)$ /t?token=$1 break;",
        "auth_basic_user_file .htpasswd;",
        "proxy_ssl_certificate_key /etc/ssl/key.pem;",
    ] {
        let scratch = Scratch::new(&[("nginx.conf", &nginx(&[statement]))]);
        let ran = scratch.bounded(SMALL, &["nginx.conf"]);
        assert_eq!(hidden(&ran.stdout), 0, "{statement}: {}", ran.stdout);
    }
}

#[test]
fn of_a_cookie_the_value_alone_is_a_secret() {
    let cookie = format!("add_header Set-Cookie \"sid={CANARY}; HttpOnly\";");
    let room = format!("proxy_set_header X-Room {CANARY};");
    let text = nginx(&[&cookie, "proxy_cookie_flags ~ HttpOnly;", &room]);
    let ran = Scratch::new(&[("nginx.conf", &text)]).bounded(SMALL, &["nginx.conf"]);
    check(&ran, "a cookie");
    let stars = "*".repeat(CANARY.len());
    let (cookie, room) = (format!("\"sid={stars}; HttpOnly\""), format!("X-Room {stars};"));
    for shown in [&*cookie, "proxy_cookie_flags ~ HttpOnly;", &*room] {
        assert!(ran.stdout.contains(shown), "{shown}: {}", ran.stdout);
    }
}
