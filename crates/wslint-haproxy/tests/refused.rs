//! What HAProxy would not load by its tables of words, for each version.

use std::collections::HashMap;

use wslint_haproxy::Haproxy;
use wslint_model::way::Follow;
use wslint_model::{Content, File, FileId, HaproxyRoot, Project, Settings, Version};
use wslint_syntax::haproxy::{self, Options};

/// The first reason why a version refuses a configuration; empty where it takes it.
fn reason(version: &str, config: &str) -> String {
    let version: Version = version.parse().expect("a version");
    let options = Options { version: (version.0, version.1, version.2), ..Options::default() };
    let tree = haproxy::parse(config.as_bytes().to_vec(), &options).tree;
    let mut project = Project::default();
    let content = Content::Haproxy(tree);
    project.files.push(File::new("haproxy.cfg", content, false));
    let root = HaproxyRoot { files: vec![FileId(0)], whole: true, pattern_files: HashMap::new() };
    let settings = Settings { haproxy_version: version, haproxy_version_given: true, ..Settings::default() };
    Haproxy::new(&project, &root, &settings).refusal().map(|refusal| refusal.words).unwrap_or_default()
}

/// Checks a line of a section.
#[track_caller]
fn check(version: &str, section: &str, line: &str, expected: &str) {
    let found = reason(version, &format!("{section}\n {line}\n"));
    assert_eq!(found, expected, "{version}: {line}");
}

#[test]
fn words_have_versions() {
    let later =
        |word: &str, since: &str| format!("`{word}` came with HAProxy {since}, and the target is 2.6.12");
    for (section, line, word, since) in [
        ("frontend f", "guid web-1", "guid", "3.0"),
        ("frontend f", "log-steps accept", "log-steps", "3.1"),
        ("backend b", "hash-preserve-affinity always", "hash-preserve-affinity", "3.2"),
        ("frontend f", "quic-initial accept", "quic-initial", "3.1"),
        ("backend b", "option use-small-buffers", "option use-small-buffers", "3.4"),
        ("frontend f", "timeout client-hs 1s", "timeout client-hs", "2.9"),
        ("global", "tune.h2.fe.rxbuf 64k", "tune.h2.fe.rxbuf", "3.1"),
        ("frontend f", "http-request pause 1s", "http-request pause", "3.2"),
        ("frontend f", "http-after-response set-map(a) b c", "http-after-response set-map", "2.6.14"),
        ("frontend f", "tcp-request content set-retries 1", "tcp-request content set-retries", "3.1"),
        ("frontend f", "redirect prefix http://a keep-query", "redirect keep-query", "3.1"),
        ("frontend f", "bind :80 idle-ping 1s", "bind … idle-ping", "3.2"),
        ("backend b", "server s 127.0.0.1:80 check init-state up", "server … init-state", "3.1"),
        ("backend b", "default-server check-sni-auto", "default-server … check-sni-auto", "3.3"),
        ("backend b", "balance sticky", "balance sticky", "2.9"),
        ("backend b", "mode spop", "mode spop", "3.1"),
        ("frontend f", "filter bwlim-in a", "filter bwlim-in", "2.7"),
        ("frontend f", "acl a bc_reused", "bc_reused", "3.2"),
        ("frontend f", "acl a path,ms_ltime(%T) x", "ms_ltime", "2.9"),
        ("frontend f", "crt-store s", "crt-store", "3.0"),
        ("global", "acme a", "acme", "3.2"),
    ] {
        check("2.6.12", section, line, &later(word, since));
    }
    for (section, line) in [
        ("frontend f", "guid web-1"),
        ("frontend f", "option httplog"),
        ("frontend f", "http-after-response set-map(a) b c"),
        ("frontend f", "bind :80 idle-ping 1s"),
        ("backend b", "server s 127.0.0.1:80 check init-state up"),
        ("backend b", "default-server source 10.0.0.1 usesrc clientip interface eth0 check-sni-auto"),
    ] {
        check("3.4", section, line, "");
    }
}

#[test]
fn words_go() {
    check("2.0", "defaults", "clitimeout 1000", "");
    check("2.1", "defaults", "clitimeout 1000", "`clitimeout` is gone since 2.1; write `timeout client`");
    check("2.0", "frontend f", "reqadd X:\\ y", "");
    check(
        "2.6",
        "frontend f",
        "reqadd X:\\ y",
        "`reqadd` is gone since 2.1; write `http-request add-header`",
    );
    check("2.4", "global", "nbproc 2", "");
    check("2.6", "global", "nbproc 2", "`nbproc` is gone since 2.5");
    check("2.6", "defaults", "option http-tunnel", "`option http-tunnel` is gone since 2.5");
    check("2.6", "frontend f", "bind :80 process 1", "");
    check("2.8", "frontend f", "bind :80 process 1", "`bind … process` is gone since 2.7; write `thread`");
    check("3.5", "backend b", "dispatch 127.0.0.1:80", "`dispatch` is gone since 3.5");
}

