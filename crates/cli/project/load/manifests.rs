//! Manifests by which a controller routes requests: what it would generate becomes files of the project.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use wslint_embed::Format;
use wslint_kubernetes::judge::Unread;
use wslint_kubernetes::objects::{self, Objects};
use wslint_kubernetes::select::Selection;
use wslint_kubernetes::{controllers, judge};
use wslint_model::FileId;
use wslint_syntax::Span;

use super::charts::joined;
use super::hosts::Generated;
use super::kustomize::is_kustomization;
use super::loader::{Loader, Manifest};
use crate::project::problem::{Place, Problem};

/// How many files of objects are read beside those that route requests.
const MOST_BESIDE: usize = 5_000;

impl Loader<'_> {
    /// Makes files of the project of what controllers generate.
    pub(super) fn take_objects(&mut self) {
        let mut objects = std::mem::take(&mut self.objects);
        let mut known: HashSet<PathBuf> = HashSet::new();
        for Manifest { path, named } in std::mem::take(&mut self.manifests) {
            let file = self.read_objects(&path, &mut objects, |_| true);
            self.certain.extend(file.filter(|_| named));
            known.insert(path);
        }
        if objects.routes_nothing() {
            return;
        }
        let hosts = self.hosts.iter().map(|host| host.path.clone());
        let beside: Vec<PathBuf> = self.beside.iter().cloned().chain(hosts).collect();
        let is_yaml = |path: &PathBuf| Format::by_name(path) == Some(Format::Yaml);
        for path in beside.into_iter().filter(is_yaml).take(MOST_BESIDE) {
            if known.insert(path.clone()) {
                let kustomization = is_kustomization(&path);
                self.read_objects(&path, &mut objects, |bytes| kustomization || objects::may_support(bytes));
            }
        }
        self.take_patches(&mut objects);
        self.lay_together(&mut objects);
        let selection = Selection::new(&objects, &self.configuration.controllers);
        let mut read: HashSet<FileId> = self.hosts.iter().map(|host| host.file).collect();
        for generated in controllers::compile(&objects, &selection) {
            read.extend(generated.text.map.pieces().iter().map(|piece| piece.from.file));
            let Some(first) = generated.text.map.site(Span::new(0, 0)) else { continue };
            self.take_generated(vec![Generated {
                host: first.file,
                opens: first.span,
                name: generated.chosen.controller.name().to_owned(),
                proxy: generated.chosen.controller.proxy(),
                mapped: generated.text,
                maker: generated.maker,
            }]);
        }
        self.store.project.objects =
            judge::judge(&objects, &selection, &self.configuration.settings.endpoints);
        // What the user names is never left unread without a word, nor is a folder that holds nothing else.
        let nothing_else = self.store.project.configurations() == 0;
        for Unread { site, words, help } in judge::unread(&objects, &selection) {
            if (nothing_else || self.certain.contains(&site.file)) && read.insert(site.file) {
                let problem = Problem::error("no-configuration", Place::Site(site), words);
                self.store.problems.push(problem.help(help));
            }
        }
    }

    /// Adds the objects of a file, if they are wanted; a file that cannot be read has been told.
    fn read_objects(
        &mut self,
        path: &Path,
        objects: &mut Objects,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> Option<FileId> {
        let file = match self.store.parsed(path) {
            Some(file) => file,
            None => {
                let bytes = self.store.bytes(path).ok().filter(|bytes| wanted(bytes))?;
                self.store.open_host(path, bytes).ok()?
            }
        };
        let chart = {
            let bytes = self.store.project.file(file).source().to_owned();
            self.chart_of(path, &bytes)
        };
        let bytes = self.store.project.file(file).source();
        let (read, complaints) = match joined(chart.as_deref(), bytes, file) {
            Some(source) => objects::read_mapped(file, &source),
            None => objects::read(file, bytes),
        };
        let routes = !read.routes_nothing();
        objects.extend(read);
        if routes {
            self.complain(file, complaints);
        }
        Some(file)
    }
}
