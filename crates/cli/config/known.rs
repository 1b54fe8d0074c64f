//! Whether the words in settings that stand for rules do: that is known once people's own rules are read, too.

use wslint_deploy::yaml;
use wslint_rules::Rules;

use super::layers::Layer;
use crate::escape::{escape, shown_path};
use crate::exit::Failure;

/// Refuses a word of `rules` or `paths` that stands for none of these rules.
///
/// # Errors
/// Says which word, where it stands, and what it was likely meant for.
pub(super) fn demand_known(layer: &Layer, rules: &Rules) -> Result<(), Failure> {
    let file = &layer.file;
    let everywhere = file.rules.iter().flat_map(|pairs| &pairs.0).map(|(word, _)| (vec!["rules"], word));
    let there = file.paths.iter().flat_map(|pairs| &pairs.0).flat_map(|(glob, pairs)| {
        pairs.0.iter().map(move |(word, _)| (vec!["paths", glob.0.as_str()], word))
    });
    for (way, word) in everywhere.chain(there) {
        if let Err(words) = word.0.demand_known(rules) {
            let place = place(&layer.bytes, &way, word.0.word());
            let place = place.map_or(String::new(), |(line, column)| format!("{line}:{column}:"));
            let path = shown_path(&layer.path);
            let message = format!("{path}:{place} {}: {words}", way.join("."));
            return Err(Failure::said(escape(&message)));
        }
    }
    Ok(())
}

/// Line and column of a key of the mapping that `way` leads to.
fn place(bytes: &[u8], way: &[&str], key: &str) -> Option<(usize, usize)> {
    let file = yaml::load(bytes, yaml::Limits::USUAL);
    let document = file.documents.first()?;
    let mapping = document.at(document.root()?, way)?;
    let (key, _) = document.entry(mapping, key)?;
    let before = std::str::from_utf8(bytes.get(..document.span(key).start as usize)?).ok()?;
    let line = before.rsplit('\n').next().unwrap_or_default();
    Some((before.matches('\n').count() + 1, line.chars().count() + 1))
}
