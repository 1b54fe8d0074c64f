//! What the tests over the directory `rules/` share: its files, and a config text as a project of one file.

// Each test file uses a part of it.
#![allow(dead_code)]
// The tests are where files and the environment are looked at.
#![allow(clippy::disallowed_methods)]

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use wslint_embed::{Embedded, Format};
use wslint_model::way::{Follow, Network};
use wslint_model::{
    Content, Edit, Endpoint, File, FileId, HaproxyRoot, Host, Mapped, NginxContext, NginxRoot, Project,
    Proxy, Root, Route, Settings, Site, Text, Version,
};
use wslint_rules::edits::{self, Plan};
use wslint_rules::{Example, Rule, Rules, Scope};
use wslint_syntax::Span;
use wslint_syntax::nginx::Tree;

/// Nobody tells of other addresses.
static NO_ADDRESSES: BTreeMap<String, String> = BTreeMap::new();

/// The top of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of the directory `rules/`: path and text, by path.
pub(crate) fn rule_files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for scope in ["any", "embed", "nginx", "haproxy", "k8s"] {
        let Ok(entries) = std::fs::read_dir(workspace().join("rules").join(scope)) else { continue };
        for path in entries.map(|entry| entry.expect("the directory can be read").path()) {
            let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            files.push((format!("rules/{scope}/{name}"), text));
        }
    }
    files.sort();
    files
}

/// The rules as they stand in the directory.
pub(crate) fn rules() -> Rules {
    wslint_rules::load(&rule_files()).unwrap_or_else(|errors| {
        let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
        panic!("{} errors in rule files\n\n{}\n", errors.len(), lines.join("\n"))
    })
}

/// Whether the environment asks for this rule: `WSLINT_RULE=nginx/http10`, or a part of an id.
pub(crate) fn wanted(id: &str) -> bool {
    std::env::var("WSLINT_RULE").map_or(true, |part| id.contains(&part))
}

/// Fails with all that went wrong.
pub(crate) fn report(failures: &[String]) {
    assert!(failures.is_empty(), "{} failures\n\n{}\n", failures.len(), failures.join("\n\n"));
}

