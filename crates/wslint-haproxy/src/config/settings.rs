//! Which plain settings any section has: most that are asked for stand nowhere, and need not be sought in each section.

use std::collections::HashSet;

use foldhash::fast::FixedState;

use super::proxy::Proxy;

/// The plain settings that any section has.
#[derive(Debug, Default)]
pub(super) struct Settings {
    keys: Names,
    /// The names of the options among them.
    options: Names,
    /// The names of the timeouts among them.
    timeouts: Names,
    /// Whether a placeholder may hide any timeout.
    hidden_timeout: bool,
}

/// Names, of which there are few. Most that are asked for tell by their length that they are none of them.
#[derive(Debug, Default)]
struct Names {
    all: HashSet<Box<str>, FixedState>,
    /// A bit for each length, up to the number of bits.
    lengths: u64,
}

impl Names {
    fn bit(name: &str) -> u64 {
        1 << (name.len() as u32 % u64::BITS)
    }

    fn has(&self, name: &str) -> bool {
        self.lengths & Self::bit(name) != 0 && self.all.contains(name)
    }

    fn add(&mut self, name: &str) {
        self.lengths |= Self::bit(name);
        self.all.insert(name.into());
    }
}

impl Settings {
    /// Adds those of a section.
    pub(super) fn add(&mut self, section: &Proxy<'_>) {
        self.hidden_timeout |= section.hides_timeouts();
        for key in section.keys() {
            if self.keys.has(key) {
                continue;
            }
            self.keys.add(key);
            match key.split_once(' ') {
                Some(("option", name)) => self.options.add(name),
                Some(("timeout", name)) => self.timeouts.add(name),
                _ => {}
            }
        }
    }

    /// Whether any section has a setting of this key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.has(key)
    }

    /// Whether any section has an option of this name, perhaps with `no` before it.
    pub(super) fn has_option(&self, name: &str) -> bool {
        self.options.has(name)
    }

    /// Whether any section has a timeout of this name, or a line that may set it.
    pub(super) fn may_have_timeout(&self, name: &str) -> bool {
        self.hidden_timeout || self.timeouts.has(name)
    }
}
