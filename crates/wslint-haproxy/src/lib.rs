//! HAProxy: the effective configuration, the routes through it, and the way of one request.
//!
//! The folders follow the way from text to answer, and have the names of nginx's; none uses one that comes later.
//! A `statement` is a line. `acl` reads and evaluates what conditions and formats are made of; `config` sorts sections
//! into rules, listeners and servers, and resolves `defaults`. `request` follows one request: listeners take it, rules
//! act on it, `http` is what HAProxy does by itself, `dispatch` picks backend and server, `response` is what comes back,
//! `tunnel` says when silence is cut, and an `oracle` answers what cannot be decided, both ways; `outcome` says what all
//! runs agree on. `routes` finds where handshakes are expected, and `facts` tries them and says what became of them.
//! `keywords` are the tables of all names, `refusal` knows what HAProxy does not load, and `mend` writes edits.

mod acl;
mod config;
mod facts;
pub mod keywords;
mod mend;
mod outcome;
mod questions;
mod refusal;
mod request;
mod routes;
mod statement;

use std::sync::OnceLock;

use self::config::Config;
pub use self::config::pattern_files::pattern_files;
use self::refusal::Complaint;
use self::request::follow::Start;
use self::request::oracle::explore;
use self::request::walk::Walk;
use wslint_model::{Edit, HaproxyRoot, Project, Question, Recipe, Request, Route, Settings, Trace};

/// The questions that only HAProxy routes answer.
pub static QUESTIONS: &[&Question] = questions::ALL;

/// The ways to mend a HAProxy route.
pub static RECIPES: &[Recipe] = mend::RECIPES;

/// One HAProxy configuration, ready to be asked.
#[derive(Debug)]
pub struct Model<'p> {
    config: Config<'p>,
    project: &'p Project,
    root: &'p HaproxyRoot,
    settings: &'p Settings,
    complaints: OnceLock<Vec<Complaint>>,
}

impl<'p> Model<'p> {
    /// Reads the files of a root into an effective configuration.
    pub fn new(project: &'p Project, root: &'p HaproxyRoot, settings: &'p Settings) -> Self {
        let config = Config::read(project, root, settings.haproxy_version);
        Self { config, project, root, settings, complaints: OnceLock::new() }
    }

    /// All routes; those without any sign of WebSocket traffic answer no question.
    pub fn routes(&self) -> Vec<Route> {
        let Self { config, root, settings, .. } = self;
        routes::routes(config, root, settings, |attempt| {
            facts::of(config, root, settings, self.complaints(), attempt)
        })
    }

    /// How many ways through the configuration there are.
    pub fn route_count(&self) -> usize {
        routes::count(&self.config)
    }

    /// Follows one request.
    pub fn trace(&self, request: &Request) -> Trace {
        let runs = explore(|oracle| Walk::run(&self.config, self.root, oracle, request, Start::Listener));
        let mut trace = outcome::trace(&self.config, request, &runs);
        let refusal = self.complaints().iter().find(|complaint| complaint.fatal);
        trace.outcome.rejected = refusal.map(|complaint| (complaint.words.clone(), Some(complaint.site)));
        trace
    }

    /// What HAProxy complains about when it loads the configuration.
    fn complaints(&self) -> &[Complaint] {
        self.complaints.get_or_init(|| refusal::complaints(&self.config))
    }

    /// The edits of a recipe for a route; `None` where it cannot be carried out safely.
    pub fn mend(&self, route: &Route, recipe: &str) -> Option<Vec<Edit>> {
        let bench = mend::Bench { config: &self.config, project: self.project };
        mend::mend(&bench, route, recipe)
    }
}
