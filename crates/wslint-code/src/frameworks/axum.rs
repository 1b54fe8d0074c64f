//! axum.

use std::collections::{BTreeMap, HashMap};

use crate::folder::Folder;
use crate::found::Found;
use crate::framework::Framework;
use crate::frameworks::rust::{Function, enclosing, functions, is_in, sources, tests};
use crate::links::mounts::{Mounts, Node, under};
use crate::path::Style;
use crate::text::{Call, Part, Source};

pub(super) static FRAMEWORK: Framework = Framework {
    name: "axum",
    title: "axum",
    product: None,
    declared_by: &[".route(\"P\", get(handler)), where the handler takes a WebSocketUpgrade"],
    path: "The first argument behind the paths at which `nest` mounts the router, which is made in place, or known by the \
           function that makes it or the name that it is given.",
    read,
};

/// What functions of a name take.
#[derive(Clone, Copy, PartialEq)]
enum Takes {
    Upgrade,
    Other,
    Unsure,
}

fn read(folder: &Folder<'_>, found: &mut Found) {
    if !sources(folder).any(|(_, source)| source.has_word("WebSocketUpgrade") && source.has_word("axum")) {
        return;
    }
    let mut handlers: HashMap<&str, Takes> = HashMap::new();
    for (_, source) in sources(folder) {
        for function in functions(source) {
            let takes = match source.holds(function.head, "WebSocketUpgrade") {
                true => Takes::Upgrade,
                false => Takes::Other,
            };
            handlers
                .entry(function.name)
                .and_modify(|known| *known = if *known == takes { takes } else { Takes::Unsure })
                .or_insert(takes);
        }
    }
    let mounts = mounts(folder);
    for (at, source) in sources(folder) {
        let functions = functions(source);
        let tests = tests(source);
        for call in
            source.calls("route").filter(|call| source.is_member(call.name) && !is_in(&tests, call.name))
        {
            let arguments = source.arguments(call.open);
            let [path, methods, ..] = arguments.as_slice() else { continue };
            let place = source.place_of(path.value);
            match takes(source, methods.value, &handlers) {
                Takes::Other => {}
                Takes::Unsure => found.unknown("functions of its name differ", place),
                Takes::Upgrade => {
                    let prefixes =
                        router(source, call.name, &functions).and_then(|name| mounts.prefixes(&(at, name)));
                    under(prefixes, source.literal(path.value), place, found, style(source, path.value));
                }
            }
        }
    }
}

/// Up to 0.7 parameters are written as `:id`, since 0.8 as `{id}`.
fn style(source: &Source<'_>, path: Part) -> Style {
    let has_colon = source.literal(path).is_some_and(|path| path.contains("/:") || path.contains("/*"));
    if has_colon { Style::Colons } else { Style::Braces }
}

/// What the handler takes that `get(…)` or `any(…)` is given, be it written in place.
fn takes(source: &Source<'_>, methods: Part, handlers: &HashMap<&str, Takes>) -> Takes {
    for word in ["get", "any"] {
        for at in source.within(methods, word) {
            let Some(call) = source.call(at) else { continue };
            let Some(handler) = source.first_argument(call.open) else { continue };
            if source.is(handler.value.start, "|") || source.is(handler.value.start, "move") {
                return if source.holds(handler.value, "WebSocketUpgrade") {
                    Takes::Upgrade
                } else {
                    Takes::Other
                };
            }
            let name = handler.value.end.checked_sub(1).and_then(|last| source.word(last));
            if let Some(takes) = name.and_then(|name| handlers.get(name)) {
                return *takes;
            }
        }
    }
    Takes::Other
}

/// The router that a method is called on: the name that its chain is given, or the function that returns it.
fn router(source: &Source<'_>, name: usize, functions: &[Function<'_>]) -> Option<String> {
    let function = enclosing(functions, name);
    let mut start = name;
    // Back to the first name of the chain.
    for _ in 0..MOST {
        if !source.is_member(start) {
            break;
        }
        let before = start.checked_sub(2)?;
        start = match source.opened_by(before) {
            Some(open) => open.checked_sub(1)?,
            None => before,
        };
    }
    // `Router::new()`: the type stands before.
    let start = if source.precede(start, &[":", ":"]) { start.checked_sub(3)? } else { start };
    if !source.is(start, "Router") {
        // `router = router.route(…)` is the router that the name is.
        return source.word(start).map(|name| scoped(function, name));
    }
    if let Some(variable) = source.assigned_to(start) {
        return Some(scoped(function, variable));
    }
    // One that is handed to another call has no name: `.nest("/x", Router::new()…)`.
    match source.outer(start).is_some_and(|open| source.is(open, "(")) {
        true => Some(unnamed(start)),
        false => function.map(str::to_owned),
    }
}

