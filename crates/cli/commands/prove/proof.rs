//! What was proven, for those who print it.

use wslint_model::way::Outcome;
use wslint_model::{Known, Route, Site};

use super::compare::{Difference, Seen};
use super::group;
use crate::exit::Status;
use crate::output::Locator;
use crate::project::Loaded;

/// All that was found out.
#[derive(Default)]
pub(super) struct Proof {
    /// The routes, the disagreements first, then those that fail.
    pub(super) routes: Vec<Proven>,
    pub(super) left_out: Vec<LeftOut>,
}

/// One route.
pub(super) struct Proven {
    pub(super) label: String,
    pub(super) server: Option<String>,
    pub(super) place: (String, u32),
    /// The request, as a URL.
    pub(super) url: String,
    pub(super) predicted: Outcome,
    pub(super) predicted_polls: Option<Known<bool>>,
    /// Why the proxies would not start, if that is predicted.
    pub(super) refused: Option<String>,
    pub(super) observed: Seen,
    pub(super) differences: Vec<Difference>,
}

/// Something that was not run.
pub(super) struct LeftOut {
    /// What, with its place.
    pub(super) what: String,
    pub(super) why: String,
    /// Whether a route is not proven because of it.
    pub(super) is_route: bool,
}

impl Proven {
    pub(super) fn agrees(&self) -> bool {
        self.differences.is_empty()
    }

    /// Whether it was not known what becomes of the handshake, so that anything agrees.
    pub(super) fn is_open(&self) -> bool {
        self.predicted.handshake == wslint_model::way::Handshake::Unknown
    }
}

impl Proof {
    /// 0 if all agrees and works, 1 if something does not, 2 if something could not run.
    pub(super) fn status(&self) -> Status {
        if self.left_out.iter().any(|one| one.is_route) {
            Status::Failed
        } else if self.routes.iter().all(|route| route.agrees() && route.observed.works()) {
            Status::Clean
        } else {
            Status::Findings
        }
    }
}

impl LeftOut {
    /// A route that is not proven.
    pub(super) fn route(loaded: &Loaded, route: &Route, why: impl Into<String>) -> Self {
        let (file, line) = place(loaded, route.site);
        let mut what = format!("{}, {file}:{line}", route.label);
        loaded.veil.words(&loaded.project, &mut what, &[]);
        Self { what, why: why.into(), is_route: true }
    }

    /// A configuration that is not run.
    pub(super) fn configuration(loaded: &Loaded, root: usize, why: impl Into<String>) -> Self {
        Self { what: group::name(loaded, root), why: why.into(), is_route: true }
    }

    /// A line that is not run.
    pub(super) fn line(loaded: &Loaded, site: Site, words: &str, why: &str) -> Self {
        let (file, line) = place(loaded, site);
        let mut what = format!("{words}, {file}:{line}");
        loaded.veil.words(&loaded.project, &mut what, &[]);
        Self { what, why: why.to_owned(), is_route: false }
    }
}

/// The file and the line of a site, where people wrote it.
pub(super) fn place(loaded: &Loaded, site: Site) -> (String, u32) {
    let site = loaded.project.written(site);
    (loaded.project.file(site.file).path.clone(), Locator::new(&loaded.project).start(site).line)
}
