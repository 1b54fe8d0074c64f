//! Makes the tables of HAProxy's sections and of the keywords that `no` and `default` may precede from the lines of
//! `data/haproxy`.

// A build script is where files and the environment are looked at.
#![allow(clippy::disallowed_methods)]

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use wslint_data::{Life, Problems, Release, Row, Table, folder};

fn main() -> Result<(), Box<dyn Error>> {
    let data = folder("data")?.join("haproxy");
    let mut code = String::new();
    for file in ["sections.txt", "global.txt", "proxy.txt"] {
        println!("cargo::rerun-if-changed={}", data.join(file).display());
    }
    match tables(&data) {
        Ok((sections, prefixed)) => {
            writeln!(code, "static SECTIONS: &[(&str, Numbers, Option<Numbers>)] = &[{sections}];")?;
            writeln!(code, "static PREFIXED: &[&str] = &[{prefixed}];")?;
        }
        Err(problems) => problems.iter().for_each(|problem| println!("cargo::error={problem}")),
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("sections.rs"), code)?;
    Ok(())
}

/// The words that open sections, with their versions, and the keywords that take a prefix.
fn tables(data: &Path) -> Result<(String, String), Problems> {
    let sections = Table::read(data, "sections.txt", &["name", "life"])?;
    let sections: Result<Vec<String>, String> = sections.rows().map(section).collect();
    let global = Table::read(data, "global.txt", &["name", "prefix", "build", "life", "default"])?;
    let columns = ["name", "sections", "arguments", "prefix", "life", "example", "default"];
    let proxy = Table::read(data, "proxy.txt", &columns)?;
    let prefixed = global.rows().chain(proxy.rows()).filter(|row| !row.cell("prefix").is_empty());
    let prefixed: Vec<String> = prefixed.map(|row| format!("{:?}", row.name())).collect();
    Ok((sections.map_err(|problem| vec![problem])?.join(", "), prefixed.join(", ")))
}

fn section(row: Row<'_>) -> Result<String, String> {
    let life = Life::read(row.cell("life")).map_err(|words| row.problem(words))?;
    let numbers = |Release(major, minor, patch): Release| format!("({major}, {minor}, {patch})");
    let since = life.since.map_or("(0, 0, 0)".to_owned(), numbers);
    let until = life.until.map_or("None".to_owned(), |until| format!("Some({})", numbers(until)));
    Ok(format!("({:?}, {since}, {until})", row.name()))
}
