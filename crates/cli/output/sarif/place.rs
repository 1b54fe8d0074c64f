//! Places as SARIF has them: URIs, and regions whose columns count characters.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use wslint_model::{FileId, Project, Site};

use super::line_hash::line_hashes;
use super::schema::{ArtifactLocation, Location, PhysicalLocation, Region};
use crate::output::checkout::{Checkout, exact_path};
use crate::output::locate::Locator;
use crate::path_bytes::uri;
use crate::project::Loaded;
use crate::secret::Veil;

/// Says where sites are.
pub(super) struct Places<'a> {
    loaded: &'a Loaded,
    checkout: Checkout,
    locator: Locator<'a>,
    /// The lines that will be asked for by their hash.
    wanted: HashMap<FileId, BTreeSet<u32>>,
    /// The hashes of these lines in each file that was asked for.
    hashes: HashMap<FileId, HashMap<u32, String>>,
}

impl<'a> Places<'a> {
    /// For the files of a run and its results, which stand at these sites.
    pub(super) fn new(loaded: &'a Loaded, results: impl Iterator<Item = Site>) -> Self {
        let mut wanted: HashMap<FileId, BTreeSet<u32>> = HashMap::new();
        for Site { file, span } in results {
            wanted.entry(file).or_default().insert(loaded.project.file(file).lines().line(span.start));
        }
        Self {
            loaded,
            checkout: Checkout::of_job(),
            locator: Locator::new(&loaded.project),
            wanted,
            hashes: HashMap::new(),
        }
    }

    /// The files, and what hides their secrets.
    pub(super) fn seen(&self) -> (&'a Project, &'a Veil) {
        (&self.loaded.project, &self.loaded.veil)
    }

    /// A `location` object.
    pub(super) fn location(&mut self, site: Site) -> Location {
        let artifact_location = self.artifact(site.file);
        let region = Some(self.region(site));
        Location {
            physical_location: PhysicalLocation { artifact_location, region },
            id: None,
            message: None,
        }
    }

    /// A `location` object for a file that could not be read.
    pub(super) fn file(&self, path: &str) -> Location {
        let artifact_location = ArtifactLocation { uri: uri(&self.checkout.path(Path::new(path))) };
        let physical_location = PhysicalLocation { artifact_location, region: None };
        Location { physical_location, id: None, message: None }
    }

    /// An `artifactLocation` object.
    pub(super) fn artifact(&self, file: FileId) -> ArtifactLocation {
        ArtifactLocation { uri: uri(&self.checkout.path(exact_path(self.loaded, file))) }
    }

    /// A `region` object; its end is the column behind the last character.
    pub(super) fn region(&mut self, site: Site) -> Region {
        let (start, end) = (self.locator.start(site), self.locator.end(site));
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }

    /// What GitHub tells the line of a site by.
    pub(super) fn line_hash(&mut self, site: Site) -> Option<&str> {
        let file = self.loaded.project.file(site.file);
        let wanted = self.wanted.get(&site.file)?;
        let hashes = self.hashes.entry(site.file).or_insert_with(|| line_hashes(file.source(), wanted));
        hashes.get(&file.lines().line(site.span.start)).map(String::as_str)
    }
}
