//! Routers of Go, and which prefix leads to each.
//!
//! A router is a variable of a function, a field, or a parameter. What a parameter is, the calls of its function say.

use std::collections::HashMap;

use crate::links::mounts::{Mounts, Node};
use crate::text::{Call, Part, Source};

use super::functions::{Functions, is_name};

/// What makes a router that takes requests itself, by the package or none.
const MAKERS: [(&str, &[&str]); 6] = [
    ("NewRouter", &["mux", "chi"]),
    ("NewMux", &["chi"]),
    ("NewServeMux", &["http"]),
    ("Default", &["gin"]),
    ("New", &["gin", "echo", "fiber"]),
    ("NewWithConfig", &["fiber"]),
];

/// Types of parameters that are such a router.
const WHOLE: [(&str, &str); 3] = [("gin", "Engine"), ("echo", "Echo"), ("fiber", "App")];

/// Calls of one function beyond this are not looked at.
const MOST_CALLS: usize = 200;

/// More brackets around a route are made up.
const MOST_BRACKETS: usize = 64;

/// The routers of a folder.
pub(super) struct Routers<'f, 'a> {
    functions: &'f Functions<'a>,
    mounts: Mounts,
}

impl<'f, 'a> Routers<'f, 'a> {
    pub(super) fn of(sources: &[(usize, &Source<'a>)], functions: &'f Functions<'a>) -> Self {
        let mut routers = Self { functions, mounts: Mounts::default() };
        let mut by_name: HashMap<&'a str, Vec<(usize, usize)>> = HashMap::new();
        for (at, _) in sources {
            for (position, function) in functions.of_source(*at).iter().enumerate() {
                by_name.entry(function.name).or_default().push((*at, position));
            }
        }
        for &(at, source) in sources {
            routers.made(at, source);
            routers.grouped(at, source);
            routers.parameters(at, source);
        }
        for &(at, source) in sources {
            routers.handed_on(at, source, &by_name);
        }
        routers
    }

    /// The prefixes before a route that is added by the method at a place.
    pub(super) fn prefixes(&self, at: usize, source: &Source<'a>, name: usize) -> Option<Vec<String>> {
        let receiver = source.receiver(name)?;
        // The package's own mux.
        if receiver == "http" {
            return Some(vec![String::new()]);
        }
        let (prefix, node) = self.around(at, source, name)?;
        let all = self.mounts.prefixes(&node)?;
        Some(all.into_iter().map(|one| format!("{one}{prefix}")).collect())
    }

    /// The router on which a method is called, through the `Route("/x", func(r chi.Router) {…})` around it.
    fn around(&self, at: usize, source: &Source<'a>, name: usize) -> Option<(String, Node)> {
        let receiver = source.receiver(name)?;
        let mut prefix = String::new();
        let mut token = name;
        let mut receiver_at = name;
        let mut receiver_name = receiver;
        for _ in 0..MOST_BRACKETS {
            let Some(open) = source.outer(token) else { break };
            let is_closure = ["Route", "Group"].iter().any(|word| source.precede(open, &[".", word]));
            if is_closure && closure_parameter(source, open) == Some(receiver_name) {
                if source.is(open - 1, "Route") {
                    let own = source.literal(source.first_argument(open)?.value)?;
                    prefix = format!("{}{prefix}", own.trim_end_matches('/'));
                }
                receiver_at = open - 1;
                receiver_name = source.receiver(receiver_at)?;
            }
            token = open;
        }
        Some((prefix, self.node(at, source, receiver_at - 2)))
    }

    /// The node of the name at a place: a variable of its function, or a field of whatever it belongs to.
    fn node(&self, at: usize, source: &Source<'a>, name: usize) -> Node {
        let word = source.raw(name);
        if source.is_member(name) {
            let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            // A field is the same one in all files of the package, which the folder is.
            return (usize::MAX, format!("{folder}.{word}"));
        }
        match self.functions.around(at, name) {
            Some(function) => (at, format!("{}@{}.{word}", function.name, function.parameters)),
            None => (at, word.to_owned()),
        }
    }

    /// `r := chi.NewRouter()`, `s.router = mux.NewRouter()`, `router: mux.NewRouter(),`.
    fn made(&mut self, at: usize, source: &Source<'a>) {
        for (maker, packages) in MAKERS {
            for call in source.calls(maker) {
                let package = source.receiver(call.name).filter(|package| packages.contains(package));
                let Some(start) = call.name.checked_sub(2).filter(|_| package.is_some()) else { continue };
                if let Some(name) = given(source, start) {
                    let node = match source.is(start.wrapping_sub(1), ":") {
                        // A key of a struct.
                        true => {
                            let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                            (usize::MAX, format!("{folder}.{}", source.raw(name)))
                        }
                        false => self.node(at, source, name),
                    };
                    self.mounts.root(node);
                }
            }
        }
    }

    /// `api := r.Group("/api")`, `s := r.PathPrefix("/x").Subrouter()`, `r.Mount("/x", sub)`, `http.StripPrefix`.
    fn grouped(&mut self, at: usize, source: &Source<'a>) {
        for word in ["Group", "PathPrefix"] {
            for call in source.calls(word).filter(|call| source.is_member(call.name)) {
                let Some(start) = chain_start(source, call.name) else { continue };
                let Some(name) = given(source, start) else { continue };
                let prefix = source.first_argument(call.open).and_then(|prefix| source.literal(prefix.value));
                let below = self.node(at, source, name);
                let Some((around, above)) = self.around(at, source, call.name) else { continue };
                let prefix = prefix.map(|prefix| format!("{around}/{}", prefix.trim_matches('/')));
                // A chain of several groups is not taken apart.
                let is_plain = source.word(call.name - 2).is_some();
                if above != below {
                    self.mounts.hang(below, above, prefix.filter(|_| is_plain));
                }
            }
        }
        for word in ["Mount", "Handle"] {
            for call in source.calls(word).filter(|call| source.is_member(call.name)) {
                let arguments = source.arguments(call.open);
                let [path, below] = arguments.as_slice() else { continue };
                let mut prefix = source.literal(path.value);
                let mut value = below.value;
                // `http.StripPrefix("/x", sub)` takes off what stands before.
                if source.are(value.start, &["http", ".", "StripPrefix", "("]) {
                    let inner = source.arguments(value.start + 3);
                    let [stripped, below] = inner.as_slice() else { continue };
                    prefix = source.literal(stripped.value);
                    value = below.value;
                } else if word == "Handle" {
                    // A mux below a mux sees the whole path.
                    prefix = prefix.map(|_| String::new());
                }
                let last = value.end.wrapping_sub(1);
                let is_name =
                    (value.start..value.end).all(|at| source.word(at).is_some() || source.is(at, "."));
                if !is_name || source.word(last).is_none() {
                    continue;
                }
                let below = self.node(at, source, last);
                let above = match source.receiver(call.name) {
                    Some("http") => {
                        let whole = (at, "http".to_owned());
                        self.mounts.root(whole.clone());
                        Some((String::new(), whole))
                    }
                    _ => self.around(at, source, call.name),
                };
                let Some((around, above)) = above else { continue };
                if above != below && self.mounts.is_root(&below) {
                    self.mounts.hang(below, above, prefix.map(|prefix| format!("{around}{prefix}")));
                }
            }
        }
    }

    /// Parameters that are a whole router: `r *gin.Engine`.
    fn parameters(&mut self, at: usize, source: &Source<'a>) {
        for function in self.functions.of_source(at) {
            for part in source.parts(source.inside(function.parameters)) {
                let Some(name) = source.word(part.start) else { continue };
                let is_whole = WHOLE
                    .iter()
                    .any(|(package, class)| source.are(part.start + 1, &["*", package, ".", class]));
                if is_whole {
                    self.mounts.root((at, format!("{}@{}.{name}", function.name, function.parameters)));
                }
            }
        }
    }

    /// Routers that are handed to functions: what a parameter is, is said where the function is called.
    fn handed_on(&mut self, at: usize, source: &Source<'a>, by_name: &HashMap<&'a str, Vec<(usize, usize)>>) {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for name in 0..source.len() {
            let Some(targets) = source.word(name).and_then(|word| by_name.get(word)) else { continue };
            let Some(call) = source.call(name).filter(|_| !source.precede(name, &["func"])) else { continue };
            if self.functions.around(at, name).is_none() {
                continue;
            }
            let count = seen.entry(source.raw(name)).or_default();
            *count += 1;
            if *count > MOST_CALLS {
                continue;
            }
            for (position, argument) in source.parts(source.inside(call.open)).enumerate().take(12) {
                let Some((prefix, above)) = self.argument(at, source, argument) else { continue };
                for (target, function) in targets.iter().take(8) {
                    let function = &self.functions.of_source(*target)[*function];
                    // Functions of one name in several packages: each may be meant.
                    let prefix = if targets.len() == 1 { prefix.clone() } else { None };
                    if let Some(parameter) = function.names.get(position).copied().flatten() {
                        let below =
                            (*target, format!("{}@{}.{parameter}", function.name, function.parameters));
                        if above != below && !self.mounts.is_root(&below) {
                            self.mounts.hang(below, above.clone(), prefix);
                        }
                    }
                }
            }
        }
    }

    /// A router that is an argument: its name, or `r.Group("/x")`.
    fn argument(&self, at: usize, source: &Source<'a>, part: Part) -> Option<(Option<String>, Node)> {
        let last = part.end.checked_sub(1)?;
        if is_name(source, part) {
            let node = self.node(at, source, last);
            // A parameter of a closure is what the closure is given.
            return Some((Some(String::new()), node));
        }
        let call: Call = source.call(part.start + 2).filter(|call| source.close(call.open) == last)?;
        let is_group = source.is(call.name, "Group") && source.is_member(call.name);
        let prefix = source.first_argument(call.open).and_then(|prefix| source.literal(prefix.value));
        let node = self.node(at, source, part.start);
        is_group.then(|| (prefix.map(|prefix| format!("/{}", prefix.trim_matches('/'))), node))
    }
}

/// The name that a value is given: `name := …`, `name = …`, `name: …`.
fn given(source: &Source<'_>, start: usize) -> Option<usize> {
    let mut sign = start.checked_sub(1)?;
    if source.is(sign, "=") {
        if source.is(sign.wrapping_sub(1), ":") {
            sign -= 1;
        }
    } else if !source.is(sign, ":") {
        return None;
    }
    let name = sign.checked_sub(1)?;
    source.word(name).map(|_| name)
}

/// Where a chain of calls begins: `r` of `r.PathPrefix("/x")`.
fn chain_start(source: &Source<'_>, name: usize) -> Option<usize> {
    let mut start = name;
    for _ in 0..MOST_BRACKETS {
        if !source.is_member(start) {
            return Some(start);
        }
        let before = start.checked_sub(2)?;
        start = match source.opened_by(before) {
            Some(open) => open.checked_sub(1)?,
            None => before,
        };
    }
    None
}

/// The first parameter of the function that a call is given last: `func(r chi.Router) {`.
fn closure_parameter<'a>(source: &Source<'a>, open: usize) -> Option<&'a str> {
    let parts = source.parts(source.inside(open)).take(2);
    let function = parts.into_iter().find(|part| source.are(part.start, &["func", "("]))?;
    source.word(function.start + 2)
}
