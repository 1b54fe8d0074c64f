//! A folder that is open in the editor, or a file that lies in none, with what was seen in it last. A small one is looked at
//! anew whenever something changes. In a large one a change of a text is followed at once by a look at what people have
//! open, and by one at everything as soon as nobody waits.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use super::buffers::{Buffer, Buffers};
use super::seen::{Seen, Unsaved};
use super::unsaved::name;
use crate::args::ConfigOptions;
use crate::config::Configuration;
use crate::exit::Failure;
use crate::project::Overlay;

/// What a look changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing that is told.
    Nothing,
    /// What is told of these files.
    Files(BTreeSet<PathBuf>),
    /// What is told of any file.
    All,
}

/// What was seen last.
pub(super) struct Views {
    /// With the text of each open file as it stands.
    pub(super) now: Seen,
    /// With the last readable state of each file that is broken; none if no file is.
    pub(super) before: Option<Seen>,
    /// The open files that are broken.
    pub(super) broken: HashSet<PathBuf>,
}

/// What takes one look after another, each with the files that it holds for.
type Each<'e, 'v> = &'e mut dyn FnMut(&'v Seen, &dyn Fn(&Path) -> bool);

impl Views {
    /// Looks at everything; nothing if the work is given up.
    fn new(
        (path, folder): (&Path, &Path),
        options: &ConfigOptions,
        buffers: &mut Buffers,
        last: Option<&Self>,
        stops: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, Failure> {
        if let Some(unsaved) = buffers.unsaved(path) {
            return Self::of_unsaved(path, folder, options, buffers, unsaved, stops);
        }
        let configuration = || Configuration::new(&[path.to_owned()], options);
        let known = last.map(|last| last.now.known()).unwrap_or_default();
        let overlay = Overlay { known, ..buffers.overlay(|_| false) };
        let Some(now) = Seen::new(path, configuration()?, &overlay, stops)? else { return Ok(None) };
        drop(overlay);
        let broken = now.broken();
        let is_broken = |path: &Path| broken.contains(path);
        buffers.keep_readable(is_broken);
        let broken: HashSet<PathBuf> =
            buffers.paths().filter(|path| is_broken(path)).map(Path::to_owned).collect();
        let was_readable = |path: &PathBuf| buffers.get(path).is_some_and(|buffer| buffer.readable.is_some());
        if !broken.iter().any(was_readable) {
            return Ok(Some(Self { now, before: None, broken }));
        }
        let overlay = Overlay { known: now.known(), ..buffers.overlay(|path| broken.contains(path)) };
        let before = Seen::new(path, configuration()?, &overlay, stops)?;
        Ok(before.map(|before| Self { now, before: Some(before), broken }))
    }

    /// Looks at a text that lies nowhere on disk.
    fn of_unsaved(
        path: &Path,
        folder: &Path,
        options: &ConfigOptions,
        buffers: &Buffers,
        buffer: &Buffer,
        stops: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, Failure> {
        let configuration = Configuration::new(&[folder.to_owned()], options)?;
        let unsaved = Unsaved { path: path.to_owned(), name: name(path, &buffer.language, folder) };
        let overlay = buffers.overlay(|_| false);
        let now = Seen::of_unsaved(unsaved, &buffer.text, configuration, &overlay, stops)?;
        Ok(now.map(|now| Self { now, before: None, broken: HashSet::new() }))
    }

    /// What holds for a file: of a broken one what it says now, of the others what was so before it broke.
    fn of(&self, path: &Path) -> &Seen {
        match &self.before {
            Some(before) if !self.broken.contains(path) => before,
            _ => &self.now,
        }
    }

    /// Hands out what was seen, each time with which files it holds for.
    pub(super) fn each<'v>(&'v self, each: Each<'_, 'v>) {
        match &self.before {
            None => each(&self.now, &|_| true),
            Some(before) => {
                each(&self.now, &|path| self.broken.contains(path));
                each(before, &|path| !self.broken.contains(path));
            }
        }
    }

    /// Puts changed texts in place, and looks at what is open; nothing where more than that is to be looked at.
    fn follow(
        &mut self,
        edited: &BTreeSet<PathBuf>,
        open: &BTreeSet<PathBuf>,
        buffers: &Buffers,
        stops: &dyn Fn() -> bool,
    ) -> Result<Change, Failure> {
        let text = |path: &Path| buffers.get(path).map(|buffer| buffer.text.as_bytes());
        for path in edited {
            if !text(path).is_some_and(|text| self.now.replace(path, text)) {
                return Ok(Change::Nothing);
            }
        }
        self.now.narrow(&mut open.iter().map(PathBuf::as_path));
        self.now.refresh(stops)?;
        // What a broken file says of others is no news.
        let alone = self.before.is_some() || !self.now.broken().is_empty();
        Ok(Change::Files(if alone { edited.clone() } else { open.clone() }))
    }
}

/// A folder or file.
pub(super) struct Place {
    path: PathBuf,
    /// The folder whose settings hold.
    folder: PathBuf,
    /// What was seen last; none before the first look.
    views: Option<Views>,
    /// The open files whose texts changed since.
    edited: BTreeSet<PathBuf>,
    /// Whether more may have changed than what was looked at.
    unsettled: bool,
    /// Why nothing could be looked at, as it was said.
    failed: Option<String>,
}

impl Place {
    /// A place that nobody looked at.
    pub(super) fn new(path: PathBuf, folder: PathBuf) -> Self {
        Self { path, folder, views: None, edited: BTreeSet::new(), unsettled: true, failed: None }
    }

