//! One of the two trees, ready to be read: as if the command was started in it, so that its paths, its `wslint.yaml` and
//! the folders of flags are those of that tree.

use std::io;
use std::path::{Path, PathBuf};

use wslint_model::Endpoint;

use super::source::Source;
use crate::args::ConfigOptions;
use crate::config::Configuration;
use crate::exit::Failure;
use crate::files::{LARGEST_FILE, canonical, named, read_named, system_words};
use crate::git::{Instead, Missing, Repository, Tree};
use crate::project::{Loaded, load};
use crate::write::PrivateFolder;

/// The folder that reading starts in, and what is read there.
pub(crate) struct Side {
    /// How it is called.
    pub(crate) name: String,
    /// Where reading starts: absolute.
    base: PathBuf,
    /// What is read, from there.
    paths: Vec<PathBuf>,
    /// What stands before the paths of its files for people.
    prefix: String,
    /// Whether the revision has the folder at all.
    pub(crate) is_there: bool,
    /// What the revision names and does not hold, from where reading starts.
    pub(crate) missing: Vec<Missing>,
    /// The flags as they hold there.
    options: ConfigOptions,
}

/// A tree that was read.
pub(crate) struct Read {
    /// What it holds.
    pub(crate) loaded: Loaded,
    /// What it was read with.
    pub(crate) configuration: Configuration,
    /// Where it lies.
    pub(crate) base: PathBuf,
    /// What stands before the paths of its files for people.
    pub(super) prefix: String,
}

/// Where trees of revisions are laid out, made when the first one is.
#[derive(Default)]
pub(crate) struct Room {
    folder: Option<PrivateFolder>,
}

impl Room {
    /// Fails if a signal waits for the folder to be gone.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let checked = self.folder.as_ref().map_or(Ok(()), PrivateFolder::check);
        checked.map_err(|error| Failure::said(system_words(&error)))
    }

    fn folder(&mut self) -> Result<&PrivateFolder, Failure> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => PrivateFolder::new().map_err(no_folder)?,
        };
        Ok(self.folder.insert(folder))
    }

    /// A tree that holds nothing, beside the one of this name.
    fn empty(&mut self, call: &str) -> Result<PathBuf, Failure> {
        let (folder, name) = (self.folder()?, PathBuf::from(format!("{call}-without")));
        let made = folder.folder(&name).and_then(|()| folder.folder(&name.join(".git")));
        made.map_err(no_folder)?;
        Ok(folder.path().join(name))
    }
}

impl Side {
    /// Makes a tree ready. `call` is what the folder of a revision is called in the room.
    ///
    /// # Errors
    /// The revision cannot be laid out, or a path leads where nothing may be read.
    pub(crate) fn new(
        source: &Source,
        call: &str,
        repository: Option<&Repository>,
        room: &mut Room,
        options: &ConfigOptions,
    ) -> Result<Self, Failure> {
        let here = std::env::current_dir().and_then(canonical).map_err(nowhere)?;
        let mut options = options.clone();
        // One file holds for both trees, wherever reading starts.
        options.settings.config = options.settings.config.map(|config| here.join(config));
        let side = Self {
            name: source.name(),
            base: here.clone(),
            paths: vec![PathBuf::from(".")],
            prefix: String::new(),
            is_there: true,
            missing: Vec::new(),
            options,
        };
        match (source, repository) {
            (Source::Revision { revision, path }, Some(repository)) => {
                let laid_out = |room: &mut Room, instead: Option<&Instead>| {
                    Tree::of(repository, revision)?.lay_out(room.folder()?, Path::new(call), instead)
                };
                side.of_revision(&here, path.as_deref(), call, repository.working_tree(), room, laid_out)
            }
            (Source::Path(path), _) => side.of_path(&here, path),
            (Source::Revision { .. } | Source::WorkingTree, _) => Ok(side),
        }
    }

    fn of_path(self, here: &Path, path: &Path) -> Result<Self, Failure> {
        let refused = |error: crate::files::ReadError| {
            Failure::at(path, &format!("cannot be read: {error}")).help(error.advice())
        };
        let permitted = self.options.allow_root.iter().filter_map(|folder| named(folder, &[]).ok());
        let permitted: Vec<PathBuf> = permitted.map(|named| named.real).collect();
        let real = named(path, &permitted).map_err(refused)?.real;
        if !real.is_dir() {
            return Ok(Self { paths: vec![path.to_owned()], ..self });
        }
        let shown = crate::escape::shown_path(crate::project::strip_here(path));
        let prefix = match shown.trim_end_matches('/') {
            "." | "" => String::new(),
            shown => format!("{shown}/"),
        };
        Ok(Self { base: here.join(path), prefix, ..self })
    }

