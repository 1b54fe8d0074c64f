//! What was not run, with its place.

use wslint_model::{Proxy, Root, Route, Site};

use crate::output::Locator;
use crate::project::Loaded;

/// Something that was not run.
pub(super) struct LeftOut {
    /// What, with its place.
    pub(super) what: String,
    pub(super) why: String,
    /// Whether a route is not proven because of it.
    pub(super) is_route: bool,
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
        Self { what: name(loaded, root), why: why.into(), is_route: true }
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

/// The name of a configuration: the file that its proxy is started with.
pub(super) fn name(loaded: &Loaded, root: usize) -> String {
    let file = match &loaded.project.roots[root] {
        Root::Nginx(root) => Some(root.main),
        Root::Haproxy(root) => root.files.first().copied(),
    };
    let proxy: Proxy = loaded.project.roots[root].proxy();
    let path = file.map(|file| {
        let file = loaded.project.file(file);
        file.host.as_ref().map_or(&file.path, |host| &loaded.project.file(host.file).path).clone()
    });
    format!("{} of {}", proxy.title(), path.unwrap_or_default())
}
