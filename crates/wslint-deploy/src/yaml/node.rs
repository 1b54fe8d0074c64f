//! The nodes of a document, and how they are asked.

use wslint_syntax::Span;

/// The place of a node in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub(super) u32);

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// Line by line behind `|`.
    Literal,
    /// Behind `>`, which joins lines.
    Folded,
}

/// A node of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A text as it is meant, without quotes, and how it is written. Numbers and flags are texts too.
    Scalar {
        /// The text.
        text: String,
        /// How it is written. All styles but the plain one say that it is a text and nothing else.
        style: Style,
    },
    /// A list.
    Sequence(Vec<Id>),
    /// A mapping, in the order of the file. Keys that stand twice are all there.
    Mapping(Vec<(Id, Id)>),
}

/// One document of a file.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub(super) nodes: Vec<(Node, Span)>,
    pub(super) root: Option<Id>,
}

/// How many mappings are merged into one another with `<<`, at most.
const MOST_MERGES: usize = 16;

impl Document {
    /// The outermost node, if the document holds any.
    pub fn root(&self) -> Option<Id> {
        self.root
    }

    /// A node.
    pub fn node(&self, id: Id) -> &Node {
        &self.nodes[id.0 as usize].0
    }

    /// The bytes of a node. Those of a list or a mapping go from its first byte to its last.
    pub fn span(&self, id: Id) -> Span {
        self.nodes[id.0 as usize].1
    }

    /// The text of a scalar.
    pub fn text(&self, id: Id) -> Option<&str> {
        match self.node(id) {
            Node::Scalar { text, .. } => Some(text),
            Node::Sequence(_) | Node::Mapping(_) => None,
        }
    }

    /// The text of a scalar that is not the empty one or `null`.
    pub fn word(&self, id: Id) -> Option<&str> {
        match self.node(id) {
            Node::Scalar { text, style }
                if *style != Style::Plain || !matches!(text.as_str(), "" | "~" | "null") =>
            {
                Some(text)
            }
            _ => None,
        }
    }

    /// The entries of a list; none of anything else.
    pub fn items(&self, id: Id) -> &[Id] {
        match self.node(id) {
            Node::Sequence(items) => items,
            Node::Scalar { .. } | Node::Mapping(_) => &[],
        }
    }

    /// The entries of a mapping as they are written, without those that `<<` merges into it; none of anything else.
    pub fn entries(&self, id: Id) -> &[(Id, Id)] {
        match self.node(id) {
            Node::Mapping(entries) => entries,
            Node::Scalar { .. } | Node::Sequence(_) => &[],
        }
    }

    /// The key and the value at a key of a mapping, or of one that `<<` merges into it. Of a key that stands twice, the
    /// last one.
    pub fn entry(&self, id: Id, key: &str) -> Option<(Id, Id)> {
        let mut open = vec![id];
        let mut at = 0;
        while let Some(&mapping) = open.get(at).filter(|_| at < MOST_MERGES) {
            let entries = self.entries(mapping);
            if let Some(entry) = entries.iter().rev().find(|(name, _)| self.text(*name) == Some(key)) {
                return Some(*entry);
            }
            for (_, merged) in entries.iter().filter(|(name, _)| self.text(*name) == Some("<<")) {
                match self.node(*merged) {
                    Node::Sequence(items) => open.extend(items),
                    Node::Mapping(_) => open.push(*merged),
                    Node::Scalar { .. } => {}
                }
            }
            at += 1;
        }
        None
    }

    /// The value at a key; see [`entry`](Self::entry).
    pub fn get(&self, id: Id, key: &str) -> Option<Id> {
        self.entry(id, key).map(|(_, value)| value)
    }

    /// The value that a way of keys leads to.
    pub fn at(&self, id: Id, way: &[&str]) -> Option<Id> {
        way.iter().try_fold(id, |id, key| self.get(id, key))
    }
}
