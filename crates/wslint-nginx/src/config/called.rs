//! Which programs a file may hand requests to, by the names that it has for them, so that whoever reads files can look for
//! what answers there.

use std::borrow::Cow;

use wslint_syntax::Span;
use wslint_syntax::nginx::{BlockKind, DirectiveId, Tree};

/// The addresses that a file may hand requests to, in the order of the text, each with its place: those of `proxy_pass` and
/// of the servers of upstreams, and what variables may put there. Each is a host, and behind a colon its port if one is
/// written. They may be of no use: what becomes of a request is not asked.
pub fn called(tree: &Tree) -> impl Iterator<Item = (Cow<'_, str>, Span)> {
    tree.ids().filter_map(|id| {
        let parent = || tree.parent(id);
        let name = tree.name(id);
        let word = match &*name {
            b"proxy_pass" => tree.arg(id, 0),
            b"server" if parent().is_some_and(|parent| is_upstream(tree, parent)) => tree.arg(id, 0),
            b"set" => tree.arg(id, 1),
            _ if parent().is_some_and(|parent| is_table(tree, parent)) => tree.args(id).last(),
            _ => None,
        };
        let address = match word? {
            Cow::Borrowed(word) => Cow::Borrowed(address(std::str::from_utf8(word).ok()?)?),
            Cow::Owned(word) => Cow::Owned(address(std::str::from_utf8(&word).ok()?)?.to_owned()),
        };
        Some((address, tree.statement(id)))
    })
}

fn is_table(tree: &Tree, id: DirectiveId) -> bool {
    tree.block(id).is_some_and(|block| block.kind == BlockKind::Data)
}

fn is_upstream(tree: &Tree, id: DirectiveId) -> bool {
    &*tree.name(id) == b"upstream"
}

/// The address in a value such as `http://app:3000/x`. A port that a variable decides is none.
fn address(value: &str) -> Option<&str> {
    let value = ["http://", "https://"].iter().find_map(|scheme| value.strip_prefix(scheme)).unwrap_or(value);
    let authority = value.split(['/', '?']).next()?;
    let authority = authority.split_once(":$").map_or(authority, |(host, _)| host);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    let telling = authority.contains(|c: char| c.is_ascii_alphanumeric());
    (telling && authority.len() <= 253 && authority.chars().all(is_plain)).then_some(authority)
}

#[cfg(test)]
mod tests {
    use wslint_syntax::nginx::{Options, parse};

    #[test]
    fn addresses_are_those_that_requests_may_be_handed_to() {
        let text = "map $x $y { default http://one:1/a; b two; c \"\"; }\nupstream u { server three:3 weight=2; server unix:/x; }\n\
                    server { listen 80; set $v four; location / { proxy_pass http://$v:4; }\n\
                    location /a { proxy_pass https://five/x; } location /b { proxy_pass http://six:$port; } }";
        let tree = parse(text.as_bytes(), Options::default()).tree;
        let found: Vec<String> = super::called(&tree).map(|(address, _)| address.into_owned()).collect();
        assert_eq!(found, ["one:1", "two", "three:3", "unix:", "four", "five", "six"]);
    }
}
