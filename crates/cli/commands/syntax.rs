//! `wslint syntax`: what the reader sees in one file, as JSON, for whoever doubts it.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use wslint_model::{Proxy, Version};
use wslint_syntax::{haproxy, nginx};

use crate::args::SyntaxArgs;
use crate::exit::{Failure, Status};
use crate::files::{LARGEST_FILE, ReadError, read_named, read_stdin};
use crate::output::Console;
use crate::project::proxy_of;

/// Prints what the reader sees. Errors of the file are part of that, so they do not touch the exit status.
pub(crate) fn run(args: &SyntaxArgs) -> Result<Status, Failure> {
    let bytes = match args.file == Path::new("-") {
        true => read_stdin(),
        false => read_named(&args.file, &[], LARGEST_FILE),
    };
    let bytes = bytes.map_err(|error| match error {
        ReadError::LeadsOut { .. } => {
            Failure::at(&args.file, &error.to_string()).help("name the file itself")
        }
        error => Failure::at(&args.file, &error.to_string()),
    })?;
    let proxy = args.proxy.map(Proxy::from).or_else(|| proxy_of(&args.file, &bytes)).ok_or_else(|| {
        Failure::at(&args.file, "neither its content nor its name tells the proxy")
            .help("say it: --proxy nginx or --proxy haproxy")
    })?;
    let seen = match proxy {
        Proxy::Nginx => nginx_file(bytes, !args.no_lua),
        Proxy::Haproxy => {
            let environment = args
                .env
                .iter()
                .map(|variable| (variable.name.clone().into_bytes(), variable.value.clone().into_bytes()));
            haproxy_file(bytes, environment.collect(), args.haproxy_version)
        }
    };
    Console::plain().json(&seen)?;
    Ok(Status::Clean)
}

/// `{"tokens":[[name,[args],has_block],…],"error":null|{"kind":…,"line":n}}`: the directives before nginx's first error.
fn nginx_file(bytes: Vec<u8>, lua: bool) -> Value {
    let parse = nginx::parse(bytes, nginx::Options { lua, templates: false });
    let tree = &parse.tree;
    let tokens: Vec<Value> = parse
        .accepted()
        .map(|id| {
            let arguments: Vec<Value> = tree.args(id).map(|argument| word(&argument)).collect();
            json!([word(&tree.name(id)), arguments, tree.has_block(id)])
        })
        .collect();
    let error = parse.errors.first().map(|error| json!({ "kind": error.kind.code(), "line": error.line }));
    json!({ "tokens": tokens, "error": error })
}

/// `{"lines":[[line,kind,[words],prefix?],…],"errors":[[line,kind,detail],…]}`: the lines in force.
fn haproxy_file(bytes: Vec<u8>, environment: BTreeMap<Vec<u8>, Vec<u8>>, version: Version) -> Value {
    let Version(major, minor, patch) = version;
    let options = haproxy::Options {
        environment,
        unset: haproxy::Unset::Empty,
        version: (major, minor, patch),
        ..haproxy::Options::default()
    };
    let parse = haproxy::parse(bytes, &options);
    let tree = &parse.tree;
    let in_force = tree.lines().iter().filter(|line| line.force == haproxy::Force::InForce);
    let lines: Vec<Value> = in_force
        .map(|line| {
            let words: Vec<Value> = tree.words(line).iter().map(|part| word(tree.text(part))).collect();
            let mut row = vec![json!(line.number), json!(line.kind.code()), json!(words)];
            row.extend(line.prefix.map(|prefix| json!(prefix.as_str())));
            Value::Array(row)
        })
        .collect();
    let errors: Vec<Value> = parse
        .errors
        .iter()
        .map(|error| {
            let argument = match error.argument() {
                haproxy::Argument::None => Value::Null,
                haproxy::Argument::Number(number) => json!(number),
                haproxy::Argument::Text(text) => word(text),
            };
            json!([error.line, error.code(), argument])
        })
        .collect();
    json!({ "lines": lines, "errors": errors })
}

/// A word as JSON: text, or base64 where it is not UTF-8.
fn word(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!(text),
        Err(_) => json!({ "b64": BASE64_STANDARD.encode(bytes) }),
    }
}
