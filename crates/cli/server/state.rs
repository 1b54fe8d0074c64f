//! What the server knows: what the client told of itself, what is open in it, and what was seen there last.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lsp_types::{Diagnostic, TextDocumentIdentifier, Uri, WorkspaceSymbol};

use super::buffers::Buffers;
use super::capabilities::Client;
use super::diagnostics::{Take, Told};
use super::names::Search;
use super::place::Place;
use super::seen::Seen;
use super::settings::Settings;
use super::trace::{Target, Trace};
use super::unsaved;
use super::uri;
use super::workspace::{Look, Looked, Workspace};
use crate::args::ConfigOptions;
use crate::config::Configuration;
use crate::exit::Failure;
use crate::project::load_over;

/// Symbols that a query finds: whoever looks for one types more of its name.
const MOST_SYMBOLS: usize = 512;

/// All that answers rest on.
pub(super) struct State<'c> {
    /// What the server was started with.
    pub(super) flags: &'c ConfigOptions,
    /// What the editor wants.
    pub(super) settings: Settings,
    /// What the client can do.
    pub(super) client: Client,
    /// What is open.
    pub(super) buffers: Buffers,
    /// What was seen last.
    pub(super) workspace: Workspace,
    /// What follows a request.
    trace: Trace,
}

impl<'c> State<'c> {
    /// What is known at first.
    pub(super) fn new(flags: &'c ConfigOptions, trace: Trace, client: Client) -> Self {
        let workspace = Workspace::new(client.folders.clone());
        Self { flags, settings: Settings::default(), client, buffers: Buffers::default(), workspace, trace }
    }

    /// Looks at what people wait for, until the work is to be given up.
    pub(super) fn catch_up(&mut self, stops: &dyn Fn() -> bool) -> Looked {
        let (flags, settings) = (self.flags, &self.settings);
        let options = |folder: &Path| settings.over(flags, folder);
        self.workspace.catch_up(&mut Look { options: &options, buffers: &mut self.buffers, stops })
    }

    /// Looks at all that may have changed, until the work is to be given up.
    pub(super) fn settle(&mut self, stops: &dyn Fn() -> bool) -> Looked {
        let (flags, settings) = (self.flags, &self.settings);
        let options = |folder: &Path| settings.over(flags, folder);
        self.workspace.settle(&mut Look { options: &options, buffers: &mut self.buffers, stops })
    }

    /// Makes ready for questions about a document.
    pub(super) fn narrow(&mut self, document: &TextDocumentIdentifier) {
        if let Some(path) = uri::path(&document.uri) {
            self.workspace.narrow(&path);
        }
    }

    /// The path of a document, and what was seen of it.
    pub(super) fn seen(&self, document: &TextDocumentIdentifier) -> Option<(PathBuf, &Seen)> {
        let path = uri::path(&document.uri)?;
        let seen = self.workspace.seen(&path)?;
        Some((path, seen))
    }

    /// The diagnostics of one file.
    pub(super) fn diagnostics(&self, path: &Path) -> Vec<Diagnostic> {
        let Some(seen) = self.workspace.seen(path) else { return Vec::new() };
        self.told(seen).of(self.settings.severity, path)
    }

    /// Hands out the diagnostics of all files that have any, one file after another.
    pub(super) fn each_diagnostics<E>(&self, take: Take<'_, E>) -> Result<(), E> {
        let mut done = Ok(());
        // Of a file that stands in several folders the last one tells.
        let mut known: BTreeSet<PathBuf> = BTreeSet::new();
        let places: Vec<_> = self.workspace.places().filter_map(Place::views).collect();
        for views in places.into_iter().rev() {
            let before = known.clone();
            views.each(&mut |seen, holds| {
                if done.is_ok() {
                    let wanted = |path: &Path| holds(path) && !before.contains(path);
                    done = self.told(seen).each(self.settings.severity, wanted, &mut |path, diagnostics| {
                        known.insert(path.clone());
                        take(path, diagnostics)
                    });
                }
            });
        }
        done
    }

    /// The symbols of all files that a query finds, the best first; too many are not handed out.
    pub(super) fn search(&self, query: &str, stops: &dyn Fn() -> bool) -> Vec<WorkspaceSymbol> {
        let mut search = Search::new(query, MOST_SYMBOLS);
        for views in self.workspace.places().filter_map(Place::views) {
            views.each(&mut |seen, holds| search.search(seen, self.client.encoding, holds, stops));
        }
        search.found()
    }

    fn told<'s>(&self, seen: &'s Seen) -> Told<'s> {
        Told::new(seen, self.client.encoding)
    }

    /// The client's own name of a file, if it is open.
    pub(super) fn uri(&self, path: &Path) -> Option<Uri> {
        self.buffers.get(path).map(|buffer| buffer.uri.clone()).or_else(|| uri::uri(path))
    }

    /// Follows a request through the configurations around a file, and tells it in Markdown.
    ///
    /// # Errors
    /// What is no URL, settings that mean nothing, and a place without a configuration.
    pub(super) fn trace(&self, request: &Target<'_>, uri: &Uri) -> Result<String, Failure> {
        let path = uri::path(uri)
            .ok_or_else(|| Failure::said("a file is needed to know which configuration is meant"))?;
        let place = self.workspace.place(&path).to_owned();
        let options = self.settings.over(self.flags, self.workspace.folder_of(&path));
        let overlay = self.buffers.overlay(|_| false);
        let unsaved = self.buffers.unsaved(&path);
        let folder = unsaved.map_or_else(|| place.clone(), |_| self.workspace.folder_around(&path));
        let mut configuration = Configuration::new(std::slice::from_ref(&folder), &options)?;
        configuration.complete = true;
        let loaded = match unsaved {
            Some(buffer) => {
                let name = unsaved::name(&path, &buffer.language, &folder);
                unsaved::load(&name, &buffer.text, &mut configuration, &overlay)
            }
            None => load_over(&[place], &configuration, &overlay),
        };
        (self.trace)(&loaded, &configuration, request)
    }
}
