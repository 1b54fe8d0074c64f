//! Directives that neither nginx nor a module has of which this tool knows. A module may bring them, or a template may put
//! something in their place, so that they are no certain refusal.

use std::collections::{HashMap, HashSet};

use super::table;
use crate::config::{ContextKind, Line};
use crate::directives;
use crate::model::Model;
use wslint_model::FileId;

/// How many of them are looked at.
const MOST_SEEN: usize = 64;

/// The first line of each such name in each file, as long as it stands alone.
pub(crate) fn foreign_directives(model: &Model<'_>) -> Vec<(Line, String)> {
    let config = model.config();
    let mut seen: HashSet<(FileId, String)> = HashSet::new();
    let mut found = Vec::new();
    let of_directives = config
        .contexts()
        .filter(|(_, context)| !matches!(context.kind, ContextKind::Other | ContextKind::Data));
    for (_, context) in of_directives {
        for &line in
            context.lines.iter().filter(|&&line| line.name.is_none() && !config.stands_for_file(line))
        {
            let tree = config.tree(line);
            let hidden = tree.words(line.id).first().is_none_or(|word| word.unknown);
            if hidden || config.project().file(line.file).template {
                continue;
            }
            let name = tree.name(line.id);
            let Ok(name) = std::str::from_utf8(&name) else { continue };
            let is_foreign = is_name(name) && directives::named(name.as_bytes()).is_empty();
            if !is_foreign || !seen.insert((line.file, name.to_owned())) {
                continue;
            }
            if found.len() < MOST_SEEN && table::misspelt(name, false).is_none() {
                found.push((line, name.to_owned()));
            }
        }
    }
    // Several that begin alike are a module's for certain.
    let mut families: HashMap<String, HashSet<String>> = HashMap::new();
    for (_, name) in &found {
        families.entry(family(name).to_owned()).or_default().insert(name.clone());
    }
    found.retain(|(_, name)| families[family(name)].len() == 1);
    found
}

/// What the directives of one module mostly have in common: `vod` of `vod_mode`.
fn family(name: &str) -> &str {
    name.split('_').next().unwrap_or_default()
}

/// Whether a module could call a directive so. What is written in capitals is mostly put in by a template.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
