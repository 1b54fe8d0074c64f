//! Findings on their way out: formats, thresholds, selection, fixes.

use std::fs;

use crate::support::{LOST, Scratch, TUNNEL_MISSING};

const RULE: &str = "haproxy/tunnel-timeout-missing";

fn scratch() -> Scratch {
    Scratch::new(&[("haproxy.cfg", TUNNEL_MISSING)])
}

#[test]
fn the_exit_status_follows_the_threshold() {
    let scratch = scratch();
    scratch.run(&["haproxy.cfg"]).expect(1);
    scratch.run(&["haproxy.cfg", "--severity", "error"]).expect(0);
    scratch.run(&["haproxy.cfg", "--exit-zero"]).expect(0);
    scratch.run(&["haproxy.cfg", "--ignore", "haproxy/tunnel-*"]).expect(0);
    scratch.run(&["haproxy.cfg", "--ignore", RULE]).expect(0);
    scratch.run(&["haproxy.cfg", "--select", "haproxy"]).expect(1);
    scratch.run(&["haproxy.cfg", "--select", "*/tunnel-timeout-*"]).expect(1);
    scratch.run(&["haproxy.cfg", "--select", "http-server-close"]).expect(0);
}

#[test]
fn concise_is_one_line_a_finding() {
    let ran = scratch().run(&["haproxy.cfg", "--format", "concise", "--quiet"]).expect(1);
    let (place, rest) = ran.stdout.split_once(": ").expect("a place");
    assert_eq!(place, "haproxy.cfg:10:1");
    assert!(rest.starts_with(&format!("warning[{RULE}] ")), "{ran:?}");
    assert_eq!(ran.stdout.lines().count(), 1, "{ran:?}");
}

