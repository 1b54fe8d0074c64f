//! The tree of documents that a reader of YAML could follow.

use std::collections::HashSet;

use wslint_deploy::yaml::{Document, Id, Node};
use wslint_syntax::Span;

use super::tree::{Entry, Tree, Value, Word};

/// The keys of documents. What an alias leads to stands where its anchor is.
pub(super) fn tree(documents: &[Document]) -> Tree {
    let mut tree = Tree::default();
    for (number, document) in documents.iter().enumerate() {
        let Some(root) = document.root() else { continue };
        let mut seen = HashSet::new();
        let mut open = vec![(root, None, String::new(), document.span(root))];
        while let Some((id, parent, key, key_span)) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let value = match document.node(id) {
                Node::Scalar { text, style } => {
                    Value::Word(Word { text: text.clone(), span: document.span(id), style: *style })
                }
                Node::Sequence(_) | Node::Mapping(_) => Value::None,
            };
            let entry = Entry { parent, key, key_span, value, children: Vec::new(), document: number };
            let at = tree.add(entry);
            open.extend(
                below(document, id).into_iter().rev().map(|(key, span, id)| (id, Some(at), key, span)),
            );
        }
    }
    tree
}

/// What stands right below a node, with its key.
fn below(document: &Document, id: Id) -> Vec<(String, Span, Id)> {
    match document.node(id) {
        Node::Scalar { .. } => Vec::new(),
        Node::Sequence(items) => {
            items.iter().map(|&item| (String::new(), document.span(item), item)).collect()
        }
        Node::Mapping(entries) => {
            let key = |key: Id| document.text(key).unwrap_or_default().to_owned();
            entries.iter().map(|&(name, value)| (key(name), document.span(name), value)).collect()
        }
    }
}
