//! A candidate with its runs, of which every question is asked.

use std::collections::HashSet;

use std::rc::Rc;

use super::shared::Shared;
use crate::config::Config;
use crate::config::action::Rule;
use crate::config::proxy::ProxyId;
use crate::routes::candidates::Candidate;
use crate::routes::ways::{Surroundings, Way, Ways};
use crate::statement::Statement;
use wslint_model::answer::Expected;
use wslint_model::{HaproxyRoot, Site};

/// A candidate with its runs.
pub(super) struct Tried<'t, 'p> {
    /// The configuration among the others.
    pub(super) surroundings: Surroundings<'t, 'p>,
    /// The configuration.
    pub(super) config: &'t Config<'p>,
    /// The root, for its pattern files.
    pub(super) root: &'t HaproxyRoot,
    /// What holds for all routes.
    pub(super) shared: &'t Shared<'t, 'p>,
    /// What was tried.
    pub(super) candidate: &'t Candidate<'t>,
    /// All runs of the handshake.
    pub(super) handshakes: Rc<Ways>,
    /// All runs of a plain request on the same path, which is a poll where clients begin with polling.
    pub(super) plain: Rc<Ways>,
    /// Whether the path, where none is known, decides how the handshake ends before it comes to a backend.
    pub(super) path_decides: bool,
    /// Whether no rule leads such a request to a backend, whatever the host.
    pub(super) leads_nowhere: bool,
    /// What is expected of the route.
    pub(super) expected: Expected,
}

impl Tried<'_, '_> {
    /// The backend of a run that takes the tried way.
    pub(super) fn way(&self, way: &Way<'_>) -> Option<ProxyId> {
        way.taken.backend.filter(|_| way.taken.switch == self.candidate.switch)
    }

    /// Whether a run says something about the tried way: it takes it, or ends before it would come to any, which says
    /// nothing where it depends on the path and no path is known. That no rule leads anywhere says something only where
    /// that is so for every host.
    pub(super) fn is_told_by(&self, way: &Way<'_>) -> bool {
        let ends = || way.own().len() == 1 && way.taken.backend.is_none() && !self.path_decides;
        let here = || way.taken.way.is_none_or(|switch| switch == self.candidate.switch);
        self.way(way).is_some() || ends() && here() && (self.leads_nowhere || !way.finds_no_backend())
    }

    /// The runs of the handshake that take the tried way.
    pub(super) fn arrived(&self) -> impl Iterator<Item = Way<'_>> + Clone {
        self.handshakes.iter().filter(|way| self.way(way).is_some())
    }

    /// Whether clients begin with polling.
    pub(super) fn polls(&self) -> bool {
        self.expected.polls()
    }

    /// The runs of the poll that take the tried way.
    pub(super) fn polled(&self) -> impl Iterator<Item = Way<'_>> {
        self.plain.iter().filter(|way| self.polls() && self.way(way).is_some())
    }

    /// The backends that handshakes and polls of this way come to, each once.
    pub(super) fn backends(&self) -> Vec<ProxyId> {
        let mut backends: Vec<ProxyId> = Vec::new();
        for backend in self.arrived().chain(self.polled()).filter_map(|way| self.way(&way)) {
            if !backends.contains(&backend) {
                backends.push(backend);
            }
        }
        backends
    }

    /// The frontend of this way, and its backend where that is another section.
    pub(super) fn ends(&self) -> impl Iterator<Item = ProxyId> {
        let frontend = self.candidate.frontend;
        std::iter::once(frontend).chain(self.backend().filter(|&backend| backend != frontend))
    }

    /// The rules of all lists that the way passes, with their lines.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&Rule, &Statement<'_>)> {
        let mut sections: Vec<ProxyId> = Vec::new();
        for end in self.ends() {
            // What both inherit from stands above all else that either does.
            let above: HashSet<ProxyId> = sections.iter().copied().collect();
            sections.extend(self.config.ruled(end).take_while(|section| !above.contains(section)));
        }
        sections.into_iter().flat_map(|section| {
            let section = self.config.proxy(section);
            section.rules.iter().map(|rule| (rule, &section.statements[rule.statement]))
        })
    }

    /// The rule on this way that stands at a place, with its section.
    pub(super) fn rule_at(&self, way: &Way<'_>, site: Site) -> Option<(ProxyId, &Rule)> {
        let sections = [Some(self.candidate.frontend), way.taken.backend].into_iter().flatten();
        sections.flat_map(|end| self.config.ruled(end)).find_map(|section| {
            let proxy = self.config.proxy(section);
            let rule = proxy.rules.iter().find(|rule| proxy.statements[rule.statement].site() == site)?;
            Some((section, rule))
        })
    }

    /// Whether plain requests, polls among them, come to the backend of this way too.
    pub(super) fn plain_traffic(&self) -> bool {
        self.polls()
            || self.candidate.switch.is_none()
            || self.backends().into_iter().any(|backend| self.shared.takes_plain_requests(backend))
    }

    /// The one backend of this way; `None` where its name is computed and may be several.
    pub(super) fn backend(&self) -> Option<ProxyId> {
        match self.backends().as_slice() {
            [backend] => Some(*backend),
            _ => None,
        }
    }
}
