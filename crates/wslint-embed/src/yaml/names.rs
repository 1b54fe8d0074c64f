//! What a text in YAML is called and where it will lie, by the keys around it.

use super::generators;
use super::tree::{Tree, Value};
use crate::embedded::{Folder, Group};

/// What the keys around a text say of it.
pub(super) struct Described {
    pub(super) name: String,
    pub(super) group: Group,
    pub(super) coding: Coding,
    pub(super) dollars: Dollars,
    /// Whether the text begins with its key and `=`.
    pub(super) literal: bool,
    /// Why no edit is written there, if so.
    pub(super) report_only: Option<&'static str>,
}

/// How a text is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Plain,
    Base64,
    /// An address that begins with `data:`.
    Address,
}

/// What dollar signs mean to whoever reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dollars {
    /// Nothing.
    Plain,
    /// Docker Compose puts the values of variables in their place, and makes one of two.
    Compose,
}

/// Keys that name the place of a text beside them.
const PLACES: [&str; 7] = ["path", "dest", "destination", "target", "filename", "file", "name"];

/// Keys of texts that nobody deploys: what a test expects.
const EXPECTED: [&str; 7] = ["expected", "expect", "expected_output", "want", "snapshot", "golden", "actual"];

/// Keys that say nothing of what stands at them.
const GENERAL: [&str; 6] = ["content", "contents", "inline", "data", "text", "value"];

/// What the keys around a text say; `None` for a text that is no configuration of its own.
pub(super) fn described(tree: &Tree, at: usize) -> Option<Described> {
    let around: Vec<usize> = tree.around(at).collect();
    let keys: Vec<&str> = around.iter().map(|&at| tree.entries[at].key.as_str()).collect();
    if keys.iter().any(|key| EXPECTED.contains(key) || key.ends_with("last-applied-configuration")) {
        return None;
    }
    let document = tree.entries[at].document;
    let told = |key: &&&str| !key.is_empty() && !GENERAL.contains(key);
    let own = keys.iter().find(told).copied().unwrap_or("text");
    let parent = keys.get(1).copied().unwrap_or_default();
    let coding = match () {
        () if tree.is_address(at) => Coding::Address,
        () if tree.is_coded(at) => Coding::Base64,
        () => Coding::Plain,
    };
    let plain = |name: &str, group| {
        Some(Described {
            name: name.to_owned(),
            group,
            coding,
            dollars: Dollars::Plain,
            literal: false,
            report_only: None,
        })
    };
    if let Some((object, kind)) = tree.object(at) {
        // What a controller makes of annotations is its configuration, not they.
        if parent == "annotations" {
            return None;
        }
        if matches!(kind, "ConfigMap" | "Secret") && matches!(parent, "data" | "stringData" | "binaryData") {
            if keys[0].ends_with("-snippet") || keys[0].ends_with("-snippets") {
                return None;
            }
            let meta = |key: &str| tree.below(object, &["metadata", key]).and_then(|at| tree.text(at));
            let folder = Folder {
                document,
                secret: kind == "Secret",
                namespace: meta("namespace").map(str::to_owned),
                name: squeezed(meta("name").unwrap_or_default()),
            };
            return plain(keys[0], Group::Folder(folder));
        }
    }
    if keys.get(1) == Some(&"literals")
        && let Some(folder) = around.get(2).and_then(|&item| generators::folder(tree, item))
    {
        let (name, _) = text_of(tree, at)?.split_once('=')?;
        let mut described = plain(name.trim(), Group::Folder(folder))?;
        described.literal = true;
        return Some(described);
    }
    let top = *around.last()?;
    if tree.child(top, "services").is_some() && keys.contains(&"configs") && keys[0] == "content" {
        let name = parent.to_owned();
        let (container, target) =
            compose_target(tree, top, &name).unwrap_or((name.clone(), format!("/{name}")));
        return Some(Described {
            name: target,
            group: Group::Container(container),
            coding,
            dollars: Dollars::Compose,
            literal: false,
            report_only: None,
        });
    }
    if tree.child(top, "services").is_some() && keys.contains(&"environment") {
        let mut described = plain(own, Group::Alone)?;
        described.dollars = Dollars::Compose;
        described.report_only = Some("a command of the container writes it");
        return Some(described);
    }
    let is_place = |text: &&str| text.starts_with('/') || text.contains(".conf") || text.contains(".cfg");
    let beside = |around: usize| PLACES.iter().find_map(|key| tree.word(around, key).filter(is_place));
    let named = around.iter().skip(1).take(2).find_map(|&around| beside(around));
    // The arguments of a state of Salt are a list, each in a mapping of its own.
    let arguments =
        around.get(2).filter(|_| keys.get(1) == Some(&"")).map(|&list| &tree.entries[list].children);
    let named = named.or_else(|| {
        arguments?.iter().take(MOST_ARGUMENTS).find_map(|&item| tree.word(item, "name").filter(is_place))
    });
    let named = named.or_else(|| keys.iter().take(4).copied().find(|key| key.starts_with('/')));
    let mut described = match named {
        Some(path) => plain(path, Group::Machine(document))?,
        None => plain(own, Group::Alone)?,
    };
    if matches!(own, "block" | "line")
        || keys.iter().any(|key| key.ends_with("blockinfile") || key.ends_with("lineinfile"))
    {
        described.report_only = Some("it is put into a file whose other lines are not at hand");
    }
    Some(described)
}

/// The text of an entry, however it is written.
fn text_of(tree: &Tree, at: usize) -> Option<&str> {
    match &tree.entries[at].value {
        Value::None => None,
        Value::Word(word) => Some(word.text.as_str()),
        Value::Block(mapped, _) => std::str::from_utf8(&mapped.text).ok(),
    }
}

/// How many arguments of a state are looked at.
const MOST_ARGUMENTS: usize = 50;

/// How many services are asked for a config.
const MOST_SERVICES: usize = 200;

/// The first service that has a config, and where it lies there.
fn compose_target(tree: &Tree, top: usize, config: &str) -> Option<(String, String)> {
    let services = tree.child(top, "services")?;
    tree.entries[services].children.iter().take(MOST_SERVICES).find_map(|&service| {
        let configs = tree.child(service, "configs")?;
        tree.entries[configs].children.iter().find_map(|&item| {
            let own = || tree.entries[service].key.clone();
            if tree.text(item) == Some(config) {
                return Some((own(), format!("/{config}")));
            }
            let target = tree.word(item, "target").map_or_else(|| format!("/{config}"), str::to_owned);
            (tree.word(item, "source") == Some(config)).then(|| (own(), target))
        })
    })
}

/// A name without blanks in the tags of a template, which people set in different ways.
pub(super) fn squeezed(name: &str) -> String {
    if name.contains("{{") { name.split_whitespace().collect() } else { name.to_owned() }
}
