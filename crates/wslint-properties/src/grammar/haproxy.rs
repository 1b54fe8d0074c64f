//! HAProxy configuration.

use super::choices::{Choices, ODD, Slots};

/// A HAProxy configuration, whole or a fragment.
pub fn haproxy(choices: &mut Choices<'_>) -> String {
    let mut out = String::new();
    let mut lines = FRONTEND;
    while let Some(choice) = choices.byte() {
        match choice {
            0..40 => {
                let (headers, own) = choices.pick(SECTIONS);
                lines = own;
                choices.write(headers, SLOTS, &mut out);
                out.push('\n');
            }
            40..44 => out.push_str(choices.pick(ODD)),
            44..56 => {
                out.push_str(choices.pick(&["  no ", "  default "]));
                choices.write(lines, SLOTS, &mut out);
                out.push('\n');
            }
            _ => {
                out.push_str("    ");
                choices.write(lines, SLOTS, &mut out);
                out.push('\n');
            }
        }
    }
    out
}

/// How sections begin, and what stands in them.
const SECTIONS: &[(&[&str], &[&str])] = &[
    (&["frontend <name>", "frontend <name>", "frontend <name> from <name>"], FRONTEND),
    (&["backend <name>", "backend <name>", "backend <name> from <name>"], BACKEND),
    (&["frontend <name>"], FRONTEND),
    (&["backend <name>"], BACKEND),
    (&["listen <name>"], LISTEN),
    (&["defaults", "defaults <name>"], DEFAULTS),
    (&["global"], GLOBAL),
    (&["resolvers <name>"], &["nameserver <name> <address>", "hold valid <time>"]),
    (&["peers <name>"], &["peer <name> <address>"]),
    (&["userlist <name>"], &["user <name> password <word>", "group <name>"]),
    (&["<word> <name>", ".if <word>", ".endif"], DEFAULTS),
];

#[rustfmt::skip]
const GLOBAL: &[&str] = &[
    "maxconn <number>", "daemon", "log <address> local0", "tune.bufsize <number>", "nbthread <number>", "setenv A <word>", "unsetenv A",
    "presetenv A \"<word>\"", "hard-stop-after <time>", "ssl-default-bind-options <word>", "stats socket <file>", "h2-workaround-bogus-websocket-clients",
    "user <word>", "set-var proc.<name> <value>", "expose-experimental-directives", "lua-load <file>",
];

#[rustfmt::skip]
const DEFAULTS: &[&str] = &[
    "mode http", "mode tcp", "timeout client <time>", "timeout server <time>", "timeout connect <time>", "timeout tunnel <time>",
    "timeout <timeout> <time>", "option <option>", "option <option>", "retries <number>", "maxconn <number>", "balance <balance>",
    "log global", "http-reuse <word>", "default_backend <name>", "errorfile <status> <file>", "cookie <name> insert indirect nocache",
    "default-server <parameter>", "compression algo gzip", "load-server-state-from-file <word>",
];

#[rustfmt::skip]
const FRONTEND: &[&str] = &[
    "bind <bind>", "bind <bind>", "mode http", "acl <name> <test>", "acl <name> <test>", "acl <name> <test>", "use_backend <name> if <condition>",
    "use_backend <name> if <condition>", "use_backend <name>", "use_backend %[<sample>] if <condition>", "default_backend <name>",
    "http-request <action>", "http-request <action> if <condition>", "http-request <action> unless <condition>", "http-response <action>",
    "http-response <action> if <condition>", "http-after-response <action>", "tcp-request connection <act>", "tcp-request content <act> if <condition>",
    "tcp-request inspect-delay <time>", "timeout client <time>", "timeout <timeout> <time>", "option <option>", "maxconn <number>",
    "redirect <redirect> if <condition>", "monitor-uri <path>", "stats uri <path>", "stats enable", "stats auth <name>:<word>",
    "stick-table type ip size <number> expire <time> store http_req_rate(<time>)", "capture request header <field> len <number>", "filter <word>",
    "mode tcp", "unique-id-format <value>", "unique-id-header <field>", "log-format \"<value>\"", "declare capture request len <number>",
    "<word> <value>", "reqadd <field>:\\ <word>", "disabled", "rate-limit sessions <number>",
];

