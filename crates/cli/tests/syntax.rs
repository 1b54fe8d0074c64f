//! `wslint syntax` prints what the real proxies saw in measured files.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::support::{Ran, Scratch};

/// Each so many-th measured file is run: the readers' own tests run all of them.
const SAMPLE: usize = 7;

/// The measured files, one JSON object a line.
fn measured(name: &str) -> Vec<Value> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/syntax").join(name);
    let text = std::fs::read_to_string(path).expect("a fixture");
    text.lines().step_by(SAMPLE).map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
}

/// What is printed about a measured file.
fn seen(scratch: &Scratch, args: &[String], file: &Value) -> Value {
    let source = match file["b64"].as_str() {
        Some(encoded) => BASE64_STANDARD.decode(encoded).expect("base64"),
        None => file["text"].as_str().expect("text").into(),
    };
    let mut command = scratch.wslint(&["syntax"]);
    let output = command.args(args).arg("-").write_stdin(source).output().expect("the command runs");
    Ran::from(output).expect(0).json()
}

#[test]
fn nginx_files_as_measured() {
    let scratch = Scratch::new(&[]);
    for file in measured("nginx.jsonl") {
        let mut args = vec!["--proxy=nginx".to_owned()];
        args.extend(file["modules"].is_null().then(|| "--no-lua".to_owned()));
        assert_eq!(
            seen(&scratch, &args, &file),
            json!({ "tokens": file["tokens"], "error": file["error"] }),
            "{file}"
        );
    }
}

#[test]
fn haproxy_files_as_measured() {
    let scratch = Scratch::new(&[]);
    for file in measured("haproxy.jsonl") {
        // Of some words, which are too long to look at, only the length was kept.
        if file["lines"].to_string().contains("\"len\":") {
            continue;
        }
        let mut args = vec!["--proxy=haproxy".to_owned()];
        if let Some(version) = file["version"].as_array() {
            let numbers: Vec<String> = version.iter().map(Value::to_string).collect();
            args.push(format!("--haproxy-version={}", numbers.join(".")));
        }
        let environment = file["env"].as_object().into_iter().flatten();
        args.extend(
            environment.map(|(name, value)| format!("--env={name}={}", value.as_str().expect("text"))),
        );
        assert_eq!(
            seen(&scratch, &args, &file),
            json!({ "lines": file["lines"], "errors": file["errors"] }),
            "{file}"
        );
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