    fn of_revision(
        mut self,
        here: &Path,
        path: Option<&Path>,
        call: &str,
        top: &Path,
        room: &mut Room,
        lay_out: impl Fn(&mut Room, Option<&Instead>) -> Result<Vec<Missing>, Failure>,
    ) -> Result<Self, Failure> {
        let root = room.folder()?.path().join(call);
        let within = |path: &Path| Some(root.join(path.strip_prefix(top).ok()?));
        // Folders of flags that lie in the working tree are those of the revision.
        let moved = |path: &Path| within(&here.join(path)).unwrap_or_else(|| here.join(path));
        let instead = self.settings(top)?;
        if let Some(instead) = &instead {
            self.options.settings.config = Some(root.join(&instead.path));
        }
        let missing = lay_out(room, instead.as_ref())?;
        let options = &mut self.options;
        options.root.iter_mut().for_each(|mapping| mapping.to = moved(&mapping.to));
        options.root.retain(|mapping| mapping.to.is_dir() || !mapping.to.starts_with(&root));
        let folders = options.allow_root.iter_mut().chain(&mut options.nginx_prefix);
        folders.for_each(|folder| *folder = moved(folder));
        let start = match path {
            Some(path) => path.to_owned(),
            None => here.strip_prefix(top).map(Path::to_owned).unwrap_or_default(),
        };
        let place = root.join(&start);
        let is_file = place.symlink_metadata().is_ok_and(|place| !place.is_dir());
        let is_there = place.exists();
        if path.is_some() && !is_there {
            return Err(Failure::said(format!(
                "`{}`: the revision holds no such folder",
                crate::escape::escape(&self.name)
            )));
        }
        let base = match is_there {
            true if is_file => place.parent().unwrap_or(&root).to_owned(),
            true => place.clone(),
            // Where it would lie there is nothing, and nothing is what is read.
            false => room.empty(call)?,
        };
        // A revision may hold a link in the place of any folder on the way.
        if is_there && !canonical(&base).is_ok_and(|base| base.starts_with(&root)) {
            return Err(Failure::said(format!(
                "`{}`: the way to the folder leads out of the revision",
                crate::escape::escape(&self.name)
            )));
        }
        if let (true, Some(name)) = (is_file, place.file_name()) {
            self.paths = vec![PathBuf::from(name)];
        }
        let from = if is_file { start.parent().unwrap_or(Path::new("")) } else { &start };
        let seen = |missing: &Missing| missing.below(from);
        self.missing = missing.iter().filter_map(seen).collect();
        Ok(Self { base, is_there, ..self })
    }

    /// The file of settings that the flags name, where it lies in the working tree: in a revision it takes the place of
    /// what lies there, so that the folders that it names are those of the revision.
    fn settings(&self, top: &Path) -> Result<Option<Instead>, Failure> {
        let Some(config) = &self.options.settings.config else { return Ok(None) };
        let refused =
            |error: crate::files::ReadError| Failure::at(config, &format!("cannot be read: {error}"));
        let real = named(config, &[]).map_err(refused)?.real;
        let Ok(path) = real.strip_prefix(top) else { return Ok(None) };
        let bytes = read_named(config, &[], LARGEST_FILE).map_err(refused)?;
        Ok(Some(Instead { path: path.to_owned(), bytes }))
    }

    /// The settings that hold for the tree.
    ///
    /// # Errors
    /// They cannot be read.
    pub(crate) fn configuration(&self) -> Result<Configuration, Failure> {
        let _inside = Inside::of(&self.base)?;
        Configuration::new(&self.paths, &self.options)
    }

    /// Reads the tree, with these endpoints declared.
    ///
    /// # Errors
    /// The folder is not there any more.
    pub(crate) fn read(
        &self,
        mut configuration: Configuration,
        endpoints: &[Endpoint],
    ) -> Result<Read, Failure> {
        let _inside = Inside::of(&self.base)?;
        configuration.settings.endpoints = endpoints.to_vec();
        let mut loaded = load(&self.paths, &configuration);
        for file in &mut loaded.project.files {
            file.path.insert_str(0, &self.prefix);
        }
        Ok(Read { loaded, configuration, base: self.base.clone(), prefix: self.prefix.clone() })
    }
}

/// The process works in another folder while this lives.
struct Inside {
    before: PathBuf,
}

impl Inside {
    fn of(folder: &Path) -> Result<Self, Failure> {
        let before = std::env::current_dir().map_err(nowhere)?;
        std::env::set_current_dir(folder)
            .map_err(|error| Failure::at(folder, &format!("cannot be entered: {}", system_words(&error))))?;
        Ok(Self { before })
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        // Nothing is read or written by relative paths behind a failure of this.
        let _ = std::env::set_current_dir(&self.before);
    }
}

fn no_folder(error: io::Error) -> Failure {
    Failure::said(format!("no temporary folder can be made: {}", system_words(&error)))
        .help("TMPDIR names where temporary files go")
}

fn nowhere(error: io::Error) -> Failure {
    Failure::said(format!("the working directory cannot be found: {}", system_words(&error)))
}
