//! HAProxy: the effective configuration, the routes through it, and the way of one request.
//!
//! The modules follow the way from text to answer. [`config`] resolves sections and `defaults` from
//! [`statement`]s; [`proxy`] sorts a section into rules ([`action`], [`condition`]), listeners ([`bind`]) and
//! servers ([`server`]). [`walk`] follows one request through it, with [`listeners`], [`rules`], [`dispatch`]
//! and [`tunnel`] for its stations and an [`oracle`] for what cannot be decided; [`outcome`] says what all
//! possible ways agree on.

mod pending;
mod action;
mod bind;
mod condition;
mod config;
mod convert;
mod dispatch;
mod duration;
mod expression;
mod format;
mod journey;
mod listeners;
mod message;
mod oracle;
mod outcome;
mod pattern;
mod proxy;
mod rules;
mod sample;
mod server;
mod statement;
mod tunnel;
mod walk;

use self::config::Config;
use self::oracle::explore;
use self::walk::Walk;
use crate::edit::Recipe;
use crate::project::{HaproxyRoot, Project};
use crate::question::Question;
use crate::request::Request;
use crate::settings::Settings;
use crate::trace::Trace;

/// The questions that only HAProxy routes answer.
pub static QUESTIONS: &[&Question] = &[];

/// One HAProxy configuration, ready to be asked.
#[derive(Debug)]
pub struct Model<'p> {
    config: Config<'p>,
    root: &'p HaproxyRoot,
}

impl<'p> Model<'p> {
    /// Reads the files of a root into an effective configuration.
    pub fn new(project: &'p Project, root: &'p HaproxyRoot, settings: &'p Settings) -> Self {
        Self { config: Config::read(project, root, settings.haproxy_version), root }
    }

    /// Follows one request.
    pub fn trace(&self, request: &Request) -> Trace {
        let runs = explore(|oracle| Walk::run(&self.config, self.root, oracle, request));
        outcome::trace(&self.config, request, &runs)
    }
}
/// The ways to mend a HAProxy route.
pub static RECIPES: &[Recipe] = &[];
