//! Kustomizations: files that their generators make keys of ConfigMaps of, files that are patches, and what lies together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use wslint_embed::{Behavior, Embedded, Format, Generator, Group, bases, generators, read};
use wslint_kubernetes::objects::{Lies, Objects};
use wslint_model::{FileId, Mapped, Site, Writing};
use wslint_syntax::Span;

use super::charts::is_live;
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
        let mut kustomizations: Vec<Kustomization> = Vec::new();
        for path in paths.iter().filter(|path| is_kustomization(path)) {
            let Ok(Ok(bytes)) = self.store.untaken(path) else { continue };
            let folder = path.parent().unwrap_or(Path::new(""));
            let bases = bases(&bytes).iter().map(|base| clean(&folder.join(base))).collect();
            let generators = generators(&bytes);
            kustomizations.push(Kustomization { path: path.clone(), bytes, generators, bases });
        }
        let merged = merged(&kustomizations);
        for (at, Kustomization { path, bytes, generators, .. }) in kustomizations.iter().enumerate() {
            let mut files: Vec<(&Generator, &str, PathBuf, Vec<u8>)> = Vec::new();
            for (number, generator) in generators.iter().enumerate() {
                match merged.of(at, number) {
                    Merged::Alone => files.extend(self.configurations_of(path, generator)),
                    Merged::Elsewhere => {}
                    Merged::With(base, below) => {
                        let own = self.configurations_of(path, generator);
                        let kept = |key: &str| generator.files.iter().all(|(own, _)| own != key);
                        let below = self.configurations_of(&kustomizations[base].path, below);
                        files.extend(own);
                        let below = below.into_iter().filter(|(_, key, ..)| kept(key));
                        files.extend(below.map(|(_, key, path, bytes)| (generator, key, path, bytes)));
                    }
                }
            }
            if files.is_empty() || files.len() > room {
                continue;
            }
            room -= files.len();
            let Ok(file) = self.store.open_host(path, bytes.clone()) else { continue };
            // What is literal there lies beside the files.
            let mut read = configurations(read(Format::Yaml, bytes, file));
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

/// A kustomization with its generators.
struct Kustomization {
    path: PathBuf,
    bytes: Vec<u8>,
    generators: Vec<Generator>,
    /// The folders that it builds on.
    bases: Vec<PathBuf>,
}

/// What becomes of a generator that may have others of its name below it, or above it.
#[derive(Clone, Copy)]
enum Merged<'g> {
    /// It has none.
    Alone,
    /// Another kustomization takes its files, or those of the one below it.
    Elsewhere,
    /// Those of a generator of this kustomization lie beside its own.
    With(usize, &'g Generator),
}

/// What becomes of each generator that is not alone, by the numbers of the kustomization and the generator.
struct Merging<'g>(BTreeMap<(usize, usize), Merged<'g>>);

impl<'g> Merging<'g> {
    fn of(&self, kustomization: usize, generator: usize) -> Merged<'g> {
        self.0.get(&(kustomization, generator)).copied().unwrap_or(Merged::Alone)
    }
}

/// Which generators are merged. Of several overlays with one base, one stands for all of them: that of production, if one
/// is called so, or the first.
fn merged(kustomizations: &[Kustomization]) -> Merging<'_> {
    let folders: BTreeMap<PathBuf, usize> = kustomizations
        .iter()
        .enumerate()
        .map(|(at, one)| (clean(one.path.parent().unwrap_or(Path::new(""))), at))
        .collect();
    let mut order: Vec<usize> = (0..kustomizations.len()).collect();
    order.sort_by_key(|&at| !is_live(&kustomizations[at].path));
    let mut found = Merging(BTreeMap::new());
    for at in order {
        for (number, generator) in kustomizations[at].generators.iter().enumerate() {
            if generator.behavior == Behavior::Create {
                continue;
            }
            let Some((base, below)) = below(kustomizations, &folders, at, generator) else { continue };
            let taken = matches!(found.of(base, below), Merged::Elsewhere);
            let fate = match (taken, generator.behavior) {
                (true, _) => Merged::Elsewhere,
                (false, Behavior::Merge) => Merged::With(base, &kustomizations[base].generators[below]),
                (false, Behavior::Create | Behavior::Replace) => Merged::Alone,
            };
            found.0.insert((base, below), Merged::Elsewhere);
            found.0.insert((at, number), fate);
        }
    }
    found
}

/// The generator of a name that a kustomization builds on, the nearest one.
fn below(
    kustomizations: &[Kustomization],
    folders: &BTreeMap<PathBuf, usize>,
    at: usize,
    generator: &Generator,
) -> Option<(usize, usize)> {
    let mut seen = BTreeSet::from([at]);
    let mut open = vec![at];
    let mut next = 0;
    while let Some(&one) = open.get(next) {
        next += 1;
        let bases = kustomizations[one].bases.iter().filter_map(|base| folders.get(base).copied());
        for base in bases.filter(|base| seen.insert(*base)).collect::<Vec<_>>() {
            let named = |other: &Generator| {
                other.folder.name == generator.folder.name && other.folder.secret == generator.folder.secret
            };
            if let Some(number) = kustomizations[base].generators.iter().position(named) {
                return Some((base, number));
            }
            open.push(base);
        }
    }
    None
}

impl Loader<'_> {
    /// Takes the files that kustomizations name as patches.
    pub(super) fn take_patches(&mut self, objects: &mut Objects) {
        let mut patches = std::mem::take(&mut objects.patch_files);
        patches.truncate(MOST_FILES);
        for (kustomization, patch) in patches {
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
