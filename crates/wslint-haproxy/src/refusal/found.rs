//! The complaints of a configuration while they are gathered.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::complaint::{Complaint, Fault};
use crate::acl::expression::Expression;
use crate::keywords::place::Places;
use crate::keywords::{Keyword, Table};
use wslint_model::length::cut;
use wslint_model::{Site, Version};

/// How many complaints are kept.
const MOST_COMPLAINTS: usize = 1000;

/// How many characters a clause has at most.
const LONGEST_CLAUSE: usize = 300;

/// What was found so far.
pub(super) struct Found<'c> {
    pub(super) version: Version,
    /// Whether `expose-experimental-directives` was met.
    pub(super) exposed: bool,
    pub(super) complaints: Vec<Complaint>,
    /// The expressions that nothing is wrong with, each with whether the test says how it compares.
    pub(super) sound: HashSet<(*const Expression, bool), RandomState>,
    /// The keywords of proxies that nothing is wrong with but what follows them, by the section.
    pub(super) keywords: HashMap<(Places, &'c str), &'static Keyword, RandomState>,
    /// The words of `bind` and server lines that nothing is wrong with, as they are written.
    pub(super) lines: HashSet<(*const Table, &'c [u8]), RandomState>,
}

impl Found<'_> {
    /// Nothing yet.
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            exposed: false,
            complaints: Vec::new(),
            sound: HashSet::default(),
            keywords: HashMap::default(),
            lines: HashSet::default(),
        }
    }
}

impl Found<'_> {
    /// Adds a complaint at which HAProxy refuses to start.
    pub(super) fn say(&mut self, fault: Fault, site: Site, words: String) {
        // HAProxy itself stops at fifty errors: whatever comes after so many is no news to any route.
        if self.complaints.len() < MOST_COMPLAINTS {
            let words = cut(&words, LONGEST_CLAUSE).into_owned();
            self.complaints.push(Complaint { fault, site, words, fatal: true });
        }
    }
}
