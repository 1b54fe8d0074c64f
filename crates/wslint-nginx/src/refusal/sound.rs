//! Lines that say nothing wrong by themselves. A large tree has most of its lines many times.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::config::names::Directive;
use crate::config::{Config, ContextId, Line};
use crate::directives::{self, context::Contexts};

/// How many lines are kept in mind.
const MOST: usize = 10_000;

/// Longer lines are not kept, in bytes.
const LONGEST: usize = 512;

/// The lines that nothing is wrong with, as they are written and by the level that they stand at, each with the directive
/// that no level may have twice.
#[derive(Default)]
pub(super) struct Sound<'p>(HashMap<(Written<'p>, Contexts), Option<&'static str>, RandomState>);

/// A line as it is written, without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Written<'p> {
    words: &'p [u8],
    /// Whether it opens a level.
    opens: bool,
}

impl<'p> Sound<'p> {
    /// Whether nothing is wrong with a line that is written so but what stands around it. `seen` holds the directives that the level has
    /// already and that may not be repeated; that of the line is added.
    pub(super) fn knows(&self, written: Written<'p>, bit: Contexts, seen: &mut Vec<&'static str>) -> bool {
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
        written: Written<'p>,
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
pub(super) fn written<'p>(config: &Config<'p>, level: ContextId, line: Line) -> Option<Written<'p>> {
    let file = config.project().file(line.file);
    let tree = config.tree(line);
    let opens = line.block.is_some();
    // What a template leaves open is known of its words alone, and what nobody looks into by what stands in it. Of upstreams
    // no two have one name.
    let unseen = file.template || (!opens && tree.has_block(line.id));
    if level == config.outermost() || unseen || line.name == Some(Directive::Upstream) {
        return None;
    }
    let words = &tree.source()[config.site(line).span.range()];
    (words.len() <= LONGEST).then_some(Written { words, opens })
}
