//! Charts of Helm: templates with the values of `values.yaml` in them, where an expression is plain.
//!
//! What is rendered keeps the place of each byte: that of the template, or that of the value. What needs more than values,
//! such as `include`, stays as it is written, and so do conditions: both branches stay, for whoever installs the chart
//! decides. A branch that `values.yaml` switches off keeps its expressions, unless objects stand in it by which requests
//! are routed.

mod expression;
mod render;
mod token;

use wslint_model::FileId;

use crate::yaml::{self, Document, Limits};

pub use render::rendered;

/// The values of a chart.
#[derive(Clone, Debug)]
pub struct Values {
    /// The file.
    pub(super) file: FileId,
    /// Its bytes.
    pub(super) source: Vec<u8>,
    /// What it says.
    pub(super) document: Document,
}

impl Values {
    /// Reads `values.yaml`; nothing of one that is no YAML.
    pub fn read(file: FileId, source: Vec<u8>) -> Option<Self> {
        let read = yaml::load(&source, Limits::USUAL);
        let document = read.documents.into_iter().next()?;
        document.root()?;
        Some(Self { file, source, document })
    }
}
