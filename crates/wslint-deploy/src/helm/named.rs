//! The templates that a chart defines by name, in `_helpers.tpl` and wherever else.

use std::collections::HashMap;
use std::rc::Rc;

use wslint_model::FileId;
use wslint_syntax::Span;

use super::token::{Token, ends, tokens};

/// The templates that charts define by name.
#[derive(Clone, Debug, Default)]
pub struct Named {
    templates: HashMap<String, Option<Template>>,
}

/// What stands between `define` and its `end`.
#[derive(Clone, Debug)]
pub(super) struct Template {
    /// The file.
    pub(super) file: FileId,
    /// All of its bytes.
    pub(super) source: Rc<Vec<u8>>,
    /// The bytes of the template.
    pub(super) body: Span,
    /// Whether the blanks at its ends go.
    pub(super) trims: (bool, bool),
}

impl Named {
    /// Adds what a file defines. A name that is defined twice is not known: which one counts is decided by the order in which
    /// Helm reads the charts.
    pub fn add(&mut self, file: FileId, source: &[u8]) {
        let Some(pieces) = tokens(source) else { return };
        let ends = ends(&pieces);
        let source = Rc::new(source.to_owned());
        for (at, piece) in pieces.iter().enumerate() {
            let Token::Action(open) = piece else { continue };
            let name = open.argument().trim_matches(['"', '`']);
            let Some(Token::Action(close)) =
                pieces.get(ends[at]).filter(|_| open.control() == Some("define"))
            else {
                continue;
            };
            let template = Template {
                file,
                source: Rc::clone(&source),
                body: Span { start: open.span.end, end: close.span.start },
                trims: (open.trims_behind, close.trims_before),
            };
            let known = self.templates.entry(name.to_owned());
            known.and_modify(|known| *known = None).or_insert(Some(template));
        }
    }

    /// Adds what another chart defines of the same depth. A name that both define is not known.
    pub fn add_beside(&mut self, other: &Self) {
        for (name, template) in &other.templates {
            let known = self.templates.entry(name.clone());
            known.and_modify(|known| *known = None).or_insert_with(|| template.clone());
        }
    }

    /// Adds what charts deeper than all so far define: of one name the outer one counts.
    pub fn add_below(&mut self, other: Self) {
        for (name, template) in other.templates {
            self.templates.entry(name).or_insert(template);
        }
    }

    /// Whether nothing is defined.
    pub fn is_empty(&self) -> bool {
        self.templates.is_empty()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Template> {
        self.templates.get(name)?.as_ref()
    }
}
