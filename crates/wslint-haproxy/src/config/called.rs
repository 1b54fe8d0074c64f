//! Which programs a file hands requests to, by the names that it has for them, so that whoever reads files can look for
//! what answers there.

use wslint_syntax::Span;
use wslint_syntax::haproxy::Tree;

/// The addresses of the servers of a file in the order of the text, each with its place: a host, and behind a colon its
/// port if one is written.
pub fn called(tree: &Tree) -> impl Iterator<Item = (&str, Span)> {
    tree.lines().iter().filter_map(|line| {
        let words = tree.words(line);
        let text = |at: usize| words.get(at).filter(|word| !word.unknown).map(|word| tree.text(word));
        let at = match text(0) {
            Some(b"server") => 2,
            Some(b"server-template") => 3,
            _ => return None,
        };
        let address = std::str::from_utf8(text(at)?).ok()?;
        let bare = address.split_once('@').map_or(address, |(_, bare)| bare);
        let span = Span { start: words[0].span.start, end: words[at].span.end };
        (!bare.is_empty() && !bare.starts_with('/')).then_some((bare, span))
    })
}

#[cfg(test)]
mod tests {
    use wslint_syntax::haproxy::{Options, parse};

    #[test]
    fn addresses_are_those_of_servers() {
        let text = "backend b\n  server a app:3000 check\n  server-template w 1-3 web:80\n  server u unix@/run/x\n  \
                    server i ipv4@10.0.0.1:80\n";
        let tree = parse(text.as_bytes(), &Options::default()).tree;
        let found: Vec<&str> = super::called(&tree).map(|(address, _)| address).collect();
        assert_eq!(found, ["app:3000", "web:80", "10.0.0.1:80"]);
    }
}
