//! A model for each root, the routes of all of them, and the network that they make.

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};

use foldhash::fast::RandomState;
use wslint_model::choices::Handler;
use wslint_model::way::{Address, Follow, Hop, Listens, Network, Run, Runs};
use wslint_model::{
    Browser, Edit, Facts, FileId, Project, Request, Root, Route, Settings, Site, Wanted, questions,
};
use wslint_nginx::Concerned;
use wslint_rules::{Checking, Finding, Rule, Rules};

use crate::project::{Place, Problem};

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

    fn each_route(
        &self,
        network: &Network<'_>,
        config: usize,
        wanted: &Filter<'_>,
        each: &mut dyn FnMut(Route),
    ) {
        let goes_on = || !(wanted.stops)();
        let details = wanted.details;
        match self {
            Self::Nginx(model) => {
                let lines = &|site| (wanted.lines)(config, site) && goes_on();
                model.each_route_of(network, config, &Wanted { lines, details }, each);
            }
            Self::Haproxy(model) => {
                let lines = &|site| (wanted.sections)(config, site) && goes_on();
                model.each_route_of(network, config, &Wanted { lines, details }, each);
            }
        }
    }

    fn route_count(&self) -> usize {
        match self {
            Self::Nginx(model) => model.route_count(),
            Self::Haproxy(model) => model.route_count(),
        }
    }

    /// How many of its routes certainly or very likely carry WebSocket traffic, for a model of nginx.
    fn websocket_route_count(&self) -> usize {
        match self {
            Self::Nginx(model) => model.websocket_route_count(),
            Self::Haproxy(_) => 0,
        }
    }

    fn fix(&self, route: &Route, recipe: &str) -> Option<Vec<Edit>> {
        match self {
            Self::Nginx(model) => model.fix(route, recipe),
            Self::Haproxy(model) => model.fix(route, recipe),
        }
    }
}

/// Which routes are looked at. Places are told with the number of their configuration. Others may be looked at too; those
/// that are not are handed out without answers.
pub(crate) struct Filter<'w> {
    /// Of nginx the routes whose line is wanted, or that of their server.
    pub(crate) lines: &'w dyn Fn(usize, Site) -> bool,
    /// Of HAProxy the routes of which the header of the frontend is wanted, or that of the backend.
    pub(crate) sections: &'w dyn Fn(usize, Site) -> bool,
    /// Whether the work is given up: what was handed out then is not complete.
    pub(crate) stops: &'w dyn Fn() -> bool,
    /// Whether the routes answer the questions too that no rule of wslint asks.
    pub(crate) details: bool,
}

impl Filter<'_> {
    /// All routes, with the answers that rules ask for.
    pub(crate) const RULES: Self = Self { details: false, ..Self::ALL };
    const ALL: Self = Self { lines: &|_, _| true, sections: &|_, _| true, stops: &|| false, details: true };
}

impl Default for Filter<'_> {
    fn default() -> Self {
        Self::ALL
    }
}

/// What is told of findings beside their places.
#[derive(Clone, Copy)]
pub(crate) struct Telling<'t> {
    /// Of these rules the words, and the edits if any are told.
    pub(crate) of: &'t dyn Fn(&Rule) -> bool,
    /// Whether the edits are told.
    pub(crate) fixes: bool,
}

impl Telling<'_> {
    /// The words of all findings.
    pub(crate) const ALL: Self = Self { of: &|_| true, fixes: false };
}

/// What the models say about a project. Routes are followed anew by whoever looks at them and are not kept: a large
/// configuration has many, and the answers of one take more memory than a page of text.
pub(crate) struct Analysis<'p, 'r> {
    /// One for each root, in their order.
    models: Vec<Model<'p>>,
    project: &'p Project,
    settings: &'p Settings,
    addresses: &'p BTreeMap<String, String>,
    rules: &'r Rules,
    /// How many findings are kept.
    most_findings: usize,
}

/// What the rules say.
pub(crate) struct Checked<'r> {
    /// The findings, by file, place and rule.
    pub(crate) findings: Vec<Finding<'r>>,
    /// That there are more, if so.
    pub(crate) limit: Option<Problem>,
    /// Endpoints that no configuration hands on, if all of them were looked at.
    pub(crate) unreached: Vec<Problem>,
    /// Number of routes that certainly or very likely carry WebSocket traffic.
    pub(crate) websocket_routes: usize,
}

