//! Recipes: the edits that fix a route. An edit keeps everything else byte for byte; where it cannot be made without
//! changing what else goes through the config, there is none.

mod editor;
mod headers;
mod lines;
mod map;

use super::config::{ContextId, Line};
use super::model::Model;
use super::request::exit::Exit;
use wslint_model::{Answer, Edit, Facts, Question, Recipe, Route};

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
    "mend-map" "Makes the map say `upgrade` for every request that asks for one." => mend_map;
    "insert-map" "Defines `$connection_upgrade` in `http {}`." => insert_map;
    "use-http11" "Speaks HTTP/1.1 to the upstream." => use_http11;
    "set-read-timeout" "Lets a connection be silent for an hour." => set_read_timeout;
    "drop-uri-part" "Lets `proxy_pass` pass the path on as it is." => drop_uri_part;
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
    "add-always" "Adds the header to error responses too." => add_always;
}

/// A route that is to be fixed.
struct Fixer<'a, 'p> {
    model: &'a Model<'p>,
    facts: &'a Facts,
    /// The location, or the server, whose directives are in force.
    level: ContextId,
    /// The `proxy_pass` that hands its requests on.
    pass: Option<Line>,
}

impl Model<'_> {
    /// The edits of a recipe for a route, or `None` where it cannot be carried out safely. `route` comes from
    /// [`Model::routes`] of this model.
    pub fn fix(&self, route: &Route, recipe: &str) -> Option<Vec<Edit>> {
        let passage = self.first_passage(self.candidates().get(route.index)?)?;
        let level = self.config().proper_level(passage.level);
        let pass = match &passage.exit {
            Exit::Passed(pass) => Some(pass.line),
            Exit::Tunnelled(tunnel) => Some(tunnel.line),
            _ => None,
        };
        let fixer = Fixer { model: self, facts: &route.facts, level, pass };
        apply(&fixer, recipe).filter(|edits| !edits.is_empty())
    }
}

impl Fixer<'_, '_> {
    /// The line that the first mark of an answer's cause stands at.
    fn cause_line<T: Answer>(&self, question: &'static Question<T>) -> Option<Line> {
        let site = self.facts.fact(question)?.cause.marks.first()?.site;
        let config = self.model.config();
        config.contexts().find_map(|(_, context)| {
            context.lines.iter().copied().find(|&line| line.file == site.file && config.site(line) == site)
        })
    }

    /// The line that the first mark stands at of the cause of this very answer.
    fn line_of<T: Answer + PartialEq>(&self, question: &'static Question<T>, answer: T) -> Option<Line> {
        self.facts.value(question).filter(|given| *given == answer).and_then(|_| self.cause_line(question))
    }

    /// Whether a line stands at the route's own level and in the file of that level, so that editing it touches
    /// nothing else.
    fn is_own(&self, line: Line) -> bool {
        let config = self.model.config();
        let context = config.context(self.level);
        let same_file = context.opener.is_none_or(|opener| opener.file == line.file);
        same_file && context.lines.contains(&line)
    }
}
