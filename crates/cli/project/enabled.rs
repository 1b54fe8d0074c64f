//! Which of the available sites the folder of enabled ones shows to be switched off.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::Path;

use super::nginx_roots::{context, has_includes};
use super::store::Store;
use crate::files::{AVAILABLE, ENABLED, Territory};

/// The folder of available sites that a path leads through.
pub(crate) fn available(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).find(|folder| folder.ends_with(AVAILABLE))
}

/// What the folder of enabled sites beside the available ones holds.
#[derive(Debug, Default)]
pub(crate) struct Enabled {
    /// Whether it enables any: an empty one, one with a README, or one of links that lead to nothing at hand says that the
    /// links are made on the server.
    any: bool,
    /// What its links lead to, by the last name: a repository links to `/etc/nginx/sites-available/app`, which is not
    /// there before it is deployed.
    linked: HashSet<OsString>,
}

impl Enabled {
    /// Looks at the enabled sites beside the folder `available`.
    pub(crate) fn beside(available: &Path, store: &Store<'_>, territory: &Territory) -> Self {
        let mut enabled = Self::default();
        let speaks = |file| {
            store.project.nginx(file).is_some_and(|tree| context(tree).is_some() || has_includes(tree))
        };
        let sites: HashSet<OsString> =
            territory.list(available).unwrap_or_default().into_iter().map(|(name, _)| name).collect();
        let folder = available.with_file_name(ENABLED);
        let entries = territory.list(&folder).unwrap_or_default();
        for path in entries.iter().map(|(name, _)| folder.join(name)).filter(|path| !is_hidden(path)) {
            let target = territory.link_target(&path);
            let is_site =
                || target.as_deref().is_some_and(|target| target.iter().any(|name| sites.contains(name)));
            enabled.any |= store.parsed(&path).map_or_else(is_site, speaks);
            enabled.linked.extend(target.as_deref().and_then(Path::file_name).map(OsString::from));
        }
        enabled
    }

    /// Whether others are enabled and the site at this path below the available ones is not, as far as names tell.
    pub(crate) fn leaves_out(&self, site: &Path) -> bool {
        self.any && !site.iter().any(|name| self.linked.contains(name))
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."))
}