/// How many places where clients come in are tried for each route that is drawn.
const MOST_FRONTS: usize = 16;

/// How many findings of a project are kept: so many in any, and one for so many bytes of the files of a large one. With
/// its words and edits one takes some two thousand bytes of memory.
const MOST_FINDINGS: (usize, usize) = (1_000, 384);

impl<'p, 'r> Analysis<'p, 'r> {
    /// Makes the models. `addresses` tells, for an address as one proxy calls it, the address that another listens on.
    pub(crate) fn new(
        project: &'p Project,
        settings: &'p Settings,
        addresses: &'p BTreeMap<String, String>,
        rules: &'r Rules,
    ) -> Self {
        let models = project.roots.iter().map(|root| Model::new(project, root, settings)).collect();
        let (any, bytes) = MOST_FINDINGS;
        let size: usize = project.files.iter().map(|file| file.source().len()).sum();
        Self { models, project, settings, addresses, rules, most_findings: any + size / bytes }
    }

    /// The configurations as a request meets them, by the numbers of their roots.
    pub(crate) fn network(&self) -> Network<'_> {
        Network::new(self.models.iter().map(Model::follow).collect(), self.addresses)
    }

    /// Where clients come to the configurations that stand in front of others: each with a request that arrives there.
    pub(crate) fn fronts(&self) -> Vec<(usize, Request)> {
        let mut fronts: Vec<(usize, Request)> = Vec::new();
        if self.models.len() < 2 {
            return fronts;
        }
        let nothing = Filter { lines: &|_, _| false, sections: &|_, _| false, ..Filter::default() };
        self.follow_all(&nothing, &mut |config, route| {
            let Some(request) = route.request.filter(|_| self.is_front(config)) else { return };
            let request = *request;
            let at = |request: &Request| (request.scheme, request.port, request.listen.clone());
            let known = fronts.iter().any(|(other, known)| *other == config && at(known) == at(&request));
            if !known && fronts.len() < MOST_FRONTS {
                fronts.push((config, request));
            }
        });
        fronts
    }

    /// The runs of the handshake for a route from the client on: by one of the configurations in front that hands it to the
    /// route, or else those from its own listener on.
    pub(crate) fn runs_from_client(
        &self,
        fronts: &[(usize, Request)],
        config: usize,
        route: &Route,
    ) -> Option<Runs<Run>> {
        let own = route.request.as_ref()?;
        let network = self.network();
        let comes = |hop: &Hop| hop.config == config && hop.routes.contains(&route.site);
        let by_front = fronts.iter().filter(|(front, _)| *front != config).find_map(|(front, arrives)| {
            let Request { scheme, port, listen, .. } = arrives.clone();
            let host = if own.host.is_empty() { &arrives.host } else { &own.host };
            let request =
                Request { listen, ..Request::handshake(scheme, host, port, &own.target, Browser::Chrome) };
            let runs = network.follow_from(*front, &request);
            let longest = runs.results.iter().max_by_key(|run| run.hops.len())?;
            longest.hops.iter().any(comes).then_some(runs)
        });
        by_front.or_else(|| Some(network.follow_from(config, own)))
    }

    /// What one configuration does with requests.
    pub(crate) fn config(&self, root: usize) -> &dyn Follow {
        self.models[root].follow()
    }

    /// Hands out the routes of all models, in their order, each with the number of the root that it is of.
    pub(crate) fn each_route(&self, each: &mut dyn FnMut(usize, Route)) {
        self.each_route_of(&Filter::default(), each);
    }

    /// The same, with the answers of those that are wanted.
    pub(crate) fn each_route_of(&self, wanted: &Filter<'_>, each: &mut dyn FnMut(usize, Route)) {
        let others = self.left_to_others();
        self.follow_all(wanted, &mut |config, mut route| {
            if !others.is_empty()
                && declared_path(&route).is_some_and(|path| others.contains(&(config, path)))
            {
                route.facts = Facts::default();
            }
            each(config, route);
        });
    }

    fn follow_all(&self, wanted: &Filter<'_>, each: &mut dyn FnMut(usize, Route)) {
        let network = self.network();
        // Somebody's own rules may ask for anything.
        let wanted = Filter { details: wanted.details || self.rules.has_own(), ..*wanted };
        for (config, model) in self.models.iter().enumerate() {
            model.each_route(&network, config, &wanted, &mut |route| each(config, route));
        }
    }

    /// The declared endpoints that a configuration does not know and another one passes on: they are declared for that one.
    /// A configuration that hands requests on to others at hand stands in front of them, and must know them.
    fn left_to_others(&self) -> HashSet<(usize, String)> {
        let mut passed_on = HashSet::new();
        let mut unknown = Vec::new();
        if self.settings.endpoints.is_empty() || self.models.len() < 2 {
            return HashSet::new();
        }
        self.follow_all(&Filter::RULES, &mut |config, route| {
            let Some(path) = declared_path(&route) else { return };
            match route.facts.value(&questions::HANDLER) {
                Some(Handler::Proxy) => {
                    passed_on.insert(path);
                }
                Some(Handler::Static) => unknown.push((config, path)),
                _ => {}
            }
        });
        unknown.retain(|(config, path)| passed_on.contains(path) && !self.is_front(*config));
        unknown.into_iter().collect()
    }

    /// Whether a configuration hands requests on to another one at hand.
    fn is_front(&self, config: usize) -> bool {
        let Model::Nginx(model) = &self.models[config] else { return true };
        let others = || self.models.iter().enumerate().filter(|(other, _)| *other != config);
        let listened_to = |address: &Address| {
            others().any(|(_, other)| other.follow().listens(address) >= Listens::AtEvery)
        };
        model.upstream_addresses().iter().any(listened_to)
    }

    /// Number of all routes, also of those that carry no WebSocket traffic.
    pub(crate) fn route_count(&self) -> usize {
        self.models.iter().map(Model::route_count).sum()
    }

    /// What the rules say, or where `fixes` are asked for the edits that fix it, without words.
    pub(crate) fn check(&self, selected: impl Fn(&Rule) -> bool, fixes: bool) -> Checked<'r> {
        let checking = self.rules.checking(self.settings, selected, self.most_findings);
        let checking = if fixes { checking.telling(|_| false) } else { checking };
        self.check_by(checking, Telling { fixes, ..Telling::ALL }, &Filter::RULES, |_, _, _| {})
    }

    /// What the rules say of the routes that lines of these files may tell something of, of which others are likely to be
    /// the most; `None` where those of all may.
    pub(crate) fn check_concerned(
        &self,
        files: &HashSet<FileId>,
        selected: impl Fn(&Rule) -> bool,
        telling: Telling<'_>,
    ) -> Option<Checked<'r>> {
        let concerned = self.concerned(files)?;
        let lines = |config: usize, site| concerned[config].includes(site);
        let wanted = Filter { lines: &lines, ..Filter::RULES };
        let websocket_routes = self.models.iter().map(Model::websocket_route_count).sum();
        Some(Checked { websocket_routes, ..self.check_with(selected, telling, &wanted, |_, _, _| {}) })
    }

    /// Whether what rules say of these places is said of routes that these findings are not of, and `concerns` none of whoever
    /// asks: what is told once for all routes is told of the first one. Only the first routes of all are looked at.
    pub(crate) fn is_told_of_others(
        &self,
        findings: &[&Finding<'_>],
        selected: impl Fn(&Rule) -> bool,
        concerns: impl Fn(&Finding<'_>) -> bool,
    ) -> bool {
        const MOST_ROUTES: usize = 100;
        if findings.is_empty() {
            return true;
        }
        let mut check = self.rules.checking(self.settings, selected, self.most_findings).telling(|_| false);
        let is_done = Cell::new(false);
        let first = Filter { stops: &|| is_done.get(), ..Filter::RULES };
        let mut looked_at = 0;
        let mut is_told = false;
        self.each_route_of(&first, &mut |_, route| {
            if is_done.get() || route.facts.iter().next().is_none() {
                return;
            }
            looked_at += 1;
            check.route(looked_at, &route, |_| None);
            let settled: Option<Vec<_>> =
                findings.iter().map(|told| check.settled(told.rule, told.primary.site)).collect();
            is_told = settled.as_ref().is_some_and(|all| !all.iter().any(|told| concerns(told)));
            is_done.set(settled.is_some() || looked_at == MOST_ROUTES);
        });
        is_told
    }

    /// For each configuration the servers that lines of these files may tell something of; `None` where that is not told
    /// by the lines of nginx alone.
    fn concerned(&self, files: &HashSet<FileId>) -> Option<Vec<Concerned>> {
        let all_nginx: Option<Vec<&wslint_nginx::Nginx<'p>>> = self
            .models
            .iter()
            .map(|model| match model {
                Model::Nginx(model) => Some(&**model),
                Model::Haproxy(_) => None,
            })
            .collect();
        let project = self.project;
        let alone = self.settings.endpoints.is_empty()
            && self.addresses.is_empty()
            && project.services.is_empty()
            && project.files.iter().all(|file| file.host.is_none())
            && files.iter().all(|&file| project.nginx(file).is_some());
        let concerned = all_nginx.filter(|_| alone).map(|all| wslint_nginx::Nginx::concerned(&all, files))?;
        let any_less = concerned.iter().any(|concerned| !matches!(concerned, Concerned::All));
        any_less.then_some(concerned)
    }

    /// The same of the routes that are wanted. `seen` is told the index of each route, the number of its root, and the route.
    pub(crate) fn check_with(
        &self,
        selected: impl Fn(&Rule) -> bool,
        telling: Telling<'_>,
        wanted: &Filter<'_>,
        seen: impl FnMut(usize, usize, &Route),
    ) -> Checked<'r> {
        let checking = self.rules.checking(self.settings, selected, self.most_findings).telling(telling.of);
        self.check_by(checking, telling, wanted, seen)
    }

    fn check_by(
        &self,
        mut check: Checking<'r, '_>,
        telling: Telling<'_>,
        wanted: &Filter<'_>,
        mut seen: impl FnMut(usize, usize, &Route),
    ) -> Checked<'r> {
        let mut index = 0;
        // Several endpoints may take one route.
        let mut websocket: HashSet<_, RandomState> = HashSet::default();
        // The lines of code that show the endpoints of routes.
        let mut shown: HashSet<Site, RandomState> = HashSet::default();
        let all = Cell::new(true);
        let noted = |wanted: bool| {
            all.set(all.get() && wanted);
            wanted
        };
        let wanted = Filter {
            lines: &|config, site| noted((wanted.lines)(config, site)),
            sections: &|config, site| noted((wanted.sections)(config, site)),
            ..*wanted
        };
        self.each_route_of(&wanted, &mut |config, route| {
            let declared = route.facts.fact(&questions::DECLARED);
            shown.extend(declared.into_iter().flat_map(|fact| &fact.cause.marks).map(|mark| mark.site));
            check.route(index, &route, |rule| {
                let fix = rule.fix.filter(|_| telling.fixes && (telling.of)(rule))?;
                self.models[config].fix(&route, fix.recipe)
            });
            seen(index, config, &route);
            if route.carries_websocket() {
                websocket.insert((config, route.site, route.label));
            }
            index += 1;
        });
        for route in &self.project.objects {
            check.object(index, route);
            index += 1;
        }
        let mut unreached = Vec::new();
        if all.get() {
            unreached = self.unreached(&shown);
        }
        let websocket_routes = websocket.len();
        let limit = check.left_out().map(|site| finding_limit(site, self.most_findings));
        Checked { findings: check.findings(), limit, unreached, websocket_routes }
    }
}

