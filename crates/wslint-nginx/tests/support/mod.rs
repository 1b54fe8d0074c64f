//! Loads nginx configs that tests hold in memory: parses the files and resolves `include` as nginx does.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use wslint_model::way::Network;
use wslint_model::{
    Content, File, FileId, Include, NginxContext, NginxRoot, Project, Route, Settings, Value,
};
use wslint_nginx::{Nginx, is_shipped};
use wslint_syntax::nginx::{self, DirectiveId, Options};

/// A project of one nginx root, whose main file is the first one. Paths are relative to the main file's directory.
pub(crate) fn load(files: &[(String, String)], context: NginxContext) -> (Project, NginxRoot) {
    let mut project = Project::default();
    for (path, text) in files {
        let template = path.ends_with(".j2");
        let options = Options { templates: template, ..Options::default() };
        let tree = nginx::parse(text.as_bytes().to_vec(), options).tree;
        project.files.push(File::new(path.clone(), Content::Nginx(Arc::new(tree)), template));
    }
    let mut includes = HashMap::new();
    for number in 0..project.files.len() {
        let id = FileId(number as u32);
        let tree = project.nginx(id).expect("every file is an nginx file");
        for directive in tree.ids().filter(|&directive| tree.name(directive).as_ref() == b"include") {
            includes.insert((id, directive), resolve(tree, directive, files));
        }
    }
    let root = NginxRoot { main: FileId(0), context, includes };
    (project, root)
}

fn resolve(tree: &nginx::Tree, directive: DirectiveId, files: &[(String, String)]) -> Include {
    let pattern = tree.arg(directive, 0).map(|text| String::from_utf8_lossy(&text).into_owned());
    let Some(pattern) = pattern else { return Include::Unknown };
    let globbed = pattern.contains(['*', '?', '[']);
    let mut found: Vec<(&str, FileId)> = files
        .iter()
        .enumerate()
        .filter(|(_, (path, _))| if globbed { glob(&pattern, path) } else { *path == pattern })
        .map(|(number, (path, _))| (path.as_str(), FileId(number as u32)))
        .collect();
    found.sort();
    if found.is_empty() && !globbed {
        return if is_shipped(pattern.as_bytes()) { Include::Shipped } else { Include::Unknown };
    }
    Include::Files(found.into_iter().map(|(_, id)| id).collect())
}

/// `*` stands for anything without a slash; the vectors use no other wildcard.
fn glob(pattern: &str, path: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == path };
    path.len() >= head.len() + tail.len()
        && path.starts_with(head)
        && path.ends_with(tail)
        && !path[head.len()..path.len() - tail.len()].contains('/')
}

/// The routes of a model that nothing stands beside.
#[allow(dead_code)]
pub(crate) fn routes(model: &Nginx<'_>) -> Vec<Route> {
    model.routes(&Network::new(vec![model], &BTreeMap::new()), 0)
}

/// The answers of all routes, as `question=value`.
#[allow(dead_code)]
pub(crate) fn facts_of(project: &Project, root: &NginxRoot, settings: &Settings) -> Vec<String> {
    let model = Nginx::new(project, root, settings);
    let routes = routes(&model);
    let answers = routes.iter().flat_map(|route| route.facts.iter());
    answers
        .map(|(question, fact)| {
            let value = match &fact.value {
                Value::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
                Value::Choice(word) => (*word).to_owned(),
                Value::Duration(number) | Value::Number(number) => number.to_string(),
                Value::Text(text) => text.clone(),
                Value::Unknown => "unknown".to_owned(),
            };
            format!("{}={value}", question.name)
        })
        .collect()
}
