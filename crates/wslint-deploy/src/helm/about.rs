//! What a chart says of itself, and which others it depends on: `Chart.yaml`, and for old charts `requirements.yaml`.

use std::rc::Rc;

use wslint_model::Site;

use super::values::Layer;

/// What `.Chart` is in the templates of a chart.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// What `Chart.yaml` says.
    pub layer: Option<Rc<Layer>>,
    /// What the chart around calls it.
    pub called: Called,
}

/// What a chart is called by those that depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Called {
    /// As it calls itself.
    #[default]
    Itself,
    /// By another name, which stands there.
    Alias(String, Site),
    /// By several.
    Several,
}

/// A chart that another one depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// What it calls itself.
    pub name: String,
    /// What it is called instead, if the other one says so.
    pub alias: Option<(String, Site)>,
    /// Where it lies, from the folder of the other one on, if it lies beside it.
    pub path: Option<String>,
}

impl Dependency {
    /// What the values of the other one stand under.
    pub fn key(&self) -> &str {
        self.alias.as_ref().map_or(&self.name, |(alias, _)| alias)
    }
}

/// What a `Chart.yaml` or `requirements.yaml` says that the chart depends on.
pub fn dependencies(layer: &Layer) -> Vec<Dependency> {
    let of = |[name, alias, repository]: [Option<(String, Site)>; 3]| {
        let path = repository.and_then(|(text, _)| text.strip_prefix("file://").map(str::to_owned));
        Some(Dependency { name: name?.0, alias, path })
    };
    layer.texts("dependencies", ["name", "alias", "repository"]).into_iter().filter_map(of).collect()
}

impl About {
    /// What stands at a field of `.Chart`, with its place.
    pub(super) fn field(&self, name: &str) -> Option<(String, Site)> {
        match (&self.called, name) {
            (Called::Alias(alias, site), "Name") => return Some((alias.clone(), *site)),
            (Called::Several, "Name") => return None,
            _ => {}
        }
        let key = match name {
            "APIVersion" => "apiVersion".to_owned(),
            name => {
                let first = name.chars().next().filter(char::is_ascii_uppercase)?;
                format!("{}{}", first.to_ascii_lowercase(), &name[1..])
            }
        };
        self.layer.as_ref()?.text(&key)
    }
}