#[test]
fn slips_are_told_with_what_was_meant() {
    for (section, line, expected) in [
        (
            "frontend f",
            "dault_backend b",
            "HAProxy knows no `dault_backend`; did you mean `default_backend`?",
        ),
        ("backend b", "timeout tunel 1h", "HAProxy knows no `timeout tunel`; did you mean `timeout tunnel`?"),
        (
            "backend b",
            "option http_server_close",
            "HAProxy knows no `option http_server_close`; did you mean `option http-server-close`?",
        ),
        (
            "backend b",
            "balance leastcon",
            "HAProxy knows no `balance leastcon`; did you mean `balance leastconn`?",
        ),
        (
            "backend b",
            "server s 127.0.0.1:80 chekc",
            "HAProxy knows no `server … chekc`; did you mean `server … check`?",
        ),
        (
            "frontend f",
            "bind :80 acept-proxy",
            "HAProxy knows no `bind … acept-proxy`; did you mean `bind … accept-proxy`?",
        ),
        (
            "frontend f",
            "http-request set-hedaer A b",
            "HAProxy knows no `http-request set-hedaer`; did you mean `http-request set-header`?",
        ),
        ("frontend f", "acl a pth_beg /", "HAProxy knows no `pth_beg`; did you mean `path_beg`?"),
        ("global", "deamon", "HAProxy knows no `deamon` in `global`; did you mean `daemon`?"),
        (
            "frontend f",
            "use-small-buffers",
            "HAProxy 2.6.12 knows no `use-small-buffers`; as `option use-small-buffers` it came with 3.4",
        ),
        ("frontend f", "httplog", "HAProxy knows no `httplog`; did you mean `option httplog`?"),
        ("frontend f", "nothing-of-the-kind", "HAProxy knows no `nothing-of-the-kind`"),
    ] {
        check("2.6.12", section, line, expected);
    }
}

#[test]
fn words_have_places() {
    check("2.6.12", "frontend f", "server s 127.0.0.1:80", "`server` is not taken in a `frontend` section");
    check("2.6.12", "defaults", "acl a path /", "`acl` is not taken in `defaults` without a name");
    check("2.6.12", "defaults d", "acl a path /", "");
    check("2.4", "defaults d", "acl a path /", "`acl` is not taken in `defaults` before 2.5");
    check(
        "2.6.12",
        "backend b",
        "declare capture request len 1",
        "`declare` is not taken in a `backend` section",
    );
    check(
        "2.6.12",
        "frontend f",
        "tcp-response inspect-delay 1s",
        "`tcp-response inspect-delay` is not taken in a `frontend` section",
    );
    check("2.6.12", "global", "timeout tunnel 1h", "`timeout` is a keyword of proxies, and not of `global`");
    check("2.6.12", "defaults", "daemon", "`daemon` is a keyword of `global` only");
    check("2.6.12", "frontend f", "http-response set-path /", "`http-response` takes no `set-path`");
    // Ignored, with a warning.
    check("2.6.12", "frontend f", "timeout tunnel 1h", "");
    check("3.0", "frontend f", "option abortonclose", "");
    check("3.2", "frontend f", "option abortonclose", "`option abortonclose` is no option of a `frontend`");
    check("3.4", "frontend f", "option abortonclose", "");
    check("3.4", "frontend f", "option httpchk", "");
}

