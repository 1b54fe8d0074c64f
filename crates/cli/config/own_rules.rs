//! People's own rules: the files of the folders that `rules_dir` and `--rules` name.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use wslint_rules::{LoadError, Rules, builtin_and};

use super::find;
use super::layers::{LARGEST, Layer, cannot_read};
use crate::escape::{escape, shown_path};
use crate::exit::Failure;
use crate::files::{Identity, Kind, ReadError, Territory, named, repository};

/// More rule files than this are not read for one run.
const MOST_FILES: usize = 1000;

/// Folders below the named one are not looked into deeper than this.
const DEEPEST: usize = 8;

/// People's own rules.
#[derive(Debug)]
pub(super) struct OwnRules {
    /// All rules: the built-in ones and these.
    pub(super) rules: Rules,
    /// The files that they stand in, absolute and without links.
    pub(super) files: HashSet<PathBuf>,
}

/// The rules of all named folders; none if no folder is named.
///
/// # Errors
/// If a folder cannot be read, leads out of its repository or holds no rule, or if a rule is wrong.
pub(super) fn read(
    layers: &[Layer],
    flags: &[PathBuf],
    permitted: &[PathBuf],
) -> Result<Option<OwnRules>, Failure> {
    let mut files = Files::default();
    for layer in layers {
        let Some(folder) = &layer.file.rules_dir else { continue };
        // The file may come from strangers: it opens nothing beyond its own repository, only flags do.
        let territory = Territory::of(repository(&layer.folder).unwrap_or(&layer.folder));
        let shown = find::from_here(&layer.folder).join(&folder.0);
        let by = format!("`rules_dir` of {}", escape(&shown_path(&layer.path)));
        let real = territory.enter(&layer.folder.join(&folder.0)).map(|entry| entry.real);
        files.add(&territory, real, &shown, &by)?;
    }
    for folder in flags {
        let real = named(folder, permitted).map(|named| named.real);
        let mut territory = Territory::default();
        if let Ok(real) = &real {
            territory.add_permitted(repository(real).unwrap_or(real));
        }
        permitted.iter().for_each(|folder| territory.add_permitted(folder));
        files.add(&territory, real, folder, "--rules")?;
    }
    if files.read.is_empty() {
        return Ok(None);
    }
    let rules = builtin_and(&files.read).map_err(|errors| wrong(&errors))?;
    Ok(Some(OwnRules { rules, files: files.real }))
}

/// All that is wrong in rule files, a line each.
fn wrong(errors: &[LoadError]) -> Failure {
    let lines: Vec<String> = errors.iter().map(|error| escape(&error.to_string()).into_owned()).collect();
    let reference = concat!(env!("CARGO_PKG_HOMEPAGE"), "/rules/rule-file.html");
    Failure::said(lines.join("\n")).help(format!("{reference} explains each key"))
}

/// The rule files that were found so far.
#[derive(Default)]
struct Files {
    /// The path as people write it, and the text.
    read: Vec<(String, String)>,
    /// Where they lie, without links.
    real: HashSet<PathBuf>,
    /// How many there are, those that were met before too.
    found: usize,
    /// Files and folders, which links may lead to twice.
    seen: HashSet<Identity>,
}

impl Files {
    /// Adds those of a folder that `by` names, of which `real` is where it lies.
    fn add(
        &mut self,
        territory: &Territory,
        real: Result<PathBuf, ReadError>,
        shown: &Path,
        by: &str,
    ) -> Result<(), Failure> {
        let refused = |error: &ReadError| match error {
            ReadError::Outside(_) => Failure::at(shown, &format!("{by} leads out of the repository"))
                .help("copy the rules into this repository, or name their folder: --rules DIR"),
            error => cannot_read(shown, error).help(format!("{by} names it; {}", error.advice())),
        };
        let real = real.map_err(|error| refused(&error))?;
        let before = self.found;
        if !real.is_dir() {
            return Err(Failure::at(shown, &format!("it is no folder, but {by} names it")));
        }
        let entry = territory.enter(&real).map_err(|error| refused(&error))?;
        self.seen.insert(entry.identity);
        self.collect(territory, &entry.real, shown, DEEPEST)?;
        match self.found > before {
            true => Ok(()),
            false => Err(Failure::at(shown, &format!("it holds no rule, but {by} names it"))
                .help("a rule is a file whose name ends in .yaml")),
        }
    }

    fn collect(
        &mut self,
        territory: &Territory,
        folder: &Path,
        shown: &Path,
        depth: usize,
    ) -> Result<(), Failure> {
        let entries = territory.list(folder).map_err(|error| cannot_read(shown, &error))?;
        for (name, kind) in entries {
            let (path, shown) = (folder.join(&name), shown.join(&name));
            let is_rule = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
            if name.as_encoded_bytes().starts_with(b".") || !is_rule && kind == Kind::File {
                continue;
            }
            let entry = match territory.enter(&path) {
                Ok(entry) => entry,
                // What is not called like a rule concerns nobody here.
                Err(_) if !is_rule => continue,
                Err(error) => return Err(cannot_read(&shown, &error).help(error.advice())),
            };
            if entry.kind != Kind::Folder {
                if !is_rule {
                    continue;
                }
                self.found += 1;
            }
            if !self.seen.insert(entry.identity) {
                continue;
            }
            if entry.kind == Kind::Folder {
                if depth == 0 {
                    let words = format!("rules lie more than {DEEPEST} folders deep");
                    return Err(Failure::at(&shown, &words));
                }
                self.collect(territory, &entry.real, &shown, depth - 1)?;
                continue;
            }
            if self.read.len() == MOST_FILES {
                return Err(Failure::at(&shown, &format!("there are more than {MOST_FILES} rules")));
            }
            let bytes = entry.read(LARGEST).map_err(|error| cannot_read(&shown, &error))?;
            let text = String::from_utf8(bytes).map_err(|error| {
                let line = error.as_bytes()[..error.utf8_error().valid_up_to()].split(|&byte| byte == b'\n');
                Failure::at(&shown, &format!("line {}: the text is not UTF-8", line.count()))
            })?;
            self.read.push((shown_path(&shown), text));
            self.real.insert(entry.real);
        }
        Ok(())
    }
}
