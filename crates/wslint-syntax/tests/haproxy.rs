//! The HAProxy reader against what the real proxy did.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wslint_syntax::haproxy::{Argument, Force, Options, Parse, Unset, parse};

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
    let row = |error: &wslint_syntax::haproxy::SyntaxError| {
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
        (Value::Object(expected), Value::Object(found)) => {
            expected.len() == found.len()
                && expected
                    .iter()
                    .all(|(name, value)| found.get(name).is_some_and(|found| same(value, found)))
        }
        (Value::Array(expected), Value::Array(found)) => {
            expected.len() == found.len()
                && expected.iter().zip(found).all(|(expected, found)| same(expected, found))
        }
        _ => expected == found,
    }
}

/// What the reader makes of one vector, if that is not what the proxy made of it.
fn check(vector: &Value, expect: &Value, version: (u32, u32, u32)) -> Result<(), String> {
    let source = STANDARD.decode(vector["b64"].as_str().expect("b64")).expect("base64");
    let environment: BTreeMap<Vec<u8>, Vec<u8>> = vector["env"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone().into_bytes(), value.as_str().expect("text").as_bytes().to_vec()))
        .collect();
    let options = Options { environment, unset: Unset::Empty, version, ..Options::default() };
    let parse = parse(source.clone(), &options);
    let found = json!({ "lines": lines(&parse), "errors": errors(&parse) });
    let expected = json!({ "lines": expect["lines"], "errors": expect["errors"] });
    if parse.tree.print() != source {
        return Err("the tree prints another file".into());
    }
    if !same(&expected, &found) {
        let text = String::from_utf8_lossy(&source);
        return Err(format!("{}\n{text:?}\n expected {expected}\n found    {found}", vector["id"]));
    }
    Ok(())
}

fn check_all(text: &str, version: (u32, u32, u32), expect: impl Fn(&Value) -> Option<Value>) {
    let mut count = 0;
    let mut failures = Vec::new();
    for line in text.lines() {
        let vector: Value = serde_json::from_str(line).expect("a JSON object a line");
        let Some(expected) = expect(&vector) else { continue };
        count += 1;
        failures.extend(check(&vector, &expected, version).err());
    }
    let shown = failures.iter().take(10).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(failures.is_empty(), "{} of {count} differ\n\n{shown}", failures.len());
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The measured behaviour, one vector a line, if this checkout lies beside it.
fn measured(name: &str) -> Option<String> {
    let bytes = std::fs::read(workspace().join("../shared/vectors").join(name)).ok()?;
    let mut text = String::new();
    if name.ends_with(".gz") {
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("gzip of text");
    } else {
        text = String::from_utf8(bytes).expect("text");
    }
    Some(text)
}

#[test]
fn agrees_with_every_measured_file() {
    let Some(text) = measured("syntax-haproxy.jsonl") else { return };
    check_all(&text, (2, 6, 12), |vector| Some(vector["expect"].clone()));
}

#[test]
fn agrees_with_every_mutated_file() {
    let Some(text) = measured("fuzz-haproxy.jsonl.gz") else { return };
    check_all(&text, (2, 6, 12), |vector| Some(vector.clone()));
}

#[test]
fn agrees_with_the_next_version() {
    let Some(text) = measured("syntax-haproxy.jsonl") else { return };
    check_all(&text, (3, 5, 0), |vector| vector.get("expect_head").cloned());
}