#[rustfmt::skip]
const BACKEND: &[&str] = &[
    "server <name> <address>", "server <name> <address> <parameter>", "server <name> <address> <parameter> <parameter>", "mode http",
    "balance <balance>", "balance <balance>", "cookie <cookie>", "timeout tunnel <time>", "timeout server <time>", "timeout <timeout> <time>",
    "option <option>", "http-request <action>", "http-request <action> if <condition>", "http-response <action>", "acl <name> <test>",
    "stick on <sample>", "stick match <sample>", "stick store-request <sample> if <condition>", "stick-table type <type> size <number> expire <time>",
    "http-reuse <word>", "fullconn <number>", "hash-type consistent", "retry-on <word>", "http-check expect status <status>",
    "http-check send meth GET uri <path> hdr <field> <word>", "option httpchk GET <path>", "default-server <parameter>", "server-template <name> 1-<number> <address>",
    "use-server <name> if <condition>", "tcp-check connect", "dispatch <address>", "mode tcp", "disabled", "http-send-name-header <field>",
    "tcp-response content <act>", "source <address>", "force-persist if <condition>", "dynamic-cookie-key <word>",
];

const LISTEN: &[&str] = &[
    "bind <bind>",
    "server <name> <address> <parameter>",
    "server <name> <address>",
    "mode http",
    "mode tcp",
    "acl <name> <test>",
    "use_backend <name> if <condition>",
    "http-request <action> if <condition>",
    "http-response <action>",
    "balance <balance>",
    "cookie <cookie>",
    "timeout <timeout> <time>",
    "option <option>",
    "stick-table type <type> size <number>",
    "stick on <sample>",
];

