//! `wslint syntax` prints what the real proxies saw in measured files.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::support::{Ran, Scratch};

/// Each so many-th measured file is run: the readers' own tests run all of them.
const SAMPLE: usize = 7;

/// The measured files, one JSON object a line, if this checkout lies beside them.
fn measured(name: &str) -> Vec<Value> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors").join(name);
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().step_by(SAMPLE).map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
}

fn seen(scratch: &Scratch, args: &[&str], vector: &Value) -> Value {
    let source = BASE64_STANDARD.decode(vector["b64"].as_str().expect("b64")).expect("base64");
    let output = scratch.wslint(args).write_stdin(source).output().expect("the command runs");
    Ran::from(output).expect(0).json()
}

#[test]
fn nginx_files_as_measured() {
    let scratch = Scratch::new(&[]);
    for vector in measured("syntax-nginx.jsonl") {
        let error = match &vector["lex_error"] {
            Value::Null => Value::Null,
            error => json!({ "kind": error["kind"], "line": error["line"] }),
        };
        let expected = json!({ "tokens": vector["tokens"], "error": error });
        assert_eq!(
            seen(&scratch, &["syntax", "--proxy", "nginx", "-"], &vector),
            expected,
            "{}",
            vector["id"]
        );
    }
}

#[test]
fn haproxy_files_as_measured() {
    let scratch = Scratch::new(&[]);
    for vector in measured("syntax-haproxy.jsonl") {
        // Two files have a word so long that only its length was kept.
        if vector["expect"].to_string().contains("\"len\":") {
            continue;
        }
        let environment: Vec<String> = vector["env"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| format!("--env={name}={}", value.as_str().expect("text")))
            .collect();
        let mut args = vec!["syntax", "--proxy", "haproxy"];
        args.extend(environment.iter().map(String::as_str));
        args.push("-");
        let expected = json!({ "lines": vector["expect"]["lines"], "errors": vector["expect"]["errors"] });
        assert_eq!(seen(&scratch, &args, &vector), expected, "{}", vector["id"]);
    }
}

#[test]
fn bytes_that_are_no_text_are_base64() {
    let scratch = Scratch::new(&[]);
    scratch.write("nginx.conf", b"user \xff\xfe;\nevents {}\n");
    let document = scratch.run(&["syntax", "nginx.conf"]).expect(0).json();
    let expected = json!([["user", [{ "b64": "//4=" }], false], ["events", [], true]]);
    assert_eq!(document["tokens"], expected);
}

#[test]
fn a_file_that_tells_no_proxy_needs_the_flag() {
    let scratch = Scratch::new(&[("file", "something;\n")]);
    let ran = scratch.run(&["syntax", "file"]).expect(2);
    assert!(ran.stderr.contains("--proxy nginx"), "{ran:?}");
    scratch.run(&["syntax", "--proxy", "nginx", "file"]).expect(0);
}
