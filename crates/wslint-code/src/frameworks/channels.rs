//! Django Channels.

use std::collections::HashMap;

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::python_routers::python;
use crate::links::mounts::Node;
use crate::links::python::Names;
use crate::path::{Path, Style};
use crate::text::{Argument, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "channels",
    title: "Django Channels",
    product: None,
    declared_by: &["re_path(r'P', Consumer.as_asgi())", "path('P', Consumer.as_asgi())"],
    path: "The first argument, behind the paths of the `URLRouter`s around it. Views of `urls.py` are none.",
    read,
};

/// Routers within routers deeper than this are made up.
const DEEPEST: usize = 8;

/// So are more brackets around a route.
const MOST_BRACKETS: usize = 64;

/// And a list of routes that is used more often.
const MOST_USES: usize = 16;

fn read(folder: &Folder<'_>, found: &mut Found) {
    let names = Names::of(folder);
    let nested = nested(folder, &names);
    for (at, source) in python(folder) {
        for consumer in source.positions("as_asgi") {
            route(folder, &nested, at, source, consumer, found);
        }
    }
}

/// Lists of routes that hang below a route: its source and the token of its `URLRouter`.
type Nested = HashMap<Node, Vec<(usize, usize)>>;

/// `path('ws/', URLRouter(routes))`: which lists have a path before them.
fn nested(folder: &Folder<'_>, names: &Names<'_, '_>) -> Nested {
    let mut nested = Nested::new();
    for (at, source) in python(folder) {
        for call in source.calls("URLRouter") {
            let list = source.first_argument(call.open).and_then(|list| names.node(at, list.value));
            if let Some(list) = list {
                nested.entry(list).or_default().push((at, call.name));
            }
        }
    }
    nested
}

/// The route around a consumer.
fn route(
    folder: &Folder<'_>,
    nested: &Nested,
    at: usize,
    source: &Source<'_>,
    consumer: usize,
    found: &mut Found,
) {
    let Some(open) = source.outer(consumer).filter(|open| is_route(source, *open)) else { return };
    let Some(written) = source.first_argument(open) else { return };
    let place = source.place_of(written.value);
    let Some(own) = piece(source, open, &written) else {
        return found.unknown("its path is computed", place);
    };
    match before(folder, nested, at, open) {
        None => found.unknown("the path of a router around it cannot be told", place),
        Some(prefix) => {
            let path = if prefix.is_empty() { own } else { prefix.join(own) };
            found.websocket(path.finished(), place);
        }
    }
}

fn is_route(source: &Source<'_>, open: usize) -> bool {
    open > 0 && ["path", "re_path", "url"].iter().any(|word| source.is(open - 1, word))
}

/// A part of a path as it is written, as a regular expression or not.
#[derive(Clone, Debug, Default)]
struct Piece {
    text: String,
    is_regex: bool,
}

impl Piece {
    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Puts a part behind another. Both have to be written alike.
    fn join(mut self, other: Self) -> Self {
        if self.is_regex != other.is_regex {
            // A literal part is a regular expression of itself as long as nothing in it means more.
            let is_plain =
                |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_-".contains(&byte));
            let plain = if self.is_regex { &other.text } else { &self.text };
            if !is_plain(plain) {
                self.text.clear();
                return self;
            }
            self.is_regex = true;
        }
        self.text.push_str(other.text.trim_start_matches('^'));
        self
    }

    fn finished(&self) -> Option<Path> {
        Path::of(&self.text, if self.is_regex { Style::Regex } else { Style::Braces })
    }
}

fn piece(source: &Source<'_>, open: usize, written: &Argument<'_>) -> Option<Piece> {
    let is_regex = !source.is(open - 1, "path");
    Some(Piece { text: source.literal(written.value)?, is_regex })
}

/// The path before a route; nothing if it cannot be told.
fn before(folder: &Folder<'_>, nested: &Nested, at: usize, open: usize) -> Option<Piece> {
    let mut prefix = Piece::default();
    let (mut at, mut token) = (at, open);
    for _ in 0..DEEPEST {
        let source = &folder.sources()[at];
        // Outwards through lists and routers, up to a route or the name of the list.
        let mut outermost = token;
        let mut route = None;
        let mut brackets = 0;
        while let Some(open) = source.outer(outermost) {
            outermost = open;
            brackets += 1;
            if is_route(source, open) {
                route = Some(open);
                break;
            }
            if brackets > MOST_BRACKETS {
                return None;
            }
        }
        if let Some(open) = route {
            prefix = piece(source, open, &source.first_argument(open)?)?.join(prefix);
            if prefix.is_empty() {
                return None;
            }
            token = open;
            continue;
        }
        let Some(list) = source.assigned_to(outermost) else { return Some(prefix) };
        match nested.get(&(at, list.to_owned())).map(Vec::as_slice) {
            None => return Some(prefix),
            Some([(above, router)]) => (at, token) = (*above, *router),
            Some(several) if several.len() > MOST_USES => return None,
            Some(several) => {
                // Used more than once: only where no use has a path before it.
                let is_plain = |(above, router): &(usize, usize)| {
                    let source = &folder.sources()[*above];
                    std::iter::successors(source.outer(*router), |open| source.outer(*open))
                        .take(MOST_BRACKETS)
                        .all(|open| !is_route(source, open))
                };
                return several.iter().all(is_plain).then_some(prefix);
            }
        }
    }
    None
}
