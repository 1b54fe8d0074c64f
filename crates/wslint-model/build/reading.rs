//! Reads the files of `products/` and checks what they say of each other.

use std::error::Error;
use std::path::Path;
use std::{fs, io};

use crate::form::{Basis, Fact, Heartbeat, Product};

/// The products by their names, sorted. What is wrong goes to `problems`.
pub(crate) fn products(
    folder: &Path,
    problems: &mut Vec<String>,
) -> Result<Vec<(String, Product)>, Box<dyn Error>> {
    let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let mut products = Vec::new();
    for path in files {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match serde_yaml::from_str::<Product>(&fs::read_to_string(&path)?) {
            Ok(product) => products.push((name, product)),
            Err(error) => problems.push(format!("products/{name}.yaml: {error}")),
        }
    }
    for (at, (name, product)) in products.iter().enumerate() {
        let mut say = |words: String| problems.push(format!("products/{name}.yaml: {words}"));
        if name.contains(|c: char| !matches!(c, 'a'..='z' | '0'..='9' | '.' | '-')) {
            say("a name holds small letters, digits, `.` and `-` only".to_owned());
        }
        for base in &product.built_on {
            match products.iter().position(|(other, _)| other == base) {
                None => say(format!("`built-on`: there is no products/{base}.yaml")),
                Some(other) if reaches(&products, other, at) => {
                    say(format!("`built-on`: `{base}` is built on this one"));
                }
                Some(_) => {}
            }
        }
        for path in product.endpoints.iter().filter(|path| !path.starts_with('/')) {
            say(format!("`endpoints`: `{path}` begins with no `/`"));
        }
        for path in product.optional.iter().filter(|path| !product.endpoints.contains(path)) {
            say(format!("`optional`: `{path}` is none of its `endpoints`"));
        }
        let registries = ["npm", "pypi", "gem", "go", "hex", "nuget"];
        let known = |package: &str| {
            package
                .split_once(':')
                .is_some_and(|(registry, name)| registries.contains(&registry) && !name.is_empty())
        };
        for package in product.packages.iter().filter(|package| !known(package)) {
            say(format!("`packages`: `{package}` begins with none of {registries:?} and a colon"));
        }
        for heartbeat in &product.heartbeat {
            if let Err(words) = milliseconds(heartbeat) {
                say(words);
            }
        }
        for text in versions(product).filter(|text| version(text).is_none()) {
            say(format!("`{text}` is no version such as 1.67.0"));
        }
        if sources(product).any(|(basis, source)| source.trim().is_empty() && basis != Basis::Unverified) {
            say("what was read or run has a source".to_owned());
        }
    }
    Ok(products)
}

/// Whether a product is built on another, or is it. Each step leads to another product, so as many steps as there are
/// products lead to all of them.
fn reaches(products: &[(String, Product)], from: usize, to: usize) -> bool {
    let mut reached = vec![from];
    for step in 0..products.len() {
        let Some(&at) = reached.get(step) else { break };
        for base in &products[at].1.built_on {
            let Some(base) = products.iter().position(|(other, _)| other == base) else { continue };
            if !reached.contains(&base) {
                reached.push(base);
            }
        }
    }
    reached.contains(&to)
}

/// What each fact rests on, and where it was read.
fn sources(product: &Product) -> impl Iterator<Item = (Basis, &str)> {
    let heartbeats = product.heartbeat.iter().map(|fact| (fact.basis, fact.source.as_str()));
    let polls = product.polls.iter().map(|fact| (fact.basis, fact.source.as_str()));
    let http10 = product.http10.iter().map(|fact| (fact.basis, fact.source.as_str()));
    let origins = product.origin_check.iter().map(|fact| (fact.basis, fact.source.as_str()));
    let without = product.without_websocket.iter().map(|fact| (fact.basis, fact.source.as_str()));
    heartbeats.chain(polls).chain(http10).chain(origins).chain(without)
}

/// The versions that facts begin or end with.
fn versions(product: &Product) -> impl Iterator<Item = &str> {
    fn of<T>(fact: &Fact<T>) -> [&Option<String>; 2] {
        [&fact.since, &fact.until]
    }
    let heartbeats = product.heartbeat.iter().flat_map(|fact| [&fact.since, &fact.until]);
    let others = product.polls.iter().flat_map(of).chain(product.http10.iter().flat_map(of));
    let others = others.chain(product.origin_check.iter().flat_map(of));
    let all = heartbeats.chain(others).chain(product.without_websocket.iter().flat_map(of));
    all.filter_map(|text| text.as_deref())
}

/// The numbers of a version, those that are missing 0.
pub(crate) fn version(text: &str) -> Option<[u32; 3]> {
    let mut numbers = [0; 3];
    for (at, part) in text.split('.').enumerate() {
        *numbers.get_mut(at)? = part.parse().ok()?;
    }
    Some(numbers)
}

/// The silence of a heartbeat in milliseconds; `None` for no heartbeat.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn milliseconds(heartbeat: &Heartbeat) -> Result<Option<u64>, String> {
    let text = heartbeat.answer.as_str();
    if text == "none" {
        return Ok(None);
    }
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s').unwrap_or_default(), 1000),
    };
    let time = number.parse::<u64>().ok().filter(|&time| time > 0);
    let time =
        time.ok_or_else(|| format!("`heartbeat`: `{text}` is neither `none` nor a time in `s` or `ms`"))?;
    Ok(Some(time * unit))
}
