//! What the lab gets of a configuration.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use wslint_lab::{Kind, Level, Pace, Peer, Reading, Setup};
use wslint_model::{File, FileId, HaproxyRoot, NginxContext, NginxRoot, Project, Root};

use crate::config::Configuration;

/// How slowly time passes. Of a cut it must be told which time it was, on a machine that has other things to do as well.
#[derive(Clone, Copy)]
pub(super) enum Speed {
    /// At first.
    Quick,
    /// Where something disagrees, which may be the machine's fault.
    Slow,
    /// Where it still does.
    Slowest,
}

impl Speed {
    fn pace(self) -> Pace {
        let (first, step) = match self {
            Self::Quick => (700, 500),
            Self::Slow => (2000, 1500),
            Self::Slowest => (5000, 4000),
        };
        Pace::Ranked { first: Duration::from_millis(first), step: Duration::from_millis(step) }
    }
}

/// A configuration for the lab, and the file behind each of its files.
pub(super) struct Copied {
    pub(super) setup: Setup,
    pub(super) files: Vec<FileId>,
}

impl Copied {
    /// A text of the proxy with the files' own names.
    pub(super) fn named(&self, project: &Project, text: &str) -> String {
        let files = self.files.iter().zip(&self.setup.files);
        files.fold(text.to_owned(), |text, (&file, (copy, _))| {
            text.replace(&*copy.to_string_lossy(), &project.file(file).path)
        })
    }
}

/// What the lab gets of a root.
pub(super) fn copied(project: &Project, configuration: &Configuration, root: usize, speed: Speed) -> Copied {
    let (files, mut setup) = match &project.roots[root] {
        Root::Nginx(root) => nginx(project, root),
        Root::Haproxy(root) => haproxy(project, root),
    };
    setup.pace = speed.pace();
    setup.default_peer = Peer::Application;
    setup.environment =
        configuration.environment.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    Copied { setup, files }
}

fn nginx(project: &Project, root: &NginxRoot) -> (Vec<FileId>, Setup) {
    let mut files = vec![root.main];
    let mut included: Vec<FileId> =
        root.includes.values().flat_map(|include| include.files()).copied().collect();
    included.sort_unstable();
    included.dedup();
    files.extend(included.into_iter().filter(|&file| file != root.main));
    let number: HashMap<FileId, usize> = files.iter().enumerate().map(|(at, &file)| (file, at)).collect();
    let mut includes = HashMap::new();
    for ((file, directive), include) in &root.includes {
        let (Some(&at), Some(tree)) = (number.get(file), project.nginx(*file)) else { continue };
        let known = !matches!(include, wslint_model::Include::Shipped | wslint_model::Include::Unknown);
        if known {
            let read = include.files().iter().filter_map(|file| number.get(file).copied()).collect();
            includes.insert((at, tree.statement(*directive).range().start), read);
        }
    }
    let level = match root.context {
        NginxContext::Main => Level::Main,
        NginxContext::Http => Level::Http,
        NginxContext::Server => Level::Server,
        NginxContext::Location => Level::Location,
        NginxContext::Stream => Level::Stream,
    };
    let setup = Setup {
        files: sources(project, &files, "conf"),
        reading: Some(Reading { level, includes }),
        ..Setup::nginx("")
    };
    (files, setup)
}

fn haproxy(project: &Project, root: &HaproxyRoot) -> (Vec<FileId>, Setup) {
    let mut all = sources(project, &root.files, "cfg");
    // Lists that are not at hand name nobody: what they would say is not predicted.
    let mut names: Vec<String> = root.pattern_files.keys().cloned().collect();
    let trees = root.files.iter().filter_map(|&file| project.haproxy(file));
    names.extend(trees.flat_map(|tree| wslint_haproxy::pattern_files(tree).into_keys()));
    names.sort();
    names.dedup();
    for name in names.into_iter().filter(|name| !name.contains('@')) {
        let bytes = root.pattern_files.get(&name).cloned().unwrap_or_default();
        all.push((PathBuf::from(name), bytes));
    }
    (root.files.clone(), Setup { proxy: Kind::Haproxy, files: all, ..Setup::haproxy("") })
}

/// The text of a file. What a controller writes once it knows more than the objects say, of which the reader tells by
/// marks around it, is as it would be for one replica.
fn text(file: &File) -> Vec<u8> {
    let source = file.source();
    match file.is_generated() {
        true => String::from_utf8_lossy(source).replace("{{", "").replace("}}", "").into_bytes(),
        false => source.to_vec(),
    }
}

/// The files under names that tell them apart and that every proxy takes.
fn sources(project: &Project, files: &[FileId], ending: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let named = files.iter().enumerate().map(|(at, &file)| {
        let file = project.file(file);
        let name = Path::new(&file.path).file_stem().map(|name| name.to_string_lossy().into_owned());
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = name.unwrap_or_default().chars().map(plain).collect();
        (PathBuf::from(format!("{at}-{name}.{ending}")), text(file))
    });
    named.collect()
}
