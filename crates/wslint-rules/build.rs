//! Embeds the rules of the directory `rules/`: whatever stands there is a rule, and no list of them is written.
//! YAML becomes constants here, because reading it at each start would cost more than linting a small config.

// A build script is where files and the environment are looked at.
#![allow(clippy::disallowed_methods)]

// The numbers of the nodes only serve the messages of the crate itself.
#[allow(dead_code)]
#[path = "src/node.rs"]
mod node;

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use node::{Count, Node, Seed, Value};
use serde::de::DeserializeSeed;
use wslint_data::folder;

fn main() -> Result<(), Box<dyn Error>> {
    let rules = folder("rules")?;
    println!("cargo::rerun-if-changed=src/node.rs");
    println!("cargo::rerun-if-changed={}", rules.display());
    let mut code = String::from("static EMBEDDED: &[Embedded] = &[\n");
    let mut parts = Parts::default();
    // For WASI the program has no command that shows pages of rules, and a page in the browser loads all of it.
    let shows_pages = env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("wasi");
    for scope in ["any", "embed", "haproxy", "k8s", "nginx"] {
        for file in files(&rules.join(scope))? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            println!("cargo::rerun-if-changed={}", file.display());
            match convert(&fs::read_to_string(&file)?, shows_pages) {
                Ok((rule, examples)) => writeln!(
                    code,
                    "    Embedded {{ path: {:?}, rule: {}, examples: {:?} }},",
                    format!("{scope}/{name}"),
                    parts.node(&rule),
                    examples
                )?,
                // What the text means is checked by the tests, which tell everything that is wrong at once.
                Err(error) => println!("cargo::error=rules/{scope}/{name}: {error}"),
            }
        }
    }
    code.push_str("];\n");
    code.push_str(&parts.code);
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

/// The rule without its examples, and its examples as JSON: they are long, and only pages show them. Where no page is shown
/// they are none, and what else only stands on pages is left out.
fn convert(yaml: &str, shows_pages: bool) -> Result<(Node, String), Box<dyn Error>> {
    let count = Count::default();
    let mut node = Seed::new(&count, None).deserialize(serde_yaml::Deserializer::from_str(yaml))?;
    let mut examples = Node { number: 0, value: Value::List(Cow::Borrowed(&[])) };
    if let Value::Map(entries) = &mut node.value {
        let is = |key: &Node, name: &str| matches!(&key.value, Value::Text(text) if text == name);
        let entries = entries.to_mut();
        if let Some(at) = entries.iter().position(|(key, _)| is(key, "examples")) {
            let (_, given) = entries.remove(at);
            if shows_pages {
                examples = given;
            }
        }
        if !shows_pages {
            entries.retain(|(key, _)| !is(key, "references"));
            // Every rule must have one.
            let why = entries.iter_mut().filter(|(key, _)| is(key, "why"));
            why.for_each(|(_, text)| text.value = Value::Text(Cow::Borrowed("…")));
        }
    }
    Ok((node, serde_json::to_string(&examples)?))
}

/// The lists and mappings of all nodes, each a constant of its own.
#[derive(Default)]
struct Parts {
    code: String,
    count: usize,
}

impl Parts {
    /// A node as Rust.
    fn node(&mut self, node: &Node) -> String {
        let value = match &node.value {
            Value::Empty => "Empty".to_owned(),
            Value::Flag(flag) => format!("Flag({flag})"),
            Value::Whole(number) => format!("Whole({number})"),
            Value::Decimal(number) => format!("Decimal({number:?})"),
            Value::Text(text) => format!("Text(Cow::Borrowed({text:?}))"),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.node(item)).collect();
                format!("List(Cow::Borrowed(&{}))", self.part("Node", &items))
            }
            Value::Map(entries) => {
                let entries = entries.iter();
                let entries: Vec<String> = entries
                    .map(|(key, value)| format!("({}, {})", self.node(key), self.node(value)))
                    .collect();
                format!("Map(Cow::Borrowed(&{}))", self.part("(Node, Node)", &entries))
            }
        };
        format!("Node {{ number: {}, value: Value::{value} }}", node.number)
    }

    /// Writes a list, and gives the name of its constant.
    fn part(&mut self, kind: &str, items: &[String]) -> String {
        let name = format!("PART_{}", self.count);
        self.count += 1;
        // Writing to a string cannot fail.
        let _ = writeln!(self.code, "static {name}: [{kind}; {}] = [{}];", items.len(), items.join(", "));
        name
    }
}
