//! Lines that say nothing wrong by themselves. A large tree has most of its lines many times.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::config::{Config, ContextId, Line};
use crate::directives::{self, context::Contexts};

/// How many lines are kept in mind.
const MOST: usize = 10_000;

/// Longer lines are not kept, in bytes.
const LONGEST: usize = 512;

/// The lines that nothing is wrong with, as they are written and by the level that they stand at, each with the directive
/// that no level may have twice.
#[derive(Default)]
pub(super) struct Sound<'p>(HashMap<(&'p [u8], Contexts), Option<&'static str>, RandomState>);

impl<'p> Sound<'p> {
    /// Whether nothing is wrong with a line that is written so but what stands around it. `seen` holds the directives that the level has
    /// already and that may not be repeated; that of the line is added.
    pub(super) fn knows(&self, written: &'p [u8], bit: Contexts, seen: &mut Vec<&'static str>) -> bool {
        match self.0.get(&(written, bit)) {
            None => false,
            Some(None) => true,
            Some(Some(once)) if seen.contains(once) => false,
            Some(Some(once)) => {
                seen.push(once);
                true
            }
        }
    }

    /// Keeps a line that nothing is wrong with, as it is written.
    pub(super) fn learn(
        &mut self,
        config: &Config<'p>,
        line: Line,
        written: &'p [u8],
        bit: Contexts,
        once: Option<&'static str>,
    ) {
        // What nobody knows may be a slip, of which only the first ones are looked into.
        let is_known =
            || line.name.is_some() || !directives::named(&config.tree(line).name(line.id)).is_empty();
        if self.0.len() < MOST && is_known() {
            self.0.insert((written, bit), once);
        }
    }
}

/// A line as it is written; none where more than that, and the kind of level that it stands at, decides what is wrong with it.
pub(super) fn written<'p>(config: &Config<'p>, level: ContextId, line: Line) -> Option<&'p [u8]> {
    let tree = config.tree(line);
    // What a template leaves open is known of its words alone, and a block of what it opens.
    let opens = line.block.is_some() || tree.has_block(line.id);
    if opens || level == config.outermost() || config.project().file(line.file).template {
        return None;
    }
    let written = &tree.source()[config.site(line).span.range()];
    (written.len() <= LONGEST).then_some(written)
}
