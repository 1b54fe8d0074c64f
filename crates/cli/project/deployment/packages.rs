//! The packages of a program: what the manifests in its folder ask for, in the versions that lock files pin.

use std::path::{Path, PathBuf};

use wslint_deploy::manifest::{self, Package};
use wslint_model::product::{Framework, Heartbeat, Kind};
use wslint_model::{Mark, Service, choices::Http10};
use wslint_syntax::Span;

use super::ground::{Ground, Read};

/// The packages of a program that files of `products/` name.
#[derive(Default)]
pub(super) struct Packages {
    /// The manifests.
    pub(super) manifests: Vec<Read>,
    /// What they ask for, each with the number of its manifest.
    asked: Vec<(Framework, usize, Span)>,
    /// What lock files pin, which may be what others need.
    locked: Vec<Framework>,
}

impl Packages {
    /// Reads the manifests of a folder, and the lock files there and in the folder that an image is made of.
    pub(super) fn read(folder: &Path, context: &Path, ground: &mut Ground<'_>) -> Self {
        let mut packages = Self::default();
        for path in files(folder, ground) {
            packages.take(path, ground);
        }
        if context != folder {
            for path in files(context, ground).into_iter().filter(|path| manifest::is_lock(&name(path))) {
                packages.take(path, ground);
            }
        }
        packages
    }

    fn take(&mut self, path: PathBuf, ground: &mut Ground<'_>) {
        let name = name(&path);
        if manifest::is_lock(&name) {
            let Some(bytes) = ground.read(&path) else { return };
            let locked = manifest::locked(&name, &bytes).unwrap_or_default();
            self.locked.extend(locked.iter().filter_map(Package::framework));
        } else if manifest::is_manifest(&name) {
            let Some(bytes) = ground.read(&path) else { return };
            for package in manifest::packages(&name, &bytes).unwrap_or_default() {
                if let Some(framework) = package.framework() {
                    self.asked.push((framework, self.manifests.len(), package.span));
                }
            }
            self.manifests.push(Read { path, bytes });
        }
    }

    /// A framework in the versions that are asked for and pinned.
    pub(super) fn pinned(&self, framework: Framework) -> Framework {
        let asked = self.asked.iter().map(|(framework, ..)| framework);
        let same = asked.chain(&self.locked).filter(|one| **one == framework);
        let versions = same.fold(framework.versions(), |versions, one| versions.and(one.versions()));
        framework.in_versions(versions)
    }

    /// What is likely of what takes the handshakes of a service, and the lines that say so: what runs it, or else what it
    /// is written with, may keep connections alive and take HTTP/1.0. It says nothing against anybody.
    pub(super) fn likely(&self, ground: &mut Ground<'_>, service: &mut Service) -> Vec<Mark> {
        let runs = |framework: Framework| {
            framework.record().kind == Kind::Server && !framework.record().commands.is_empty()
        };
        let takes = |framework: Framework| matches!(framework.record().kind, Kind::Framework | Kind::Server);
        let run = self.asked.iter().any(|&(framework, ..)| runs(framework));
        let telling = |&&(framework, ..): &&(Framework, usize, Span)| match run {
            true => runs(framework),
            false => takes(framework),
        };
        let mut told: Vec<(Framework, usize, Span)> = Vec::new();
        for &(framework, manifest, span) in self.asked.iter().filter(telling) {
            if !told.iter().any(|(other, ..)| *other == framework) {
                told.push((self.pinned(framework), manifest, span));
            }
        }
        let beats: Option<Vec<u64>> =
            told.iter().map(|(framework, ..)| Some(framework.heartbeat()?.silence)).collect();
        let longest = beats.and_then(|beats| beats.into_iter().max());
        service.heartbeat = longest.map(|silence| Heartbeat { silence, certain: false });
        service.accepts_http10 =
            !told.is_empty() && told.iter().all(|(one, ..)| one.http10() == Some(Http10::Accepted));
        let mark = |(framework, manifest, span): (Framework, usize, Span)| {
            let Read { path, bytes } = &self.manifests[manifest];
            ground.mark((path, bytes), span, format!("{} is among its packages", framework.title()))
        };
        told.into_iter().map(mark).collect()
    }
}

/// The files of a folder that say which packages a program has, and those of its folder `requirements`.
fn files(folder: &Path, ground: &Ground<'_>) -> Vec<PathBuf> {
    let list = |folder: &Path| {
        let names = ground.territory.list(folder).unwrap_or_default();
        names.into_iter().map(|(name, _)| folder.join(name)).collect::<Vec<_>>()
    };
    let mut files = list(folder);
    if files.iter().any(|path| name(path) == manifest::REQUIREMENTS) {
        files.extend(list(&folder.join(manifest::REQUIREMENTS)));
    }
    files.sort();
    files
}

/// The name by which a file is known: what lies in a folder `requirements` has that before it.
fn name(path: &Path) -> String {
    let text = |path: Option<&std::ffi::OsStr>| path.map(|name| name.to_string_lossy().into_owned());
    let own = text(path.file_name()).unwrap_or_default();
    match text(path.parent().and_then(Path::file_name)) {
        Some(folder) if folder == manifest::REQUIREMENTS => format!("{folder}-{own}"),
        _ => own,
    }
}
