//! Helm charts that are installed: of a chart's dependencies, of Flux, of Argo.

use wslint_deploy::yaml::Id;

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
