//! What people accept: suppressions in comments, and baselines.

use std::fs;

use serde_json::Value;

use crate::support::{LOST, Ran, Scratch, TUNNEL_MISSING};

const RULE: &str = "haproxy/tunnel-timeout-missing";
const ERROR: &str = "nginx/upgrade-missing";

/// The rules that speak above a note, the number of suppressed findings, and the kinds of the notes.
fn told(ran: &Ran) -> (Vec<String>, u64, Vec<String>) {
    let document = ran.json();
    let words = |value: &Value| value.as_str().expect("text").to_owned();
    let list = |key: &str| document[key].as_array().expect("a list").clone();
    let loud = |finding: &&Value| finding["severity"] != "info";
    let findings = list("findings").iter().filter(loud).map(|finding| words(&finding["rule"])).collect();
    let notes = list("notes").iter().map(|note| words(&note["kind"])).collect();
    (findings, document["summary"]["suppressed"].as_u64().expect("a number"), notes)
}

#[test]
fn comments_accept_findings() {
    let above = |comment: &str| TUNNEL_MISSING.replace("backend app\n", &format!("{comment}\nbackend app\n"));
    let behind = |comment: &str| TUNNEL_MISSING.replace("backend app\n", &format!("backend app {comment}\n"));
    let ignore = format!("# wslint: ignore[{RULE}] the clients reconnect");
    let gone: (&[&str], u64, &[&str]) = (&[], 1, &[]);
    for (text, (findings, suppressed, notes)) in [
        (above(&ignore), gone),
        (above(&format!("  {ignore}\n# and more")), gone),
        (above(&format!("{ignore}\r")), gone),
        (behind(&ignore), gone),
        (above("# wslint: ignore[tunnel-timeout-missing] fine"), gone),
        (above(&format!("# wslint: ignore[{RULE}]")), (&[], 1, &["suppression-reason"])),
        (above(&format!("{ignore}\n")), (&[RULE], 0, &["suppression-unused"])),
        (behind("# wslint: ignore[haproxy/http-server-close] fine"), (&[RULE], 0, &["suppression-unused"])),
        (
            above("# wslint: ignore[haproxy/tunnel-timeout-mising] fine"),
            (&[RULE], 0, &["suppression-unknown"]),
        ),
        (format!("{TUNNEL_MISSING}# wslint: ignore-file[{RULE}] fine\n"), gone),
        (
            format!("# wslint: ignore-file[nginx/http10] why\n{TUNNEL_MISSING}"),
            (&[RULE], 0, &["suppression-unused"]),
        ),
        (above("# wslint: ignore tunnel"), (&[RULE], 0, &["suppression-unclear"])),
        (
            above(&format!("# wslint: ignore[{RULE}, haproxy/timeout-no-unit] fine")),
            (&[], 1, &["suppression-unused"]),
        ),
    ] {
        let scratch = Scratch::new(&[("haproxy.cfg", &text)]);
        let args = ["haproxy.cfg", "--format", "json"];
        let ran = scratch.run(&args).expect(i32::from(!findings.is_empty()));
        let (rules, number, kinds) = told(&ran);
        assert_eq!(rules, findings, "{text}");
        assert_eq!(
            (number, kinds.as_slice()),
            (suppressed, &notes.iter().map(|&note| note.to_owned()).collect::<Vec<_>>()[..]),
            "{text}"
        );
    }
}

#[test]
fn both_proxies_and_the_summary_know_comments() {
    let text = LOST.replace(
        "location /ws {",
        "location /ws { # wslint: ignore[upgrade-missing, connection-missing] a plain page",
    );
    let scratch = Scratch::new(&[("nginx.conf", &text)]);
    let ran = scratch.run(&["nginx.conf", "--select", ERROR]).expect(0);
    assert!(ran.stdout.replace('\n', " ").contains("Comments accept 1 finding."), "{ran:?}");
    let typo = text.replace("upgrade-missing", "upgrade-mising");
    scratch.write("nginx.conf", typo.as_bytes());
    let ran = scratch.run(&["nginx.conf", "--select", ERROR]).expect(1);
    assert!(ran.stdout.replace("\n    ", " ").contains("did you mean `nginx/upgrade-missing`?"), "{ran:?}");
}

