//! What a framework's file says of it.

use crate::folder::Folder;
use crate::found::Found;

/// A framework whose code declares endpoints.
pub struct Framework {
    /// Its name here, which the cases in `cases/` have too.
    pub name: &'static str,
    /// How people call it.
    pub title: &'static str,
    /// The file of `products/` that says how it behaves, if the framework decides that itself.
    pub product: Option<&'static str>,
    /// What declares an endpoint, each as code.
    pub declared_by: &'static [&'static str],
    /// Where the path comes from, and what keeps it unknown: a sentence.
    pub path: &'static str,
    /// Reads all files of a folder.
    pub(crate) read: fn(&Folder<'_>, &mut Found),
}