impl Analysis<'_, '_> {
    /// The endpoints of programs that requests are handed to which no route is for. Those of routes are told by the lines
    /// that show them. Clients may come another way, so that it is a note.
    fn unreached(&self, shown: &HashSet<Site, RandomState>) -> Vec<Problem> {
        let mut problems = Vec::new();
        for service in self.project.services.iter() {
            let Some(called) = &service.called else { continue };
            for endpoint in &service.endpoints {
                let Some(mark) = endpoint.marks.first().filter(|mark| !shown.contains(&mark.site)) else {
                    continue;
                };
                let file = self.project.file(mark.site.file);
                let line = file.lines().line(mark.site.span.start);
                let words = format!(
                    "`{}` takes WebSockets at `{}` ({}:{line}), and no request for that is seen to be handed on",
                    service.name, endpoint.path, file.path
                );
                let problem = Problem::note("endpoint-not-handed-on", Place::Site(called.site), words);
                problems.push(problem.marks(vec![called.clone(), mark.clone()]));
            }
        }
        problems
    }
}

/// The path of a route that the user declared.
fn declared_path(route: &Route) -> Option<String> {
    let declared = route.facts.value(&questions::DECLARED)?;
    route.facts.value(&questions::PATH).filter(|_| declared)
}

fn finding_limit(site: Site, most: usize) -> Problem {
    let message = format!("more than {most} findings in files of this size: the rest is not told");
    Problem::error("finding-limit", Place::Site(site), message)
        .help("fix some of them, or lint the parts of this tree one by one")
}
