//! Secrets in a line of which nothing else is known: a comment, code, or a line that is no statement yet. More lines
//! than one are as many statements of HAProxy, or go on with a directive of nginx.

use std::borrow::Cow;
use std::ops::Range;

use super::names::holds_sign;
use super::ranges::merged;
use super::statement::{self, Word};
use super::text;

/// The longest line that is looked at, in bytes. What lies behind counts as a secret if anything before it does.
const LONGEST: usize = 16 << 10;

/// Where a line holds secrets, in their order, none overlapping.
pub(super) fn secrets(line: &[u8]) -> Vec<Range<usize>> {
    let seen = &line[..line.len().min(LONGEST)];
    let mut found = text::secrets(seen);
    let blanks = seen.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let marks = match seen.get(blanks) {
        Some(b'#') => seen[blanks..].iter().take_while(|byte| matches!(byte, b'#' | b' ' | b'\t')).count(),
        _ => 0,
    };
    if marks > 0 {
        found.extend(text::noted(seen));
    } else if is_code(seen) {
        found.extend(text::assigned(seen));
    } else if answers(seen) {
        found.extend(text::noted(seen));
    }
    if holds_sign(seen) {
        found.extend(stated(words(seen, blanks + marks)));
    }
    let mut found = merged(found);
    if line.len() > seen.len()
        && let Some(last) = found.last_mut()
    {
        last.end = line.len();
    }
    found
}

/// What the statements of these words hold.
fn stated(words: Vec<Word<'_>>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for line in words.split(|word| word.text == "\n") {
        found.extend(line.split(ends).flat_map(statement::of_haproxy));
    }
    let unbroken: Vec<Word<'_>> = words.into_iter().filter(|word| word.text != "\n").collect();
    found.extend(unbroken.split(ends).flat_map(|words| statement::of_nginx(words, None)));
    found
}

/// Whether a word stands between the statements of one line.
fn ends(word: &Word<'_>) -> bool {
    matches!(&*word.text, ";" | "{" | "}")
}

/// Whether a line looks like Lua rather than like a statement of a proxy.
fn is_code(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let called = line
        .iter()
        .position(|&byte| byte == b'(')
        .is_some_and(|at| line[..at].iter().all(|byte| is_name(*byte)));
    let holds = |sign: &[u8]| memchr::memmem::find(line, sign).is_some();
    called || line.starts_with(b"local ") || holds(b" = ") || holds(b"_by_lua") || holds(b"ngx.")
}

/// Whether a line holds a text for clients, which may be of any language.
pub(super) fn answers(line: &[u8]) -> bool {
    [&b"return "[..], b"sub_filter ", b"string "]
        .iter()
        .any(|word| memchr::memmem::find(line, word).is_some())
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':')
}

/// The words of a line from an offset on. A `;`, `{` or `}` that ends or begins a statement is a word of its own, and so
/// is the end of a line.
fn words(line: &[u8], from: usize) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = from;
    while at < line.len() {
        if line[at].is_ascii_whitespace() {
            if line[at] == b'\n' {
                words.push(Word { text: Cow::Borrowed("\n"), range: at..at + 1 });
            }
            at += 1;
            continue;
        }
        let start = at;
        let mut quote = None;
        while at < line.len() {
            match (line[at], quote) {
                (b'\\', _) => at += 1,
                (byte @ (b'"' | b'\''), None) => quote = Some(byte),
                (byte, Some(open)) if byte == open => quote = None,
                (byte, None) if byte.is_ascii_whitespace() => break,
                (b';', None) if ends_statement(line, at) => break,
                _ => {}
            }
            at += 1;
        }
        let end = at.min(line.len());
        if start < end {
            words.push(Word { text: unquoted(&line[start..end]), range: start..end });
        }
        if line.get(at) == Some(&b';') {
            words.push(Word { text: Cow::Borrowed(";"), range: at..at + 1 });
            at += 1;
        }
    }
    words
}

/// Whether a semicolon ends a statement rather than standing in a value such as `a=1;b=2`.
fn ends_statement(line: &[u8], at: usize) -> bool {
    line.get(at + 1).is_none_or(|next| next.is_ascii_whitespace() || matches!(next, b'}' | b'#'))
}