#[test]
fn samples_without_a_way_to_be_compared_need_one() {
    for (sample, name) in [
        ("var(txn.x)", "var"),
        ("ssl_c_sha1", "ssl_c_sha1"),
        ("url32+src", "url32+src"),
        ("req.payload(0,1)", "req.payload"),
        ("meth", "meth"),
        ("path,b64dec", "b64dec"),
        ("path,sha1", "sha1"),
        ("path,json_query('$.a')", "json_query"),
        ("int(4),set-var(txn.b)", "set-var"),
        ("path,debug", "debug"),
        ("src,debug,debug", "debug"),
        ("ssl_c_sha1,debug", "debug"),
        ("method,debug", "debug"),
        ("hdr_beg(host),sha1", "sha1"),
    ] {
        let expected = format!("a test of `{name}` needs `-m`, such as `-m str`");
        for patterns in ["", " 00", " -i 00", " --", " -f /dev/null"] {
            check("2.6.12", "frontend f", &format!("acl a {sample}{patterns}"), &expected);
        }
        check("2.6.12", "frontend f", &format!("http-request deny if {{ {sample} 00 }}"), &expected);
        check("2.6.12", "frontend f", &format!("acl a {sample} -m str 00"), "");
        check("2.6.12", "frontend f", &format!("http-request deny if {{ {sample} -m found }}"), "");
    }
    for sample in [
        "path",
        "src",
        "int(1)",
        "method",
        "payload(0,1)",
        "req_ssl_hello_type",
        "method,lower",
        "var(txn.x),lower",
        "var(txn.x),add(1)",
        "path,sha1,hex",
        "ssl_c_sha1,hex",
        "path,debug,lower",
    ] {
        check("2.6.12", "frontend f", &format!("acl a {sample} 1"), "");
    }
    // Since 2.9 such a converter keeps the type.
    check("3.0", "frontend f", "acl a path,debug 00", "");
    check("3.0", "frontend f", "acl a ssl_c_sha1,debug 00", "a test of `debug` needs `-m`, such as `-m str`");
}

#[test]
fn arguments_and_prefixes_are_counted() {
    check("2.6.12", "backend b", "timeout tunnel 1h 2h", "`timeout tunnel` takes one value");
    check("2.6.12", "backend b", "disabled now", "`disabled` takes no value");
    check("2.6.12", "frontend f", "bind", "`bind` takes more than what stands here");
    for nothing in ["\"\"", "\"\"\"\"", "''\"\"''"] {
        let line = format!("timeout client {nothing}");
        check("2.6.12", "frontend f", &line, "`timeout client` takes more than what stands here");
    }
    check("2.6.12", "frontend f", "option httpclose now", "`httpclose` takes no value");
    check("2.6.12", "frontend f", "http-request set-header A", "`set-header` takes 2 values");
    check("2.6.12", "defaults", "no log", "");
    check("2.6.12", "defaults", "no option httpclose", "");
    check("2.6.12", "defaults", "no option tcpka", "HAProxy 2.6.12 takes no `no` before `option tcpka`");
    check(
        "3.2",
        "defaults",
        "default option nolinger",
        "HAProxy 3.2.0 takes no `default` before `option nolinger`",
    );
    check("3.4", "defaults", "default option nolinger", "");
}

#[test]
fn what_a_build_or_lua_may_have_is_left_alone() {
    for (section, line) in [
        ("global", "tune.quic.frontend.max-idle-timeout 30s"),
        ("global", "ssl-engine rdrand"),
        ("frontend f", "bind quic4@:443 quic-force-retry"),
        ("frontend f", "http-request lua.check"),
        ("frontend f", "filter lua.x"),
        ("frontend f", "acl a lua.fetch -m str x"),
        ("frontend f", "http-request ot-group a b"),
    ] {
        check("2.6.12", section, line, "");
    }
}

#[test]
fn experiments_have_to_be_allowed() {
    let needs = "`normalize-uri` needs `expose-experimental-directives` in `global`, above it";
    check("2.6.12", "frontend f", "http-request normalize-uri fragment-strip", needs);
    let allowed =
        "global\n expose-experimental-directives\nfrontend f\n http-request normalize-uri fragment-strip\n";
    assert_eq!(reason("2.6.12", allowed), "");
    check(
        "3.2",
        "global",
        "tune.disable-fast-forward",
        "`tune.disable-fast-forward` needs `expose-experimental-directives` in `global`, above it",
    );
    check("3.4", "global", "tune.disable-fast-forward", "");
}

#[test]
fn other_sections_have_words_of_their_own() {
    for (section, line, expected) in [
        (
            "resolvers r",
            "nameservr a 127.0.0.1:53",
            "HAProxy knows no `nameservr` in `resolvers`; did you mean `nameserver`?",
        ),
        ("resolvers r", "total-max-size 4", "`total-max-size` is not taken in `resolvers`"),
        ("resolvers r", "bind :80", "`bind` is not taken in `resolvers`"),
        ("cache c", "use_backend b", "`use_backend` is a keyword of proxies, and not of `cache`"),
        ("mailers", "mailer m 127.0.0.1:25", "`mailers` takes a name"),
        ("userlist u v", "user a insecure-password b", "`userlist` takes a name and nothing else"),
        ("resolvers r", "hold valid 10s", ""),
        ("peers p", "table t type ip size 1k", ""),
        ("program x", "anything at all", ""),
    ] {
        check("2.6.12", section, line, expected);
    }
}