/// What a router without a name is known by: where it begins.
fn unnamed(start: usize) -> String {
    format!("@{start}")
}

/// Where a router begins that is made in this very part: `Router::new()…`, `axum::Router::new()…`.
fn made_here(source: &Source<'_>, part: Part) -> Option<usize> {
    [part.start, part.start + 3].into_iter().find(|&at| at < part.end && source.is(at, "Router"))
}

/// The name of a variable of a function.
fn scoped(function: Option<&str>, variable: &str) -> String {
    format!("{}.{variable}", function.unwrap_or_default())
}

/// Longer chains, and more functions that make routers, are made up.
const MOST: usize = 400;

/// The functions that make routers, by their names, each with its file.
type Makers<'a> = BTreeMap<&'a str, Vec<usize>>;

/// Which routers are nested in which: by names within one function, by the functions that make them across files.
fn mounts(folder: &Folder<'_>) -> Mounts {
    let mut mounts = Mounts::default();
    let mut makers = Makers::new();
    for (at, source) in sources(folder) {
        for function in functions(source).iter().filter(|function| source.holds(function.head, "Router")) {
            makers.entry(function.name).or_default().push(at);
            mounts.root((at, function.name.to_owned()));
        }
    }
    if makers.len() > MOST {
        // Made up: no router is known.
        return Mounts::default();
    }
    for (at, source) in sources(folder) {
        let functions = functions(source);
        for word in ["nest", "merge", "nest_service"] {
            for call in source.calls(word).filter(|call| source.is_member(call.name)) {
                let arguments = source.arguments(call.open);
                let prefix = match (word, arguments.first()) {
                    ("merge", _) => Some(String::new()),
                    (_, Some(prefix)) => source.literal(prefix.value),
                    _ => continue,
                };
                let Some(below) = arguments.last() else { continue };
                let above = router(source, call.name, &functions).map(|name| (at, name));
                // `chat::router(state)`, or the name of one.
                let called =
                    (below.value.start..below.value.end).take(MOST).find_map(|name| source.call(name));
                let nodes = match (made_here(source, below.value), called) {
                    (Some(start), _) => vec![(at, unnamed(start))],
                    (None, Some(call)) => made(folder, source, call, &makers),
                    (None, None) => {
                        let name = source.word(below.value.start).unwrap_or_default();
                        vec![(at, scoped(enclosing(&functions, call.name), name))]
                    }
                };
                // Several may be meant: none of them is known.
                let prefix = if nodes.len() == 1 && above.is_some() { prefix } else { None };
                for node in nodes {
                    mounts.hang(node, above.clone().unwrap_or((at, String::new())), prefix.clone());
                }
            }
        }
        for name in makers.keys() {
            for call in source.calls(name).take(MOST) {
                // `let api = routes();` is what the function makes.
                let mut start = call.name;
                while source.precede(start, &[":", ":"]) && start >= 3 {
                    start -= 3;
                }
                let Some(variable) = source.assigned_to(start) else { continue };
                let above = (at, scoped(enclosing(&functions, call.name), variable));
                mounts.root(above.clone());
                let nodes = made(folder, source, call, &makers);
                let prefix = (nodes.len() == 1).then(String::new);
                for node in nodes {
                    mounts.hang(node, above.clone(), prefix.clone());
                }
            }
        }
        for name in source.positions("Router").filter(|at| source.are(at + 1, &[":", ":", "new"])) {
            if let Some(variable) = source.assigned_to(name) {
                mounts.root((at, scoped(enclosing(&functions, name), variable)));
            }
        }
    }
    mounts
}

/// The functions that a call may mean: those of its name, and of its module if one of them lies there.
fn made(folder: &Folder<'_>, source: &Source<'_>, call: Call, makers: &Makers<'_>) -> Vec<Node> {
    let name = source.raw(call.name);
    let all = makers.get(name).map_or(&[][..], Vec::as_slice);
    let module = if source.precede(call.name, &[":", ":"]) { source.word(call.name - 3) } else { None };
    let lies_in = |at: &usize| {
        let path = folder.sources()[*at].path;
        let own = path.strip_suffix("/mod.rs").or(path.strip_suffix(".rs")).unwrap_or(path);
        module.is_some_and(|module| own.rsplit('/').next() == Some(module))
    };
    let near: Vec<usize> = all.iter().copied().filter(lies_in).collect();
    let meant = match (near.as_slice(), module) {
        ([_], _) => near,
        // One of the same file.
        (_, None) if all.iter().any(|at| folder.sources()[*at].file == source.file) => {
            all.iter().copied().filter(|at| folder.sources()[*at].file == source.file).collect()
        }
        _ => all.to_vec(),
    };
    meant.into_iter().take(32).map(|at| (at, name.to_owned())).collect()
}
