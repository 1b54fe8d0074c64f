//! The paths that tell of products, the most telling first, and the words that tell of WebSocket traffic in any path.

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

/// The words of `segments.txt` as Rust: `("ws", Says::Strong)`.
///
/// # Errors
/// Every line that does not fit.
pub(crate) fn segments(folder: &Path) -> Result<String, Problems> {
    let table = Table::read(folder, "segments.txt", &["name", "says"])?;
    let (mut code, mut problems) = (String::new(), Vec::new());
    for row in table.rows() {
        let says = match row.cell("says") {
            "strong" => "Strong",
            "weak" => "Weak",
            "aside" => "Aside",
            other => {
                problems.push(row.problem(format!("`{other}` is none of `strong`, `weak` and `aside`")));
                continue;
            }
        };
        // Writing to a string cannot fail.
        let _ = write!(code, "({:?}, Says::{says}), ", row.name());
    }
    if problems.is_empty() { Ok(code) } else { Err(problems) }
}
