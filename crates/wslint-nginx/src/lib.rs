//! nginx: the effective config, the routes through it, and the way of one request.
//!
//! The folders follow the way from text to answer, and have the names of HAProxy's; none uses one that comes later.
//! `directives` is the table of all names. `config` resolves includes, levels and inheritance, and knows servers,
//! locations and upstreams; the `model` holds what is looked up again and again. `variables` evaluates maps and other
//! variables. `request` follows one request through the phases to what the upstream gets: one hop of the shared way.
//! `refusal` knows what nginx does not load. `routes` finds the locations that carry WebSocket traffic and a request for
//! each, `facts` reads off its runs what becomes of it, and `fix` writes edits. `questions` are what is asked, `choices`
//! the words that may answer it.

mod choices;
mod config;
pub mod directives;
mod facts;
mod fix;
mod model;
mod questions;
mod refusal;
mod request;
mod routes;
mod variables;

use std::collections::HashSet;
use std::sync::OnceLock;

use self::config::{ContextId, ContextKind};
pub use self::config::{MAX_BLOCK_DEPTH, called, is_shipped};
pub use self::fix::RECIPES;
use self::model::Model;
pub use self::questions::QUESTIONS;
use self::request::enter;
use self::request::scripts::Scripts;
use self::routes::candidate::Candidate;
pub use self::routes::concerned::Concerned;
use self::routes::tried::Tried;
use wslint_model::length::cut;
use wslint_model::way::{Address, Arrival, Follow, Hop, Listens, Network, Oracle, Refusal, Shown};
use wslint_model::{Edit, Facts, FileId, NginxContext, NginxRoot, Project, Proxy, Route, Settings, Wanted};

/// How many characters of the reason for a refusal are told.
const LONGEST_REASON: usize = 300;

/// One nginx configuration, ready to be asked.
#[derive(Debug)]
pub struct Nginx<'p> {
    model: Model<'p>,
    refusal: OnceLock<Option<refusal::Refusal>>,
    candidates: OnceLock<Vec<Candidate<'p>>>,
}

impl<'p> Nginx<'p> {
    /// Reads the effective config of a root. `project` holds the root's files.
    pub fn new(project: &'p Project, root: &NginxRoot, settings: &'p Settings) -> Self {
        let model = Model::new(project, root, settings);
        Self { model, refusal: OnceLock::new(), candidates: OnceLock::new() }
    }

    /// All routes in the order of their lines. Only those with evidence of WebSocket traffic answer questions. `number` is
    /// that of this configuration in `network`, which says where a request goes on that leaves.
    pub fn routes(&self, network: &Network<'_>, number: usize) -> Vec<Route> {
        let mut routes = Vec::new();
        self.each_route_of(network, number, &Wanted::ALL, &mut |route| routes.push(route));
        routes
    }

    /// Hands out the same routes one by one, since their answers take much more memory than the lines that they follow from:
    /// without the routes of which neither the line nor that of their server is wanted.
    pub fn each_route_of(
        &self,
        network: &Network<'_>,
        number: usize,
        wanted: &Wanted<'_>,
        each: &mut dyn FnMut(Route),
    ) {
        let refusal = self.first_refusal();
        let scripts = Scripts::default();
        let config = self.model.config();
        let details = wanted.details;
        let wanted = |level: ContextId| {
            let server = config.enclosing(level, ContextKind::Server).unwrap_or(config.outermost());
            [level, server].into_iter().any(|level| (wanted.lines)(config.opener_site(level)))
        };
        routes::routes(
            &self.model,
            self.candidates(),
            &wanted,
            |candidate| {
                if !wanted(candidate.level()) {
                    return Facts::default();
                }
                let tried = Tried::new(&self.model, candidate, network, number, &scripts);
                facts::of(&self.model, refusal, &tried, details)
            },
            each,
        );
        // What nginx refuses is told by every route that carries WebSocket traffic; where none does, by the configuration
        // itself.
        let carries = self.candidates().iter().any(Candidate::carries_websocket);
        if let Some(refusal) = refusal.filter(|_| !carries) {
            let mut facts = Facts::default();
            facts::refusal::tell(refusal, config, &mut facts);
            each(Route::of_configuration(Proxy::Nginx, refusal.site(config), facts));
        }
        if carries && refusal.is_none() {
            for (line, name) in refusal::foreign_directives(&self.model) {
                let site = config.site(line);
                each(Route::of_configuration(Proxy::Nginx, site, facts::refusal::foreign(name, site)));
            }
            for swallowed in config::swallowed(config, self.model.version()) {
                let facts = facts::refusal::swallowed(&swallowed);
                each(Route::of_configuration(Proxy::Nginx, swallowed.site, facts));
            }
        }
    }

