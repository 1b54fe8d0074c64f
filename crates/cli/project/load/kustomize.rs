//! Kustomizations: files that their generators make keys of ConfigMaps of, files that are patches, and what lies together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wslint_embed::{Embedded, Format, Generator, Group, generators, read};
use wslint_kubernetes::objects::{Lies, Objects};
use wslint_model::{FileId, Mapped, Site, Writing};
use wslint_syntax::Span;

use super::host_file::HostFile;
use super::hosts::{configurations, proxy_of};
use super::loader::Loader;
use crate::project::clean::clean;

/// How many files all generators together make keys of.
const MOST_FILES: usize = 5_000;

impl Loader<'_> {
    /// Takes the files of the generators of kustomizations: they lie where workloads mount the ConfigMaps.
    pub(super) fn take_generators(&mut self, paths: &[PathBuf]) {
        let mut room = MOST_FILES;
        for path in paths.iter().filter(|path| is_kustomization(path)) {
            let Ok(Ok(bytes)) = self.store.untaken(path) else { continue };
            let generators = generators(&bytes);
            let files: Vec<(&Generator, &str, PathBuf, Vec<u8>)> =
                generators.iter().flat_map(|generator| self.configurations_of(path, generator)).collect();
            if files.is_empty() || files.len() > room {
                continue;
            }
            room -= files.len();
            let Ok(file) = self.store.open_host(path, bytes.clone()) else { continue };
            // What is literal there lies beside the files.
            let mut read = configurations(read(Format::Yaml, &bytes, file));
            let mut owners = BTreeMap::new();
            for (generator, key, path, bytes) in files {
                let Ok(file) = self.store.open_host(&path, bytes.clone()) else { continue };
                owners.insert(read.texts.len(), file);
                read.texts.push(whole(file, &bytes, key, generator));
            }
            self.hosts.push(HostFile { file, path: path.to_owned(), read, owners, named: false });
        }
    }

    /// The files of a generator that are configurations, and were not taken for another one.
    fn configurations_of<'g>(
        &self,
        path: &Path,
        generator: &'g Generator,
    ) -> Vec<(&'g Generator, &'g str, PathBuf, Vec<u8>)> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let of_file = |(key, below): &'g (String, String)| {
            let path = clean(&folder.join(below));
            let bytes = self.store.untaken(&path).ok()?.ok()?;
            proxy_of(key, &bytes)?;
            Some((generator, key.as_str(), path, bytes))
        };
        generator.files.iter().filter_map(of_file).collect()
    }
}

impl Loader<'_> {
    /// Takes the files that kustomizations name as patches.
    pub(super) fn take_patches(&mut self, objects: &mut Objects) {
        for (kustomization, patch) in std::mem::take(&mut objects.patch_files).into_iter().take(MOST_FILES) {
            let path = self.named_by(kustomization, &patch.path);
            let Ok(bytes) = self.store.bytes(&path) else { continue };
            let file = match self.store.parsed(&path) {
                Some(file) => Ok(file),
                None => self.store.open_host(&path, bytes.clone()),
            };
            if let Ok(file) = file {
                objects.take_patch(&patch, file, &bytes);
            }
        }
    }

    /// Says of each file of objects what lies together with it.
    pub(super) fn lay_together(&self, objects: &mut Objects) {
        let mut folders: BTreeMap<&Path, usize> = BTreeMap::new();
        let ingresses = objects.ingresses.iter().map(|ingress| &ingress.meta);
        let files =
            ingresses.chain(objects.routes.iter().map(|route| &route.meta)).map(|meta| meta.name.site.file);
        for file in files {
            let Some(folder) = self.store.paths[file.0 as usize].parent() else { continue };
            let next = folders.len();
            let folder = *folders.entry(folder).or_insert(next);
            objects.lies.insert(file, Lies { folder, kustomization: None });
        }
        for (kustomization, name) in &objects.resources {
            let path = self.named_by(*kustomization, name);
            let file = self.store.parsed(&path);
            if let Some(lies) = file.and_then(|file| objects.lies.get_mut(&file)) {
                lies.kustomization = Some(*kustomization);
            }
        }
    }

    /// The path of what a file names from its folder on.
    fn named_by(&self, file: FileId, name: &str) -> PathBuf {
        clean(&self.store.paths[file.0 as usize].parent().unwrap_or(Path::new("")).join(name))
    }
}

/// A file as the text of a key.
fn whole(file: FileId, bytes: &[u8], key: &str, generator: &Generator) -> Embedded {
    let mut mapped = Mapped::default();
    mapped.copy(bytes, Site { file, span: Span::new(0, bytes.len()) });
    let crlf = bytes.windows(2).any(|pair| pair == b"\r\n");
    let line_feed: &'static [u8] = if crlf { b"\r\n" } else { b"\n" };
    Embedded {
        mapped,
        opens: Span::new(0, 0),
        name: key.to_owned(),
        group: Group::Folder(generator.folder.clone()),
        writing: Ok(Writing { line_feed, ..Writing::default() }),
        slips: Vec::new(),
    }
}

/// Whether kustomize reads a file of this name.
pub(super) fn is_kustomization(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    matches!(name.as_deref(), Some("kustomization.yaml" | "kustomization.yml"))
}
