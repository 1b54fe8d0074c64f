//! The code below a folder, as text.

use std::path::{Path, PathBuf};

use super::budget::Budget;
use super::ground::{CodeText, Ground};
use crate::files::{Limits, Search, Territory, walk};
use crate::path_bytes::slashed;

/// How many files and folders of one folder are listed.
const LIMITS: Limits = Limits { entries: 200_000, files: 4_000, beside: 0, hosts: 0, depth: 32, hidden: 0 };

/// The code below a folder; `None` if there is more than is read.
pub(super) fn all_below(folder: &Path, ground: &Ground<'_>) -> Option<Vec<CodeText>> {
    let mut budget = Budget::default();
    let paths = below(folder, &|_| false, ground)?;
    let texts: Vec<CodeText> =
        paths.iter().filter_map(|path| text(path, folder, &mut budget, ground.territory)).collect();
    (!budget.spent).then_some(texts)
}

/// A file of code below a folder.
pub(super) fn text(
    path: &Path,
    folder: &Path,
    budget: &mut Budget,
    territory: &Territory,
) -> Option<CodeText> {
    let below = String::from_utf8_lossy(&slashed(path.strip_prefix(folder).unwrap_or(path))).into_owned();
    let text = String::from_utf8(budget.read(territory, path)?).ok()?;
    Some((path.to_owned(), below, text))
}

/// The files of code below a folder, nearest the top first. `None` if there are more than are read.
pub(super) fn below(
    folder: &Path,
    is_other: &dyn Fn(&Path) -> bool,
    ground: &Ground<'_>,
) -> Option<Vec<PathBuf>> {
    let is_code = |path: &Path| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
        wslint_code::reads(&name.unwrap_or_default())
    };
    let search = Search {
        may_be: &is_code,
        beside: &|_| false,
        hosts: &|_| false,
        likely_is: &|_| false,
        must_be: &|_| false,
        leaves_out: &|path, is_folder| {
            ground.configuration.exclude.leaves_out(path, is_folder) || is_folder && is_other(path)
        },
        skips: &|name| {
            ["node_modules", "__pycache__", ".venv", "venv", ".tox", ".terraform"]
                .iter()
                .any(|skipped| name == *skipped)
        },
        ignore_files: !ground.configuration.no_ignore_files,
        limits: LIMITS,
    };
    let found = walk(folder, ground.territory, &search);
    let mut paths = found.files;
    paths.sort_by_key(|path| path.components().count());
    found.limit.is_none().then_some(paths)
}
