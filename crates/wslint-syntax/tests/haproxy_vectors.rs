//! The HAProxy reader against what the real proxy did with each file: lines in force and errors.

// The measured files lie on the disk; the crate itself opens none.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wslint_syntax::haproxy::{Argument, Force, Options, Parse, SyntaxError, Unset, parse};

/// The version that the files were measured with, unless one says otherwise.
const MEASURED: (u32, u32, u32) = (2, 6, 12);

/// A byte string as the vectors write it: text, or base64 when it is not UTF-8.
fn value(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!(text),
        Err(_) => json!({ "b64": STANDARD.encode(bytes) }),
    }
}

fn lines(parse: &Parse) -> Value {
    let tree = &parse.tree;
    let lines = tree.lines().iter().filter(|line| line.force == Force::InForce);
    lines
        .map(|line| {
            let words: Vec<Value> = tree.words(line).iter().map(|word| value(tree.text(word))).collect();
            let mut row = vec![json!(line.number), json!(line.kind.code()), json!(words)];
            row.extend(line.prefix.map(|prefix| json!(prefix.as_str())));
            Value::Array(row)
        })
        .collect()
}

fn errors(parse: &Parse) -> Value {
    let row = |error: &SyntaxError| {
        let argument = match error.argument() {
            Argument::None => Value::Null,
            Argument::Number(number) => json!(number),
            Argument::Text(text) => value(text),
        };
        json!([error.line, error.code(), argument])
    };
    parse.errors.iter().map(row).collect()
}

/// Whether two values are equal, where a vector may give the length of a long word instead of its bytes.
fn same(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Object(expected), Value::String(found)) if expected.contains_key("len") => {
            expected["len"] == json!(found.len())
        }
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len()
                && expected.iter().zip(found).all(|(expected, found)| same(expected, found))
        }
        _ => expected == found,
    }
}

fn source(vector: &Value) -> Vec<u8> {
    match vector["b64"].as_str() {
        Some(encoded) => STANDARD.decode(encoded).expect("base64"),
        None => vector["text"].as_str().expect("text or b64").as_bytes().to_vec(),
    }
}

fn options(vector: &Value, version: (u32, u32, u32)) -> Options {
    let environment: BTreeMap<Vec<u8>, Vec<u8>> = vector["env"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone().into_bytes(), value.as_str().expect("text").as_bytes().to_vec()))
        .collect();
    Options { environment, unset: Unset::Empty, version, ..Options::default() }
}

/// What the reader makes of one vector, if that is not what the proxy made of it.
fn check(vector: &Value, expected: &Value, version: (u32, u32, u32)) -> Result<(), String> {
    let source = source(vector);
    let parse = parse(source.clone(), &options(vector, version));
    if parse.tree.print() != source {
        return Err(format!("{}: the tree prints another file", vector["id"]));
    }
    let (lines, errors) = (lines(&parse), errors(&parse));
    if same(&expected["lines"], &lines) && same(&expected["errors"], &errors) {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&source);
    let expected = json!({ "lines": expected["lines"], "errors": expected["errors"] });
    let found = json!({ "lines": lines, "errors": errors });
    Err(format!("{}\n{text:?}\n expected {expected}\n found    {found}", vector["id"]))
}

/// Checks each line of `text` for which `expected` gives what the proxy made of it.
fn check_all(text: &str, expected: impl Fn(&Value) -> Option<(Value, (u32, u32, u32))>) {
    let vectors: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect();
    let checked = vectors.iter().filter_map(|vector| expected(vector).map(|expected| (vector, expected)));
    let results: Vec<_> =
        checked.map(|(vector, (expected, version))| check(vector, &expected, version)).collect();
    let failures: Vec<&str> =
        results.iter().filter_map(|result| result.as_ref().err()).map(|s| &**s).collect();
    assert!(!results.is_empty(), "nothing was checked");
    let shown = failures[..failures.len().min(10)].join("\n\n");
    assert!(failures.is_empty(), "{} of {} differ\n\n{shown}", failures.len(), results.len());
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Further measurements, if they lie beside this checkout.
fn measured(name: &str) -> Option<String> {
    let bytes = std::fs::read(workspace().join("../shared/vectors").join(name)).ok()?;
    if !name.ends_with(".gz") {
        return Some(String::from_utf8(bytes).expect("text"));
    }
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("text in gzip");
    Some(text)
}

#[test]
fn reads_as_the_proxy_does() {
    let text = std::fs::read_to_string(workspace().join("fixtures/syntax/haproxy.jsonl")).expect("fixtures");
    check_all(&text, |vector| {
        let number = |at: usize| vector["version"][at].as_u64().and_then(|number| u32::try_from(number).ok());
        let version = number(0).zip(number(1)).zip(number(2));
        Some((vector.clone(), version.map_or(MEASURED, |((major, minor), patch)| (major, minor, patch))))
    });
}

#[test]
fn reads_every_measured_file() {
    if let Some(text) = measured("syntax-haproxy.jsonl") {
        check_all(&text, |vector| Some((vector["expect"].clone(), MEASURED)));
    }
}

#[test]
fn reads_every_measured_file_as_a_later_version_does() {
    if let Some(text) = measured("syntax-haproxy.jsonl") {
        check_all(&text, |vector| Some((vector.get("expect_head")?.clone(), (3, 5, 0))));
    }
}

#[test]
fn reads_every_mutated_file() {
    if let Some(text) = measured("fuzz-haproxy.jsonl.gz") {
        check_all(&text, |vector| Some((vector.clone(), MEASURED)));
    }
}
