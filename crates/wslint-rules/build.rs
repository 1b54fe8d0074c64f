//! Embeds the rules of the directory `rules/`: whatever stands there is a rule, and no list of them is written.
//! YAML becomes JSON here, because reading it at each start would cost more than linting a small config.

// A build script is where files and the environment are looked at.
#![allow(clippy::disallowed_methods)]

// The numbers of the nodes only serve the messages of the crate itself.
#[allow(dead_code)]
#[path = "src/node.rs"]
mod node;

use std::cell::Cell;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use node::{Node, Seed, Value};
use serde::de::DeserializeSeed;

fn main() -> Result<(), Box<dyn Error>> {
    let rules = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../rules");
    println!("cargo::rerun-if-changed=src/node.rs");
    println!("cargo::rerun-if-changed={}", rules.display());
    let mut code = String::from("static EMBEDDED: &[Embedded] = &[\n");
    for scope in ["any", "haproxy", "nginx"] {
        for file in files(&rules.join(scope))? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            println!("cargo::rerun-if-changed={}", file.display());
            match convert(&fs::read_to_string(&file)?) {
                Ok((rule, examples)) => writeln!(
                    code,
                    "    Embedded {{ path: {:?}, rule: {rule:?}, examples: {examples:?} }},",
                    format!("{scope}/{name}")
                )?,
                // What the text means is checked by the tests, which tell everything that is wrong at once.
                Err(error) => println!("cargo::error=rules/{scope}/{name}: {error}"),
            }
        }
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("embedded.rs"), code)?;
    Ok(())
}

/// The rule files of one folder, by name. A folder without rules is fine.
fn files(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The rule without its examples, and its examples, both as JSON. The examples are long, and only pages show them.
fn convert(yaml: &str) -> Result<(String, String), Box<dyn Error>> {
    let next = Cell::new(0);
    let mut node = Seed::new(&next, None).deserialize(serde_yaml::Deserializer::from_str(yaml))?;
    let mut examples = Node { number: 0, value: Value::List(Vec::new()) };
    if let Value::Map(entries) = &mut node.value {
        let is_examples = |key: &Node| matches!(&key.value, Value::Text(text) if text == "examples");
        if let Some(at) = entries.iter().position(|(key, _)| is_examples(key)) {
            examples = entries.remove(at).1;
        }
    }
    Ok((serde_json::to_string(&node)?, serde_json::to_string(&examples)?))
}