    /// How many routes certainly or very likely carry WebSocket traffic: several endpoints may take one of them.
    pub fn websocket_route_count(&self) -> usize {
        let carrying = self.candidates().iter().filter(|candidate| candidate.carries_websocket());
        carrying
            .map(|candidate| self.model.config().opener_site(candidate.level()))
            .collect::<HashSet<_>>()
            .len()
    }

    /// Of several configurations the servers whose routes lines of these files may tell something of. Where nginx refuses
    /// one, all of its routes tell so.
    pub fn concerned(configs: &[&Self], files: &HashSet<FileId>) -> Vec<Concerned> {
        let models: Vec<&Model<'_>> = configs.iter().map(|config| &config.model).collect();
        let mut concerned = routes::concerned::concerned(&models, files);
        for (config, concerned) in configs.iter().zip(&mut concerned) {
            if config.first_refusal().is_some() {
                *concerned = Concerned::All;
            }
        }
        concerned
    }

    /// The number of routes, for the summary: the locations, and the servers that answer a declared path themselves.
    pub fn route_count(&self) -> usize {
        routes::count(&self.model, self.candidates())
    }

    /// The addresses that requests are handed to, as far as they are written out.
    pub fn upstream_addresses(&self) -> Vec<Address> {
        routes::upstreams::addresses(&self.model)
    }

    /// The edits of a recipe for a route, or `None` where it cannot be carried out safely. `route` is one of
    /// [`routes`](Self::routes).
    pub fn fix(&self, route: &Route, recipe: &str) -> Option<Vec<Edit>> {
        let candidate = self.candidates().get(route.index)?;
        fix::fix(&self.model, candidate, self.first_refusal(), &route.facts, recipe)
    }

    /// The requests that stand for the routes with evidence, found when first asked for.
    fn candidates(&self) -> &[Candidate<'p>] {
        self.candidates.get_or_init(|| routes::find_candidates(&self.model))
    }

    /// Why nginx would refuse to load the config, found when first asked for.
    fn first_refusal(&self) -> Option<&refusal::Refusal> {
        self.refusal.get_or_init(|| refusal::find_refusal(&self.model)).as_ref()
    }
}

impl Follow for Nginx<'_> {
    fn proxy(&self) -> Proxy {
        Proxy::Nginx
    }

    fn is_whole(&self) -> bool {
        self.model.config().assumed == NginxContext::Main
    }

    fn is_made_for(&self, host: &str) -> Option<bool> {
        let config = self.model.config();
        config.project().file(config.opener_site(config.outermost()).file).is_made_for(host)
    }

    fn refusal(&self) -> Option<Refusal> {
        let refusal = self.first_refusal()?;
        let words = cut(&refusal.reason, LONGEST_REASON).into_owned();
        Some(Refusal { words, site: Some(refusal.site(self.model.config())) })
    }

    fn listens(&self, address: &Address) -> Listens {
        enter::listens(&self.model, address)
    }

    fn shown(&self) -> Vec<Shown> {
        self.candidates().iter().filter_map(|candidate| candidate.shown(&self.model)).collect()
    }

    fn follow(&self, arrival: &Arrival, oracle: &mut Oracle) -> Hop {
        enter::follow(&self.model, arrival, oracle)
    }
}
