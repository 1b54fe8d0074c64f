//! A gate in a pipeline: what a pull request takes away by files of its own is counted, and flags keep it from doing so.

use std::fs;

use serde_json::{Value, json};

use crate::support::{LOST, Ran, Scratch, TUNNEL_MISSING};

const RULE: &str = "haproxy/tunnel-timeout-missing";

/// A backend whose fault a comment accepts.
fn accepted() -> String {
    TUNNEL_MISSING.replace("backend app\n", &format!("backend app # wslint: ignore[{RULE}] they reconnect\n"))
}

fn taken(ran: &Ran) -> Value {
    ran.json()["summary"]["taken"].clone()
}

/// The summary as one line.
fn summary(ran: &Ran) -> String {
    ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_taken_away_is_counted() {
    let two = TUNNEL_MISSING.replace(
        "use_backend app if ws\n",
        "use_backend app if ws { path /a }\n    use_backend other if ws\n",
    ) + "backend other\n    server a 127.0.0.1:3001\n";
    let nothing = json!({"by_comments": 0, "by_baseline": 0, "by_rules": 0, "by_settings": 0, "excluded": 0});
    for (haproxy, settings, expected, words) in [
        (TUNNEL_MISSING, "# nothing\n", &[][..], ""),
        (&accepted(), "", &[("by_comments", 1)], "Comments accept 1 finding."),
        (&two, "rules: {haproxy: off}\n", &[("by_rules", 2)], "The settings switch 2 findings off."),
        (&two, "rules: {haproxy: info}\n", &[("by_rules", 2)], "The settings switch 2 findings off."),
        (TUNNEL_MISSING, "rules: {haproxy: error}\n", &[], ""),
        // Notes do not count in the first place.
        (TUNNEL_MISSING, "rules: {haproxy/no-server: off}\n", &[], ""),
        (
            TUNNEL_MISSING,
            "min_idle: 30s\n",
            &[("by_settings", 1)],
            "The settings quiet 1 finding by heartbeat, idle limit or version.",
        ),
        // Another finding at the same place, and a louder one.
        (TUNNEL_MISSING, "heartbeat: 40s\n", &[], ""),
        (TUNNEL_MISSING, "websockets: [{path: /ws}]\n", &[], ""),
        (&two, "exclude: [other.cfg]\n", &[("excluded", 1)], "The settings exclude 1 path."),
        (
            &accepted(),
            "{exclude: [other.cfg, b], rules: {nginx/upgrade-missing: off}, min_idle: 30s}\n",
            &[("by_rules", 1), ("by_settings", 1), ("excluded", 1)],
            "The settings switch 1 finding off, quiet 1 finding by heartbeat, idle limit or version and exclude 1 path.",
        ),
    ] {
        let scratch =
            Scratch::new(&[("haproxy.cfg", haproxy), ("nginx.conf", LOST), ("other.cfg", TUNNEL_MISSING)]);
        scratch.write("wslint.yaml", settings.as_bytes());
        let mut wanted = nothing.clone();
        for (key, count) in expected {
            wanted[key] = json!(count);
        }
        let paths: &[&str] = if settings.contains("exclude") { &["."] } else { &["haproxy.cfg"] };
        let ran = scratch.run(&[paths, &["--format", "json"]].concat());
        assert_eq!(taken(&ran), wanted, "{settings}");
        let said = summary(&scratch.run(paths));
        let quiet = words.is_empty() && !said.contains(" accept") && !said.contains("The settings");
        assert!(quiet || (!words.is_empty() && said.contains(words)), "{settings}: {said}");
    }
}

#[test]
fn a_version_that_has_no_such_fault_is_counted() {
    let scratch = Scratch::new(&[("nginx.conf", LOST), ("wslint.yaml", "nginx_version: 1.30\n")]);
    let by_settings = |args: &[&str]| taken(&scratch.run(args))["by_settings"].clone();
    let json = ["nginx.conf", "--format", "json"];
    assert_eq!(
        by_settings(&json),
        0,
        "the default of a new version is no fault, but `Upgrade` is lost all the same"
    );
    let kept = "events {}\nhttp { server { listen 80; location /ws { proxy_pass http://127.0.0.1:3000; \
                proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_read_timeout 1h; } } }\n";
    scratch.write("nginx.conf", kept.as_bytes());
    assert_eq!(by_settings(&json), 1);
    // What a flag says is no file's doing.
    assert_eq!(by_settings(&[&json[..], &["--nginx-version", "1.30"]].concat()), 0);
}

#[test]
fn comments_and_baseline_are_told_apart_and_the_sum_stays() {
    let scratch = Scratch::new(&[("haproxy.cfg", TUNNEL_MISSING), ("nginx.conf", LOST)]);
    scratch.run(&["--write-baseline", "."]).expect(0);
    let args = [".", "--baseline", "wslint-baseline.json", "--format", "json"];
    let before = scratch.run(&args).expect(0).json()["summary"].clone();
    assert_eq!(before["suppressed"], before["taken"]["by_baseline"]);
    scratch.write("haproxy.cfg", accepted().as_bytes());
    let after = scratch.run(&args).expect(0).json()["summary"].clone();
    assert_eq!(after["taken"]["by_comments"], 1, "{after}");
    let sum = after["taken"]["by_comments"].as_u64().zip(after["taken"]["by_baseline"].as_u64());
    assert_eq!(after["suppressed"].as_u64(), sum.map(|(comments, baseline)| comments + baseline));
    let said = summary(&scratch.run(&[".", "--baseline", "wslint-baseline.json"]).expect(0));
    assert!(said.contains("Comments accept 1 finding, the baseline "), "{said}");
}

#[test]
fn comments_do_not_count_without_suppressions() {
    let unused = TUNNEL_MISSING.replace("bind", "# wslint: ignore[haproxy/no-server] why\n    bind");
    let unclear = TUNNEL_MISSING.replace("bind", "# wslint: be quiet\n    bind");
    for text in [accepted(), unused, unclear] {
        let scratch = Scratch::new(&[("haproxy.cfg", &text)]);
        let ran = scratch.run(&["haproxy.cfg", "--no-suppress", "--format", "json"]).expect(1);
        assert_eq!(taken(&ran)["by_comments"], 0);
        assert!(!ran.json()["notes"].to_string().contains("suppression"), "{ran:?}");
        scratch.run(&["haproxy.cfg", "--no-suppress", "--unsafe-fixes", "--diff"]).expect(1);
    }
}

#[test]
fn settings_from_outside_leave_those_of_the_tree_no_say() {
    let outside = Scratch::new(&[("settings.yaml", "min_idle: 1h\n"), ("beside.conf", "a hunter2;\n")]);
    let main = format!(
        "events {{}}\nhttp {{\n    include {}/beside.conf;\n    include /etc/nginx/app.conf;\n}}\n",
        outside.path().display()
    );
    let off = "rules: {\"*\": off, nginx/config-error: info}\nexclude: [\"*.cfg\", nginx, haproxy]\nroots: {/etc/nginx: .}\n\
               min_idle: 1s\nhaproxy_version: 3.0\nenv: {A: b}\n";
    let scratch = Scratch::new(&[
        ("wslint.yaml", off),
        ("haproxy/wslint.yaml", off),
        ("haproxy/haproxy.cfg", TUNNEL_MISSING),
        ("nginx/wslint.yaml", off),
        ("nginx/nginx.conf", &main),
        ("nginx/app.conf", "deny all;\n"),
    ]);
    let settings = outside.path().join("settings.yaml");
    let settings = settings.to_str().expect("a plain path");
    for paths in
        [&["."][..], &["haproxy"], &["haproxy/haproxy.cfg"], &["nginx", "haproxy"], &["haproxy", "."]]
    {
        let ran = scratch.run(&[paths, &["--config", settings, "--format", "json"]].concat()).expect(1);
        let (document, taken) = (ran.json(), taken(&ran));
        assert_eq!((&taken["by_rules"], &taken["excluded"]), (&json!(0), &json!(0)), "{document}");
        let rules: Vec<_> =
            document["findings"].as_array().expect("a list").iter().map(|one| &one["rule"]).collect();
        assert!(rules.contains(&&json!(RULE)), "{document}");
        assert!(!document["findings"].to_string().contains("hunter2"));
        if paths.contains(&".") {
            let notes: Vec<_> =
                document["notes"].as_array().expect("a list").iter().map(|one| &one["kind"]).collect();
            assert!(
                notes.contains(&&json!("include-outside")),
                "what lies beside the settings is not opened: {document}"
            );
        }
    }
    // The gate is as good as its flags: without them the tree decides.
    scratch.run(&["haproxy"]).expect(2);
    fs::write(scratch.path().join("haproxy/wslint.yaml"), format!("rules: {{{RULE}: off}}\n"))
        .expect("a file");
    scratch.run(&["haproxy"]).expect(0);
}