#[test]
fn formats_and_expressions_close() {
    let open = "the brackets or parentheses of an expression in this do not close";
    for (line, expected) in [
        ("http-request set-header X %[src", open),
        ("http-request set-path %[path,regsub(a,b]", open),
        ("http-request set-header X %[sorc]", "HAProxy knows no `sorc`; did you mean `src`?"),
        ("http-request set-var(txn.a) req.hdr(host),lowr", "HAProxy knows no `lowr`; did you mean `lower`?"),
        (
            "http-request set-var(a.b) src",
            "the variable `a.b` has none of the scopes `proc`, `sess`, `txn`, `req`, `res`, `check`",
        ),
        (
            "http-request set-var(txn.a) src lower",
            "`lower` stands where only `if` or `unless` may; a value with blanks needs quotes",
        ),
        (
            "http-request replace-header Host (.*:80 \\1",
            "the parentheses of this regular expression do not close",
        ),
        ("acl a path_reg ^/(ws", "the parentheses of this regular expression do not close"),
        ("acl a dst_port 80,443", "`80,443` is not a number"),
        ("acl a nbsrv(nobody) lt 1", "no `backend nobody` in this configuration"),
        ("http-request auth unless { http_auth(nobody) }", "no `userlist nobody` in this configuration"),
        ("http-request set-header X %%[src", ""),
        ("http-request set-header X \"%[path,regsub('[)]','')]\"", ""),
        ("acl a path_reg [(]ws\\)", ""),
        ("acl a dst_port 80 8000:9000 gt 5", ""),
    ] {
        check("2.6.12", "frontend f", line, expected);
    }
}

#[test]
fn values_are_looked_at_where_haproxy_does() {
    for (section, line, expected) in [
        ("backend b", "server s 127.0.0.1:88080", "`88080` is no port: the highest is 65535"),
        ("backend b", "server s 127.0.0.1:80 check inter 2x", "the unit of `2x` is none of `us ms s m h d`"),
        ("backend b", "server s 127.0.0.1:80 rise 0", "`rise` takes a number above 0"),
        ("backend b", "server s 127.0.0.1:80 weight 300", "`weight` is 256 at most"),
        ("backend b", "server s 127.0.0.1:80 ws h3", "`ws` takes one of `auto`, `h1`, `h2`"),
        ("backend b", "server s 127.0.0.1:80 ssl verify none sni", "`sni` takes a value"),
        ("backend b", "server s 127.0.0.1:80 maxconn", ""),
        ("backend b", "cookie S insert indirct", "`cookie` takes no `indirct`; did you mean `indirect`?"),
        ("backend b", "stick-table type ip", "`stick-table` needs a `size`"),
        (
            "backend b",
            "stick-table type ip size 1k expir 1m",
            "`stick-table` takes no `expir`; did you mean `expire`?",
        ),
        ("backend b", "stick-table type string len 32 size 1k expire 1m nopurge", ""),
        ("backend b", "stick on src", "`backend b` has no `stick-table`"),
        ("backend b", "stick on src table other", "`other` has no `stick-table`"),
        (
            "backend b",
            "server s a.example:80 resolvers nobody",
            "no `resolvers nobody` in this configuration",
        ),
        ("backend b", "server s a.example:80 resolvers default", ""),
        (
            "frontend f",
            "capture request header Host length 10",
            "`capture` takes `request header NAME len BYTES`, `response header NAME len BYTES` or `cookie NAME len BYTES`",
        ),
        (
            "frontend f",
            "http-request return satus 200",
            "`satus` stands where only `if` or `unless` may; a value with blanks needs quotes",
        ),
        (
            "frontend f",
            "http-request return status 200 content-type text/plain string ok hdr A b if TRUE",
            "",
        ),
        ("frontend f", "log 127.0.0.1 locl0", "`locl0` is no facility of logs; did you mean `local0`?"),
        ("frontend f", "log stdout format raw local0 info", ""),
        ("frontend f :80", "maxconn 10", "a `frontend` takes no addresses: write `bind :80` in it"),
        ("backend a/b", "balance source", "a name of a `backend` cannot have `/` in it"),
        ("global", "maxconn 1 2", "`maxconn` takes one value"),
        ("global", "tune.bufsize", "`tune.bufsize` takes one value"),
    ] {
        check("2.6.12", section, line, expected);
    }
}
