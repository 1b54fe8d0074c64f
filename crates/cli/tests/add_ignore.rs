//! `--add-ignore`: comments that accept what is found, written where they do what they are for and nowhere else.

use crate::support::{LOST, Scratch, TUNNEL_MISSING};

const RULE: &str = "haproxy/tunnel-timeout-missing";

#[test]
fn comments_accept_what_is_found_and_ask_for_a_reason() {
    let scratch = Scratch::new(&[("haproxy.cfg", TUNNEL_MISSING), ("nginx.conf", LOST)]);
    let ran = scratch.run(&[".", "--add-ignore", "--format", "json"]).expect(0);
    assert!(
        ran.stderr.starts_with("Wrote comments that accept ") && ran.stderr.ends_with(" in 2 files.\n"),
        "{ran:?}"
    );
    let document = ran.json();
    assert!(document["summary"]["taken"]["by_comments"].as_u64() >= Some(2), "{document}");
    assert!(document["notes"].to_string().contains("suppression-reason"), "{document}");
    let text =
        String::from_utf8(scratch.files()["haproxy.cfg".as_ref() as &std::path::Path].clone()).expect("text");
    let comment = format!("# wslint: ignore[{RULE}] why?\n");
    assert_eq!(text.replace(&comment, ""), TUNNEL_MISSING, "nothing else is changed: {text}");
    // Written once, nothing is left to write.
    let before = scratch.files();
    assert_eq!(scratch.run(&[".", "--add-ignore"]).expect(0).stderr, "");
    assert_eq!(scratch.files(), before);
}

#[test]
fn a_given_reason_is_written() {
    let scratch = Scratch::new(&[("haproxy.cfg", TUNNEL_MISSING)]);
    let ran = scratch.run(&[".", "--add-ignore=the clients reconnect", "--format", "json"]).expect(0);
    assert_eq!(ran.json()["notes"], serde_json::json!([]));
    let text = String::from_utf8(scratch.files().into_values().next().expect("a file")).expect("text");
    assert!(text.contains(&format!("# wslint: ignore[{RULE}] the clients reconnect\n")), "{text}");
    scratch.run(&[".", "--add-ignore=one\ntwo"]).expect(2);
    scratch.run(&[".", "--add-ignore", "--fix"]).expect(2);
}

#[test]
fn lines_keep_their_indentation_and_their_ends() {
    let text = LOST.replace('\n', "\r\n");
    let scratch = Scratch::new(&[("nginx.conf", &text)]);
    scratch.run(&["nginx.conf", "--add-ignore"]).expect(0);
    let written = String::from_utf8(scratch.files().into_values().next().expect("a file")).expect("text");
    let added: Vec<&str> = written.split("\r\n").filter(|line| line.contains("wslint:")).collect();
    assert!(!added.is_empty() && !written.replace("\r\n", "").contains('\n'), "{written:?}");
    let below = written.split("\r\n").skip_while(|line| !line.contains("wslint:")).nth(1).expect("a line");
    let indent = |line: &str| line.len() - line.trim_start().len();
    assert_eq!(indent(added[0]), indent(below), "{written}");
}

#[test]
fn only_what_is_asked_for_is_accepted() {
    let scratch = Scratch::new(&[("haproxy.cfg", TUNNEL_MISSING), ("nginx.conf", LOST)]);
    let ran = scratch.run(&[".", "--add-ignore", "--select", RULE]).expect(0);
    assert!(ran.stderr.contains("accept 1 finding in 1 file"), "{ran:?}");
    scratch.run(&["nginx.conf"]).expect(1);
    scratch.run(&["haproxy.cfg"]).expect(0);
}

#[test]
fn texts_in_other_files_get_their_comments() {
    let indented: String = LOST.lines().map(|line| format!("    {line}\n")).collect();
    let manifest =
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  nginx.conf: |\n{indented}");
    let chart = format!("{{{{- if .Values.web }}}}\n{manifest}{{{{- end }}}}\n");
    let nix = format!("{{ config, ... }}:\n{{\n  services.nginx.config = ''\n{indented}  '';\n}}\n");
    for (name, text) in [("map.yaml", &manifest), ("templates/map.yaml", &chart), ("web.nix", &nix)] {
        let scratch = Scratch::new(&[(name, text)]);
        scratch.run(&[name]).expect(1);
        scratch.run(&[name, "--add-ignore"]).expect(0);
    }
}

#[test]
fn json_knows_no_comments() {
    let json = serde_json::json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"nginx.conf": LOST}});
    let scratch = Scratch::new(&[("map.json", &json.to_string()), ("haproxy.cfg", TUNNEL_MISSING)]);
    let before = scratch.files();
    let ran = scratch.run(&[".", "--add-ignore"]).expect(1);
    assert!(ran.stderr.contains("map.json:1: no comment written for `nginx/upgrade-missing`"), "{ran:?}");
    let after = scratch.files();
    let changed: Vec<_> = after.iter().filter(|(path, text)| before[*path] != **text).collect();
    assert!(matches!(changed.as_slice(), [(path, _)] if path.ends_with("haproxy.cfg")), "{changed:?}");
}

#[test]
fn a_statement_of_several_lines_gets_its_comment_above() {
    let text = TUNNEL_MISSING.replace("use_backend app", "use_backend \\\n        app");
    let scratch = Scratch::new(&[("haproxy.cfg", &text)]);
    scratch.run(&[".", "--add-ignore"]).expect(0);
}

#[test]
fn what_cannot_be_read_as_a_whole_is_left_alone() {
    let scratch = Scratch::new(&[("haproxy.cfg", TUNNEL_MISSING), ("nginx.conf", "events {\n")]);
    let before = scratch.files();
    let ran = scratch.run(&[".", "--add-ignore"]).expect(2);
    assert!(ran.stderr.contains("no comment was written"), "{ran:?}");
    assert_eq!(scratch.files(), before);
    let ran = scratch.wslint(&["-", "--add-ignore"]).write_stdin(TUNNEL_MISSING).output().expect("it runs");
    assert_eq!(ran.status.code(), Some(2));
}