#[rustfmt::skip]
const SLOTS: &Slots = &[
    ("bind", &[
        ":80", "*:443 ssl crt <file>", "*:443 ssl crt <file> alpn h2,http/1.1", "127.0.0.1:8080", ":::80 v4v6", "<address>", "unix@/run/a.sock",
        ":80 accept-proxy", ":80 proto h2", ":8000-8010", "quic4@:443 ssl", ":80 <word>", "fd@3", ":80,:81", "abns@x",
    ]),
    ("address", &["127.0.0.1:3000", "10.0.0.<number>:80", "app.internal:8080", "[::1]:80", "unix@/run/a.sock", "127.0.0.1", ":80", "<value>", "0.0.0.0:0"]),
    ("parameter", &[
        "check", "check inter <time>", "cookie <name>", "weight <number>", "backup", "disabled", "ssl verify none", "proto h2", "alpn h2",
        "maxconn <number>", "send-proxy", "send-proxy-v2", "on-marked-down shutdown-sessions", "ws h1", "ws h2", "track <name>/<name>", "<word>",
        "sni req.hdr(host)", "init-addr none", "pool-max-conn <number>", "resolvers <name>", "observe layer7", "check-sni <word>",
    ]),
    ("option", &[
        "httplog", "http-server-close", "httpclose", "http-keep-alive", "forwardfor", "redispatch", "dontlognull", "http-tunnel", "httpchk",
        "httpchk GET <path>", "forceclose", "http-use-proxy-header", "h1-case-adjust-bogus-client", "independent-streams", "nolinger", "tcplog",
        "http-buffer-request", "httpchk GET <path> HTTP/1.1\\r\\nHost:\\ <word>", "persist", "transparent", "<word>", "abortonclose",
        "http-restrict-req-hdr-names delete", "forwardfor if-none header <field>", "forwarded", "clitcpka", "accept-invalid-http-request",
    ]),
    ("balance", &[
        "roundrobin", "leastconn", "source", "uri", "hdr(<field>)", "url_param sid", "random", "first", "hash <sample>", "static-rr", "rdp-cookie(<name>)", "<word>",
    ]),
    ("cookie", &[
        "SRV insert indirect nocache", "io prefix", "io prefix nocache", "SRV rewrite", "SRV insert dynamic", "SRV insert httponly secure", "<name>", "<word> <word>",
        "SRV insert maxidle <time> maxlife <time>", "SRV insert domain <word>",
    ]),
    ("timeout", &["client", "server", "connect", "tunnel", "http-request", "http-keep-alive", "queue", "client-fin", "server-fin", "tarpit", "check", "<word>"]),
    ("time", &["50s", "1h", "5000", "3600", "1d", "0", "20s", "1m", "60000ms", "<word>", "99999d", "3600000", "\"${T}\"", "-1"]),
    ("test", &[
        "hdr(Upgrade) -i websocket", "hdr(Connection) -i upgrade", "hdr(host) -i app.example.com", "hdr(<field>) <flags> <word>", "path_beg <path>",
        "path <path>", "path_end .io", "path_reg <regex>", "path -m <how> <path>", "src <cidr>", "method <method>", "url_param(transport) websocket",
        "hdr_sub(<field>) <word>", "hdr_reg(<field>) <regex>", "req.fhdr(<field>) -m found", "var(txn.<name>) -m <how> <word>", "<sample> <flags> <word>",
        "<sample> -m bool", "nbsrv(<name>) lt <number>", "sc_http_req_rate(0) gt <number>", "ssl_fc", "always_true", "hdr_cnt(<field>) eq 0",
        "dst_port <number>", "cook(<name>) <word>", "req.ssl_sni -i <word>", "http_auth(<name>)", "<sample>,map(<file>) -m found", "fc_http_major 2",
        "path_beg <path> <path>", "hdr(<field>) -i -f <file>", "req.hdr(<field>),lower,field(1,:) <word>", "url_beg <path>", "HTTP_1.1", "WAIT_END", "<word>",
    ]),
    ("condition", &[
        "<name>", "!<name>", "<name> <name>", "<name> || <name>", "<name> or !<name>", "{ <test> }", "{ <test> } <name>", "!{ <test> }", "TRUE", "FALSE",
        "METH_GET", "{ <test> } || { <test> }", "<name> { <test>", "", "<word>", "{ }", "HTTP_2.0", "HTTP_1.1",
    ]),
    ("action", &[
        "set-header <field> <value>", "add-header <field> <value>", "del-header <field>", "replace-header <field> <regex> <value>",
        "replace-value <field> <regex> <value>", "set-path <value>", "set-query <value>", "set-uri <value>", "replace-path <regex> <value>",
        "replace-uri <regex> <value>", "set-method <method>", "deny", "deny deny_status <status>", "tarpit", "return status <status>", "redirect <redirect>",
        "allow", "auth realm x", "set-var(txn.<name>) <sample>", "set-var-fmt(req.<name>) <value>", "unset-var(txn.<name>)", "track-sc0 <sample>",
        "track-sc<number> <sample> table <name>", "set-timeout tunnel <time>", "set-dst <sample>", "set-dst-port <sample>", "silent-drop", "use-service lua.<name>", "lua.<name>", "cache-use <name>",
        "set-map(<file>) <value> <value>", "capture <sample> len <number>", "normalize-uri path-merge-slashes", "wait-for-body time <time>",
        "do-resolve(txn.<name>,<name>) <sample>", "set-src <sample>", "set-pathq <value>", "set-status <status>", "reject", "<word>", "sc-inc-gpc0(0)", "disable-l7-retry",
        "early-hint <field> <value>", "set-log-level silent", "strict-mode on", "pause <time>",
    ]),
    ("act", &["accept", "reject", "expect-proxy layer4", "track-sc0 src", "set-var(sess.<name>) <sample>", "switch-mode http", "<word>", "close", "use-service lua.<name>"]),
    ("redirect", &["scheme https", "scheme https code 301", "location <value>", "prefix <value>", "prefix <path> drop-query", "location <path> set-cookie <name>", "<word>"]),
    ("sample", &[
        "src", "path", "req.hdr(<field>)", "hdr(<field>)", "req.cook(io)", "url_param(sid)", "var(txn.<name>)", "<sample>,<converter>", "<sample>,<converter>",
        "base", "pathq", "url", "str(<word>)", "int(<number>)", "ssl_fc_sni", "dst", "method", "query", "req.body", "rand(<number>)", "be_id", "env(A)", "<word>", "path,url_dec",
    ]),
    ("converter", &[
        "lower", "upper", "field(1,/)", "word(1,:)", "map(<file>)", "map_beg(<file>,<name>)", "map_str(<file>,<name>)", "regsub(<regex>,<word>)", "concat(<word>,txn.<name>,<word>)",
        "bytes(0,<number>)", "url_dec", "b64dec", "base64", "hex", "ipmask(<number>)", "crc32", "sha1", "add(<number>)", "mod(<number>)", "iif(<word>,<word>)", "length", "not", "strcmp(txn.<name>)",
        "in_table(<name>)", "table_http_req_rate(<name>)", "<word>", "ltrim(/)", "json_query('$.a')", "set-var(txn.<name>)", "cut_crlf", "mul(<number>)", "div(<number>)",
    ]),
    ("type", &["ip", "string len <number>", "integer", "binary len <number>", "ipv6", "<word>"]),
    ("how", &["beg", "str", "sub", "reg", "end", "dir", "dom", "found", "len", "int", "ip", "bool", "<word>"]),
    ("flags", &["", "-i", "-m <how>", "-i -m <how>", "-f <file>", "-M", "--", "-n", "-u <number>"]),
    ("method", &["GET", "POST", "CONNECT", "OPTIONS", "<word>"]),
    ("path", &["/", "/ws", "/ws/", "/socket.io/", "/socket.io", "/health", "/api", "/<name>", "%[path]", ""]),
    ("regex", &["^/ws", "^/(.*)$", "(.*)", "^/([^/]*)/(.*)$", "(a|b)+", "[", "(", "websocket", "", "^(?!/ws)", "\\.io$"]),
    ("value", &[
        "<word>", "\"%[<sample>]\"", "%[<sample>]", "%[path]%[path]", "/<name>%[path]", "%[var(txn.<name>)]%[var(txn.<name>)]", "\\1", "/\\1", "\\1\\1", "websocket", "upgrade", "\"\"",
        "%[req.hdr(<field>)]", "<number>", "https://%[hdr(host)]%[capture.req.uri]", "%ci:%cp", "%[", "'%[<sample>]'", "keep-alive", "\"${A}\"",
    ]),
    ("field", &[
        "Upgrade", "Connection", "Host", "host", "Origin", "X-Forwarded-For", "X-Forwarded-Proto", "Sec-WebSocket-Key", "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol",
        "Access-Control-Allow-Origin", "Cookie", "Set-Cookie", "<word>", "Content-Length", "User-Agent",
    ]),
    ("cidr", &["10.0.0.0/8", "127.0.0.1", "::/0", "0.0.0.0/0", "-f <file>", "<word>"]),
    ("number", &["1", "2", "0", "10", "80", "200", "1000", "1m", "65536", "4294967296", "-1", "<word>", "18446744073709551616"]),
    ("status", &["101", "200", "301", "400", "403", "429", "500", "503", "<number>", "200-399"]),
    ("name", &["web", "app", "ws", "is_ws", "chat", "a", "b"]),
    ("file", &["/etc/haproxy/hosts.map", "hosts.map", "absent", "/dev/null", "-", "a/b"]),
    ("word", &["x", "websocket", "Upgrade", "upgrade", "a\\ b", "\"a b\"", "'a b'", "é", "{{ x }}", "__Z__", "\"${W}\"", "${W}", "%", "\\", "#", "http/1.1", "if", "haproxy/http-server-close"]),
];
