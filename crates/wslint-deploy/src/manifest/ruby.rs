//! `Gemfile`, as far as it is written out.

use super::lines::lines;
use super::package::Package;
use super::range::allowed;

pub(super) fn gemfile(text: &str) -> Vec<Package> {
    let mut packages = Vec::new();
    // Whether a group for tests or for the work on the program is open.
    let mut aside = false;
    for (line, span) in lines(text) {
        if line.starts_with("group ") {
            aside = !line.contains(":production") && !line.contains(":default");
        } else if line == "end" {
            aside = false;
        }
        let Some(rest) = line.strip_prefix("gem ").filter(|_| !aside) else { continue };
        let mut words = rest.split(',').map(|word| word.trim().trim_matches(['\'', '"']));
        let Some(name) = words.next().filter(|name| !name.is_empty()) else { continue };
        let versions = allowed(words.next().unwrap_or_default());
        packages.push(Package { registry: "gem", name: name.to_owned(), versions, span });
    }
    packages
}
