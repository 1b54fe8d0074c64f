//! The cases of `cases/`: what each framework's code declares, and what looks alike and does not.

#![allow(clippy::disallowed_methods, reason = "the cases are files")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use wslint_code::{Code, File, Heartbeat, Place, Set, Setting, Transports, Value, all, read};
use wslint_model::product::Framework as Product;

/// A folder of code, and what it says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it shows.
    shows: String,
    /// Texts by their paths.
    files: BTreeMap<String, String>,
    /// Texts of clients in other folders.
    #[serde(default)]
    clients: BTreeMap<String, String>,
    /// What is declared, in words; nothing for a near miss.
    #[serde(default)]
    finds: Vec<String>,
}

/// The cases of a framework.
fn cases(name: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(format!("{name}.yaml"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn files(texts: &BTreeMap<String, String>) -> Vec<File<'_>> {
    texts.iter().map(|(path, text)| File { path, text }).collect()
}

#[test]
fn code_declares_what_the_cases_say() {
    let mut wrong = Vec::new();
    for framework in all() {
        for case in cases(framework.name) {
            let (files, clients) = (files(&case.files), files(&case.clients));
            let found = told(&read(&files, &clients), &[files, clients].concat());
            if found != case.finds {
                wrong.push(format!(
                    "{}: {}\n  found  {found:#?}\n  wanted {:#?}",
                    framework.name, case.shows, case.finds
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cases\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_framework_has_cases_of_both_kinds() {
    for framework in all() {
        let cases = cases(framework.name);
        let names = |line: &String| line.contains(&format!("({})", framework.name));
        assert!(
            cases.iter().any(|case| case.finds.iter().any(names)),
            "{}: nothing is declared",
            framework.name
        );
        let is_miss = |case: &Case| case.finds.iter().all(|line| line.starts_with("unknown"));
        assert!(cases.iter().any(is_miss), "{}: no near miss", framework.name);
    }
    let names: Vec<&str> = all().iter().map(|framework| framework.name).collect();
    let folder = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")).expect("the cases");
    for entry in folder {
        let name = entry.expect("a file").file_name().into_string().expect("a plain name");
        assert!(names.iter().any(|one| name == format!("{one}.yaml")), "{name} is of no framework");
    }
}

#[test]
fn products_are_known() {
    for framework in all() {
        if let Some(product) = framework.product {
            assert!(Product::named(product).is_some(), "{}: no products/{product}.yaml", framework.name);
        }
    }
}

/// What was found, a line each.
fn told(code: &Code, files: &[File<'_>]) -> Vec<String> {
    let quoted = |place: &Place| {
        let text = files[place.file].text[place.span.range()].lines().next().unwrap_or_default();
        format!("{} {text}", files[place.file].path)
    };
    let mut lines = Vec::new();
    for one in &code.declared {
        let transports = match one.transports {
            Transports::PollingAndWebsocket => "polling+websocket",
            Transports::WebsocketOnly => "websocket",
            Transports::Unknown => "?",
        };
        let mut line = format!("{} {:?} {transports} ({})", one.path.pattern, one.path.kind, one.framework);
        let usual =
            all().iter().find(|framework| framework.name == one.framework).and_then(|one| one.product);
        if one.product != usual {
            line.push_str(&format!(" as {}", one.product.unwrap_or("nothing")));
        }
        line.push_str(&extras(&one.heartbeat, &one.settings));
        line.push_str(&format!(" <- {}", quoted(&one.place)));
        for client in &one.clients {
            line.push_str(&format!(" <~ {}", quoted(client)));
        }
        lines.push(line);
    }
    for one in &code.any_path {
        let extras = extras(&one.heartbeat, &one.settings);
        lines.push(format!("any path ({}){extras} <- {}", one.framework, quoted(&one.place)));
    }
    for one in &code.unknown {
        lines.push(format!("unknown ({}): {} <- {}", one.framework, one.why, quoted(&one.place)));
    }
    lines
}

fn extras(heartbeat: &Set<Heartbeat>, settings: &[Setting]) -> String {
    let mut line = match heartbeat {
        Set::Not => String::new(),
        Set::To(Heartbeat::Every(milliseconds), _) => format!(" beat={milliseconds}ms"),
        Set::To(Heartbeat::Off, _) => " beat=off".to_owned(),
        Set::Unknown(_) => " beat=?".to_owned(),
    };
    for setting in settings {
        let value = match &setting.value {
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Flag(flag)) => flag.to_string(),
            Some(Value::Nothing) => "nothing".to_owned(),
            Some(Value::Words(words)) => format!("{words:?}"),
            None => "?".to_owned(),
        };
        line.push_str(&format!(" {}={value}", setting.name));
    }
    line
}
