//! The complaints of a configuration while they are gathered.

use std::collections::HashSet;

use super::complaint::{Complaint, Fault};
use crate::acl::expression::Expression;
use wslint_model::length::cut;
use wslint_model::{Site, Version};

/// How many complaints are kept.
const MOST_COMPLAINTS: usize = 1000;

/// How many characters a clause has at most.
const LONGEST_CLAUSE: usize = 300;

/// What was found so far.
pub(super) struct Found {
    pub(super) version: Version,
    /// Whether `expose-experimental-directives` was met.
    pub(super) exposed: bool,
    pub(super) complaints: Vec<Complaint>,
    /// The expressions that nothing is wrong with, each with whether the test says how it compares.
    pub(super) sound: HashSet<(*const Expression, bool)>,
}

impl Found {
    /// Adds a complaint at which HAProxy refuses to start.
    pub(super) fn say(&mut self, fault: Fault, site: Site, words: String) {
        // HAProxy itself stops at fifty errors: whatever comes after so many is no news to any route.
        if self.complaints.len() < MOST_COMPLAINTS {
            let words = cut(&words, LONGEST_CLAUSE).into_owned();
            self.complaints.push(Complaint { fault, site, words, fatal: true });
        }
    }
}
