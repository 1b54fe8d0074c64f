//! What a rule says about the routes on which it fires.

use std::fmt;

use wslint_model::{Edit, Mark, Proxy, Role};

use crate::rule::{Rule, Safety, Severity};

/// One rule at one place. The routes that share the place share the finding.
#[derive(Clone, Debug)]
pub struct Finding<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// How sure it is that the route carries WebSocket traffic.
    pub confidence: Confidence,
    /// What happens to the traffic, in markdown. It may hold text from the config: escape it before it is shown.
    pub message: String,
    /// What to type, in markdown. It may hold text from the config: escape it before it is shown.
    pub help: String,
    /// The place that the finding points at.
    pub primary: Mark,
    /// Other places that explain it, none twice and none of them the primary one.
    pub marks: Vec<Mark>,
    /// The labels of the routes, in their order.
    pub routes: Vec<String>,
    /// Their indexes in the slice that was checked, for whoever fixes them.
    pub route_indexes: Vec<usize>,
    /// The proxy.
    pub proxy: Proxy,
    /// The edits that fix all of the routes; none where they cannot be made safely for one of them, or nobody asked.
    pub edits: Option<Vec<Edit>>,
}

impl Finding<'_> {
    /// Adds the edits that fix one more route.
    pub(crate) fn add_edits(&mut self, edits: Option<Vec<Edit>>) {
        self.edits = self.edits.take().zip(edits).map(|(mut all, edits)| {
            for edit in edits {
                if !all.contains(&edit) {
                    all.push(edit);
                }
            }
            all
        });
    }

    /// Takes over the routes of another finding of the same rule at the same place; the words are those of the worse one.
    pub fn join(&mut self, other: Self) {
        let Self { severity, message, help, marks, routes, route_indexes, confidence, .. } = other;
        if severity > self.severity {
            (self.severity, self.message, self.help, self.marks) = (severity, message, help, marks);
        }
        self.confidence = self.confidence.max(confidence);
        self.route_indexes.extend(route_indexes);
        self.routes.extend(routes);
        self.edits = None;
    }

    /// Drops the words: they may quote what nobody should see, and are shown to nobody.
    pub fn forget_words(&mut self) {
        self.message.clear();
        self.help.clear();
        self.routes.clear();
        self.marks.clear();
        self.primary.role = Role::Routed;
    }

    /// Takes the edits that fix it, with how safe they are.
    pub fn take_fix(&mut self) -> Option<(Safety, Vec<Edit>)> {
        let edits = self.edits.take().filter(|edits| !edits.is_empty())?;
        Some((self.rule.fix?.safety, edits))
    }
}

/// How sure it is that a route carries WebSocket traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A name or a habit suggests it.
    Low,
    /// A well-known path or setting says so; nine of ten such routes carry it. Also where nothing speaks for
    /// WebSocket at all and the rule is about its companions, such as server-sent events.
    Medium,
    /// The user or the config says so.
    High,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        })
    }
}