#[test]
fn json_is_a_contract() {
    let ran = scratch().run(&["./haproxy.cfg", "--format", "json"]).expect(1);
    let document = ran.json();
    assert_eq!(document["version"], 1);
    let finding = &document["findings"][0];
    for (field, value) in [
        ("rule", RULE),
        ("severity", "warning"),
        ("confidence", "high"),
        ("proxy", "haproxy"),
        ("file", "haproxy.cfg"),
    ] {
        assert_eq!(finding[field], value, "{finding}");
    }
    assert_eq!((&finding["line"], &finding["column"]), (&10.into(), &1.into()));
    assert_eq!((&finding["end_line"], &finding["end_column"]), (&10.into(), &12.into()));
    for field in ["message", "help", "url", "route"] {
        assert!(finding[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {finding}");
    }
    let related = &finding["related"][0];
    assert!(related["line"].is_u64() && related["message"].is_string(), "{finding}");
    let edit = &finding["fix"]["edits"][0];
    let start = usize::try_from(edit["start"].as_u64().expect("an offset")).expect("a small file");
    assert_eq!(edit["start"], edit["end"], "an insertion: {finding}");
    assert!(
        TUNNEL_MISSING[..start].ends_with('\n') || TUNNEL_MISSING[start..].starts_with('\n'),
        "{finding}"
    );
    assert_eq!(document["summary"]["warnings"], 1);
    assert_eq!(document["summary"]["suppressed"], 0);
}

#[test]
fn a_fix_is_shown_then_made_and_made_once() {
    let scratch = scratch();
    let shown = scratch.run(&["haproxy.cfg", "--diff"]).expect(1);
    assert!(shown.stdout.contains("\n+") && shown.stdout.contains("timeout tunnel"), "{shown:?}");
    let path = scratch.path().join("haproxy.cfg");
    assert_eq!(fs::read_to_string(&path).expect("readable"), TUNNEL_MISSING);
    scratch.run(&["haproxy.cfg", "--fix"]).expect(0);
    let fixed = fs::read_to_string(&path).expect("readable");
    assert!(fixed.contains("timeout tunnel"), "{fixed}");
    scratch.run(&["haproxy.cfg", "--fix"]).expect(0);
    assert_eq!(fs::read_to_string(&path).expect("readable"), fixed);
    assert_eq!(scratch.run(&["haproxy.cfg", "--diff"]).expect(0).stdout, "");
    let kept: Vec<&str> = fixed.lines().filter(|line| !line.contains("timeout tunnel")).collect();
    assert_eq!(kept, TUNNEL_MISSING.lines().collect::<Vec<_>>());
}

#[test]
fn a_diff_of_what_cannot_be_read_is_status_2() {
    let scratch = Scratch::new(&[("nginx.conf", "events {\n"), ("haproxy.cfg", TUNNEL_MISSING)]);
    for path in ["absent", "nginx.conf"] {
        let ran = scratch.run(&[path, "--diff"]).expect(2);
        assert!(ran.stderr.contains(path) && ran.stdout.is_empty(), "{ran:?}");
    }
    let ran = scratch.run(&[".", "--diff"]).expect(2);
    assert!(ran.stdout.contains("timeout tunnel"), "{ran:?}");
}

#[test]
fn all_files_are_fixed_or_none() {
    let scratch = Scratch::new(&[("a.conf", LOST), ("b.conf", LOST)]);
    let path = scratch.path().join("b.conf");
    let mut permissions = fs::metadata(&path).expect("a file").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).expect("a mode");
    let ran = scratch.run(&[".", "--fix"]).expect(2);
    assert!(ran.stderr.contains("error: b.conf: not fixed: it is read-only\n  help: no file"), "{ran:?}");
    assert_eq!(fs::read_to_string(scratch.path().join("a.conf")).expect("readable"), LOST);
    assert_eq!(fs::read_dir(scratch.path()).expect("readable").count(), 2);
}

#[test]
fn nothing_is_fixed_while_something_cannot_be_read() {
    let main = "events {}\nhttp {\n    include sites/*;\n}\n";
    let site = "server {\n    location /ws {\n        proxy_pass http://127.0.0.1:3000;\n    }\n}\n";
    let scratch = Scratch::new(&[("nginx.conf", main), ("sites/app", site)]);
    std::os::unix::fs::symlink("absent", scratch.path().join("sites/dangling")).expect("a link");
    let ran = scratch.run(&[".", "--fix"]).expect(2);
    assert!(ran.stderr.contains("not fixed, since not everything could be read: nginx.conf: "), "{ran:?}");
    assert_eq!(fs::read_to_string(scratch.path().join("sites/app")).expect("readable"), site);
    fs::remove_file(scratch.path().join("sites/dangling")).expect("removable");
    assert!(scratch.run(&[".", "--fix"]).expect(0).stderr.starts_with("Fixed "));
}

#[test]
fn a_fix_sets_the_limit_that_the_settings_ask_for() {
    let kept = "        proxy_http_version 1.1;\n        proxy_set_header Upgrade $http_upgrade;\n        \
                proxy_set_header Connection upgrade;\n        proxy_set_header Host $http_host;\n";
    let nginx = format!(
        "server {{\n    listen 80;\n    location /ws {{\n        proxy_pass http://127.0.0.1:3000;\n{kept}        \
         proxy_read_timeout 30s;\n    }}\n}}\n"
    );
    for (settings, limit) in [
        ("min_idle: 90m\n", "90m"),
        ("min_idle: 10m\n", "1h"),
        ("min_idle: never\n", "24d"),
        ("heartbeat: 2h\n", "3h"),
    ] {
        for (file, text, line) in [
            ("ws.conf", nginx.as_str(), format!("        proxy_read_timeout {limit};")),
            ("haproxy.cfg", TUNNEL_MISSING, format!("timeout tunnel {limit}")),
        ] {
            let scratch = Scratch::new(&[("wslint.yaml", settings), (file, text)]);
            assert!(scratch.run(&[file]).expect(1).stdout.contains(line.trim()), "{settings} {file}");
            scratch.run(&[file, "--fix"]).expect(0);
            let fixed = fs::read_to_string(scratch.path().join(file)).expect("readable");
            assert!(fixed.lines().any(|found| found.trim() == line.trim()), "{settings} {fixed}");
            assert_eq!(
                scratch.run(&[file, "--diff", "--severity", "info"]).expect(0).stdout,
                "",
                "{settings}"
            );
        }
    }
}

/// The end of the tag would be left behind.
#[test]
fn a_line_whose_tag_goes_on_below_is_not_taken_out() {
    let text = "defaults\n    mode http\n    option forceclose <% if name\n%>\n    timeout client 30s\n    \
                timeout server 30s\n    timeout connect 5s\nfrontend web\n    bind :80\n    \
                use_backend app if { hdr(Upgrade) -i websocket }\nbackend app\n    timeout tunnel 1h\n    \
                server a 127.0.0.1:3000\n";
    let scratch = Scratch::new(&[("haproxy.cfg", text)]);
    scratch.run(&["haproxy.cfg", "--fix"]).expect(1);
    assert_eq!(fs::read_to_string(scratch.path().join("haproxy.cfg")).expect("readable"), text);
    scratch.write("haproxy.cfg", text.replace(" <% if name\n%>", "").as_bytes());
    scratch.run(&["haproxy.cfg", "--fix"]).expect(0);
}

#[test]
fn standard_input_is_not_fixed() {
    let scratch = scratch();
    let output =
        scratch.wslint(&["-", "--fix"]).write_stdin(TUNNEL_MISSING).output().expect("the command runs");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_trace_names_the_rules_with_findings() {
    let ran = scratch().run(&["trace", "ws://a/ws", "haproxy.cfg", "--format", "json"]).expect(0);
    let rules = ran.json()["outcome"]["rules"].clone();
    assert!(rules.as_array().expect("a list").contains(&RULE.into()), "{rules}");
    let text = scratch().run(&["trace", "ws://a/ws", "haproxy.cfg"]).expect(0);
    assert!(text.stdout.contains(RULE), "{text:?}");
}

#[test]
fn rules_are_listed_and_explained() {
    let scratch = Scratch::new(&[]);
    let list = scratch.run(&["rules"]).expect(0).stdout;
    assert!(list.lines().any(|line| line.starts_with(RULE)), "{list}");
    let ids = scratch.run(&["rules", "--format", "json"]).expect(0).json()["rules"].clone();
    assert_eq!(ids.as_array().map(Vec::len), Some(list.lines().count()));
    let page = scratch.run(&["explain", RULE]).expect(0).stdout;
    assert!(page.starts_with(&format!("# {RULE}\n")), "{page}");
    let drawn = scratch.run(&["explain", RULE, "--color", "always"]).ended(0).stdout;
    assert!(drawn.starts_with(&format!("\u{1b}[1m{RULE}\u{1b}[0m\n")) && !drawn.contains("```"), "{drawn}");
    let typo = scratch.run(&["explain", "haproxy/tunnel-timeout-mising"]).expect(2);
    assert!(typo.stderr.contains(&format!("did you mean `{RULE}`?")), "{typo:?}");
}

#[test]
fn what_the_proxy_refuses_is_told_without_websocket_traffic() {
    let nginx = "events {}\nhttp {\n    server {\n        listen 80;\n        location / {\n            proxy_passs \
                 http://127.0.0.1:1;\n        }\n    }\n}\n";
    let haproxy = "defaults\n    timeout client 5s\n    timeout server 5s\n    timeout connect 5s\nfrontend web\n    bind \
                   :80\n    dault_backend app\nbackend app\n    server a 127.0.0.1:1\n";
    let newer = haproxy.replace("dault_backend", "guid x\n    default_backend");
    for (file, text, args, expected) in [
        ("nginx.conf", nginx, &[][..], Some(("nginx/config-error", 6))),
        ("haproxy.cfg", haproxy, &[], Some(("haproxy/config-refused", 7))),
        // Who uses a keyword of 3.0 runs 3.0, unless another version is named.
        ("haproxy.cfg", &newer, &[], None),
        ("haproxy.cfg", &newer, &["--haproxy-version", "2.6"], Some(("haproxy/config-refused", 7))),
    ] {
        let scratch = Scratch::new(&[(file, text)]);
        let ran = scratch.run(&[&["--format", "json", "."], args].concat());
        let document = ran.json();
        let found = &document["findings"];
        let told = found[0]["rule"].as_str().map(|rule| (rule, found[0]["line"].as_u64().unwrap()));
        assert_eq!(told, expected, "{ran:?}");
        assert_eq!(ran.status, Some(i32::from(expected.is_some())), "{ran:?}");
    }
}

#[test]
fn a_diff_is_a_patch_for_git_whatever_ends_the_lines() {
    for ends in ["\n", "\r\n"] {
        let scratch = Scratch::new(&[("haproxy.cfg", &TUNNEL_MISSING.replace('\n', ends))]);
        let patch = scratch.run(&["haproxy.cfg", "--diff"]).expect(1).stdout;
        scratch.write("fix.patch", patch.as_bytes());
        let applied = std::process::Command::new("git")
            .args(["apply", "--whitespace=nowarn", "fix.patch"])
            .current_dir(scratch.path())
            .output()
            .expect("git runs");
        assert!(applied.status.success(), "{ends:?}: {applied:?}\n{patch}");
        assert_eq!(scratch.run(&["haproxy.cfg", "--diff"]).expect(0).stdout, "");
    }
}
