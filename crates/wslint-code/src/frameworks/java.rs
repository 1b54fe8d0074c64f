//! What frameworks of Java have in common: the files, and the path below which a container runs the application.

use crate::file::File;
use crate::folder::Folder;
use crate::role;
use crate::text::{Language, Source};

/// Java and Kotlin.
pub(super) fn sources<'f, 'a>(folder: &'f Folder<'a>) -> impl Iterator<Item = &'f Source<'a>> + 'f {
    folder.sources().iter().filter(|source| matches!(source.language, Language::Java | Language::Kotlin))
}

/// The path below which all of the application is.
pub(super) struct ContextPath(Option<String>);

/// The keys that say so.
const KEYS: [&str; 5] = [
    "server.servlet.context-path",
    "server.servlet.contextpath",
    "server.context-path",
    "quarkus.http.root-path",
    "micronaut.server.context-path",
];

impl ContextPath {
    /// What the settings of a folder say: files of one name that disagree, or a placeholder, make it unknown.
    pub(super) fn of(folder: &Folder<'_>) -> Self {
        let mut found: Option<String> = None;
        for file in
            folder.files().iter().filter(|file| role::declares(file.path) && role::is_settings(file.path))
        {
            for path in context_paths(file) {
                let path = path.trim_matches(['"', '\'', ' ']).trim_end_matches('/').to_owned();
                let is_plain = path.is_empty() || path.starts_with('/') && !path.contains(['$', '{', ' ']);
                if !is_plain || found.as_ref().is_some_and(|known| *known != path) {
                    return Self(None);
                }
                found = Some(path);
            }
        }
        Self(Some(found.unwrap_or_default()))
    }

    /// The path without a slash at its end; nothing if it cannot be told.
    pub(super) fn prefix(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

/// The context paths that a file of settings gives, by `key=value` or by nested keys.
fn context_paths(file: &File<'_>) -> Vec<String> {
    let is_properties = file.path.ends_with(".properties");
    let mut paths = Vec::new();
    // The keys around a line of YAML, with how far in each stands.
    let mut around: Vec<(usize, &str)> = Vec::new();
    for line in file.text.lines() {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        if bare.is_empty() || bare.starts_with(['#', '!', '-']) {
            continue;
        }
        let sign = if is_properties { bare.find(['=', ':']) } else { bare.find(':') };
        let Some(sign) = sign else { continue };
        let (key, value) = (bare[..sign].trim(), bare[sign + 1..].trim());
        let value = value.split(" #").next().unwrap_or(value);
        while around.last().is_some_and(|(outer, _)| *outer >= indent) {
            around.pop();
        }
        around.push((indent, key));
        if around.len() > 8 {
            continue;
        }
        let key: String =
            around.iter().map(|(_, key)| *key).collect::<Vec<_>>().join(".").to_ascii_lowercase();
        let key = if is_properties { bare[..sign].trim().to_ascii_lowercase() } else { key };
        if KEYS.contains(&key.as_str()) && !value.is_empty() {
            paths.push(value.to_owned());
        }
    }
    paths
}
