//! Tokens and first error of many files, each as the real nginx has them.

// The measured files lie on the disk; the crate itself opens none.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use wslint_syntax::nginx::{Options, Parse, parse};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A word as JSON: text, or base64 where it is not UTF-8.
fn word(value: &[u8]) -> Value {
    match std::str::from_utf8(value) {
        Ok(text) => json!(text),
        Err(_) => json!({"b64": BASE64_STANDARD.encode(value)}),
    }
}

/// What nginx reads before it stops: `[name, [arguments], has a block]` for each directive.
fn tokens(read: &Parse) -> Value {
    read.accepted()
        .map(|id| {
            let args: Vec<_> = read.tree.args(id).map(|arg| word(&arg)).collect();
            json!([word(&read.tree.name(id)), args, read.tree.has_block(id)])
        })
        .collect()
}

/// One line of a vector file. Gives what differs.
fn check(line: &str) -> Result<(), String> {
    let case: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let source =
        BASE64_STANDARD.decode(case["b64"].as_str().unwrap_or_default()).map_err(|e| e.to_string())?;
    let lua = case["modules"].as_array().is_some_and(|modules| modules.contains(&json!("lua")));
    let read = parse(source.as_slice(), Options { lua, ..Options::default() });
    let error = read.errors.first().map(|error| json!({"kind": error.kind.code(), "line": error.line}));
    let expected = [&case["error"], &case["lex_error"]].into_iter().find(|error| !error.is_null());
    let expected = expected.map(|error| json!({"kind": error["kind"], "line": error["line"]}));
    let bodies: Vec<_> = read
        .accepted()
        .filter_map(|id| read.tree.lua(id))
        .map(|body| word(&read.tree.source()[body.range()]))
        .collect();
    let differs = |what: &str, expected: &Value, found: &Value| {
        Err(format!("{} {what}\n  expected {expected}\n  found    {found}", case["id"]))
    };
    if error != expected {
        differs("error", &expected.into(), &error.into())
    } else if tokens(&read) != case["tokens"] {
        differs("tokens", &case["tokens"], &tokens(&read))
    } else if case["lua"].is_array() && json!(bodies) != case["lua"] {
        differs("lua", &case["lua"], &json!(bodies))
    } else if read.tree.print() != source {
        differs("print", &word(&source), &word(&read.tree.print()))
    } else {
        Ok(())
    }
}

fn check_all(path: &Path) {
    let bytes = fs::read(path).unwrap();
    let text = if path.extension().is_some_and(|extension| extension == "gz") {
        let mut text = String::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
        text
    } else {
        String::from_utf8(bytes).unwrap()
    };
    let differences: Vec<_> = text.lines().filter_map(|line| check(line).err()).collect();
    let shown = differences.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} of {} differ\n{shown}", differences.len(), text.lines().count());
}

#[test]
fn own_cases() {
    check_all(&root().join("fixtures/syntax/nginx.jsonl"));
}

#[test]
fn own_mutated_files() {
    check_all(&root().join("fixtures/syntax/nginx-fuzz.jsonl.gz"));
}

#[test]
fn shared_vectors() {
    let folder = root().join("../shared/vectors");
    for name in ["syntax-nginx.jsonl", "fuzz-nginx.jsonl.gz"] {
        let path = folder.join(name);
        if path.exists() {
            check_all(&path);
        }
    }
}
