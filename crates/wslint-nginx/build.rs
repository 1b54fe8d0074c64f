//! Makes the table of directives from the lines of `data/nginx`.

// A build script is where files and the environment are looked at.
#![allow(clippy::disallowed_methods)]

#[allow(dead_code, unreachable_pub)]
#[path = "src/directives/context.rs"]
mod context;

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use wslint_data::{Arguments, Life, Row, Table, bits, defaults, folder};

const COLUMNS: &[&str] = &["name", "module", "contexts", "arguments", "value", "inherits", "default", "life"];

fn main() -> Result<(), Box<dyn Error>> {
    let data = folder("data")?.join("nginx");
    println!("cargo::rerun-if-changed={}", data.display());
    let mut specs = Vec::new();
    let mut problems = Vec::new();
    for (file, owner) in [("nginx.txt", "Nginx"), ("plus.txt", "Plus"), ("modules.txt", "Module")] {
        match Table::read(&data, file, COLUMNS) {
            Ok(table) => {
                for row in table.rows() {
                    match spec(row, owner) {
                        Ok(code) => specs.push((row.name().to_owned(), code)),
                        Err(words) => problems.push(row.problem(words)),
                    }
                }
            }
            Err(found) => problems.extend(found),
        }
    }
    for problem in problems {
        println!("cargo::error={problem}");
    }
    // What stands behind a name keeps the order of the files, so that nginx itself comes first.
    specs.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut code = String::from("static SPECS: &[Spec] = &[\n");
    for (_, spec) in specs {
        writeln!(code, "    {spec},")?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("directives.rs"), code)?;
    Ok(())
}

/// A line as Rust.
fn spec(row: Row<'_>, owner: &str) -> Result<String, String> {
    let arguments = Arguments::read(row.cell("arguments"))?;
    if let Some(word) = arguments.words.iter().find(|word| !["once", "block"].contains(word)) {
        return Err(format!("`{word}` is none of `once` and `block`"));
    }
    let contexts = bits(row.cell("contexts").split_whitespace(), &context::WORDS)?;
    if contexts == 0 {
        return Err("a directive stands somewhere: `contexts` is empty".to_owned());
    }
    let value = value(row.cell("value"))?;
    let inherits = match row.cell("inherits") {
        "" => "None",
        "replace" => "Some(Inherits::Replace)",
        "list" => "Some(Inherits::List)",
        "merge" => "Some(Inherits::Merge)",
        "none" => "Some(Inherits::Nothing)",
        other => return Err(format!("`{other}` is none of `replace`, `list`, `merge` and `none`")),
    };
    Ok(format!(
        "Spec {{ name: {:?}, module: {:?}, owner: Owner::{owner}, contexts: {contexts}, arguments: {}, block: {}, once: \
         {}, value: Value::{value}, inherits: {inherits}, defaults: {}, life: {} }}",
        row.name(),
        row.cell("module"),
        arguments.code(),
        arguments.words.contains(&"block"),
        arguments.words.contains(&"once"),
        defaults(row.cell("default"))?,
        Life::read(row.cell("life"))?.code(),
    ))
}

/// A kind of value as Rust.
fn value(cell: &str) -> Result<String, String> {
    let kind = match cell.split_once(' ').unwrap_or((cell, "")) {
        ("one-of", words) => return Ok(format!("OneOf(&{:?})", words.split(' ').collect::<Vec<_>>())),
        ("each-of", words) => return Ok(format!("EachOf(&{:?})", words.split(' ').collect::<Vec<_>>())),
        ("", _) => "Any",
        ("flag", "") => "Flag",
        ("msec", "") => "Milliseconds",
        ("sec", "") => "Seconds",
        ("size", "") => "Size",
        ("rate", "") => "Rate",
        ("offset", "") => "Offset",
        ("number", "") => "Number",
        ("positive", "") => "Positive",
        ("buffers", "") => "Buffers",
        ("http-version", "") => "HttpVersion",
        _ => return Err(format!("`{cell}` is no kind of value")),
    };
    Ok(kind.to_owned())
}