fn unquoted(word: &[u8]) -> Cow<'_, str> {
    let inner = match word {
        [open @ (b'"' | b'\''), inner @ .., close] if open == close => inner,
        [b'"' | b'\'', inner @ ..] => inner,
        word => word,
    };
    String::from_utf8_lossy(inner)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::names::holds_sign;
    use super::{secrets, stated, words};

    /// Words of statements that hold secrets, and of others.
    const WORDS: [&str; 53] = [
        "set",
        "$api_key",
        "$pass",
        "hunter2",
        ";",
        "\n",
        "if",
        "($arg_sig",
        "($http_cookie",
        "=",
        "hunter2)",
        "env",
        "DB_PASS=hunter2",
        "APP_PW=hunter2",
        "fastcgi_param",
        "APP_PW",
        "proxy_set_header",
        "X-Key",
        "Host",
        "secure_link_md5",
        "oidc_client_secret",
        "ssl_certificate_key",
        "data:hunter2",
        "stats",
        "auth",
        "setenv",
        "DB_PASSWD",
        "set-var",
        "set-var(txn.pwd)",
        "tcp-check",
        "send",
        "AUTH\\ hunter2",
        "user",
        "password",
        "url_param(pass)",
        "urlp(hmac)",
        "req.hdr(Authorization)",
        "body_param(user_pass)",
        "js_var",
        "$jwt",
        "set_hmac_sha1",
        "redis2_query",
        "($cookie_sid",
        "($args",
        "key=hunter2",
        "X-Pass",
        "X-SID",
        "http_auth_bearer",
        "query",
        "req.cook(sid)",
        "lua.check_token",
        "http-request",
        "{",
    ];

    proptest! {
        #[test]
        fn the_first_search_rules_out_no_secret(chosen in prop::collection::vec(prop::sample::select(&WORDS[..]), 1..8)) {
            let line = chosen.join(" ");
            let found = stated(words(line.as_bytes(), 0));
            prop_assert!(found.is_empty() || holds_sign(line.as_bytes()), "{line}");
        }
    }

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let found: Vec<&str> = secrets(line.as_bytes()).into_iter().map(|range| &line[range]).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn secrets_of_nginx_are_known_by_their_directives() {
        check("proxy_set_header Authorization \"Basic aGk6aG8=\";", &["\"Basic aGk6aG8=\""]);
        check("location /x { proxy_set_header X-Api-Key hunter2; proxy_pass http://a; }", &["hunter2"]);
        check("\tproxy_set_header\tCookie\t'a=1; b=2';", &["'a=1; b=2'"]);
        check("add_header X-Auth-Token hunter2 always;", &["hunter2"]);
        check("add_header Set-Cookie \"sessionid=hunter2; Path=/\";", &["hunter2"]);
        check("add_header Set-Cookie \"sid=$cookie_sid; Path=/\"; add_header Set-Cookie sid=deleted;", &[]);
        check("more_set_headers 'Set-Cookie: sid=hunter2';", &["sid=hunter2"]);
        check("add_header Set-Cookie \"route=node2; Path=/\";", &[]);
        check("fastcgi_param DB_PASS hunter2;", &["hunter2"]);
        check("env SECRET_KEY=hunter2;", &["=hunter2"]);
        check("set $api_key \"hunter2\";", &["\"hunter2\""]);
        check("secure_link_secret hunter2;", &["hunter2"]);
        check(
            "secure_link_md5 \"$secure_link_expires$uri hunter2\";",
            &["\"$secure_link_expires$uri hunter2\""],
        );
        check("if ($http_authorization != \"Basic hunter2\") { return 401; }", &["\"Basic hunter2\""]);
        check("if ($arg_token = hunter2) {", &["hunter2"]);
        check("ssl_certificate_key data:$x;", &[]);
        check(
            "ssl_certificate_key \"data:-----BEGIN PRIVATE KEY-----\";",
            &["\"data:-----BEGIN PRIVATE KEY-----\""],
        );
        check("return 302 https://a:b@c/?token=d;", &["a:b", "d"]);
        check("# proxy_set_header Authorization hunter2;", &["hunter2"]);
        check("proxy_set_header Authorization\n    hunter2;\nproxy_pass http://a;", &["hunter2"]);
        check("    ngx.req.set_header(\"X-Api-Key\", \"hunter2\")", &["hunter2"]);
        check("access_by_lua 'ngx.req.set_header(\"X-Api-Key\", \"hunter2\")';", &["hunter2"]);
    }

    #[test]
    fn secrets_of_haproxy_are_known_by_their_keywords() {
        check("    stats auth admin:hunter2", &["admin:hunter2"]);
        check("  user app insecure-password hunter2 groups g\r", &["hunter2"]);
        check("http-request set-header X-API-Key hunter2 if a", &["hunter2"]);
        check("http-request set-header Cookie a=1;b=2", &["a=1;b=2"]);
        check("http-response replace-header Set-Cookie (.*) \"sid=hunter2; HttpOnly\"", &["hunter2"]);
        check("http-response add-header Set-Cookie sid=hunter2;Secure if a", &["hunter2"]);
        check("http-request replace-header Authorization (.*) Basic\\ hunter2", &["Basic\\ hunter2"]);
        check("http-check send meth GET uri / hdr Authorization \"Basic aGk=\"", &["\"Basic aGk=\""]);
        check("acl ok req.hdr(Authorization) -m str \"Basic hunter2\"", &["\"Basic hunter2\""]);
        check("acl ok req.hdr(Authorization) -i -- hunter2 -hunter3", &["hunter2", "-hunter3"]);
        check("use_backend a if { url_param(token) -m str hunter2 } or b", &["hunter2"]);
        check("http-request set-var(txn.token) str(hunter2)", &["str(hunter2)"]);
        check("setenv DB_PASSWORD hunter2", &["hunter2"]);
        check("tcp-check send AUTH\\ hunter2\\r\\n", &["AUTH\\ hunter2\\r\\n"]);
        check("dynamic-cookie-key hunter2", &["hunter2"]);
        check("set-var proc.token str(hunter2)", &["str(hunter2)"]);
        check("set-var proc.note str(hunter2)", &[]);
        check("acl ok req.hdr(X-Token) 12345678", &["12345678"]);
        check("acl ok req.hdr(X-Token) -m len 1234", &[]);
    }

    #[test]
    fn what_modules_and_clients_are_told_is_known_too() {
        check("js_var $secret hunter2;", &["hunter2"]);
        check("set $jwt hunter2;", &["hunter2"]);
        check("encrypted_session_key hunter2;", &["hunter2"]);
        check("set_hmac_sha1 $sig 'hunter2' $uri;", &["'hunter2'"]);
        check("redis2_query auth hunter2;", &["hunter2"]);
        check("redis2_query get hunter2;", &[]);
        check("if ($cookie_session = hunter2) {", &["hunter2"]);
        check("if ($args ~ \"key=hunter2\") {", &["\"key=hunter2\""]);
        check("if ($args ~ \"page=hunter2\") {", &[]);
        check("return 200 '{\"token\": \"hunter2\"}';", &["hunter2"]);
        check("sub_filter a \"<script>var apiKey='hunter2'</script>\";", &["hunter2"]);
        check("http-request return status 200 lf-string \"password: hunter2\"", &["hunter2"]);
        check("http-request deny if { http_auth_bearer hunter2 }", &["hunter2"]);
        check("http-request deny if { query -m sub key=hunter2 }", &["key=hunter2"]);
        check("http-request deny if { query -m sub page=hunter2 }", &[]);
        check("http-request deny if { req.cook(sid) -m beg hunter2 }", &["hunter2"]);
        check("http-request set-header X %[str(a),aes_gcm_dec(128,txn.nonce,hunter2,txn.tag)]", &["hunter2"]);
        check("http-request lua.check_token hunter2", &["hunter2"]);
        check(
            "proxy_set_header Sec-WebSocket-Protocol \"base64url.bearer.authorization.k8s.io.hunter2\";",
            &["hunter2"],
        );
    }

    #[test]
    fn code_is_known_by_its_calls() {
        check("redis.connect(password = \"hunter2\")", &["hunter2"]);
        check("  local password = \"hunter2\"", &["hunter2"]);
        check("connect { password = \"hunter2\" }", &["hunter2"]);
        check("log(\"password: given\")", &[]);
    }

    #[test]
    fn nothing_else_is_a_secret() {
        for line in [
            "proxy_set_header Authorization $http_authorization;",
            "proxy_set_header Upgrade $http_upgrade;",
            "proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key;",
            "proxy_set_header X-Session-Affinity on;",
            "return 200 \"ok\";",
            "if ($request_uri ~ \"^/token/(.*)$\") {",
            "use_backend a if { url -m beg /key=1 }",
            "stick on req.cook(sid)",
            "http-request set-header authorization %[var(txn.a)]",
            "acl auth http_auth(users)",
            "acl has_token req.hdr(X-Auth-Token) -m found\nuse_backend application if has_token",
            "http-request deny unless { req.hdr_cnt(authorization) gt 0 }",
            "acl known req.hdr(X-Auth-Token) -f /etc/haproxy/tokens.lst",
            "acl short url_param(token) -m len 32 or req.hdr(X-Auth-Token) -i abc",
            "location /token {",
            "server_name token.example.com secret.example.com;",
            "upstream token { server 10.0.0.1:80; }",
            "use_backend secret if token",
            "backend password",
            "limit_req_zone $http_authorization zone=token:10m rate=1r/s;",
            "proxy_cache_key \"$uri\";",
            "hash $arg_token consistent;",
            "map $arg_token $x {",
            "keepalive 16;",
            "ssl_session_ticket_key file.key;",
            "ssl_password_file /etc/pass;",
            "auth_basic \"closed site\";",
            "auth_basic_user_file .htpasswd;",
            "server_tokens off;",
            "if ($arg_token = \"\") { return 401; }",
            "if ($arg_token !~ \"^[a-f0-9]+$\") { return 401; }",
            "proxy_pass http://token.example.com/token?x=$arg_token;",
            "rewrite ^/token/(.*)$ /t?token=$1 last;",
            "server s1 10.0.0.1:80 cookie s1 check",
            "option httpchk GET /token",
            "proxy_pass http://app_token/;",
            "fastcgi_pass unix:/run/token.sock;",
        ] {
            check(line, &[]);
        }
    }
}
