//! Which plain settings any section has: most that are asked for stand nowhere, and need not be sought in each section.

use std::collections::HashSet;

use foldhash::fast::FixedState;

use super::proxy::Proxy;

/// The plain settings that any section has.
#[derive(Debug, Default)]
pub(super) struct Settings {
    keys: HashSet<Box<str>, FixedState>,
    /// The names of the options among them.
    options: HashSet<Box<str>, FixedState>,
    /// The names of the timeouts among them.
    timeouts: HashSet<Box<str>, FixedState>,
    /// Whether a placeholder may hide any timeout.
    hidden_timeout: bool,
}

impl Settings {
    /// Adds those of a section.
    pub(super) fn add(&mut self, section: &Proxy<'_>) {
        self.hidden_timeout |= section.hides_timeouts();
        for key in section.keys() {
            if self.keys.contains(key) {
                continue;
            }
            self.keys.insert(key.into());
            match key.split_once(' ') {
                Some(("option", name)) => self.options.insert(name.into()),
                Some(("timeout", name)) => self.timeouts.insert(name.into()),
                _ => continue,
            };
        }
    }

    /// Whether any section has a setting of this key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Whether any section has an option of this name, perhaps with `no` before it.
    pub(super) fn has_option(&self, name: &str) -> bool {
        self.options.contains(name)
    }

    /// Whether any section has a timeout of this name, or a line that may set it.
    pub(super) fn may_have_timeout(&self, name: &str) -> bool {
        self.hidden_timeout || self.timeouts.contains(name)
    }
}
