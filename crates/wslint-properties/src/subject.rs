//! A text as a project of one file, as the command would read it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use wslint_model::way::{Follow, Network, Refusal, Run, Runs};
use wslint_model::{
    Content, Edit, Endpoint, File, FileId, HaproxyRoot, NginxContext, NginxRoot, Project, Proxy, Request,
    Root, Route, Settings, Site,
};
use wslint_syntax::nginx::Tree;

/// A text with what was read of it.
pub(crate) struct Subject {
    pub(crate) project: Project,
    pub(crate) settings: Settings,
    /// Whether the reader found nothing wrong.
    pub(crate) reads: bool,
}

/// The model of the one root.
pub(crate) enum Model<'p> {
    Nginx(Box<wslint_nginx::Nginx<'p>>),
    Haproxy(Box<wslint_haproxy::Haproxy<'p>>),
}

impl Subject {
    /// Reads a text. `/ws` is declared to carry WebSocket traffic, so that there is always something to look into.
    pub(crate) fn new(proxy: Proxy, text: &[u8]) -> Self {
        let (content, root, template, reads) = match proxy {
            Proxy::Nginx => {
                let templates = wslint_syntax::nginx::looks_templated(text);
                let options = wslint_syntax::nginx::Options { templates, ..Default::default() };
                let parse = wslint_syntax::nginx::parse(text, options);
                let context = context(&parse.tree);
                let root = NginxRoot { main: FileId(0), context, includes: HashMap::new() };
                (Content::Nginx(Arc::new(parse.tree)), Root::Nginx(root), templates, parse.errors.is_empty())
            }
            Proxy::Haproxy => {
                let templates = wslint_syntax::haproxy::looks_templated(text);
                let options = wslint_syntax::haproxy::Options { templates, ..Default::default() };
                let parse = wslint_syntax::haproxy::parse(text, &options);
                // What takes no connection is a part of something else.
                let takes = |header| matches!(parse.tree.word(header, 0), b"frontend" | b"listen");
                let whole = parse.tree.sections().any(|section| takes(section.header));
                let root = HaproxyRoot { files: vec![FileId(0)], whole, ..HaproxyRoot::default() };
                (Content::Haproxy(parse.tree), Root::Haproxy(root), templates, parse.errors.is_empty())
            }
        };
        let file = File::new("text", content, template);
        let settings = Settings { endpoints: vec![Endpoint::at("/ws")], ..Settings::default() };
        Self {
            project: Project { files: vec![file], roots: vec![root], ..Project::default() },
            settings,
            reads,
        }
    }

    /// The model of its root.
    pub(crate) fn model(&self) -> Model<'_> {
        match &self.project.roots[0] {
            Root::Nginx(root) => {
                Model::Nginx(Box::new(wslint_nginx::Nginx::new(&self.project, root, &self.settings)))
            }
            Root::Haproxy(root) => {
                Model::Haproxy(Box::new(wslint_haproxy::Haproxy::new(&self.project, root, &self.settings)))
            }
        }
    }

    /// The bytes of its file.
    pub(crate) fn text(&self) -> &[u8] {
        self.project.files[0].source()
    }

    /// Whether a place is one of its file.
    pub(crate) fn holds(&self, site: Site) -> bool {
        let Site { file, span } = site;
        file == FileId(0) && span.start <= span.end && span.end as usize <= self.text().len()
    }
}

/// Nobody tells of other addresses.
static NO_ADDRESSES: BTreeMap<String, String> = BTreeMap::new();

impl Model<'_> {
    fn config(&self) -> &dyn Follow {
        match self {
            Self::Nginx(model) => &**model,
            Self::Haproxy(model) => &**model,
        }
    }

    pub(crate) fn routes(&self) -> Vec<Route> {
        let network = Network::new(vec![self.config()], &NO_ADDRESSES);
        match self {
            Self::Nginx(model) => model.routes(&network, 0),
            Self::Haproxy(model) => model.routes(&network, 0),
        }
    }

    pub(crate) fn follow(&self, request: &Request) -> Runs<Run> {
        Network::new(vec![self.config()], &NO_ADDRESSES).follow(request)
    }

    pub(crate) fn refusal(&self) -> Option<Refusal> {
        self.config().refusal()
    }

    pub(crate) fn fix(&self, route: &Route, recipe: &str) -> Option<Vec<Edit>> {
        match self {
            Self::Nginx(model) => model.fix(route, recipe),
            Self::Haproxy(model) => model.fix(route, recipe),
        }
    }
}

/// The context that a fragment is read in: the outermost one that one of its statements belongs to.
fn context(tree: &Tree) -> NginxContext {
    let has =
        |names: &[&str]| tree.roots().any(|id| names.iter().any(|name| *tree.name(id) == *name.as_bytes()));
    if has(&["http", "events", "stream", "worker_processes"]) {
        NginxContext::Main
    } else if has(&["server", "upstream", "map", "geo", "split_clients"]) {
        NginxContext::Http
    } else if has(&["location", "listen", "server_name"]) {
        NginxContext::Server
    } else {
        NginxContext::Location
    }
}
