//! `wslint.yaml`: where it is found, what it says, and what is said when it is wrong.

use std::fmt::Write as _;
use std::fs;

use crate::support::{KEPT, LOST, Ran, Scratch, TUNNEL_MISSING};

const RULE: &str = "haproxy/tunnel-timeout-missing";

#[test]
fn mistakes_are_told_with_their_place() {
    let mut told = String::new();
    for text in [
        "heartbeet: 25s\n",
        "zebra: 1\n",
        "websockets:\n  - path: /ws\n    framwork: socket.io\n",
        "websockets:\n  - path: /ws\n    framework: socketio\n",
        "websockets:\n  - path: /ws\n    framework: zebra\n",
        "websockets:\n  - path: ws\n",
        "websockets:\n  - host: a.example\n",
        "websockets:\n  - path: /ws\n    host: https://a.example/\n",
        "websockets: /ws\n",
        "websockets:\n  - /ws\n",
        "heartbeat: 25\n",
        "heartbeat: never\n",
        "min_idle: soon\n",
        "min_idle: [1h]\n",
        "rules:\n  nginx/upgrade-mising: off\n",
        "rules:\n  \"zz/*\": off\n",
        "rules:\n  nginx/map-missing: warn\n",
        "rules:\n  nginx/map-missing: 3\n",
        "roots:\n  etc/nginx: deploy\n",
        "roots:\n  /etc/nginx: \"\"\n",
        "nginx_version: latest\n",
        "exclude:\n  - \"a{b\"\n",
        "env:\n  A=B: c\n",
        "addresses:\n  \"a b\": c\n",
        "min_idle: 1h\nmin_idle: 2h\n",
        "rules:\n  nginx/map-missing: off\n  nginx/map-missing: error\n",
        "roots:\n  /etc/nginx: absent\n",
        "nginx_prefix: absent\n",
        "- a\n",
        "heartbeat: *anchor\n",
        "rules: {\n",
        "a: b: c\n",
        "heartbeat: 25s\n---\nheartbeat: 30s\n",
        "\u{1b}[31m: 1\n",
    ] {
        let scratch = Scratch::new(&[("wslint.yaml", text), ("nginx.conf", KEPT)]);
        let ran = scratch.run(&["nginx.conf"]).expect(2);
        assert_eq!(ran.stdout, "", "{text}");
        writeln!(told, "{}\n{}", text.trim_end().replace('\u{1b}', "ESC"), ran.stderr).expect("a string");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn bytes_that_are_no_text_have_a_place_too() {
    let scratch = Scratch::new(&[("nginx.conf", KEPT)]);
    scratch.write("wslint.yaml", b"# \xc3\xa9\nenv:\n  \xc3\xa9\xff: 1\n");
    let ran = scratch.run(&["nginx.conf"]).expect(2);
    assert!(ran.stderr.starts_with("error: wslint.yaml:3:4: the text is not UTF-8"), "{ran:?}");
}

#[test]
fn it_is_found_upwards_within_the_repository() {
    let off = format!("rules: {{{RULE}: off}}\n");
    let scratch = Scratch::new(&[
        ("wslint.yaml", &off),
        ("in/deploy/haproxy.cfg", TUNNEL_MISSING),
        ("repo/.git/HEAD", ""),
        ("repo/deploy/haproxy.cfg", TUNNEL_MISSING),
        ("near/wslint.yaml", "# nothing\n"),
        ("near/haproxy.cfg", TUNNEL_MISSING),
        ("loud.yaml", &format!("rules:\n  {RULE}: error\n  haproxy: off\n  \"*\": info\n")),
    ]);
    for (args, status) in [
        (&["in/deploy"][..], 0),
        (&["in/deploy/haproxy.cfg"], 0),
        (&["in/deploy", "--no-config"], 1),
        (&["repo/deploy"], 1),
        (&["repo/deploy", "--config", "wslint.yaml"], 0),
        (&["near"], 1),
        (&["in", "near"], 0),
        (&["in", "--select", RULE], 1),
        (&["in", "--config", "absent.yaml"], 2),
        (&["in", "--config", "in"], 2),
        (&["in", "--config", "loud.yaml", "--severity", "error"], 1),
    ] {
        scratch.run(args).expect(status);
    }
    let inner =
        scratch.wslint(&["."]).current_dir(scratch.path().join("in/deploy")).output().expect("it runs");
    assert_eq!(inner.status.code(), Some(0));
}

#[test]
fn settings_reach_the_models() {
    let quiet = TUNNEL_MISSING
        .replace("acl ws hdr(Upgrade) -i websocket", "acl feed path_beg /feed")
        .replace("if ws", "if feed");
    for (text, findings) in [
        ("# nothing", &[][..]),
        ("websockets: [{path: /feed}]", &["warning"]),
        ("websockets: [{path: /feed, min_idle: 30s}]", &[]),
        ("{websockets: [{path: /feed}], min_idle: 30s}", &[]),
        ("websockets: [{path: /feed, heartbeat: 40s}]", &["error"]),
        ("{websockets: [{path: /feed}], heartbeat: 40s}", &["error"]),
        ("websockets: [{path: /feed, framework: home-assistant}]", &["error"]),
        ("websockets: [{path: /feed, server: home-assistant}]", &["error"]),
        ("websockets: [{path: /feed, server: daphne}]", &[]),
        ("{websockets: [{path: /feed}], rules: {haproxy/tunnel-timeout-*: info}}", &[]),
    ] {
        let scratch = Scratch::new(&[("haproxy.cfg", &quiet), ("wslint.yaml", text)]);
        let ran = scratch.run(&["haproxy.cfg", "--format", "json", "--exit-zero"]).expect(0);
        let document = ran.json();
        let timeouts: Vec<&str> = document["findings"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|finding| finding["rule"].as_str().is_some_and(|rule| rule.contains("tunnel-timeout")))
            .filter_map(|finding| finding["severity"].as_str())
            .filter(|severity| *severity != "info")
            .collect();
        assert_eq!(timeouts, findings, "{text}: {document}");
    }
}

#[test]
fn versions_and_environment_come_from_the_file_unless_flags_say_otherwise() {
    let scratch = Scratch::new(&[("nginx.conf", LOST), ("wslint.yaml", "nginx_version: 1.30\n")]);
    for (args, version) in [
        (&["facts", "nginx.conf"][..], "1.30.0"),
        (&["facts", "nginx.conf", "--nginx-version", "1.26"], "1.26.0"),
        (&["facts", "nginx.conf", "--no-config"], "1.22.1"),
    ] {
        let ran = scratch.run(args).expect(0);
        assert!(ran.stdout.contains(&format!("default of {version}")), "{ran:?}");
    }
    let gated = format!(".if defined(WITHOUT)\n.else\n{TUNNEL_MISSING}.endif\nglobal\n");
    let scratch = Scratch::new(&[("haproxy.cfg", &gated), ("wslint.yaml", "env: {WITHOUT: yes}\n")]);
    let routes = |args: &[&str]| scratch.run(args).json()["summary"]["routes"].clone();
    assert_eq!(routes(&["haproxy.cfg", "--format", "json"]), 0);
}

#[test]
fn roots_are_relative_to_the_file_and_stay_in_its_repository() {
    let outside = Scratch::new(&[("secret.conf", "DB_PASSWORD=hunter2;\n")]);
    let main =
        "events {}\nhttp {\n    include /opt/conf/app.conf;\n    include /opt/secret/secret.conf;\n}\n";
    let text = format!(
        "roots:\n  /opt/conf: ../conf\n  /opt/secret: {}\n",
        outside.path().to_str().expect("a plain path")
    );
    let scratch = Scratch::new(&[
        (".git/HEAD", ""),
        ("deploy/nginx.conf", main),
        ("deploy/wslint.yaml", &text),
        (
            "conf/app.conf",
            "server {\n    listen 80;\n    location /ws {\n proxy_pass http://a;\n proxy_set_header Host a;\n }\n}\n",
        ),
    ]);
    let ran = scratch.run(&["deploy/nginx.conf", "--format", "json"]).expect(1);
    let document = ran.json();
    assert_eq!(document["findings"][0]["file"], "deploy/../conf/app.conf", "{document}");
    assert_eq!(document["notes"][0]["kind"], "include-outside", "{document}");
    assert!(!format!("{ran:?}").contains("hunter2"));
}

#[test]
fn a_run_without_rules_is_no_success() {
    let off = Scratch::new(&[
        ("nginx.conf", KEPT),
        ("wslint.yaml", "rules:\n  any: off\n  embed: off\n  nginx: off\n  haproxy: off\n  k8s: off\n"),
    ]);
    for args in
        [&["nginx.conf"][..], &["nginx.conf", "--no-config", "--select", "nginx", "--ignore", "nginx"]]
    {
        let ran = off.run(args).expect(2);
        assert!(ran.stderr.starts_with("error: no rule is left to run"), "{ran:?}");
    }
    off.run(&["nginx.conf", "--select", "nginx/http10"]).expect(0);
}

#[test]
fn folders_of_flags_are_there() {
    let scratch = Scratch::new(&[("nginx.conf", KEPT)]);
    for args in [["--root", "/etc/nginx=absent"], ["--allow-root", "absent"], ["--nginx-prefix", "absent"]] {
        let ran = scratch.run(&[&args[..], &["."]].concat()).expect(2);
        assert!(ran.stderr.contains("error: absent: there is no such folder"), "{ran:?}");
        assert!(ran.stderr.contains(args[0]), "{ran:?}");
    }
}

#[test]
fn a_link_out_of_the_repository_is_not_read() {
    let outside = Scratch::new(&[("secret", "DB_PASSWORD: hunter2\n")]);
    let scratch = Scratch::new(&[("nginx.conf", KEPT)]);
    std::os::unix::fs::symlink(outside.path().join("secret"), scratch.path().join("wslint.yaml"))
        .expect("a link");
    let ran = scratch.run(&["nginx.conf"]).expect(2);
    assert!(ran.stderr.contains("leads out of the repository"), "{ran:?}");
    assert!(!ran.stderr.contains("DB_PASSWORD"), "{ran:?}");
}

#[test]
fn what_is_excluded_is_not_searched_but_still_included_and_named() {
    let main = "events {}\nhttp {\n    include vendor/app.conf;\n}\n";
    let app = "server {\n    listen 80;\n    location /ws { proxy_pass http://a; }\n}\n";
    let scratch = Scratch::new(&[
        ("nginx.conf", main),
        ("vendor/app.conf", app),
        ("vendor/other.conf", app),
        ("lab/old.example.conf", app),
        ("wslint.yaml", "exclude:\n  - /vendor/\n  - \"*.example.conf\"\n"),
    ]);
    let files = |args: &[&str]| scratch.run(args).json()["summary"]["files"].clone();
    assert_eq!(files(&[".", "--format", "json"]), 2);
    assert_eq!(files(&[".", "--format", "json", "--no-config"]), 4);
    assert_eq!(files(&["lab/old.example.conf", "--format", "json"]), 1);
}

#[test]
fn addresses_join_proxies_that_call_each_other_by_name() {
    let haproxy = "defaults\n    mode http\n    timeout connect 5s\n    timeout client 1h\n    timeout server 1h\n\
                   frontend web\n    bind :80\n    default_backend app\nbackend app\n    server a 10.1.2.3:8000\n";
    let scratch = Scratch::new(&[("haproxy.cfg", haproxy), ("nginx.conf", LOST)]);
    let status = |scratch: &Scratch| scratch.run(&["trace", "ws://a/ws", "."]).status;
    assert_eq!(status(&scratch), Some(0));
    scratch.write("wslint.yaml", b"addresses:\n  10.1.2.3:8000: 127.0.0.1:8080\n");
    assert_eq!(status(&scratch), Some(1));
}

#[test]
fn bombs_are_refused() {
    let mut laughs = "env: &a0 {x: ha}\n".to_owned();
    for level in 1..40 {
        let before = level - 1;
        writeln!(laughs, "l{level}: &a{level} [*a{before}, *a{before}, *a{before}, *a{before}]")
            .expect("a string");
    }
    let text = "x".repeat(400_000);
    let copies = format!("exclude: [&a \"{text}\"{}]\n", ", *a".repeat(100_000));
    let short = format!("exclude: [&a \"{}\"{}]\n", "x".repeat(4000), ", *a".repeat(200_000));
    let large = format!("# {}\nheartbeat: 25s\n", "x".repeat(1 << 20));
    let deep = "[".repeat(1_000_000);
    let keys = format!("env: {}", "{a: ".repeat(200_000));
    let dashes = "- ".repeat(500_000);
    for (text, words) in [
        (&laughs, "unknown key `l1`"),
        (&copies, "text of more than 4096 bytes"),
        (&short, "more than 2000 entries"),
        (&large, "larger than 1 MiB"),
        (&deep, "wslint.yaml:1:101: brackets nested too deep"),
        (&keys, "brackets nested too deep"),
        (&dashes, "expected a mapping"),
    ] {
        let scratch = Scratch::new(&[("wslint.yaml", text), ("nginx.conf", KEPT)]);
        let ran = scratch.run(&["nginx.conf"]).expect(2);
        assert!(ran.stderr.contains(words) && ran.stderr.len() < 5000, "{words}: {:.500}", ran.stderr);
    }
}

#[test]
fn init_writes_a_file_that_is_valid_and_writes_no_second_one() {
    let scratch = Scratch::new(&[("haproxy.cfg", TUNNEL_MISSING)]);
    scratch.run(&["init"]).expect(0);
    let path = scratch.path().join("wslint.yaml");
    let written = fs::read_to_string(&path).expect("it is written");
    scratch.run(&["haproxy.cfg"]).expect(1);
    fs::write(&path, format!("{written}\nheartbeat: 20s\n")).expect("it can be changed");
    let ran = scratch.run(&["init"]).expect(2);
    assert!(ran.stderr.contains("wslint.yaml: it is there already"), "{ran:?}");
    assert!(fs::read_to_string(&path).expect("it is there").ends_with("20s\n"));
    scratch.run(&["init", "absent"]).expect(2);
}

#[test]
fn variables_hold_where_a_flag_is_not_given() {
    let scratch =
        Scratch::new(&[("nginx.conf", "events {}\nhttp {\n    server { listen 80; return 404; }\n}\n")]);
    let run = |args: &[&str], name: &str, value: &str| {
        Ran::from(scratch.wslint(args).env(name, value).output().expect("the command runs"))
    };
    assert!(run(&["."], "WSLINT_FORMAT", "json").expect(0).stdout.starts_with('{'));
    assert!(!run(&[".", "--format", "full"], "WSLINT_FORMAT", "json").expect(0).stdout.starts_with('{'));
    assert!(run(&["check", "."], "WSLINT_FORMAT", "json").expect(0).stdout.starts_with('{'));
    run(&["facts", "."], "WSLINT_FORMAT", "sarif").expect(0);
    let refused = run(&["."], "WSLINT_FORMAT", "yaml").expect(2);
    assert!(
        refused.stderr.contains("yaml") && refused.stderr.contains("WSLINT_FORMAT"),
        "{}",
        refused.stderr
    );
    let typed = run(&[".", "--format", "yml"], "WSLINT_FORMAT", "full").expect(2);
    assert!(!typed.stderr.contains("WSLINT_FORMAT"), "{}", typed.stderr);
    run(&["."], "WSLINT_NGINX_VERSION", "ancient").expect(2);
    run(&["."], "WSLINT_NO_CODE", "perhaps").expect(2);
}

#[test]
fn settings_extend_others_of_their_repository() {
    let scratch = Scratch::new(&[
        ("wslint.yaml", "extends: [shared/one.yaml, shared/two.yaml]\nnginx_version: 1.29.1\n"),
        ("shared/one.yaml", "haproxy_version: 2.4\nrules: {haproxy/tunnel-timeout-missing: info}\n"),
        ("shared/two.yaml", "extends: [three.yaml]\nrules: {haproxy/tunnel-timeout-missing: error}\n"),
        ("shared/three.yaml", "nginx_version: 1.18.0\n"),
        ("haproxy.cfg", TUNNEL_MISSING),
        ("circle.yaml", "extends: [other.yaml]\n"),
        ("other.yaml", "extends: [./circle.yaml]\n"),
        ("outside.yaml", "extends: [../../../etc/passwd]\n"),
        ("absent.yaml", "extends: [nothing.yaml]\n"),
        ("wrong.yaml", "extends: [typo.yaml]\n"),
        ("typo.yaml", "rulez: {}\n"),
    ]);
    let found = &scratch.run(&["--format", "json"]).expect(1).json()["findings"][0];
    assert_eq!((&found["rule"], &found["severity"]), (&RULE.into(), &"error".into()), "the later file holds");
    for (name, words) in [
        ("circle.yaml", "circle.yaml: it extends itself, by way of other.yaml"),
        ("outside.yaml", "leads out of the repository"),
        ("absent.yaml", "nothing.yaml"),
        ("wrong.yaml", "typo.yaml:1:1: unknown key `rulez`; did you mean `rules`?"),
    ] {
        let refused = scratch.run(&["--config", name]).expect(2);
        assert!(refused.stderr.contains(words), "{name}: {}", refused.stderr);
        assert!(!refused.stderr.contains("root:"), "{name}: {}", refused.stderr);
    }
}

#[test]
fn rules_are_as_loud_as_their_path_says() {
    let scratch = Scratch::new(&[
        ("one/haproxy.cfg", TUNNEL_MISSING),
        ("two/haproxy.cfg", TUNNEL_MISSING),
        (
            "wslint.yaml",
            &format!(
                "rules: {{{RULE}: error}}\npaths: {{\"*\": {{{RULE}: off}}, two/: {{haproxy: warning}}}}\n"
            ),
        ),
    ]);
    let document = scratch.run(&["--format", "json"]).expect(1).json();
    let found = document["findings"].as_array().expect("a list").iter();
    let found: Vec<_> = found.filter(|one| one["rule"] == RULE).collect();
    assert_eq!(found.len(), 1, "{document}");
    assert_eq!((&found[0]["file"], &found[0]["severity"]), (&"two/haproxy.cfg".into(), &"warning".into()));
    assert_eq!(document["summary"]["taken"]["by_rules"], 1);
    // Whoever asks for a rule gets it.
    let asked = scratch.run(&["--format", "concise", "--select", RULE]).expect(1).stdout;
    assert_eq!(asked.lines().count(), 2, "{asked}");
}
