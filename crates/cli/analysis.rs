//! A model for each root, and the routes of all of them.

use wslint_model::{Edit, Project, Request, Root, Route, Settings, Trace, traffic};
use wslint_rules::{Finding, Rule, Safety, builtin};

/// The model of one root.
pub(crate) enum Model<'p> {
    /// Of an nginx configuration.
    Nginx(Box<wslint_nginx::Model<'p>>),
    /// Of a HAProxy configuration.
    Haproxy(Box<wslint_haproxy::Model<'p>>),
}

impl<'p> Model<'p> {
    fn new(project: &'p Project, root: &'p Root, settings: &'p Settings) -> Self {
        match root {
            Root::Nginx(root) => Self::Nginx(Box::new(wslint_nginx::Model::new(project, root, settings))),
            Root::Haproxy(root) => {
                Self::Haproxy(Box::new(wslint_haproxy::Model::new(project, root, settings)))
            }
        }
    }

    fn routes(&self) -> Vec<Route> {
        match self {
            Self::Nginx(model) => model.routes(),
            Self::Haproxy(model) => model.routes(),
        }
    }

    fn route_count(&self) -> usize {
        match self {
            Self::Nginx(model) => model.route_count(),
            Self::Haproxy(model) => model.route_count(),
        }
    }

    /// Follows one request.
    pub(crate) fn trace(&self, request: &Request) -> Trace {
        match self {
            Self::Nginx(model) => model.trace(request),
            Self::Haproxy(model) => model.trace(request),
        }
    }

    fn mend(&self, route: &Route, recipe: &str) -> Option<Vec<Edit>> {
        match self {
            Self::Nginx(model) => model.mend(route, recipe),
            Self::Haproxy(model) => model.mend(route, recipe),
        }
    }
}

/// What the models say about a project.
pub(crate) struct Analysis<'p> {
    /// One for each root, in their order.
    pub(crate) models: Vec<Model<'p>>,
    /// The routes of all models, in their order.
    pub(crate) routes: Vec<Route>,
    /// For each route the model that it is of.
    owners: Vec<usize>,
    settings: &'p Settings,
}

impl<'p> Analysis<'p> {
    /// Makes the models and their routes.
    pub(crate) fn new(project: &'p Project, settings: &'p Settings) -> Self {
        let models: Vec<Model<'p>> =
            project.roots.iter().map(|root| Model::new(project, root, settings)).collect();
        let mut routes = Vec::new();
        let mut owners = Vec::new();
        for (owner, model) in models.iter().enumerate() {
            routes.extend(model.routes());
            owners.resize(routes.len(), owner);
        }
        Self { models, routes, owners, settings }
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
        self.routes.iter().filter(|route| carries_websocket(route)).count()
    }

    /// What the rules say.
    pub(crate) fn check(&self, selected: impl Fn(&Rule) -> bool) -> Vec<Finding<'static>> {
        builtin().check(&self.routes, self.settings, selected)
    }

    /// The edits that mend a finding on all of its routes; `None` if they cannot be made safely for one of them.
    pub(crate) fn mend(&self, finding: &Finding<'_>) -> Option<(Safety, Vec<Edit>)> {
        let fix = finding.rule.fix?;
        let mut edits: Vec<Edit> = Vec::new();
        for &index in &finding.route_indexes {
            let model = &self.models[self.owners[index]];
            for edit in model.mend(&self.routes[index], fix.recipe)? {
                if !edits.contains(&edit) {
                    edits.push(edit);
                }
            }
        }
        (!edits.is_empty()).then_some((fix.safety, edits))
    }
}

/// Whether it is certain or very likely that a route carries WebSocket traffic.
pub(crate) fn carries_websocket(route: &Route) -> bool {
    use wslint_model::Value::Choice;
    route
        .facts
        .get(traffic::WEBSOCKET.name)
        .is_some_and(|fact| matches!(fact.value, Choice("certain" | "strong")))
}
