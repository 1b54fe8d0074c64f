//! Recipes: edits that fix a route. Each starts from the line that a fact names as its cause.

mod bench;
mod lines;
mod recipes;
mod tunnel;

pub(crate) use self::bench::Bench;
use self::lines::Lines;
use super::questions as ask;
use wslint_model::{Edit, Recipe, Route};

/// The recipes by name.
pub(crate) static RECIPES: &[Recipe] = &[
    Recipe {
        name: "add-tunnel-timeout",
        about: "Adds a `timeout tunnel` that is long enough to the backend or listen section that the handshake comes to.",
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
    Recipe { name: "delete-key-rule", about: "Deletes the rule that removes the key of the handshake." },
    Recipe { name: "delete-subprotocol-rule", about: "Deletes the rule that removes the sub-protocol." },
    Recipe { name: "delete-copy-rule", about: "Deletes a rule that sets a header to what the client sent." },
    Recipe {
        name: "delete-upgrade-rules",
        about: "Deletes the rules that set `Upgrade` and `Connection` on every request.",
    },
    Recipe {
        name: "spare-switching",
        about: "Adds a condition to a response rule, so that it spares the 101.",
    },
    Recipe { name: "set-instead-of-add", about: "Writes `set-header` in the place of `add-header`." },
    Recipe {
        name: "set-path-instead",
        about: "Writes `set-path`, which keeps the query, in the place of `set-uri`.",
    },
    Recipe {
        name: "path-instead-of-url",
        about: "Writes `path_beg` or `replace-path` in the place of their `url` kin.",
    },
    Recipe {
        name: "path-prefix",
        about: "Writes `path_beg` in the place of an exact `path`, `path_end` in that of `url_end`.",
    },
    Recipe { name: "ignore-case", about: "Adds `-i` to a test of the handshake." },
    Recipe { name: "add-cookie-values", about: "Gives each server without one a cookie value: its name." },
    Recipe {
        name: "declare-cookie",
        about: "Adds a cookie that HAProxy inserts, and values for the servers.",
    },
    Recipe { name: "stick-on-source", about: "Adds `stick on src` below a table of addresses." },
    Recipe { name: "one-unit", about: "Writes a time with one unit." },
    Recipe { name: "longest-time", about: "Writes `24d` in the place of a time that is too long." },
    Recipe { name: "move-timeout", about: "Moves a timeout to the sections that use it." },
    Recipe {
        name: "modern-keyword",
        about: "Writes the keyword of today, or deletes one that nothing has to replace.",
    },
    Recipe { name: "delete-option", about: "Deletes an option from a section that has no use for it." },
    Recipe { name: "websocket-over-h1", about: "Adds `ws h1` to the server lines that offer HTTP/2." },
    Recipe { name: "offer-h1", about: "Offers `alpn http/1.1` alone." },
    Recipe { name: "any-protocol", about: "Removes `proto h2` from a `bind` line." },
];

/// Carries out a recipe; `None` where it cannot be carried out safely.
pub(crate) fn fix(bench: &Bench<'_, '_>, route: &Route, recipe: &str) -> Option<Vec<Edit>> {
    let lines = Lines { project: bench.project };
    match recipe {
        "add-tunnel-timeout" => tunnel::add(bench, route),
        "move-tunnel-timeout" => tunnel::relocate(bench, route, &ask::TUNNEL),
        "lengthen-tunnel-timeout" => {
            let line = bench.cause(route, &ask::TUNNEL).filter(|line| line.word(1) == "tunnel")?;
            Some(vec![lines.replace_word(line, 2, "24d")])
        }
        "add-seconds" => {
            let line = bench.cause(route, &ask::UNITLESS)?;
            // Behind the time may stand words that HAProxy passes over.
            let at = if line.word(0) == "timeout" { 2 } else { 1 };
            Some(vec![lines.append_to_word(line, at, "s")])
        }
        "spare-handshakes" => recipes::spare_handshakes(bench, &lines, route),
        "spare-switching" => recipes::spare_switching(bench, &lines, route),
        "delete-upgrade-rules" => recipes::delete_upgrade_rules(bench, &lines, route),
        "set-instead-of-add" => {
            recipes::replace(bench, &lines, route, &ask::CORS_ADDED, &[("add-header", "set-header")])
        }
        "set-path-instead" => {
            bench.cause(route, &ask::QUERY).filter(|line| !line.word(2).contains(['?', ':', '%']))?;
            recipes::replace(bench, &lines, route, &ask::QUERY, &[("set-uri", "set-path")])
        }
        "path-instead-of-url" => {
            let words = [("url_beg", "path_beg"), ("replace-uri", "replace-path")];
            let of_test = recipes::replace(bench, &lines, route, &ask::H2_TEST, &words);
            of_test.or_else(|| recipes::replace(bench, &lines, route, &ask::URI_MISSES_H2, &words))
        }
        "path-prefix" => {
            let words = [("path", "path_beg"), ("url_end", "path_end"), ("url", "path")];
            recipes::replace(bench, &lines, route, &ask::PATH_TEST, &words)
        }
        "ignore-case" => recipes::ignore_case(bench, route),
        "add-cookie-values" => recipes::cookies(bench, &lines, route, false),
        "declare-cookie" => recipes::cookies(bench, &lines, route, true),
        "stick-on-source" => recipes::stick_on_source(bench, &lines, route),
        "one-unit" => recipes::one_unit(bench, &lines, route),
        "longest-time" => recipes::longest_time(bench, &lines, route),
        "move-timeout" => tunnel::relocate(bench, route, &ask::MISPLACED_TIMEOUT),
        "modern-keyword" => recipes::modern_keyword(bench, &lines, route),
        "delete-option" => {
            let line = bench.cause(route, &ask::OPTION_PLACE).filter(|line| line.word(0) == "option")?;
            Some(vec![lines.delete(line)?])
        }
        "websocket-over-h1" => recipes::websocket_over_h1(bench, &lines, route),
        "offer-h1" => recipes::offer_h1(bench, &lines, route),
        "any-protocol" => recipes::any_protocol(bench, &lines, route),
        "delete-key-rule" => recipes::delete_rule(bench, &lines, route, &ask::KEY_HEADERS),
        "delete-subprotocol-rule" => recipes::delete_rule(bench, &lines, route, &ask::SUBPROTOCOL_REMOVED),
        "delete-copy-rule" => recipes::delete_rule(bench, &lines, route, &ask::UPGRADE_COPIED),
        "delete-connection-rule" => {
            let line = bench
                .cause(route, &ask::CONNECTION)
                .filter(|line| line.word(2).eq_ignore_ascii_case("connection"))?;
            Some(vec![lines.delete(line)?])
        }
        _ => None,
    }
}
