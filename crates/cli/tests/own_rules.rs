//! People's own rules: found, checked, tried, and used as all others.

use serde_json::json;

use crate::support::{Budget, Scratch, TUNNEL_MISSING};

const RULE: &str = include_str!("../../../fixtures/own-rules/rules/chat-idle.yaml");
const CONFIG: &str = include_str!("../../../fixtures/own-rules/nginx.conf");
/// Far more than a rule file takes.
const BUDGET: Budget = Budget { memory_mib: 400, cpu_seconds: 20 };
const ID: &str = "acme/chat-idle";

fn scratch(settings: &str) -> Scratch {
    Scratch::new(&[("nginx.conf", CONFIG), ("lint/chat-idle.yaml", RULE), ("wslint.yaml", settings)])
}

#[test]
fn settings_and_flags_name_folders_of_rules() {
    let scratch = scratch("rules_dir: lint\n");
    for (args, status) in [
        (&["."][..], 1),
        (&[".", "--no-config"], 0),
        (&[".", "--no-config", "--rules", "lint"], 1),
        (&["nginx.conf", "--rules", "lint"], 1),
        (&[".", "--select", "acme"], 1),
        (&[".", "--ignore", ID], 0),
        (&[".", "--select", "nginx"], 0),
    ] {
        let ran = scratch.run(&[args, &["--format", "concise"]].concat()).expect(status);
        assert_eq!(ran.stdout.matches(&format!("error[{ID}]")).count(), usize::from(status == 1), "{ran:?}");
    }
    let variable =
        scratch.wslint(&[".", "--no-config"]).env("WSLINT_RULES", "lint").output().expect("it runs");
    assert_eq!(variable.status.code(), Some(1));
}

#[test]
fn a_rule_is_none_of_the_configurations_that_its_examples_hold() {
    let scratch = scratch("rules_dir: lint\n");
    let document = scratch.run(&[".", "--format", "json"]).expect(1).json();
    assert_eq!(document["summary"]["files"], 1, "{document}");
    let own = document["findings"].as_array().into_iter().flatten().filter(|finding| finding["rule"] == ID);
    let places: Vec<_> = own.map(|finding| (&finding["file"], &finding["url"])).collect();
    assert_eq!(places, [(&json!("nginx.conf"), &json!("https://wiki.acme.example/chat"))]);
}

#[test]
fn all_that_knows_rules_knows_them() {
    let scratch = scratch("rules_dir: lint\nrules: {acme: warning}\n");
    let sarif = scratch.run(&[".", "--format", "sarif"]).expect(1).json();
    let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][0];
    assert_eq!(
        (rule["id"].as_str(), rule["helpUri"].as_str()),
        (Some(ID), Some("https://wiki.acme.example/chat"))
    );
    assert_eq!(sarif["runs"][0]["results"][0]["level"], "warning");
    assert!(scratch.run(&["rules"]).expect(0).stdout.contains(ID));
    assert!(scratch.run(&["completions", "bash"]).expect(0).stdout.contains(ID));
    let page = scratch.run(&["explain", ID]).expect(0).stdout;
    assert!(page.contains("cuts a quiet chat after 2 min, and the app speaks"), "{page}");
    assert!(!page.contains("in the lab") && !page.contains("Shown by"), "no lab has tried it: {page}");
    assert!(scratch.run(&["rules", "--test"]).expect(0).stderr.starts_with("All 2 examples of 1 rule"));
    scratch.write(
        "nginx.conf",
        CONFIG.replace("2m;", &format!("2m; # wslint: ignore[{ID}] an old app")).as_bytes(),
    );
    assert!(scratch.run(&["."]).expect(0).stdout.replace('\n', " ").contains("Comments accept 1 finding"));
    scratch.write("nginx.conf", CONFIG.as_bytes());
    scratch.run(&[".", "--write-baseline"]).expect(0);
    scratch.run(&[".", "--baseline", "wslint-baseline.json"]).expect(0);
}

#[test]
fn what_is_wrong_with_rules_is_told_with_its_place() {
    let unknown = "rules_dir: lint\npaths:\n  legacy/:\n    acme/chat-idel: off\n";
    for (settings, rule, words) in [
        ("rules_dir: lint\n", RULE.replace("when:", "whem:"), "lint/chat-idle.yaml:7:1: unknown key `whem`"),
        (
            "rules_dir: lint\n",
            RULE.replace("acme/", "nginx/"),
            "lint/chat-idle.yaml:2:5: `nginx/` is for what is built in",
        ),
        ("rules_dir: lint\n", RULE.replace("acme/", "product/"), "`product/` is for what is built in"),
        ("rules_dir: lint\n", RULE.replace("acme/chat-idle", "chat-idle"), "`chat-idle` is not an id"),
        (
            "rules_dir: lint\n",
            RULE.replace("chat-idle", "chat-idol"),
            "but the file's name makes it `acme/chat-idle`",
        ),
        ("rules_dir: lint\n", RULE.replace("proxy: nginx\n", ""), "`proxy` is missing"),
        ("rules_dir: lint\n", RULE.replace("proxy: nginx", "proxy: k8s"), "unknown proxy `k8s`"),
        (
            "rules_dir: lint\n",
            RULE.replace("{idle-timeout}", "\\e]8;;x{idle}"),
            "unknown placeholder `{idle}`",
        ),
        (unknown, RULE.to_owned(), "wslint.yaml:4:5: paths.legacy/: no rule is called `acme/chat-idel`"),
        ("rules_dir: nothing\n", RULE.to_owned(), "nothing: no such file or directory"),
        ("rules_dir: wslint.yaml\n", RULE.to_owned(), "wslint.yaml: it is no folder"),
        ("rules_dir: ..\n", RULE.to_owned(), "..: `rules_dir` of wslint.yaml leads out of the repository"),
    ] {
        let scratch = scratch(settings);
        scratch.write("lint/chat-idle.yaml", rule.as_bytes());
        for args in [&["."][..], &["rules"], &["rules", "--test"], &["explain", ID]] {
            let ran = scratch.run(args).expect(2);
            assert!(ran.stderr.contains(words), "{words}: {ran:?}");
            assert!(!ran.stderr.contains('\u{1b}') && ran.stdout.is_empty(), "{ran:?}");
        }
    }
}

