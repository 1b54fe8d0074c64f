//! Charts of Helm: templates with the values of the chart in them, where an expression is plain.
//!
//! What is rendered keeps the place of each byte: that of the template, or that of the value. What needs more than values
//! stays as it is written, and so do conditions: both branches stay, for whoever installs the chart decides. A branch that the
//! values switch off keeps its expressions, unless objects stand in it by which requests are routed. A template with a name
//! is written in the place of its `include` if it holds nothing but text and values.

mod about;
mod expression;
mod found;
mod install;
mod named;
mod render;
mod token;
mod values;
mod words;

pub use about::{About, Called, Dependency, dependencies};
pub use install::{Install, installs, may_install};
pub use named::Named;
pub use render::rendered;
pub use values::{Layer, Values};

/// What the templates of a chart are given.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    /// The values.
    pub values: Values,
    /// The templates that have names.
    pub named: Named,
    /// What it says of itself.
    pub about: About,
}
