//! `go.mod`.

use super::lines::lines;
use super::package::Package;
use super::range::allowed;

pub(super) fn go_mod(text: &str) -> Vec<Package> {
    let mut packages = Vec::new();
    let mut inside = false;
    for (line, span) in lines(text) {
        match line {
            "require (" => inside = true,
            ")" => inside = false,
            _ => {}
        }
        let required = line.strip_prefix("require ").or(Some(line).filter(|_| inside));
        // What others need of it says nothing about the program itself.
        let Some(required) = required.filter(|line| !line.ends_with("// indirect")) else { continue };
        let mut words = required.split_whitespace();
        let version = |word: &&str| word.starts_with('v');
        if let (Some(name), Some(version)) = (words.next(), words.next().filter(version)) {
            packages.push(Package {
                registry: "go",
                name: name.to_owned(),
                versions: allowed(version),
                span,
            });
        }
    }
    packages
}