    /// A text changed.
    pub(super) fn edit(&mut self, path: &Path) {
        self.edited.insert(path.to_owned());
    }

    /// Anything may have changed.
    pub(super) fn unsettle(&mut self) {
        self.unsettled = true;
    }

    /// Whether something changed that people wait for.
    pub(super) fn is_behind(&self) -> bool {
        !self.edited.is_empty() || (self.unsettled && !self.is_large())
    }

    /// Whether it is still to be looked at as a whole.
    pub(super) fn is_unsettled(&self) -> bool {
        self.unsettled || !self.edited.is_empty()
    }

    fn is_large(&self) -> bool {
        self.views.as_ref().is_some_and(|views| views.now.is_large())
    }

    /// Whether a file was read when it was looked at last.
    pub(super) fn reads(&self, path: &Path) -> bool {
        self.views.as_ref().is_some_and(|views| views.now.file(path).is_some())
    }

    /// What was seen last, if anything was.
    pub(super) fn views(&self) -> Option<&Views> {
        self.views.as_ref()
    }

    /// What was seen of a file.
    pub(super) fn seen(&self, path: &Path) -> Option<&Seen> {
        Some(self.views.as_ref()?.of(path))
    }

    /// Makes ready for questions about a file.
    pub(super) fn narrow(&mut self, path: &Path) {
        if let Some(views) = &mut self.views {
            let seen = [Some(&mut views.now), views.before.as_mut()];
            seen.into_iter().flatten().for_each(|seen| seen.narrow(&mut std::iter::once(path)));
        }
    }

    /// Looks at what people wait for: at everything, or in a large place at what is open.
    pub(super) fn catch_up(
        &mut self,
        options: &ConfigOptions,
        buffers: &mut Buffers,
        stops: &dyn Fn() -> bool,
    ) -> Result<Change, Failure> {
        let Some(views) = self.views.as_mut().filter(|views| views.now.is_large()) else {
            return self.settle(options, buffers, stops);
        };
        if self.edited.is_empty() {
            return Ok(Change::Nothing);
        }
        self.unsettled = true;
        let known = |path: &&Path| views.now.file(path).is_some();
        let open = buffers.paths().filter(known).map(Path::to_owned).collect();
        let edited = std::mem::take(&mut self.edited);
        views.follow(&edited, &open, buffers, stops)
    }

    /// Looks at everything. Work that is given up is to be done again. A failure is said once.
    pub(super) fn settle(
        &mut self,
        options: &ConfigOptions,
        buffers: &mut Buffers,
        stops: &dyn Fn() -> bool,
    ) -> Result<Change, Failure> {
        let seen = Views::new((&self.path, &self.folder), options, buffers, self.views.as_ref(), stops);
        if let Ok(None) = seen {
            return Ok(Change::Nothing);
        }
        self.unsettled = false;
        self.edited.clear();
        let said = seen.as_ref().err().map(Failure::to_string);
        let known = said.is_some() && said == self.failed;
        self.failed = said;
        match seen {
            Ok(views) => {
                self.views = views;
                Ok(Change::All)
            }
            Err(_) if known => Ok(Change::Nothing),
            Err(failure) => Err(failure),
        }
    }
}
