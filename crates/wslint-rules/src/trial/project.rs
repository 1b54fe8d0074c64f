//! One text of a configuration as a project of its own, as the examples of rules are.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use wslint_embed::{Embedded, Format};
use wslint_model::way::{Follow, Network};
use wslint_model::{
    Content, Edit, Endpoint, File, FileId, HaproxyRoot, Host, Mapped, NginxContext, NginxRoot, Project,
    Proxy, Root, Route, Settings, Text, Version,
};
use wslint_syntax::nginx::Tree;

use crate::example::Example;

/// Nobody tells of other addresses.
static NO_ADDRESSES: BTreeMap<String, String> = BTreeMap::new();

/// What an example declares beside its text.
pub fn settings(example: &Example) -> Settings {
    let mut settings = Settings::default();
    if let Some(version) = example.version {
        match example.proxy {
            Proxy::Nginx => {
                settings.nginx_version = version;
                settings.nginx_version_given = true;
            }
            Proxy::Haproxy => {
                settings.haproxy_version = version;
                settings.haproxy_version_given = true;
            }
        }
    }
    let endpoint = |path: &String| Endpoint { host: example.host.clone(), ..Endpoint::at(path) };
    settings.endpoints = example.websocket.iter().map(endpoint).collect();
    settings
}

/// The configuration that stands in another file, whose first line tells what it is; none if it is one itself.
fn embedded(text: &[u8]) -> Option<Embedded> {
    let read = wslint_embed::read(Format::by_text(text)?, text, FileId(1));
    read.texts.into_iter().next()
}

/// What the proxy gets of an example: itself, or the configuration that stands in it.
pub fn deployed(text: &[u8]) -> Vec<u8> {
    embedded(text).map_or_else(|| text.to_owned(), |embedded| embedded.mapped.text)
}

/// A config text as a project of one file, and what its readers complained about. What stands in another file is the first
/// one, and the other file the second.
pub fn project(proxy: Proxy, text: &[u8], settings: &Settings) -> (Project, Vec<String>) {
    let Some(found) = embedded(text) else { return plain(proxy, text, settings, false) };
    let Mapped { text: own, map } = found.mapped;
    let (mut project, errors) = plain(proxy, &own, settings, true);
    let Embedded { name, opens, writing, slips, .. } = found;
    project.files[0].host =
        Some(Host { file: FileId(1), name, opens, map, writing, slips, generated: false, maker: None });
    project.files.push(File::new("host", Content::Beside(Text::new(text.to_owned())), false));
    (project, errors)
}

pub(super) fn plain(
    proxy: Proxy,
    text: &[u8],
    settings: &Settings,
    templates: bool,
) -> (Project, Vec<String>) {
    let (content, root, errors) = match proxy {
        Proxy::Nginx => {
            let templates = templates && wslint_syntax::nginx::looks_templated(text);
            let options = wslint_syntax::nginx::Options { templates, ..Default::default() };
            let parse = wslint_syntax::nginx::parse(text, options);
            let context = context(&parse.tree);
            let errors =
                parse.errors.iter().map(|error| format!("line {}: {:?}", error.line, error.kind)).collect();
            let root = NginxRoot { main: FileId(0), context, includes: HashMap::new() };
            (Content::Nginx(Arc::new(parse.tree)), Root::Nginx(root), errors)
        }
        Proxy::Haproxy => {
            let Version(major, minor, patch) = settings.haproxy_version;
            let options =
                wslint_syntax::haproxy::Options { version: (major, minor, patch), ..Default::default() };
            let parse = wslint_syntax::haproxy::parse(text, &options);
            let errors =
                parse.errors.iter().map(|error| format!("line {}: {:?}", error.line, error.kind)).collect();
            let root = HaproxyRoot { files: vec![FileId(0)], whole: true, ..HaproxyRoot::default() };
            (Content::Haproxy(parse.tree), Root::Haproxy(root), errors)
        }
    };
    let file = File::new("example", content, templates);
    (Project { files: vec![file], roots: vec![root], ..Project::default() }, errors)
}

/// The context in which an example's first directive stands.
fn context(tree: &Tree) -> NginxContext {
    let names: Vec<_> = tree.roots().map(|id| tree.name(id).into_owned()).collect();
    let has = |wanted: &[&str]| {
        names.iter().any(|name| wanted.iter().any(|word| word.as_bytes() == name.as_slice()))
    };
    if has(&["http", "events", "stream", "worker_processes", "load_module", "env", "user", "pid"]) {
        NginxContext::Main
    } else if has(&["server", "upstream", "map", "geo", "split_clients", "limit_req_zone", "limit_conn_zone"])
    {
        NginxContext::Http
    } else if has(&["location", "listen", "server_name"]) {
        NginxContext::Server
    } else {
        NginxContext::Location
    }
}

/// Finds the edits of a recipe for a route.
pub type Fix<'m> = dyn Fn(&Route, &str) -> Option<Vec<Edit>> + 'm;

/// The routes of a project of one root, and the way to fix them.
pub fn with_routes<T>(
    project: &Project,
    settings: &Settings,
    look: impl FnOnce(&[Route], &Fix<'_>) -> T,
) -> T {
    match &project.roots[0] {
        Root::Nginx(root) => {
            let model = wslint_nginx::Nginx::new(project, root, settings);
            let network = Network::new(vec![&model], &NO_ADDRESSES);
            look(&model.routes(&network, 0), &|route, recipe| model.fix(route, recipe))
        }
        Root::Haproxy(root) => {
            let model = wslint_haproxy::Haproxy::new(project, root, settings);
            let network = Network::new(vec![&model], &NO_ADDRESSES);
            look(&model.routes(&network, 0), &|route, recipe| model.fix(route, recipe))
        }
    }
}

/// The routes of a project of one root, the network that requests go through, and whether the proxy would not load it.
pub fn with_network<T>(
    project: &Project,
    settings: &Settings,
    look: impl FnOnce(&[Route], &Network<'_>, bool) -> T,
) -> T {
    match &project.roots[0] {
        Root::Nginx(root) => {
            let model = wslint_nginx::Nginx::new(project, root, settings);
            let network = Network::new(vec![&model], &NO_ADDRESSES);
            look(&model.routes(&network, 0), &network, model.refusal().is_some())
        }
        Root::Haproxy(root) => {
            let model = wslint_haproxy::Haproxy::new(project, root, settings);
            let network = Network::new(vec![&model], &NO_ADDRESSES);
            look(&model.routes(&network, 0), &network, model.refusal().is_some())
        }
    }
}
