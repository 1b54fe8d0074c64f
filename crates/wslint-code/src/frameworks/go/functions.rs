//! Functions of Go, and which of them answer with a WebSocket.

use std::collections::HashMap;

use crate::text::{Part, Source};

/// A function of a file.
#[derive(Clone, Debug)]
pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    /// The bracket of its parameters.
    pub(super) parameters: usize,
    /// The names of its parameters, in order.
    pub(super) names: Vec<Option<&'a str>>,
    /// What stands in its braces.
    pub(super) body: Part,
}

/// What handlers do; the last counts where there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Handles {
    Other,
    /// Functions of the name differ.
    Unsure,
    Upgrade,
}

/// The functions of all files.
pub(super) struct Functions<'a> {
    by_source: HashMap<usize, InSource<'a>>,
    by_name: HashMap<&'a str, Handles>,
}

/// What stands in one file, each in order.
#[derive(Default)]
struct InSource<'a> {
    functions: Vec<Function<'a>>,
    /// The calls that make a WebSocket.
    upgrades: Vec<usize>,
    /// The uses of functions that do.
    uses: Vec<usize>,
    /// The uses of functions of whose name some do.
    unsure: Vec<usize>,
}

/// The longest head of a function, in tokens.
const LONGEST_HEAD: usize = 400;

/// The packages that upgrade, by the end of what is imported.
const PACKAGES: [&str; 9] = [
    "gorilla/websocket",
    "coder/websocket",
    "nhooyr.io/websocket",
    "golang.org/x/net/websocket",
    "gofiber/websocket",
    "gofiber/contrib/websocket",
    "gofiber/websocket/v2",
    "gobwas/ws",
    "fasthttp/websocket",
];

