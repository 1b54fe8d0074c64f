//! Which programs a file hands requests to, by the names that it has for them, so that whoever reads files can look for
//! what answers there.

use std::collections::BTreeMap;

use wslint_syntax::Span;
use wslint_syntax::haproxy::Tree;

/// How many addresses of one file are told.
const MOST_ADDRESSES: usize = 10_000;

/// The addresses of the servers of a file: a host, and behind a colon its port if one is written. With each comes the
/// first place that calls it.
pub fn called(tree: &Tree) -> BTreeMap<String, Span> {
    let mut addresses = BTreeMap::new();
    for line in tree.lines() {
        if addresses.len() == MOST_ADDRESSES {
            break;
        }
        let words = tree.words(line);
        let text = |at: usize| words.get(at).filter(|word| !word.unknown).map(|word| tree.text(word));
        let at = match text(0) {
            Some(b"server") => 2,
            Some(b"server-template") => 3,
            _ => continue,
        };
        let Some(address) = text(at).and_then(|word| String::from_utf8(word.to_vec()).ok()) else { continue };
        let bare = address.split_once('@').map_or(address.as_str(), |(_, bare)| bare);
        if !bare.is_empty() && !bare.starts_with('/') {
            let span = Span { start: words[0].span.start, end: words[at].span.end };
            addresses.entry(bare.to_owned()).or_insert(span);
        }
    }
    addresses
}

#[cfg(test)]
mod tests {
    use wslint_syntax::haproxy::{Options, parse};

    #[test]
    fn addresses_are_those_of_servers() {
        let text = "backend b\n  server a app:3000 check\n  server-template w 1-3 web:80\n  server u unix@/run/x\n  \
                    server i ipv4@10.0.0.1:80\n";
        let tree = parse(text.as_bytes(), &Options::default()).tree;
        let found: Vec<String> = super::called(&tree).into_keys().collect();
        assert_eq!(found, ["10.0.0.1:80", "app:3000", "web:80"]);
    }
}
