//! Paths as the services see them that show findings beside the code: from the top of the repository, also when the
//! job runs in a folder of it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use wslint_deploy::link::normal;
use wslint_model::FileId;

use crate::files::canonical;
use crate::project::Loaded;

/// The variables in which GitHub, GitLab and Azure Pipelines tell a job where the repository lies.
const TOPS: [&str; 3] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"];

/// Where the repository lies, if a service says so, and the working directory in it.
pub(super) struct Checkout {
    top: Option<PathBuf>,
    here: PathBuf,
}

impl Checkout {
    /// The checkout that this job runs in.
    pub(super) fn of_job() -> Self {
        let here = std::env::current_dir().unwrap_or_default();
        let top = TOPS
            .iter()
            .filter_map(|name| canonical(std::env::var_os(name)?).ok())
            .find(|top| here.starts_with(top));
        Self { top, here }
    }

    /// A path that is reported relative to the working directory, from the top of the repository.
    pub(super) fn path<'p>(&self, reported: &'p Path) -> Cow<'p, Path> {
        let from_top = self.top.as_ref().and_then(|top| {
            // As text has it: a link is not followed.
            let whole = normal(&self.here.join(reported));
            whole.strip_prefix(top).ok().map(Path::to_owned)
        });
        match from_top {
            // What came on standard input lies nowhere.
            Some(path) if reported != Path::new("-") => Cow::Owned(path),
            _ => Cow::Borrowed(reported),
        }
    }
}

/// The path of a file as it is reported, but with its very bytes where they are not UTF-8.
pub(super) fn exact_path(loaded: &Loaded, file: FileId) -> &Path {
    match loaded.paths.get(file.0 as usize) {
        Some(path) if path.to_str().is_none() => path.strip_prefix(".").unwrap_or(path),
        _ => Path::new(&loaded.project.file(file).path),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Checkout;

    #[test]
    fn paths_start_at_the_top_of_the_repository() {
        let checkout = Checkout { top: Some("/repo".into()), here: "/repo/deploy".into() };
        for (reported, shown) in [
            ("nginx.conf", "deploy/nginx.conf"),
            ("../a/./nginx.conf", "a/nginx.conf"),
            ("/repo/b.conf", "b.conf"),
            ("/etc/nginx/nginx.conf", "/etc/nginx/nginx.conf"),
            ("../../c.conf", "../../c.conf"),
            ("-", "-"),
        ] {
            assert_eq!(checkout.path(Path::new(reported)), Path::new(shown));
        }
        let nowhere = Checkout { top: None, here: "/repo/deploy".into() };
        assert_eq!(nowhere.path(Path::new("../nginx.conf")), Path::new("../nginx.conf"));
    }
}