impl<'a> Functions<'a> {
    pub(super) fn of(sources: &[(usize, &Source<'a>)]) -> Self {
        let mut functions = Self { by_source: HashMap::new(), by_name: HashMap::new() };
        for (at, source) in sources {
            let upgrades = if uses_package(source) { upgrades(source) } else { Vec::new() };
            functions
                .by_source
                .insert(*at, InSource { functions: all(source), upgrades, ..InSource::default() });
        }
        // What upgrades itself, and then handlers that call it.
        functions.name(sources, |_, _, upgrades| upgrades);
        functions.name(sources, |source, function, upgrades| upgrades || is_handler(source, function));
        functions
    }

    /// Names the functions that upgrade: those that do so themselves, and those that use one as far as it counts.
    fn name(
        &mut self,
        sources: &[(usize, &Source<'a>)],
        counts: impl Fn(&Source<'a>, &Function<'a>, bool) -> bool,
    ) {
        let mut named: HashMap<&'a str, Handles> = HashMap::new();
        for (at, source) in sources {
            let Some(own) = self.by_source.get(at) else { continue };
            for function in &own.functions {
                let itself = any(&own.upgrades, function.body);
                let does = itself || any(&own.uses, function.body);
                let does = does && counts(source, function, itself);
                let handles = if does { Handles::Upgrade } else { Handles::Other };
                let known = named.entry(function.name).or_insert(handles);
                if *known != handles {
                    *known = Handles::Unsure;
                }
            }
        }
        self.by_name = named;
        for (at, source) in sources {
            let Some(own) = self.by_source.get_mut(at) else { continue };
            own.uses.clear();
            own.unsure.clear();
            for token in 0..source.len() {
                let is_used = source.is(token + 1, "(") || source.is(token + 1, ")");
                let name = source.word(token).filter(|_| is_used && !source.precede(token, &["func"]));
                match name.and_then(|name| self.by_name.get(name)) {
                    Some(Handles::Upgrade) => own.uses.push(token),
                    Some(Handles::Unsure) => own.unsure.push(token),
                    Some(Handles::Other) | None => {}
                }
            }
        }
    }

    pub(super) fn any_upgrades(&self) -> bool {
        self.by_name.values().any(|handles| *handles != Handles::Other)
            || self.by_source.values().any(|own| !own.upgrades.is_empty())
    }

    /// The functions of one file.
    pub(super) fn of_source(&self, at: usize) -> &[Function<'a>] {
        self.by_source.get(&at).map_or(&[], |own| own.functions.as_slice())
    }

    /// The function around a token.
    pub(super) fn around(&self, at: usize, token: usize) -> Option<&Function<'a>> {
        let functions = self.of_source(at);
        let before = functions.partition_point(|function| function.body.start <= token);
        functions[..before].last().filter(|function| token < function.body.end)
    }

    /// What a handler does: a name, a call that returns one, or a function that is written in place.
    pub(super) fn handles(&self, at: usize, source: &Source<'a>, handler: Part) -> Handles {
        let Some(own) = self.by_source.get(&at) else { return Handles::Other };
        if is_name(source, handler) {
            let name = source.word(handler.end - 1);
            return name.and_then(|name| self.by_name.get(name)).copied().unwrap_or(Handles::Other);
        }
        if any(&own.upgrades, handler) || any(&own.uses, handler) {
            Handles::Upgrade
        } else if any(&own.unsure, handler) {
            Handles::Unsure
        } else {
            Handles::Other
        }
    }
}

/// Whether a part is a name, with the names before it: `h.Serve`.
pub(super) fn is_name(source: &Source<'_>, part: Part) -> bool {
    part.start < part.end && (part.start..part.end).all(|at| source.word(at).is_some() || source.is(at, "."))
}

/// Whether one of the tokens, which are in order, lies in a part.
fn any(tokens: &[usize], part: Part) -> bool {
    tokens.get(tokens.partition_point(|at| *at < part.start)).is_some_and(|at| *at < part.end)
}

fn uses_package(source: &Source<'_>) -> bool {
    source.positions("import").any(|import| {
        let part = match source.is(import + 1, "(") {
            true => source.inside(import + 1),
            false => Part { start: import + 1, end: import + 3 },
        };
        (part.start..part.end).any(|at| {
            source.string(at).is_some_and(|path| PACKAGES.iter().any(|package| path.ends_with(package)))
        })
    })
}

/// The calls that make a WebSocket of a request, by their word and what stands before its dot.
const UPGRADES: [(&str, Option<&str>); 6] = [
    ("Upgrade", None),
    ("Accept", Some("websocket")),
    ("UpgradeHTTP", Some("ws")),
    ("Handler", Some("websocket")),
    ("New", Some("websocket")),
    ("Server", Some("websocket")),
];

fn upgrades(source: &Source<'_>) -> Vec<usize> {
    let mut found: Vec<usize> = UPGRADES
        .iter()
        .flat_map(|(word, package)| {
            source.positions(word).filter(move |at| {
                let is_made = source.is(at + 1, "(") || source.is(at + 1, "{");
                source.is_member(*at)
                    && is_made
                    && package.is_none_or(|package| source.receiver(*at) == Some(package))
            })
        })
        .collect();
    found.sort_unstable();
    found
}

/// Whether a function answers requests, by what it is given or returns.
fn is_handler(source: &Source<'_>, function: &Function<'_>) -> bool {
    let head = Part { start: function.parameters, end: function.body.start };
    ["ResponseWriter", "Context", "Ctx", "HandlerFunc", "Handler"].iter().any(|word| source.holds(head, word))
}

/// The functions of a file: `func name(…) … {`, `func (r *T) name(…) … {`.
fn all<'a>(source: &Source<'a>) -> Vec<Function<'a>> {
    let mut functions = Vec::new();
    for at in source.positions("func").filter(|at| source.starts_line(*at)) {
        let name = if source.is(at + 1, "(") { source.close(at + 1) + 1 } else { at + 1 };
        let (Some(word), Some(call)) = (source.word(name), source.call(name)) else { continue };
        let mut open = source.close(call.open) + 1;
        let limit = open + LONGEST_HEAD;
        while open < limit && open < source.len() && !source.is(open, "{") && !source.is(open, "func") {
            open = if source.is(open, "(") { source.close(open) + 1 } else { open + 1 };
        }
        if source.is(open, "{") {
            let names = source.parts(source.inside(call.open)).map(|part| source.word(part.start)).collect();
            functions.push(Function { name: word, parameters: call.open, names, body: source.inside(open) });
        }
    }
    functions
}
