//! The values of a chart: those of its `values.yaml`, with the files laid over them that an installation names, and for a
//! chart within another one what that says of it. Mappings are merged, lists and texts replace each other, and `null` takes
//! a value away.

use std::rc::Rc;

use wslint_model::{FileId, Site};

use crate::yaml::{self, Document, Id, Limits, Node, Style};

/// A file of values.
#[derive(Debug)]
pub struct Layer {
    /// The file.
    file: FileId,
    /// Its bytes.
    source: Vec<u8>,
    /// What it says.
    document: Document,
}

impl Layer {
    /// Reads a file of values; nothing of one that is no YAML.
    pub fn read(file: FileId, source: Vec<u8>) -> Option<Self> {
        let read = yaml::load(&source, Limits::USUAL);
        let document = read.documents.into_iter().next()?;
        document.root()?;
        Some(Self { file, source, document })
    }

    /// The text at a key of the file, with its place.
    pub(super) fn text(&self, key: &str) -> Option<(String, Site)> {
        self.text_of(self.document.get(self.document.root()?, key)?)
    }

    /// The texts at some keys of each mapping in a list of the file, with their places.
    pub(super) fn texts<const COUNT: usize>(
        &self,
        list: &str,
        keys: [&str; COUNT],
    ) -> Vec<[Option<(String, Site)>; COUNT]> {
        let list = self.document.root().and_then(|root| self.document.get(root, list));
        let items = list.map(|list| self.document.items(list)).unwrap_or_default();
        let of = |&item: &Id| keys.map(|key| self.text_of(self.document.get(item, key)?));
        items.iter().map(of).collect()
    }

    fn text_of(&self, id: Id) -> Option<(String, Site)> {
        let site = Site { file: self.file, span: self.document.span(id) };
        Some((self.document.text(id)?.to_owned(), site))
    }
}

/// How many files are kept of the charts around one.
const MOST_AROUND: usize = 256;

/// The values of a chart.
#[derive(Clone, Debug, Default)]
pub struct Values {
    layers: Vec<Rc<Layer>>,
    root: Value,
    /// What the charts around this one say under `global`.
    global: Value,
}

/// A node of a layer.
type Part = (u16, Id);

/// A value: one node, or the mappings that are merged, the one that counts more last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Value {
    parts: Vec<Part>,
    /// What files say of it that only some installations name.
    doubts: Vec<Part>,
}

impl Value {
    /// Lays another one over it.
    fn add(&mut self, other: Self) {
        self.parts.extend(other.parts);
        self.doubts.extend(other.doubts);
    }
}

impl Values {
    /// The values of one file alone.
    pub fn read(file: FileId, source: Vec<u8>) -> Option<Self> {
        Some(Self::layered([Rc::new(Layer::read(file, source)?)].into(), Vec::new()))
    }

    /// The values of files that are laid over each other, the one that counts most last. What files say differently that
    /// are `doubtful`, for only some installations name them, is not known.
    pub fn layered(layers: Vec<Rc<Layer>>, doubtful: Vec<Rc<Layer>>) -> Self {
        let certain = layers.len();
        let layers: Vec<Rc<Layer>> = layers.into_iter().chain(doubtful).take(usize::from(u16::MAX)).collect();
        let part = |(at, layer): (usize, &Rc<Layer>)| Some((at as u16, layer.document.root()?));
        let (parts, doubts) =
            layers.iter().enumerate().filter_map(part).partition(|(at, _)| usize::from(*at) < certain);
        Self { root: Value { parts, doubts }, layers, global: Value::default() }
    }

    /// The values of a chart that others depend on, each with what it calls it. What one of them says counts, and so it is
    /// with files that installations name; what several say differently is not known.
    #[must_use]
    pub fn within(self, around: &[(&Self, &str)]) -> Self {
        let mut within = self;
        let alone = around.len() == 1 && within.root.doubts.is_empty();
        for (values, name) in around {
            let shift = within.layers.len();
            if shift + values.layers.len() > MOST_AROUND.max(shift) {
                break;
            }
            let shifted = |value: Value| {
                let parts = |parts: Vec<Part>| -> Vec<Part> {
                    parts.into_iter().map(|(at, id)| (at.saturating_add(shift as u16), id)).collect()
                };
                let (parts, doubts) = (parts(value.parts), parts(value.doubts));
                match alone {
                    true => Value { parts, doubts },
                    false => Value { parts: Vec::new(), doubts: [parts, doubts].concat() },
                }
            };
            let said = shifted(values.get(&values.root, name).unwrap_or_default());
            let global = shifted(values.global().unwrap_or_default());
            within.root.add(said);
            within.global.add(global);
            within.layers.extend(values.layers.iter().cloned());
        }
        within
    }

