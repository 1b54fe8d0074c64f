//! Which map and pattern files a configuration names, so that whoever reads files can bring them.

use std::collections::BTreeMap;

use memchr::memmem;
use wslint_syntax::Span;
use wslint_syntax::haproxy::{Tree, Word};

/// The names that a file gives to its map and pattern files: what follows `-f` in an ACL, and the first argument of
/// the `map…` converters (configuration manual, sections 7.1 and 7.3.1). Names that hold bytes other than UTF-8 and
/// words that are not known are left out. Each name comes with the first line that gives it.
pub fn pattern_files(tree: &Tree) -> BTreeMap<String, Span> {
    let mut names = BTreeMap::new();
    // Most files name none, and most lines of the others do not.
    let signs: [&[u8]; 2] = [b"-f", b"map"];
    if !signs.iter().any(|sign| tree.may_hold(sign)) {
        return names;
    }
    let finders = signs.map(memmem::Finder::new);
    let names_any = |line: &[u8]| finders.iter().any(|sign| sign.find(line).is_some());
    for line in tree.lines().iter().filter(|line| tree.line_may_hold(line, names_any)) {
        let mut before = "";
        for word in tree.words(line).iter().map(|word| known(tree, word)) {
            let pattern = (before == "-f").then_some(word);
            // Most words call no converter.
            let maps = word.contains('(').then(|| maps(word));
            for name in pattern.into_iter().chain(maps.into_iter().flatten()) {
                names.entry(name.to_owned()).or_insert(line.span);
            }
            before = word;
        }
    }
    names.remove("");
    names
}

/// The text of a word, if it is known.
fn known<'t>(tree: &'t Tree, word: &'t Word) -> &'t str {
    if word.unknown { "" } else { tree.string(word).unwrap_or_default() }
}

/// The files of the `map` converters in a word: `%[path,map_beg(./paths.map)]`.
fn maps(word: &str) -> impl Iterator<Item = &str> {
    word.match_indices("map").filter_map(move |(at, _)| {
        let starts =
            word[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric() && before != '_');
        let (name, rest) = word[at..].split_once('(')?;
        let is_converter = name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        (starts && is_converter).then(|| rest.split([',', ')']).next().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use wslint_syntax::haproxy::{Options, parse};

    #[test]
    fn files_of_acls_and_maps_are_named() {
        let text = "frontend f\n  acl a hdr(host) -i -f hosts.lst -f more.lst x\n  \
                    use_backend %[req.hdr(host),lower,map(/etc/haproxy/h.map,web)]\n  \
                    http-request set-var(txn.a) path,map_beg(./p.map)\n  acl mapped path /bitmap(x)\n";
        let tree = parse(text.as_bytes(), &Options::default()).tree;
        let names: Vec<String> = super::pattern_files(&tree).into_keys().collect();
        assert_eq!(names, ["./p.map", "/etc/haproxy/h.map", "hosts.lst", "more.lst"]);
    }
}
