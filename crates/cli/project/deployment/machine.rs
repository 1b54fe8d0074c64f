//! The programs that run on the machine itself: what starts them, and the packages whose code listens on a port.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use wslint_code::File;
use wslint_deploy::link::{Local, Says, Source, normal};
use wslint_deploy::{Word, dockerfile, machine, manifest};

use super::budget::Budget;
use super::ground::{CodeText, Ground};
use super::{is_dockerfile, name, texts};
use crate::files::repository;

/// How many packages of a repository are looked at.
const MOST_PACKAGES: usize = 200;

/// A file that tells of programs: where it lies, its bytes, and the programs.
type Told = (PathBuf, Vec<u8>, Vec<Local>);

/// Whether a file starts programs of the machine.
pub(super) fn is_local(path: &Path) -> bool {
    machine::starts_programs(&name(path))
}

/// The programs that the files beside the configurations start, and those that the code below the named paths is; and
/// whether there is more code than is read, so that none of it is known.
pub(super) fn programs(
    ground: &mut Ground<'_>,
    sources: &[Source],
    beside: &[PathBuf],
    named: &[PathBuf],
) -> (Vec<Told>, bool) {
    let mut budget = Budget::default();
    let mut told = Vec::new();
    let code = !ground.configuration.no_code;
    let tops: BTreeSet<PathBuf> =
        named.iter().filter(|_| code).filter_map(|path| top(path, ground)).collect();
    let packages = packages(ground, &tops);
    let is_more = packages.is_none();
    let packages = packages.unwrap_or_default();
    let local: BTreeSet<PathBuf> =
        beside.iter().filter(|path| is_local(path)).map(|path| absolute(path)).collect();
    for path in local {
        let Some(bytes) = budget.read(ground.territory, &path) else { continue };
        let folder = folder_of(&path, &packages);
        let units = machine::read(&name(&path), &bytes).unwrap_or_default();
        let locals = units.into_iter().map(|unit| Local { unit, folder: folder.clone() }).collect();
        told.push((path, bytes, locals));
    }
    let made = made(sources);
    let dockerfiles = beside.iter().map(|path| absolute(path)).filter(|path| is_dockerfile(path));
    for path in dockerfiles.filter(|path| !made.contains(path)).collect::<BTreeSet<_>>() {
        let Some(bytes) = budget.read(ground.territory, &path) else { continue };
        if let Some(unit) = dockerfile::read(&bytes).started(None).as_ref().and_then(machine::image) {
            let folder = folder_of(&path, &packages);
            told.push((path, bytes, vec![Local { unit, folder }]));
        }
    }
    for (folder, texts) in &packages {
        let path = folder.join("package.json");
        if let Some(bytes) = budget.read(ground.territory, &path)
            && let Some(unit) = machine::script(&bytes)
        {
            told.push((path, bytes, vec![Local { unit, folder: Some(folder.clone()) }]));
        }
        told.extend(listening(folder, texts));
    }
    (told, is_more)
}

/// The Dockerfiles of which compose files make images.
fn made(sources: &[Source]) -> BTreeSet<PathBuf> {
    let mut made = BTreeSet::new();
    for source in sources {
        let (Says::Compose(compose), Some(here)) = (&source.says, source.path.parent()) else { continue };
        for build in compose.services.iter().filter_map(|unit| unit.build.as_ref()) {
            let name = build.dockerfile.as_ref().map_or("Dockerfile", |word| word.text.as_str());
            made.insert(normal(&here.join(&build.context.text).join(name)));
        }
    }
    made
}

/// The code of a package that listens on ports.
fn listening(folder: &Path, texts: &[CodeText]) -> Vec<Told> {
    let files: Vec<File<'_>> = texts.iter().map(|(_, path, text)| File { path, text }).collect();
    let called = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let one = |(port, place): (u16, wslint_code::Place)| {
        let (path, _, text) = &texts[place.file];
        let unit = machine::listening(Word::new(called.clone(), place.span), port);
        (path.clone(), text.clone().into_bytes(), vec![Local { unit, folder: Some(folder.to_owned()) }])
    };
    wslint_code::ports(&files).into_iter().map(one).collect()
}

/// The code of each package below the folders: a folder with a manifest, or the whole where none has any. `None` if there
/// is more than is read.
fn packages(ground: &Ground<'_>, tops: &BTreeSet<PathBuf>) -> Option<BTreeMap<PathBuf, Vec<CodeText>>> {
    let mut packages: BTreeMap<PathBuf, Vec<CodeText>> = BTreeMap::new();
    let mut holds: BTreeMap<PathBuf, bool> = BTreeMap::new();
    for top in tops {
        for (path, below, text) in texts::all_below(top, ground)? {
            let above = path.ancestors().skip(1).take_while(|folder| folder.starts_with(top));
            let own = above.take(MOST_FOLDERS).find(|folder| {
                *holds.entry((*folder).to_owned()).or_insert_with(|| holds_manifest(folder, ground))
            });
            let own = own.unwrap_or(top).to_owned();
            packages.entry(own).or_default().push((path, below, text));
        }
    }
    (packages.len() <= MOST_PACKAGES).then_some(packages)
}

/// How many folders above a file are asked for manifests.
const MOST_FOLDERS: usize = 16;

fn holds_manifest(folder: &Path, ground: &Ground<'_>) -> bool {
    const OTHERS: [&str; 4] = ["Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts"];
    let names = ground.territory.list(folder).unwrap_or_default();
    names.iter().any(|(name, _)| {
        let name = name.to_string_lossy();
        manifest::is_manifest(&name) || OTHERS.contains(&&*name)
    })
}

/// The folder of the code that a file starts: the package that it lies in, or the only one.
fn folder_of(path: &Path, packages: &BTreeMap<PathBuf, Vec<CodeText>>) -> Option<PathBuf> {
    let own = packages.keys().find(|folder| path.parent() == Some(folder.as_path()));
    let only = packages.keys().next().filter(|_| packages.len() == 1);
    own.or(only).cloned()
}

/// The folder that a named path may tell of: itself, or the repository around a file.
fn top(path: &Path, ground: &Ground<'_>) -> Option<PathBuf> {
    let path = absolute(path);
    match ground.territory.list(&path) {
        Ok(_) => Some(path),
        Err(_) => repository(path.parent()?).map(Path::to_owned),
    }
}

fn absolute(path: &Path) -> PathBuf {
    normal(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}
