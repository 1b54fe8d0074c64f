//! Kustomizations: files that their generators make keys of ConfigMaps of.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use wslint_embed::{Embedded, Format, Generator, Group, generators, read};
use wslint_model::{FileId, Mapped, Site, Writing};
use wslint_syntax::Span;

use super::host_file::HostFile;
use super::hosts::{configurations, proxy_of};
use super::loader::Loader;

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
fn is_kustomization(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    matches!(name.as_deref(), Some("kustomization.yaml" | "kustomization.yml"))
}

/// The path without steps back, as far as there is something to step back from.
fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            Component::CurDir => {}
            other => clean.push(other),
        }
    }
    clean
}