#[test]
fn what_did_not_run_leaves_no_unused_suppression() {
    let text = format!(
        "# wslint: ignore[{RULE}] why\n{}",
        TUNNEL_MISSING.replace("timeout client", "timeout tunnel 1h\n    timeout client")
    );
    let scratch = Scratch::new(&[("haproxy.cfg", &text)]);
    let notes = |args: &[&str]| told(&scratch.run(args)).2.len();
    assert_eq!(notes(&["haproxy.cfg", "--format", "json"]), 1);
    assert_eq!(notes(&["haproxy.cfg", "--format", "json", "--ignore", RULE]), 0);
}

#[test]
fn what_is_accepted_is_not_fixed() {
    let text =
        TUNNEL_MISSING.replace("backend app\n", &format!("# wslint: ignore[{RULE}] fine\nbackend app\n"));
    let scratch = Scratch::new(&[("haproxy.cfg", &text)]);
    assert_eq!(scratch.run(&["haproxy.cfg", "--diff"]).expect(0).stdout, "");
    let scratch = Scratch::new(&[("haproxy.cfg", TUNNEL_MISSING)]);
    scratch.run(&["haproxy.cfg", "--write-baseline"]).expect(0);
    assert_eq!(
        scratch.run(&["haproxy.cfg", "--diff", "--baseline", "wslint-baseline.json"]).expect(0).stdout,
        ""
    );
}

#[test]
fn a_baseline_accepts_what_is_old() {
    let scratch = Scratch::new(&[("haproxy.cfg", TUNNEL_MISSING), ("nginx.conf", LOST)]);
    let baseline = ["--baseline", "old.json", "--format", "json", "."];
    let ran = scratch.run(&baseline).expect(2);
    assert!(ran.stderr.contains("old.json: no such file"), "{ran:?}");
    let ran = scratch.run(&["--baseline", "old.json", "--write-baseline", "."]).expect(0);
    assert!(ran.stderr.starts_with("Wrote ") && ran.stderr.ends_with(" to old.json.\n"), "{ran:?}");
    let (findings, suppressed, notes) = told(&scratch.run(&baseline).expect(0));
    assert!(findings.is_empty() && suppressed >= 2 && notes.is_empty());
    // What stands above moves the lines, and nothing else.
    scratch.write("haproxy.cfg", format!("# a comment\n\n{TUNNEL_MISSING}").as_bytes());
    scratch.run(&baseline).expect(0);
    // A new location is new.
    let second = LOST.replace("location /ws {", "location /ws/second {\n            proxy_pass http://127.0.0.1:3001;\n        }\n        location /ws {");
    scratch.write("nginx.conf", second.as_bytes());
    let (findings, _, _) = told(&scratch.run(&baseline).expect(1));
    assert!(findings.contains(&ERROR.to_owned()), "{findings:?}");
    // What is gone is told, but only by a run that would have seen it.
    fs::remove_file(scratch.path().join("nginx.conf")).expect("removable");
    let (_, _, notes) = told(&scratch.run(&baseline).expect(0));
    assert_eq!(notes, ["baseline-stale"]);
    let ran = scratch.run(&["--baseline", "old.json", "."]).expect(0);
    assert!(ran.stdout.contains("of the baseline found no more"), "{ran:?}");
}

#[test]
fn a_baseline_that_is_none_is_refused() {
    let scratch = Scratch::new(&[("haproxy.cfg", TUNNEL_MISSING)]);
    for (text, words) in [
        ("", "old.json: 1:0: not a baseline"),
        ("{\"version\":1}", "missing field `findings`"),
        ("{\"version\":2,\"findings\":[]}", "a baseline of version 2"),
        ("{\"version\":1,\"findings\":[{\"rule\":\"a\"}]}", "missing field"),
    ] {
        scratch.write("old.json", text.as_bytes());
        let ran = scratch.run(&["--baseline", "old.json", "haproxy.cfg"]).expect(2);
        assert!(ran.stderr.contains(words), "{ran:?}");
    }
    scratch.write("broken.cfg", b"frontend web\n    bind \"\n");
    scratch.run(&["--write-baseline", "broken.cfg"]).expect(2);
    assert!(!scratch.path().join("wslint-baseline.json").exists());
}

#[test]
fn comments_of_a_template_accept_findings() {
    let comment = "\n{# wslint: ignore[haproxy/tunnel-timeout-missing] they reconnect #}\nbackend app";
    let config = TUNNEL_MISSING.replace(":80", ":{{ port }}").replace("\nbackend app", comment);
    let scratch = Scratch::new(&[("haproxy.cfg.j2", &config)]);
    let document = scratch.run(&["haproxy.cfg.j2", "--format", "json"]).expect(0).json();
    assert_eq!(document["summary"]["suppressed"], 1, "{document}");
}
