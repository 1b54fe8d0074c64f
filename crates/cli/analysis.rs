//! A model for each root, the routes of all of them, and the network that they make.

use std::collections::BTreeMap;

use wslint_model::way::{Follow, Network};
use wslint_model::{Edit, Project, Root, Route, Settings};
use wslint_rules::{Finding, Rule, Safety, builtin};

/// The model of one root.
pub(crate) enum Model<'p> {
    /// Of an nginx configuration.
    Nginx(Box<wslint_nginx::Nginx<'p>>),
    /// Of a HAProxy configuration.
    Haproxy(Box<wslint_haproxy::Haproxy<'p>>),
}

impl<'p> Model<'p> {
    fn new(project: &'p Project, root: &'p Root, settings: &'p Settings) -> Self {
        match root {
            Root::Nginx(root) => Self::Nginx(Box::new(wslint_nginx::Nginx::new(project, root, settings))),
            Root::Haproxy(root) => {
                Self::Haproxy(Box::new(wslint_haproxy::Haproxy::new(project, root, settings)))
            }
        }
    }

    fn follow(&self) -> &dyn Follow {
        match self {
            Self::Nginx(model) => &**model,
            Self::Haproxy(model) => &**model,
        }
    }

    fn routes(&self, network: &Network<'_>, config: usize) -> Vec<Route> {
        match self {
            Self::Nginx(model) => model.routes(network, config),
            Self::Haproxy(model) => model.routes(network, config),
        }
    }

    fn route_count(&self) -> usize {
        match self {
            Self::Nginx(model) => model.route_count(),
            Self::Haproxy(model) => model.route_count(),
        }
    }

    fn fix(&self, route: &Route, recipe: &str) -> Option<Vec<Edit>> {
        match self {
            Self::Nginx(model) => model.fix(route, recipe),
            Self::Haproxy(model) => model.fix(route, recipe),
        }
    }
}

/// What the models say about a project.
pub(crate) struct Analysis<'p> {
    /// One for each root, in their order.
    models: Vec<Model<'p>>,
    /// The routes of all models, in their order.
    pub(crate) routes: Vec<Route>,
    /// For each route the model that it is of.
    owners: Vec<usize>,
    settings: &'p Settings,
    addresses: &'p BTreeMap<String, String>,
}

impl<'p> Analysis<'p> {
    /// Makes the models and their routes. `addresses` tells, for an address as one proxy calls it, the address that
    /// another listens on.
    pub(crate) fn new(
        project: &'p Project,
        settings: &'p Settings,
        addresses: &'p BTreeMap<String, String>,
    ) -> Self {
        let models = project.roots.iter().map(|root| Model::new(project, root, settings)).collect();
        let mut analysis = Self { models, routes: Vec::new(), owners: Vec::new(), settings, addresses };
        let network = analysis.network();
        let of_models: Vec<Vec<Route>> = analysis
            .models
            .iter()
            .enumerate()
            .map(|(config, model)| model.routes(&network, config))
            .collect();
        for (owner, routes) in of_models.into_iter().enumerate() {
            analysis.routes.extend(routes);
            analysis.owners.resize(analysis.routes.len(), owner);
        }
        analysis
    }

    /// The configurations as a request meets them, by the numbers of their roots.
    pub(crate) fn network(&self) -> Network<'_> {
        Network::new(self.models.iter().map(Model::follow).collect(), self.addresses)
    }

    /// What one configuration does with requests.
    pub(crate) fn config(&self, root: usize) -> &dyn Follow {
        self.models[root].follow()
    }

    /// The indexes of the routes of one root.
    pub(crate) fn routes_of(&self, root: usize) -> impl Iterator<Item = usize> {
        self.owners.iter().enumerate().filter(move |(_, owner)| **owner == root).map(|(index, _)| index)
    }

    /// Number of all routes, also of those that carry no WebSocket traffic.
    pub(crate) fn route_count(&self) -> usize {
        self.models.iter().map(Model::route_count).sum()
    }

    /// Number of routes that certainly or very likely carry WebSocket traffic.
    pub(crate) fn websocket_count(&self) -> usize {
        self.routes.iter().filter(|route| route.carries_websocket()).count()
    }

    /// What the rules say.
    pub(crate) fn check(&self, selected: impl Fn(&Rule) -> bool) -> Vec<Finding<'static>> {
        builtin().check(&self.routes, self.settings, selected)
    }

    /// The edits that fix a finding on all of its routes; `None` if they cannot be made safely for one of them.
    pub(crate) fn fix(&self, finding: &Finding<'_>) -> Option<(Safety, Vec<Edit>)> {
        let fix = finding.rule.fix?;
        let mut edits: Vec<Edit> = Vec::new();
        for &index in &finding.route_indexes {
            let model = &self.models[self.owners[index]];
            for edit in model.fix(&self.routes[index], fix.recipe)? {
                if !edits.contains(&edit) {
                    edits.push(edit);
                }
            }
        }
        (!edits.is_empty()).then_some((fix.safety, edits))
    }
}
