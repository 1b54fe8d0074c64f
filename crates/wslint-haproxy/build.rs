//! Makes the tables of words from the lines of `data/haproxy`.

// A build script is where files and the environment are looked at.
#![allow(clippy::disallowed_methods)]

#[allow(dead_code, unreachable_pub)]
#[path = "src/keywords/place.rs"]
mod place;

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use wslint_data::{Arguments, Life, Row, Table, bits, defaults, folder};

/// The files, what Rust calls their tables, and their columns.
const TABLES: &[(&str, &str, &[&str])] = &[
    ("acls.txt", "ACLS", &["name", "fetch", "match", "life"]),
    ("actions.txt", "ACTIONS", &["name", "rules", "arguments", "build", "life"]),
    ("bind.txt", "BIND", &["name", "arguments", "build", "life", "default"]),
    ("converters.txt", "CONVERTERS", &["name", "type", "build", "life"]),
    ("fetches.txt", "FETCHES", &["name", "type", "build", "life"]),
    ("global.txt", "GLOBAL", &["name", "prefix", "build", "life", "default"]),
    ("options.txt", "OPTIONS", &["name", "sections", "arguments", "prefix", "life", "default"]),
    ("others.txt", "OTHERS", &["name", "in", "arguments", "life", "default"]),
    ("proxy.txt", "PROXY", &["name", "sections", "arguments", "prefix", "life", "example", "default"]),
    ("sections.txt", "SECTIONS", &["name", "life"]),
    ("server.txt", "SERVER", &["name", "arguments", "build", "life", "default"]),
    ("words.txt", "WORDS", &["name", "arguments", "build", "life"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    let data = folder("data")?.join("haproxy");
    println!("cargo::rerun-if-changed={}", data.display());
    let mut code = String::new();
    let mut problems = Vec::new();
    for (file, name, columns) in TABLES {
        let mut table = String::new();
        match Table::read(&data, file, columns) {
            Ok(read) => {
                for row in read.rows() {
                    match keyword(row) {
                        Ok(code) => writeln!(table, "    {code},")?,
                        Err(words) => problems.push(row.problem(words)),
                    }
                }
            }
            Err(found) => problems.extend(found),
        }
        writeln!(
            code,
            "/// The lines of `data/haproxy/{file}`.\npub static {name}: Table = Table::new(&[\n{table}]);"
        )?;
    }
    for problem in problems {
        println!("cargo::error={problem}");
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("keywords.rs"), code)?;
    Ok(())
}

/// A line as Rust.
fn keyword(row: Row<'_>) -> Result<String, String> {
    let name = row.name().strip_suffix('*').unwrap_or(row.name());
    let (ignored, taken): (Vec<&str>, Vec<&str>) =
        row.cell("sections").split_whitespace().partition(|word| word.starts_with('('));
    let ignored = ignored.iter().map(|word| word.trim_matches(['(', ')']));
    let rules = row.cell("rules").split(", ").filter(|list| !list.is_empty());
    let others = row.cell("in").split(", ").filter(|section| !section.is_empty());
    let places = bits(taken, &place::SECTIONS)? | bits(rules, &place::RULES)? | bits(others, &place::OTHERS)?;
    let prefix: Vec<&str> = row.cell("prefix").split_whitespace().collect();
    if let Some(word) = prefix.iter().find(|word| !["no", "default"].contains(word)) {
        return Err(format!("`{word}` is none of `no` and `default`"));
    }
    let arguments = Arguments::read(row.cell("arguments"))?;
    if let Some(word) = arguments.words.first() {
        return Err(format!("`{word}` is no number of arguments"));
    }
    let life = Life::read(row.cell("life"))?;
    let experimental = match life.experimental {
        None => "None".to_owned(),
        Some(None) => "Some(Version(u32::MAX, 0, 0))".to_owned(),
        Some(Some(until)) => format!("Some({})", until.code()),
    };
    Ok(format!(
        "Keyword {{ name: {name:?}, open: {}, places: {places}, ignored: {}, arguments: {}, no: {}, default: {}, build: \
         {:?}, experimental: {experimental}, kind: {:?}, fetch: {:?}, example: {:?}, defaults: {}, life: {} }}",
        name != row.name(),
        bits(ignored, &place::SECTIONS)?,
        arguments.code(),
        prefix.contains(&"no"),
        prefix.contains(&"default"),
        row.cell("build"),
        [row.cell("type"), row.cell("match")].concat(),
        row.cell("fetch"),
        row.cell("example"),
        defaults(row.cell("default"))?,
        life.code(),
    ))
}
