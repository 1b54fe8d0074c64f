//! Places as SARIF has them: URIs, and regions whose columns count characters.

use std::collections::{BTreeSet, HashMap};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde_json::{Value, json};
use wslint_model::{FileId, Project, Site};

use super::line_hash::line_hashes;
use crate::output::checkout::{Checkout, exact_path};
use crate::output::locate::Locator;
use crate::project::Loaded;
use crate::secret::Veil;

/// What is not written as it is in the path of a URI: all but the unreserved characters of RFC 3986 and the slash. A
/// colon could pass for the end of a scheme.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

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
    pub(super) fn location(&mut self, site: Site) -> Value {
        json!({ "physicalLocation": {
            "artifactLocation": self.artifact(site.file),
            "region": self.region(site),
        } })
    }

    /// A `location` object for a file that could not be read.
    pub(super) fn file(&self, path: &str) -> Value {
        json!({ "physicalLocation": {
            "artifactLocation": { "uri": uri(&self.checkout.path(Path::new(path))) },
        } })
    }

    /// An `artifactLocation` object.
    pub(super) fn artifact(&self, file: FileId) -> Value {
        json!({ "uri": uri(&self.checkout.path(exact_path(self.loaded, file))) })
    }

    /// A `region` object; its end is the column behind the last character.
    pub(super) fn region(&mut self, site: Site) -> Value {
        let (start, end) = (self.locator.start(site), self.locator.end(site));
        json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        })
    }

    /// What GitHub tells the line of a site by.
    pub(super) fn line_hash(&mut self, site: Site) -> Option<&str> {
        let file = self.loaded.project.file(site.file);
        let wanted = self.wanted.get(&site.file)?;
        let hashes = self
            .hashes
            .entry(site.file)
            .or_insert_with(|| line_hashes(&String::from_utf8_lossy(file.source()), wanted));
        hashes.get(&file.lines().line(site.span.start)).map(String::as_str)
    }
}

/// A path as a URI: relative if the path is, else with the scheme of files.
fn uri(path: &Path) -> String {
    let encoded = percent_encode(path.as_os_str().as_bytes(), ENCODED);
    if path.is_absolute() { format!("file://{encoded}") } else { encoded.to_string() }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;

    use super::uri;

    #[test]
    fn every_path_is_a_uri() {
        for (path, encoded) in [
            ("conf.d/a-b_c~1.conf", "conf.d/a-b_c~1.conf"),
            ("a b:c#d?e%f.conf", "a%20b%3Ac%23d%3Fe%25f.conf"),
            ("http://a", "http%3A//a"),
            ("\n\u{1b}é\"\\", "%0A%1B%C3%A9%22%5C"),
            ("/etc/nginx", "file:///etc/nginx"),
        ] {
            assert_eq!(uri(Path::new(path)), encoded);
        }
        assert_eq!(uri(Path::new(OsStr::from_bytes(b"\xff"))), "%FF");
    }
}
