//! Kustomizations: files that their generators make keys of ConfigMaps of, files that are patches, and what lies together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wslint_embed::{Embedded, Format, Generator, Group, bases, generators, read};
use wslint_kubernetes::objects::{Lies, Objects};
use wslint_model::{FileId, Mapped, Site, Writing};
use wslint_syntax::Span;

use super::charts::is_live;
use super::host_file::HostFile;
use super::hosts::{configurations, proxy_of};
use super::loader::Loader;
use super::overlays::{Kustomization, Overlays};
use crate::escape::shown_path;
use crate::project::clean::clean;
use crate::project::problem::{Place, Problem};
use crate::project::store::strip_here;

/// How many files all generators together make keys of.
const MOST_FILES: usize = 5_000;

/// How many bytes of files are read again for further overlays. A thousand of them with a usual file are below that.
const MOST_REPEATED: usize = 2 << 20;

impl Loader<'_> {
    /// Takes the files of the generators of kustomizations: they lie where workloads mount the ConfigMaps. What nothing is
    /// built on is a deployment of its own, so that a file of a base lies in those of several overlays.
    pub(super) fn take_generators(&mut self, paths: &[PathBuf]) {
        let mut kustomizations: Vec<Kustomization> = Vec::new();
        for path in paths.iter().filter(|path| is_kustomization(path)) {
            let Ok(Ok(bytes)) = self.store.untaken(path) else { continue };
            let folder = path.parent().unwrap_or(Path::new(""));
            let bases = bases(&bytes).iter().map(|base| clean(&folder.join(base))).collect();
            let generators = generators(&bytes);
            kustomizations.push(Kustomization { path: path.clone(), bytes, generators, bases });
        }
        let overlays = Overlays::new(&kustomizations);
        let mut room = Room { files: MOST_FILES, repeated: MOST_REPEATED };
        let mut standing: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, number) in overlays.standing() {
            standing.entry(at).or_default().push(number);
        }
        // What people's requests come to is read first, as far as there is room.
        let mut order: Vec<(usize, Vec<usize>)> = standing.into_iter().collect();
        order.sort_by_key(|(at, _)| !is_live(&kustomizations[*at].path));
        for (at, numbers) in order {
            let keys = numbers.iter().flat_map(|&number| {
                let generator = &kustomizations[at].generators[number];
                overlays.files(at, number).into_iter().map(move |(key, path)| (generator, key, path))
            });
            if !self.take_keys(&kustomizations[at], keys.collect(), &mut room) {
                return;
            }
        }
    }

    /// Takes the keys that the generators of a kustomization make of files; whether there was room for them.
    fn take_keys(
        &mut self,
        kustomization: &Kustomization,
        keys: Vec<(&Generator, &str, PathBuf)>,
        room: &mut Room,
    ) -> bool {
        let Kustomization { path, bytes, .. } = kustomization;
        let mut texts: Vec<(FileId, Embedded)> = Vec::new();
        let mut is_full = false;
        for (generator, key, path) in keys {
            let (file, bytes) = match self.store.untaken(&path) {
                Ok(Ok(bytes)) if proxy_of(key, &bytes).is_some() => {
                    let Ok(file) = self.store.open_host(&path, bytes.clone()) else { continue };
                    (file, bytes)
                }
                // Another overlay has it, too.
                Ok(Err(file)) if self.store.project.file(file).is_beside() => {
                    let bytes = self.store.project.file(file).source().to_owned();
                    if proxy_of(key, &bytes).is_none() {
                        continue;
                    }
                    is_full |= !room.repeat(bytes.len());
                    (file, bytes)
                }
                _ => continue,
            };
            is_full |= texts.len() >= room.files;
            if is_full {
                break;
            }
            texts.push((file, whole(file, &bytes, key, generator)));
        }
        if texts.is_empty() && !is_full {
            return true;
        }
        if is_full {
            let message =
                "generators make more of files than is read: this kustomization and others are left out";
            self.store.tell(
                Problem::error("embedded-limit", Place::Path(shown_path(strip_here(path))), message)
                    .help("lint the overlays of this tree one by one"),
            );
            return false;
        }
        let Ok(file) = self.store.open_host(path, bytes.clone()) else { return true };
        room.files -= texts.len();
        // What is literal there lies beside the files.
        let mut read = configurations(read(Format::Yaml, bytes, file));
        let mut owners = BTreeMap::new();
        for (file, text) in texts {
            owners.insert(read.texts.len(), file);
            read.texts.push(text);
        }
        self.hosts.push(HostFile { file, path: path.clone(), read, owners, named: false });
        true
    }
}

/// What all generators together may yet make.
struct Room {
    files: usize,
    repeated: usize,
}

impl Room {
    /// Takes so many bytes that were read before; whether there was room for them.
    fn repeat(&mut self, bytes: usize) -> bool {
        let left = self.repeated.checked_sub(bytes);
        self.repeated = left.unwrap_or_default();
        left.is_some()
    }
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