#[test]
fn files_that_multiply_themselves_are_refused() {
    // A few lines that name each other by their anchors: a thousand million values.
    let tenfold = |to: &str, of: &str| format!("{to}: &{to} [{}]\n", vec![format!("*{of}"); 10].join(", "));
    let values: String = ('b'..='j')
        .map(|name| {
            let before = char::from(name as u8 - 1);
            tenfold(&name.to_string(), &before.to_string())
        })
        .collect();
    let long = format!("a: &a {}\n{}", "x".repeat(900_000), tenfold("b", "a"));
    for text in [format!("a: &a [x]\n{values}"), long] {
        let scratch = scratch("rules_dir: lint\n");
        scratch.write("lint/chat-idle.yaml", text.as_bytes());
        let ran = scratch.bounded(BUDGET, &["rules"]).expect(2);
        assert!(ran.stderr.contains("lint/chat-idle.yaml:"), "{ran:?}");
    }
}

#[test]
fn settings_of_a_broken_tree_do_not_keep_pages_of_built_in_rules_away() {
    let scratch = scratch("rules_dir: nothing\n");
    scratch.run(&["explain", "nginx/http10"]).expect(0);
    scratch.run(&["rules", "--no-config"]).expect(0);
}

#[test]
fn examples_that_say_something_else_are_told() {
    let scratch = scratch("rules_dir: lint\n");
    scratch.write("lint/chat-idle.yaml", RULE.replace("10m;\n", "3m;\n").as_bytes());
    let ran = scratch.run(&["rules", "--test"]).expect(1);
    assert!(
        ran.stdout.contains("lint/chat-idle.yaml, example 1, good: it should be clean, but has"),
        "{ran:?}"
    );
    assert_eq!(ran.stderr, "1 of 2 examples of 1 rule do not say what they should.\n");
    let elsewhere = RULE.replace(" # <- here", "").replacen("upgrade\";", "upgrade\"; # <- here", 1);
    scratch.write("lint/chat-idle.yaml", elsewhere.as_bytes());
    let ran = scratch.run(&["rules", "--test"]).expect(1);
    assert!(ran.stdout.contains("should fire on line 5, but fires on line 6"), "{ran:?}");
    let without = Scratch::new(&[("nginx.conf", CONFIG)]);
    assert!(without.run(&["rules", "--test"]).expect(2).stderr.contains("rules_dir"));
}

#[test]
fn rules_lie_in_folders_and_behind_links_of_their_repository() {
    let scratch = scratch("rules_dir: lint\n");
    std::fs::create_dir(scratch.path().join("lint/deep")).expect("a folder");
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, scratch.path().join(name)).expect("a link");
    };
    // The same file, whatever leads to it, and a circle.
    link("../chat-idle.yaml", "lint/deep/again.yaml");
    link("..", "lint/deep/circle");
    scratch.write("lint/README.md", b"no rule");
    scratch.write("lint/deep/other.yml", RULE.replace(ID, "acme/other").as_bytes());
    let listed = scratch.run(&["rules", "--rules", "lint"]).expect(0).stdout;
    assert_eq!(listed.matches("acme/").count(), 2, "{listed}");
    link("/etc/hostname", "lint/outside.yaml");
    let ran = scratch.run(&["."]).expect(2);
    assert!(ran.stderr.contains("lint/outside.yaml: it lies outside"), "{ran:?}");
}

#[test]
fn rules_of_haproxy_and_of_both_ask_their_own_questions() {
    let rule = |proxy: &str, at: &str| {
        let example = |text: &str| match proxy {
            "any" => format!("proxy: haproxy\n    {text}"),
            _ => text.to_owned(),
        };
        let config = "|\n      listen web\n          bind :80\n          server a 127.0.0.1:3000\n";
        let marked = config.replace("listen web", "listen web # <- here");
        let nginx = "  - proxy: nginx\n    bad: |\n      location /ws { # <- here\n        proxy_pass http://a:1;\n      }\n    good: |\n      return 204;\n";
        format!(
            "id: acme/own\nproxy: {proxy}\ntitle: Own\nseverity: info\nat: {at}\nwhen: {{{at}: present}}\nmessage: Own\nhelp: Own\nwhy: Own\n\
             examples:\n  - {}  - {}{}",
            example(&format!("bad: {marked}    good: |\n      global\n")),
            example(&format!("good: {}", "|\n      global\n")),
            if proxy == "any" { nginx } else { "" }
        )
    };
    for (proxy, at, status) in [
        ("haproxy", "tunnel-timeout", 0),
        ("any", "idle-timeout", 0),
        ("any", "tunnel-timeout", 2),
        ("nginx", "tunnel-timeout", 2),
    ] {
        let scratch = Scratch::new(&[("haproxy.cfg", TUNNEL_MISSING), ("lint/own.yaml", &rule(proxy, at))]);
        let ran = scratch.run(&["rules", "--rules", "lint"]).expect(status);
        assert_eq!(ran.stdout.contains("acme/own"), status == 0, "{proxy} {at}: {ran:?}");
    }
}
