//! Makes the tables of annotations from the lines of `data/kubernetes`.

// A build script is where files and the environment are looked at.
#![allow(clippy::disallowed_methods)]

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use wslint_data::{Row, Table, folder};

/// The files of annotations, and what Rust calls their tables.
const TABLES: &[(&str, &str)] = &[
    ("haproxy-ingress.txt", "HAPROXY_INGRESS"),
    ("haproxytech.txt", "HAPROXYTECH"),
    ("ingress-nginx.txt", "INGRESS_NGINX"),
    ("nginx-ingress.txt", "NGINX_INGRESS"),
    ("openshift.txt", "OPENSHIFT"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let data = folder("data")?.join("kubernetes");
    println!("cargo::rerun-if-changed={}", data.display());
    let mut code = String::new();
    let mut problems = Vec::new();
    for (file, name) in TABLES {
        let columns = ["name", "treatment", "value", "bad", "where"];
        let known = table(&data, file, &columns, known, &mut problems);
        writeln!(
            code,
            "/// The lines of `data/kubernetes/{file}`.\nstatic {name}: &[Known] = &[\n{known}];"
        )?;
    }
    let mistaken = table(&data, "mistaken.txt", &["name", "controller", "instead"], mistaken, &mut problems);
    writeln!(
        code,
        "/// The lines of `data/kubernetes/mistaken.txt`.\nstatic MISTAKEN: &[Mistaken] = &[\n{mistaken}];"
    )?;
    let remedies = table(&data, "remedies.txt", &["rule", "controller", "help"], remedy, &mut problems);
    writeln!(
        code,
        "/// The lines of `data/kubernetes/remedies.txt`.\nstatic REMEDIES: &[Remedy] = &[\n{remedies}];"
    )?;
    for problem in problems {
        println!("cargo::error={problem}");
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("annotations.rs"), code)?;
    Ok(())
}

/// A table as Rust.
fn table(
    data: &Path,
    file: &str,
    columns: &[&str],
    line: fn(Row<'_>) -> Result<String, String>,
    problems: &mut Vec<String>,
) -> String {
    let mut code = String::new();
    match Table::read(data, file, columns) {
        Ok(read) => {
            for row in read.rows() {
                match line(row) {
                    Ok(line) => code.push_str(&format!("    {line},\n")),
                    Err(words) => problems.push(row.problem(words)),
                }
            }
        }
        Err(found) => problems.extend(found),
    }
    code
}

fn known(row: Row<'_>) -> Result<String, String> {
    let treatment = match row.cell("treatment") {
        "lowered" => "Lowered",
        "ignored" => "Ignored",
        "rejected" => "Rejected",
        "irrelevant" => "Irrelevant",
        word => return Err(format!("`{word}` is none of lowered, ignored, rejected, irrelevant")),
    };
    let holds = match row.cell("value") {
        "text" => "Text".to_owned(),
        "number" => "Number".to_owned(),
        "flag" => "Flag".to_owned(),
        "time" => "Time".to_owned(),
        words => {
            let words: Vec<&str> = words.split('|').collect();
            format!("Word(&{words:?})")
        }
    };
    let rejects = match row.cell("bad") {
        "rejected" => true,
        "ignored" => false,
        word => return Err(format!("`{word}` is none of rejected, ignored")),
    };
    let mut objects = Vec::new();
    for word in row.cell("where").split_whitespace() {
        objects.push(match word {
            "configmap" => "Level::ConfigMap",
            "ingress" => "Level::Ingress",
            "service" => "Level::Service",
            word => return Err(format!("`{word}` is none of configmap, ingress, service")),
        });
    }
    Ok(format!(
        "Known {{ name: {:?}, treatment: Treatment::{treatment}, holds: Holds::{holds}, rejects: {rejects}, levels: &[{}] }}",
        row.name(),
        objects.join(", ")
    ))
}

fn mistaken(row: Row<'_>) -> Result<String, String> {
    let (controller, instead) = (row.cell("controller"), row.cell("instead"));
    Ok(format!("Mistaken {{ name: {:?}, controller: {controller:?}, instead: {instead:?} }}", row.name()))
}

fn remedy(row: Row<'_>) -> Result<String, String> {
    let (controller, help) = (row.cell("controller"), row.cell("help"));
    Ok(format!("Remedy {{ rule: {:?}, controller: {controller:?}, help: {help:?} }}", row.name()))
}
