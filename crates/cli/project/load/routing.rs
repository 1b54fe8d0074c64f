//! Which files hold objects by which a controller routes requests.

use std::path::Path;

use wslint_deploy::yaml::Complaint;
use wslint_embed::Format;
use wslint_kubernetes::objects;
use wslint_model::{FileId, Site};

use super::loader::{Loader, Manifest};
use crate::project::problem::{Place, Problem};

impl Loader<'_> {
    /// Takes a file that may hold objects by which a controller routes requests; whether it does.
    pub(super) fn take_manifest(&mut self, path: &Path, format: Format, bytes: &[u8], named: bool) -> bool {
        let routes = holds_routes(format, bytes);
        if routes {
            self.manifests.push(Manifest { path: path.to_owned(), named });
        }
        routes
    }

    /// The same of standard input.
    pub(super) fn take_manifest_of_stdin(&mut self, file: FileId, format: Format) -> bool {
        let routes = holds_routes(format, self.store.project.file(file).source());
        if routes {
            let (read, complaints) = objects::read(file, self.store.project.file(file).source());
            self.objects.extend(read);
            self.certain.insert(file);
            self.complain(file, complaints);
        }
        routes
    }

    /// Tells what is wrong with a file of objects.
    pub(super) fn complain(&mut self, file: FileId, complaints: Vec<Complaint>) {
        for complaint in complaints {
            let place = Place::Site(Site { file, span: complaint.span });
            self.store.tell(Problem::note("manifest", place, complaint.words));
        }
    }
}

/// Whether a text holds objects by which a controller routes requests.
fn holds_routes(format: Format, bytes: &[u8]) -> bool {
    matches!(format, Format::Yaml | Format::Json)
        && objects::may_route(bytes)
        && !objects::read(FileId(u32::MAX), bytes).0.routes_nothing()
}
