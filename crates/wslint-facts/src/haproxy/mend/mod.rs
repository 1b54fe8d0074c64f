//! Recipes: edits that mend a route. Each starts from the line that a fact names as its cause.

mod lines;
mod tunnel;

use self::lines::Lines;
use super::config::Config;
use super::statement::Statement;
use crate::edit::{Edit, Recipe};
use crate::project::{Project, Site};
use crate::route::Route;

/// The recipes by name.
pub(crate) static RECIPES: &[Recipe] = &[
    Recipe {
        name: "add-tunnel-timeout",
        about: "Adds `timeout tunnel 1h` to the backend or listen section that the handshake comes to.",
    },
    Recipe {
        name: "move-tunnel-timeout",
        about: "Moves `timeout tunnel` from a frontend to the backends that it leads to.",
    },
    Recipe {
        name: "lengthen-tunnel-timeout",
        about: "Sets a `timeout tunnel` of 0 to `24d`, the longest possible.",
    },
    Recipe { name: "add-seconds", about: "Adds the unit `s` to a timeout without one." },
    Recipe {
        name: "spare-handshakes",
        about: "Adds a condition to the rule that removes `Upgrade`, so that it spares WebSocket handshakes.",
    },
    Recipe { name: "delete-connection-rule", about: "Deletes the rule that overwrites `Connection`." },
];

/// What a recipe works with.
pub(crate) struct Bench<'b, 'p> {
    /// The configuration.
    pub(crate) config: &'b Config<'p>,
    /// The files.
    pub(crate) project: &'p Project,
}

/// Carries out a recipe; `None` where it cannot be carried out safely.
pub(crate) fn mend(bench: &Bench<'_, '_>, route: &Route, recipe: &str) -> Option<Vec<Edit>> {
    let lines = Lines { project: bench.project };
    match recipe {
        "add-tunnel-timeout" => tunnel::add(bench, route),
        "move-tunnel-timeout" => tunnel::relocate(bench, route),
        "lengthen-tunnel-timeout" => {
            let line = bench.cause(route, "tunnel").filter(|line| line.word(1) == "tunnel")?;
            Some(vec![lines.replace_word(line, 2, "24d")])
        }
        "add-seconds" => {
            let line = ["unitless-tunnel", "unitless-timeout"]
                .into_iter()
                .find_map(|question| bench.cause(route, question))?;
            let at = line.words.len() - 1;
            Some(vec![lines.append_to_word(line, at, "s")])
        }
        "spare-handshakes" => spare_handshakes(bench, &lines, route),
        "delete-connection-rule" => {
            let line = bench
                .cause(route, "connection")
                .filter(|line| line.word(2).eq_ignore_ascii_case("connection"))?;
            Some(vec![lines.delete(line)])
        }
        _ => None,
    }
}

impl<'b, 'p> Bench<'b, 'p> {
    /// The line that decides the answer to a question.
    fn cause(&self, route: &Route, question: &str) -> Option<&'b Statement<'p>> {
        self.at(route.facts.get(question)?.cause.marks.first()?.site).filter(|line| !line.undecided)
    }

    /// The statement at a place.
    fn at(&self, site: Site) -> Option<&'b Statement<'p>> {
        let config = self.config;
        let of_proxies =
            config.proxies.iter().flat_map(|proxy| std::iter::once(&proxy.header).chain(&proxy.statements));
        config.global.iter().chain(of_proxies).find(|statement| {
            statement.file == site.file
                && statement.span.start <= site.span.start
                && site.span.end <= statement.span.end
        })
    }
}

/// `http-request del-header Upgrade` guards against other upgrades; with the condition it still does.
fn spare_handshakes(bench: &Bench<'_, '_>, lines: &Lines<'_>, route: &Route) -> Option<Vec<Edit>> {
    let line = bench.cause(route, "upgrade").filter(|line| line.word(1) == "del-header")?;
    let words: Vec<&str> = line.words.iter().map(|word| word.text.as_ref()).collect();
    let handshake = "{ hdr(Upgrade) -i websocket }";
    let addition = match words.iter().find(|word| matches!(**word, "if" | "unless")) {
        None => format!(" if !{handshake}"),
        Some(&"unless") => format!(" or {handshake}"),
        Some(_) if words.iter().any(|word| matches!(*word, "or" | "||")) => return None,
        Some(_) => format!(" !{handshake}"),
    };
    Some(vec![lines.append(line, &addition)])
}
