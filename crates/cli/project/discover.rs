//! Lists the files of a folder that may be configuration. Content decides later; here only what can never be
//! configuration is left out, so that a large repository is not read as a whole.

use std::ffi::OsStr;
use std::path::Path;

use wslint_embed::Format;

use super::deployment::tells_of_deployment;
use super::detect::proxy_by_name;
use super::file_names::{main_file, may_be_configuration};
use crate::config::Configuration;
use crate::files::{Limits, Search, Territory, Walk, walk};

/// Walks `folder`, less what the user excludes and, if they count, what ignore files hide.
pub(crate) fn discover(folder: &Path, territory: &Territory, configuration: &Configuration) -> Walk {
    let Configuration { exclude, no_ignore_files, include_docs, .. } = configuration;
    let search = Search {
        may_be: &may_be_configuration,
        beside: &tells_of_deployment,
        // The examples of people's own rules are deployed nowhere.
        hosts: &|path| may_be_host(path, *include_docs) && !configuration.is_own_rule(path),
        likely_is: &|path| may_be_configuration(path) && proxy_by_name(path).is_some(),
        must_be: &|path| main_file(path).is_some(),
        leaves_out: &|path, is_folder| exclude.leaves_out(path, is_folder),
        skips: &holds_no_configuration,
        ignore_files: !no_ignore_files,
        limits: Limits::USUAL,
    };
    walk(folder, territory, &search)
}

/// Whether a file of this name is no configuration, but may hold one. Documents hold examples only.
fn may_be_host(path: &Path, include_docs: bool) -> bool {
    Format::by_name(path).is_some_and(|format| include_docs || format != Format::Document)
        && !may_be_configuration(path)
}

/// Whether a folder of this name holds what tools put there.
fn holds_no_configuration(name: &OsStr) -> bool {
    ["node_modules", "__pycache__", ".venv", ".tox", ".terraform"].iter().any(|skipped| name == *skipped)
}
