//! Recipes: the edits that fix a route. An edit keeps everything else byte for byte; where it cannot be made without
//! changing what else goes through the config, there is none.

mod editor;
mod fixer;
mod headers;
mod lines;
mod map;

use self::fixer::Fixer;
use crate::model::Model;
use crate::refusal::Refusal;
use crate::routes::candidate::{Candidate, Leaving};
use crate::routes::tried;
use wslint_model::{Edit, Facts, Recipe};
use wslint_syntax::nginx::Tree;

macro_rules! recipes {
    ($($name:literal $about:literal => $method:ident;)*) => {
        /// The ways to fix an nginx route.
        pub static RECIPES: &[Recipe] = &[$(Recipe { name: $name, about: $about }),*];

        fn apply(fixer: &Fixer<'_, '_>, recipe: &str) -> Option<Vec<Edit>> {
            match recipe {
                $($name => fixer.$method(),)*
                _ => None,
            }
        }
    };
}

recipes! {
    "forward-upgrade" "Passes the client's `Upgrade` and a `Connection` on, with every inherited header repeated." => forward_upgrade;
    "set-upgrade" "Sends the client's own `Upgrade`." => set_upgrade;
    "set-connection" "Sends a `Connection` that asks for the upgrade." => set_connection;
    "set-host" "Sends the `Host` that the client asked for." => set_host;
    "fix-map" "Makes the map say `upgrade` for every request that asks for one." => fix_map;
    "insert-map" "Defines `$connection_upgrade` in `http {}`." => insert_map;
    "use-http11" "Speaks HTTP/1.1 to the upstream." => use_http11;
    "set-read-timeout" "Lets a connection be silent for an hour, or for as long as the settings ask for." => set_read_timeout;
    "drop-uri-part" "Lets `proxy_pass` pass the path on as it is, or, where it replaces a prefix, adds the slash that one of the two lacks." => drop_uri_part;
    "use-http-scheme" "Writes the address with `http://` or `https://`." => use_http_scheme;
    "delete-line" "Takes the line out." => delete_line;
    "drop-colon" "Takes the colon out of the header's name." => drop_colon;
    "stop-patterns" "Makes the prefix win over regular expressions." => stop_patterns;
    "add-affinity" "Sends each client to one server, by its address." => add_affinity;
    "allow-burst" "Lets the requests of one connect through at once." => allow_burst;
    "buffering-off" "Sends responses on as they arrive." => buffering_off;
    "cache-off" "Keeps the cache out of this location." => cache_off;
    "move-set-above-break" "Moves the `set` in front of the `rewrite … break` that keeps it from running." => move_set;
    "allow-no-referer" "Lets requests without a `Referer` pass `valid_referers`." => allow_no_referer;
    "escape-dollars" "Escapes dollar signs as the file asks for that holds the configuration." => mend_dollars;
    "add-always" "Adds the header to error responses too." => add_always;
}

/// The edits of a recipe for a route, or `None` where it cannot be carried out safely. `candidate` is the request that
/// the route stands for, and `refusal` why nginx would not load the config.
pub(crate) fn fix(
    model: &Model<'_>,
    candidate: &Candidate<'_>,
    refusal: Option<&Refusal>,
    facts: &Facts,
    recipe: &str,
) -> Option<Vec<Edit>> {
    let Leaving { level, pass } = tried::leaving(model, candidate)?;
    let fixer = Fixer { model, refusal, facts, level, pass };
    // A quote that is written would close the open one.
    let lies_open =
        |edit: &Edit| model.config().project().nginx(edit.site.file).is_some_and(Tree::has_open_quote);
    apply(&fixer, recipe).filter(|edits| !edits.is_empty() && !edits.iter().any(lies_open))
}