    /// All of them.
    pub(super) fn root(&self) -> &Value {
        &self.root
    }

    /// What is the same for all charts of an installation.
    pub(super) fn global(&self) -> Option<Value> {
        let mut own = self.get(&self.root, "global").unwrap_or_default();
        own.add(self.global.clone());
        (!own.parts.is_empty() || !own.doubts.is_empty()).then_some(own)
    }

    /// The value at a key of a mapping.
    pub(super) fn get(&self, value: &Value, key: &str) -> Option<Value> {
        let inner = |&(at, id): &Part| Some((at, self.layer(at).document.get(id, key)?));
        let mut parts: Vec<Part> = Vec::new();
        for part in value.parts.iter().filter_map(inner) {
            if !self.is_mapping(part) || parts.iter().any(|&part| !self.is_mapping(part)) {
                parts.clear();
            }
            if !self.is_null(part) {
                parts.push(part);
            }
        }
        let doubts: Vec<Part> = value.doubts.iter().filter_map(inner).collect();
        (!parts.is_empty() || !doubts.is_empty()).then_some(Value { parts, doubts })
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self, value: &Value) -> Vec<Value> {
        let Some(&(at, id)) = value.parts.last() else { return Vec::new() };
        let one = |&id: &Id| Value { parts: vec![(at, id)], doubts: Vec::new() };
        self.layer(at).document.items(id).iter().map(one).collect()
    }

    /// The entries of a mapping with the places of their keys, in the order in which Helm goes through them: by their keys.
    pub(super) fn entries(&self, value: &Value) -> Vec<(String, Site, Value)> {
        let mut keys: Vec<(String, Site)> = Vec::new();
        for &(at, id) in &value.parts {
            let layer = self.layer(at);
            for (key, _) in layer.document.entries(id) {
                let Some(text) = layer.document.text(*key).filter(|text| *text != "<<") else { continue };
                let site = Site { file: layer.file, span: layer.document.span(*key) };
                keys.push((text.to_owned(), site));
            }
        }
        // Of a key in several files, the place that counts is in the last one.
        keys.reverse();
        keys.sort_by(|one, other| one.0.cmp(&other.0));
        keys.dedup_by(|one, other| one.0 == other.0);
        let entry = |(key, site): (String, Site)| {
            let value = self.get(value, &key)?;
            Some((key, site, value))
        };
        keys.into_iter().filter_map(entry).collect()
    }

    /// Whether installations disagree on a value, or on a part of it.
    pub(super) fn is_open(&self, value: &Value) -> bool {
        let Some(&said) = value.parts.last() else { return !value.doubts.is_empty() };
        value.doubts.iter().any(|&doubt| self.is_mapping(doubt) || self.written(doubt) != self.written(said))
    }

    /// The node of a value that counts most.
    pub(super) fn node(&self, value: &Value) -> Option<&Node> {
        let &(at, id) = value.parts.last()?;
        Some(self.layer(at).document.node(id))
    }

    /// The bytes that a value is written as, with its place and all of its file; none of mappings that were merged.
    pub(super) fn source(&self, value: &Value) -> Option<(&[u8], Site)> {
        let [(at, id)] = *value.parts.as_slice() else { return None };
        let layer = self.layer(at);
        Some((&layer.source, Site { file: layer.file, span: layer.document.span(id) }))
    }

    /// Whether a condition holds of a value; not of what is empty.
    pub(super) fn is_true(&self, value: &Value) -> bool {
        match self.node(value) {
            Some(Node::Scalar { text, style: Style::Plain }) => {
                !matches!(text.as_str(), "" | "~" | "null" | "false" | "False" | "0")
            }
            Some(Node::Scalar { text, .. }) => !text.is_empty(),
            Some(Node::Sequence(items)) => !items.is_empty(),
            Some(Node::Mapping(_)) => {
                value.parts.iter().any(|&(at, id)| !self.layer(at).document.entries(id).is_empty())
            }
            None => false,
        }
    }

    fn layer(&self, at: u16) -> &Layer {
        &self.layers[usize::from(at)]
    }

    fn is_mapping(&self, (at, id): Part) -> bool {
        matches!(self.layer(at).document.node(id), Node::Mapping(_))
    }

    fn is_null(&self, (at, id): Part) -> bool {
        let node = self.layer(at).document.node(id);
        matches!(node, Node::Scalar { text, style: Style::Plain } if matches!(text.as_str(), "~" | "null"))
    }

    /// A text, or the bytes of what is none.
    fn written(&self, (at, id): Part) -> &[u8] {
        let layer = self.layer(at);
        match layer.document.text(id) {
            Some(text) => text.as_bytes(),
            None => layer.source.get(layer.document.span(id).range()).unwrap_or_default(),
        }
    }
}
