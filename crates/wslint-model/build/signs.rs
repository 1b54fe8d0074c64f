//! The paths that tell of products, the most telling first, and the words that tell of WebSocket traffic.

use std::fmt::Write;
use std::path::Path;

use wslint_data::{Problems, Table};

use crate::form::{Product, Sign};

/// A sign with the place of its product among the products.
pub(crate) struct Owned<'p> {
    pub(crate) sign: &'p Sign,
    pub(crate) product: usize,
}

/// All signs: those that name more of a path before those that name less, then by their text, so that the order of the
/// files says nothing.
pub(crate) fn sorted<'p>(products: &'p [(String, Product)], problems: &mut Vec<String>) -> Vec<Owned<'p>> {
    let mut signs: Vec<Owned<'p>> = Vec::new();
    for (product, (name, read)) in products.iter().enumerate() {
        for sign in &read.signs {
            let path = sign.path.as_str();
            let bad = !(path.starts_with('/') || path.starts_with("**/"))
                || path.contains(char::is_uppercase)
                || literals(path) == 0;
            if bad {
                problems.push(format!(
                    "products/{name}.yaml: the sign `{path}` begins with `/` or `**/`, is in lower case and names a segment"
                ));
            }
            if let Some(other) = signs.iter().find(|other| other.sign.path == sign.path) {
                let other = &products[other.product].0;
                problems.push(format!("products/{name}.yaml: `{path}` is a sign of `{other}` too"));
            }
            signs.push(Owned { sign, product });
        }
    }
    signs.sort_by(|one, other| {
        let key = |owned: &Owned<'p>| {
            let path = owned.sign.path.as_str();
            (literals(path), path.ends_with('/'), !path.starts_with("**"))
        };
        key(other).cmp(&key(one)).then_with(|| one.sign.path.cmp(&other.sign.path))
    });
    signs
}

/// How many segments a sign names.
fn literals(path: &str) -> usize {
    path.split('/').filter(|segment| !segment.is_empty() && !segment.contains('*')).count()
}

/// The words of `words.txt`, and the products' own words of names, as tables of Rust: `PATHS` and `PATTERNS`,
/// the words of paths without and with a `*`, `HOSTS`, and `NAMES`.
///
/// # Errors
/// Every line that does not fit.
pub(crate) fn words(folder: &Path, products: &[(String, Product)]) -> Result<String, Problems> {
    let table = Table::read(folder, "words.txt", &["word", "path", "host", "name"])?;
    let (mut paths, mut patterns) = (Vec::new(), String::new());
    let (mut hosts, mut names) = (String::new(), String::new());
    let mut problems = Vec::new();
    for row in table.rows() {
        let word = row.name();
        let mut says = |column: &str, known: &[&str]| match row.cell(column) {
            "" => None,
            says if known.contains(&says) => Some(variant(says)),
            other => {
                problems.push(row.problem(format!("`{other}` is none of {}", known.join(", "))));
                None
            }
        };
        // Writing to a string cannot fail.
        if let Some(says) = says("path", &["strong", "weak", "aside", "events"]) {
            match word.contains('*') {
                true => _ = write!(patterns, "({word:?}, Says::{says}), "),
                false => paths.push((word, says)),
            }
        }
        if let Some(says) = says("host", &["strong", "weak"]) {
            let _ = write!(hosts, "({word:?}, Confidence::{says}), ");
        }
        if let Some(says) = says("name", &["strong", "weak"]) {
            let _ = write!(names, "({word:?}, Confidence::{says}, None), ");
        }
    }
    let mut owners: Vec<(&str, &str)> = Vec::new();
    for (name, product) in products {
        for own in &product.names {
            if let Some((_, other)) = owners.iter().find(|(word, _)| *word == own.word) {
                problems.push(format!("products/{name}.yaml: `{}` is a name of `{other}` too", own.word));
            }
            owners.push((&own.word, name));
            let _ = write!(names, "({:?}, Confidence::{:?}, Some({name:?})), ", own.word, own.confidence);
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    paths.sort_by_key(|(word, _)| *word);
    let paths: String = paths.iter().map(|(word, says)| format!("({word:?}, Says::{says}), ")).collect();
    Ok(format!(
        "static PATHS: &[(&str, Says)] = &[{paths}];\nstatic PATTERNS: &[(&str, Says)] = &[{patterns}];\nstatic HOSTS: &[(&str, Confidence)] = &[{hosts}];\n\
         static NAMES: &[(&str, Confidence, Option<&str>)] = &[{names}];\n"
    ))
}

fn variant(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
