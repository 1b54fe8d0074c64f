//! The outline of a file, and what is found in all files by a part of its name.

use std::collections::HashSet;
use std::path::Path;

use lsp_types::{DocumentSymbol, Location, OneOf, WorkspaceSymbol};
use serde_json::json;
use wslint_model::{File, FileId};

use super::outline::{Part, parts};
use crate::server::diagnostics::Told;
use crate::server::position::Encoding;
use crate::server::seen::Seen;
use crate::server::uri;

/// The outline of a file, and of the texts that stand in it.
pub(in crate::server) fn symbols(
    seen: &Seen,
    path: &Path,
    encoding: Encoding,
) -> Option<Vec<DocumentSymbol>> {
    let host = seen.file(path)?;
    let mut told = Told::new(seen, encoding);
    let mut symbols = Vec::new();
    for (id, file) in written(seen) {
        if id == host || file.host.as_ref().is_some_and(|held| held.file == host) {
            symbols.extend(parts(id, file).into_iter().map(|part| outlined(seen, &mut told, part)));
        }
    }
    Some(symbols)
}

/// The files that people write, and the texts that stand in them.
fn written(seen: &Seen) -> impl Iterator<Item = (FileId, &File)> {
    let files = seen.loaded.project.files.iter().zip(0..).map(|(file, number)| (FileId(number), file));
    files.filter(|(_, file)| !file.host.as_ref().is_some_and(|held| held.generated))
}

/// A symbol over a whole part, whose name stands in its first statement.
#[expect(deprecated, reason = "the field has a successor, and the type has no default")]
fn outlined(seen: &Seen, told: &mut Told<'_>, part: Part) -> DocumentSymbol {
    let project = &seen.loaded.project;
    let range = told.range(project.written(part.whole));
    let head = told.range(project.written(part.head));
    let below: Vec<DocumentSymbol> = part.below.into_iter().map(|part| outlined(seen, told, part)).collect();
    DocumentSymbol {
        name: part.name,
        detail: None,
        kind: part.kind,
        tags: None,
        deprecated: None,
        range,
        selection_range: if range.start <= head.start && head.end <= range.end { head } else { range },
        children: Some(below).filter(|below| !below.is_empty()),
    }
}

/// What is found by a query, whatever the case of its letters: what holds it as it stands, before what has its characters in
/// their order.
pub(in crate::server) struct Search {
    query: String,
    most: usize,
    literal: Vec<WorkspaceSymbol>,
    scattered: Vec<WorkspaceSymbol>,
}

impl Search {
    /// A search for a query, of which no more is wanted than that. An empty one finds everything.
    pub(in crate::server) fn new(query: &str, most: usize) -> Self {
        Self { query: query.to_lowercase(), most, literal: Vec::new(), scattered: Vec::new() }
    }

    /// Searches the files that are wanted of what was seen, unless enough is found or the work is given up.
    pub(in crate::server) fn search(
        &mut self,
        seen: &Seen,
        encoding: Encoding,
        wanted: &dyn Fn(&Path) -> bool,
        stops: &dyn Fn() -> bool,
    ) {
        let mut told = Told::new(seen, encoding);
        for (id, file) in written(seen) {
            if self.literal.len() >= self.most || stops() {
                return;
            }
            if wanted(&seen.path(file.host.as_ref().map_or(id, |held| held.file))) {
                for part in parts(id, file) {
                    self.take(seen, &mut told, part, None);
                }
            }
        }
    }

    fn take(&mut self, seen: &Seen, told: &mut Told<'_>, part: Part, within: Option<&str>) {
        let name = part.name.to_lowercase();
        let found = if name.contains(&self.query) {
            Some(&mut self.literal)
        } else {
            has_in_order(&name, &self.query).then_some(&mut self.scattered)
        };
        if let Some(found) = found.filter(|found| found.len() < self.most) {
            let site = seen.loaded.project.written(part.head);
            if let Some(uri) = uri::uri(&seen.path(site.file)) {
                let location = Location { uri, range: told.range(site) };
                found.push(WorkspaceSymbol {
                    name: part.name.clone(),
                    kind: part.kind,
                    tags: None,
                    container_name: within.map(str::to_owned),
                    location: OneOf::Left(location),
                    data: None,
                });
            }
        }
        for below in part.below {
            self.take(seen, told, below, Some(&part.name));
        }
    }

    /// What was found, the best first.
    pub(in crate::server) fn found(self) -> Vec<WorkspaceSymbol> {
        // A file may be seen in a folder, and once more by what includes it from elsewhere.
        let mut known = HashSet::new();
        let mut is_new = |symbol: &WorkspaceSymbol| known.insert(json!(symbol).to_string());
        self.literal
            .into_iter()
            .chain(self.scattered)
            .filter(|symbol| is_new(symbol))
            .take(self.most)
            .collect()
    }
}

/// Whether a text has all characters of another one in their order.
fn has_in_order(text: &str, wanted: &str) -> bool {
    let mut characters = text.chars();
    wanted.chars().all(|wanted| characters.any(|character| character == wanted))
}

#[cfg(test)]
mod tests {
    use super::has_in_order;

    #[test]
    fn characters_are_found_in_their_order() {
        assert!(has_in_order("location /socket.io/", "lsio"));
        assert!(has_in_order("anything", ""));
        assert!(!has_in_order("location /ws", "wsl"));
        assert!(!has_in_order("", "a"));
    }
}
