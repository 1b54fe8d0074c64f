//! HAProxy: the effective configuration, the routes through it, and the way of one request.
//!
//! The modules follow the way from text to answer. `config` resolves sections and `defaults` from
//! `statement`s; `proxy` sorts a section into rules (`action`, `condition`), listeners (`bind`) and
//! servers (`server`). `walk` follows one request through it: `listeners` take it, `rules` with `decide`
//! and `rewrite` act on it, `http` is what HAProxy does by itself, `dispatch` picks backend and server, and
//! `tunnel` says when silence is cut; an `oracle` answers what cannot be decided, both ways, and `outcome`
//! says what all runs agree on. `attempts` finds where handshakes are expected (`evidence`, `probe`),
//! `routes` tries them, and `answers` puts what became of them into facts. `refusal` knows what HAProxy
//! does not load, and `mend` writes edits.

mod action;
mod answers;
mod attempts;
mod bind;
mod condition;
mod config;
mod convert;
mod decide;
mod dispatch;
mod duration;
mod evidence;
mod expression;
mod format;
mod http;
mod journey;
mod keywords;
mod listeners;
mod mend;
mod message;
mod oracle;
mod outcome;
mod pattern;
mod pattern_files;
mod probe;
mod proxy;
mod questions;
mod refusal;
mod rewrite;
mod routes;
mod rules;
mod sample;
mod server;
mod statement;
mod tunnel;
mod walk;

use std::sync::OnceLock;

use self::config::Config;
use self::oracle::explore;
pub use self::pattern_files::pattern_files;
use self::refusal::Complaint;
use self::walk::{Start, Walk};
use crate::edit::{Edit, Recipe};
use crate::project::{HaproxyRoot, Project};
use crate::question::Question;
use crate::request::Request;
use crate::route::Route;
use crate::settings::Settings;
use crate::trace::Trace;

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
        routes::routes(&self.config, self.root, self.settings, self.complaints())
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
