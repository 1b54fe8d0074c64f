//! HAProxy: the effective configuration, the routes through it, and the way of one request.
//!
//! The folders follow the way from text to answer, and have the names of nginx's; none uses one that comes later.
//! A `statement` is a line. `acl` reads and evaluates what conditions and formats are made of; `config` sorts sections
//! into rules, listeners and servers, and resolves `defaults`. `request` follows one request through one hop: listeners
//! take it, rules act on it, `http` is what HAProxy does by itself, `dispatch` picks backend and server, `response` is
//! what comes back, `tunnel` says when silence is cut. `routes` finds where handshakes are expected and tries them, and
//! `facts` says what became of them. `questions` are what is asked, `choices` the words that may answer it. `keywords`
//! are the tables of all names, `refusal` knows what HAProxy does not load, and `fix` writes edits.
//!
//! This crate only follows: whether a handshake succeeds, which hop cuts first and where a request arrives next is said
//! by [`wslint_model::way`].

mod acl;
mod choices;
mod config;
mod facts;
mod fix;
pub mod keywords;
mod questions;
mod refusal;
mod request;
mod routes;
mod statement;

use std::cell::Cell;
use std::sync::OnceLock;

use self::config::Config;
pub use self::config::called::called;
pub use self::config::pattern_files::pattern_files;
use self::config::proxy::ProxyId;
use self::facts::Shared;
pub use self::questions::QUESTIONS;
use self::refusal::Complaint;
use self::request::{follow, listeners};
use self::routes::{Recent, Surroundings};
use wslint_model::way::{Address, Arrival, Follow, Hop, Listens, Network, Oracle, Refusal, Shown};
use wslint_model::{Edit, Facts, HaproxyRoot, Project, Proxy, Recipe, Route, Settings, Wanted};

/// The ways to fix a HAProxy route.
pub static RECIPES: &[Recipe] = fix::RECIPES;

/// One HAProxy configuration, ready to be asked.
#[derive(Debug)]
pub struct Haproxy<'p> {
    config: Config<'p>,
    project: &'p Project,
    root: &'p HaproxyRoot,
    settings: &'p Settings,
    complaints: OnceLock<Vec<Complaint>>,
}

impl<'p> Haproxy<'p> {
    /// Reads the files of a root into an effective configuration.
    pub fn new(project: &'p Project, root: &'p HaproxyRoot, settings: &'p Settings) -> Self {
        let made = root.files.first().and_then(|&file| project.file(file).proxy_version());
        let version = settings.version_of(made, settings.haproxy_version);
        let config = Config::read(project, root, version);
        Self { config, project, root, settings, complaints: OnceLock::new() }
    }

    /// All routes; those without any sign of WebSocket traffic answer no question. `number` is that of this
    /// configuration in the network.
    pub fn routes(&self, network: &Network<'_>, number: usize) -> Vec<Route> {
        let mut routes = Vec::new();
        self.each_route_of(network, number, &Wanted::ALL, &mut |route| routes.push(route));
        routes
    }

    /// Hands out the same routes one by one, since their answers take much more memory than the lines that they follow from:
    /// without the answers of the routes of which neither the section that listens nor the backend is wanted, by
    /// the place of its header.
    pub fn each_route_of(
        &self,
        network: &Network<'_>,
        number: usize,
        wanted: &Wanted<'_>,
        each: &mut dyn FnMut(Route),
    ) {
        let Self { config, project, root, settings, .. } = self;
        let (services, recent) = (&project.services, &Recent::default());
        let surroundings = Surroundings { config, root, settings, services, network, number, recent };
        let shared = Shared::new(config, self.complaints());
        let mut carries = false;
        let left_out = Cell::new(false);
        routes::routes(
            &surroundings,
            |candidate| {
                let sections = [Some(candidate.frontend), candidate.backend];
                let header = |section: ProxyId| config.proxy(section).header.site();
                if sections.into_iter().flatten().any(|section| (wanted.lines)(header(section))) {
                    return facts::of(&surroundings, &shared, candidate, wanted.details);
                }
                left_out.set(true);
                Facts::default()
            },
            &mut |route| {
                carries |= route.carries_websocket();
                each(route);
            },
        );
        // What HAProxy refuses is told by every route that carries WebSocket traffic; where none does, by the
        // configuration itself.
        if !carries && !left_out.get() {
            facts::loading::of_configuration(self.complaints(), settings).into_iter().for_each(each);
        }
    }

    /// How many ways through the configuration there are.
    pub fn route_count(&self) -> usize {
        routes::count(&self.config)
    }

    /// What HAProxy complains about when it loads the configuration.
    fn complaints(&self) -> &[Complaint] {
        // Of generated text only as much is known as a handshake notices, and what its program copies.
        let counts = |complaint: &Complaint| {
            let site = complaint.site;
            self.project.file(site.file).may_be_refused(site.span)
        };
        let find = || {
            let mut complaints = refusal::complaints(&self.config, self.project);
            complaints.retain(counts);
            complaints
        };
        self.complaints.get_or_init(find)
    }

    /// The edits of a recipe for a route; `None` where it cannot be carried out safely.
    pub fn fix(&self, route: &Route, recipe: &str) -> Option<Vec<Edit>> {
        let bench = fix::Bench { config: &self.config, project: self.project };
        fix::fix(&bench, route, recipe)
    }
}

impl Follow for Haproxy<'_> {
    fn proxy(&self) -> Proxy {
        Proxy::Haproxy
    }

    fn is_whole(&self) -> bool {
        self.root.whole
    }

    fn is_made_for(&self, host: &str) -> Option<bool> {
        self.project.file(*self.root.files.first()?).is_made_for(host)
    }

    fn refusal(&self) -> Option<Refusal> {
        let complaint = self.complaints().iter().find(|complaint| complaint.fatal)?;
        Some(Refusal { words: complaint.words.clone(), site: Some(complaint.site) })
    }

    fn listens(&self, address: &Address) -> Listens {
        listeners::listens(&self.config, address)
    }

    fn shown(&self) -> Vec<Shown> {
        Vec::new()
    }

    fn follow(&self, arrival: &Arrival, oracle: &mut Oracle) -> Hop {
        follow::follow(&self.config, self.root, arrival, oracle)
    }
}
