//! ConfigMaps, whose keys may be a controller's settings.

use std::collections::BTreeMap;

use wslint_deploy::yaml::Id;

use super::meta::{Annotation, Meta};
use crate::word::Page;

/// A ConfigMap.
#[derive(Clone, Debug)]
pub struct ConfigMap {
    /// Its name.
    pub meta: Meta,
    /// Its entries.
    pub data: Vec<Annotation>,
}

impl ConfigMap {
    pub(crate) fn read(page: Page<'_>, object: Id, meta: Meta) -> Self {
        let entries = page.entries(object, &["data"]);
        Self { meta, data: entries.into_iter().map(|(name, value)| Annotation { name, value }).collect() }
    }

    /// Whether another one has the same entries.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let entries = |map: &Self| -> BTreeMap<String, String> {
            map.data.iter().map(|entry| (entry.name.text.clone(), entry.value.text.clone())).collect()
        };
        entries(self) == entries(other)
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Annotation> {
        self.data.iter().rev().find(|entry| entry.name.text == key)
    }
}
