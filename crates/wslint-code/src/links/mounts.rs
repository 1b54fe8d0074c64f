//! Routers that hang below each other: the prefixes that come before what one of them declares.

use std::collections::{HashMap, HashSet};

use crate::found::Found;

/// A router: the source in which it is made, and its name there.
pub(crate) type Node = (usize, String);

/// More ways to one router than this are made up.
const MOST_WAYS: usize = 32;

/// More routers in each other than this go in a circle.
const DEEPEST: usize = 12;

/// Which router hangs below which.
#[derive(Default)]
pub(crate) struct Mounts {
    /// What takes requests itself.
    roots: HashSet<Node>,
    /// The prefix that a router has by itself; nothing if it cannot be told.
    own: HashMap<Node, Option<String>>,
    /// The routers above with the prefix given there; nothing if it cannot be told.
    above: HashMap<Node, Vec<(Node, Option<String>)>>,
}

impl Mounts {
    pub(crate) fn root(&mut self, node: Node) {
        self.roots.insert(node);
    }

    /// A router with its own prefix. One name that has several is not known.
    pub(crate) fn router(&mut self, node: Node, prefix: Option<String>) {
        self.own
            .entry(node)
            .and_modify(|own| *own = if *own == prefix { prefix.clone() } else { None })
            .or_insert(prefix);
    }

    /// A router that hangs below another.
    pub(crate) fn hang(&mut self, below: Node, above: Node, prefix: Option<String>) {
        let ways = self.above.entry(below).or_default();
        if ways.len() <= MOST_WAYS {
            ways.push((above, prefix));
        }
    }

    /// Whether a name is made to take requests itself, be it that it hangs elsewhere.
    pub(crate) fn is_root(&self, node: &Node) -> bool {
        self.roots.contains(node)
    }

    /// Whether a name is one of a router, and not of an app.
    pub(crate) fn is_router(&self, node: &Node) -> bool {
        self.own.contains_key(node)
    }

    /// Whether a router has a prefix by itself, be it one that cannot be told.
    pub(crate) fn has_prefix(&self, node: &Node) -> bool {
        self.own.get(node).is_some_and(|own| own.as_deref() != Some(""))
    }

    /// All prefixes under which a router is reached; nothing if one of them cannot be told, or none leads to a root.
    pub(crate) fn prefixes(&self, node: &Node) -> Option<Vec<String>> {
        let mut found: Vec<String> = Vec::new();
        let mut open = vec![(node.clone(), String::new(), 0)];
        let mut ways = 0;
        while let Some((node, behind, depth)) = open.pop() {
            ways += 1;
            if depth > DEEPEST || ways > MOST_WAYS {
                return None;
            }
            let own = match self.own.get(&node) {
                Some(own) => own.as_deref()?,
                None => "",
            };
            let behind = format!("{own}{behind}");
            match self.above.get(&node) {
                Some(above) => {
                    for (above, prefix) in above {
                        let prefix = prefix.as_deref()?.trim_end_matches('/');
                        open.push((above.clone(), format!("{prefix}{behind}"), depth + 1));
                    }
                }
                None if self.roots.contains(&node) => {
                    if !found.contains(&behind) {
                        found.push(behind);
                    }
                }
                None => return None,
            }
        }
        found.sort();
        (!found.is_empty()).then_some(found)
    }
}

/// What a router declares, under all of its prefixes.
pub(crate) fn under(
    prefixes: Option<Vec<String>>,
    path: Option<String>,
    place: crate::file::Place,
    found: &mut Found,
    style: crate::path::Style,
) {
    let Some(prefixes) = prefixes else {
        return found.unknown("the prefix of its router cannot be told", place);
    };
    let Some(path) = path else { return found.unknown("its path is computed", place) };
    for prefix in prefixes {
        let slash = if path.starts_with('/') || prefix.ends_with('/') || path.is_empty() { "" } else { "/" };
        found.websocket(crate::path::Path::of(&format!("{prefix}{slash}{path}"), style), place.clone());
    }
}
