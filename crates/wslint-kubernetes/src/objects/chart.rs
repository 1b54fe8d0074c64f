//! Helm charts that are installed, with their values: of a chart's dependencies, of Flux, of Argo.

use wslint_deploy::yaml::{self, Id, Limits};
use wslint_model::Mapped;

use super::config_map::ConfigMap;
use super::meta::{Annotation, Meta};
use crate::word::{Page, Word};

/// A Helm chart that is installed.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Its name.
    pub name: Word,
    /// Where it comes from.
    pub repository: Option<Word>,
}

impl Chart {
    /// The charts that an object or a `Chart.yaml` names.
    pub(crate) fn read(page: Page<'_>, object: Id) -> Vec<Self> {
        let one = |name: Option<Word>, repository| name.map(|name| Self { name, repository });
        let of_flux = one(page.at(object, &["spec", "chart", "spec", "chart"]), None);
        let repository = page.at(object, &["spec", "source", "repoURL"]);
        let of_argo = one(page.at(object, &["spec", "source", "chart"]), repository);
        let mut charts: Vec<Self> = of_flux.into_iter().chain(of_argo).collect();
        for id in page.items(object, &["dependencies"]) {
            charts.extend(one(page.get(id, "name"), page.get(id, "repository")));
        }
        charts
    }
}

/// The ConfigMap that a chart makes of its values.
#[derive(Clone, Debug)]
pub struct Values {
    /// The chart.
    pub chart: Chart,
    /// What it makes.
    pub config_map: ConfigMap,
}

impl Values {
    /// Those of an object that installs a chart, or of the values of a chart that has others among its dependencies.
    pub(crate) fn read(page: Page<'_>, object: Id) -> Vec<Self> {
        let ways = [&["spec", "values"][..], &["spec", "source", "helm", "valuesObject"]];
        let given = ways.iter().find_map(|way| page.document.at(object, way));
        let text = page.at(object, &["spec", "source", "helm", "values"]).filter(|text| !text.open);
        match (given, text, Chart::read(page, object).into_iter().next()) {
            (Some(values), _, Some(chart)) => Self::of(page, values, chart).into_iter().collect(),
            (None, Some(text), Some(chart)) => Self::of_text(page, &text, chart).into_iter().collect(),
            (Some(_), _, None) | (_, Some(_), None) => Vec::new(),
            (None, None, _) => {
                // Whatever else stands at the top of a file is called like no chart of a controller.
                let of_dependency = |&(key, values): &(Id, Id)| {
                    let off = page.get(values, "enabled").is_some_and(|word| word.text == "false");
                    let name = page.word(key).filter(|_| !off)?;
                    Self::of(page, values, Chart { name, repository: None })
                };
                page.document.entries(object).iter().filter_map(of_dependency).collect()
            }
        }
    }

    /// Those of a text of its own, as Argo takes them.
    fn of_text(page: Page<'_>, text: &Word, chart: Chart) -> Option<Self> {
        let mut source = Mapped::default();
        for (line, site) in text.raw_lines() {
            let indented = line.len() - line.trim_start().len();
            source.put(&line.as_bytes()[..indented], site);
            match &line.as_bytes()[indented..] {
                rest if rest.len() == site.span.len() => source.copy(rest, site),
                rest => source.put(rest, site),
            }
            source.put(b"\n", site);
        }
        let documents = yaml::load(&source.text, Limits::USUAL).documents;
        let document = documents.first()?;
        Self::of(Page { source: &source, file: page.file, document }, document.root()?, chart)
    }

    /// `controller.config` becomes the entries, of F5's chart what stands below `entries`; whether snippets are allowed has
    /// a key of its own in the chart of ingress-nginx.
    fn of(page: Page<'_>, values: Id, chart: Chart) -> Option<Self> {
        let entries = [&["controller", "config"][..], &["controller", "config", "entries"]]
            .into_iter()
            .flat_map(|way| page.entries(values, way));
        let mut data: Vec<Annotation> = entries.map(|(name, value)| Annotation { name, value }).collect();
        if let Some(value) = page.at(values, &["controller", "allowSnippetAnnotations"]) {
            let name = Word::unwritten("allow-snippet-annotations", value.site);
            data.push(Annotation { name, value });
        }
        let meta = Meta::unwritten("ConfigMap", chart.name.clone());
        (!data.is_empty()).then_some(Self { chart, config_map: ConfigMap { meta, data } })
    }
}