/// What an example declares beside its text.
pub(crate) fn settings(example: &Example) -> Settings {
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
pub(crate) fn deployed(text: &[u8]) -> Vec<u8> {
    embedded(text).map_or_else(|| text.to_owned(), |embedded| embedded.mapped.text)
}

/// A config text as a project of one file, and what its readers complained about. What stands in another file is the first
/// one, and the other file the second.
pub(crate) fn project(proxy: Proxy, text: &[u8], settings: &Settings) -> (Project, Vec<String>) {
    let Some(found) = embedded(text) else { return plain(proxy, text, settings, false) };
    let Mapped { text: own, map } = found.mapped;
    let (mut project, errors) = plain(proxy, &own, settings, true);
    let Embedded { name, opens, writing, slips, .. } = found;
    project.files[0].host =
        Some(Host { file: FileId(1), name, opens, map, writing, slips, generated: false, maker: None });
    project.files.push(File::new("host", Content::Beside(Text::new(text.to_owned())), false));
    (project, errors)
}

fn plain(proxy: Proxy, text: &[u8], settings: &Settings, templates: bool) -> (Project, Vec<String>) {
    let (content, root, errors) = match proxy {
        Proxy::Nginx => {
            let templates = templates && wslint_syntax::nginx::looks_templated(text);
            let options = wslint_syntax::nginx::Options { templates, ..Default::default() };
            let parse = wslint_syntax::nginx::parse(text, options);
            let context = context(&parse.tree);
            let errors =
                parse.errors.iter().map(|error| format!("line {}: {:?}", error.line, error.kind)).collect();
            let root = NginxRoot { main: FileId(0), context, includes: HashMap::new() };
            (Content::Nginx(parse.tree), Root::Nginx(root), errors)
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
pub(crate) type Fix<'m> = dyn Fn(&Route, &str) -> Option<Vec<Edit>> + 'm;

/// The routes of a project of one root, and the way to fix them.
pub(crate) fn with_routes<T>(
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
pub(crate) fn with_network<T>(
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

/// The text after the rule's fixes; `None` if there are none.
pub(crate) fn fix(
    rules: &Rules,
    rule: &Rule,
    proxy: Proxy,
    text: &[u8],
    settings: &Settings,
) -> Option<Vec<u8>> {
    let (project, _) = project(proxy, text, settings);
    let plan = with_routes(&project, settings, |routes, fix| {
        let mut plan = Plan::default();
        for finding in rules.check(routes, settings, |other| other.id == rule.id) {
            for index in finding.route_indexes {
                if let Some(edits) = fix(&routes[index], rule.fix.expect("the rule has a fix").recipe) {
                    plan.add(&edits.into_iter().map(|edit| written(&project, edit)).collect::<Vec<_>>());
                }
            }
        }
        plan
    });
    let fixed = plan.files().next().map(|(_, edits)| edits::apply(text, edits))?;
    (fixed != text).then_some(fixed)
}

/// An edit of the file that people have.
fn written(project: &Project, edit: Edit) -> Edit {
    let file = project.file(edit.site.file);
    match &file.host {
        Some(host) => wslint_embed::written(host, file.source(), &edit).expect("it can be written"),
        None => edit,
    }
}

/// A finding as the tests compare it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The id of the rule.
    pub(crate) rule: String,
    /// The severity.
    pub(crate) severity: wslint_rules::Severity,
    /// The 1-based line on which the primary label starts.
    pub(crate) line: u32,
    /// The headline.
    pub(crate) message: String,
    /// What to type.
    pub(crate) help: String,
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {} {}: {}", self.line, self.severity, self.rule, self.message)
    }
}

/// What all rules say about a config text, and what its readers complained about.
pub(crate) fn lint(
    rules: &Rules,
    proxy: Proxy,
    text: &[u8],
    settings: &Settings,
) -> (Vec<Seen>, Vec<String>) {
    let (project, errors) = project(proxy, text, settings);
    let seen = with_routes(&project, settings, |routes, _| {
        let findings = rules.check(routes, settings, |_| true);
        let seen = findings.into_iter().map(|finding| Seen {
            rule: finding.rule.id.clone(),
            severity: finding.severity,
            line: line(&project, finding.primary.site),
            message: finding.message,
            help: finding.help,
        });
        seen.collect()
    });
    (seen, errors)
}

/// What all rules say about manifests, and about what controllers make of them; and what their reader complained about.
pub(crate) fn lint_manifests(rules: &Rules, text: &[u8], settings: &Settings) -> (Vec<Seen>, Vec<String>) {
    let beside = File::new("example", Content::Beside(Text::new(text.to_vec())), false);
    let (objects, complaints) = wslint_kubernetes::objects::read(FileId(0), text);
    let selection = wslint_kubernetes::select::Selection::new(&objects, &[]);
    let mut files = vec![beside];
    let mut roots = Vec::new();
    for generated in wslint_kubernetes::controllers::compile(&objects, &selection) {
        let proxy = generated.chosen.controller.proxy();
        let (mut made, errors) = plain(proxy, &generated.text.text, settings, true);
        assert!(errors.is_empty(), "{errors:?} in\n{}", String::from_utf8_lossy(&generated.text.text));
        let mut file = made.files.remove(0);
        file.host = Some(Host {
            file: FileId(0),
            name: generated.maker.name.to_owned(),
            opens: Span::new(0, 0),
            map: generated.text.map,
            writing: Err("it is generated"),
            slips: Vec::new(),
            generated: true,
            maker: Some(generated.maker),
        });
        let id = FileId(files.len() as u32);
        roots.push(match made.roots.remove(0) {
            Root::Nginx(root) => Root::Nginx(NginxRoot { main: id, ..root }),
            Root::Haproxy(root) => Root::Haproxy(HaproxyRoot { files: vec![id], ..root }),
        });
        files.push(file);
    }
    let mut project = Project { files, ..Project::default() };
    let mut check = rules.checking(settings, |_| true, usize::MAX);
    let mut routes = Vec::new();
    for root in roots {
        project.roots = vec![root];
        with_routes(&project, settings, |found, _| routes.extend(found.to_vec()));
    }
    routes.iter().enumerate().for_each(|(index, route)| check.route(index, route, |_| None));
    let objects = wslint_kubernetes::judge::judge(&objects, &selection);
    objects.iter().for_each(|object| check.object(usize::MAX, object));
    let seen = check.findings().into_iter().map(|finding| Seen {
        rule: finding.rule.id.clone(),
        severity: finding.severity,
        line: line(&project, finding.primary.site),
        message: finding.message,
        help: finding.help,
    });
    (seen.collect(), complaints.into_iter().map(|complaint| complaint.words).collect())
}

/// What all rules say about the text of an example of a rule.
pub(crate) fn lint_example(
    rules: &Rules,
    rule: &Rule,
    example: &Example,
    text: &[u8],
) -> (Vec<Seen>, Vec<String>) {
    match rule.scope {
        Scope::Kubernetes => lint_manifests(rules, text, &settings(example)),
        Scope::Any | Scope::Embed | Scope::Proxy(_) => lint(rules, example.proxy, text, &settings(example)),
    }
}

/// The line that people find a place on.
fn line(project: &Project, site: Site) -> u32 {
    let site = project.written(site);
    project.file(site.file).lines().line(site.span.start)
}

/// Findings, one a line and indented, for failures.
pub(crate) fn shown(seen: &[Seen]) -> String {
    if seen.is_empty() {
        return "    (nothing)".to_owned();
    }
    seen.iter().map(|one| format!("    {one}")).collect::<Vec<_>>().join("\n")
}
